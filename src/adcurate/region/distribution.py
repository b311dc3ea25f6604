"""The arithmetic of a region's summary: moments, percentiles, histogram and entropy, the lowest block.

Arrays in, numbers out. Values are finite and there is at least one; weights are above 0 and at most 1.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import RegionError
from adcurate.geometry import VoxelSet

LEVELS: Final = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90)
MAX_BINS: Final = 100_000
_LEVELS: Final = np.array(LEVELS)
_WHOLE: Final = 1 - 1e-6
# Below this the fourth power of a spread is no number.
_NO_SPREAD: Final = 1e-70


@dataclass(frozen=True, slots=True)
class Histogram:
    """Weight per bin: bin i holds values from edges[i] up to but not including edges[i + 1]."""

    edges: tuple[float, ...]
    counts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, sd (ddof 1), skewness g1 and excess kurtosis g2; NaN where not defined."""

    mean: float
    sd: float
    skewness: float
    kurtosis: float


def weighted_moments(values: Floats, weight: Floats) -> Moments:
    """Moments of values (n,) with weights (n,).

    The sd's divisor is W - sum(w^2) / W, which is n - 1 for weights of 1; skewness and kurtosis are those of
    the population. A spread below 1e-14 of the mean is rounding: the region is constant.
    """
    total = float(weight.sum())
    mean = float(values @ weight) / total
    mean += float((values - mean) @ weight) / total
    gap = values - mean
    square = gap * gap
    heavy = square * weight
    spread = float(heavy.sum())
    divisor = total - float(weight @ weight) / total
    sd = math.sqrt(spread / divisor) if len(values) > 1 else math.nan
    variance = spread / total
    if math.sqrt(variance) <= max(1e-14 * abs(mean), _NO_SPREAD):
        return Moments(mean, sd, math.nan, math.nan)
    skewness = float(gap @ heavy) / total / (variance * math.sqrt(variance))
    kurtosis = float(square @ heavy) / total / (variance * variance) - 3.0
    return Moments(mean, sd, skewness, kurtosis)


def percentiles(ordered: Floats) -> list[float]:
    """Type 7 percentiles at `LEVELS` of sorted values (n,)."""
    last = len(ordered) - 1
    position = last * _LEVELS
    below = position.astype(np.intp)
    low, high = ordered[below], ordered[np.minimum(below + 1, last)]
    found: list[float] = (low + (position - below) * (high - low)).tolist()
    return found


def weighted_percentiles(values: Floats, weight: Floats) -> list[float]:
    """Percentiles at `LEVELS` by interpolation between sorted values.

    Neighbours lie as far apart as the mean of their weights; with equal weights this is type 7.
    """
    order = np.argsort(values, kind="stable")
    weight = weight[order]
    place = np.concatenate(([0.0], np.cumsum(0.5 * (weight[1:] + weight[:-1]))))
    found: list[float] = np.interp(_LEVELS * place[-1], place, values[order]).tolist()
    return found


def bin_values(values: Floats, weight: Floats, bin_width: float) -> Histogram:
    """Histogram of values (n,), bin edges at whole multiples of `bin_width`.

    A value within a billionth of a bin below an edge lies on it: 1e-3 / 25e-6 is 40, not 39.999...

    Raises
    ------
    RegionError
        ``region.option`` when the values span more than 100,000 bins.
    """
    scaled = values / bin_width + 1e-9
    if float(scaled.max() - scaled.min()) >= MAX_BINS - 1:
        raise RegionError(
            "region.option",
            f"The values span more than {MAX_BINS:,} histogram bins.",
            remedy="Check the unit of the values, or choose wider bins.",
        )
    index = np.floor(scaled)
    lowest = float(index.min())
    counts = np.bincount((index - lowest).astype(np.intp), weight)
    edges = (lowest + np.arange(len(counts) + 1)) * bin_width
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def entropy_bits(histogram: Histogram) -> float:
    """Shannon entropy of a histogram, base 2."""
    occupied = [count for count in histogram.counts if count > 0]
    total = sum(occupied)
    return abs(sum(count / total * math.log2(count / total) for count in occupied))


def lowest_block_mean(values: Floats, voxels: VoxelSet) -> float:
    """Mean of the lowest 3 x 3 block that lies wholly in the set; NaN where there is none.

    `values` (n,) belong to the set's voxels; here they may be NaN, and a block that holds one does not count.
    """
    rows, columns = voxels.rows - voxels.rows[0], voxels.columns - voxels.columns.min()
    height, width = int(rows[-1]) + 1, int(columns.max()) + 1
    if height < 3 or width < 3:
        return math.nan
    grid = np.full((height, width), math.nan)
    grid[rows, columns] = np.where((voxels.weights >= _WHOLE) & np.isfinite(values), values, math.nan)
    triple = grid[:-2] + grid[1:-1] + grid[2:]
    block = triple[:, :-2] + triple[:, 1:-1] + triple[:, 2:]
    return float(np.fmin.reduce(block, axis=None)) / 9.0
