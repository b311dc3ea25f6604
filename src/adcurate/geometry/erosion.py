"""Making a region smaller: by millimetres, exactly, or by whole voxels."""

from __future__ import annotations

import math
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import GeometryError
from adcurate.geometry.contour import PlacedContour
from adcurate.geometry.ring import distance_to_ring
from adcurate.geometry.voxel_rule import ON_LINE_PIXELS, voxels_inside
from adcurate.geometry.voxels import VoxelSet

Connectivity = Literal[4, 8]
_CONNECTIVITIES: Final = (4, 8)


def erode_mm(placed: PlacedContour, distance_mm: float) -> VoxelSet:
    """Find the voxels whose centre lies inside the contour and at least a distance away from its line.

    The same as the centre rule on the contour eroded by a disc (Minkowski), holes grown by as much, without
    building that contour. A centre within 1e-6 pixel of the distance counts as having it.

    Parameters
    ----------
    placed
        The contour on its slice.
    distance_mm
        0 or more; 0 gives the centre rule.

    Returns
    -------
    VoxelSet
        Empty when nothing is left.

    Raises
    ------
    GeometryError
        ``geometry.option`` for a negative or not finite distance.

    Notes
    -----
    Checked against shapely's distance to the boundary (tests/oracles/geometry.json).
    """
    if not (math.isfinite(distance_mm) and distance_mm >= 0):
        raise GeometryError(
            "geometry.option",
            "The erosion distance is not 0 or more.",
            remedy="Give a distance in mm, 0 or more.",
        )
    plane = placed.plane
    voxels = voxels_inside(placed.rings, plane.shape)
    spacing = np.array((plane.row_spacing_mm, plane.column_spacing_mm))
    centres = np.stack((voxels.rows, voxels.columns), axis=1) * spacing
    distance: Floats = np.full(voxels.n_voxels, np.inf)
    for ring in placed.rings_mm:
        distance = np.minimum(distance, distance_to_ring(centres, ring))
    kept = distance >= distance_mm - ON_LINE_PIXELS * float(spacing.min())
    return _subset(voxels, kept)


def erode_voxels(voxels: VoxelSet, steps: int = 1, *, connectivity: Connectivity = 4) -> VoxelSet:
    """Take off the outermost voxels of a set.

    A voxel stays when all its 4 (sharing a side) or 8 (sharing a side or corner) neighbours belong to the
    set; beyond the image nothing does. Weights are kept as they are.

    Parameters
    ----------
    voxels
        Any set; a hole is eroded from inside as well.
    steps
        How many layers, 0 or more.
    connectivity
        4 or 8.

    Returns
    -------
    VoxelSet
        Empty when nothing is left.

    Raises
    ------
    GeometryError
        ``geometry.option``
    """
    if connectivity not in _CONNECTIVITIES or steps < 0:
        raise GeometryError(
            "geometry.option",
            "Voxel erosion takes 0 or more steps and 4 or 8 neighbours.",
            remedy="Choose connectivity 4 or 8 and a number of steps that is not negative.",
        )
    if voxels.n_voxels == 0 or steps == 0:
        return voxels
    corner = voxels.rows.min() - 1, voxels.columns.min() - 1
    rows, columns = voxels.rows - corner[0], voxels.columns - corner[1]
    mask = np.zeros((int(rows.max()) + 2, int(columns.max()) + 2), dtype=np.bool_)
    mask[rows, columns] = True
    for _ in range(steps):
        mask = _without_rim(mask, connectivity)
    return _subset(voxels, mask[rows, columns])


def _without_rim(mask: Bools, connectivity: Connectivity) -> Bools:
    """One layer less; the outermost rows and columns of the mask must be False."""
    inner = np.zeros_like(mask)
    across = mask[:, :-2] & mask[:, 1:-1] & mask[:, 2:]
    if connectivity == 8:
        inner[1:-1, 1:-1] = across[:-2] & across[1:-1] & across[2:]
    else:
        inner[1:-1, 1:-1] = across[1:-1] & mask[:-2, 1:-1] & mask[2:, 1:-1]
    return inner


def _subset(voxels: VoxelSet, kept: Bools) -> VoxelSet:
    return VoxelSet(voxels.rows[kept], voxels.columns[kept], voxels.weights[kept], voxels.shape)
