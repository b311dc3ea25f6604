"""A band that holds the whole curve at once, where pointwise limits hold one point each.

A reader who looks along a pointwise band for the place where it is best has looked at many intervals. A
simultaneous band is wider, and its level is that of the statement "the curve lies inside, everywhere".
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import Direction, MarkerCounts, count_by_value, require_generator
from adcurate.statistics.roc.replicates import read_curves, resampled_counts

SimultaneousMethod = Literal["kolmogorov-smirnov", "fixed-width-bootstrap"]

_METHODS: Final = ("kolmogorov-smirnov", "fixed-width-bootstrap")
_HALVINGS: Final = 16


@dataclass(frozen=True, slots=True)
class SimultaneousBand:
    """Limits of sensitivity at given specificities that hold all at once; arrays are (n_points,).

    The band is the envelope of rectangles around every point of the empirical curve, `half_sensitivity` up
    and down and `half_specificity` to the sides. `n_resamples` is 0 for the Kolmogorov-Smirnov band.
    """

    specificity: Floats
    sensitivity: Floats
    low: Floats
    high: Floats
    level: float
    method: SimultaneousMethod
    half_sensitivity: float
    half_specificity: float
    n_positive: int
    n_negative: int
    n_resamples: int


def estimate_simultaneous_band(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    method: SimultaneousMethod,
    level: float = 0.95,
    specificities: npt.ArrayLike | None = None,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> SimultaneousBand:
    """Estimate a band that covers the whole curve with the given confidence.

    ``"kolmogorov-smirnov"`` (Campbell 1994): both distribution functions stay within a Kolmogorov-Smirnov
    distance at ``sqrt(level)`` each, so every point of the true curve lies in a rectangle around a point of
    the empirical one. It needs no model, holds in every sample size, and is wider than it need be.
    ``"fixed-width-bootstrap"`` (Macskassy and Provost 2005): rectangles of the same shape, only as large as
    it takes for the share `level` of stratified resamples to lie between their envelopes. About a third
    narrower; its level is approached, not guaranteed.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    specificities : (n_points,), within [0, 1]
        Where to give the band; 101 even steps if not given.
    rng
        Needed by the bootstrap. The draws depend on it and on the counted values, not on the order of cases.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    The Kolmogorov-Smirnov quantile is that of the finite sample, checked against R's exact ``ks.test``;
    coverage of both bands by simulation is in the page of this method.

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> band = estimate_simultaneous_band(
    ...     adc, high_grade, direction="low", method="kolmogorov-smirnov", specificities=[0.5]
    ... )
    >>> round(band.half_sensitivity, 4), band.low.tolist(), band.high.tolist()
    (0.7669, [0.0], [1.0])
    """
    check_level(level)
    grid = np.linspace(0.0, 1.0, 101) if specificities is None else np.array(specificities, dtype=np.float64)
    if method not in _METHODS or grid.ndim != 1 or not ((grid >= 0.0) & (grid <= 1.0)).all():
        raise StatisticsError(
            "statistics.option",
            "A simultaneous band is kolmogorov-smirnov or fixed-width-bootstrap, at specificities of 0 to 1.",
            remedy="Name one of the two; give a vector such as numpy.linspace(0, 1, 101).",
        )
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    sensitivity = read_curves(counts.negatives[None, :], counts.positives[None, :], 1.0 - grid)[0]
    if method == "kolmogorov-smirnov":
        half_sensitivity = ks_distance(counts.n_positive, math.sqrt(level))
        half_specificity = ks_distance(counts.n_negative, math.sqrt(level))
        n_resamples = 0
    else:
        half_sensitivity, half_specificity = _fixed_width(
            counts, grid, level, n_resamples, require_generator(rng)
        )
    low, high = _rectangles(counts, grid, half_sensitivity, half_specificity)
    return SimultaneousBand(
        specificity=grid,
        sensitivity=sensitivity,
        low=low,
        high=high,
        level=level,
        method=method,
        half_sensitivity=half_sensitivity,
        half_specificity=half_specificity,
        n_positive=counts.n_positive,
        n_negative=counts.n_negative,
        n_resamples=n_resamples,
    )


def ks_distance(n: int, level: float) -> float:
    """Return the distance that an empirical distribution function of n values keeps with probability `level`.

    The two-sided Kolmogorov-Smirnov quantile of the finite sample.
    """
    from scipy.stats import kstwo

    return float(kstwo.ppf(level, n))


def _rectangles(counts: MarkerCounts, grid: Floats, d: float, e: float) -> tuple[Floats, Floats]:
    """The envelope of rectangles of half-sides d (sensitivity) and e (specificity) around every point."""
    found = np.concatenate([[0], np.cumsum(counts.positives)]) / counts.n_positive
    missed = np.concatenate([[0], np.cumsum(counts.negatives)]) / counts.n_negative
    x = 1.0 - grid
    last_within = np.searchsorted(missed, x + e + 1e-12, side="right") - 1
    first_within = np.searchsorted(missed, x - e - 1e-12, side="left")
    high = np.minimum(1.0, found[last_within] + d)
    low = np.maximum(0.0, found[np.minimum(first_within, found.size - 1)] - d)
    return low, high


def _fixed_width(
    counts: MarkerCounts, grid: Floats, level: float, n_resamples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """The half-sides, in proportion to one over the root of each class, that hold `level` of resamples."""
    fine = np.union1d(grid, np.linspace(0.0, 1.0, 101))
    replicates = np.concatenate(
        [
            read_curves(negatives, positives, 1.0 - fine)
            for positives, negatives in resampled_counts(counts, n_resamples, rng)
        ]
    )
    unit = 1.0 / math.sqrt(counts.n_positive), 1.0 / math.sqrt(counts.n_negative)

    def share_inside(width: float) -> float:
        low, high = _rectangles(counts, fine, width * unit[0], width * unit[1])
        inside = (replicates >= low - 1e-12) & (replicates <= high + 1e-12)
        return float(np.mean(inside.all(axis=1)))

    # What a resample of a perfect sample cannot show: no error in n cases still leaves this much room.
    room = max(
        math.sqrt(n) * (1.0 - (1.0 - level) ** (1.0 / n)) for n in (counts.n_positive, counts.n_negative)
    )
    narrow, wide = room, math.sqrt(max(counts.n_positive, counts.n_negative))
    if share_inside(narrow) >= level:
        return narrow * unit[0], narrow * unit[1]
    for _ in range(_HALVINGS):
        middle = (narrow + wide) / 2.0
        narrow, wide = (narrow, middle) if share_inside(middle) >= level else (middle, wide)
    return wide * unit[0], wide * unit[1]
