"""Uploads of a page: begun, sent in batches, ended. An answered batch is on disk, without identity."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool

from adcurate.web.room.images.batch import read_batch
from adcurate.web.room.images.messages import LeftAloneMessage, UploadAnswer
from adcurate.web.room.images.wording import upload_answer
from adcurate.web.room.rights import require, room_of

PREFIX: Final = "/api/images/uploads"
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "description": "multipart/related, one DICOM file each part",
        "required": True,
        "content": {"multipart/related": {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = APIRouter(prefix=PREFIX, tags=["images"], dependencies=[require("coordinator", whole_study=True)])


@router.post("", operation_id="begin_upload", status_code=201)
def begin(request: Request) -> UploadAnswer:
    """Open the way in for files of the page."""
    room = room_of(request)
    upload = room.uploads.begin(room.study)
    return upload_answer(upload.id, upload.count())


@router.post("/{upload}/files", operation_id="send_files", openapi_extra=_BODY)
async def send_files(request: Request, upload: str) -> UploadAnswer:
    """Store a batch of files; sent again, they are known."""
    room = room_of(request)
    found = room.uploads.get(upload)
    spools = await read_batch(request, room.study.vault)
    try:
        count = await run_in_threadpool(found.take, spools)
    finally:
        for one in spools:
            one.close()
    return upload_answer(upload, count)


@router.post("/{upload}/left-alone", operation_id="count_left_alone")
def left_alone(request: Request, upload: str, given: LeftAloneMessage) -> UploadAnswer:
    """Count what the page saw and does not send."""
    return upload_answer(upload, room_of(request).uploads.get(upload).leave_alone(given.reasons))


@router.delete("/{upload}", operation_id="end_upload")
def end(request: Request, upload: str) -> UploadAnswer:
    """Let the way in go; what came is kept."""
    room = room_of(request)
    count = room.uploads.end(upload)
    room.reading.images.forget()
    return upload_answer(upload, count)
