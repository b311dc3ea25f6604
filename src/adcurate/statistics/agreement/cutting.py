"""The outline that is left of a region when parts of it are taken out: where its boundary runs then.

A part that lies inside is a hole; one that reaches over the edge moves the edge. Both are found the same way:
every line is cut where another crosses it, and a piece stays when the region lies on one side of it only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats

Segments = tuple[Floats, ...]

_SAME_MM: Final = 1e-9
_BESIDE_MM: Final = 1e-6
_CHUNK: Final = 1_000_000


def segments_of(rings: Sequence[Floats]) -> Segments:
    """Starts and ends (n, 2) of the lines of closed rings."""
    return np.concatenate(rings), np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])


def cut_out(rings: Sequence[Floats], excluded: Sequence[Sequence[Floats]]) -> Segments:
    """Boundary of what `rings` enclose outside of every part of `excluded`, as segments; maybe none.

    A point belongs to a region, or to a part, when an odd number of its rings goes round it. The segments
    come in no order and either way round; along any line they are still crossed in and out in turn.

    Examples
    --------
    >>> square = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])
    >>> start, end = cut_out([square], [[square + 2.0]])
    >>> float(np.hypot(*(end - start).T).sum())
    16.0
    """
    groups = [segments_of(rings), *(segments_of(part) for part in excluded)]
    whole = tuple(np.concatenate([group[side] for group in groups]) for side in (0, 1))
    start, end = _pieces(whole)
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    middle = 0.5 * (start + end)
    beside = _BESIDE_MM * np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None]
    stays = _belongs(middle + beside, groups) != _belongs(middle - beside, groups)
    start, end, middle = start[stays], end[stays], middle[stays]
    # Two lines that run over each other are one boundary.
    first = np.sort(np.unique(np.round(middle, 6), axis=0, return_index=True)[1])
    return start[first], end[first]


def _belongs(points: Floats, groups: Sequence[Segments]) -> Bools:
    kept = _is_inside(points, groups[0])
    for part in groups[1:]:
        kept &= ~_is_inside(points, part)
    return kept


def _is_inside(points: Floats, region: Segments) -> Bools:
    """Whether an odd number of lines lies to the right of each point."""
    start, end = region
    rise = np.where(end[:, 1] == start[:, 1], 1.0, end[:, 1] - start[:, 1])
    inside = np.empty(len(points), dtype=np.bool_)
    step = max(1, _CHUNK // len(start))
    for first in range(0, len(points), step):
        x, y = points[first : first + step, 0:1], points[first : first + step, 1:2]
        passes = (start[:, 1] > y) != (end[:, 1] > y)
        place = start[:, 0] + (y - start[:, 1]) * (end[:, 0] - start[:, 0]) / rise
        inside[first : first + step] = np.sum(passes & (place > x), axis=1) % 2 == 1
    return inside


def _pieces(whole: Segments) -> Segments:
    """Every segment cut at its crossings with the others, and where another begins or ends on it."""
    start, end = whole
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    starts, ends = [], []
    for p, run, size in zip(start, along, length.tolist(), strict=True):
        if size <= _SAME_MM:
            continue
        places = np.concatenate([[0.0, 1.0], _crossings(p, run, start, along), _touches(p, run, size, start)])
        places = np.sort(places[(places >= 0.0) & (places <= 1.0)])
        places = places[np.concatenate([[True], np.diff(places) * size > _SAME_MM])]
        starts.append(p + places[:-1, None] * run)
        ends.append(p + places[1:, None] * run)
    return np.concatenate(starts), np.concatenate(ends)


def _crossings(p: Floats, run: Floats, start: Floats, along: Floats) -> Floats:
    turn = run[0] * along[:, 1] - run[1] * along[:, 0]
    offset = start - p
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (offset[:, 0] * along[:, 1] - offset[:, 1] * along[:, 0]) / turn
        u = (offset[:, 0] * run[1] - offset[:, 1] * run[0]) / turn
    return np.asarray(t[(turn != 0.0) & (u >= 0.0) & (u <= 1.0)], dtype=np.float64)


def _touches(p: Floats, run: Floats, size: float, corners: Floats) -> Floats:
    offset = corners - p
    away = np.abs(offset[:, 0] * run[1] - offset[:, 1] * run[0]) / size
    return np.asarray((offset @ run)[away <= _SAME_MM] / size**2, dtype=np.float64)
