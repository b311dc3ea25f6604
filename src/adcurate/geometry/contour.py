"""A contour as drawn: an outer ring and holes in patient space, checked before anything is measured.

`Contour` is what a person drew (LPS, mm); `place_contour` puts it on one slice and refuses what cannot be
measured there. In every sentence and fact, points are counted from 1; ring 0 is the outer ring, ring k the
k-th hole. Rings may run either way round and may or may not repeat their first point at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import ContourError
from adcurate.geometry.crossing import find_crossings
from adcurate.geometry.plane import Plane, is_on_plane
from adcurate.geometry.ring import distance_to_ring, interior_point, ring_ends, winding_number

MAX_POINTS: Final = 10_000
# Points nearer than this are one point.
SAME_POINT_MM: Final = 1e-6
# A ring whose triangles from its first point fill less than this part of its squared length is a line.
_FLATNESS: Final = 1e-9
_EDGE_PIXELS: Final = 1e-6


class Contour:
    """An outer ring and its holes, points (n, 3) in LPS mm. Immutable; equal when every coordinate is.

    Raises
    ------
    ContourError
        ``contour.shape``: not (n, 3), not finite, fewer than 3 or more than 10,000 points, two equal points
        in a row, no area.
    """

    __slots__ = ("holes", "outer")

    outer: Floats
    holes: tuple[Floats, ...]

    def __init__(self, outer: npt.ArrayLike, holes: Sequence[npt.ArrayLike] = ()) -> None:
        object.__setattr__(self, "outer", _checked_ring(outer, 0))
        object.__setattr__(self, "holes", tuple(_checked_ring(hole, k) for k, hole in enumerate(holes, 1)))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Contour is immutable: {name} cannot be set")

    @property
    def rings(self) -> tuple[Floats, ...]:
        """The outer ring, then the holes."""
        return (self.outer, *self.holes)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Contour):
            return NotImplemented
        return self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[bytes, ...]:
        return tuple((ring + 0.0).tobytes() for ring in self.rings)

    def __reduce__(self) -> tuple[object, ...]:
        return Contour, (self.outer, self.holes)

    def __repr__(self) -> str:
        return f"Contour({len(self.outer)} points, {len(self.holes)} holes)"


@dataclass(frozen=True, slots=True, eq=False)
class PlacedContour:
    """A contour on one slice: valid rings in (row, column) pixels, the outer one first."""

    plane: Plane
    rings: tuple[Floats, ...]

    @property
    def rings_mm(self) -> tuple[Floats, ...]:
        """The rings in mm along the plane's axes, measured from its first voxel."""
        spacing = np.array((self.plane.row_spacing_mm, self.plane.column_spacing_mm))
        return tuple(ring * spacing for ring in self.rings)


def place_contour(contour: Contour, plane: Plane) -> PlacedContour:
    """Project a contour onto a slice and check that it can be measured there.

    Parameters
    ----------
    contour
        As drawn, LPS mm.
    plane
        The slice to measure; every point within half its thickness.

    Returns
    -------
    PlacedContour
        Rings that neither leave the image nor cross; holes lie inside the outer ring and apart.

    Raises
    ------
    ContourError
        ``contour.off-plane``, ``contour.outside``, ``contour.self-crossing``, ``contour.shape``
    """
    for k, ring in enumerate(contour.rings):
        distance = np.abs(plane.distance_mm(ring))
        worst = int(np.argmax(distance))
        if not is_on_plane(float(distance[worst]), plane):
            raise ContourError(
                "contour.off-plane",
                f"Point {worst + 1} of {_ring_name(k)} lies {distance[worst]:.2f} mm off the slice, "
                f"more than the {plane.off_plane_limit_mm:.2f} mm allowed.",
                remedy="Measure the contour on the slice it was drawn on, or on the nearest parallel one.",
                ring=k,
                point=worst + 1,
                distance_mm=float(distance[worst]),
            )
    rings = tuple(plane.to_pixel(ring) for ring in contour.rings)
    for k, ring in enumerate(rings):
        check_inside_image(ring, plane.shape, ring_number=k)
        if _is_line(np.column_stack((ring, np.zeros(len(ring))))):
            raise _shape(f"{_ring_name(k).capitalize()} encloses no area on this slice.", k, None)
    _check_crossings(rings)
    _check_holes(rings)
    return PlacedContour(plane, rings)


