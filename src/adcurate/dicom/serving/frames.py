"""Frames of a research object as bytes: little endian, as they are stored, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcurate.dicom.reading.decoding import read_pixels
from adcurate.errors import WebError
from adcurate.model import ObjectSource


def frame_bytes(source: ObjectSource, numbers: Sequence[int]) -> tuple[bytes, ...]:
    """The frames of these numbers, which count from 1.

    Raises
    ------
    WebError
        ``web.not-found``
    DicomError
        As `decoding.read_pixels`.
    """
    pixels = read_pixels(source)
    if not all(1 <= number <= len(pixels) for number in numbers):
        raise WebError(
            "web.not-found",
            "The object has no such frame.",
            remedy="Frames count from 1 to Number of Frames.",
        )
    little = pixels.astype(pixels.dtype.newbyteorder("<"), copy=False)
    return tuple(np.ascontiguousarray(little[number - 1]).tobytes() for number in numbers)
