"""A deflated data set unpacked, never beyond what an image of its packed size can need.

Source: DICOM PS3.5 section A.5.
"""

from __future__ import annotations

import zlib

from adcurate.dicom.received.elements import malformed, truncated
from adcurate.errors import DicomError

MAXIMUM_BYTES = 192 * 2**20
MAXIMUM_RATIO = 100
# An empty slice packs better than 100 : 1, so the ratio counts only above this size.
_RATIO_COUNTS_ABOVE_BYTES = 16 * 2**20


def inflate_bounded(content: bytes, start: int) -> tuple[bytes, bool]:
    """The data set from `start` on, and whether more than a padding byte follows the deflated stream.

    Raises
    ------
    DicomError
        ``dicom.bomb`` at the limit, ``dicom.truncated`` where the stream has no end, ``dicom.malformed``
    """
    packed = content[start:]
    limit = min(MAXIMUM_BYTES, max(MAXIMUM_RATIO * len(packed), _RATIO_COUNTS_ABOVE_BYTES))
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = stream.decompress(packed, limit + 1)
    except zlib.error as trouble:
        raise malformed("The deflated data set cannot be inflated.") from trouble
    if len(inflated) > limit:
        raise DicomError(
            "dicom.bomb",
            "The object unpacks to more than is plausible.",
            remedy="Export it again without compression.",
            limit_bytes=limit,
        )
    if not stream.eof:
        raise truncated()
    return inflated, stream.unused_data.strip(b"\0") != b""
