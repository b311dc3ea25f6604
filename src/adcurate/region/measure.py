"""From contours on a slice of a map to a measurement: voxels, summary and fragility in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import GeometryError, RegionError
from adcurate.geometry import (
    VOXEL_RULES,
    Contour,
    PlacedContour,
    Plane,
    VoxelRule,
    VoxelSet,
    exclude_voxels,
    join_voxels,
    place_contour,
    voxels_inside,
)
from adcurate.region.fragility import Fragility, judge_fragility
from adcurate.region.summary import BIN_WIDTH, N_LOWEST, RegionSummary, summarize_voxels

VoxelsByRule = Mapping[VoxelRule | Literal["mask"], VoxelSet]


@dataclass(frozen=True, slots=True, eq=False)
class RegionMeasurement:
    """One region measured on one slice: its numbers, the voxels they came from, and how firm they are."""

    summary: RegionSummary
    voxels: VoxelSet
    fragility: Fragility
    rule: VoxelRule


def measure_region(
    map_slice: Floats,
    plane: Plane,
    contours: Contour | Sequence[Contour],
    *,
    exclusions: Sequence[Contour] = (),
    rule: VoxelRule = "centre",
    bin_width: float = BIN_WIDTH,
    n_lowest: int = N_LOWEST,
) -> RegionMeasurement:
    """Measure what contours enclose on one slice of a parameter map.

    The voxels of every contour together, less those of every exclusion contour by the same rule (a voxel
    centre on an exclusion's line is excluded).

    Parameters
    ----------
    map_slice : (row, column), unit of the map
        NaN where not estimated: such a voxel is left out and counted.
    plane
        The slice's grid.
    contours
        One, or several parts of one region, LPS mm.
    exclusions
        What is drawn as not belonging, such as necrosis; may reach beyond the contours.
    rule
        The rule of record; the others are in the fragility.
    bin_width, n_lowest
        As in `summarize_region`.

    Returns
    -------
    RegionMeasurement

    Raises
    ------
    GeometryError
        ``geometry.mixed`` when map and plane differ in size; ``geometry.option``
    ContourError
        Whatever `place_contour` refuses.
    RegionError
        ``region.empty``, ``region.option``
    """
    if map_slice.shape != plane.shape:
        raise GeometryError(
            "geometry.mixed",
            "The map's slice and its plane differ in size.",
            remedy="Give the plane of the map itself, not of the series it was computed from.",
        )
    if rule not in VOXEL_RULES:
        raise GeometryError(
            "geometry.option",
            "The voxel rule is not known.",
            remedy=f"Choose one of {', '.join(VOXEL_RULES)}.",
        )
    by_rule = find_voxels(plane, [contours] if isinstance(contours, Contour) else contours, exclusions)
    voxels = by_rule[rule]
    summary = summarize_voxels(
        np.asarray(map_slice, dtype=np.float64),
        voxels,
        voxel_area_mm2=plane.voxel_area_mm2,
        bin_width=bin_width,
        n_lowest=n_lowest,
    )
    return RegionMeasurement(summary, voxels, judge_fragility(map_slice, voxels, by_rule), rule)


def find_voxels(
    plane: Plane, contours: Sequence[Contour], exclusions: Sequence[Contour] = ()
) -> VoxelsByRule:
    """The voxels of a region on one slice under each voxel rule: contours together, less the exclusions.

    Raises
    ------
    ContourError
        Whatever `place_contour` refuses.
    RegionError
        ``region.empty`` without a contour.
    """
    if not contours:
        raise RegionError("region.empty", "The region has no contour.", remedy="Draw a contour first.")
    placed = [place_contour(contour, plane) for contour in contours]
    excluded = [place_contour(contour, plane) for contour in exclusions]
    return {name: _voxels(placed, excluded, name) for name in VOXEL_RULES}


def _voxels(placed: Sequence[PlacedContour], excluded: Sequence[PlacedContour], rule: VoxelRule) -> VoxelSet:
    shape = placed[0].plane.shape
    voxels = voxels_inside(placed[0].rings, shape, rule)
    for contour in placed[1:]:
        voxels = join_voxels(voxels, voxels_inside(contour.rings, shape, rule))
    for contour in excluded:
        voxels = exclude_voxels(voxels, voxels_inside(contour.rings, shape, rule))
    return voxels
