"""Maps as NIfTI, for programs that do not read DICOM."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from adcurate.arrays import Floats32

_LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


def write_nifti(path: Path, values: Floats32, affine_lps: Sequence[Sequence[float]]) -> None:
    """Write a volume as NIfTI-1, float32, unscaled; an existing file is replaced whole.

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
    image = volume(np.ascontiguousarray(np.transpose(values, (2, 1, 0))), _LPS_TO_RAS @ turned)
    image.header.set_xyzt_units("mm")
    unfinished = path.with_name(f".unfinished-{path.name}")
    nibabel.save(image, unfinished)
    unfinished.replace(path)
