"""Reading one batch of files off a request: bounded, in parts, large ones encrypted while they wait."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request

from adcurate.dicom.network.spool import Spool, SpoolOverflowError
from adcurate.errors import StoreError
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.multipart import MultipartReader, Part, PartHead, malformed, too_big
from adcurate.web.receiving.stow import boundary_of, bounded_chunks, check_length

LIMITS: Final = WebLimits(
    body_bytes=640 * 2**20, body_seconds=900.0, part_bytes=512 * 2**20, parts=512, memory_bytes=2**20
)


async def read_batch(request: Request, spool_folder: Path, limits: WebLimits = LIMITS) -> list[Spool]:
    """The files of a request, one spool each, which the caller closes.

    Raises
    ------
    WebError
        ``web.media-type``, ``web.length-required``, ``web.too-big``, ``web.malformed``, ``web.slow``
    StoreError
        ``store.disk-full``
    """
    reader = MultipartReader(boundary_of(request), limit_parts=limits.parts)
    check_length(request, limits)
    spools: list[Spool] = []
    ended = 0
    try:
        async for chunk in bounded_chunks(request, limits):
            for event in reader.feed(chunk):
                if isinstance(event, PartHead):
                    spools.append(Spool(limits.part_bytes, limits.memory_bytes, spool_folder))
                elif event is Part.END:
                    ended += 1
                elif isinstance(event, bytes):
                    _write(spools[-1], event)
        reader.finish()
        if not spools or ended != len(spools):
            raise malformed("The request has no part.")
    except BaseException:
        for one in spools:
            one.close()
        raise
    return spools


def _write(spool: Spool, piece: bytes) -> None:
    try:
        spool.write(piece)
    except SpoolOverflowError as trouble:
        raise too_big("A file of the request is too large.") from trouble
    except OSError as trouble:
        raise StoreError(
            "store.disk-full",
            "The disk has no room for the files.",
            remedy="Make room, then send them again.",
        ) from trouble
