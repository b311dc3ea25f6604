"""Rings as other tools write them, made into outer rings with holes.

A keyhole is a ring that runs into its own inside and back along the same line, to draw a hole with one
contour. It is cut open where it visits a point twice. What cannot be told is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError

_SAME_MM: Final = 1e-4
_MOST_STEPS: Final = 40_000_000
_STEPS_OF_A_PAIR: Final = 2_000
_PAIRS_AT_ONCE: Final = 500_000


class Effort:
    """How much telling of rings apart one file may cost: about a second, whatever it holds."""

    def __init__(self) -> None:
        self._left = _MOST_STEPS

    def spend(self, steps: int) -> None:
        """Take some of it.

        Raises
        ------
        ForeignRegionError
            ``foreign.too-complex`` when it is used up.
        """
        self._left -= steps
        if self._left < 0:
            raise too_complex("has too many rings inside each other, or too many corners")


def open_keyhole(ring: Floats, effort: Effort) -> tuple[Floats, ...]:
    """The simple rings (n, 3) of one that visits points twice: the outer one first, then its holes.

    A ring that visits no point twice comes back alone. A spur (there and back along a line) is dropped.

    Raises
    ------
    ForeignRegionError
        ``foreign.contour-data`` when the parts are not one ring with holes inside it;
        ``foreign.too-complex``.
    """
    parts = [part for part in _split(_distinct(ring)) if len(part) >= 3 and _area(part) > 0]
    if not parts:
        raise data_fault("encloses no area")
    parts.sort(key=_area, reverse=True)
    outer, holes = parts[0], parts[1:]
    if holes:
        axes = _axes(outer)
        around = _Flat((outer - outer[0]) @ axes.T)
        if not all(_lies_inside(_Flat((hole - outer[0]) @ axes.T), around, effort) for hole in holes):
            raise data_fault("visits a point twice without being a ring with a hole")
    return (outer, *holes)


def nest(rings: Sequence[Floats], effort: Effort) -> list[tuple[Floats, ...]]:
    """Rings (n, 3) of one slice, combined by exclusive or: each outer ring with the holes right inside it.

    Raises
    ------
    ForeignRegionError
        ``foreign.contour-data`` for rings that cross so that none is around the other;
        ``foreign.too-complex``
    """
    order, inside = _around(rings, effort)
    groups: list[list[Floats]] = []
    owner: dict[int, int] = {}
    for at, ring in enumerate(order):
        if len(inside[at]) % 2 == 0:
            owner[at] = len(groups)
            groups.append([ring])
        else:
            around = [k for k in inside[at] if len(inside[k]) == len(inside[at]) - 1]
            if not around:
                raise data_fault("crosses another of its image")
            groups[owner[around[-1]]].append(ring)
    return [tuple(group) for group in groups]


def are_nested(rings: Sequence[Floats], effort: Effort) -> bool:
    """Whether one of the rings of a slice lies inside another.

    Raises
    ------
    ForeignRegionError
        ``foreign.too-complex``
    """
    return any(_around(rings, effort)[1])


def _around(rings: Sequence[Floats], effort: Effort) -> tuple[list[Floats], list[list[int]]]:
    """The rings, largest first, and for each the numbers of those that it lies inside."""
    order = sorted(rings, key=_area, reverse=True)
    if len(order) < 2:
        return order, [[] for _ in order]
    axes = _axes(order[0])
    flat = [_Flat((ring - order[0][0]) @ axes.T) for ring in order]
    low, high = np.array([one.low for one in flat]), np.array([one.high for one in flat])
    inside = []
    for at, one in enumerate(flat):
        effort.spend(at)
        near = np.flatnonzero(((low[:at] <= one.high) & (one.low <= high[:at])).all(axis=1))
        inside.append([int(k) for k in near if _lies_inside(one, flat[k], effort)])
    return order, inside


class _Flat:
    """A ring in two coordinates of its plane, ready to be asked what lies inside it."""

    __slots__ = ("bottom", "end", "heights", "high", "low", "points", "ring", "top")

    def __init__(self, ring: Floats) -> None:
        self.ring, self.end = ring, np.roll(ring, -1, axis=0)
        self.low, self.high = ring.min(axis=0), ring.max(axis=0)
        self.bottom = np.minimum(ring[:, 1], self.end[:, 1])
        self.top = np.maximum(ring[:, 1], self.end[:, 1])
        self.points = ring[np.argsort(ring[:, 1])]
        self.heights = self.points[:, 1]


def _lies_inside(inner: _Flat, outer: _Flat, effort: Effort) -> bool:
    """Whether most corners of a ring lie inside another: an odd number of its edges lies to their right."""
    if (inner.low > outer.high).any() or (outer.low > inner.high).any():
        return False
    first = np.searchsorted(inner.heights, outer.bottom)
    beside = np.searchsorted(inner.heights, outer.top) - first
    n_pairs = int(beside.sum())
    effort.spend(_STEPS_OF_A_PAIR + len(inner.ring) + len(outer.ring) + 4 * n_pairs)
    n_right = np.zeros(len(inner.points), dtype=np.int64)
    ends = np.cumsum(beside)
    start = 0
    while start < len(beside):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _PAIRS_AT_ONCE, side="right")))
        edge = np.repeat(np.arange(start, stop), beside[start:stop])
        point = np.arange(len(edge)) - np.repeat(
            ends[start:stop] - beside[start:stop] - done, beside[start:stop]
        )
        point += first[edge]
        x, y = inner.points[point].T
        along, end = outer.ring[edge], outer.end[edge]
        crosses = along[:, 0] + (y - along[:, 1]) * (end[:, 0] - along[:, 0]) / (end[:, 1] - along[:, 1])
        n_right += np.bincount(point[x < crosses], minlength=len(n_right))
        start = stop
    return float((n_right % 2 == 1).mean()) > 0.5


def _axes(ring: Floats) -> Floats:
    """Two axes of the ring's plane: those along which it varies most."""
    middle = ring - ring.mean(axis=0)
    found: Floats = np.linalg.svd(middle, full_matrices=False)[2][:2]
    return found


