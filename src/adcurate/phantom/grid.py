"""Where the voxels of one series lie: an axial grid in patient coordinates (LPS, mm)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.geometry import Plane

AXIAL: Final = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


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
        in_plane = np.arange(self.matrix, dtype=np.float64) * self.pixel_mm
        heights = np.arange(self.n_slices, dtype=np.float64) * self.slice_spacing_mm
        return x + in_plane, y + in_plane, z + heights

    def plane(self, slice_index: int) -> Plane:
        """One slice in patient space."""
        return Plane(
            origin=self.position_mm(slice_index),
            row_direction=AXIAL[:3],
            column_direction=AXIAL[3:],
            row_spacing_mm=self.pixel_mm,
            column_spacing_mm=self.pixel_mm,
            n_rows=self.matrix,
            n_columns=self.matrix,
            slice_thickness_mm=self.slice_thickness_mm,
        )


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
