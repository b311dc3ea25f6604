"""The statistician's routes: what was planned, how far the reading is, and results once it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from adcurate.model import content_digest
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress
from adcurate.model.provenance import canonical_json
from adcurate.model.reading.person import Person
from adcurate.study.protocol.amend import differs_from_frozen
from adcurate.study.protocol.document import protocol_document
from adcurate.study.reading.design import current_design
from adcurate.study.reading.progress import room_progress
from adcurate.study.serving.lesion import see_lesion
from adcurate.study.serving.results import (
    made_results,
    make_results,
    refuse_before_the_end,
    take_results,
    waits_for,
)
from adcurate.study.serving.what_if import known_what_if, make_what_if, see_results
from adcurate.web.room.answers import document_answer
from adcurate.web.room.messages import ErrorMessage
from adcurate.web.room.results.messages import (
    FrozenDesignMessage,
    FrozenProtocolMessage,
    MadeResultsMessage,
    ReadingCountsMessage,
    ResultsAnswer,
)
from adcurate.web.room.results.view_messages import (
    ChoicesMessage,
    ExploredAnswer,
    FoundWhatIfMessage,
    MeasuredLesionAnswer,
    WhatIfAnswer,
)
from adcurate.web.room.rights import not_found, person_of, require, room_of
from adcurate.web.room.state import Room
from adcurate.web.room.work.messages import WorkMessage, work_message

WORK: Final = "results"
WHAT_IF: Final = "what-if-"
_KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}
_TEXT: Final = {"schema": {"type": "string"}}
_FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind.partition(";")[0]: _TEXT for kind in _KINDS.values()}, "description": "The file"}
}
_PAGE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": _TEXT}, "description": "The report"}
}

router = APIRouter(
    prefix="/api/results", tags=["results"], dependencies=[require("statistician", whole_study=True)]
)


@router.get("", operation_id="read_results")
def read(request: Request) -> ResultsAnswer:
    """Counts of the reading, the design and protocol that stand, and what results there are."""
    return _answer(room_of(request), person_of(request))


@router.post("", operation_id="make_results", status_code=202)
def make(request: Request) -> ResultsAnswer:
    """Make the results as `adcurate study report` does; refused before the last lock."""
    room, person = room_of(request), person_of(request)
    refuse_before_the_end(room.reading)

    def task(progress: Progress) -> Mapping[str, Any]:
        made = make_results(room.reading, person, progress)
        return {"made_at": made.at}

    if not any(one.kind == WORK and not one.is_over for one in room.works.all()):
        room.works.start(WORK, person.name, task)
    return _answer(room, person)


@router.get("/files/{name}", operation_id="take_results", response_class=Response, responses=_FILE_ANSWER)
def take(request: Request, name: str) -> Response:
    """One file of the results, to be saved and not to be shown here: what the page may do, it may not."""
    content = take_results(room_of(request).reading, person_of(request), name)
    if content is None:
        raise not_found()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_KINDS[name.rpartition(".")[2]], headers=headers)


@router.get("/report", operation_id="open_report", response_class=Response, responses=_PAGE_ANSWER)
def report(request: Request) -> Response:
    """The report as a page of its own."""
    content = take_results(room_of(request).reading, person_of(request), "report.html")
    return document_answer((content or b"").decode())


@router.get(
    "/protocol", operation_id="open_standing_protocol", response_class=Response, responses=_PAGE_ANSWER
)
def protocol(request: Request) -> Response:
    """The protocol that stands as two pages, for who may not change it."""
    return document_answer(protocol_document(room_of(request).study))


@router.get("/view", operation_id="explore_results")
def explore(request: Request) -> ExploredAnswer:
    """What the page draws and tells of the results that were made; who looks is recorded."""
    seen = see_results(room_of(request).reading, person_of(request))
    return ExploredAnswer.model_validate({"view": seen["view"], "offered": seen["offered"]})


@router.post("/what-if", operation_id="ask_what_if")
def what_if(request: Request, choices: ChoicesMessage, after: str = "") -> WhatIfAnswer:
    """The same analysis with other choices: found, or begun and to be asked again.

    Work that ended without an answer is told to whoever asks `after` it; anybody else begins it anew.
    """
    room, person, asked = room_of(request), person_of(request), choices.as_choices()
    found = known_what_if(room.reading, asked)
    if found is not None:
        return WhatIfAnswer(found=FoundWhatIfMessage.model_validate(found), work=None)
    kind = f"{WHAT_IF}{content_digest(canonical_json(as_jsonable(asked)).encode())[-8:]}"
    latest = next((one for one in reversed(room.works.all()) if one.kind == kind), None)
    if latest is not None and (not latest.is_over or latest.id == after):
        return WhatIfAnswer(found=None, work=work_message(latest))

    def task(progress: Progress) -> Mapping[str, Any]:
        make_what_if(room.reading, person, asked, progress)
        return {}

    return WhatIfAnswer(found=None, work=work_message(room.works.start(kind, person.name, task)))


@router.delete("/what-if/{work}", operation_id="stop_what_if")
def stop(request: Request, work: str) -> WorkMessage:
    """Stop one what-if that runs or waits; others go on, and what was found stays."""
    works = room_of(request).works
    if not works.get(work).kind.startswith(WHAT_IF):
        raise not_found()
    return work_message(works.cancel(work))


@router.get("/lesions/{key:path}", operation_id="see_lesion")
def lesion(request: Request, key: str, measurement: str = "") -> MeasuredLesionAnswer:
    """The lesion behind a point: ``subject/lesion``, by one of its measurements."""
    found = see_lesion(room_of(request).reading, person_of(request), key, measurement)
    if found is None:
        raise not_found()
    return MeasuredLesionAnswer.model_validate(as_jsonable(found))


def _answer(room: Room, person: Person) -> ResultsAnswer:
    stored, latest = current_design(room.reading), room.store.protocols.latest()
    waits, made = waits_for(room.reading), made_results(room.reading)
    work = next((one for one in reversed(room.works.all()) if one.kind == WORK), None)
    return ResultsAnswer(
        reading=ReadingCountsMessage.of(room_progress(room.reading, person)),
        design=None if stored is None else FrozenDesignMessage.of(stored),
        protocol=None
        if latest is None
        else FrozenProtocolMessage.of(
            latest,
            room.store.protocols.amendments(),
            is_changed=differs_from_frozen(room.study, room.store),
        ),
        waits_for=None if waits is None else ErrorMessage.model_validate(waits.as_json()),
        made=None if made is None else MadeResultsMessage.of(made),
        work=None if work is None else work_message(work),
    )
