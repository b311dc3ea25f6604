"""THE voxel rule: which voxels a contour means. The only place that decides it.

The rule of record is ``centre``: a voxel belongs when its centre lies inside the contour. A centre within
1e-6 pixel of the line lies on it, and belongs to the region; so also on the line of a hole (what a hole
takes away is what lies strictly inside it). A ring that winds round a point any number of times other
than 0 holds it (nonzero rule); valid rings never cross, so even-odd gives the same answer.

The other customary rules show how much hangs on this choice:

- ``any-overlap``: more than 1e-6 of the voxel's area is covered;
- ``half``: at least half of it is, less 1e-6;
- ``area-weighted``: the voxels of ``any-overlap``, each weighted with the exact part covered.

They need rings that do not cross, as `place_contour` guarantees. See docs/decisions/0002-voxel-rule.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, get_args

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import GeometryError
from adcurate.geometry.contour import check_inside_image
from adcurate.geometry.ring import distance_to_segment, ring_ends, signed_area
from adcurate.geometry.voxels import Shape, VoxelSet

VoxelRule = Literal["centre", "any-overlap", "half", "area-weighted"]
VOXEL_RULES: Final[tuple[VoxelRule, ...]] = get_args(VoxelRule)

# Rows and columns of points, apart.
Axes = tuple[Floats, Floats]

ON_LINE_PIXELS: Final = 1e-6
COVERED_PART: Final = 1e-6


def voxels_inside(rings: Sequence[Floats], shape: Shape, rule: VoxelRule = "centre") -> VoxelSet:
    """Find the voxels that rings on a slice mean under one rule.

    A scan line per row under ``centre``; exact clipping by every voxel's square under the others.

    Parameters
    ----------
    rings : each (n, 2), pixels
        (row, column), integer at voxel centres: the outer ring, then the holes (`PlacedContour.rings`).
    shape
        (rows, columns) of the image.
    rule
        See the module.

    Returns
    -------
    VoxelSet
        Sorted; empty when no voxel qualifies.

    Raises
    ------
    GeometryError
        ``geometry.option`` for an unknown rule.
    ContourError
        ``contour.outside`` when a ring leaves the image.

    Notes
    -----
    Checked against shapely (covers and intersection area, tests/oracles/geometry.json).

    Examples
    --------
    >>> import numpy as np
    >>> square = np.array([[0.0, 0.0], [0.0, 2.0], [2.0, 2.0], [2.0, 0.0]])
    >>> voxels_inside([square], (4, 4)).n_voxels
    9
    >>> float(voxels_inside([square], (4, 4), "area-weighted").weights.sum())
    4.0
    """
    if rule not in VOXEL_RULES:
        raise GeometryError(
            "geometry.option",
            "The voxel rule is not known.",
            remedy=f"Choose one of {', '.join(VOXEL_RULES)}.",
        )
    corners = [check_inside_image(ring, shape, ring_number=number) for number, ring in enumerate(rings)]
    corner, size = _box(corners)
    if rule == "centre":
        rows, columns = np.nonzero(_centres_inside([ring - corner for ring in rings], size))
        weights = np.ones(len(rows))
    else:
        edge = np.array(shape) - 0.5
        covered = _covered_parts([np.clip(ring, -0.5, edge) - corner for ring in rings], size)
        rows, columns = np.nonzero(
            covered >= 0.5 - COVERED_PART if rule == "half" else covered > COVERED_PART
        )
        weights = covered[rows, columns] if rule == "area-weighted" else np.ones(len(rows))
    return VoxelSet(rows + int(corner[0]), columns + int(corner[1]), weights, shape)


def _box(corners: Sequence[tuple[Floats, Floats]]) -> tuple[Floats, Shape]:
    """First voxel and size of a box that holds every voxel the rings can touch, with a margin."""
    low, high = corners[0]
    for other_low, other_high in corners[1:]:
        low, high = np.minimum(low, other_low), np.maximum(high, other_high)
    corner: Floats = np.floor(low)
    height, width = (np.ceil(high) - corner).tolist()
    return corner, (int(height) + 2, int(width) + 2)


def _centres_inside(rings: Sequence[Floats], size: Shape) -> Bools:
    inside, on_line = _scan(rings[0], size)
    inside |= on_line
    for hole in rings[1:]:
        in_hole, on_hole = _scan(hole, size)
        inside &= ~in_hole | on_hole
    return inside


def _scan(ring: Floats, size: Shape) -> tuple[Bools, Bools]:
    """Centres round which the ring winds, and centres on its line, each (row, column)."""
    row, column = ring.T
    row_end, column_end = ring_ends(row), ring_ends(column)
    start, end = (row, column), (row_end, column_end)
    return _wound_round(start, end, size), _on_line(start, end, size)


def _wound_round(start: Axes, end: Axes, size: Shape) -> Bools:
    """Scan lines: where each row's line crosses the ring, the winding number changes."""
    (row, column), (row_end, column_end) = start, end
    fall = row_end - row
    edge, line = _spread(np.ceil(np.minimum(row, row_end)), np.ceil(np.maximum(row, row_end)))
    slope = (column_end - column) / np.where(fall == 0.0, 1.0, fall)
    crossing = np.ceil((line - row[edge]) * slope[edge] + column[edge])
    width = size[1] + 1
    turns = np.bincount(
        (line * width + crossing).astype(np.intp), np.sign(fall)[edge], minlength=size[0] * width
    )
    wound: Bools = np.cumsum(turns.reshape(size[0], width), axis=1)[:, :-1] != 0
    return wound


