"""The size of a contour as drawn: area, perimeter, long and short axis. No voxels are involved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.geometry.contour import PlacedContour
from adcurate.geometry.plane import Vector
from adcurate.geometry.ring import ring_length, signed_area

# Diameters this close (relative) are tied; the one with the greater short axis is taken.
_TIE: Final = 1e-9
_ROWS: Final = 256


@dataclass(frozen=True, slots=True)
class ContourExtent:
    """Size of a contour on its slice.

    Attributes
    ----------
    area_mm2
        Of the outer ring less its holes.
    perimeter_mm
        Of the outer ring.
    long_axis_mm
        Greatest distance between two points of the outer ring (maximum Feret diameter).
    short_axis_mm
        Greatest extent of the outer ring perpendicular to the long axis, as a caliper measures it.
    long_axis_ends : LPS mm
        The two points.
    """

    area_mm2: float
    perimeter_mm: float
    long_axis_mm: float
    short_axis_mm: float
    long_axis_ends: tuple[Vector, Vector]


def measure_extent(placed: PlacedContour) -> ContourExtent:
    """Measure the polygon itself, in mm on its slice.

    Of several longest diameters (a square has two) the one with the greatest extent across it is the long
    axis, so that turning or flipping the image changes nothing.

    Parameters
    ----------
    placed
        A valid contour on its slice.

    Returns
    -------
    ContourExtent

    Notes
    -----
    Checked against shapely's area and length (tests/oracles/geometry.json).
    """
    outer, *holes = placed.rings_mm
    hull = convex_hull(outer)
    ends, long_axis, short_axis = _axes(hull)
    spacing = (placed.plane.row_spacing_mm, placed.plane.column_spacing_mm)
    first, second = placed.plane.to_lps(ends / spacing).tolist()
    return ContourExtent(
        area_mm2=abs(signed_area(outer)) - sum(abs(signed_area(hole)) for hole in holes),
        perimeter_mm=ring_length(outer),
        long_axis_mm=long_axis,
        short_axis_mm=short_axis,
        long_axis_ends=((first[0], first[1], first[2]), (second[0], second[1], second[2])),
    )


def convex_hull(points: Floats) -> Floats:
    """Corners (k, 2) of the convex hull of points (n, 2), by a monotone chain."""
    ordered = np.unique(points, axis=0).tolist()
    lower, upper = _chain(ordered), _chain(ordered[::-1])
    return np.array(lower[:-1] + upper[:-1])


def _chain(points: list[list[float]]) -> list[list[float]]:
    kept: list[list[float]] = []
    for x, y in points:
        while len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            kept.pop()
        kept.append([x, y])
    return kept


def _axes(hull: Floats) -> tuple[Floats, float, float]:
    """Ends (2, 2) of the long axis, its length and the extent across it."""
    long_axis = max(float(_diameters(hull, first).max()) for first in range(0, len(hull), _ROWS))
    best = hull[:2], long_axis, -1.0
    for first in range(0, len(hull), _ROWS):
        tied = np.argwhere(_diameters(hull, first) >= long_axis * (1 - _TIE))
        for i, j in tied:
            one, other = hull[first + i], hull[j]
            along = (other - one) / np.hypot(*(other - one))
            short_axis = float(np.ptp(hull @ np.array((-along[1], along[0]))))
            if short_axis > best[2] * (1 + _TIE):
                best = np.stack((one, other)), long_axis, short_axis
    return best


def _diameters(hull: Floats, first: int) -> Floats:
    gap = hull[first : first + _ROWS, None, :] - hull[None, :, :]
    lengths: Floats = np.hypot(gap[..., 0], gap[..., 1])
    return lengths
