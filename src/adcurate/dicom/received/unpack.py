"""Compressed frames to native little-endian pixels, by one decoder for each transfer syntax.

`unpack_frames` is what runs in a process of its own, away from everything else: it takes bytes and numbers,
gives bytes, and raises `ValueError` for what does not unpack. The frames' own headers are checked before.
Source: DICOM PS3.5 section 8.2 and annex G (RLE).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from imagecodecs import htj2k_decode, jpeg2k_decode, jpegls_decode, jpegsof3_decode

from adcurate.dicom.received.transfer_syntax import HTJ2K, JPEG_2000, JPEG_LOSSLESS, JPEG_LS, RLE

_DECODERS = (
    (JPEG_2000, jpeg2k_decode),
    (HTJ2K, htj2k_decode),
    (JPEG_LS, jpegls_decode),
    (JPEG_LOSSLESS, jpegsof3_decode),
)


def unpack_frames(syntax: str, parts: Sequence[bytes], rows: int, columns: int, bits_allocated: int) -> bytes:
    """The frames one after another, each `rows` x `columns` words of `bits_allocated`.

    Raises
    ------
    ValueError
        Where a frame does not unpack to exactly that.
    """
    width = bits_allocated // 8
    if syntax == RLE:
        return b"".join(_unpack_rle(part, rows * columns, width) for part in parts)
    return b"".join(_words(_decoded(syntax, part), rows, columns, width) for part in parts)


def _words(decoded: npt.NDArray[Any], rows: int, columns: int, width: int) -> bytes:
    if decoded.size != rows * columns or decoded.dtype.kind not in "iu":
        raise ValueError("the frame has another size than its header says")
    kind = decoded.dtype.kind
    if decoded.dtype.itemsize > width:
        narrow = decoded.astype(f"<{kind}{width}")
        if not np.array_equal(narrow, decoded):
            raise ValueError("the frame's values need more bits than its header says")
        return narrow.tobytes()
    return decoded.astype(f"<{kind}{width}").tobytes()


def _decoded(syntax: str, part: bytes) -> npt.NDArray[Any]:
    decode = next(decoder for syntaxes, decoder in _DECODERS if syntax in syntaxes)
    if part.rstrip(b"\0")[-2:] != b"\xff\xd9":
        raise ValueError("the stream has no end")
    try:
        return np.asarray(decode(part))
    except Exception as trouble:  # decoders raise whatever their library raises
        raise ValueError("the frame does not unpack") from trouble


def _unpack_rle(part: bytes, n_pixels: int, width: int) -> bytes:
    """One RLE frame: a segment for each byte of a word, the most significant first."""
    if len(part) < 64:
        raise ValueError("the frame has no RLE header")
    count, *offsets = struct.unpack_from("<16L", part)
    if count != width or offsets[0] != 64:
        raise ValueError("the frame has another number of segments than its words have bytes")
    words = np.empty((n_pixels, width), dtype=np.uint8)
    ends = [*offsets[1:count], len(part)]
    for number, (first, last) in enumerate(zip(offsets[:count], ends, strict=True)):
        if not 64 <= first <= last <= len(part):
            raise ValueError("a segment lies outside the frame")
        words[:, width - 1 - number] = np.frombuffer(_unpack_segment(part[first:last], n_pixels), np.uint8)
    return words.tobytes()


def _unpack_segment(segment: bytes, n_bytes: int) -> bytes:
    made: list[bytes] = []
    left, position, end = n_bytes, 0, len(segment)
    while left > 0 and position < end:
        code = segment[position]
        if code < 128:
            piece = segment[position + 1 : position + 2 + code]
            if len(piece) != code + 1:
                raise ValueError("a literal run leads out of its segment")
            position += 2 + code
        elif code > 128:
            piece = segment[position + 1 : position + 2] * (257 - code)
            position += 2
        else:
            position += 1
            continue
        left -= len(piece)
        made.append(piece)
    # A run may reach beyond the last pixel by the byte that makes a row even, never by more.
    if left > 0 or left < -1:
        raise ValueError("a segment does not hold one byte for each pixel")
    return b"".join(made)[:n_bytes]
