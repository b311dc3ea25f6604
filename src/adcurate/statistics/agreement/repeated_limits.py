"""Limits of agreement when each lesion was read several times by one or both readers.

Pairs of one lesion are no independent lesions: pooled as if they were, the limits keep their place but
their intervals are far too narrow; means over repeats make the limits themselves too narrow. Which way is
right depends on whether the true value stood still between the repeats (Bland and Altman 1999, section 5;
2007). Limits are those of a single reading of each.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.agreement.bland_altman import LIMITS_MULTIPLIER
from adcurate.statistics.agreement.quantiles import Variance, sum_of_variances, t_p_value, t_quantile
from adcurate.statistics.agreement.readings import label_codes
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least, finite_pair, finite_vector

Labels = Sequence[Hashable] | npt.NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class RepeatedLimits:
    """Bias and limits of agreement of single readings, from repeated ones.

    `truth` is ``constant`` or ``varying``. `sd` is of the difference of two single readings. `within_first`
    and `within_second` are the within-lesion SDs of each reader (NaN where nothing was repeated, or the
    truth varies); `between` is the variance component of the differences between lesions,
    which may be negative, and `within` that of the differences within a lesion.
    """

    truth: Literal["constant", "varying"]
    bias: float
    bias_interval: Interval
    p_value: float
    sd: float
    lower_limit: float
    lower_interval: Interval
    upper_limit: float
    upper_interval: Interval
    between: float
    within: float
    within_first: float
    within_second: float
    multiplier: float
    n_lesions: int
    n_first: int
    n_second: int
    method: str
    findings: tuple[Finding, ...]


def estimate_limits_constant_truth(
    first: npt.ArrayLike,
    first_lesion: Labels,
    second: npt.ArrayLike,
    second_lesion: Labels,
    *,
    level: float = 0.95,
    multiplier: float = LIMITS_MULTIPLIER,
) -> RepeatedLimits:
    """Estimate limits of agreement when the true value of a lesion stood still between repeats.

    The variance of the differences between lesions' means lacks the part of each reader's own scatter that
    averaging took away; that part is put back (Bland and Altman 1999, eq. 5.3 in the form for unequal
    numbers of repeats, 2007). Repeats need not be paired, and their numbers may differ.

    Parameters
    ----------
    first, second : (n_first,) and (n_second,), one unit
        Every single reading of each reader.
    first_lesion, second_lesion : (n_first,) and (n_second,)
        The lesion of each reading; both readers must have read the same lesions.

    Returns
    -------
    RepeatedLimits
        The intervals of the limits recover the variance of bias and SD (Zou 2013, method ``mover``):
        approximate. The bias is the mean of the lesions' differences, with its t interval.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.too-few`` (three lesions, and one
        repeated reading), ``statistics.option``

    Notes
    -----
    Checked against R: one-way ``aov`` of each reader and the formulas by hand.

    Examples
    --------
    >>> first, lesion = [10.0, 11, 20, 22, 30, 29], [1, 1, 2, 2, 3, 3]
    >>> found = estimate_limits_constant_truth(first, lesion, [11.0, 12, 19, 21, 31, 33], lesion)
    >>> round(found.bias, 3), round(found.sd, 3)
    (-0.833, 2.082)
    """
    check_level(level)
    a, b = finite_vector(first, "the first readings"), finite_vector(second, "the second readings")
    names = sorted(set(np.asarray(first_lesion).tolist()) | set(np.asarray(second_lesion).tolist()))
    number = {name: index for index, name in enumerate(names)}
    code_a = _codes(first_lesion, number, a.size)
    code_b = _codes(second_lesion, number, b.size)
    n = at_least(len(names), 3, "the lesions")
    counts_a, counts_b = np.bincount(code_a, minlength=n), np.bincount(code_b, minlength=n)
    if not (counts_a.all() and counts_b.all()):
        raise StatisticsError(
            "statistics.shape",
            "Both readers must have read every lesion.",
            remedy="Leave out, and count, the lesions that one of them did not read.",
            n=n,
        )
    at_least(max(a.size, b.size) - n, 1, "the repeated readings")
    means_a, within_a = _by_lesion(a, code_a, counts_a)
    means_b, within_b = _by_lesion(b, code_b, counts_b)
    differences = means_a - means_b
    of_means = float(differences.var(ddof=1))
    left_a, left_b = float(np.mean(1.0 - 1.0 / counts_a)), float(np.mean(1.0 - 1.0 / counts_b))
    terms = [Variance(1.0, of_means, n - 1)]
    if a.size > n:
        terms.append(Variance(left_a, within_a, a.size - n))
    if b.size > n:
        terms.append(Variance(left_b, within_b, b.size - n))
    within = within_a + within_b
    between = of_means - (1.0 - left_a) * within_a - (1.0 - left_b) * within_b
    return _limits(
        "constant", float(differences.mean()), of_means / n, terms, (between, within), (within_a, within_b),
        (n, a.size, b.size), level, multiplier,
    )  # fmt: skip


def estimate_limits_varying_truth(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    lesion: Labels,
    *,
    level: float = 0.95,
    multiplier: float = LIMITS_MULTIPLIER,
) -> RepeatedLimits:
    """Estimate limits of agreement from pairs of readings made at the same moment, the truth varying.

    Differences of pairs are split by one-way analysis of variance into a part between and a part within
    lesions; their sum is the variance of a difference (Bland and Altman 1999, section 5.3; 2007, table 3).

    Parameters
    ----------
    first, second : (n,), one unit
        Pairs of readings; a lesion may have any number of them.
    lesion : (n,)
        The lesion of each pair.

    Returns
    -------
    RepeatedLimits
        The bias is the mean of all differences. A component between lesions below zero is kept, with a
        finding. The limits' intervals are ``mover`` (Zou 2013), exact neither here nor elsewhere.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.too-few`` (three lesions, and one
        lesion with two pairs), ``statistics.option``

    Notes
    -----
    Checked against R's ``aov`` of the differences and, where balanced, ``lme4::lmer``.

    Examples
    --------
    >>> lesion = [1, 1, 2, 2, 3, 3]
    >>> found = estimate_limits_varying_truth([10.0, 11, 20, 22, 30, 29], [11.0, 12, 19, 21, 31, 33], lesion)
    >>> round(found.bias, 3), round(found.sd, 3)
    (-0.833, 1.958)
    """
    check_level(level)
    a, b = finite_pair(first, second, "the first readings", "the second readings")
    codes = label_codes(lesion, a.size, "the lesion")
    differences = a - b
    counts = np.bincount(codes)
    n = at_least(counts.size, 3, "the lesions")
    at_least(differences.size - n, 1, "the repeated pairs")
    means, within = _by_lesion(differences, codes, counts)
    total = differences.size
    bias = float(differences.mean())
    between_square = float(counts @ (means - bias) ** 2) / (n - 1)
    repeats = (total**2 - float(counts @ counts)) / ((n - 1) * total)
    between = (between_square - within) / repeats
    terms = (
        Variance(1.0 / repeats, between_square, n - 1),
        Variance(1.0 - 1.0 / repeats, within, total - n),
    )
    of_bias = max(0.0, between) * float(counts @ counts) / total**2 + within / total
    return _limits(
        "varying", bias, of_bias, terms, (between, within), (math.nan, math.nan),
        (n, total, total), level, multiplier,
    )  # fmt: skip


def _codes(lesion: Labels, number: dict[Hashable, int], n: int) -> Integers:
    label_codes(lesion, n, "the lesion")
    return np.array([number[name] for name in np.asarray(lesion).tolist()], dtype=np.int64)


def _by_lesion(values: Floats, codes: Integers, counts: Integers) -> tuple[Floats, float]:
    """Means of the lesions, and the mean square within them; NaN where none was repeated."""
    degrees = values.size - counts.size
    means = np.bincount(codes, values, minlength=counts.size) / counts
    return means, float(np.sum((values - means[codes]) ** 2)) / degrees if degrees else math.nan


def _limits(
    truth: Literal["constant", "varying"],
    bias: float,
    variance_of_bias: float,
    terms: Sequence[Variance],
    components: tuple[float, float],
    within: tuple[float, float],
    counts: tuple[int, int, int],
    level: float,
    multiplier: float,
) -> RepeatedLimits:
    n = counts[0]
    sd = math.sqrt(sum(term.factor * term.mean_square for term in terms))
    limits = sum_of_variances(terms, level)
    error = math.sqrt(variance_of_bias)
    half = t_quantile((1.0 + level) / 2.0, n - 1) * error
    outward = math.hypot(half, multiplier * (math.sqrt(limits.high) - sd))
    inward = math.hypot(half, multiplier * (sd - math.sqrt(max(limits.low, 0.0))))
    lower, upper = bias - multiplier * sd, bias + multiplier * sd
    findings = []
    if components[0] < 0.0:
        findings.append(
            Finding(
                "bland-altman.negative-component",
                "Differences vary less between lesions than within them: the component between lesions is "
                "below zero, and is kept so.",
                severity="note",
            )
        )
    return RepeatedLimits(
        truth=truth,
        bias=bias,
        bias_interval=Interval(bias - half, bias + half, level, "t"),
        p_value=t_p_value(bias / error, n - 1) if error > 0.0 else math.nan,
        sd=sd,
        lower_limit=lower,
        lower_interval=Interval(lower - outward, lower + inward, level, "mover"),
        upper_limit=upper,
        upper_interval=Interval(upper - inward, upper + outward, level, "mover"),
        between=components[0],
        within=components[1],
        within_first=math.sqrt(within[0]),
        within_second=math.sqrt(within[1]),
        multiplier=multiplier,
        n_lesions=n,
        n_first=counts[1],
        n_second=counts[2],
        method=f"Bland-Altman with repeated readings, true value {truth}; limits by mover",
        findings=tuple(findings),
    )
