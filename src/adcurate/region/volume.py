"""A region over several slices, measured whole: its voxels on every slice together, and its volume.

Statistics are over all voxels; what is bound to a place (the lowest 3 x 3 block, the eroded rim, the position
of the minimum) is found within slices, as on one slice: nothing is eroded or joined through the plane.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import RegionError
from adcurate.geometry import VoxelRule, VoxelSet
from adcurate.region.fragility import Fragility, judge_fragility
from adcurate.region.measure import VoxelsByRule
from adcurate.region.summary import BIN_WIDTH, N_LOWEST, RegionSummary, summarize_voxels


@dataclass(frozen=True, slots=True, eq=False)
class SliceOfRegion:
    """One slice: its index in the map, its values (row, column), the region's voxels there under each rule.

    `step_mm` is what the slice stands for along the normal: the distance between slice centres.
    """

    index: int
    values: Floats
    by_rule: VoxelsByRule
    step_mm: float
    voxel_area_mm2: float


@dataclass(frozen=True, slots=True)
class SliceShare:
    """What one slice adds: voxels with an estimate, their mean and minimum (NaN where none), their area."""

    index: int
    n_voxels: int
    mean: float
    minimum: float
    area_mm2: float


@dataclass(frozen=True, slots=True, eq=False)
class VolumeMeasurement:
    """A region measured over its slices.

    `summary.area_mm2` is of the slice with the largest area, `summary.minimum_at` the (row, column) on slice
    `minimum_slice`. `volume_mm3` adds up area x distance between slice centres, so a gap between slices is
    counted in.
    """

    summary: RegionSummary
    fragility: Fragility
    rule: VoxelRule
    volume_mm3: float
    minimum_slice: int
    slices: tuple[SliceShare, ...]


def measure_volume(
    slices: Sequence[SliceOfRegion],
    rule: VoxelRule = "centre",
    *,
    bin_width: float = BIN_WIDTH,
    n_lowest: int = N_LOWEST,
) -> VolumeMeasurement:
    """Summarize a region's voxels on several slices of one map together.

    Parameters
    ----------
    slices
        The slices that the region touches, each of the same size.
    rule
        The rule of record; the others are in the fragility.

    Raises
    ------
    RegionError
        ``region.empty``, ``region.option`` (slices of different sizes included)
    """
    if not slices:
        raise RegionError("region.empty", "The region has no slice.", remedy="Draw a contour first.")
    if len({one.values.shape for one in slices}) > 1 or len({one.index for one in slices}) < len(slices):
        raise RegionError(
            "region.option",
            "The slices of the region are not slices of one map.",
            remedy="Give each slice of the map once.",
        )
    ordered = sorted(slices, key=lambda one: one.index)
    # One tall image, a row of nothing between slices: what is next to each other is so on one slice only.
    height, width = ordered[0].values.shape
    tall = np.full((len(ordered) * (height + 1), width), np.nan)
    for position, one in enumerate(ordered):
        tall[position * (height + 1) :][:height] = one.values
    by_rule = {name: _stacked([one.by_rule[name] for one in ordered], height) for name in ordered[0].by_rule}
    voxels = by_rule[rule]
    areas = {one.voxel_area_mm2 for one in ordered}
    summary = summarize_voxels(
        tall, voxels, voxel_area_mm2=max(areas), bin_width=bin_width, n_lowest=n_lowest
    )
    shares = tuple(_share(one, rule) for one in ordered)
    at, minimum_slice = summary.minimum_at, ordered[0].index
    if at is not None:
        minimum_slice, at = ordered[at[0] // (height + 1)].index, (at[0] % (height + 1), at[1])
    return VolumeMeasurement(
        summary=replace(summary, area_mm2=max(share.area_mm2 for share in shares), minimum_at=at),
        fragility=judge_fragility(tall, voxels, by_rule),
        rule=rule,
        volume_mm3=sum(share.area_mm2 * one.step_mm for share, one in zip(shares, ordered, strict=True)),
        minimum_slice=minimum_slice,
        slices=shares,
    )


def _stacked(sets: Sequence[VoxelSet], height: int) -> VoxelSet:
    rows = np.concatenate([one.rows + position * (height + 1) for position, one in enumerate(sets)])
    columns = np.concatenate([one.columns for one in sets])
    weights = np.concatenate([one.weights for one in sets])
    return VoxelSet(rows, columns, weights, (len(sets) * (height + 1), sets[0].shape[1]))


def _share(one: SliceOfRegion, rule: VoxelRule) -> SliceShare:
    voxels = one.by_rule[rule]
    values = one.values[voxels.rows, voxels.columns]
    known = np.isfinite(values)
    values, weights = values[known], voxels.weights[known]
    area = float(weights.sum()) * one.voxel_area_mm2
    if not len(values):
        return SliceShare(one.index, 0, float("nan"), float("nan"), 0.0)
    mean = float(values @ weights / weights.sum())
    return SliceShare(one.index, len(values), mean, float(values.min()), area)
