"""Pixel padding: stored values that stand for "no image here" and are no signal and no ADC.

The header names one value, or the two ends of a range. They are compared with stored values, before any
rescale.
Source: DICOM PS3.3 C.7.5.1.1.2 (pixel padding value and range limit).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset

from adcurate.arrays import Bools
from adcurate.dicom.reading.headers import number, raw_value, whole_number

_BITS_STORED: Final = 0x00280101
_PIXEL_REPRESENTATION: Final = 0x00280103
_WHOLE: Final = (0x00280120, 0x00280121)
_FLOAT: Final = (0x00280122, 0x00280124)
_DOUBLE: Final = (0x00280123, 0x00280125)
PADDING_TAGS: Final = (_BITS_STORED, _PIXEL_REPRESENTATION, *_WHOLE, *_FLOAT, *_DOUBLE)


def padding_of(header: Dataset) -> tuple[float, float] | None:
    """The lowest and highest stored value that mean padding; None where the object has none."""
    for value_tag, limit_tag in (_FLOAT, _DOUBLE):
        value, limit = number(header, value_tag), number(header, limit_tag)
        if value is not None:
            return _ends(value, limit)
    whole = _as_stored(header, _WHOLE[0])
    return None if whole is None else _ends(whole, _as_stored(header, _WHOLE[1]))


def padded(image: npt.NDArray[Any], padding: tuple[float, float] | None) -> Bools | None:
    """Where stored values are padding; None where none is."""
    if padding is None:
        return None
    low, high = padding
    mask: Bools = (image >= low) & (image <= high)
    return mask if mask.any() else None


def _ends(value: float, limit: float | None) -> tuple[float, float]:
    other = value if limit is None else limit
    return min(value, other), max(value, other)


def _as_stored(header: Dataset, tag: int) -> float | None:
    """A padding value as the pixels hold it: writers mix up signed and unsigned, the bits are the same."""
    found = raw_value(header, tag)
    if isinstance(found, (bytes, bytearray)):  # implicit VR: US or SS, which the header's reader leaves open
        value: float | None = float(np.frombuffer(found[:2], "<u2")[0]) if len(found) >= 2 else None
    else:
        value = number(header, tag)
    bits = whole_number(header, _BITS_STORED) or 16
    if value is None or value != int(value) or not 1 <= bits <= 16:
        return value
    kept = int(value) & ((1 << bits) - 1)
    is_negative = whole_number(header, _PIXEL_REPRESENTATION) == 1 and kept >> (bits - 1)
    return float(kept - (1 << bits)) if is_negative else float(kept)
