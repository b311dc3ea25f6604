"""How well do two outlines of one lesion coincide? Overlap, and the distance between their surfaces.

Dice says how much is shared, and hides where the rest is; the distances say how far apart the surfaces run.
Both are of surfaces, not of filled regions: an outline inside another is not at distance zero from it.
What is drawn (rings in mm, masks on one grid) comes as plain arrays.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding


@dataclass(frozen=True, slots=True)
class SurfaceDistance:
    """Distances between two surfaces, mm, every point of each to the nearest of the other.

    `hausdorff` is the largest; `hausdorff_95` the larger of the two 95th percentiles, one for each
    direction; `mean` is over the points of both surfaces together.
    """

    hausdorff: float
    hausdorff_95: float
    mean: float


@dataclass(frozen=True, slots=True)
class RegionOverlap:
    """Two regions of one lesion.

    `dice` is twice the shared size over the sum of sizes, `jaccard` the shared size over that of both
    together. Sizes are mm² or mm³, as `unit` says. Without a voxel in one region both shares are 0 and the
    distances NaN; without any in either, all are NaN: nothing was compared.
    """

    dice: float
    jaccard: float
    distance: SurfaceDistance
    size_first: float
    size_second: float
    size_shared: float
    unit: Literal["mm2", "mm3"]
    method: str
    findings: tuple[Finding, ...]


def estimate_mask_overlap(
    first: npt.ArrayLike, second: npt.ArrayLike, spacing_mm: tuple[float, float, float]
) -> RegionOverlap:
    """Compare two masks on one grid.

    A surface is the set of centres of voxels of the region that share a face with a voxel outside it; along
    an axis of a single voxel there is no outside, so that a mask of one slice has an outline. Centres lie
    half a voxel inside the true surface in both regions alike.

    Parameters
    ----------
    first, second : (slice, row, column), boolean
        The regions.
    spacing_mm
        Distance of centres along slice, row and column.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Checked against boxes and balls whose distances are known.

    Examples
    --------
    >>> import numpy as np
    >>> first, second = np.zeros((1, 8, 8), bool), np.zeros((1, 8, 8), bool)
    >>> first[0, 1:5, 1:5] = second[0, 1:5, 3:7] = True
    >>> found = estimate_mask_overlap(first, second, (5.0, 1.5, 1.5))
    >>> found.dice, found.distance.hausdorff
    (0.5, 3.0)
    """
    a, b = _mask(first), _mask(second)
    if a.shape != b.shape:
        raise StatisticsError(
            "statistics.shape",
            "Two masks are compared on one grid; these differ in shape.",
            remedy="Bring both regions onto the same grid.",
        )
    spacing = np.array(spacing_mm, dtype=np.float64)
    if spacing.shape != (3,) or not np.all(np.isfinite(spacing) & (spacing > 0.0)):
        raise StatisticsError(
            "statistics.option",
            "The spacing of voxels is three positive numbers in mm.",
            remedy="Give slice, row and column spacing.",
        )
    voxel = float(spacing.prod())
    sizes = tuple(voxel * int(np.count_nonzero(mask)) for mask in (a, b, a & b))
    surfaces = _surface_points(a, spacing), _surface_points(b, spacing)
    distance = measure_surface_distance(*surfaces) if all(len(s) for s in surfaces) else NO_DISTANCE
    method = "voxels; surface: centres of voxels with a face outside"
    return compose_overlap(sizes[0], sizes[1], sizes[2], distance, "mm3", method)


def measure_surface_distance(first: Floats, second: Floats) -> SurfaceDistance:
    """Measure the distance between two surfaces given as points (n, d) and (m, d), mm.

    Every point weighs the same: for a line, give points evenly spaced along it.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` when a surface has no point; ``statistics.shape``

    Examples
    --------
    >>> import numpy as np
    >>> measure_surface_distance(np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0]])).mean
    2.0786893258332633
    """
    from scipy.spatial import cKDTree

    for points in (first, second):
        if points.ndim != 2 or points.shape[1] != first.shape[1]:
            raise StatisticsError(
                "statistics.shape",
                "A surface is a list of points with the same number of coordinates.",
                remedy="Give (n, d) coordinates in mm.",
            )
        if len(points) == 0:
            raise StatisticsError(
                "statistics.too-few",
                "A surface without a point has no distance from another.",
                remedy="Leave the empty region out, and count it.",
            )
    to_second = cKDTree(second).query(first)[0]
    to_first = cKDTree(first).query(second)[0]
    return distance_of_directions(np.asarray(to_second), np.asarray(to_first))


def distance_of_directions(to_second: Floats, to_first: Floats) -> SurfaceDistance:
    """Put the distances of both directions together; percentiles interpolate linearly (type 7)."""
    return SurfaceDistance(
        hausdorff=float(max(to_second.max(), to_first.max())),
        hausdorff_95=float(max(np.percentile(to_second, 95), np.percentile(to_first, 95))),
        mean=float(np.concatenate([to_second, to_first]).mean()),
    )


def compose_overlap(
    size_first: float,
    size_second: float,
    size_shared: float,
    distance: SurfaceDistance,
    unit: Literal["mm2", "mm3"],
    method: str,
) -> RegionOverlap:
    """Put sizes and distances together, with the rule for empty regions."""
    total = size_first + size_second
    findings = []
    if size_first == 0.0 or size_second == 0.0:
        both = size_first == size_second
        findings.append(
            Finding(
                "overlap.empty-region",
                "Both regions are empty: nothing was compared."
                if both
                else "One region is empty: the overlap is 0 and a distance does not exist.",
            )
        )
    return RegionOverlap(
        dice=2.0 * size_shared / total if total > 0.0 else math.nan,
        jaccard=size_shared / (total - size_shared) if total > 0.0 else math.nan,
        distance=distance,
        size_first=size_first,
        size_second=size_second,
        size_shared=size_shared,
        unit=unit,
        method=method,
        findings=tuple(findings),
    )


def _mask(region: npt.ArrayLike) -> Bools:
    mask = np.asarray(region)
    if mask.ndim != 3 or mask.dtype != np.bool_:
        raise StatisticsError(
            "statistics.shape",
            "A mask is a boolean array of slices, rows and columns.",
            remedy="Give a single slice as (1, rows, columns).",
            dimensions=mask.ndim,
        )
    return mask


def _surface_points(mask: Bools, spacing: Floats) -> Floats:
    """Centres, mm, of voxels with a face outside; the edge of the grid is outside."""
    inner = mask.copy()
    for axis, size in enumerate(mask.shape):
        if size == 1:
            continue
        for shift in (1, -1):
            neighbour = np.roll(mask, shift, axis=axis)
            edge = [slice(None)] * 3
            edge[axis] = slice(0, 1) if shift == 1 else slice(-1, None)
            neighbour[tuple(edge)] = False
            inner &= neighbour
    return np.asarray(np.argwhere(mask & ~inner) * spacing, dtype=np.float64)


NO_DISTANCE = SurfaceDistance(math.nan, math.nan, math.nan)