def _area(ring: Floats) -> float:
    local = ring - ring[0]
    turned = np.cross(local[:-1], local[1:]).sum(axis=0)
    return 0.5 * float(np.linalg.norm(turned))


def _distinct(ring: Floats) -> Floats:
    """The ring without points that repeat the one before, its first at the end included."""
    kept = np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1) > _SAME_MM
    distinct: Floats = ring[kept]
    return distinct


def _split(ring: Floats) -> list[Floats]:
    """Cut where a point comes twice, until none does: what lies between its two visits is a ring."""
    keys = [tuple(key) for key in np.rint(ring / _SAME_MM).astype(np.int64).tolist()]
    cut: list[list[int]] = []
    way: list[int] = []
    place: dict[tuple[int, ...], int] = {}
    for at, key in enumerate(keys):
        if key in place:
            back = place[key]
            cut.append(way[back:])
            for gone in way[back:]:
                del place[keys[gone]]
            del way[back:]
        place[key] = len(way)
        way.append(at)
    return [_distinct(ring[part]) for part in (*cut, way)]


def data_fault(what: str) -> ForeignRegionError:
    """``foreign.contour-data``: a contour `what`."""
    return ForeignRegionError(
        "foreign.contour-data",
        f"A contour {what}.",
        remedy="Correct it in the tool that drew it, or save the region as a mask (SEG, NIfTI, NRRD).",
    )


def too_complex(what: str) -> ForeignRegionError:
    """``foreign.too-complex``: the file `what`."""
    return ForeignRegionError(
        "foreign.too-complex",
        f"The file {what} to be told apart.",
        remedy="Save only the regions of this study, or save them as a mask (SEG, NIfTI, NRRD).",
    )


def no_frame_of_reference(what: str) -> ForeignRegionError:
    """``foreign.frame-of-reference``: coordinates that say no system they are in."""
    return ForeignRegionError(
        "foreign.frame-of-reference",
        f"The {what} says no frame of reference for its coordinates.",
        remedy="They may mean any place. Save it again from the tool that drew it, with the images loaded "
        "that it was drawn on.",
    )
