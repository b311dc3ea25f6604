"""The outline of a mask along its voxels' edges: contours that mean the same voxels under every voxel rule.

Voxels that share a side are one part; each part is a ring with its holes. Where two voxels meet at a corner,
the corner is cut off by a thousandth of a pixel, so that no ring touches itself or another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.geometry.ring import signed_area

CUT_PIXELS: Final = 1e-3

_Corner = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class MaskPart:
    """One part of a mask: `outer` and `holes` are points (n, 2) as (row, column), voxel centres whole."""

    outer: Floats
    holes: tuple[Floats, ...]


def outline_mask(mask: Bools) -> tuple[MaskPart, ...]:
    """Trace a mask (row, column).

    Returns
    -------
    tuple of MaskPart
        In reading order of their first voxel; empty for an empty mask. Under ``centre``, ``any-overlap`` and
        ``half`` the parts together mean exactly the mask's voxels; under ``area-weighted`` one whose corner
        was cut weighs 5e-7 less.

    Examples
    --------
    >>> import numpy as np
    >>> (part,) = outline_mask(np.array([[False, True], [False, True]]))
    >>> part.outer.tolist()
    [[-0.5, 0.5], [-0.5, 1.5], [1.5, 1.5], [1.5, 0.5]]
    """
    from scipy.ndimage import label

    rows, columns = np.nonzero(mask)
    if not len(rows):
        return ()
    corner = int(rows.min()) - 1, int(columns.min()) - 1
    held = np.pad(mask[corner[0] + 1 : rows.max() + 1, corner[1] + 1 : columns.max() + 1], 1)
    parts, n_parts = label(held)
    rings: dict[int, list[Floats]] = {number: [] for number in range(1, n_parts + 1)}
    for number, ring in _rings(held, parts):
        rings[number].append(ring + np.array(corner))
    found = []
    for each in rings.values():
        each.sort(key=lambda ring: -abs(signed_area(ring)))
        found.append(MaskPart(each[0], tuple(each[1:])))
    return tuple(found)


def _rings(held: Bools, parts: np.ndarray) -> list[tuple[int, Floats]]:
    """Every closed line between a voxel of the mask and one outside, with the number of its part.

    Lattice corner (r, c) is the upper left one of voxel (r, c). Each edge runs with its voxel to the right.
    """
    following: dict[tuple[_Corner, _Corner], tuple[_Corner, _Corner]] = {}
    leaving: dict[_Corner, dict[_Corner, _Corner]] = {}
    edges: list[tuple[_Corner, _Corner, _Corner]] = []
    for (row_step, column_step), (start, end) in _SIDES.items():
        beyond = np.roll(held, (-row_step, -column_step), axis=(0, 1))
        for r, c in np.argwhere(held & ~beyond).tolist():
            a, b = (r + start[0], c + start[1]), (r + end[0], c + end[1])
            edges.append((a, b, (r, c)))
            leaving.setdefault(a, {})[r, c] = b
    for a, b, voxel in edges:
        out = leaving[b]
        # Where two voxels meet at this corner only, each keeps to its own side of it.
        kept = voxel if voxel in out else next(iter(out))
        following[a, b] = (b, out[kept])
    owner = {(a, b): int(parts[voxel]) for a, b, voxel in edges}
    found = []
    while following:
        first = next(iter(following))
        edge, ring = first, []
        while edge in following:
            after = following.pop(edge)
            ring += _corner(edge, after, pinched=len(leaving[edge[1]]) > 1)
            edge = after
        found.append((owner[first], np.array(ring) - 0.5))
    return found


_SIDES: Final = {
    (-1, 0): ((0, 0), (0, 1)),
    (0, 1): ((0, 1), (1, 1)),
    (1, 0): ((1, 1), (1, 0)),
    (0, -1): ((1, 0), (0, 0)),
}


def _corner(
    edge: tuple[_Corner, _Corner], after: tuple[_Corner, _Corner], *, pinched: bool
) -> list[tuple[float, float]]:
    """What is kept of the corner of two edges: nothing on a straight line, two points where it is cut."""
    (a, b), (_, d) = edge, after
    came, goes = (b[0] - a[0], b[1] - a[1]), (d[0] - b[0], d[1] - b[1])
    if pinched:
        return [
            (b[0] - CUT_PIXELS * came[0], b[1] - CUT_PIXELS * came[1]),
            (b[0] + CUT_PIXELS * goes[0], b[1] + CUT_PIXELS * goes[1]),
        ]
    return [] if came == goes else [(float(b[0]), float(b[1]))]