def check_inside_image(
    ring: Floats, shape: tuple[int, int], *, ring_number: int = 0
) -> tuple[Floats, Floats]:
    """Refuse a ring (n, 2) in pixels that leaves the image, whose edge is half a voxel outside the centres.

    Returns its lowest and highest (row, column).

    Raises
    ------
    ContourError
        ``contour.outside``
    """
    low, high = ring.min(axis=0), ring.max(axis=0)
    limit = -0.5 - _EDGE_PIXELS
    (top, left), (bottom, right) = low.tolist(), high.tolist()
    if min(top, left) >= limit and bottom <= shape[0] + (-1 - limit) and right <= shape[1] + (-1 - limit):
        return low, high
    beyond = (ring < limit) | (ring > np.array(shape) - 0.5 + _EDGE_PIXELS)
    outside = np.flatnonzero(beyond.any(axis=1))
    part = "wholly" if len(outside) == len(ring) else "partly"
    raise ContourError(
        "contour.outside",
        f"{_ring_name(ring_number).capitalize()} lies {part} outside the image, from point {outside[0] + 1}.",
        remedy="Draw the contour inside the image, or choose the image it was drawn on.",
        ring=ring_number,
        point=int(outside[0]) + 1,
        n_outside=len(outside),
    )


def _checked_ring(points: npt.ArrayLike, number: int) -> Floats:
    try:
        ring = np.array(points, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise _shape(f"{_ring_name(number).capitalize()} is not a list of numbers.", number, None) from error
    name = _ring_name(number)
    if ring.size and (ring.ndim != 2 or ring.shape[1] != 3):
        raise _shape(f"The points of {name} do not have three coordinates each.", number, None)
    if len(ring) > MAX_POINTS + 1:
        raise _shape(f"{name.capitalize()} has more than {MAX_POINTS:,} points.", number, None)
    bad = np.flatnonzero(~np.isfinite(ring).all(axis=1)) if ring.size else np.empty(0, dtype=np.int64)
    if len(bad):
        raise _shape(f"Point {bad[0] + 1} of {name} is not finite.", number, int(bad[0]) + 1)
    if len(ring) > 1 and _length(ring[-1] - ring[0]) <= SAME_POINT_MM:
        ring = ring[:-1]
    if len(ring) > MAX_POINTS:
        raise _shape(f"{name.capitalize()} has more than {MAX_POINTS:,} points.", number, None)
    if len(ring) < 3:
        raise _shape(f"{name.capitalize()} has fewer than 3 different points.", number, None)
    step = ring_ends(ring) - ring
    length = np.sqrt(np.sum(step * step, axis=1))
    same = np.flatnonzero(length <= SAME_POINT_MM)
    if len(same):
        point = int(same[0] + 1) % len(ring) + 1
        raise _shape(f"Point {point} of {name} repeats the point before it.", number, point)
    if _is_line(ring):
        raise _shape(f"{name.capitalize()} encloses no area.", number, None)
    ring.flags.writeable = False
    return ring


def _check_crossings(rings: Sequence[Floats]) -> None:
    crossings = find_crossings(rings)
    if not crossings:
        return
    first = np.cumsum([0] + [len(ring) for ring in rings])
    (ring_a, a), (ring_b, b) = (
        (int(k), segment - int(first[k]) + 1)
        for segment in crossings[0]
        for k in [np.searchsorted(first, segment, side="right") - 1]
    )
    raise ContourError(
        "contour.self-crossing",
        f"The line after point {a} of {_ring_name(ring_a)} crosses or touches the line after point {b} of "
        f"{_ring_name(ring_b)}.",
        remedy="Draw the contour again without crossing it, or accept the repaired contour.",
        ring=ring_a,
        point=a,
        other_ring=ring_b,
        other_point=b,
        n_crossings=len(crossings),
    )


def _check_holes(rings: Sequence[Floats]) -> None:
    for k, hole in enumerate(rings[1:], 1):
        asked = np.concatenate((hole, 0.5 * (hole + ring_ends(hole)), [interior_point(hole)]))
        if not np.all(_inside_or_on(asked, rings[0])):
            raise _shape(f"{_ring_name(k).capitalize()} does not lie inside the outer ring.", k, None)
        for other, ring in enumerate(rings[1:], 1):
            strictly = (winding_number(asked, ring) != 0) & (distance_to_ring(asked, ring) > _EDGE_PIXELS)
            if other != k and np.any(strictly):
                raise _shape(f"{_ring_name(k).capitalize()} lies inside {_ring_name(other)}.", k, None)


def _inside_or_on(points: Floats, ring: Floats) -> Bools:
    held: Bools = (winding_number(points, ring) != 0) | (distance_to_ring(points, ring) <= _EDGE_PIXELS)
    return held


def _is_line(ring: Floats) -> bool:
    local, step = ring - ring[0], ring_ends(ring) - ring
    triangles = 0.5 * np.sum(np.sqrt(np.sum(np.cross(local, ring_ends(local)) ** 2, axis=1)))
    length = np.sum(np.sqrt(np.sum(step * step, axis=1)))
    return bool(triangles <= _FLATNESS * length**2)


def _length(vector: Floats) -> float:
    return float(np.sqrt(np.sum(vector * vector)))


def _ring_name(number: int) -> str:
    return "the outer ring" if number == 0 else f"hole {number}"


def _shape(sentence: str, ring: int, point: int | None) -> ContourError:
    return ContourError("contour.shape", sentence, remedy="Draw the contour again.", ring=ring, point=point)
