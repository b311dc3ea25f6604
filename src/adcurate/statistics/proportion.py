"""A proportion with its interval: a count out of a number of cases.

Both intervals hold for real-valued counts as well: an AUC or an interpolated sensitivity is a share of
cases without being a whole number of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy.special import betaincinv, ndtri

from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval, check_level

ProportionInterval = Literal["clopper-pearson", "wilson"]


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share of cases: ``value = numerator / denominator``, NaN if there is no case."""

    value: float
    numerator: int
    denominator: int
    interval: Interval


def clopper_pearson_interval(count: float, n: float, level: float = 0.95) -> Interval:
    """Take the exact binomial interval of `count` out of `n` (Clopper and Pearson 1934).

    Its coverage is never below `level`, and for small n well above it. The limits are quantiles of beta
    distributions, which is what lets `count` be a real number. Both are NaN if `n` is 0.

    Equals R's ``binom.test`` for whole counts.
    """
    check_level(level)
    _check_count(count, n)
    tail = (1.0 - level) / 2.0
    if n == 0:
        return Interval(math.nan, math.nan, level, "clopper-pearson")
    low = 0.0 if count <= 0 else float(betaincinv(count, n - count + 1.0, tail))
    high = 1.0 if count >= n else float(betaincinv(count + 1.0, n - count, 1.0 - tail))
    return Interval(low, high, level, "clopper-pearson")


def wilson_interval(count: float, n: float, level: float = 0.95) -> Interval:
    """Take the score interval of `count` out of `n` (Wilson 1927), without continuity correction.

    Its coverage is `level` on average, sometimes below. Both limits are NaN if `n` is 0.

    Equals R's ``prop.test(correct = FALSE)``.
    """
    check_level(level)
    _check_count(count, n)
    if n == 0:
        return Interval(math.nan, math.nan, level, "wilson")
    z2 = float(ndtri((1.0 + level) / 2.0)) ** 2
    share = count / n
    centre = (share + z2 / (2.0 * n)) / (1.0 + z2 / n)
    half = math.sqrt(z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))) / (1.0 + z2 / n)
    low = 0.0 if count <= 0 else centre - half
    high = 1.0 if count >= n else centre + half
    return Interval(low, high, level, "wilson")


def estimate_proportion(
    numerator: int, denominator: int, *, interval: ProportionInterval, level: float = 0.95
) -> Proportion:
    """Estimate the share ``numerator / denominator`` with the named interval.

    Raises
    ------
    StatisticsError
        ``statistics.option`` for an unknown interval or level; ``statistics.shape`` for a count below 0 or
        above the number of cases.
    """
    if interval == "clopper-pearson":
        limits = clopper_pearson_interval(numerator, denominator, level)
    elif interval == "wilson":
        limits = wilson_interval(numerator, denominator, level)
    else:
        raise StatisticsError(
            "statistics.option",
            "The interval of a proportion is 'clopper-pearson' or 'wilson'.",
            remedy="Name one of the two.",
        )
    value = numerator / denominator if denominator else math.nan
    return Proportion(value, numerator, denominator, limits)


def _check_count(count: float, n: float) -> None:
    if not 0 <= count <= n:
        raise StatisticsError(
            "statistics.shape",
            "A proportion counts between none and all of its cases.",
            remedy="Check which count is the numerator.",
            count=count,
            n=n,
        )
