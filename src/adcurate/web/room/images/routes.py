"""The images of the study: what came, one exam, and what a person says of its series."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from adcurate.model import SeriesKind
from adcurate.model.progress import Progress
from adcurate.study.images.overview import Show, shown, study_images
from adcurate.study.images.pictures import exam_quality_page, series_thumbnail
from adcurate.study.images.seen import look_at_exam, look_at_exams
from adcurate.study.receiving.add import add_exams
from adcurate.study.receiving.quarantine import try_again
from adcurate.study.series_kinds import set_series_kind
from adcurate.web.room.answers import document_answer, not_found
from adcurate.web.room.images.messages import (
    ExamLinesAnswer,
    ExamSeenAnswer,
    FolderMessage,
    ImagesAnswer,
    SetKindMessage,
    TryAgainMessage,
)
from adcurate.web.room.images.wording import images_answer, line_message, seen_answer, whole_uid
from adcurate.web.room.rights import person_of, require, room_of
from adcurate.web.room.state import Room
from adcurate.web.room.work.messages import WorkMessage, work_message

router = APIRouter(
    prefix="/api/images", tags=["images"], dependencies=[require("coordinator", whole_study=True)]
)
_MOST_LINES = 200
_PICTURE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}, "description": "PNG"}
}
_PAGE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/html": {"schema": {"type": "string"}}}, "description": "The page"}
}
_KEPT = {"Cache-Control": "private, max-age=3600"}


@router.get("", operation_id="read_images")
def overview(request: Request) -> ImagesAnswer:
    """What came, what is missing, and which scanners made it."""
    room = room_of(request)
    found = study_images(room.study, room.seen).overview
    return images_answer(found, may_read_folder=room.reach.is_own_computer)


@router.get("/exams", operation_id="list_exams")
def exams(
    request: Request,
    show: Show = "all",
    words: Annotated[str, Query(max_length=20)] = "",
    offset: Annotated[int, Query(ge=0, le=10**7)] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_LINES)] = 100,
) -> ExamLinesAnswer:
    """A part of the table of exams."""
    room = room_of(request)
    found = shown(study_images(room.study, room.seen).exams, show, words)
    part = found[offset : offset + limit]
    return ExamLinesAnswer(exams=[line_message(one) for one in part], total=len(found))


@router.get("/exams/{exam}", operation_id="read_exam")
def exam_seen(request: Request, exam: str) -> ExamSeenAnswer:
    """One exam: its series, their evidence, b-values, unit, and what was found."""
    return _exam(room_of(request), exam)


@router.put("/exams/{exam}/series/{series}/kind", operation_id="set_series_kind")
def set_kind(request: Request, exam: str, series: str, said: SetKindMessage) -> ExamSeenAnswer:
    """Say what a series shows, with a reason; what its headers told takes the word back."""
    room = room_of(request)
    uid, by = whole_uid(exam), person_of(request).name
    set_series_kind(room.study, uid, whole_uid(series), said.told, said.kind, said.why, by)
    room.reading.images.forget()
    return _exam(room, exam)


@router.get(
    "/exams/{exam}/series/{series}/{kind}/thumbnail",
    operation_id="series_thumbnail",
    response_class=Response,
    responses=_PICTURE,
)
def thumbnail(request: Request, exam: str, series: str, kind: SeriesKind) -> Response:
    """The middle slice of a series, as PNG."""
    picture = series_thumbnail(room_of(request).study, whole_uid(exam), whole_uid(series), kind)
    return Response(picture, media_type="image/png", headers=_KEPT)


@router.get(
    "/exams/{exam}/quality", operation_id="read_exam_quality", response_class=Response, responses=_PAGE
)
def quality(request: Request, exam: str) -> Response:
    """Noise, movement and saturation of an exam's diffusion images, with pictures."""
    return document_answer(exam_quality_page(room_of(request).study, whole_uid(exam)))


@router.post("/look", operation_id="look_at_exams", status_code=202)
def look(request: Request) -> WorkMessage:
    """Look at the exams that are new or have changed."""
    room = room_of(request)

    def task(progress: Progress) -> dict[str, Any]:
        return look_at_exams(room.study, seen=room.seen, progress=progress).as_json()

    return work_message(room.works.start("images.look", person_of(request).name, task))


@router.post("/folder", operation_id="add_folder", status_code=202)
def add_folder(request: Request, given: FolderMessage) -> WorkMessage:
    """Add a folder or zip file of this computer, then look at what came; only where it serves itself."""
    room = room_of(request)
    if not room.reach.is_own_computer:
        raise not_found()

    def task(progress: Progress) -> dict[str, Any]:
        added = add_exams(room.study, [Path(given.path).expanduser()], progress=progress)
        room.reading.images.forget()
        look_at_exams(room.study, seen=room.seen, progress=progress)
        return added.as_json()

    return work_message(room.works.start("images.add", person_of(request).name, task))


@router.post("/quarantine/try-again", operation_id="try_refused_again", status_code=202)
def refused_again(request: Request, given: TryAgainMessage) -> WorkMessage:
    """Try what was refused once more, under today's rules."""
    room = room_of(request)

    def task(progress: Progress) -> dict[str, Any]:
        tried = try_again(room.study, given.why, progress=progress)
        look_at_exams(room.study, seen=room.seen, progress=progress)
        return tried.as_json()

    return work_message(room.works.start("images.try-again", person_of(request).name, task))


def _exam(room: Room, exam: str) -> ExamSeenAnswer:
    uid = whole_uid(exam)
    seen = look_at_exam(room.study, uid)
    found = study_images(room.study, room.seen)
    line = next((one for one in found.exams if one.study_instance_uid == uid), None)
    if line is None:
        raise not_found()
    return seen_answer(line, seen, reading_began=found.overview.reading_began)
