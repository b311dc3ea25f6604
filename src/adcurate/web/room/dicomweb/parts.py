"""Answers in many parts (multipart/related), and which media types a caller takes."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator

from fastapi import Request
from fastapi.responses import StreamingResponse

from adcurate.errors import WebError

DICOM_JSON = "application/dicom+json"
_EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"


def accepts(request: Request, media_type: str) -> None:
    """Refuse the call unless it takes `media_type`, alone or as parts of a whole.

    Raises
    ------
    WebError
        ``web.not-acceptable``
    """
    taken = request.headers.get("accept", "*/*").lower().replace('"', "").replace(" ", "")
    major = media_type.partition("/")[0]
    also = {"application/json"} if media_type == DICOM_JSON else set()
    for one in taken.split(","):
        kind, *parameters = one.split(";")
        if kind == "multipart/related":
            types = [each.removeprefix("type=") for each in parameters if each.startswith("type=")]
            kind = types[0] if types else "*/*"
        if kind in {media_type, f"{major}/*", "*/*", *also}:
            return
    raise WebError(
        "web.not-acceptable",
        f"The answer is only given as {media_type}.",
        remedy=f"Send Accept: {media_type}.",
    )


def multipart_answer(bodies: Iterable[bytes], media_type: str) -> StreamingResponse:
    """Bodies as the parts of one answer, sent as they come."""
    boundary = secrets.token_hex(16)
    of_part = f"Content-Type: {media_type}; transfer-syntax={_EXPLICIT_LITTLE}\r\n\r\n"
    if media_type == "application/octet-stream":
        of_part = f"Content-Type: {media_type}\r\n\r\n"

    def parts() -> Iterator[bytes]:
        for body in bodies:
            yield f"--{boundary}\r\n{of_part}".encode()
            yield body
            yield b"\r\n"
        yield f"--{boundary}--\r\n".encode()

    whole = f'multipart/related; type="{media_type}"; boundary={boundary}'
    return StreamingResponse(parts(), media_type=whole)
