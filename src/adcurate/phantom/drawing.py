"""The reader's contour: hand-drawn looking, and clear of every voxel centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.geometry import Contour, place_contour, voxels_inside
from adcurate.phantom.grid import Grid
from adcurate.phantom.lesion import CORE_SHARE, Outline
from adcurate.phantom.prescription import LesionPrescription, refusal

# How a second reader differs: standard deviations of the shift (voxels), the radius and the sway (shares).
_SHIFT_PIXELS: Final = 0.6
_RESIZE: Final = 0.05
_SWAY: Final = 0.02
_MOST_SHIFT: Final = 0.3  # of the radius
CLEARANCE_PIXEL: Final = 2e-3  # no contour comes nearer to a voxel centre


@dataclass(frozen=True, slots=True)
class Drawing:
    """What the reader drew: rings in mm, rounded to 0.001, and the voxels they enclose.

    Attributes
    ----------
    outer : (n, 3) LPS mm
    holes : tuple of (m, 3) LPS mm
    voxels : (row, column)
        The voxels whose centres lie inside `outer` and outside every hole.
    """

    outer: Floats
    holes: tuple[Floats, ...]
    voxels: Bools


def draw_contour(
    outline: Outline, lesion: LesionPrescription, grid: Grid, rng: np.random.Generator
) -> Drawing:
    """Draw the contour as a reader would: smooth, inside the border, around a cystic core if there is one.

    No point of a ring comes within `CLEARANCE_PIXEL` of a voxel centre, so that no later rounding of the
    coordinates to 0.001 mm can move a voxel in or out.

    Raises
    ------
    PhantomError
        ``phantom.prescription``: nothing is left inside the contour.
    """
    margin = min(2.0, 0.1 * lesion.long_axis_mm)
    n_points = int(rng.integers(36, 55))
    outer = _ring(outline, n_points, rng, share=1.0, offset_mm=-margin)
    rings = [outer]
    if lesion.cystic_centre:
        rings.append(_ring(outline, 30, rng, share=CORE_SHARE, offset_mm=1.0))
    reach_mm = 1.6 * outline.half_length_mm + 2 * grid.pixel_mm
    return _enclose(rings, (outline.x, outline.y), reach_mm, outline.slice_index, grid)


def redraw_contour(drawing: Drawing, slice_index: int, grid: Grid, rng: np.random.Generator) -> Drawing:
    """Draw a contour again as a second reader would: a little beside the first, larger or smaller, and wavy.

    The whole is moved by most of a voxel, the radius changes by 5 % (standard deviations), and the line sways
    about it; a small lesion is moved less. A core that was left out is left out again, in its own size.

    Raises
    ------
    PhantomError
        ``phantom.prescription``: nothing is left inside the contour.
    """
    centre = drawing.outer[:, :2].mean(axis=0)
    radius = float(np.hypot(*(drawing.outer[:, :2] - centre).T).mean())
    shift = rng.normal(0.0, _SHIFT_PIXELS * grid.pixel_mm, 2)
    shift *= min(1.0, _MOST_SHIFT * radius / max(float(np.hypot(*shift)), 1e-9))
    rings = [_again(ring[:, :2], rng) + shift for ring in (drawing.outer, *drawing.holes)]
    reach_mm = 1.6 * radius + float(np.hypot(*shift)) + 2 * grid.pixel_mm
    return _enclose(rings, (float(centre[0]), float(centre[1])), reach_mm, slice_index, grid)


def _again(ring: Floats, rng: np.random.Generator) -> Floats:
    """A ring round the same centre through new points, in another size and with a sway of its own."""
    centre = ring.mean(axis=0)
    x, y = (ring - centre).T
    n_points = int(rng.integers(36, 55))
    angle = (np.arange(n_points) + rng.uniform(-0.25, 0.25, n_points)) * 2 * np.pi / n_points
    radius = np.interp(angle, np.arctan2(y, x), np.hypot(x, y), period=2 * np.pi)
    sizes, phases = rng.normal(0.0, _SWAY, 4), rng.uniform(0.0, 2 * np.pi, 4)
    sway = (sizes * np.cos(angle[:, None] * np.arange(2, 6) + phases)).sum(axis=1)
    scale = 1.0 + float(np.clip(rng.normal(0.0, _RESIZE), -2.0 * _RESIZE, 2.0 * _RESIZE))
    radius = np.maximum(radius * (scale + sway) + rng.normal(0.0, 0.06, n_points), 0.5)
    again: Floats = centre + np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return again


def _enclose(
    rings: list[Floats], centre: tuple[float, float], reach_mm: float, slice_index: int, grid: Grid
) -> Drawing:
    """The rings on their slice, clear of the voxel centres within reach of the lesion's centre."""
    x, y, z = grid.axes_mm()
    columns, rows = np.meshgrid(x, y)
    reach = np.hypot(columns - centre[0], rows - centre[1]) < reach_mm
    drawn = [_keep_clear(ring, columns[reach], rows[reach], grid.pixel_mm) for ring in rings]
    in_space = [np.column_stack([ring, np.full(len(ring), z[slice_index])]) for ring in drawn]
    placed = place_contour(Contour(in_space[0], in_space[1:]), grid.plane(slice_index))
    enclosed = voxels_inside(placed.rings, placed.plane.shape)
    if enclosed.n_voxels == 0:
        raise refusal(
            "The contour of a lesion encloses no voxel.", "Prescribe a longer axis or a finer matrix."
        )
    return Drawing(in_space[0], tuple(in_space[1:]), enclosed.mask())


def _ring(
    outline: Outline, n_points: int, rng: np.random.Generator, *, share: float, offset_mm: float
) -> Floats:
    step = 2 * np.pi / n_points
    angle = np.arange(n_points) * step + rng.uniform(-0.25, 0.25, n_points) * step
    hand = 0.25 * np.cos(3 * angle + rng.uniform(0, 6.28)) + 0.2 * np.cos(7 * angle + rng.uniform(0, 6.28))
    radius = share * outline.radius_mm(angle) + offset_mm + hand + rng.normal(0.0, 0.06, n_points)
    radius = np.maximum(radius, 0.5)
    return np.stack([outline.x + radius * np.cos(angle), outline.y + radius * np.sin(angle)], axis=1)


def _keep_clear(ring: Floats, x: Floats, y: Floats, pixel_mm: float) -> Floats:
    step = np.array([0.011, 0.007]) * pixel_mm
    for attempt in range(200):
        moved: Floats = np.round(ring + attempt * step, 3)
        if _distance_to_ring(moved, x, y).min() > CLEARANCE_PIXEL * pixel_mm:
            return moved
    raise refusal("No contour keeps clear of the voxel centres.", "Prescribe another size or seed.")


def _distance_to_ring(ring: Floats, x: Floats, y: Floats) -> Floats:
    """Shortest distance of each point (n,) to the closed ring (m, 2), mm."""
    along = np.roll(ring, -1, axis=0) - ring
    to_point = np.stack([x, y], axis=-1)[:, None, :] - ring
    t = np.clip((to_point * along).sum(axis=-1) / np.maximum((along**2).sum(axis=-1), 1e-12), 0.0, 1.0)
    gap = to_point - t[..., None] * along
    nearest: Floats = np.sqrt((gap**2).sum(axis=-1)).min(axis=-1)
    return nearest
