"""Overlap and distance of two contours in one plane, exactly: no grid, no voxels.

A region is an outer ring and holes, points (n, 2) in mm; a point belongs to it when an odd number of its
rings goes round it. Rings of one region must not cross; what is excluded from it may cross them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.agreement.cutting import Segments, cut_out, segments_of
from adcurate.statistics.agreement.overlap import (
    NO_DISTANCE,
    RegionOverlap,
    SurfaceDistance,
    compose_overlap,
    distance_of_directions,
)

_CHUNK: Final = 2_000_000


def estimate_contour_overlap(
    first: Sequence[npt.ArrayLike],
    second: Sequence[npt.ArrayLike],
    *,
    first_excluded: Sequence[Sequence[npt.ArrayLike]] = (),
    second_excluded: Sequence[Sequence[npt.ArrayLike]] = (),
    step_mm: float = 0.1,
) -> RegionOverlap:
    """Compare two contours drawn in one plane.

    Areas are exact: between two neighbouring heights at which a corner or a crossing lies, the shared width
    is linear. Distances are taken at points evenly spaced on each line, no more than `step_mm` apart (the
    largest at the corners as well), to the nearest point of the other's line: the largest may be short by
    half a step, never long.

    Parameters
    ----------
    first, second : rings, each (n, 2), mm
        The outer ring, then the holes; closed by themselves.
    first_excluded, second_excluded : parts, each a list of rings
        Taken out of the region (necrosis, a vessel); a part may reach beyond the outer ring, which then is no
        outline there. Nothing left is an empty region.
    step_mm
        Spacing of the points at which distances are taken.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``

    Notes
    -----
    Checked against shapely (``intersection``, ``difference``, ``hausdorff_distance``) and against discs and
    squares.

    Examples
    --------
    >>> square = [[0.0, 0.0], [0.0, 10.0], [10.0, 10.0], [10.0, 0.0]]
    >>> shifted = [[0.0, 5.0], [0.0, 15.0], [10.0, 15.0], [10.0, 5.0]]
    >>> found = estimate_contour_overlap([square], [shifted])
    >>> found.dice, found.distance.hausdorff
    (0.5, 5.0)
    """
    if not (np.isfinite(step_mm) and step_mm > 0.0):
        raise StatisticsError(
            "statistics.option",
            "The step along a contour must be a positive number of mm.",
            remedy="Leave it at 0.1 mm.",
        )
    rings_a, rings_b = _checked(first), _checked(second)
    # From their own middle, so that a far origin costs no digits.
    middle = np.concatenate(rings_a).mean(axis=0)
    a, points_a = _outline(rings_a, first_excluded, middle, step_mm)
    b, points_b = _outline(rings_b, second_excluded, middle, step_mm)
    distance = _distance(a, points_a, b, points_b) if len(points_a) and len(points_b) else NO_DISTANCE
    sizes = _region_area(a), _region_area(b), _shared_area(a, b)
    method = f"contours; areas exact, distances every {step_mm:g} mm or less"
    return compose_overlap(sizes[0], sizes[1], sizes[2], distance, "mm2", method)


def _outline(
    rings: Sequence[Floats], excluded: Sequence[Sequence[npt.ArrayLike]], middle: Floats, step_mm: float
) -> tuple[Segments, Floats]:
    """The lines of a region from `middle`, and the points on them at which distances are taken."""
    own = [ring - middle for ring in rings]
    if not excluded:
        return segments_of(own), np.concatenate([_points(ring, step_mm) for ring in own])
    left = cut_out(own, [[ring - middle for ring in _checked(part)] for part in excluded])
    return left, _points_of_segments(left, step_mm)


def _distance(a: Segments, points_a: Floats, b: Segments, points_b: Floats) -> SurfaceDistance:
    even = distance_of_directions(_to_segments(points_a, b), _to_segments(points_b, a))
    corners = max(float(_to_segments(_corners(a), b).max()), float(_to_segments(_corners(b), a).max()))
    return replace(even, hausdorff=max(even.hausdorff, corners))


def _checked(rings: Sequence[npt.ArrayLike]) -> list[Floats]:
    checked = []
    for ring in rings:
        points = np.asarray(ring, dtype=np.float64)
        if points.ndim != 2 or points.shape[1] != 2 or len(points) < 3:
            raise StatisticsError(
                "statistics.shape",
                "A ring is three or more points of two coordinates each.",
                remedy="Give (n, 2) coordinates in mm in the plane of the contour.",
            )
        if not np.all(np.isfinite(points)):
            raise StatisticsError(
                "statistics.not-finite",
                "The points of a ring must be finite.",
                remedy="Check the contour.",
            )
        checked.append(points)
    if not checked:
        raise StatisticsError(
            "statistics.shape",
            "A region needs an outer ring.",
            remedy="Leave the empty region out, and count it.",
        )
    return checked


def _corners(region: Segments) -> Floats:
    return np.unique(np.concatenate(region), axis=0)


def _region_area(region: Segments) -> float:
    """Area under the odd rule: the shared area with itself, without a search for crossings."""
    return _banded_area(np.unique(np.concatenate(region)[:, 1]), region, region)


def _shared_area(a: Segments, b: Segments) -> float:
    corners = np.concatenate([*a, *b])[:, 1]
    heights = np.concatenate([corners, _crossing_heights(a, b)])
    return _banded_area(np.unique(heights), a, b)


def _banded_area(heights: Floats, a: Segments, b: Segments) -> float:
    """Sum over bands between neighbouring heights: the shared width half-way up times the band's height."""
    total = 0.0
    for low, high in zip(heights[:-1].tolist(), heights[1:].tolist(), strict=True):
        middle = 0.5 * (low + high)
        total += _shared_width(_crossings_at(a, middle), _crossings_at(b, middle)) * (high - low)
    return total


