"""Philips: (0018,9087), else (2001,1003); the scale slope (2005,100E) beside the rescale.

Traps: repeats of b = 0 are stored as 0.001, 0.002, ...; the trace and ADC images may stand in the raw
series; old software has only the private tag.
"""

from __future__ import annotations

from typing import Final

from adcurate.dicom.reading.headers import FrameHeader, private_tags
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

VENDOR: Final[Vendor] = "philips"
MANUFACTURERS: Final = ("philips",)
TAGS: Final = (
    *private_tags(0x2001, 0x03, 0x04),
    *private_tags(0x2005, 0x0D, 0x0E, 0xB0, 0xB1, 0xB2),
)
ABSENT_MEANS_ZERO: Final = False

IMAGING: Final = ("Philips Imaging DD 001",)
MR_IMAGING: Final = ("Philips MR Imaging DD 001",)
HIGHEST_REPEAT_COUNTER: Final = 0.5
_SMALLEST: Final = 1e-6
CREATORS: Final = (*IMAGING, *MR_IMAGING)


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row of one Philips frame."""
    public = standard_b(frame)
    private = frame.private_number(0x2001, IMAGING, 0x03, "float32")
    if private is not None and 0 < abs(private) < _SMALLEST:
        private = None  # other bytes than a number's, read as one
    stored, source = (private, "(2001,1003)") if public is None else (public, SOURCE)
    remarks: tuple[str, ...] = ()
    if stored is not None and 0 < stored < HIGHEST_REPEAT_COUNTER:
        source = f"{source} stored {stored:.4g}"
        stored = 0.0
        remarks += ("b-value.repeat-counter",)
    directionality = standard_directionality(frame)
    if directionality is None and stored and frame.private_text(0x2001, IMAGING, 0x04).upper() == "I":
        directionality = "isotropic"
    direction = standard_direction(frame)
    if direction is None:
        parts = (
            frame.private_number(0x2005, MR_IMAGING, element, "float32") for element in (0xB0, 0xB1, 0xB2)
        )
        direction = as_direction([part for part in parts if part is not None])
    scale = frame.private_number(0x2005, MR_IMAGING, 0x0E, "float32")
    return checked(
        stored,
        directionality,
        direction,
        source=source,
        scale_slope=scale if scale else None,
        stated=standard_b_is_stated(frame) or frame.is_private_stated(0x2001, IMAGING, 0x03),
        rival=private if public is not None else None,
        remarks=remarks,
    )