def _on_line(start: Axes, end: Axes, size: Shape) -> Bools:
    """Each segment is followed along its steeper axis, where it passes one voxel per line."""
    on_line = np.zeros(size, dtype=np.bool_)
    (row, column), (row_end, column_end) = start, end
    across = np.abs(column_end - column) > np.abs(row_end - row)
    a, b = np.where(across, column, row), np.where(across, column_end, row_end)
    c, d = np.where(across, row, column), np.where(across, row_end, column_end)
    run = b - a
    slope = (d - c) / np.where(run == 0.0, 1.0, run)
    low, high = np.minimum(a, b), np.maximum(a, b)
    edge, line = _spread(np.ceil(low - ON_LINE_PIXELS), np.floor(high + ON_LINE_PIXELS) + 1.0)
    passed = (line - a[edge]) * slope[edge] + c[edge]
    nearest = np.rint(passed)
    near = np.flatnonzero(np.abs(passed - nearest) <= 3 * ON_LINE_PIXELS)
    if len(near):
        edge, line, nearest = edge[near], line[near], nearest[near]
        centres = np.where(across[edge], (nearest, line), (line, nearest)).T
        ends = [np.stack(axes, axis=1)[edge] for axes in (start, end)]
        distance = distance_to_segment(centres, ends[0], ends[1])
        row_on, column_on = centres[distance <= ON_LINE_PIXELS].astype(np.intp).T
        on_line[row_on, column_on] = True
    return on_line


def _spread(first: Floats, stop: Floats) -> tuple[Integers, Floats]:
    """Every whole number from `first` up to but not including `stop`, with the index it came from."""
    count = np.maximum(stop - first, 0.0).astype(np.intp)
    edge: Integers = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    line: Floats = (first - before)[edge] + np.arange(len(edge), dtype=np.float64)
    return edge, line


def _covered_parts(rings: Sequence[Floats], size: Shape) -> Floats:
    """Exact part of each voxel that the region covers (row, column)."""
    covered = _ring_coverage(rings[0], size)
    for hole in rings[1:]:
        covered -= _ring_coverage(hole, size)
    return np.clip(covered, 0.0, 1.0)


def _ring_coverage(ring: Floats, size: Shape) -> Floats:
    """Green's theorem per voxel: cut the ring at every voxel side, and add up what lies beyond each piece.

    A piece that falls by dr covers dr * (1 - f) of its own voxel, f being its mean distance from the voxel's
    first side, and dr of every voxel further along the row: two entries and a running sum.
    """
    start = ring + 0.5
    end = ring_ends(start)
    step = end - start
    edges: list[Integers] = [np.arange(len(start))]
    times: list[Floats] = [np.zeros(len(start))]
    for axis in (0, 1):
        low, high = np.minimum(start[:, axis], end[:, axis]), np.maximum(start[:, axis], end[:, axis])
        edge, line = _spread(np.floor(low) + 1.0, np.ceil(high))
        edges.append(edge)
        times.append((line - start[edge, axis]) / step[edge, axis])
    edge, time = np.concatenate(edges), np.concatenate(times)
    order = np.lexsort((time, edge))
    edge, time = edge[order], time[order]
    cuts: Floats = start[edge] + time[:, None] * step[edge]
    following = ring_ends(cuts)
    middle = 0.5 * (cuts + following)
    fall = following[:, 0] - cuts[:, 0]
    voxel = np.floor(middle).astype(np.intp)
    beyond = fall * (middle[:, 1] - voxel[:, 1])
    width = size[1] + 1
    where = voxel[:, 0] * width + voxel[:, 1]
    total = np.bincount(where, fall - beyond, minlength=size[0] * width)
    total += np.bincount(where + 1, beyond, minlength=size[0] * width)
    turned = np.cumsum(total.reshape(size[0], width), axis=1)[:, :-1]
    covered: Floats = turned * np.sign(signed_area(ring))
    return covered
