"""Does another study's cut-off hold here? Its rule applied to this cohort, beside what it printed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.diagnostic.accuracy import ConfusionTable, classify_at
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction, Rule, rule_of
from adcurate.statistics.proportion import (
    Proportion,
    ProportionInterval,
    estimate_proportion,
    wilson_interval,
)

# A printed share of three decimals may miss its count by this much.
_ROUNDING = 0.0051


@dataclass(frozen=True, slots=True)
class PrintedComparison:
    """A share as found here beside the one printed elsewhere.

    `is_outside`: the printed value lies outside our interval, taking it as exactly known. Where the other
    study's number of cases is given, `printed_count` of `printed_n` is what the print stands for and
    `p_value` is Fisher's exact, two-sided; else None. `difference` is here minus there, with Newcombe's
    interval.
    """

    here: Proportion
    printed: float
    is_outside: bool
    printed_count: int | None
    printed_n: int | None
    difference: float
    difference_interval: Interval | None
    p_value: float | None


@dataclass(frozen=True, slots=True)
class ExternalCutoff:
    """A cut-off of another study applied to these cases. A printed value that was not given is NaN."""

    study: str
    cutoff: float
    rule: Rule
    table: ConfusionTable
    sensitivity: PrintedComparison
    specificity: PrintedComparison
    findings: tuple[Finding, ...]


def compare_external_cutoff(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    cutoff: float,
    *,
    direction: Direction,
    study: str = "",
    printed_sensitivity: float = math.nan,
    printed_specificity: float = math.nan,
    n_positive: int | None = None,
    n_negative: int | None = None,
    interval: ProportionInterval = "clopper-pearson",
    level: float = 0.95,
    resolution: float | None = None,
) -> ExternalCutoff:
    """Apply a published cut-off and compare what it does here with what was printed.

    Nothing is chosen on these cases, so sensitivity and specificity here carry no optimism; the printed ones
    usually do. A difference may come from the scanner, the b-values, the spectrum of disease or chance: the
    comparison cannot tell which.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    cutoff : unit of `marker`
        A case is called positive at the cut-off as well.
    printed_sensitivity, printed_specificity : within [0, 1]
        NaN where not printed.
    n_positive, n_negative
        The other study's cases. The printed share must be a whole number of them, to within its rounding.
    resolution : unit of `marker`
        Cut-off and values that round to the same multiple are equal.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Newcombe 1998 (Stat Med 17:873-890), method 10. Checked against ``binom.test`` and
    ``fisher.test`` of R, and R code of our own for the difference.

    Examples
    --------
    >>> found = compare_external_cutoff([0.6, 0.9, 1.0, 1.1, 1.3], [True, True, False, False, False], 0.95,
    ...     direction="low", printed_sensitivity=0.72, n_positive=25)
    >>> found.table.tp, found.sensitivity.printed_count, round(found.sensitivity.p_value, 3)
    (2, 18, 1.0)
    """
    check_level(level)
    table = classify_at(marker, positive, cutoff, direction=direction, resolution=resolution)
    if table.n_positive == 0 or table.n_negative == 0:
        raise StatisticsError(
            "statistics.one-class",
            "A cut-off can only be judged on cases of both classes.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n_positive=table.n_positive,
            n_negative=table.n_negative,
        )
    found: list[Finding] = []
    compared = [
        _compare(name, right, n_here, printed, n_there, interval, level, found)
        for name, right, n_here, printed, n_there in (
            ("sensitivity", table.tp, table.n_positive, printed_sensitivity, n_positive),
            ("specificity", table.tn, table.n_negative, printed_specificity, n_negative),
        )
    ]
    called = table.tp + table.fp
    if called in (0, table.n):
        found.append(
            Finding(
                "external-cutoff.beyond-range",
                f"The cut-off lies beyond the values of this cohort: it calls "
                f"{'all' if called else 'none'} of {table.n} cases positive. Check the unit.",
                where={"study": study},
            )
        )
    return ExternalCutoff(
        study=study,
        cutoff=float(cutoff),
        rule=rule_of(direction),
        table=table,
        sensitivity=compared[0],
        specificity=compared[1],
        findings=tuple(found),
    )


def _compare(
    name: str,
    right: int,
    n_here: int,
    printed: float,
    n_there: int | None,
    interval: ProportionInterval,
    level: float,
    findings: list[Finding],
) -> PrintedComparison:
    here = estimate_proportion(right, n_here, interval=interval, level=level)
    if math.isnan(printed):
        return PrintedComparison(here, math.nan, False, None, None, math.nan, None, None)
    if not 0.0 <= printed <= 1.0:
        raise StatisticsError(
            "statistics.option",
            f"A printed {name} is a share between 0 and 1.",
            remedy="Write 72.3 % as 0.723.",
            printed=printed,
        )
    is_outside = not here.interval.low - 1e-12 <= printed <= here.interval.high + 1e-12
    difference = here.value - printed
    if n_there is None:
        return PrintedComparison(here, printed, is_outside, None, None, difference, None, None)
    if n_there < 1:
        raise StatisticsError(
            "statistics.option",
            "The other study's number of cases is a whole number of 1 or more.",
            remedy="Leave it out where it is not known.",
            n=n_there,
        )
    count = round(printed * n_there)
    if abs(count / n_there - printed) > _ROUNDING:
        findings.append(
            Finding(
                "external-cutoff.not-a-count",
                f"The printed {name} is not a whole number of the {n_there} cases given for that study; "
                f"it is compared as {count} of {n_there}.",
                where={"quantity": name},
            )
        )
    limits = newcombe_interval(right, n_here, count, n_there, level)
    p_value = fisher_exact_p(right, n_here, count, n_there)
    return PrintedComparison(
        here, printed, is_outside, count, n_there, right / n_here - count / n_there, limits, p_value
    )


def newcombe_interval(first: int, n_first: int, second: int, n_second: int, level: float = 0.95) -> Interval:
    """Interval of the difference of two independent shares, from their Wilson limits.

    Newcombe 1998, method 10.

    Examples
    --------
    >>> found = newcombe_interval(56, 70, 48, 80)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0524, 0.3339)
    """
    p, q = first / n_first, second / n_second
    one, other = wilson_interval(first, n_first, level), wilson_interval(second, n_second, level)
    low = (p - q) - math.hypot(p - one.low, other.high - q)
    high = (p - q) + math.hypot(one.high - p, q - other.low)
    return Interval(low, high, level, "newcombe")


def fisher_exact_p(first: int, n_first: int, second: int, n_second: int) -> float:
    """Two-sided exact test that two independent shares are one: tables no likelier than the observed count.

    Equals R's ``fisher.test``, its tolerance of 1e-7 among equals included.
    """
    total = first + second
    k = np.arange(max(0, total - n_second), min(n_first, total) + 1)
    log_chance = -(
        gammaln(k + 1) + gammaln(n_first - k + 1) + gammaln(total - k + 1) + gammaln(n_second - total + k + 1)
    )
    chance = np.exp(log_chance - log_chance.max())
    chance /= chance.sum()
    observed = chance[first - k[0]]
    return min(1.0, float(chance[chance <= observed * (1.0 + 1e-7)].sum()))
