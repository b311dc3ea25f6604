"""One image slice in patient space: where its voxels are, and which slice a contour belongs to.

Coordinates are LPS in mm (left, posterior and superior positive), as in DICOM. Pixel coordinates are
fractional (row, column); a voxel's centre has integer coordinates, so the image reaches from -0.5 to n - 0.5.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import ContourError, GeometryError

Vector = tuple[float, float, float]

# Directions are typed with few digits in real files: this much is accepted and then made orthonormal.
DIRECTION_TOLERANCE: Final = 1e-3
# How far off a plane of unknown thickness a point may lie.
UNKNOWN_THICKNESS_MM: Final = 0.01
_EXACT: Final = 1e-12
_MAX_SIDE: Final = 65_535


@dataclass(frozen=True, slots=True)
class Plane:
    """The grid of one slice.

    Attributes
    ----------
    origin : LPS mm
        Centre of the first voxel (DICOM ImagePositionPatient).
    row_direction, column_direction : unit vectors
        Along a row (increasing column index, ImageOrientationPatient[0:3]) and down a column (increasing row
        index, [3:6]). Deviations from orthonormal up to 1e-3 are removed: the row direction is kept.
    row_spacing_mm, column_spacing_mm
        Between neighbouring rows and between neighbouring columns (PixelSpacing[0] and [1]).
    n_rows, n_columns
        Voxels.
    slice_thickness_mm
        None where unknown; a contour must then lie on the plane within 0.01 mm.

    Raises
    ------
    GeometryError
        ``geometry.plane`` when these do not describe a rectangular grid.
    """

    origin: Vector
    row_direction: Vector
    column_direction: Vector
    row_spacing_mm: float
    column_spacing_mm: float
    n_rows: int
    n_columns: int
    slice_thickness_mm: float | None = None

    def __post_init__(self) -> None:
        origin = _vector(self.origin, "position")
        row, column = _orthonormal(
            _vector(self.row_direction, "row direction"), _vector(self.column_direction, "column direction")
        )
        lengths = [self.row_spacing_mm, self.column_spacing_mm]
        if self.slice_thickness_mm is not None:
            lengths.append(self.slice_thickness_mm)
        if not all(math.isfinite(length) and length > 0 for length in lengths):
            raise _refused("A spacing or thickness is not a positive number.")
        if not all(1 <= side <= _MAX_SIDE for side in (self.n_rows, self.n_columns)):
            raise _refused("An image has between 1 and 65,535 rows and columns.")
        for name, value in (("origin", origin), ("row_direction", row), ("column_direction", column)):
            object.__setattr__(self, name, value)
        for name in ("row_spacing_mm", "column_spacing_mm", "slice_thickness_mm"):
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else float(value))
        for name in ("n_rows", "n_columns"):
            object.__setattr__(self, name, int(getattr(self, name)))

    @classmethod
    def from_dicom(
        cls,
        position: Sequence[float],
        orientation: Sequence[float],
        pixel_spacing: Sequence[float],
        rows: int,
        columns: int,
        thickness: float | None = None,
    ) -> Plane:
        """The plane of one frame, from the values of its DICOM attributes.

        Parameters
        ----------
        position : 3 numbers, LPS mm
            ImagePositionPatient.
        orientation : 6 numbers
            ImageOrientationPatient.
        pixel_spacing : 2 numbers, mm
            PixelSpacing: between rows, then between columns.
        rows, columns : voxels
        thickness : mm
            SliceThickness, None where absent.

        Raises
        ------
        GeometryError
            ``geometry.plane``
        """
        if len(orientation) != 6 or len(pixel_spacing) != 2:
            raise _refused("An orientation has six numbers and a pixel spacing two.")
        return cls(
            origin=_vector(position, "position"),
            row_direction=_vector(orientation[:3], "row direction"),
            column_direction=_vector(orientation[3:], "column direction"),
            row_spacing_mm=float(pixel_spacing[0]),
            column_spacing_mm=float(pixel_spacing[1]),
            n_rows=rows,
            n_columns=columns,
            slice_thickness_mm=thickness,
        )

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.n_rows, self.n_columns

    @property
    def normal(self) -> Vector:
        """Unit vector of row direction x column direction."""
        a, b = self.row_direction, self.column_direction
        return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])

    @property
    def voxel_area_mm2(self) -> float:
        """In-plane area of one voxel."""
        return self.row_spacing_mm * self.column_spacing_mm

    @property
    def off_plane_limit_mm(self) -> float:
        """How far from the plane a contour may lie and still be measured on it: half a slice thickness."""
        thickness = self.slice_thickness_mm
        return UNKNOWN_THICKNESS_MM if thickness is None else 0.5 * thickness

    def to_pixel(self, points: npt.ArrayLike) -> Floats:
        """Fractional (row, column) (n, 2) of the projections of LPS points (n, 3) onto the plane."""
        offset = np.asarray(points, dtype=np.float64).reshape(-1, 3) - np.array(self.origin)
        axes = np.array((self.column_direction, self.row_direction))
        pixel: Floats = offset @ axes.T / np.array((self.row_spacing_mm, self.column_spacing_mm))
        return pixel

    def to_lps(self, pixel: npt.ArrayLike) -> Floats:
        """LPS mm (n, 3) of fractional (row, column) (n, 2)."""
        steps = np.asarray(pixel, dtype=np.float64).reshape(-1, 2) * (
            self.row_spacing_mm,
            self.column_spacing_mm,
        )
        axes = np.array((self.column_direction, self.row_direction))
        points: Floats = steps @ axes + np.array(self.origin)
        return points

    def distance_mm(self, points: npt.ArrayLike) -> Floats:
        """Signed distance (n,) of LPS points (n, 3) from the plane, positive along the normal."""
        offset = np.asarray(points, dtype=np.float64).reshape(-1, 3) - np.array(self.origin)
        distance: Floats = offset @ np.array(self.normal)
        return distance


def nearest_plane(planes: Sequence[Plane], points: npt.ArrayLike) -> int:
    """Find the slice on which a contour drawn elsewhere is measured.

    Every point must lie within half a slice thickness of it. Of two slices equally near, the first is taken.

    Parameters
    ----------
    planes
        The slices on offer, in any order.
    points : (n, 3), LPS mm
        The contour's points.

    Returns
    -------
    int
        Index into `planes`.

    Raises
    ------
    ContourError
        ``contour.off-plane`` when no slice is near enough, or none is given.
    """
    furthest = [float(np.max(np.abs(plane.distance_mm(points)))) for plane in planes]
    near = [i for i, plane in enumerate(planes) if is_on_plane(furthest[i], plane)]
    if not near:
        raise ContourError(
            "contour.off-plane",
            "No slice lies within half a slice thickness of the contour.",
            remedy="Draw the contour on the series to be measured, or on one with parallel slices.",
            n_slices=len(planes),
            nearest_mm=min(furthest) if furthest else None,
        )
    best = min(furthest[i] for i in near)
    return next(i for i in near if furthest[i] <= best + 1e-6)


def is_on_plane(distance_mm: float, plane: Plane) -> bool:
    """Whether a point so far away still belongs to the plane; a millionth of a mm forgives rounding."""
    return distance_mm <= plane.off_plane_limit_mm + 1e-6


def _vector(numbers: Sequence[float], name: str) -> Vector:
    if len(numbers) != 3 or not all(math.isfinite(float(number)) for number in numbers):
        raise _refused(f"The {name} is not three finite numbers.")
    return (float(numbers[0]), float(numbers[1]), float(numbers[2]))


def _orthonormal(row: Vector, column: Vector) -> tuple[Vector, Vector]:
    off = max(abs(math.hypot(*row) - 1), abs(math.hypot(*column) - 1), abs(_dot(row, column)))
    if off > DIRECTION_TOLERANCE:
        raise _refused("The row and column directions are not two unit vectors at right angles.")
    if off <= _EXACT:
        return row, column
    row = _unit(row)
    along = _dot(row, column)
    return row, _unit((column[0] - along * row[0], column[1] - along * row[1], column[2] - along * row[2]))


def _dot(a: Vector, b: Vector) -> float:
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def _unit(vector: Vector) -> Vector:
    length = math.hypot(*vector)
    return (vector[0] / length, vector[1] / length, vector[2] / length)


def _refused(sentence: str) -> GeometryError:
    return GeometryError(
        "geometry.plane",
        sentence,
        remedy="Check the image's position, orientation, spacing and size attributes.",
    )
