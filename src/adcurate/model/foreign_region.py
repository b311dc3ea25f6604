"""Regions as other tools write them, before they are tied to images, subjects and lesions of the study.

What a parser found, in one of three shapes: a contour in patient coordinates, a contour in pixels of a named
or numbered image, or a mask on a grid of its own. Which lesion it is, who drew it and whether its images are
there is not known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np

from adcurate.arrays import Floats, Integers
from adcurate.findings import Finding

ForeignFormat = Literal[
    "SEG", "RTSTRUCT", "SR", "presentation state", "NIfTI", "NRRD", "ImageJ", "OsiriX or Horos"
]
MOST_MASK_VOXELS: Final = 2**28
"""How many voxels the grid of one file may have, in all of its frames."""

MOST_REGION_VOXELS: Final = 2**22
"""How many voxels the regions of one file may have together."""


@dataclass(frozen=True, slots=True)
class ImageName:
    """The image that a contour or mask slice names: by UID and frame, or by its number in a series from 1.

    All empty: the file names none, and geometry must find the slice.
    """

    sop_instance_uid: str = ""
    frame_number: int = 1
    number_in_series: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ForeignContour:
    """One closed contour. `rings` are the outer ring, then its holes.

    ``lps``: points (n, 3), mm. ``pixel``: points (n, 2) as (row, column), whole at voxel centres, in whatever
    convention the file had.
    """

    rings: tuple[Floats, ...]
    space: Literal["lps", "pixel"]
    image: ImageName = ImageName()


@dataclass(frozen=True, slots=True, eq=False)
class ForeignMask:
    """The voxels of one region on a grid of its own.

    `indices` (n, 3) are (plane, row, column). Voxel (p, r, c) has its centre at ``origins[p] + r * row_step +
    c * column_step``, LPS mm. `images` names, for each plane, the images it says it was drawn on; empty where
    the format names none.
    """

    indices: Integers
    origins: Floats
    row_step: Floats
    column_step: Floats
    shape: tuple[int, int]
    images: tuple[tuple[ImageName, ...], ...] = ()

    @property
    def n_voxels(self) -> int:
        """How many."""
        return len(self.indices)

    def centres(self) -> Floats:
        """Centres (n, 3) of the voxels, LPS mm."""
        plane, row, column = self.indices.T
        found: Floats = (
            self.origins[plane] + row[:, None] * self.row_step + column[:, None] * self.column_step
        )
        return found

    @classmethod
    def of_volume(cls, indices: Integers, shape: tuple[int, ...], affine_lps: Floats) -> ForeignMask:
        """Voxels (k, j, i) of a volume of this shape (i, j, k); its affine (4, 4) leads to LPS mm."""
        origins = affine_lps[:3, 3] + np.arange(shape[2])[:, None] * affine_lps[:3, 2]
        return cls(
            indices,
            origins,
            np.array(affine_lps[:3, 1]),
            np.array(affine_lps[:3, 0]),
            (shape[1], shape[0]),
        )


@dataclass(frozen=True, slots=True)
class RegionFault:
    """Why something cannot enter: a code of `ERRORS`, and a sentence without patient data.

    `label` may name the patient: it is for the screen of whoever holds the file, and never kept. `file` is
    the file's place in what was given (``file 2``), `region` the region's place in its file, from 1.
    """

    code: str
    sentence: str
    remedy: str
    label: str = field(default="", repr=False)
    file: str = ""
    region: int = 0

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study regions --json``."""
        return {
            "file": self.file,
            "region": self.region,
            "code": self.code,
            "sentence": self.sentence,
            "remedy": self.remedy,
        }


@dataclass(frozen=True, slots=True, eq=False)
class ForeignRegion:
    """One region under the label it has in its file. `faults` say why it cannot be used, if it cannot."""

    label: str
    contours: tuple[ForeignContour, ...] = ()
    mask: ForeignMask | None = None
    faults: tuple[RegionFault, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class ForeignFile:
    """What one file holds. `patient_id` and `frame_of_reference_uid` are "" where the format knows none."""

    format: ForeignFormat
    regions: tuple[ForeignRegion, ...]
    patient_id: str = field(default="", repr=False)
    frame_of_reference_uid: str = ""
    findings: tuple[Finding, ...] = ()


def fault(error: Any, label: str = "") -> RegionFault:
    """An `AdcurateError` as a fault of one region."""
    return RegionFault(error.code, error.sentence, error.remedy, label)


def together(contours: Sequence[ForeignContour]) -> tuple[ForeignContour, ...]:
    """Contours in a stable order: by image, as the file had them within one."""
    return tuple(
        sorted(
            contours,
            key=lambda one: (
                one.image.sop_instance_uid,
                one.image.frame_number,
                one.image.number_in_series or 0,
            ),
        )
    )
