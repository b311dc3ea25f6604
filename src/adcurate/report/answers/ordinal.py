"""An ordinal model of the grade, as text."""

from __future__ import annotations

import math

from adcurate.model.answers.ordinal import MarkerOrdinal, OrdinalAnswer
from adcurate.report.answers.odds import (
    INTERVALS,
    TESTS,
    change_of,
    odds_table,
    show_ratio,
    show_ratio_interval,
)
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import UNCORRECTED, Decided, is_shown
from adcurate.report.numbers import UNKNOWN, show_number, show_p, show_p_equation
from adcurate.report.scale import MarkerScale
from adcurate.statistics.models import TermTest


def view_ordinal(answer: OrdinalAnswer, scale: MarkerScale, decided: Decided = UNCORRECTED) -> AnswerView:
    """Show each marker's odds ratio of a higher grade and whether one ratio suffices."""
    return AnswerView(
        title="How do the odds of a higher grade change with the marker?",
        sentences=tuple(
            _sentence(one, answer.adjust_for, scale.of(one.marker), decided) for one in answer.markers
        ),
        tables=(*(_odds(one, scale.of(one.marker)) for one in answer.markers), *_assumption(answer)),
        notes=(
            "One odds ratio is taken to hold at every division of the grades into lower and higher. With few "
            "cases in a grade the tests of that assumption see only gross departures: a large p is no proof.",
        ),
    )


def _sentence(one: MarkerOrdinal, adjust_for: tuple[str, ...], scale: MarkerScale, decided: Decided) -> str:
    fit, coefficient = one.fit, one.fit.coefficients[0]
    sizes = ", ".join(f"{grade}: {size}" for grade, size in zip(fit.grades, fit.sizes, strict=True))
    adjusted = f", adjusted for {' and '.join(adjust_for)}" if adjust_for else ""
    level = show_number(coefficient.interval.level * 100, 0)
    shown = is_shown(decided.get(one.marker, coefficient.p_value), coefficient.interval.level)
    found = (
        "the odds of a higher grade changed by a factor of"
        if shown
        else "no change of the odds of a higher grade was shown: a factor of"
    )
    text = (
        f"In a proportional-odds model of {fit.n} lesions ({sizes}){adjusted}, {found} "
        f"{show_ratio(coefficient.odds_ratio)} "
        f"{change_of(one.predictors[0], coefficient.name, scale)} more {one.marker} ({level} % CI "
        f"{show_ratio_interval(coefficient.odds_ratio_interval)}, {INTERVALS[coefficient.interval.method]}; "
        f"{TESTS[coefficient.test]}, {show_p_equation(coefficient.p_value)})."
    )
    if one.tests.likelihood_ratio:
        text += _assumption_clause(one)
    if one.n_missing:
        was = "was" if one.n_missing == 1 else "were"
        text += f" {one.n_missing} without a grade or a predictor {was} left out."
    return text


def _assumption_clause(one: MarkerOrdinal) -> str:
    made = [
        f"{name} {show_p_equation(test.p_value)}"
        for name, test in (("Brant", one.tests.brant[0]), ("likelihood ratio", one.tests.likelihood_ratio[0]))
        if not math.isnan(test.p_value)
    ]
    if not made:
        return " Whether one ratio holds at every grade could not be tested."
    return f" Test that one ratio holds at every grade: {', '.join(made)}."


def _odds(one: MarkerOrdinal, scale: MarkerScale) -> TableView:
    return odds_table(
        f"Odds ratios of a higher grade: {one.marker}", one.fit.coefficients, one.predictors, scale
    )


def _assumption(answer: OrdinalAnswer) -> tuple[TableView, ...]:
    rows: list[tuple[str, ...]] = []
    for one in answer.markers:
        tests = one.tests
        if tests.brant_omnibus is None or tests.likelihood_ratio_omnibus is None:
            continue
        pairs = list(zip(tests.brant, tests.likelihood_ratio, strict=True))
        if len(pairs) > 1:
            pairs.append((tests.brant_omnibus, tests.likelihood_ratio_omnibus))
        rows += [
            (one.marker, brant.name, str(brant.df), *_cells(brant), *_cells(ratio)) for brant, ratio in pairs
        ]
    if not rows:
        return ()
    return (
        TableView(
            "Does one odds ratio hold at every grade?",
            ("Model of", "Term", "df", "Brant χ²", "p", "Likelihood-ratio χ²", "p"),
            tuple(rows),
            f"{UNKNOWN}: could not be made, because the cases beyond a grade are separated."
            if any(UNKNOWN in row for row in rows)
            else "",
        ),
    )


def _cells(test: TermTest) -> tuple[str, str]:
    return show_number(test.chi_squared, 2), show_p(test.p_value)
