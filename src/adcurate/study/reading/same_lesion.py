"""Did two readers who looked for the lesion themselves find the same one? Told from what they drew.

The rule: the middles of both regions lie no farther apart than the larger region's radius, half of its
longest diameter. Whoever decides a mismatch sees both.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcurate.arrays import Floats
from adcurate.model.contour_record import ContourRecord

_MOST_POINTS = 400


def is_same_lesion(first: Sequence[ContourRecord], second: Sequence[ContourRecord]) -> bool:
    """Whether both regions are of one lesion; two without any contour are (nobody found one)."""
    rings = [
        [np.array(one.points_lps_mm) for one in drawn if one.role == "lesion"] for drawn in (first, second)
    ]
    if not rings[0] or not rings[1]:
        return not rings[0] and not rings[1]
    middles = [_middle(own) for own in rings]
    radius = max(_longest_diameter(own) for own in rings) / 2
    return float(np.linalg.norm(middles[0] - middles[1])) <= radius


def _middle(rings: Sequence[Floats]) -> Floats:
    """The centroid of the area that the rings enclose, by triangles from each ring's first point."""
    total, weight = np.zeros(3), 0.0
    for ring in rings:
        start, end = ring[1:-1] - ring[0], ring[2:] - ring[0]
        normal = np.cross(start, end)
        whole = normal.sum(axis=0)
        area = normal @ (whole / max(float(np.linalg.norm(whole)), 1e-12)) / 2
        total = total + area @ (ring[0] + (start + end) / 3)
        weight += float(area.sum())
    return total / weight if weight > 0 else np.concatenate(rings).mean(axis=0)


def _longest_diameter(rings: Sequence[Floats]) -> float:
    points = np.concatenate(rings)
    points = points[:: max(1, len(points) // _MOST_POINTS)]
    return float(np.max(np.linalg.norm(points[:, None] - points[None], axis=2)))
