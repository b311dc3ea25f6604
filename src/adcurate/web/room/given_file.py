"""A table that a page sends with what is asked about it: two parts of one request, JSON and then the file.

Bounded as it comes, encrypted where it waits on disk. It knows neither routes nor what a table holds.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from adcurate.errors import WebError
from adcurate.formats.delimited import SIZE_LIMIT
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.room.answers import malformed
from adcurate.web.room.images.batch import read_batch
from adcurate.web.room.people_messages import Message
from adcurate.web.room.security import check_json

LIMITS: Final = WebLimits(
    body_bytes=SIZE_LIMIT + 2**20, body_seconds=600.0, part_bytes=SIZE_LIMIT, parts=2, memory_bytes=2**20
)
_ASKED_BYTES: Final = 2**20

Asked = TypeVar("Asked", bound=Message)


def file_body(message: type[Message]) -> dict[str, Any]:
    """What the description of the interface says of such a body."""
    parts = {"asked": message.model_json_schema(), "file": {"type": "string", "format": "binary"}}
    schema = {"type": "object", "properties": parts, "required": ["asked", "file"]}
    content = {"multipart/related": {"schema": schema}}
    return {
        "requestBody": {"description": "JSON, then the file's bytes", "required": True, "content": content}
    }


async def read_given(request: Request, message: type[Asked], spool_folder: Path) -> tuple[Asked, bytes]:
    """What is asked, and the file's bytes.

    Raises
    ------
    WebError
        ``web.too-big``, ``web.malformed``, and as `read_batch`
    RequestValidationError
        An `asked` that does not say what it should.
    """
    length = request.headers.get("content-length", "")
    if length.isdecimal() and len(length) < 19 and int(length) > LIMITS.body_bytes:
        raise _too_big()
    spools = await read_batch(request, spool_folder, LIMITS)
    try:
        if len(spools) != LIMITS.parts or spools[0].n_bytes > _ASKED_BYTES:
            raise malformed("The request is not a question and a file.")
        asked, content = (one.content() for one in spools)
    finally:
        for one in spools:
            one.close()
    check_json(asked)
    try:
        return message.model_validate_json(asked), content
    except ValidationError as trouble:
        faults = [{**one, "loc": ("body", *one["loc"])} for one in trouble.errors(include_input=False)]
        raise RequestValidationError(faults) from None


def _too_big() -> WebError:
    return WebError(
        "web.too-big",
        f"The file is larger than {SIZE_LIMIT // 10**6} MB, which no table of ours is.",
        remedy="Take out the sheets, columns and rows that are not needed, and give that file.",
        limit_bytes=SIZE_LIMIT,
    )
