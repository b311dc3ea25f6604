"""QIDO-RS and WADO-RS (PS3.18 sections 10.6, 10.4): a route parses, asks the research objects, answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from adcurate.errors import WebError
from adcurate.study.serving.research_objects import MOST_ROWS, Asked, ResearchObjects
from adcurate.web.room.dicomweb.parts import DICOM_JSON, accepts, multipart_answer
from adcurate.web.room.dicomweb.token import require_token
from adcurate.web.room.rights import room_of

PREFIX = "/dicom-web"
_NOT_MATCHED = frozenset({"limit", "offset", "includefield", "fuzzymatching"})
_MOST_FRAMES = 10_000
_OBJECT = "application/dicom"
_BYTES = "application/octet-stream"

router = APIRouter(prefix=PREFIX, dependencies=[require_token()], include_in_schema=False)


@router.get("/studies")
def find_studies(request: Request) -> Response:
    accepts(request, DICOM_JSON)
    return _rows(_objects(request).studies(_asked(request)))


@router.get("/series")
def find_series(request: Request) -> Response:
    accepts(request, DICOM_JSON)
    return _rows(_objects(request).series(_asked(request)))


@router.get("/instances")
def find_instances(request: Request) -> Response:
    accepts(request, DICOM_JSON)
    return _rows(_objects(request).instances(_asked(request)))


@router.get("/studies/{study}/series")
def find_series_of_study(request: Request, study: str) -> Response:
    accepts(request, DICOM_JSON)
    return _rows(_objects(request).series(_asked(request), study))


@router.get("/studies/{study}/instances")
def find_instances_of_study(request: Request, study: str) -> Response:
    accepts(request, DICOM_JSON)
    return _rows(_objects(request).instances(_asked(request), study))


@router.get("/studies/{study}/series/{series}/instances")
def find_instances_of_series(request: Request, study: str, series: str) -> Response:
    accepts(request, DICOM_JSON)
    return _rows(_objects(request).instances(_asked(request), study, series))


@router.get("/studies/{study}/metadata")
def study_metadata(request: Request, study: str) -> Response:
    return _metadata(request, study)


@router.get("/studies/{study}/series/{series}/metadata")
def series_metadata(request: Request, study: str, series: str) -> Response:
    return _metadata(request, study, series)


@router.get("/studies/{study}/series/{series}/instances/{instance}/metadata")
def instance_metadata(request: Request, study: str, series: str, instance: str) -> Response:
    return _metadata(request, study, series, instance)


@router.get("/studies/{study}")
def study_objects(request: Request, study: str) -> Response:
    accepts(request, _OBJECT)
    return multipart_answer(_objects(request).objects(study), _OBJECT)


@router.get("/studies/{study}/series/{series}")
def series_objects(request: Request, study: str, series: str) -> Response:
    accepts(request, _OBJECT)
    return multipart_answer(_objects(request).objects(study, series), _OBJECT)


@router.get("/studies/{study}/series/{series}/instances/{instance}")
def instance_object(request: Request, study: str, series: str, instance: str) -> Response:
    accepts(request, _OBJECT)
    return multipart_answer(_objects(request).objects(study, series, instance), _OBJECT)


@router.get("/studies/{study}/series/{series}/instances/{instance}/frames/{frames}")
def instance_frames(request: Request, study: str, series: str, instance: str, frames: str) -> Response:
    accepts(request, _BYTES)
    found = _objects(request).frames(study, series, instance, _numbers(frames))
    return multipart_answer(found, _BYTES)


@router.get("/studies/{study}/series/{series}/instances/{instance}/bulkdata/pixels")
def instance_pixels(request: Request, study: str, series: str, instance: str) -> Response:
    accepts(request, _BYTES)
    found = _objects(request).frames(study, series, instance, ())
    return multipart_answer([b"".join(found)], _BYTES)


def _objects(request: Request) -> ResearchObjects:
    state = request.app.state
    if not hasattr(state, "research_objects"):
        room = room_of(request)
        state.research_objects = ResearchObjects(room.store, room.reach.base_url.rstrip("/") + PREFIX)
    found: ResearchObjects = state.research_objects
    return found


def _rows(rows: list[dict[str, object]]) -> Response:
    return JSONResponse(rows, media_type=DICOM_JSON) if rows else Response(status_code=204)


def _metadata(
    request: Request, study: str, series: str | None = None, instance: str | None = None
) -> Response:
    accepts(request, DICOM_JSON)
    headers = _objects(request).metadata(study, series, instance)

    def letters() -> Iterator[bytes]:
        before = b"["
        for one in headers:
            yield before + JSONResponse(one).body
            before = b","
        yield b"]"

    return StreamingResponse(letters(), media_type=DICOM_JSON)


def _asked(request: Request) -> Asked:
    wanted = {name: value for name, value in request.query_params.items() if name not in _NOT_MATCHED}
    return Asked(wanted, _count(request, "limit", MOST_ROWS), _count(request, "offset", 0))


def _count(request: Request, name: str, otherwise: int) -> int:
    text = request.query_params.get(name, str(otherwise))
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _malformed(f"{name} is no whole number.")
    return int(text)


def _numbers(text: str) -> tuple[int, ...]:
    if not re.fullmatch(r"[0-9]{1,6}(,[0-9]{1,6})*", text) or text.count(",") >= _MOST_FRAMES:
        raise _malformed("The frames are no list of numbers.")
    return tuple(int(one) for one in text.split(","))


def _malformed(sentence: str) -> WebError:
    return WebError("web.malformed", sentence, remedy="Send numbers, such as limit=100 or frames/1,2.")
