"""GE: the first number of (0043,1039), from which multi-b protocols' 1e9 is taken off.

Traps: b = 0 images may lack (0018,9087); the second number is a set of flags, no b-value; the private tag
stands in images without any diffusion weighting too, as 0.
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

VENDOR: Final[Vendor] = "ge"
MANUFACTURERS: Final = ("ge medical", "ge healthcare", "general electric", "g.e. medical")
TAGS: Final = (*private_tags(0x0043, 0x30, 0x39), *private_tags(0x0019, 0xBB, 0xBC, 0xBD))
ABSENT_MEANS_ZERO: Final = True

BIAS: Final = 1_000_000_000.0
PARAMETERS: Final = ("GEMS_PARM_01",)
ACQUISITION: Final = ("GEMS_ACQU_01",)
CREATORS: Final = (*PARAMETERS, *ACQUISITION)


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row of one GE frame."""
    public = standard_b(frame)
    stored = frame.private_number(0x0043, PARAMETERS, 0x39)
    public_b, public_bias = _without_bias(public)
    private_b, private_bias = _without_bias(stored)
    remarks: tuple[str, ...] = ()
    if public_bias or private_bias:
        remarks += ("b-value.bias-removed",)
    b, bias, source = (
        (private_b, private_bias, "(0043,1039)") if public_b is None else (public_b, public_bias, SOURCE)
    )
    direction = standard_direction(frame)
    if direction is None:
        parts = (frame.private_number(0x0019, ACQUISITION, element) for element in (0xBB, 0xBC, 0xBD))
        direction = as_direction([part for part in parts if part is not None])
    return checked(
        b,
        standard_directionality(frame),
        direction,
        source=source,
        bias_removed=bias,
        stated=standard_b_is_stated(frame) or frame.is_private_stated(0x0043, PARAMETERS, 0x39),
        rival=private_b if public_b is not None else None,
        remarks=remarks,
    )


def _without_bias(stored: float | None) -> tuple[float | None, float]:
    """The b-value modulo 1e9, and what was taken off."""
    if stored is None or stored < BIAS:
        return stored, 0.0
    b = stored % BIAS
    return b, stored - b
