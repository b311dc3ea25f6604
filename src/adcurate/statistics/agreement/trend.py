"""A straight line through the differences: does the disagreement move with the size?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Floats
from adcurate.statistics.agreement.quantiles import t_p_value, t_quantile
from adcurate.statistics.agreement.readings import is_rounding
from adcurate.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class Trend:
    """``y = intercept + slope * x`` by least squares, with the t interval and two-sided test of the slope.

    `residual_sd` has n - 2 degrees of freedom. `p_value` is NaN where every y is the same.
    """

    slope: float
    intercept: float
    interval: Interval
    p_value: float
    residual_sd: float
    n: int


def fit_trend(x: Floats, y: Floats, level: float) -> Trend | None:
    """Fit the line of `y` on `x`, (n,) each; None with fewer than three points or when no x differs.

    Equals R's ``lm(y ~ x)``.
    """
    n = x.size
    if n < 3 or is_rounding(float(np.ptp(x)), x):
        return None
    from_mean = x - x.mean()
    sum_of_squares = float(from_mean @ from_mean)
    slope = float(from_mean @ (y - y.mean())) / sum_of_squares
    intercept = float(y.mean()) - slope * float(x.mean())
    residuals = y - y.mean() - slope * from_mean
    if is_rounding(float(np.max(np.abs(residuals))), np.concatenate([y, slope * x])):
        residuals = np.zeros_like(residuals)
    residual_sd = math.sqrt(float(residuals @ residuals) / (n - 2))
    error = residual_sd / math.sqrt(sum_of_squares)
    half = t_quantile((1.0 + level) / 2.0, n - 2) * error
    on_the_line = 0.0 if slope != 0.0 else math.nan
    p_value = t_p_value(slope / error, n - 2) if error > 0.0 else on_the_line
    return Trend(slope, intercept, Interval(slope - half, slope + half, level, "t"), p_value, residual_sd, n)
