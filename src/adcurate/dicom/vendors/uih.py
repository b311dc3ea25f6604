"""United Imaging: the b-value played out in (0065,1009), the one chosen in (0065,100A).

Trap: the two differ by several percent, and so would every ADC.
"""

from __future__ import annotations

from typing import Final

from adcurate.dicom.reading.headers import FrameHeader, private_tags
from adcurate.dicom.vendors.reading import DiffusionReading
from adcurate.dicom.vendors.standard import (
    SOURCE,
    as_direction,
    checked,
    differ,
    standard_b,
    standard_b_is_stated,
    standard_direction,
    standard_directionality,
)
from adcurate.model import Vendor

VENDOR: Final[Vendor] = "uih"
MANUFACTURERS: Final = ("uih", "united imaging", "shanghai united imaging")
TAGS: Final = private_tags(0x0065, 0x09, 0x0A, 0x37, 0x50, 0x51)
ABSENT_MEANS_ZERO: Final = False

PRIVATE_HEADER: Final = ("Image Private Header",)
CREATORS: Final = PRIVATE_HEADER


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row of one United Imaging frame."""
    public = standard_b(frame)
    actual = frame.private_number(0x0065, PRIVATE_HEADER, 0x09, "float64")
    chosen = frame.private_number(0x0065, PRIVATE_HEADER, 0x0A, "float64")
    direction = standard_direction(frame) or as_direction(
        frame.private_numbers(0x0065, PRIVATE_HEADER, 0x37, "float64")
    )
    directionality = standard_directionality(frame)
    if actual is None:
        nominal = chosen if public is None else public
        source = "(0065,100A)" if public is None else SOURCE
        stated = standard_b_is_stated(frame) or any(
            frame.is_private_stated(0x0065, PRIVATE_HEADER, element) for element in (0x09, 0x0A)
        )
        return checked(nominal, directionality, direction, source=source, stated=stated)
    nominal = next((value for value in (chosen, public) if value is not None), actual)
    return checked(
        nominal,
        directionality,
        direction,
        source="(0065,1009)",
        actual=actual,
        remarks=("b-value.nominal-differs",) if differ(nominal, actual) else (),
    )
