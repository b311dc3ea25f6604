"""How far do studies differ beyond chance? Estimators of the variance between studies, and their interval.

All work on effects, variances and a design matrix (a column of ones for a plain pooled effect), in any unit:
nothing here depends on the size of the numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval

Tau2Method = Literal["fixed", "dersimonian-laird", "reml", "paule-mandel"]
TAU2_METHODS: tuple[Tau2Method, ...] = ("fixed", "dersimonian-laird", "reml", "paule-mandel")


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """Weighted least squares: coefficients (p,), their model-based covariance (p, p), residual sum Q."""

    coefficients: Floats
    covariance: Floats
    weights: Floats
    q: float


def fit_weighted(y: Floats, variances: Floats, design: Floats, tau2: float) -> WeightedFit:
    """Fit effects to a design with weights ``1 / (variance + tau2)``."""
    weights = 1.0 / (variances + tau2)
    # Rows scaled by the square root of their weight; QR keeps the digits a normal equation would lose.
    root = np.sqrt(weights)
    q_matrix, r_matrix = np.linalg.qr(design * root[:, None])
    coefficients = np.linalg.solve(r_matrix, q_matrix.T @ (y * root))
    inverse = np.linalg.inv(r_matrix)
    residuals = y - design @ coefficients
    q = float(weights @ residuals**2)
    # Equal effects leave rounding only; it must not pass for a tiny spread.
    if q <= 1e-26 * float(weights @ y**2):
        q = 0.0
    return WeightedFit(coefficients, inverse @ inverse.T, weights, q)


def estimate_tau2(y: Floats, variances: Floats, design: Floats, method: Tau2Method) -> float:
    """Estimate the variance between studies; 0 for ``fixed``.

    ``dersimonian-laird`` is the moment estimate (DerSimonian and Laird 1986), ``paule-mandel`` the value at
    which Q equals its degrees of freedom (1982), ``reml`` the maximum of the restricted likelihood over
    tau2 >= 0 (the highest one, should there be several).

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if method not in TAU2_METHODS:
        raise StatisticsError(
            "statistics.option",
            "This estimator of the variance between studies is not known.",
            remedy=f"Choose one of {', '.join(TAU2_METHODS)}.",
        )
    df = y.size - design.shape[1]
    if method == "fixed" or df == 0:
        return 0.0
    if method == "dersimonian-laird":
        fit = fit_weighted(y, variances, design, 0.0)
        return max(0.0, float((fit.q - df) / _trace_p(variances, design, 0.0)))
    if method == "paule-mandel":
        return _solve_q(y, variances, design, float(df))
    return _restricted_maximum(y, variances, design)


def typical_variance(variances: Floats, design: Floats) -> float:
    """The variance within studies that stands for all of them in I2 (Higgins and Thompson 2002, eq. 9)."""
    return float((variances.size - design.shape[1]) / _trace_p(variances, design, 0.0))


def tau2_q_profile(y: Floats, variances: Floats, design: Floats, level: float) -> Interval:
    """Take the interval of tau2 within which Q has a chi-squared tail (Viechtbauer 2007).

    A limit at which even tau2 = 0 is too large is 0; both are then 0 when the studies agree better than
    chance would have them.
    """
    df = y.size - design.shape[1]
    tail = (1.0 - level) / 2.0
    low = _solve_q(y, variances, design, float(chdtri(df, tail)))
    high = _solve_q(y, variances, design, float(chdtri(df, 1.0 - tail)))
    return Interval(low, high, level, "q-profile")


def _trace_p(variances: Floats, design: Floats, tau2: float) -> float:
    """The trace of ``W - W X (X'WX)^-1 X'W``."""
    weights = 1.0 / (variances + tau2)
    xwx = design.T @ (design * weights[:, None])
    xw2x = design.T @ (design * (weights**2)[:, None])
    return float(weights.sum() - np.trace(np.linalg.solve(xwx, xw2x)))


def _solve_q(y: Floats, variances: Floats, design: Floats, target: float) -> float:
    """The tau2 at which Q falls to `target`; 0 when it is below it already."""

    def excess(tau2: float) -> float:
        return float(fit_weighted(y, variances, design, tau2).q - target)

    if excess(0.0) <= 0.0:
        return 0.0
    high = float(np.median(variances))
    while excess(high) > 0.0:
        high *= 4.0
    return _root(excess, 0.0, high)


def _restricted_maximum(y: Floats, variances: Floats, design: Floats) -> float:
    unit = float(np.median(variances))
    spread = float(np.var(y)) + float(np.max(variances))

    def score(tau2: float) -> float:
        """Twice the derivative of the restricted log-likelihood."""
        fit = fit_weighted(y, variances, design, tau2)
        residuals = y - design @ fit.coefficients
        return float((fit.weights**2) @ residuals**2) - _trace_p(variances, design, tau2)

    def minus_twice_log_likelihood(tau2: float) -> float:
        fit = fit_weighted(y, variances, design, tau2)
        _, information = np.linalg.slogdet(design.T @ (design * (fit.weights / fit.weights.max())[:, None]))
        information += design.shape[1] * math.log(float(fit.weights.max()))
        return float(-np.log(fit.weights).sum() + information + fit.q)

    # The likelihood may have more than one peak: bracket every change of the score's sign.
    grid = np.concatenate([[0.0], np.geomspace(1e-9 * unit, 100.0 * (spread + unit), 60)])
    scores = [score(float(tau2)) for tau2 in grid]
    peaks = [0.0] if scores[0] <= 0.0 else []
    for left, right, before, after in zip(grid, grid[1:], scores, scores[1:], strict=False):
        if before > 0.0 >= after:
            peaks.append(_root(score, float(left), float(right)))
    return min(peaks, key=minus_twice_log_likelihood) if peaks else 0.0


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-15 * high, rtol=8.9e-16, maxiter=500))
