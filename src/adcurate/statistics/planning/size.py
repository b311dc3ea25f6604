"""The search that every design shares: the fewest units at which what was asked for is reached.

A design says how many units (lesions, subjects, readings in pairs) give which power, or which half-width of
the interval. Numbers are rounded up to whole units before power is computed, so that what is reported as
reached belongs to a study that can be done.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from scipy.special import ndtri

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import check_level

Goal = Literal["precision", "power", "assurance"]

MOST_UNITS: Final = 1_000_000
_CURVE_POINTS: Final = 61
_SLACK: Final = 1e-12


@dataclass(frozen=True, slots=True)
class Units:
    """How many units are analysed; the classes are None where a design knows none."""

    n: int
    n_positive: int | None = None
    n_negative: int | None = None


@dataclass(frozen=True, slots=True)
class SizePoint:
    """What so many units reach: power, the probability of a narrow interval, or a half-width."""

    units: Units
    value: float


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """How units become power or precision.

    `units_of` turns a step (positives where there are classes, else units) into whole numbers of units;
    `value_at` is what they reach. `formula` gives the published closed form's real number of steps for what
    is asked, None where there is none. `is_rugged`: one unit more may reach less (exact tests of counts).
    """

    name: str
    goal: Goal
    method: str
    source: str
    assumptions: Mapping[str, float]
    value_at: Callable[[Units], float]
    units_of: Callable[[int], Units] = field(default=Units)
    formula: Callable[[float], float] | None = None
    fewest: int = 2
    is_rugged: bool = False
    equals: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleSize:
    """The number of units, what they reach, and what it was worked out from.

    `asked` is the power, assurance or half-width asked for (NaN when the units were given and only
    evaluated) and `reached` what `units` give; `reached_before` is what one step less would give (NaN where
    that is not defined). `formula_steps` is the closed form before rounding up (NaN where there is none);
    a step is one positive where there are classes, else one unit. `curve` runs over the figure's range.
    """

    design: str
    goal: Goal
    units: Units
    asked: float
    reached: float
    reached_before: float
    formula_steps: float
    assumptions: Mapping[str, float]
    method: str
    source: str
    equals: str
    curve: tuple[SizePoint, ...]
    findings: tuple[Finding, ...]


def find_sample_size(design: Design, asked: float) -> SampleSize:
    """Find the fewest units that reach `asked`.

    Parameters
    ----------
    asked
        Power or assurance as a share, or the half-width of the interval in the unit of the estimate.

    Returns
    -------
    SampleSize
        Where one unit more may reach less, the number is the one from which on every larger one reaches
        what is asked; ``sample-size.rugged`` says so when a smaller number would have reached it too.

    Raises
    ------
    StatisticsError
        ``statistics.option`` for an impossible wish, or one that a million units do not reach.

    Examples
    --------
    >>> from adcurate.statistics.planning import plan_auc_power
    >>> found = find_sample_size(plan_auc_power(0.85, null=0.7, ratio=4.0), 0.8)
    >>> found.units.n_positive, found.units.n_negative, round(found.reached, 3)
    (32, 128, 0.813)
    """
    _check_asked(design, asked)
    findings = list(design.findings)
    steps = _search(design, asked)
    if design.is_rugged:
        first, steps = _settled(design, asked, steps)
        if first < steps:
            findings.append(
                Finding(
                    "sample-size.rugged",
                    f"{first} units would do as well, but some larger number up to {steps - 1} would not: "
                    f"counts are whole. From {steps} on every larger number does.",
                    severity="note",
                )
            )
    formula = design.formula(asked) if design.formula else math.nan
    return _result(design, steps, asked, formula, findings)


def evaluate_sample_size(design: Design, units: Units) -> SampleSize:
    """What given units would reach, for a study whose size is settled.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``
    """
    steps = units.n if units.n_positive is None else units.n_positive
    if steps < design.fewest or (units.n_negative is not None and units.n_negative < 2):
        raise StatisticsError(
            "statistics.too-few",
            f"This design needs at least {design.fewest} units of a class; {steps} were given.",
            remedy="Give larger numbers.",
            n=steps,
            minimum=design.fewest,
        )
    return SampleSize(
        design=design.name,
        goal=design.goal,
        units=units,
        asked=math.nan,
        reached=design.value_at(units),
        reached_before=math.nan,
        formula_steps=math.nan,
        assumptions=dict(design.assumptions),
        method=design.method,
        source=design.source,
        equals=design.equals,
        curve=_curve(design, steps),
        findings=design.findings,
    )


def units_by_ratio(ratio: float) -> Callable[[int], Units]:
    """Units of a design with classes: `ratio` negatives for each positive, rounded up.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    check_positive(ratio, "The ratio of negatives to positives")

    def units_of(n_positive: int) -> Units:
        n_negative = max(2, math.ceil(ratio * n_positive - 1e-9))
        return Units(n_positive + n_negative, n_positive, n_negative)

    return units_of


