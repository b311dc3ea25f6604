"""What a compressed frame says of itself before anything unpacks it: size, bits, and whether it lost any.

Only the markers in front of the picture are read, each within its own length.
Source: ISO/IEC 10918-1 annex B (JPEG), 14495-1 annex C (JPEG-LS), 15444-1 annex A and 15444-15 (JPEG 2000).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal["jpeg", "jpeg-lossless", "jpeg-ls", "jpeg-2000"]

_FRAME_MARKERS = frozenset(
    [*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7]
)
_JP2_BOX = b"\x00\x00\x00\x0cjP  "
_MOST_MARKERS = 1000


@dataclass(frozen=True, slots=True)
class Codestream:
    """The head of one compressed frame. `is_lossless` is what its transform says, not what was cut off."""

    family: Family
    rows: int
    columns: int
    components: int
    precision: int
    is_lossless: bool


def read_codestream(part: bytes) -> Codestream | None:
    """The head of a JPEG, JPEG-LS or JPEG 2000 stream, None where the bytes are none or it is damaged."""
    if part.startswith(_JP2_BOX):
        start = part.find(b"\xff\x4f\xff\x51", 0, 4096)
        part = part[start:] if start > 0 else b""
    if part[:4] == b"\xff\x4f\xff\x51":
        return _jpeg_2000(part)
    return _jpeg(part) if part[:2] == b"\xff\xd8" else None


def _number(part: bytes, start: int, size: int) -> int:
    return int.from_bytes(part[start : start + size], "big")


def _jpeg_2000(part: bytes) -> Codestream | None:
    if len(part) < 45:
        return None
    right, bottom, left, top = (_number(part, start, 4) for start in (8, 12, 16, 20))
    tile_columns, tile_rows = _number(part, 24, 4), _number(part, 28, 4)
    components, bits = _number(part, 40, 2), part[42]
    steps = (part[43], part[44])
    if (
        components < 1
        or steps != (1, 1)
        or not (right > left and bottom > top and tile_columns and tile_rows)
    ):
        return None
    reversible = None
    position = 4 + _number(part, 4, 2)
    for _ in range(_MOST_MARKERS):
        marker, length = _number(part, position, 2), _number(part, position + 2, 2)
        if marker == 0xFF90 or length < 2 or position + 2 + length > len(part):
            break
        if marker == 0xFF52:
            reversible = _number(part, position + 13, 1) == 1
        # COC may choose another transform for one component; MR has one, so it would replace COD's.
        elif marker == 0xFF53:
            reversible = bool(reversible) and _number(part, position + 10, 1) == 1
        position += 2 + length
    if reversible is None:
        return None
    return Codestream("jpeg-2000", bottom - top, right - left, components, (bits & 0x7F) + 1, reversible)


def _jpeg(part: bytes) -> Codestream | None:
    frame: tuple[int, int, int, int, int] | None = None
    position = 2
    for _ in range(_MOST_MARKERS):
        while part[position : position + 2] == b"\xff\xff":
            position += 1
        if part[position : position + 1] != b"\xff" or position + 4 > len(part):
            return None
        marker, length = part[position + 1], _number(part, position + 2, 2)
        if length < 2 or position + 2 + length > len(part):
            return None
        if marker in _FRAME_MARKERS and length >= 8:
            frame = (
                marker,
                part[position + 4],
                _number(part, position + 5, 2),
                _number(part, position + 7, 2),
                part[position + 9],
            )
        if marker == 0xDA:
            return None if frame is None else _scanned(part, position, length, *frame)
        position += 2 + length
    return None


def _scanned(
    part: bytes,
    position: int,
    length: int,
    marker: int,
    precision: int,
    rows: int,
    columns: int,
    components: int,
) -> Codestream | None:
    """The stream of a frame whose first scan begins at `position`."""
    if marker == 0xF7:
        near = _number(part, position + 2 + length - 3, 1)
        return Codestream("jpeg-ls", rows, columns, components, precision, near == 0)
    if marker == 0xC3:
        point_transform = part[position + 1 + length] & 0x0F
        return Codestream("jpeg-lossless", rows, columns, components, precision, point_transform == 0)
    return Codestream("jpeg", rows, columns, components, precision, False)
