"""Do small studies find more than large ones? Egger's regression in two variants, and Begg's rank test.

An uneven funnel may come from unpublished studies, but as well from real differences between small and large
ones, from chance, or from effects whose standard error depends on them. None of these tests can tell which.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.meta.heterogeneity import estimate_tau2, fit_weighted
from adcurate.statistics.values import at_least, finite_pair

EggerVariant = Literal["egger-1997", "mixed-effects-reml"]

ENOUGH_STUDIES: Final = 10


@dataclass(frozen=True, slots=True)
class EggerTest:
    """Egger's regression of effects on their standard errors.

    `slope` is the asymmetry (it equals the intercept of Egger's own form, effect/SE on 1/SE), with its
    `statistic` (t on `df`, or z when `df` is None). `limit` is the effect at a standard error of zero, with
    its interval. `k` studies.
    """

    slope: float
    slope_standard_error: float
    statistic: float
    df: int | None
    p_value: float
    limit: float
    limit_interval: Interval
    tau2: float
    k: int
    method: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RankCorrelationTest:
    """Begg and Mazumdar's test: Kendall's tau of effects and variances; its p is exact without ties."""

    tau: float
    p_value: float
    k: int
    method: str
    findings: tuple[Finding, ...] = ()


def compare_egger(
    effects: npt.ArrayLike, variances: npt.ArrayLike, *, variant: EggerVariant, level: float = 0.95
) -> EggerTest:
    """Regress effects on their standard errors and test the slope.

    ``egger-1997`` weights by ``1/v`` and lets the residuals' own spread set the errors (multiplicative
    heterogeneity; t on k - 2). ``mixed-effects-reml`` adds a variance between studies (additive; z). The
    first is what most papers print.

    Parameters
    ----------
    effects, variances : (k,)
        At least three studies, whose standard errors must differ.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``, ``statistics.option``, ``statistics.shape``,
        ``statistics.not-finite``

    Notes
    -----
    Egger, Davey Smith, Schneider and Minder, BMJ 1997;315:629. R's ``metafor::regtest(model = "lm")`` and
    ``regtest(model = "rma")``.

    Examples
    --------
    >>> test = compare_egger([0.9, 0.6, 0.5, 0.3], [0.16, 0.09, 0.04, 0.01], variant="egger-1997")
    >>> round(test.slope, 3), test.df
    (1.821, 2)
    """
    check_level(level)
    y, v = finite_pair(effects, variances, "the effects", "their variances")
    k = at_least(y.size, 3, "the studies")
    if np.any(v <= 0.0):
        raise StatisticsError(
            "statistics.option",
            "Every study needs a positive sampling variance.",
            remedy="Check the standard deviations and numbers of cases, or leave the study out.",
        )
    errors = np.sqrt(v)
    if np.ptp(errors) <= 1e-9 * errors.max() or np.ptp(y) == 0.0:
        raise _no_funnel(k)
    # In units of the largest error both columns are of one size, whatever the unit of the effects.
    unit = float(errors.max())
    design = np.column_stack([np.ones(k), errors / unit])
    df: int | None = None
    tau2 = 0.0
    if variant == "egger-1997":
        fit = fit_weighted(y, v, design, 0.0)
        df = k - 2
        covariance = fit.covariance * fit.q / df
        name = "weighted regression on the standard error (Egger 1997), t"
    elif variant == "mixed-effects-reml":
        tau2 = estimate_tau2(y, v, design, "reml")
        fit = fit_weighted(y, v, design, tau2)
        covariance = fit.covariance
        name = "mixed-effects meta-regression on the standard error, REML, z"
    else:
        raise StatisticsError(
            "statistics.option",
            "This variant of Egger's regression is not known.",
            remedy="Choose egger-1997 or mixed-effects-reml.",
        )
    slope, slope_error = float(fit.coefficients[1]) / unit, math.sqrt(float(covariance[1, 1])) / unit
    limit, limit_error = float(fit.coefficients[0]), math.sqrt(float(covariance[0, 0]))
    statistic = slope / slope_error if slope_error > 0.0 else math.nan
    tail = -abs(statistic)
    upper = 0.5 + level / 2.0
    reach = float(ndtri(upper) if df is None else stdtrit(df, upper))
    return EggerTest(
        slope=slope,
        slope_standard_error=slope_error,
        statistic=statistic,
        df=df,
        p_value=math.nan if math.isnan(tail) else 2.0 * float(ndtr(tail) if df is None else stdtr(df, tail)),
        limit=limit,
        limit_interval=Interval(limit - reach * limit_error, limit + reach * limit_error, level, name),
        tau2=tau2,
        k=k,
        method=name,
        findings=few_for_a_funnel(k),
    )


def compare_begg(effects: npt.ArrayLike, variances: npt.ArrayLike) -> RankCorrelationTest:
    """Correlate the ranks of standardized effects and variances (Kendall).

    Effects are taken from the fixed pooled effect and divided by the errors of those differences. It has less
    power than Egger's regression and assumes less. The p-value is exact without ties; with ties it is normal,
    corrected for them, without continuity correction.

    Parameters
    ----------
    effects, variances : (k,)
        At least three studies.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``, ``statistics.option``, ``statistics.shape``,
        ``statistics.not-finite``

    Notes
    -----
    Begg and Mazumdar, Biometrics 1994;50:1088. R's ``metafor::ranktest(exact = TRUE)``.

    Examples
    --------
    >>> compare_begg([0.9, 0.6, 0.5, 0.3], [0.16, 0.09, 0.04, 0.01]).tau
    1.0
    """
    y, v = finite_pair(effects, variances, "the effects", "their variances")
    k = at_least(y.size, 3, "the studies")
    if np.any(v <= 0.0):
        raise StatisticsError(
            "statistics.option",
            "Every study needs a positive sampling variance.",
            remedy="Check the standard deviations and numbers of cases, or leave the study out.",
        )
    fit = fit_weighted(y, v, np.ones((k, 1)), 0.0)
    deviates = (y - fit.coefficients[0]) / np.sqrt(v - 1.0 / fit.weights.sum())
    first, second = np.sign(np.subtract.outer(deviates, deviates)), np.sign(np.subtract.outer(v, v))
    score = float((first * second).sum()) / 2.0
    tied_1, tied_2 = _tied(first), _tied(second)
    pairs = k * (k - 1) / 2.0
    ties_1, ties_2 = (tied_1 * (tied_1 - 1)).sum() / 2.0, (tied_2 * (tied_2 - 1)).sum() / 2.0
    if np.ptp(y) == 0.0 or ties_1 == pairs or ties_2 == pairs:
        raise _no_funnel(k)
    tau = score / math.sqrt((pairs - ties_1) * (pairs - ties_2))
    if ties_1 == 0 and ties_2 == 0:
        return RankCorrelationTest(tau, _exact_kendall(score, k), k, "Kendall, exact", few_for_a_funnel(k))
    variance = _kendall_variance(tied_1, tied_2, k)
    p_value = 2.0 * float(ndtr(-abs(score) / math.sqrt(variance)))
    return RankCorrelationTest(tau, p_value, k, "Kendall, normal with ties", few_for_a_funnel(k))


def few_for_a_funnel(k: int) -> tuple[Finding, ...]:
    """The caution that goes with any judgement of a funnel of fewer than ten studies."""
    if k >= ENOUGH_STUDIES:
        return ()
    return (
        Finding(
            "meta.few-for-funnel",
            f"With {k} studies, fewer than {ENOUGH_STUDIES}, a test of the funnel has little power and its "
            "shape is mostly chance: neither says that nothing is missing.",
            where={"k": str(k)},
        ),
    )


def _no_funnel(k: int) -> StatisticsError:
    return StatisticsError(
        "statistics.constant",
        "All studies are equally precise, or all found the same: a funnel has no shape.",
        remedy="Leave the test out.",
        n=k,
    )


def _tied(signs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Sizes of the groups of equal values, from the signs of all differences."""
    sizes = (signs == 0).sum(axis=1)
    return np.concatenate(
        [np.full(int((sizes == size).sum()) // int(size), size) for size in np.unique(sizes)]
    )


def _exact_kendall(score: float, k: int) -> float:
    """The two-sided exact p of a score, from the number of permutations with each number of inversions."""
    counts = np.ones(1)
    for size in range(2, k + 1):
        counts = np.convolve(counts, np.ones(size)) / size
    concordant = round((score + k * (k - 1) / 2.0) / 2.0)
    lower, upper = float(counts[: concordant + 1].sum()), float(counts[concordant:].sum())
    return min(1.0, 2.0 * min(lower, upper))


def _kendall_variance(tied_1: npt.NDArray[np.float64], tied_2: npt.NDArray[np.float64], k: int) -> float:
    def third(t: npt.NDArray[np.float64]) -> float:
        return float((t * (t - 1) * (2 * t + 5)).sum())

    def second(t: npt.NDArray[np.float64]) -> float:
        return float((t * (t - 1)).sum())

    def cubic(t: npt.NDArray[np.float64]) -> float:
        return float((t * (t - 1) * (t - 2)).sum())

    spread = (k * (k - 1) * (2 * k + 5) - third(tied_1) - third(tied_2)) / 18.0
    spread += second(tied_1) * second(tied_2) / (2.0 * k * (k - 1))
    return spread + cubic(tied_1) * cubic(tied_2) / (9.0 * k * (k - 1) * (k - 2))
