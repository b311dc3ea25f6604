"""The standard's own tags: (0018,9087) and its neighbours, in (0018,9117) for enhanced objects.

Source: DICOM PS3.3, MR Diffusion macro (C.8.13.5.9).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import FrameHeader, is_stated, items, numbers, text
from adcurate.dicom.vendors.reading import HIGHEST_B, DiffusionReading
from adcurate.model import BValue, Directionality, Vendor

VENDOR: Final[Vendor] = "other"
MANUFACTURERS: Final[tuple[str, ...]] = ()
TAGS: Final[tuple[int, ...]] = ()
ABSENT_MEANS_ZERO: Final = False
CREATORS: Final[tuple[str, ...]] = ()

SOURCE: Final = "(0018,9087)"

_DIFFUSION: Final = 0x00189117
_B_VALUE: Final = 0x00189087
_DIRECTIONALITY: Final = 0x00189075
_DIRECTION_SEQUENCE: Final = 0x00189076
_DIRECTION: Final = 0x00189089
_DIRECTIONALITIES: Final[dict[str, Directionality]] = {
    "NONE": "none",
    "DIRECTIONAL": "directional",
    "ISOTROPIC": "isotropic",
    "BMATRIX": "bmatrix",
}


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row from standard tags alone."""
    return checked(
        standard_b(frame),
        standard_directionality(frame),
        standard_direction(frame),
        stated=standard_b_is_stated(frame),
    )


def standard_b(frame: FrameHeader) -> float | None:
    """(0018,9087), s/mm²; None where it is not one number."""
    for home in _homes(frame):
        found = set(numbers(home, _B_VALUE, "float64"))
        if len(found) == 1:
            return found.pop()
    return None


def standard_b_is_stated(frame: FrameHeader) -> bool:
    """Whether (0018,9087) holds anything, readable or not."""
    return any(is_stated(home, _B_VALUE) for home in _homes(frame))


def standard_directionality(frame: FrameHeader) -> Directionality | None:
    """(0018,9075) in small letters."""
    for home in _homes(frame):
        found = as_directionality(text(home, _DIRECTIONALITY))
        if found is not None:
            return found
    return None


def as_directionality(word: str) -> Directionality | None:
    """The defined term in our letters, None for any other word."""
    return _DIRECTIONALITIES.get(word.strip().upper())


def standard_direction(frame: FrameHeader) -> tuple[float, float, float] | None:
    """(0018,9089), patient coordinates."""
    for home in _homes(frame):
        inside = items(home, _DIRECTION_SEQUENCE)
        found = as_direction(numbers(inside[0] if inside else home, _DIRECTION, "float64"))
        if found is not None:
            return found
    return None


def as_direction(found: Sequence[float]) -> tuple[float, float, float] | None:
    """A unit vector; None unless there are three numbers of which one is not zero."""
    if len(found) != 3:
        return None
    length = math.hypot(*found)
    if length < 1e-6:
        return None
    return (found[0] / length, found[1] / length, found[2] / length)


def checked(
    b: float | None,
    directionality: Directionality | None = None,
    direction: tuple[float, float, float] | None = None,
    *,
    source: str = SOURCE,
    actual: float | None = None,
    bias_removed: float = 0.0,
    inferred: bool = False,
    scale_slope: float | None = None,
    stated: bool = False,
    rival: float | None = None,
    remarks: tuple[str, ...] = (),
) -> DiffusionReading:
    """A reading whose b-values lie in the possible range, else without one and with the remark.

    `stated` says that some tag holds a b-value, readable or not; `rival` is another tag's, where it differs.
    """
    row = None
    if rival is not None and b is not None and differ(b, rival):
        remarks = (*remarks, "b-value.conflict")
    else:
        rival = None
    if b is not None:
        if all(0 <= value <= HIGHEST_B for value in (b, b if actual is None else actual)):
            row = BValue(b, source, actual, bias_removed, inferred, rival)
        else:
            remarks = (*remarks, "b-value.range")
    elif stated:
        remarks = (*remarks, "b-value.unreadable")
    return DiffusionReading(row, directionality, direction, scale_slope, remarks)


def differ(first: float, second: float) -> bool:
    """Whether two statements of one b-value are further apart than rounding explains."""
    return abs(first - second) > max(1.0, 0.01 * max(abs(first), abs(second)))


def _homes(frame: FrameHeader) -> tuple[Dataset | None, ...]:
    if frame.is_enhanced:
        return (frame.group(_DIFFUSION), *frame.converted())
    return (frame.root, *items(frame.root, _DIFFUSION))
