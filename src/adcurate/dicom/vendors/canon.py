"""Canon and Toshiba: (0018,9087), else the image comment ``b=1500(x,y,z)``, which also holds the direction.

Traps: Toshiba leaves the tag off its b = 0 images, and writes one on its ADC maps; a comment that says
``b=`` without a readable number is a b-value that could not be read.
"""

from __future__ import annotations

from typing import Final

from adcurate.dicom.header_phrases import GRADIENT_COMMENT
from adcurate.dicom.reading.headers import FrameHeader, text
from adcurate.dicom.vendors.reading import DiffusionReading
from adcurate.dicom.vendors.standard import (
    SOURCE,
    as_direction,
    checked,
    standard_b,
    standard_b_is_stated,
    standard_direction,
    standard_directionality,
)
from adcurate.model import Vendor

VENDOR: Final[Vendor] = "canon"
MANUFACTURERS: Final = ("toshiba", "canon")
TAGS: Final = (0x00204000,)
ABSENT_MEANS_ZERO: Final = True
CREATORS: Final[tuple[str, ...]] = ()


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row of one Canon or Toshiba frame."""
    b, source = standard_b(frame), SOURCE
    direction = standard_direction(frame)
    said = (text(home, TAGS[0]) for home in (*frame.converted(), frame.root))
    comment = next((found for found in map(GRADIENT_COMMENT.search, said) if found is not None), None)
    commented = None
    if comment is not None and comment.group(1) is not None:
        commented = float(comment.group(1))
        if b is None:
            b, source = commented, "(0020,4000)"
        if direction is None and comment.group(2) is not None:
            direction = as_direction([float(comment.group(k)) for k in (2, 3, 4)])
    return checked(
        b,
        standard_directionality(frame),
        direction,
        source=source,
        stated=standard_b_is_stated(frame) or comment is not None,
        rival=commented,
    )
