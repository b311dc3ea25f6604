"""Rings as other tools write them, made into outer rings with holes.

A keyhole is a ring that runs into its own inside and back along the same line, to draw a hole with one
contour. It is cut open where it visits a point twice. What cannot be told is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import ForeignRegionError

_SAME_MM: Final = 1e-4


def open_keyhole(ring: Floats) -> tuple[Floats, ...]:
    """The simple rings (n, 3) of one that visits points twice: the outer one first, then its holes.

    A ring that visits no point twice comes back alone. A spur (there and back along a line) is dropped.

    Raises
    ------
    ForeignRegionError
        ``foreign.contour-data`` when the parts are not one ring with holes inside it.
    """
    parts = [part for part in _split(_distinct(ring)) if len(part) >= 3 and _area(part) > 0]
    if not parts:
        raise data_fault("encloses no area")
    parts.sort(key=_area, reverse=True)
    outer, holes = parts[0], parts[1:]
    if not all(lies_inside(hole, outer) for hole in holes):
        raise data_fault("visits a point twice without being a ring with a hole")
    return (outer, *holes)


def nest(rings: Sequence[Floats]) -> list[tuple[Floats, ...]]:
    """Rings (n, 3) of one slice, combined by exclusive or: each outer ring with the holes right inside it."""
    order = sorted(rings, key=_area, reverse=True)
    depth = [sum(lies_inside(ring, other) for other in order[:at]) for at, ring in enumerate(order)]
    groups: list[list[Floats]] = []
    owner: dict[int, int] = {}
    for at, ring in enumerate(order):
        if depth[at] % 2 == 0:
            owner[at] = len(groups)
            groups.append([ring])
        else:
            around = [k for k in range(at) if depth[k] == depth[at] - 1 and lies_inside(ring, order[k])]
            groups[owner[around[-1]]].append(ring)
    return [tuple(group) for group in groups]


def lies_inside(inner: Floats, outer: Floats) -> bool:
    """Whether most corners of a ring lie inside another, in their common plane."""
    axes = _axes(outer)
    flat, around = (inner - outer[0]) @ axes.T, (outer - outer[0]) @ axes.T
    return float(_inside(flat, around).mean()) > 0.5


def _inside(points: Floats, ring: Floats) -> Bools:
    end = np.roll(ring, -1, axis=0)
    passes = (ring[:, 1] > points[:, 1:2]) != (end[:, 1] > points[:, 1:2])
    rise = np.where(end[:, 1] == ring[:, 1], 1.0, end[:, 1] - ring[:, 1])
    at = ring[:, 0] + (points[:, 1:2] - ring[:, 1]) * (end[:, 0] - ring[:, 0]) / rise
    crossed: Bools = np.sum(passes & (points[:, 0:1] < at), axis=1) % 2 == 1
    return crossed


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
    """Cut where a point comes twice, until none does."""
    todo, done = [ring], []
    while todo:
        part = todo.pop()
        twice = _first_twice(part)
        if twice is None:
            done.append(part)
            continue
        i, j = twice
        todo += [_distinct(part[i:j]), _distinct(np.concatenate([part[:i], part[j:]]))]
    return done


def _first_twice(ring: Floats) -> tuple[int, int] | None:
    if len(ring) < 4:
        return None
    keys = np.rint(ring / _SAME_MM).astype(np.int64)
    seen: dict[tuple[int, ...], int] = {}
    for at, key in enumerate(map(tuple, keys.tolist())):
        if key in seen:
            return seen[key], at
        seen[key] = at
    return None


def data_fault(what: str) -> ForeignRegionError:
    """``foreign.contour-data``: a contour `what`."""
    return ForeignRegionError(
        "foreign.contour-data",
        f"A contour {what}.",
        remedy="Correct it in the tool that drew it, or save the region as a mask (SEG, NIfTI, NRRD).",
    )
