"""Making a valid contour of one that crosses itself.

What a person circled is inside: the outer ring holds every point it winds round (nonzero rule), so an
overrun at the closing point adds nothing and takes nothing away, and a figure of eight becomes two
contours. The area inside any hole ring is taken away by the same rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import ContourError
from adcurate.geometry.contour import Contour
from adcurate.geometry.crossing import MAX_CROSSINGS, Segments, find_meetings
from adcurate.geometry.plane import Plane
from adcurate.geometry.ring import distance_to_segment, ring_length, signed_area, winding_number

# A loop with less area than this part of its squared length is no region.
_SLIVER: Final = 1e-9

Edge = tuple[int, int]


def repair_contour(contour: Contour, plane: Plane) -> tuple[Contour, ...]:
    """Rewrite a contour as contours that do not cross, enclosing the same points.

    Parameters
    ----------
    contour
        Its rings may cross themselves and each other.
    plane
        The slice; the result lies on it.

    Returns
    -------
    tuple of Contour
        Largest first, each with its holes; more than one where the region falls into parts.

    Raises
    ------
    ContourError
        ``contour.self-crossing`` for more than 1,000 crossings; ``contour.shape`` when no area is left.

    Notes
    -----
    Checked against shapely: the winding number of random scribbles, cell by cell.
    """
    spacing = np.array((plane.row_spacing_mm, plane.column_spacing_mm))
    rings = [plane.to_pixel(ring) * spacing for ring in contour.rings]
    nodes, windings = _arrangement(rings)
    loops = [nodes[loop] for loop in _loops(_boundary(nodes, windings), nodes)]
    loops = [loop for loop in loops if abs(signed_area(loop)) > _SLIVER * ring_length(loop) ** 2]
    parts = sorted((loop for loop in loops if signed_area(loop) > 0), key=signed_area, reverse=True)
    if not parts:
        raise ContourError("contour.shape", "The contour encloses no area.", remedy="Draw the contour again.")
    holes: list[list[Floats]] = [[] for _ in parts]
    for hole in (loop for loop in loops if signed_area(loop) < 0):
        holes[_smallest_around(hole, parts)].append(hole)
    return tuple(
        Contour(plane.to_lps(part / spacing), [plane.to_lps(hole / spacing) for hole in inner])
        for part, inner in zip(parts, holes, strict=True)
    )


def _arrangement(rings: Sequence[Floats]) -> tuple[Floats, dict[Edge, Floats]]:
    """Cut the rings where they meet: nodes (n, 2), and how often each ring runs along each edge, net."""
    segments = Segments.of(rings)
    meetings = find_meetings(segments)
    if len(meetings) > MAX_CROSSINGS:
        raise ContourError(
            "contour.self-crossing",
            f"The contour crosses itself more than {MAX_CROSSINGS:,} times.",
            remedy="Draw the contour again without crossing it.",
            n_crossings=len(meetings),
        )
    cuts: dict[int, list[Floats]] = defaultdict(list)
    for i, j in meetings:
        for point in _common_points(segments, i, j):
            cuts[i].append(point)
            cuts[j].append(point)
    nodes = _Nodes(10 * segments.tolerance)
    net: dict[Edge, Floats] = defaultdict(lambda: np.zeros(len(rings)))
    ends = [nodes.number(point) for point in segments.start]
    for i, start in enumerate(ends):
        along = segments.end[i] - segments.start[i]
        inner = sorted(cuts[i], key=lambda point: float((point - segments.start[i]) @ along))
        path = [start, *(nodes.number(point) for point in inner), ends[segments.follower[i]]]
        for a, b in pairwise(path):
            if a != b:
                net[min(a, b), max(a, b)][segments.ring[i]] += 1 if a < b else -1
    return np.array(nodes.points), {edge: turns for edge, turns in net.items() if turns.any()}


def _common_points(segments: Segments, i: int, j: int) -> list[Floats]:
    a, b, c, d = segments.start[i], segments.end[i], segments.start[j], segments.end[j]
    touching = [point for point in (a, b) if distance_to_segment(point, c, d) <= segments.tolerance]
    touching += [point for point in (c, d) if distance_to_segment(point, a, b) <= segments.tolerance]
    if touching:
        return touching
    u, v, w = b - a, d - c, c - a
    time = (w[0] * v[1] - w[1] * v[0]) / (u[0] * v[1] - u[1] * v[0])
    return [a + time * u]


class _Nodes:
    """Points, numbered; two within the tolerance are one."""

    def __init__(self, tolerance: float) -> None:
        self.points: list[Floats] = []
        self._tolerance = tolerance
        self._cells: dict[tuple[int, int], list[int]] = defaultdict(list)

    def number(self, point: Floats) -> int:
        row, column = (int(index) for index in np.floor(point / self._tolerance))
        for cell in ((r, c) for r in (row - 1, row, row + 1) for c in (column - 1, column, column + 1)):
            for known in self._cells.get(cell, ()):
                if float(np.hypot(*(self.points[known] - point))) <= self._tolerance:
                    return known
        self.points.append(point)
        self._cells[row, column].append(len(self.points) - 1)
        return len(self.points) - 1


def _boundary(nodes: Floats, net: dict[Edge, Floats]) -> list[Edge]:
    """The edges with the region on one side only, directed so that it lies on their left."""
    if not net:
        return []
    edges = np.array(list(net))
    turns = np.array(list(net.values()))
    start, end = nodes[edges[:, 0]], nodes[edges[:, 1]]
    kept: list[Edge] = []
    for k, (a, b) in enumerate(edges.tolist()):
        along = end[k] - start[k]
        middle = 0.5 * (start[k] + end[k])
        across = np.array((-along[1], along[0]))
        s1, s2 = (start - middle) @ along, (end - middle) @ along
        h1, h2 = (start - middle) @ across, (end - middle) @ across
        passed = (s1 <= 0) != (s2 <= 0)
        passed[k] = False
        height = h1[passed] - s1[passed] * (h2[passed] - h1[passed]) / (s2[passed] - s1[passed])
        # From far away, where nothing winds, inward to this edge: each edge passed changes the winding.
        left = (np.where(s2[passed] > s1[passed], -1.0, 1.0) * (height > 0)) @ turns[passed]
        right = left - turns[k]
        is_left, is_right = _holds(left), _holds(right)
        if is_left != is_right:
            kept.append((a, b) if is_left else (b, a))
    return kept


def _holds(winding: Floats) -> bool:
    return bool(winding[0] != 0 and not winding[1:].any())


def _loops(edges: Sequence[Edge], nodes: Floats) -> list[list[int]]:
    """Closed walks that pass no node twice and never cross; where paths meet, the leftmost is taken."""
    following: dict[int, list[int]] = defaultdict(list)
    for a, b in edges:
        following[a].append(b)
    loops: list[list[int]] = []
    for first in list(following):
        while following[first]:
            path, place = [first], {first: 0}
            while following[path[-1]]:
                node = _leftmost(path, following[path[-1]], nodes)
                following[path[-1]].remove(node)
                if node in place:
                    loops.append(path[place[node] :])
                    for left in path[place[node] + 1 :]:
                        del place[left]
                    path = path[: place[node] + 1]
                else:
                    place[node] = len(path)
                    path.append(node)
    return loops


def _leftmost(path: list[int], choices: list[int], nodes: Floats) -> int:
    if len(choices) == 1 or len(path) == 1:
        return choices[0]
    here = nodes[path[-1]]
    back = nodes[path[-2]] - here
    turn = []
    for choice in choices:
        ahead = nodes[choice] - here
        turn.append(np.arctan2(ahead[0] * back[1] - ahead[1] * back[0], ahead @ back) % (2 * np.pi))
    return choices[int(np.argmin(turn))]


def _smallest_around(hole: Floats, parts: Sequence[Floats]) -> int:
    """The smallest part (largest come first) that holds the hole's middle edge points."""
    asked = 0.5 * (hole + np.roll(hole, -1, axis=0))
    around: list[Bools] = [winding_number(asked, part) != 0 for part in parts]
    return max((k for k, inside in enumerate(around) if inside.all()), default=0)
