"""One closed contour of one reader, in patient coordinates, as it crosses a file or the wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

ContourRole = Literal["lesion", "exclusion"]
PointLps = tuple[float, float, float]

REFERENCE: Final = " reference"
"""After a lesion's name, the name of the region of reference tissue that was drawn with it."""


@dataclass(frozen=True, slots=True)
class ContourRecord:
    """A contour and the frame it was drawn on.

    `points_lps_mm` are the corners in DICOM patient coordinates (x to the left, y to posterior, z to the
    head), in mm; the last corner joins the first. `holes_lps_mm` are closed contours cut out of it.
    `frame_number` counts from 1. An ``exclusion`` is taken away from the lesion's region.
    """

    subject: str
    lesion: str
    reader: str
    role: ContourRole
    sop_instance_uid: str
    points_lps_mm: tuple[PointLps, ...]
    frame_number: int = 1
    holes_lps_mm: tuple[tuple[PointLps, ...], ...] = ()
