"""Siemens: (0018,9087), else (0019,100C), else the CSA image header, else the sequence name.

Traps: archives leave (0019,100C) as bytes (``800 ``); the ADC map carries the highest b, the calculated
image its own; XA software has the standard tag only.
"""

from __future__ import annotations

import re
from typing import Final

from adcurate.dicom.reading.headers import FrameHeader, private_tags, text
from adcurate.dicom.siemens_csa import csa_numbers, csa_text, parse_csa
from adcurate.dicom.vendors.reading import DiffusionReading
from adcurate.dicom.vendors.standard import (
    SOURCE,
    as_direction,
    as_directionality,
    checked,
    standard_b,
    standard_b_is_stated,
    standard_direction,
    standard_directionality,
)
from adcurate.model import Vendor

VENDOR: Final[Vendor] = "siemens"
MANUFACTURERS: Final = ("siemens",)
TAGS: Final = (*private_tags(0x0019, 0x0A, 0x0C, 0x0D, 0x0E), *private_tags(0x0029, 0x10))
ABSENT_MEANS_ZERO: Final = False

HEADER: Final = ("SIEMENS MR HEADER",)
FRAME_HEADER: Final = ("SIEMENS MR SDI 02",)
CSA_HEADER: Final = ("SIEMENS CSA HEADER",)
_SEQUENCE_NAME: Final = 0x00180024
_NAMED_B: Final = re.compile(r"ep_b(\d{1,5})(?:t|#\d+)?$")
CREATORS: Final = (*HEADER, *CSA_HEADER)


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row of one Siemens frame."""
    directionality = standard_directionality(frame)
    direction = standard_direction(frame)
    public = standard_b(frame)
    private = frame.private_number(0x0019, HEADER, 0x0C)
    source = SOURCE if public is not None else "(0019,100C)"
    if directionality is None:
        directionality = as_directionality(frame.private_text(0x0019, HEADER, 0x0D))
    if direction is None:
        direction = as_direction(frame.private_numbers(0x0019, HEADER, 0x0E, "float64"))
    if public is None and private is None:
        csa = parse_csa(frame.private_value(0x0029, CSA_HEADER, 0x10))
        private = next(iter(csa_numbers(csa, "B_value")), None)
        source = "(0029,1010) B_value"
        if private is not None:
            directionality = directionality or as_directionality(csa_text(csa, "DiffusionDirectionality"))
            direction = direction or as_direction(csa_numbers(csa, "DiffusionGradientDirection"))
    b = private if public is None else public
    if b is None:
        said = (text(home, _SEQUENCE_NAME) for home in (*frame.converted(), frame.root))
        name = next(filter(None, said), "") or frame.private_text(0x0021, FRAME_HEADER, 0x77)
        named = _NAMED_B.search(name)
        if named is None:
            stated = standard_b_is_stated(frame) or frame.is_private_stated(0x0019, HEADER, 0x0C)
            return checked(None, directionality, direction, stated=stated)
        return checked(
            float(named.group(1)),
            directionality,
            direction,
            source="(0018,0024)",
            inferred=True,
            remarks=("b-value.from-name",),
        )
    rival = private if public is not None else None
    return checked(b, directionality, direction, source=source, rival=rival)
