"""Does a marker rise with grade among lesions that are alike in size, or b-values? Partial rank correlation.

Spearman's rho of what remains of the two variables' ranks when the ranks of covariates are taken out by
straight lines. It answers for covariates whose effect is monotone and, in ranks, straight; it cannot tell a
covariate that confounds from one that lies on the way.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtr

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import require_generator
from adcurate.statistics.ranks import midranks, midranks_of_resamples
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_replicates,
    count_undefined,
    jackknife_replicates,
    percentile_interval,
)
from adcurate.statistics.values import at_least, finite_pair, finite_vector, to_resolution

PartialInterval = Literal["fisher-z", "percentile-bootstrap", "bca-bootstrap", "none"]

_INTERVALS: Final = ("fisher-z", "percentile-bootstrap", "bca-bootstrap", "none")
# What is left of a variable's spread below this share is rounding.
_NOTHING_LEFT = 1e-10


@dataclass(frozen=True, slots=True)
class PartialSpearman:
    """Spearman's rho of two variables given covariates, beside rho without them on the same cases.

    `df` is n - 2 - k with k covariates. `n_undefined` counts bootstrap resamples in which the covariates
    leave nothing of a variable.
    """

    rho: float
    rho_unadjusted: float
    t: float
    df: int
    p_value: float
    interval: Interval | None
    covariates: tuple[str, ...]
    n: int
    n_resamples: int
    n_undefined: int
    method: str
    equals: str
    findings: tuple[Finding, ...]


def estimate_partial_spearman(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    covariates: Mapping[str, npt.ArrayLike],
    *,
    interval: PartialInterval,
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 10_000,
) -> PartialSpearman:
    """Estimate Spearman's rho of x and y given covariates.

    Pearson's correlation of the residuals of the midranks of x and of y after least squares on the midranks
    of all covariates, with an intercept. The test is two-sided, ``t = rho * sqrt(df / (1 - rho^2))`` with
    ``df = n - 2 - k``; ``fisher-z`` is ``tanh(atanh(rho) +- z / sqrt(n - 3 - k))``.

    Parameters
    ----------
    x, y : (n,), any units
        Finite; at least k + 4 pairs.
    covariates : mapping of name to (n,)
        Finite numbers, at least one; a class of two is written as 0 and 1.
    interval
        One of `PartialInterval`; there is no default.
    resolution : unit of `x`
        Values of `x` that round to the same multiple are ties.
    rng, n_resamples
        For the bootstraps only. The draws do not depend on the order of the cases.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.constant``,
        ``statistics.option``; ``statistics.collinear`` when covariates repeat one another, or leave nothing
        of x or y.

    Notes
    -----
    Fisher 1924 (partial correlation has the distribution of a simple one of n - k cases); the formula is the
    one of R's ppcor (Kim 2015). Checked against residuals of ``lm`` on ``rank`` in R.

    Examples
    --------
    >>> adc = [1.42, 1.10, 1.31, 0.95, 0.88, 0.70, 1.02]
    >>> size = {"size": [10, 14, 22, 31, 18, 40, 26]}
    >>> result = estimate_partial_spearman(adc, [1, 1, 1, 2, 2, 3, 3], size, interval="none")
    >>> round(result.rho, 4), round(result.rho_unadjusted, 4), result.df
    (-0.5431, -0.7937, 4)
    """
    check_level(level)
    if interval not in _INTERVALS:
        raise StatisticsError(
            "statistics.option",
            f"Intervals of a partial rho are {', '.join(_INTERVALS)}.",
            remedy="Choose one of these.",
        )
    first, second = finite_pair(x, y, "the first variable", "the second variable")
    first = to_resolution(first, resolution)
    k = at_least(len(covariates), 1, "the covariates")
    held = [finite_vector(values, f"the covariate {name}") for name, values in covariates.items()]
    n = at_least(first.size, k + 4, "the pairs")
    for name, values in zip(covariates, held, strict=True):
        if values.size != n:
            raise StatisticsError(
                "statistics.shape",
                f"The covariate {name} must have one number for each pair.",
                remedy="Give one number for each lesion.",
                n=n,
                n_covariate=values.size,
            )
    for name, values in zip(("x", "y", *covariates), (first, second, *held), strict=True):
        if np.all(values == values[0]):
            raise StatisticsError(
                "statistics.constant",
                f"All values of {name} are equal, so it correlates with nothing.",
                remedy="Leave it out, or check the column and the resolution at which values count as tied.",
                n=n,
            )
    columns = np.stack([first, second, *held])
    columns = columns[:, np.lexsort(columns[::-1])]
    ranks = np.stack([midranks(column) for column in columns])
    rho = float(_partial_of_rows(ranks[:, None, :])[0])
    if math.isnan(rho):
        raise StatisticsError(
            "statistics.collinear",
            "The covariates repeat one another, or explain one of the two variables completely.",
            remedy="Leave out a covariate that says the same as another.",
            n_covariates=k,
        )
    df = n - 2 - k
    t = math.copysign(math.inf, rho) if abs(rho) >= 1.0 else rho * math.sqrt(df / ((1 - rho) * (1 + rho)))
    limits: Interval | None = None
    n_undefined = 0
    if interval == "fisher-z":
        limits = _fisher(rho, n - k, level)
    elif interval != "none":
        limits, n_undefined = _resampled(columns, rho, level, interval, require_generator(rng), n_resamples)
    return PartialSpearman(
        rho=rho,
        rho_unadjusted=float(np.corrcoef(ranks[0], ranks[1])[0, 1]),
        t=t,
        df=df,
        p_value=float(2.0 * stdtr(df, -abs(t))),
        interval=limits,
        covariates=tuple(covariates),
        n=n,
        n_resamples=n_resamples if interval in ("percentile-bootstrap", "bca-bootstrap") else 0,
        n_undefined=n_undefined,
        method="Pearson correlation of rank residuals; t approximation",
        equals="R ppcor::pcor.test(method = 'spearman')",
        findings=() if n >= 10 * (k + 1) else (_few(n, k),),
    )


def _partial_of_rows(ranks: Floats) -> Floats:
    """Partial correlations from (2 + k, r, n) ranks of x, y and covariates; NaN where undefined.

    Gram and Schmidt, twice: each covariate loses what earlier ones explain, then x and y lose it all.
    """
    left = ranks - ranks.mean(axis=2, keepdims=True)
    total = np.einsum("vrn,vrn->vr", left, left)
    defined = np.all(total > 0.0, axis=0)
    basis: list[Floats] = []
    for v in (*range(2, ranks.shape[0]), 0, 1):
        for _ in range(2):
            for unit in basis:
                left[v] -= np.einsum("rn,rn->r", left[v], unit)[:, None] * unit
        remains = np.einsum("rn,rn->r", left[v], left[v])
        defined &= remains > _NOTHING_LEFT * total[v]
        if v >= 2:
            basis.append(left[v] / np.sqrt(np.where(remains > 0.0, remains, 1.0))[:, None])
    xy = np.einsum("rn,rn->r", left[0], left[1])
    xx, yy = (np.einsum("rn,rn->r", left[v], left[v]) for v in (0, 1))
    rho = xy / np.sqrt(np.where(defined, xx * yy, 1.0))
    return np.where(defined, np.clip(rho, -1.0, 1.0), np.nan)


def _partial_of_resamples(columns: Floats, indices: Integers) -> Floats:
    return _partial_of_rows(np.stack([midranks_of_resamples(column, indices) for column in columns]))


def _fisher(rho: float, effective: int, level: float) -> Interval:
    if abs(rho) >= 1.0 or effective <= 3:
        return Interval(math.nan, math.nan, level, "fisher-z")
    reach = float(ndtri(0.5 + level / 2.0)) / math.sqrt(effective - 3)
    z = math.atanh(rho)
    return Interval(math.tanh(z - reach), math.tanh(z + reach), level, "fisher-z")


def _resampled(
    columns: Floats,
    rho: float,
    level: float,
    method: PartialInterval,
    rng: np.random.Generator,
    n_resamples: int,
) -> tuple[Interval, int]:
    n = columns.shape[1]
    replicates = bootstrap_replicates(
        lambda indices: _partial_of_resamples(columns, indices), n, n_resamples, rng
    )
    n_undefined = count_undefined(replicates)
    if method == "percentile-bootstrap":
        return percentile_interval(replicates, level), n_undefined
    jackknife = jackknife_replicates(lambda indices: _partial_of_resamples(columns, indices), n)
    return bca_interval(rho, replicates, jackknife, level), n_undefined


def _few(n: int, k: int) -> Finding:
    return Finding(
        "correlation.few-cases",
        f"{n} cases are few for {k} {'covariate' if k == 1 else 'covariates'}: fewer than ten for each "
        "variable taken out or estimated.",
        where={"n": str(n), "covariates": str(k)},
    )
