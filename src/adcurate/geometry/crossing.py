"""Where segments of rings meet: the test behind "this contour crosses itself".

Inside one ring any meeting counts, a touch, a retraced line and a spike included, except the shared point of
neighbouring segments. Between two rings (an outer ring and a hole) only a true crossing does; they may touch.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.geometry.ring import distance_to_segment, ring_ends

# Two lines nearer than this part of the contour's extent meet.
TOUCH_TOLERANCE: Final = 1e-10
# A search ends once it has found more.
MAX_CROSSINGS: Final = 1_000
_CHUNK: Final = 200_000


@dataclass(frozen=True, slots=True)
class Segments:
    """The segments of several rings laid end to end: starts and ends (n, 2), ring and successor (n,)."""

    start: Floats
    end: Floats
    ring: Integers
    follower: Integers
    tolerance: float

    @classmethod
    def of(cls, rings: Sequence[Floats]) -> Segments:
        """The segments of rings of points (n, 2)."""
        sizes = [len(ring) for ring in rings]
        first = np.repeat(np.cumsum(sizes) - sizes, sizes)
        size = np.repeat(sizes, sizes)
        index = np.arange(sum(sizes))
        start = np.concatenate(list(rings))
        return cls(
            start=start,
            end=np.concatenate([ring_ends(ring) for ring in rings]),
            ring=np.repeat(np.arange(len(sizes)), sizes),
            follower=first + (index - first + 1) % size,
            tolerance=TOUCH_TOLERANCE * float(np.max(np.ptp(start, axis=0))),
        )


def find_crossings(rings: Sequence[Floats]) -> list[tuple[int, int]]:
    """Find the pairs of segments that make the rings invalid.

    Parameters
    ----------
    rings
        Each (n, 2), any one unit.

    Returns
    -------
    list of (i, j)
        Segment numbers from 0 over all rings laid end to end, i < j, sorted. All of them up to 1,000;
        of more, some 1,000 or more.
    """
    segments = Segments.of(rings)
    return _search(segments, touch_group=segments.ring)


def find_meetings(segments: Segments) -> list[tuple[int, int]]:
    """The pairs that cross or touch, of one ring or of two, neighbours' shared points left out; as above."""
    return _search(segments, touch_group=np.zeros_like(segments.ring))


def _search(segments: Segments, touch_group: Integers) -> list[tuple[int, int]]:
    """Crossings anywhere; touches between segments of one `touch_group`."""
    found: list[tuple[int, int]] = []
    for i, j in _near_pairs(segments):
        together = touch_group[i] == touch_group[j]
        bad = _cross(segments, i, j) | (together & meets(segments, i, j))
        found.extend(zip(i[bad].tolist(), j[bad].tolist(), strict=True))
        if len(found) > MAX_CROSSINGS:
            break
    return sorted(found)


def meets(segments: Segments, i: Integers, j: Integers) -> Bools:
    """Whether an end of one segment lies on the other; for neighbours only their far ends are asked."""
    s = segments
    i_leads, j_leads = s.follower[i] == j, s.follower[j] == i
    near = np.zeros(len(i), dtype=np.bool_)
    for points, shared, other in (
        (s.start[i], j_leads, j),
        (s.end[i], i_leads, j),
        (s.start[j], i_leads, i),
        (s.end[j], j_leads, i),
    ):
        near |= ~shared & (distance_to_segment(points, s.start[other], s.end[other]) <= s.tolerance)
    return near


def _cross(segments: Segments, i: Integers, j: Integers) -> Bools:
    a, b, c, d = segments.start[i], segments.end[i], segments.start[j], segments.end[j]
    neighbours = (segments.follower[i] == j) | (segments.follower[j] == i)
    crossed = (_side(a, b, c) * _side(a, b, d) < 0) & (_side(c, d, a) * _side(c, d, b) < 0) & ~neighbours
    ends_on = np.minimum.reduce(
        [
            distance_to_segment(a, c, d),
            distance_to_segment(b, c, d),
            distance_to_segment(c, a, b),
            distance_to_segment(d, a, b),
        ]
    )
    clear: Bools = crossed & (ends_on > segments.tolerance)
    return clear


def _side(a: Floats, b: Floats, point: Floats) -> Floats:
    along, offset = b - a, point - a
    return np.sign(along[:, 0] * offset[:, 1] - along[:, 1] * offset[:, 0])


def _near_pairs(segments: Segments) -> Iterator[tuple[Integers, Integers]]:
    """Pairs whose bounding boxes meet, a bounded number at a time (sort on one axis, filter on the other)."""
    low = np.minimum(segments.start, segments.end) - segments.tolerance
    high = np.maximum(segments.start, segments.end) + segments.tolerance
    order = np.argsort(low[:, 0], kind="stable")
    reach = np.searchsorted(low[order, 0], high[order, 0], side="right")
    count = reach - np.arange(len(order)) - 1
    last = np.cumsum(count)
    first = 0
    while first < len(order):
        before = last[first] - count[first]
        stop = max(first + 1, int(np.searchsorted(last, before + _CHUNK, side="right")))
        part = np.arange(first, stop)
        left = np.repeat(part, count[part])
        right = np.arange(len(left)) - np.repeat(last[part] - count[part] - before, count[part]) + left + 1
        i, j = order[left], order[right]
        i, j = np.minimum(i, j), np.maximum(i, j)
        both = (low[i, 1] <= high[j, 1]) & (low[j, 1] <= high[i, 1])
        yield i[both], j[both]
        first = stop
