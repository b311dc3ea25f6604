"""A reader's list, one case, and its images."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response

from adcurate.study.reading.case import case_frames, load_first_case, open_case
from adcurate.study.reading.next_case import reading_list
from adcurate.web.room.case_messages import CaseMessage, ReadingMessage
from adcurate.web.room.rights import person_of, require, room_of
from adcurate.web.room.wording import case_message, reading_message

router = APIRouter(prefix="/api/reading", tags=["reading"], dependencies=[require("reader")])

Number = Annotated[int, Path(ge=1, le=100_000)]
PIXELS = "application/octet-stream"
PIXEL_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "content": {PIXELS: {"schema": {"type": "string", "format": "binary"}}},
        "description": "rows * columns values of the series' type, little endian, image after image; "
        "ADC maps in 1e-6 mm2/s, or in percent of the window where readers see no numbers (no unit); "
        "NaN where not estimated",
    }
}


@router.get("", operation_id="list_cases")
def list_cases(request: Request) -> ReadingMessage:
    """The reader's cases in the order in which they are read."""
    room, person = room_of(request).reading, person_of(request)
    listed = reading_list(room, person.name)
    load_first_case(room, listed)
    return reading_message(person.name, listed, room.rules())


@router.get("/items/{item}", operation_id="open_case")
def open_one_case(request: Request, item: str) -> CaseMessage:
    """One case: geometry of its images, the pointer, and what was drawn so far."""
    return case_message(open_case(room_of(request).reading, person_of(request).name, item))


@router.get(
    "/items/{item}/series/{series}/frames/{first}-{last}",
    operation_id="case_frames",
    response_class=Response,
    responses=PIXEL_ANSWER,
)
def frames(request: Request, item: str, series: str, first: Number, last: Number) -> Response:
    """Images of a case, one after the other."""
    reader = person_of(request).name
    found = case_frames(room_of(request).reading, reader, item, series, first, last)
    return Response(found, media_type=PIXELS)
