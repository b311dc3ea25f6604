"""Profile-likelihood limits of the variances of a mixed model with one grouping."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import chdtri

from adcurate.arrays import Floats
from adcurate.statistics.models.mixed_likelihood import MixedLikelihood, VarianceRatios


def profile_interval(
    likelihood: MixedLikelihood,
    found: VarianceRatios,
    which: Literal["group", "residual", "ratio"],
    level: float,
) -> tuple[float, float]:
    """Limits of a variance (group, residual) or of their ratio, by profile likelihood; one grouping only.

    A lower limit may be 0 and an upper one infinite, where the likelihood never falls far enough.
    """
    from scipy.optimize import brentq

    allowed = found.deviance + float(chdtri(1, 1.0 - level))
    ratio = float(found.ratios[0])
    estimate = {"group": ratio * found.variance, "residual": found.variance, "ratio": ratio}[which]
    table = None if which == "ratio" else _table(likelihood)

    def excess(value: float) -> float:
        if table is None:
            return likelihood.deviance(np.array([value])) - allowed
        return _profile(likelihood, table, which == "group", value) - allowed

    def beyond(start: float, factor: float, end: float) -> float | None:
        value = start
        while excess(value) < 0.0:
            value *= factor
            if (value > end) == (factor > 1.0):
                return None
        return value

    low, high = 0.0, math.inf
    if estimate > 0.0:
        outside = beyond(estimate, 0.5, 1e-12)
        if outside is not None:
            low = float(brentq(excess, outside, min(outside * 2.0, estimate), xtol=1e-300, rtol=1e-12))
    outside = beyond(max(estimate, 1e-6), 2.0, 1e12)
    if outside is not None:
        inside = max(outside / 2.0, estimate)
        high = float(brentq(excess, inside, outside, xtol=1e-300, rtol=1e-12))
    return low, high


@dataclass(frozen=True, slots=True)
class _Table:
    """The criterion's determinants and rss over a grid of log ratios; the first entry is a ratio of zero."""

    log_ratios: Floats
    log_parts: Floats
    rss: Floats


def _table(likelihood: MixedLikelihood) -> _Table:
    ratios = np.concatenate([np.zeros(1), np.geomspace(1e-7, 1e11, 91)])
    parts = [likelihood.parts(np.array([ratio])) for ratio in ratios]
    return _Table(
        np.log(np.maximum(ratios, 1e-300)),
        np.array([likelihood.log_parts(one) for one in parts]),
        np.array([one.rss for one in parts]),
    )


def _profile(likelihood: MixedLikelihood, table: _Table, is_group: bool, value: float) -> float:
    """The least criterion with the group's, or the residual, variance held at a value.

    Over the ratio, which makes the residual variance ``value / ratio`` where the group's is held.
    """
    from scipy.optimize import minimize_scalar

    def at(log_ratio: float, log_parts: float, rss: float) -> float:
        log_variance = math.log(value) - (log_ratio if is_group else 0.0)
        return float(log_parts + likelihood.nu * log_variance + rss * math.exp(-log_variance))

    def exactly(log_ratio: float) -> float:
        parts = likelihood.parts(np.array([math.exp(log_ratio)]))
        return at(log_ratio, likelihood.log_parts(parts), parts.rss)

    log_variance = math.log(value) - (table.log_ratios if is_group else np.zeros(table.rss.size))
    values = table.log_parts + likelihood.nu * log_variance + table.rss * np.exp(-log_variance)
    if is_group:
        values[0] = math.inf  # a group variance that is held is no ratio of zero
    best = int(np.argmin(values))
    if best == 0:
        return float(values[0])
    ends = table.log_ratios[max(1, best - 1)], table.log_ratios[min(values.size - 1, best + 1)]
    found = minimize_scalar(exactly, bounds=ends, method="bounded", options={"xatol": 1e-6})
    return min(float(found.fun), float(values[best]))
