"""A slice's values on another slice's grid, and which slices of two stacks belong together. Numpy only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.geometry.plane import Plane

_PARALLEL: float = 1e-3
_UNKNOWN_THICKNESS_MM: float = 0.1


def resample_bilinear(values: npt.ArrayLike, plane: Plane, target: Plane) -> Floats:
    """Interpolate `values` linearly at the voxel centres of `target`, projected onto `plane`.

    Parameters
    ----------
    values : (row, column)
        On `plane`; NaN where unknown.
    plane, target
        Parallel slices; the distance between them is the caller's concern.

    Returns
    -------
    Floats
        (row, column) of `target`; NaN outside `plane` and wherever a neighbour is NaN.

    Examples
    --------
    >>> from adcurate.geometry import Plane
    >>> coarse = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 2.0, 2.0, 2, 2)
    >>> fine = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0, 3, 3)
    >>> resample_bilinear([[0.0, 2.0], [4.0, 6.0]], coarse, fine).tolist()
    [[0.0, 1.0, 2.0], [2.0, 3.0, 4.0], [4.0, 5.0, 6.0]]
    """
    known = np.asarray(values, dtype=np.float64)
    rows, columns = np.mgrid[: target.n_rows, : target.n_columns]
    centres = target.to_lps(np.column_stack([rows.ravel(), columns.ravel()]))
    at = np.round(plane.to_pixel(centres), 9)
    low = np.clip(np.floor(at).astype(np.int64), 0, np.maximum(np.array(known.shape) - 2, 0))
    high = np.minimum(low + 1, np.array(known.shape) - 1)
    share = at - low
    inside = np.all((at >= 0) & (at <= np.array(known.shape) - 1), axis=1)
    total = np.zeros(len(at))
    for row, column, weight in (
        (low[:, 0], low[:, 1], (1 - share[:, 0]) * (1 - share[:, 1])),
        (low[:, 0], high[:, 1], (1 - share[:, 0]) * share[:, 1]),
        (high[:, 0], low[:, 1], share[:, 0] * (1 - share[:, 1])),
        (high[:, 0], high[:, 1], share[:, 0] * share[:, 1]),
    ):
        total += np.where(weight > 0, weight * known[row, column], 0.0)
    return np.where(inside, total, np.nan).reshape(target.shape)


def matching_slices(first: Sequence[Plane], second: Sequence[Plane]) -> list[tuple[int, int]]:
    """Pairs of parallel slices of two stacks that lie within half a slice's thickness of each other.

    Each slice of `first` gets the nearest of `second`; thickness is that of `second` (0.1 mm where unknown).
    """
    pairs = []
    for i, plane in enumerate(first):
        centre = plane.to_lps([[(plane.n_rows - 1) / 2, (plane.n_columns - 1) / 2]])
        apart = [
            (abs(float(other.distance_mm(centre)[0])), j)
            for j, other in enumerate(second)
            if abs(abs(float(np.dot(plane.normal, other.normal))) - 1) < _PARALLEL
        ]
        if not apart:
            continue
        distance, j = min(apart)
        thickness = second[j].slice_thickness_mm
        if distance <= (_UNKNOWN_THICKNESS_MM if thickness is None else thickness / 2 + 1e-6):
            pairs.append((i, j))
    return pairs