def critical_z(alpha: float, *, one_sided: bool = False) -> float:
    """The normal quantile that a test at `alpha` compares with.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if not 0.0 < alpha < 0.5:
        raise StatisticsError(
            "statistics.option",
            "The significance level must lie between 0 and 0.5.",
            remedy="Write 5 % as 0.05.",
            alpha=alpha,
        )
    return -float(ndtri(alpha if one_sided else alpha / 2.0))


def level_z(level: float) -> float:
    """The normal quantile of a two-sided interval."""
    return float(ndtri((1.0 + check_level(level)) / 2.0))


def check_share(value: float, name: str, *, low: float = 0.0, high: float = 1.0) -> float:
    """Return `value` when it lies strictly between `low` and `high`.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if not low < value < high:
        raise StatisticsError(
            "statistics.option",
            f"{name} must lie between {low:g} and {high:g}, ends left out.",
            remedy="Give a value between the two.",
            value=value,
        )
    return float(value)


def check_positive(value: float, name: str) -> float:
    """Return `value` when it is a positive finite number.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if not (math.isfinite(value) and value > 0.0):
        raise StatisticsError(
            "statistics.option",
            f"{name} must be a positive number.",
            remedy="Give a number above zero.",
            value=value,
        )
    return float(value)


def refuse_choice(what: str, choices: tuple[str, ...]) -> StatisticsError:
    """The error for a method that a design does not know."""
    return StatisticsError(
        "statistics.option",
        f"{what} is one of {', '.join(choices)}.",
        remedy="Name one of them.",
    )


def _check_asked(design: Design, asked: float) -> None:
    if design.goal == "precision":
        check_positive(asked, "The half-width")
    else:
        check_share(asked, "The power or assurance asked for")


def _is_reached(design: Design, steps: int, asked: float) -> bool:
    value = design.value_at(design.units_of(steps))
    # The closed form and the value at a whole number differ in the last bits only.
    return value <= asked + _SLACK if design.goal == "precision" else value >= asked - _SLACK


def _search(design: Design, asked: float) -> int:
    """The first step reached on the way of doubling, then halved back; the fewest where value is monotone."""
    high = low = design.fewest
    while not _is_reached(design, high, asked):
        low, high = high, 2 * high
        if high > MOST_UNITS:
            raise StatisticsError(
                "statistics.option",
                f"A million units do not reach what is asked for ({asked:g}).",
                remedy="Ask for less, or expect more: the expected value may be next to the null, or the "
                "width may be next to nothing.",
                asked=asked,
            )
    if high == low:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if _is_reached(design, middle, asked):
            high = middle
        else:
            low = middle
    return high


def _settled(design: Design, asked: float, reached: int) -> tuple[int, int]:
    """The first step that reaches it, and the one from which on all do: one after the last that does not."""
    # Teeth of an exact test narrow with the root of n, so that half as many again is far beyond the last.
    start = design.fewest if reached < 2000 else reached // 2
    steps = range(start, reached + reached // 2 + 60)
    does = [_is_reached(design, step, asked) for step in steps]
    last = max(
        (step for step, is_enough in zip(steps, does, strict=True) if not is_enough), default=start - 1
    )
    return steps[does.index(True)], last + 1


def _result(design: Design, steps: int, asked: float, formula: float, findings: list[Finding]) -> SampleSize:
    units = design.units_of(steps)
    before = design.value_at(design.units_of(steps - 1)) if steps > design.fewest else math.nan
    return SampleSize(
        design=design.name,
        goal=design.goal,
        units=units,
        asked=asked,
        reached=design.value_at(units),
        reached_before=before,
        formula_steps=formula,
        assumptions=dict(design.assumptions),
        method=design.method,
        source=design.source,
        equals=design.equals,
        curve=_curve(design, steps),
        findings=tuple(findings),
    )


def _curve(design: Design, steps: int) -> tuple[SizePoint, ...]:
    first, last = max(design.fewest, steps // 4), max(2 * steps, design.fewest + 10)
    chosen = np.unique(np.append(np.rint(np.linspace(first, last, _CURVE_POINTS)).astype(int), steps))
    points = (design.units_of(int(step)) for step in chosen)
    return tuple(SizePoint(units, design.value_at(units)) for units in points)
