"""A set of voxels of one slice, each with its weight: what every rule and every mask becomes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import GeometryError

Shape = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class VoxelSet:
    """Voxels of one image, sorted by row, then column.

    Attributes
    ----------
    rows, columns : (n,)
        Indices from 0.
    weights : (n,)
        The part of the voxel that belongs, above 0 and at most 1; 1 except under the area-weighted rule.
    shape
        (rows, columns) of the image.
    """

    rows: Integers
    columns: Integers
    weights: Floats
    shape: Shape

    @classmethod
    def from_mask(cls, mask: Bools) -> VoxelSet:
        """The True voxels of a mask (row, column)."""
        rows, columns = np.nonzero(mask)
        return cls(rows, columns, np.ones(len(rows)), (mask.shape[0], mask.shape[1]))

    @classmethod
    def from_weights(cls, weights: Floats) -> VoxelSet:
        """The voxels of a map (row, column) of weights that are above 0."""
        rows, columns = np.nonzero(weights > 0)
        return cls(rows, columns, weights[rows, columns], (weights.shape[0], weights.shape[1]))

    @property
    def n_voxels(self) -> int:
        """Voxels with any weight."""
        return len(self.rows)

    def mask(self) -> Bools:
        """Which voxels of the whole image belong with any weight (row, column)."""
        mask = np.zeros(self.shape, dtype=np.bool_)
        mask[self.rows, self.columns] = True
        return mask

    def weight_map(self) -> Floats:
        """The weight of every voxel of the whole image (row, column), 0 outside."""
        weights = np.zeros(self.shape)
        weights[self.rows, self.columns] = self.weights
        return weights


def join_voxels(first: VoxelSet, second: VoxelSet) -> VoxelSet:
    """The voxels of either set. Weights add up to at most 1: exact for regions that do not overlap.

    Raises
    ------
    GeometryError
        ``geometry.mixed`` when the sets lie on images of different size.
    """
    _check_same_image(first, second)
    return VoxelSet.from_weights(np.minimum(1.0, first.weight_map() + second.weight_map()))


def exclude_voxels(voxels: VoxelSet, excluded: VoxelSet) -> VoxelSet:
    """The voxels of the first set that are not in the second: a lesion without its necrosis.

    With weights, what is left is the first weight less the second: exact where the excluded part lies wholly
    inside the region.

    Raises
    ------
    GeometryError
        ``geometry.mixed`` when the sets lie on images of different size.
    """
    _check_same_image(voxels, excluded)
    left = voxels.weight_map() - excluded.weight_map()
    return VoxelSet.from_weights(np.where(left > 1e-12, left, 0.0))


def _check_same_image(first: VoxelSet, second: VoxelSet) -> None:
    if first.shape != second.shape:
        raise GeometryError(
            "geometry.mixed",
            "Two voxel sets lie on images of different size.",
            remedy="Place both contours on the same slice.",
        )
