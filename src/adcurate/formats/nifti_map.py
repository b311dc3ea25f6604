"""A map from a NIfTI file, and its values at places in the patient."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import InputError

_MOST_BYTES: Final = 2**30
_RAS_TO_LPS: Final = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True, eq=False)
class NiftiMap:
    """`values` (i, j, k) as the file scales them; `affine_lps` (4, 4) from (i, j, k) to LPS mm."""

    values: Floats
    affine_lps: Floats

    def values_at(self, points_lps_mm: Floats, tolerance_mm: float) -> Floats | None:
        """The values at points (n, 3), or None where one is no voxel centre within the tolerance."""
        homogeneous = np.column_stack([points_lps_mm, np.ones(len(points_lps_mm))])
        index = (homogeneous @ np.linalg.inv(self.affine_lps).T)[:, :3]
        nearest = np.rint(index).astype(np.int64)
        inside = ((nearest >= 0) & (nearest < self.values.shape)).all()
        spacing = np.linalg.norm(self.affine_lps[:3, :3], axis=0)
        if not inside or np.abs((index - nearest) * spacing).max() > tolerance_mm:
            return None
        found: Floats = self.values[tuple(nearest.T)]
        return found


def read_nifti_map(path: Path) -> NiftiMap:
    """Read one volume.

    Raises
    ------
    InputError
        ``input.missing``, ``input.not-readable``: no NIfTI of one finite-sized, placed volume.
    """
    import nibabel

    if not path.is_file():
        raise InputError("input.missing", "The map's file is not there.", remedy="Check its name.")
    try:
        image: Any = nibabel.load(path)
        shape = tuple(image.shape[:3]) + (1,) * (3 - len(image.shape[:3]))
        size = np.prod([float(side) for side in image.shape])
        if min(image.shape) < 1 or size * 8 > _MOST_BYTES or size != np.prod(shape):
            raise _no_map()
        affine = _RAS_TO_LPS @ np.asarray(image.affine, dtype=np.float64)
        if abs(np.linalg.det(affine)) < 1e-12 or not np.isfinite(affine).all():
            raise _no_map()
        values = np.asarray(image.get_fdata(caching="unchanged"), dtype=np.float64).reshape(shape)
    except InputError:
        raise
    except Exception:  # nibabel raises whatever a damaged file leads it to
        raise _no_map() from None
    return NiftiMap(values, affine)


def _no_map() -> InputError:
    return InputError(
        "input.not-readable",
        "The map's file is no NIfTI of one volume with a place in space.",
        remedy="Write it as one three-dimensional NIfTI with its affine.",
    )
