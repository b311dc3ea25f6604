"""What did one study find, and how precisely? An effect with its sampling variance, from printed summaries.

Every function takes arrays, one element a study, and returns effects that `pooling` can pool. Nothing is
converted silently: a standard error or a range becomes a standard deviation only by the functions that say
so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.values import finite_vector

EffectScale = Literal["raw", "log", "standardized", "fisher-z", "logit"]
CorrelationVariance = Literal["pearson", "spearman-1.06", "spearman-bonett-wright"]


@dataclass(frozen=True, slots=True)
class Effects:
    """`values` and sampling `variances`, (k,), on the named `scale`; `measure` is how they were made."""

    values: Floats
    variances: Floats
    scale: EffectScale
    measure: str


def mean_effects(mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike, *, log: bool = False) -> Effects:
    """Take each study's mean of one group, or its logarithm.

    The variance is ``sd^2 / n``, or ``sd^2 / (n mean^2)`` (delta method) for the logarithm, which suits
    positive quantities whose spread grows with their size; its price is that the pooled value is a geometric
    mean of means.

    Parameters
    ----------
    mean, sd : (k,), the unit of the measurement
        `mean` must be positive for the logarithm.
    n : (k,)
        Cases in the group, at least 2.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``

    Notes
    -----
    R's ``metafor::escalc(measure = "MN")`` and ``"MNLN"``.

    Examples
    --------
    >>> effects = mean_effects([1.18, 1.47], [0.31, 0.63], [21, 25])
    >>> effects.variances.round(6).tolist()
    [0.004576, 0.015876]
    """
    m, s, size = _summaries(mean, sd, n)
    if not log:
        return Effects(m, s**2 / size, "raw", "mean")
    _positive_means(m)
    return Effects(np.log(m), s**2 / (size * m**2), "log", "log mean")


def mean_differences(
    mean_1: npt.ArrayLike,
    sd_1: npt.ArrayLike,
    n_1: npt.ArrayLike,
    mean_2: npt.ArrayLike,
    sd_2: npt.ArrayLike,
    n_2: npt.ArrayLike,
) -> Effects:
    """Take each study's difference, first group minus second, in the unit of the measurement.

    The variance is ``sd_1^2/n_1 + sd_2^2/n_2``: the groups may spread differently.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``

    Notes
    -----
    R's ``metafor::escalc(measure = "MD")``.

    Examples
    --------
    >>> mean_differences([0.76], [0.15], [9], [1.18], [0.31], [21]).values.round(2).tolist()
    [-0.42]
    """
    m1, s1, k1 = _summaries(mean_1, sd_1, n_1)
    m2, s2, k2 = _same_studies(m1, *_summaries(mean_2, sd_2, n_2))
    return Effects(m1 - m2, s1**2 / k1 + s2**2 / k2, "raw", "mean difference")


def log_mean_ratios(
    mean_1: npt.ArrayLike,
    sd_1: npt.ArrayLike,
    n_1: npt.ArrayLike,
    mean_2: npt.ArrayLike,
    sd_2: npt.ArrayLike,
    n_2: npt.ArrayLike,
) -> Effects:
    """Take each study's logarithm of the first group's mean over the second's, by the delta method.

    A ratio does not change when a scanner multiplies every value by the same factor, which is how most
    differences between ADC protocols act; its price is that both means must be positive.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``

    Notes
    -----
    Hedges, Gurevitch and Curtis 1999; R's ``metafor::escalc(measure = "ROM")``.

    Examples
    --------
    >>> ratio = log_mean_ratios([0.76], [0.15], [9], [1.18], [0.31], [21])
    >>> float(np.exp(ratio.values)[0].round(3))
    0.644
    """
    m1, s1, k1 = _summaries(mean_1, sd_1, n_1)
    m2, s2, k2 = _same_studies(m1, *_summaries(mean_2, sd_2, n_2))
    _positive_means(m1)
    _positive_means(m2)
    variances = s1**2 / (k1 * m1**2) + s2**2 / (k2 * m2**2)
    return Effects(np.log(m1 / m2), variances, "log", "log ratio of means")


def hedges_g(
    mean_1: npt.ArrayLike,
    sd_1: npt.ArrayLike,
    n_1: npt.ArrayLike,
    mean_2: npt.ArrayLike,
    sd_2: npt.ArrayLike,
    n_2: npt.ArrayLike,
) -> Effects:
    """Take each study's difference in pooled standard deviations, freed of its small-sample bias.

    ``g = J(m) (mean_1 - mean_2) / s``, with the pooled ``s`` on ``m = n_1 + n_2 - 2`` degrees of freedom and
    the exact ``J(m) = Gamma(m/2) / (sqrt(m/2) Gamma((m-1)/2))``, not its approximation ``1 - 3/(4m - 1)``.
    The variance is ``1/n_1 + 1/n_2 + g^2 / (2 (n_1 + n_2))``. It assumes one spread in both groups, and
    compares studies by how far groups are apart in units of scatter, not by how far apart the ADC is.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``; ``statistics.constant`` if a
        study has no spread at all.

    Notes
    -----
    Hedges 1981, Journal of Educational Statistics 6:107; R's ``metafor::escalc(measure = "SMD")``.

    Examples
    --------
    >>> hedges_g([0.76], [0.15], [9], [1.18], [0.31], [21]).values.round(4).tolist()
    [-1.4914]
    """
    m1, s1, k1 = _summaries(mean_1, sd_1, n_1)
    m2, s2, k2 = _same_studies(m1, *_summaries(mean_2, sd_2, n_2))
    df = k1 + k2 - 2.0
    pooled = np.sqrt(((k1 - 1.0) * s1**2 + (k2 - 1.0) * s2**2) / df)
    if np.any(pooled <= 0.0):
        raise StatisticsError(
            "statistics.constant",
            "A study whose two groups have no spread has no standardized difference.",
            remedy="Check its standard deviations, or pool differences in the measurement's own unit.",
        )
    exact = np.exp(gammaln(df / 2.0) - 0.5 * np.log(df / 2.0) - gammaln((df - 1.0) / 2.0))
    g = exact * (m1 - m2) / pooled
    return Effects(g, 1.0 / k1 + 1.0 / k2 + g**2 / (2.0 * (k1 + k2)), "standardized", "Hedges' g, exact J")


_WIDENING: Final = {"pearson": 0.0, "spearman-1.06": 0.06, "spearman-bonett-wright": 0.0}


def fisher_z(r: npt.ArrayLike, n: npt.ArrayLike, *, variance: CorrelationVariance) -> Effects:
    """Take each study's correlation as ``atanh r``, whose variance hardly depends on the correlation.

    The variance is ``1/(n - 3)`` for ``pearson``, ``1.06/(n - 3)`` for ``spearman-1.06`` (Fieller, Hartley
    and Pearson 1957; made for |rho| up to about 0.8) and ``(1 + r^2/2)/(n - 3)`` for
    ``spearman-bonett-wright`` (Bonett and Wright 2000). There is no default: the pooled interval depends on
    it. None of the three knows of ties, which a grade in three classes is full of.

    Parameters
    ----------
    r : (k,)
        Strictly between -1 and 1.
    n : (k,)
        Pairs, at least 4.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``, ``statistics.too-few``

    Notes
    -----
    ``pearson`` is R's ``metafor::escalc(measure = "ZCOR")``.

    Examples
    --------
    >>> fisher_z([-0.606], [47], variance="spearman-1.06").variances.round(5).tolist()
    [0.02409]
    """
    if variance not in _WIDENING:
        raise StatisticsError(
            "statistics.option",
            "This variance of a correlation is not known.",
            remedy=f"Choose one of {', '.join(_WIDENING)}.",
        )
    rho, size = finite_vector(r, "the correlations"), finite_vector(n, "the numbers of pairs")
    _same_studies(rho, size)
    if np.any(np.abs(rho) >= 1.0):
        raise StatisticsError(
            "statistics.option",
            "A correlation of -1 or 1 has no Fisher z.",
            remedy="Leave the study out, and say so.",
        )
    if np.any(size < 4):
        raise StatisticsError(
            "statistics.too-few",
            "A correlation needs at least four pairs to be pooled.",
            remedy="Leave the study out, and say so.",
        )
    widening = 1.0 + _WIDENING[variance] + (rho**2 / 2.0 if variance.endswith("wright") else 0.0)
    return Effects(np.arctanh(rho), widening / (size - 3.0), "fisher-z", f"Fisher z, {variance}")


def sd_of_se(se: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Turn standard errors of means into standard deviations, ``se sqrt(n)``: algebra, not an estimate.

    Examples
    --------
    >>> sd_of_se([0.05], [16]).tolist()
    [0.2]
    """
    errors, size = finite_vector(se, "the standard errors"), finite_vector(n, "the numbers of cases")
    _same_studies(errors, size)
    return np.asarray(errors * np.sqrt(size))


