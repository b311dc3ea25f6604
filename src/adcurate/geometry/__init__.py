"""Planes, contours and THE voxel rule: from what a person drew to the voxels it means. Pure: numpy only.

Nothing here knows of map values, lesions or files. Start at `Plane` and `Contour`, put one on the other with
`place_contour`, and ask `voxels_inside`.
"""

from adcurate.geometry.contour import MAX_POINTS, Contour, PlacedContour, place_contour
from adcurate.geometry.erosion import Connectivity, erode_mm, erode_voxels
from adcurate.geometry.extent import ContourExtent, measure_extent
from adcurate.geometry.mask_outline import MaskPart, outline_mask
from adcurate.geometry.plane import Plane, nearest_plane
from adcurate.geometry.repair import repair_contour
from adcurate.geometry.resampling import matching_slices, resample_bilinear
from adcurate.geometry.voxel_rule import VOXEL_RULES, VoxelRule, voxels_inside
from adcurate.geometry.voxels import VoxelSet, exclude_voxels, join_voxels

__all__ = [
    "MAX_POINTS",
    "VOXEL_RULES",
    "Connectivity",
    "Contour",
    "ContourExtent",
    "MaskPart",
    "PlacedContour",
    "Plane",
    "VoxelRule",
    "VoxelSet",
    "erode_mm",
    "erode_voxels",
    "exclude_voxels",
    "join_voxels",
    "matching_slices",
    "measure_extent",
    "nearest_plane",
    "outline_mask",
    "place_contour",
    "repair_contour",
    "resample_bilinear",
    "voxels_inside",
]
