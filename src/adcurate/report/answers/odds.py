"""Odds ratios as text: three digits, the change they are for, the formula to apply them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from adcurate.model.answers.predictor import Predictor
from adcurate.report.answers.view import TableView
from adcurate.report.numbers import MINUS, show_number, show_p
from adcurate.report.scale import MarkerScale
from adcurate.statistics.interval import Interval
from adcurate.statistics.models import Coefficient

INTERVALS = {
    "penalized-profile-likelihood": "profile of the penalised likelihood",
    "profile-likelihood": "profile likelihood",
    "wald": "Wald",
}
TESTS = {
    "penalized likelihood ratio": "penalised likelihood-ratio test",
    "likelihood ratio": "likelihood-ratio test",
    "Wald": "Wald test",
}


def show_ratio(value: float) -> str:
    """A ratio with three digits, "< 0.001" and "> 1000" beyond what a reader can use."""
    if math.isnan(value):
        return show_number(value, 2)
    if value < 0.001:
        return "< 0.001"
    if value > 1000:
        return "> 1000"
    decimals = 3 if value < 0.1 else 2 if value < 10 else 1 if value < 100 else 0
    return show_number(value, decimals)


def show_ratio_interval(interval: Interval) -> str:
    """``low to high``."""
    return f"{show_ratio(interval.low)} to {show_ratio(interval.high)}"


def show_coefficient(value: float) -> str:
    """A coefficient with five digits, enough to apply the formula."""
    return f"{value:.5g}".replace("-", MINUS)


def change_of(predictor: Predictor, coefficient: str, scale: MarkerScale) -> str:
    """What an odds ratio is for: ``per 0.1 × 10⁻³ mm²/s``, ``per SD (0.28)``, ``male against female``."""
    if predictor.is_category:
        return f"{coefficient.removeprefix(f'{predictor.name} = ')} against {predictor.reference}"
    own = scale.of(predictor.name)
    factor, suffix = (own.factor, own.suffix) if predictor.is_marker else (1.0, "")
    times = " ×" if suffix.startswith(" 10") else ""
    unit = f"{predictor.unit * factor:.3g}{times}{suffix}"
    return f"per SD ({unit})" if predictor.is_per_sd else f"per {unit}"


def paired(
    coefficients: Sequence[Coefficient], predictors: Sequence[Predictor]
) -> list[tuple[Predictor, Coefficient]]:
    """Each coefficient beside its predictor; an intercept has none and is left out."""
    owner = {name: predictor for predictor in predictors for name in predictor.coefficients}
    return [(owner[one.name], one) for one in coefficients if one.name in owner]


def odds_table(
    title: str,
    coefficients: Sequence[Coefficient],
    predictors: Sequence[Predictor],
    scale: MarkerScale,
    note: str = "",
) -> TableView:
    """One row a coefficient: change, odds ratio, interval, p."""
    rows = [
        (
            predictor.name,
            change_of(predictor, one.name, scale),
            show_ratio(one.odds_ratio),
            show_ratio_interval(one.odds_ratio_interval),
            show_p(one.p_value),
        )
        for predictor, one in paired(coefficients, predictors)
    ]
    level = show_number(coefficients[0].interval.level * 100, 0)
    return TableView(title, ("Predictor", "Change", "Odds ratio", f"{level} % CI", "p"), tuple(rows), note)


def odds_clause(predictor: Predictor, one: Coefficient, scale: MarkerScale) -> str:
    """The odds ratio as a clause of a sentence."""
    level = show_number(one.interval.level * 100, 0)
    ratio = (
        f"odds ratio {show_ratio(one.odds_ratio)}, {level} % CI "
        f"{show_ratio_interval(one.odds_ratio_interval)}, p {_p(one.p_value)}"
    )
    change = change_of(predictor, one.name, scale)
    if predictor.is_category:
        return f"{predictor.name}, {change}: {ratio}"
    return f"{change} more {predictor.name}: {ratio}"


def formula(
    start: float, coefficients: Sequence[Coefficient], predictors: Sequence[Predictor], scale: MarkerScale
) -> str:
    """The linear predictor, markers in their shown unit."""
    text = show_coefficient(start)
    for predictor, one in paired(coefficients, predictors):
        value = one.value / (scale.of(predictor.name).factor if predictor.is_marker else 1.0)
        name = f"[{one.name}]" if predictor.is_category else one.name
        text += f" {MINUS if value < 0 else '+'} {show_coefficient(abs(value))} × {name}"
    return text


def units_of(predictors: Sequence[Predictor], scale: MarkerScale) -> str:
    """In which units the formula takes its numbers; "" when every number is in its column's own."""
    markers = [one.name for one in predictors if one.is_marker and scale.of(one.name).unit]
    text = f" with {' and '.join(markers)} in {scale.unit}" if markers and scale.unit else ""
    if any(predictor.is_category for predictor in predictors):
        text += ", and 1 for a level in brackets that applies, else 0"
    return text


def left_out(n_unknown: int, n_missing: int, what: str) -> str:
    """A sentence on rows that were not used; "" when all were."""
    parts = [
        f"{n} without {reason}" for n, reason in ((n_unknown, "a reference standard"), (n_missing, what)) if n
    ]
    if not parts:
        return ""
    n = n_unknown + n_missing
    return f" {' and '.join(parts)} {'was' if n == 1 else 'were'} left out."


def _p(value: float) -> str:
    text = show_p(value)
    return text if text[0] in "<>" else f"= {text}"
