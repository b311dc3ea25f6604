"""The statistician's routes: what was planned, how far the reading is, and results once it has ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from adcurate.model.progress import Progress
from adcurate.study.protocol.amend import differs_from_frozen
from adcurate.study.reading.design import current_design
from adcurate.study.reading.progress import room_progress
from adcurate.study.serving.results import (
    made_results,
    make_results,
    refuse_before_the_end,
    take_results,
    waits_for,
)
from adcurate.web.room.messages import ErrorMessage
from adcurate.web.room.results.messages import (
    FrozenDesignMessage,
    FrozenProtocolMessage,
    MadeResultsMessage,
    ReadingCountsMessage,
    ResultsAnswer,
)
from adcurate.web.room.rights import not_found, person_of, require, room_of
from adcurate.web.room.state import Room
from adcurate.web.room.work.messages import work_message

WORK: Final = "results"
_KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}
_TEXT: Final = {"schema": {"type": "string"}}
_FILE_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind.partition(";")[0]: _TEXT for kind in _KINDS.values()}, "description": "The file"}
}

router = APIRouter(
    prefix="/api/results", tags=["results"], dependencies=[require("statistician", whole_study=True)]
)


@router.get("", operation_id="read_results")
def read(request: Request) -> ResultsAnswer:
    """Counts of the reading, the design and protocol that stand, and what results there are."""
    return _answer(room_of(request))


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
    return _answer(room)


@router.get("/files/{name}", operation_id="take_results", response_class=Response, responses=_FILE_ANSWER)
def take(request: Request, name: str) -> Response:
    """One file of the results, to be saved and not to be shown here: what the page may do, it may not."""
    content = take_results(room_of(request).reading, person_of(request), name)
    if content is None:
        raise not_found()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_KINDS[name.rpartition(".")[2]], headers=headers)


def _answer(room: Room) -> ResultsAnswer:
    stored, latest = current_design(room.reading), room.store.protocols.latest()
    waits, made = waits_for(room.reading), made_results(room.reading)
    work = next((one for one in reversed(room.works.all()) if one.kind == WORK), None)
    return ResultsAnswer(
        reading=ReadingCountsMessage.of(room_progress(room.reading)),
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
