"""How much a region's mean and minimum hang on choices no one sees: the voxel rule, the rim, one voxel."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Floats
from adcurate.geometry import VoxelRule, VoxelSet, erode_voxels

# The minimum rests on one voxel when taking that voxel away raises it by more than this part of itself.
ONE_VOXEL_RISE: Final = 0.10
CRITERION: Final = "removing the lowest voxel raises the minimum by more than 10 %"


@dataclass(frozen=True, slots=True)
class Variant:
    """The region measured one way: `name` is a voxel rule, or ``eroded``. NaN when no estimate is left."""

    name: str
    n_voxels: int
    mean: float
    minimum: float


@dataclass(frozen=True, slots=True)
class Fragility:
    """What else the mean and the minimum could have been.

    Attributes
    ----------
    rules
        The answer under each voxel rule.
    eroded
        After one layer of voxels (4 neighbours) is taken off the set of record.
    second_lowest
        Of the set of record; NaN when it has one voxel. `gap` is its distance from the minimum.
    minimum_rests_on_one_voxel
        By `criterion`; also when the region has one voxel.
    mean_low, mean_high, minimum_low, minimum_high
        Range over every rule and the eroded region, those with nothing left omitted.
    """

    rules: tuple[Variant, ...]
    eroded: Variant
    second_lowest: float
    gap: float
    minimum_rests_on_one_voxel: bool
    criterion: str
    mean_low: float
    mean_high: float
    minimum_low: float
    minimum_high: float


def judge_fragility(
    map_slice: Floats, voxels: VoxelSet, by_rule: Mapping[VoxelRule | Literal["mask"], VoxelSet]
) -> Fragility:
    """Measure a region in every customary way.

    Parameters
    ----------
    map_slice : (row, column), unit of the map
        NaN where not estimated.
    voxels
        The set of record, with at least one estimated voxel: it is eroded, its lowest voxels compared.
    by_rule
        The set under each rule; ``{"mask": voxels}`` for a region that never was a contour.

    Returns
    -------
    Fragility
    """
    rules = tuple(_variant(name, map_slice, each) for name, each in by_rule.items())
    eroded = _variant("eroded", map_slice, erode_voxels(voxels))
    values = map_slice[voxels.rows, voxels.columns]
    values = values[np.isfinite(values)]
    lowest = np.partition(values, 1)[:2].tolist() if len(values) > 1 else [*values.tolist(), math.nan]
    minimum, second = lowest
    every = [variant for variant in (*rules, eroded) if not math.isnan(variant.mean)]
    return Fragility(
        rules=rules,
        eroded=eroded,
        second_lowest=second,
        gap=second - minimum,
        minimum_rests_on_one_voxel=len(values) == 1 or second - minimum > ONE_VOXEL_RISE * abs(minimum),
        criterion=CRITERION,
        mean_low=min((variant.mean for variant in every), default=math.nan),
        mean_high=max((variant.mean for variant in every), default=math.nan),
        minimum_low=min((variant.minimum for variant in every), default=math.nan),
        minimum_high=max((variant.minimum for variant in every), default=math.nan),
    )


def _variant(name: str, map_slice: Floats, voxels: VoxelSet) -> Variant:
    values = map_slice[voxels.rows, voxels.columns]
    estimated = np.isfinite(values)
    values, weights = values[estimated], voxels.weights[estimated]
    if len(values) == 0:
        return Variant(name, 0, math.nan, math.nan)
    return Variant(name, len(values), float(values @ weights / weights.sum()), float(values.min()))
