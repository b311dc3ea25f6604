"""How many cases does a sensitivity or a specificity need? To be known well enough, or to beat a value.

The cases counted here are those of one class: positives for sensitivity, negatives for specificity. How many
subjects must be recruited to have them is a question of prevalence: `recruit_both_classes`.
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, betainc, betaincinv, gammaln, ndtr, ndtri, xlog1py, xlogy

from adcurate.arrays import Bools, Floats
from adcurate.statistics.planning.auc import check_difference
from adcurate.statistics.planning.size import (
    Design,
    Units,
    check_positive,
    check_share,
    critical_z,
    level_z,
    refuse_choice,
)

PlannedInterval = Literal["wald", "wilson", "clopper-pearson"]
PLANNED_INTERVALS: Final[tuple[PlannedInterval, ...]] = get_args(PlannedInterval)
_NAMES: Final = {"wald": "Wald", "wilson": "Wilson", "clopper-pearson": "Clopper-Pearson"}
_SOURCES: Final = {
    "wald": "Buderer 1996",
    "wilson": "Wilson 1927, mean width over binomial counts",
    "clopper-pearson": "Clopper and Pearson 1934, mean width over binomial counts",
}


def plan_proportion_precision(
    expected: float, *, interval: PlannedInterval = "clopper-pearson", level: float = 0.95
) -> Design:
    """The half-width of the interval of a proportion.

    ``"wald"``
        ``z sqrt(p (1 - p) / n)``: Buderer's formula, too hopeful near 0 and 1, where sensitivities lie.
    ``"wilson"``, ``"clopper-pearson"``
        Half the width of the interval that will be printed, averaged over the counts to be expected.

    Parameters
    ----------
    expected
        The sensitivity or specificity expected, in (0, 1).

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Checked against own R code on ``binom.test`` and ``prop.test(correct = FALSE)``.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> [find_sample_size(plan_proportion_precision(0.9, interval=name), 0.1).units.n
    ...  for name in ("wald", "wilson", "clopper-pearson")]
    [35, 35, 42]
    """
    check_share(expected, "The expected share")
    z = level_z(level)
    if interval not in PLANNED_INTERVALS:
        raise refuse_choice("The interval of a proportion", PLANNED_INTERVALS)

    def value_at(units: Units) -> float:
        n = units.n
        if interval == "wald":
            return z * math.sqrt(expected * (1.0 - expected) / n)
        counts, chance = _likely_counts(n, expected)
        return float(chance @ _half_widths(counts, n, level, interval))

    def formula(half_width: float) -> float:
        return expected * (1.0 - expected) * (z / half_width) ** 2

    return Design(
        name="proportion-precision",
        goal="precision",
        method=f"{_NAMES[interval]} interval of a proportion",
        source=_SOURCES[interval],
        assumptions={"expected": expected, "level": level},
        value_at=value_at,
        formula=formula if interval == "wald" else None,
    )


def plan_proportion_assurance(
    expected: float,
    *,
    half_width: float,
    interval: Literal["wilson", "clopper-pearson"] = "clopper-pearson",
    level: float = 0.95,
) -> Design:
    """The probability that the interval of a proportion is no wider than ± `half_width`.

    A mean width is exceeded in about every second study; this is the width that is kept with a stated
    probability. It falls back now and then as n grows, because counts are whole.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> find_sample_size(plan_proportion_assurance(0.9, half_width=0.1), 0.9).units.n
    59
    """
    check_share(expected, "The expected share")
    check_positive(half_width, "The half-width")
    level_z(level)
    if interval not in ("wilson", "clopper-pearson"):
        raise refuse_choice("The interval of a proportion with assurance", ("wilson", "clopper-pearson"))

    def is_narrow(count: int, n: int) -> bool:
        return bool(_half_widths(np.array([float(count)]), n, level, interval)[0] <= half_width + 1e-12)

    def value_at(units: Units) -> float:
        n = units.n
        if is_narrow(n // 2, n):
            return 1.0
        low, high = -1, n // 2  # widths grow from the ends to the middle
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if is_narrow(middle, n) else (low, middle)
        return 0.0 if low < 0 else float(bdtr(low, n, expected) + bdtr(low, n, 1.0 - expected))

    return Design(
        name="proportion-assurance",
        goal="assurance",
        method=f"probability of a {_NAMES[interval]} interval no wider than asked, exact",
        source="exact binomial",
        assumptions={"expected": expected, "half_width": half_width, "level": level},
        value_at=value_at,
        is_rugged=True,
    )


def plan_proportion_power(
    expected: float,
    *,
    null: float,
    alpha: float = 0.05,
    one_sided: bool = True,
    test: Literal["exact", "normal"] = "exact",
) -> Design:
    """The power to show that a sensitivity or specificity is above (or below) a stated value.

    ``"exact"``
        The binomial test on the side of the expected value, at `alpha` (one-sided) or alpha / 2: it is
        passed exactly when the Clopper-Pearson interval of that level leaves `null` out on that side.
    ``"normal"``
        ``n = ((z_alpha sqrt(p0 q0) + z_beta sqrt(p q)) / (p - p0))^2``.

    Parameters
    ----------
    null
        The value at which the test would be of no use.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Checked against R's ``binom.test``, and by enumeration of all counts.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> found = find_sample_size(plan_proportion_power(0.9, null=0.7), 0.8)
    >>> found.units.n, round(found.reached, 3)
    (33, 0.894)
    """
    check_share(expected, "The expected share")
    check_share(null, "The null share")
    check_difference(expected, null)
    z_alpha = critical_z(alpha, one_sided=one_sided)
    tail = alpha if one_sided else alpha / 2.0
    # A share below the null is the complement's share above it.
    p, p0 = (expected, null) if expected > null else (1.0 - expected, 1.0 - null)
    spread, spread0 = math.sqrt(p * (1.0 - p)), math.sqrt(p0 * (1.0 - p0))

    def exact(units: Units) -> float:
        return float(_exact_power(np.array([units.n]), p, p0, tail)[0])

    def normal(units: Units) -> float:
        return float(ndtr(((p - p0) * math.sqrt(units.n) - z_alpha * spread0) / spread))

    def formula(power: float) -> float:
        return ((z_alpha * spread0 + float(ndtri(power)) * spread) / (p - p0)) ** 2

    if test not in ("exact", "normal"):
        raise refuse_choice("The test of a proportion", ("exact", "normal"))
    return Design(
        name="proportion-power",
        goal="power",
        method="exact binomial test" if test == "exact" else "normal test of a proportion",
        source="exact binomial" if test == "exact" else "normal approximation",
        assumptions={
            "expected": expected,
            "null": null,
            "alpha": alpha,
            "sides": 1.0 if one_sided else 2.0,
        },
        value_at=exact if test == "exact" else normal,
        formula=formula if test == "normal" else None,
        is_rugged=test == "exact",
    )


def critical_count(n: int, null: float, alpha: float) -> int:
    """The fewest successes out of `n` that a one-sided exact test of a share above `null` rejects at.

    n + 1 when no count does.

    Examples
    --------
    >>> critical_count(33, 0.7, 0.05)
    28
    """
    return int(_critical(np.array([n]), null, alpha)[0])


def _exact_power(n: npt.NDArray[np.int64], p: float, p0: float, tail: float) -> Floats:
    count = _critical(n, p0, tail)
    return np.where(count > n, 0.0, _at_least(count, n, p))


def _critical(n: npt.NDArray[np.int64], p0: float, tail: float) -> Floats:
    start = np.floor(n * p0 - float(ndtri(tail)) * np.sqrt(n * p0 * (1.0 - p0)))
    count = np.clip(start, 0, n + 1).astype(np.float64)

    def rejects(at: Floats) -> Bools:
        return np.asarray((at > n) | (_at_least(at, n, p0) <= tail))

    while np.any(wrong := ~rejects(count)):
        count = count + wrong
    while np.any(more := (count > 0) & rejects(np.maximum(count - 1, 0))):
        count = count - more
    return np.asarray(count, dtype=np.float64)


def _at_least(count: Floats, n: npt.NDArray[np.int64], p: float) -> Floats:
    """P(X >= count) of X binomial; 1 for a count of 0."""
    inside = np.clip(count, 1, n)
    return np.where(count <= 0, 1.0, np.where(count > n, 0.0, betainc(inside, n - inside + 1.0, p)))


def _likely_counts(n: int, p: float) -> tuple[Floats, Floats]:
    """Counts that are not all but impossible, and their chances."""
    reach = 9.0 * math.sqrt(n * p * (1.0 - p)) + 20.0
    counts = np.arange(
        max(0, math.floor(n * p - reach)), min(n, math.ceil(n * p + reach)) + 1, dtype=np.float64
    )
    log_chance = gammaln(n + 1.0) - gammaln(counts + 1.0) - gammaln(n - counts + 1.0)
    chance = np.exp(log_chance + xlogy(counts, p) + xlog1py(n - counts, -p))
    return counts, chance


def _half_widths(counts: Floats, n: int, level: float, interval: PlannedInterval) -> Floats:
    """Half of each interval's width: the printed intervals of `adcurate.statistics.proportion`, row-wise."""
    if interval == "wilson":
        z2 = float(ndtri((1.0 + level) / 2.0)) ** 2
        share = counts / n
        half = np.sqrt(z2 * (share * (1.0 - share) / n + z2 / (4.0 * n * n))) / (1.0 + z2 / n)
        return np.asarray(half)
    tail = (1.0 - level) / 2.0
    inner_low, inner_high = np.maximum(counts, 1.0), np.minimum(counts, n - 1.0)
    low = np.where(counts <= 0, 0.0, betaincinv(inner_low, n - inner_low + 1.0, tail))
    high = np.where(counts >= n, 1.0, betaincinv(inner_high + 1.0, n - inner_high, 1.0 - tail))
    return np.asarray((high - low) / 2.0)
