"""What one region says: the numbers of its estimated voxels, each by a named definition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import RegionError
from adcurate.geometry import VoxelSet
from adcurate.region.distribution import (
    Histogram,
    bin_values,
    entropy_bits,
    lowest_block_mean,
    percentiles,
    weighted_moments,
    weighted_percentiles,
)

# 0 to 3e-3 mm^2/s, the range of tissue and free water, makes 120 bins.
BIN_WIDTH: Final = 25e-6
N_LOWEST: Final = 5


@dataclass(frozen=True, slots=True)
class RegionSummary:
    """Summary of one region, in the unit of its values (ADC: mm^2/s). A figure that does not exist is NaN.

    Attributes
    ----------
    n_voxels, n_not_estimated
        Voxels summarized, and voxels of the region left out because they have no estimate.
    area_mm2
        Weights of the summarized voxels x voxel area.
    mean, minimum, maximum
    sd
        Sample standard deviation, `sd_ddof` = 1; NaN for one voxel. With weights the divisor is
        W - sum(w^2) / W, which is n - 1 when every weight is 1.
    p5, p10, p25, median, p75, p90
        Percentiles, type 7 (linear interpolation between order statistics, numpy's and R's default).
    skewness, kurtosis
        Of the population (g1) and in excess of the normal (g2), not adjusted for n; NaN if constant.
    entropy_bits
        Shannon entropy of `histogram`.
    histogram
        Bins `bin_width` wide whose edges are whole multiples of it.
    lowest_mean
        Mean of the `n_lowest` lowest voxels, each counted once; NaN when there are fewer.
    lowest_3x3_mean
        Mean of the lowest 3 x 3 block whose nine voxels all belong wholly and have estimates; NaN if none.
    minimum_at
        (row, column) of the lowest voxel, the first in reading order if several; None without positions.
    method
        The definitions above in one line.
    """

    n_voxels: int
    n_not_estimated: int
    area_mm2: float
    mean: float
    sd: float
    minimum: float
    p5: float
    p10: float
    p25: float
    median: float
    p75: float
    p90: float
    maximum: float
    skewness: float
    kurtosis: float
    entropy_bits: float
    histogram: Histogram
    lowest_mean: float
    lowest_3x3_mean: float
    minimum_at: tuple[int, int] | None
    sd_ddof: int
    n_lowest: int
    bin_width: float
    method: str


def summarize_region(
    values: Floats,
    *,
    voxel_area_mm2: float,
    voxels: VoxelSet | None = None,
    weights: Floats | None = None,
    bin_width: float = BIN_WIDTH,
    n_lowest: int = N_LOWEST,
) -> RegionSummary:
    """Summarize the voxels of one region.

    Parameters
    ----------
    values : (n,), unit of the map
        NaN or infinite: not estimated, left out and counted.
    voxel_area_mm2
        In-plane area of one voxel.
    voxels
        Where the values lie, in the same order. Its weights are used; without it (several slices pooled)
        position-bound figures are NaN or None.
    weights : (n,)
        Part of each voxel that belongs, for values without `voxels`; 1 by default.
    bin_width : unit of the map
        For histogram and entropy. Values that need more than 100,000 bins are refused.
    n_lowest
        How many voxels `lowest_mean` takes.

    Returns
    -------
    RegionSummary

    Raises
    ------
    RegionError
        ``region.empty`` when no voxel has an estimate; ``region.option``.

    Notes
    -----
    Weighted percentiles interpolate linearly between sorted values placed at the running sum of the mean
    weight of neighbours; with equal weights that is type 7. Checked against numpy and scipy.stats, and
    against R 4 (tests/oracles/region.json).

    Examples
    --------
    >>> import numpy as np
    >>> summary = summarize_region(np.array([1.0e-3, 1.2e-3, np.nan, 1.1e-3]), voxel_area_mm2=4.0)
    >>> summary.n_voxels, summary.n_not_estimated, round(summary.median * 1e3, 3)
    (3, 1, 1.1)
    """
    values = np.asarray(values, dtype=np.float64)
    if voxels is not None:
        weights = voxels.weights
    _check_options(values, weights, voxel_area_mm2, bin_width, n_lowest)
    estimated = np.isfinite(values)
    kept = values[estimated]
    n, n_not_estimated = len(kept), len(values) - len(kept)
    if n == 0:
        raise _empty(n_not_estimated)
    weighted = weights is not None and float(weights.min()) < 1.0
    weight = weights[estimated] if weights is not None and weighted else np.ones(n)
    ordered = np.sort(kept)
    moments = weighted_moments(kept, weight)
    levels = weighted_percentiles(kept, weight) if weighted else percentiles(ordered)
    histogram = bin_values(kept, weight, bin_width)
    place = None
    block = math.nan
    if voxels is not None:
        lowest = int(np.argmin(np.where(estimated, values, np.inf)))
        place = int(voxels.rows[lowest]), int(voxels.columns[lowest])
        block = lowest_block_mean(values, voxels)
    return RegionSummary(
        n_voxels=n,
        n_not_estimated=n_not_estimated,
        area_mm2=float(weight.sum()) * voxel_area_mm2,
        mean=moments.mean,
        sd=moments.sd,
        minimum=float(ordered[0]),
        p5=levels[0],
        p10=levels[1],
        p25=levels[2],
        median=levels[3],
        p75=levels[4],
        p90=levels[5],
        maximum=float(ordered[-1]),
        skewness=moments.skewness,
        kurtosis=moments.kurtosis,
        entropy_bits=entropy_bits(histogram),
        histogram=histogram,
        lowest_mean=float(ordered[:n_lowest].mean()) if n >= n_lowest else math.nan,
        lowest_3x3_mean=block,
        minimum_at=place,
        sd_ddof=1,
        n_lowest=n_lowest,
        bin_width=bin_width,
        method=f"sd: ddof 1; percentiles: type 7; skewness: g1; kurtosis: excess, g2; "
        f"entropy: base 2, bins of {bin_width:g} from 0; weights: {'area' if weighted else 'none'}",
    )


def summarize_voxels(
    map_slice: Floats,
    voxels: VoxelSet,
    *,
    voxel_area_mm2: float,
    bin_width: float = BIN_WIDTH,
    n_lowest: int = N_LOWEST,
) -> RegionSummary:
    """Summarize the voxels of one slice of a map that a set names: a contour's under a rule, or a mask's.

    Parameters
    ----------
    map_slice : (row, column), unit of the map
        NaN where not estimated.
    voxels
        A set on that slice.
    voxel_area_mm2, bin_width, n_lowest
        As in `summarize_region`.

    Returns
    -------
    RegionSummary

    Raises
    ------
    RegionError
        ``region.empty``, ``region.option`` (the map has another size than the set's image included)
    """
    if map_slice.shape != voxels.shape:
        raise RegionError(
            "region.option",
            "The map and the region do not lie on images of the same size.",
            remedy="Give the map's slice on which the region was placed.",
        )
    return summarize_region(
        map_slice[voxels.rows, voxels.columns],
        voxel_area_mm2=voxel_area_mm2,
        voxels=voxels,
        bin_width=bin_width,
        n_lowest=n_lowest,
    )


def _check_options(
    values: Floats, weights: Floats | None, voxel_area_mm2: float, bin_width: float, n_lowest: int
) -> None:
    if values.ndim != 1 or (weights is not None and np.shape(weights) != values.shape):
        raise _option("Values, weights and positions of a region are lists of one length.")
    if weights is not None and len(weights) and not (weights.min() > 0 and weights.max() <= 1):
        raise _option("A voxel's weight is above 0 and at most 1.")
    if not (0 < voxel_area_mm2 < math.inf and 0 < bin_width < math.inf and n_lowest >= 1):
        raise _option("Voxel area, bin width and number of lowest voxels are positive.")


def _empty(n_not_estimated: int) -> RegionError:
    if n_not_estimated:
        return RegionError(
            "region.empty",
            f"None of the region's {n_not_estimated} voxels has an estimate.",
            remedy="Look at the map under the region, or draw the region elsewhere.",
            n_not_estimated=n_not_estimated,
        )
    return RegionError(
        "region.empty",
        "The region holds no voxel.",
        remedy="Draw a larger region: no voxel belongs to it under the voxel rule.",
        n_not_estimated=0,
    )


def _option(sentence: str) -> RegionError:
    return RegionError(
        "region.option", sentence, remedy="Check the values' unit and the options of the summary."
    )
