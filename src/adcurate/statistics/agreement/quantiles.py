"""Quantiles and sums of variances that the questions of agreement share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from scipy.special import betaincinv, chdtri, nctdtrit, stdtr, stdtrit

from adcurate.statistics.interval import Interval


class Variance(NamedTuple):
    """A mean square with its degrees of freedom, and the factor it enters a sum with."""

    factor: float
    mean_square: float
    degrees: float


def t_quantile(share: float, degrees: float) -> float:
    """Quantile of Student's t."""
    return float(stdtrit(degrees, share))


def t_p_value(statistic: float, degrees: float) -> float:
    """Two-sided p-value of a t statistic; NaN for NaN."""
    return 2.0 * float(stdtr(degrees, -abs(statistic)))


def f_quantile(share: float, numerator: float, denominator: float) -> float:
    """Quantile of F with real degrees of freedom, by the incomplete beta function from its nearer end."""
    below = float(betaincinv(numerator / 2.0, denominator / 2.0, share))
    if below <= 0.5:
        return denominator * below / (numerator * (1.0 - below))
    above = float(betaincinv(denominator / 2.0, numerator / 2.0, 1.0 - share))
    return math.inf if above == 0.0 else denominator * (1.0 - above) / (numerator * above)


def noncentral_t_quantile(share: float, degrees: float, shift: float) -> float:
    """Quantile of noncentral t with noncentrality `shift`."""
    return float(nctdtrit(degrees, shift, share))


def variance_limits(variance: float, degrees: float, level: float) -> tuple[float, float]:
    """Chi-square limits of a variance estimated with `degrees` of freedom."""
    tail = (1.0 - level) / 2.0
    return (
        degrees * variance / float(chdtri(degrees, tail)),
        degrees * variance / float(chdtri(degrees, 1.0 - tail)),
    )


def sum_of_variances(terms: Sequence[Variance], level: float) -> Interval:
    """Limits of a sum of independent mean squares with factors of zero or more.

    The variance estimates recovered from each chi-square interval are put together (Graybill and Wang
    1980; Zou 2013); with a single term it is the exact chi-square interval. Method ``mover``.
    """
    value = sum(term.factor * term.mean_square for term in terms)
    below = above = 0.0
    for factor, mean_square, degrees in terms:
        low, high = variance_limits(mean_square, degrees, level)
        below += (factor * (mean_square - low)) ** 2
        above += (factor * (high - mean_square)) ** 2
    return Interval(value - math.sqrt(below), value + math.sqrt(above), level, "mover")
