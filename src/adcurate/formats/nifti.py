"""Volumes as NIfTI with a JSON sidecar, for programs that do not read DICOM."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats32

SIDECAR_SCHEMA: Final = "adcurate.nifti-sidecar"
SIDECAR_VERSION: Final = 1

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
_SCANNER_SPACE: Final = 1
_SHEAR: Final = 1e-4


def nifti_bytes(values: Floats32 | npt.NDArray[np.uint8], affine_lps: Sequence[Sequence[float]]) -> bytes:
    """A volume as NIfTI-1, unscaled: slope 1, intercept 0, in the type it comes in.

    Parameters
    ----------
    values : (slice, row, column)
        In their own unit; NaN stays NaN.
    affine_lps : (4, 4), mm
        From (slice, row, column) to DICOM patient coordinates. NIfTI's are RAS with the column first: both
        are turned here, so that every reader shows the same side.
    """
    import nibabel

    # nibabel annotates itself only in part.
    volume: Any = nibabel.Nifti1Image
    turned = np.array(affine_lps, dtype=np.float64)[:, [2, 1, 0, 3]]
    affine = _LPS_TO_RAS @ turned
    image = volume(np.ascontiguousarray(np.transpose(values, (2, 1, 0))), affine)
    image.header.set_xyzt_units("mm")
    image.header.set_slope_inter(1.0, 0.0)
    image.set_sform(affine, code=_SCANNER_SPACE)
    # A quaternion cannot say a shear; then only the matrix speaks.
    sheared = _shear(affine) > _SHEAR
    image.set_qform(affine, code=0 if sheared else _SCANNER_SPACE)
    content: bytes = image.to_bytes()
    return content


def write_nifti(path: Path, values: Floats32, affine_lps: Sequence[Sequence[float]]) -> None:
    """Write a volume as `nifti_bytes` makes it; an existing file is replaced whole."""
    unfinished = path.with_name(f".unfinished-{path.name}")
    unfinished.write_bytes(nifti_bytes(values, affine_lps))
    unfinished.replace(path)


def sidecar_bytes(facts: Mapping[str, object]) -> bytes:
    """What a NIfTI file cannot say of itself, as JSON: unit, b-values, ids. Keys in the order given."""
    content = {"schema": SIDECAR_SCHEMA, "schema_version": SIDECAR_VERSION, **facts}
    return (json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode("utf-8")


def _shear(affine: npt.NDArray[np.float64]) -> float:
    """The largest cosine between two axes of the grid; 0 where they are at right angles."""
    axes = affine[:3, :3] / np.linalg.norm(affine[:3, :3], axis=0)
    return float(np.abs(axes.T @ axes - np.eye(3)).max())