def _crossings_at(region: Segments, height: float) -> Floats:
    start, end = region
    passes = (start[:, 1] > height) != (end[:, 1] > height)
    s, e = start[passes], end[passes]
    return np.sort(s[:, 0] + (height - s[:, 1]) * (e[:, 0] - s[:, 0]) / (e[:, 1] - s[:, 1]))


def _shared_width(a: Floats, b: Floats) -> float:
    """Length on which both are inside, from the sorted crossings of each."""
    places = np.concatenate([a, b])
    order = np.argsort(places, kind="stable")
    of_a = (order < a.size).astype(np.int64)
    inside: Bools = (np.cumsum(of_a) % 2 == 1) & (np.cumsum(1 - of_a) % 2 == 1)
    return float(np.sum(np.diff(places[order]) * inside[:-1])) if places.size else 0.0


def _crossing_heights(a: Segments, b: Segments) -> Floats:
    """Heights at which a segment of one region crosses one of the other."""
    found: list[Floats] = [np.empty(0)]
    per_chunk = max(1, _CHUNK // max(1, len(b[0])))
    for first in range(0, len(a[0]), per_chunk):
        p, along = a[0][first : first + per_chunk, None], (a[1] - a[0])[first : first + per_chunk, None]
        q, across = b[0][None], (b[1] - b[0])[None]
        turn = along[..., 0] * across[..., 1] - along[..., 1] * across[..., 0]
        offset = q - p
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (offset[..., 0] * across[..., 1] - offset[..., 1] * across[..., 0]) / turn
            u = (offset[..., 0] * along[..., 1] - offset[..., 1] * along[..., 0]) / turn
        i, j = np.nonzero((turn != 0.0) & (t >= 0.0) & (t <= 1.0) & (u >= 0.0) & (u <= 1.0))
        found.append(p[i, 0, 1] + t[i, j] * along[i, 0, 1])
    return np.concatenate(found)


def _points(ring: Floats, step_mm: float) -> Floats:
    """Points evenly spaced along a closed ring, from its first corner."""
    closed = np.concatenate([ring, ring[:1]])
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(closed, axis=0).T))])
    places = np.linspace(0.0, along[-1], max(1, math.ceil(along[-1] / step_mm)), endpoint=False)
    return np.column_stack([np.interp(places, along, closed[:, axis]) for axis in (0, 1)])


def _points_of_segments(region: Segments, step_mm: float) -> Floats:
    """Points evenly spaced on each segment, the more the longer it is."""
    start, end = region
    counts = np.ceil(np.hypot(*(end - start).T) / step_mm).astype(np.int64)
    which = np.repeat(np.arange(len(start)), counts)
    place = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts) + 0.5
    return np.asarray(start[which] + (place / counts[which])[:, None] * (end - start)[which])


def _to_segments(points: Floats, region: Segments) -> Floats:
    """Distance (n,) of points from the nearest of a region's segments."""
    start, end = region
    along = end - start
    length2 = np.sum(along**2, axis=1)
    nearest = np.empty(len(points))
    per_chunk = max(1, _CHUNK // len(start))
    for first in range(0, len(points), per_chunk):
        offset = points[first : first + per_chunk, None] - start
        place = np.clip(np.sum(offset * along, axis=2) / np.where(length2 > 0.0, length2, 1.0), 0.0, 1.0)
        gap = offset - place[..., None] * along
        nearest[first : first + per_chunk] = np.sqrt(np.min(np.sum(gap**2, axis=2), axis=1))
    return nearest