def mean_of_median_and_range(median: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> Floats:
    """Guess means from medians and ranges, ``(low + 2 median + high) / 4`` (Hozo 2005; Wan 2014, eq. 2).

    Only right for symmetric values; a skewed group is moved. Ask for it by name and say so.

    Examples
    --------
    >>> mean_of_median_and_range([0.59], [0.26], [0.95]).round(4).tolist()
    [0.5975]
    """
    middle, least, greatest = _range(median, low, high)
    return np.asarray((least + 2.0 * middle + greatest) / 4.0)


def sd_of_range(low: npt.ArrayLike, high: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Guess standard deviations from ranges of n normal values (Wan 2014, eq. 9).

    ``(high - low) / (2 z)`` with ``z`` the normal quantile at ``(n - 0.375)/(n + 0.25)``. Two extreme values
    carry little of the spread and all of the outliers. Ask for it by name and say so.

    Examples
    --------
    >>> sd_of_range([0.26], [0.95], [33]).round(4).tolist()
    [0.1659]
    """
    size = finite_vector(n, "the numbers of cases")
    _, least, greatest = _range(low, low, high)
    _same_studies(least, size)
    return np.asarray((greatest - least) / (2.0 * ndtri((size - 0.375) / (size + 0.25))))


def _summaries(mean: npt.ArrayLike, sd: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    m, s = finite_vector(mean, "the means"), finite_vector(sd, "the standard deviations")
    size = finite_vector(n, "the numbers of cases")
    _same_studies(m, s, size)
    if np.any(s < 0.0) or np.any(size < 2.0):
        raise StatisticsError(
            "statistics.option",
            "A study needs a standard deviation that is not negative and at least two cases in each group.",
            remedy="Check the row, or leave the study out.",
        )
    return m, s, size


def _range(middle: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    m = finite_vector(middle, "the medians")
    least, greatest = finite_vector(low, "the least values"), finite_vector(high, "the greatest values")
    _same_studies(m, least, greatest)
    if np.any(least > m) or np.any(m > greatest):
        raise StatisticsError(
            "statistics.option",
            "A median must lie within its range.",
            remedy="Check the row: a decimal point may be misplaced.",
        )
    return m, least, greatest


def _same_studies(first: Floats, *others: Floats) -> tuple[Floats, ...]:
    if any(other.size != first.size for other in others):
        raise StatisticsError(
            "statistics.shape",
            "Every summary must have one number for each study.",
            remedy="Give each study its mean, standard deviation and number of cases.",
        )
    return others


def _positive_means(means: Floats) -> None:
    if np.any(means <= 0.0):
        raise StatisticsError(
            "statistics.option",
            "A logarithm or a ratio needs positive means.",
            remedy="Pool the means or differences in their own unit.",
        )
