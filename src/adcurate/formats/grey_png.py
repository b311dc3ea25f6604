"""A small grey picture as PNG (ISO/IEC 15948), for pages that show what a series looks like."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def grey_png(image: npt.NDArray[Any], largest_side: int) -> bytes:
    """`image` (row, column) of any type, its darkest hundredth black and its lightest white.

    Pixels are left out evenly until neither side is longer than `largest_side`; NaN is black.
    """
    step = max(1, -(-max(image.shape) // largest_side))
    small = np.nan_to_num(image[::step, ::step].astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
    low, high = np.percentile(small, [1.0, 99.5])
    scaled = np.clip((small - low) / max(high - low, 1e-12), 0.0, 1.0)
    grey = (scaled * 255.0 + 0.5).astype(np.uint8)
    rows, columns = grey.shape
    lines = np.zeros((rows, columns + 1), dtype=np.uint8)
    lines[:, 1:] = grey
    header = struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", header),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 6)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
