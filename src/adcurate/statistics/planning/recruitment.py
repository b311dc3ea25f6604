"""From the lesions to analyse to the subjects to ask: drop-outs, rare classes, several lesions of a subject.

A class that makes up a fifth of those who come is reached on average with five times its number, and missed
in about every second study. The number given here reaches it with a stated probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import bdtr, bdtrc, gammaln, xlog1py, xlogy

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.planning.size import MOST_UNITS, Units, check_share


@dataclass(frozen=True, slots=True)
class Recruitment:
    """How many must be recruited so that the analysis has what it needs.

    `needed` is what the formula asks for, `analysed` that times `design_effect`, rounded up. `n` subjects or
    lesions are recruited; `n_positive` and `n_negative` are None where the classes come as they come, with
    `prevalence`. `n_on_average` would do on average, with the probability `chance_on_average` of reaching
    the numbers; `chance` is that of `n`. `assurance` is what was asked for (None: on average is enough).
    `not_assessable` is the share of those recruited who cannot be analysed.
    """

    needed: Units
    analysed: Units
    n: int
    n_positive: int | None
    n_negative: int | None
    n_on_average: int
    chance: float
    chance_on_average: float
    prevalence: float | None
    not_assessable: float
    assurance: float | None
    design_effect: float
    findings: tuple[Finding, ...]


def plan_recruitment(
    needed: Units,
    *,
    prevalence: float | None = None,
    not_assessable: float = 0.0,
    assurance: float | None = None,
    design_effect: float = 1.0,
) -> Recruitment:
    """Work out how many to recruit.

    Parameters
    ----------
    needed
        What must be analysed. A class of which 0 are needed is not waited for.
    prevalence
        Share of positives among those who come; None when each class is enrolled to its own number.
    not_assessable
        Share that drops out or cannot be assessed, the same in both classes.
    assurance
        Probability with which every number must be reached; None: on average.
    design_effect
        By how much the variance is larger because several lesions share a subject (`design_effect`).

    Returns
    -------
    Recruitment
        Exact binomial and trinomial probabilities, no normal approximation. Where the classes are enrolled
        apart, each is given the square root of `assurance`, so that both hold together.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Buderer 1996 for the number on average. Checked against R's ``pbinom`` and sums of ``dmultinom``.

    Examples
    --------
    >>> plan = plan_recruitment(Units(47, 9, 38), prevalence=0.19, not_assessable=0.1, assurance=0.9)
    >>> plan.n_on_average, round(plan.chance_on_average, 2), plan.n, round(plan.chance, 2)
    (53, 0.25, 74, 0.91)
    """
    _check(not_assessable, assurance, design_effect)
    analysed = _inflated(needed, design_effect)
    kept = 1.0 - not_assessable
    if prevalence is not None and analysed.n_positive is not None and analysed.n_negative is not None:
        check_share(prevalence, "The prevalence")
        return _together(needed, analysed, prevalence, kept, assurance, design_effect)
    if prevalence is not None and analysed.n_positive is None:
        raise StatisticsError(
            "statistics.option",
            "A prevalence says nothing about a design without classes.",
            remedy="Leave the prevalence out.",
        )
    return _apart(needed, analysed, kept, assurance, design_effect)


def design_effect(lesions_per_subject: float, icc: float) -> float:
    """By how much lesions of one subject inflate a variance: ``1 + (m - 1) icc`` (Kish 1965).

    For a mean over lesions, with m lesions in every subject. For an AUC it is a guide on the safe side when
    the lesions of a subject are of one class.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Examples
    --------
    >>> design_effect(3, 0.5)
    2.0
    """
    if not lesions_per_subject >= 1.0:
        raise StatisticsError(
            "statistics.option",
            "A subject has at least one lesion.",
            remedy="Give the mean number of lesions of a subject, 1 or more.",
            lesions_per_subject=lesions_per_subject,
        )
    if not 0.0 <= icc <= 1.0:
        raise StatisticsError(
            "statistics.option",
            "The correlation of lesions within a subject lies between 0 and 1 in a plan.",
            remedy="Take it from a pilot, or 1 to count subjects instead of lesions.",
            icc=icc,
        )
    return 1.0 + (lesions_per_subject - 1.0) * icc


def chance_of_both(n: int, need_positive: int, need_negative: int, prevalence: float, kept: float) -> float:
    """The probability that n who come hold enough positives and enough negatives that can be analysed.

    Exact: positives analysed, negatives analysed and the rest are trinomial.

    Examples
    --------
    >>> round(chance_of_both(47, 9, 0, 9 / 47, 1.0), 3)
    0.559
    """
    positive, negative = prevalence * kept, (1.0 - prevalence) * kept
    if need_positive + need_negative > n:
        return 0.0
    if need_negative == 0:
        return 1.0 if need_positive == 0 else float(bdtrc(need_positive - 1, n, positive))
    counts = np.arange(need_positive, n - need_negative + 1, dtype=np.float64)
    log_chance = gammaln(n + 1.0) - gammaln(counts + 1.0) - gammaln(n - counts + 1.0)
    chance = np.exp(log_chance + xlogy(counts, positive) + xlog1py(n - counts, -positive))
    rest = min(1.0, negative / (1.0 - positive))
    enough = bdtr(n - counts - need_negative, (n - counts).astype(np.int64), 1.0 - rest)
    return min(1.0, float(chance @ enough))


def _together(
    needed: Units,
    analysed: Units,
    prevalence: float,
    kept: float,
    assurance: float | None,
    effect: float,
) -> Recruitment:
    a, b = analysed.n_positive or 0, analysed.n_negative or 0
    average = math.ceil(max(a / (prevalence * kept), b / ((1.0 - prevalence) * kept)) - 1e-9)

    def chance(n: int) -> float:
        return chance_of_both(n, a, b, prevalence, kept)

    at_average = chance(average)
    n = average if assurance is None else _fewest(chance, assurance, a + b)
    findings = []
    if assurance is None:
        findings.append(
            Finding(
                "sample-size.on-average",
                f"{average} are enough on average only: with probability {1.0 - at_average:.2f} one class or "
                "the other stays below its number.",
            )
        )
    return Recruitment(
        needed=needed,
        analysed=analysed,
        n=n,
        n_positive=None,
        n_negative=None,
        n_on_average=average,
        chance=at_average if assurance is None else chance(n),
        chance_on_average=at_average,
        prevalence=prevalence,
        not_assessable=1.0 - kept,
        assurance=assurance,
        design_effect=effect,
        findings=tuple(findings),
    )


def _apart(
    needed: Units, analysed: Units, kept: float, assurance: float | None, effect: float
) -> Recruitment:
    with_classes = analysed.n_positive is not None and analysed.n_negative is not None
    parts = [analysed.n_positive or 0, analysed.n_negative or 0] if with_classes else [analysed.n]
    averages = [math.ceil(part / kept - 1e-9) for part in parts]
    share = None if assurance is None else assurance ** (1.0 / sum(part > 0 for part in parts))

    def reach(part: int, n: int) -> float:
        return 1.0 if part == 0 else float(bdtrc(part - 1, n, kept)) if n >= part else 0.0

    chosen = [
        average if share is None else _fewest(partial(reach, part), share, part)
        for part, average in zip(parts, averages, strict=True)
    ]
    return Recruitment(
        needed=needed,
        analysed=analysed,
        n=sum(chosen),
        n_positive=chosen[0] if with_classes else None,
        n_negative=chosen[1] if with_classes else None,
        n_on_average=sum(averages),
        chance=math.prod(reach(part, n) for n, part in zip(chosen, parts, strict=True)),
        chance_on_average=math.prod(reach(part, n) for n, part in zip(averages, parts, strict=True)),
        prevalence=None,
        not_assessable=1.0 - kept,
        assurance=assurance,
        design_effect=effect,
        findings=(),
    )


def _inflated(needed: Units, effect: float) -> Units:
    def up(count: int) -> int:
        return math.ceil(count * effect - 1e-9)

    if needed.n_positive is None or needed.n_negative is None:
        return Units(up(needed.n))
    positive, negative = up(needed.n_positive), up(needed.n_negative)
    return Units(positive + negative, positive, negative)


def _check(not_assessable: float, assurance: float | None, effect: float) -> None:
    if not 0.0 <= not_assessable < 1.0:
        raise StatisticsError(
            "statistics.option",
            "The share that cannot be assessed is 0 or more, and below 1.",
            remedy="Write 10 % as 0.1.",
            not_assessable=not_assessable,
        )
    if assurance is not None:
        check_share(assurance, "The assurance")
    if not effect >= 1.0:
        raise StatisticsError(
            "statistics.option",
            "A design effect is 1 or more.",
            remedy="Give 1 + (lesions per subject - 1) * ICC.",
            design_effect=effect,
        )


def _fewest(chance: Callable[[int], float], wanted: float, start: int) -> int:
    """The fewest n whose chance reaches what is wanted: one more who comes never lowers it."""
    low, high = max(start - 1, 0), max(start, 1)
    while chance(high) < wanted:
        low, high = high, 2 * high
        if high > MOST_UNITS:
            raise StatisticsError(
                "statistics.option",
                "A million subjects do not reach these numbers with that probability.",
                remedy="Ask for a lower assurance, or recruit where the class is less rare.",
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle) >= wanted else (middle, high)
    return high
