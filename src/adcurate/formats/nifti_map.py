"""A map that another program wrote as NIfTI, and its values at places in the patient."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError, InputError
from adcurate.formats.regions.nifti_labels import NiftiVolume, read_nifti_volume
from adcurate.formats.source import read_source

_MOST_BYTES: Final = 2**29


def values_at(volume: NiftiVolume, points_lps_mm: Floats, tolerance_mm: float) -> Floats | None:
    """The values at points (n, 3), or None where one is no voxel centre within the tolerance."""
    homogeneous = np.column_stack([points_lps_mm, np.ones(len(points_lps_mm))])
    index = (homogeneous @ np.linalg.inv(volume.affine_lps).T)[:, :3]
    nearest = np.rint(index).astype(np.int64)
    inside = ((nearest >= 0) & (nearest < volume.values.shape)).all()
    spacing = np.linalg.norm(volume.affine_lps[:3, :3], axis=0)
    if not inside or np.abs((index - nearest) * spacing).max() > tolerance_mm:
        return None
    return np.asarray(volume.values[tuple(nearest.T)], dtype=np.float64)


def read_nifti_map(path: Path) -> NiftiVolume:
    """Read one volume.

    Raises
    ------
    InputError
        As `read_source`; ``input.not-readable``: no NIfTI of one volume with a place in space.
    """
    content = read_source(path, limit=_MOST_BYTES, too_big=InputError, too_big_code="input.not-readable")
    try:
        return read_nifti_volume(content)
    except ForeignRegionError as trouble:
        raise InputError(
            "input.not-readable",
            f"The map's file is no NIfTI of one volume with a place in space ({trouble.code}).",
            remedy="Write it as one three-dimensional NIfTI with its affine.",
        ) from None
