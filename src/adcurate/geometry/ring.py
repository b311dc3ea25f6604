"""Arithmetic on one closed ring: signed area, length, winding number, distance.

A ring is (n, 2) points whose last point joins the first without being repeated. The unit is the caller's
(pixels or mm); nothing here knows of images, planes or voxels.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from adcurate.arrays import Floats, Integers

_CHUNK = 2_000_000


def ring_ends(ring: Floats) -> Floats:
    """The end of every segment, in the order of the starts (n, 2)."""
    return np.concatenate((ring[1:], ring[:1]))


def signed_area(ring: Floats) -> float:
    """Area by the shoelace sum; positive when the ring turns from the first axis towards the second."""
    local = ring - ring[0]
    end = ring_ends(local)
    return 0.5 * float(np.sum(local[:, 0] * end[:, 1] - end[:, 0] * local[:, 1]))


def ring_length(ring: Floats) -> float:
    """Length of the closed ring."""
    step = ring_ends(ring) - ring
    return float(np.sum(np.hypot(step[:, 0], step[:, 1])))


def interior_point(ring: Floats) -> Floats:
    """A point (2,) strictly inside a ring that does not cross itself."""
    levels = np.unique(ring[:, 0])
    widest = int(np.argmax(np.diff(levels)))
    row = 0.5 * (levels[widest] + levels[widest + 1])
    end = ring_ends(ring)
    passes = (ring[:, 0] > row) != (end[:, 0] > row)
    start, end = ring[passes], end[passes]
    columns = np.sort(
        start[:, 1] + (row - start[:, 0]) * (end[:, 1] - start[:, 1]) / (end[:, 0] - start[:, 0])
    )
    return np.array((row, 0.5 * (columns[0] + columns[1])))


def winding_number(points: Floats, ring: Floats) -> Integers:
    """How often the ring winds round each of the points (m, 2); undefined for a point on the ring."""
    end = ring_ends(ring)
    winding = np.zeros(len(points), dtype=np.int64)
    for part in _parts(len(points), len(ring)):
        row, column = points[part, 0:1], points[part, 1:2]
        down = (ring[:, 0] <= row) & (end[:, 0] > row)
        up = (end[:, 0] <= row) & (ring[:, 0] > row)
        side = (end[:, 0] - ring[:, 0]) * (column - ring[:, 1]) - (row - ring[:, 0]) * (
            end[:, 1] - ring[:, 1]
        )
        winding[part] = np.sum(down & (side > 0), axis=1) - np.sum(up & (side < 0), axis=1)
    return winding


def distance_to_ring(points: Floats, ring: Floats) -> Floats:
    """Shortest distance (m,) from each of the points (m, 2) to the ring's line."""
    end = ring_ends(ring)
    distance = np.empty(len(points))
    for part in _parts(len(points), len(ring)):
        distance[part] = np.min(distance_to_segment(points[part, None, :], ring, end), axis=1)
    return distance


def distance_to_segment(points: Floats, start: Floats, end: Floats) -> Floats:
    """Distance of points from segments; the arrays (..., 2) broadcast. A segment may be a point."""
    along = end - start
    length2 = np.sum(along * along, axis=-1)
    offset = points - start
    position = np.sum(offset * along, axis=-1) / np.where(length2 > 0, length2, 1.0)
    gap = offset - np.clip(position, 0.0, 1.0)[..., None] * along
    distance: Floats = np.hypot(gap[..., 0], gap[..., 1])
    return distance


def _parts(n_points: int, n_segments: int) -> Iterator[slice]:
    step = max(1, _CHUNK // max(1, n_segments))
    for first in range(0, n_points, step):
        yield slice(first, first + step)
