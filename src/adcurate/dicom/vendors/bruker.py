"""Bruker ParaVision: standard tags where the export wrote them; classic exports hold no b-value.

Trap: one series may interleave several parameter maps, each slice with its own rescale slope.
"""

from __future__ import annotations

from typing import Final

from adcurate.dicom.reading.headers import FrameHeader
from adcurate.dicom.vendors import standard
from adcurate.dicom.vendors.reading import DiffusionReading
from adcurate.model import Vendor

VENDOR: Final[Vendor] = "bruker"
MANUFACTURERS: Final = ("bruker",)
TAGS: Final[tuple[int, ...]] = ()
ABSENT_MEANS_ZERO: Final = False
CREATORS: Final[tuple[str, ...]] = ()


def read_diffusion(frame: FrameHeader) -> DiffusionReading:
    """The ledger row of one Bruker frame."""
    return standard.read_diffusion(frame)
