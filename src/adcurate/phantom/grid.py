"""Where the voxels of one series lie: an axial grid in patient coordinates (LPS, mm)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools, Floats

AXIAL: tuple[float, ...] = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """An axial stack, slices from foot to head, rows towards the back, columns towards the left.

    Attributes
    ----------
    first_centre_mm : (x, y, z)
        LPS position of the centre of voxel (0, 0, 0).
    """

    n_slices: int
    matrix: int
    pixel_mm: float
    slice_spacing_mm: float
    slice_thickness_mm: float
    first_centre_mm: tuple[float, float, float]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slice, row, column)."""
        return self.n_slices, self.matrix, self.matrix

    @property
    def fov_mm(self) -> float:
        """Side of the square field of view."""
        return self.matrix * self.pixel_mm

    def position_mm(self, slice_index: int) -> tuple[float, float, float]:
        """DICOM's ImagePositionPatient of a slice."""
        x, y, z = self.first_centre_mm
        return x, y, z + slice_index * self.slice_spacing_mm

    def axes_mm(self) -> tuple[Floats, Floats, Floats]:
        """Centres along x (columns), y (rows) and z (slices)."""
        x, y, z = self.first_centre_mm
        in_plane = np.arange(self.matrix) * self.pixel_mm
        return x + in_plane, y + in_plane, z + np.arange(self.n_slices) * self.slice_spacing_mm


def centred_grid(n_slices: int, matrix: int, *, fov_mm: float, slab_mm: float, filled: float) -> Grid:
    """A grid centred on the origin; `filled` is the share of the slice spacing that the slice fills."""
    pixel, spacing = fov_mm / matrix, slab_mm / n_slices
    corner = -(matrix - 1) / 2 * pixel
    return Grid(
        n_slices,
        matrix,
        pixel,
        spacing,
        round(spacing * filled, 2),
        (corner, corner, -(n_slices - 1) / 2 * spacing),
    )


def inside_polygon(ring_mm: Floats, x: Floats, y: Floats) -> Bools:
    """Which of the points (x, y) a closed ring encloses, by the parity of the edges crossed to the right.

    Parameters
    ----------
    ring_mm : (n, 2) mm
    x, y : same shape, mm

    Returns
    -------
    Same shape as `x`. Points on an edge are undefined: the rings drawn here keep clear of voxel centres.
    """
    x0, y0 = ring_mm[:, 0], ring_mm[:, 1]
    x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
    px, py = x[..., None], y[..., None]
    straddles = (y0 > py) != (y1 > py)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    crossing = x0 + (py - y0) * (x1 - x0) / rise
    inside: Bools = np.logical_xor.reduce(straddles & (px < crossing), axis=-1)
    return inside


def distance_to_ring(ring_mm: Floats, x: Floats, y: Floats) -> Floats:
    """Shortest distance of each point to the ring, mm; same shapes as `inside_polygon`."""
    start = ring_mm
    along = np.roll(ring_mm, -1, axis=0) - start
    to_point = np.stack([x, y], axis=-1)[..., None, :] - start
    length2 = np.maximum((along**2).sum(axis=-1), 1e-12)
    t = np.clip((to_point * along).sum(axis=-1) / length2, 0.0, 1.0)
    gap = to_point - t[..., None] * along
    nearest: Floats = np.sqrt((gap**2).sum(axis=-1)).min(axis=-1)
    return nearest
