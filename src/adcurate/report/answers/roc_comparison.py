"""Areas compared, as sentences and tables."""

from __future__ import annotations

import math
from typing import Final

from adcurate.model.answers.roc_comparison import ComparedCurves, RocComparisonAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import UNKNOWN, show_interval, show_number, show_p, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.report.words import listed
from adcurate.statistics.roc import AucDifference

_TESTS: Final = {
    ("paired", "delong"): "DeLong's test for areas of the same cases",
    ("unpaired", "delong"): "DeLong's test for areas of separate groups",
    ("paired", "bootstrap"): "a bootstrap test with each case's markers kept together",
    ("unpaired", "bootstrap"): "a bootstrap test within each group",
}


def view_roc_comparison(answer: RocComparisonAnswer, scale: MarkerScale) -> AnswerView:
    """Say which area is larger and by how much; areas have no unit, so `scale` is not used."""
    sentences: list[str] = []
    tables: list[TableView] = []
    for compared in answer.comparisons:
        sentences.append(_sentence(answer, compared))
        tables += [_areas(answer, compared), _differences(answer, compared)]
    return AnswerView(
        title="Does one marker separate the classes better in some groups than in others?"
        if answer.group
        else "Is one marker better than another?",
        sentences=tuple(sentences),
        tables=tuple(tables),
        notes=tuple(dict.fromkeys(finding.sentence for finding in answer.findings)),
    )


def _sentence(answer: RocComparisonAnswer, compared: ComparedCurves) -> str:
    comparison = compared.comparison
    percent = show_percent(answer.level, 0)
    areas = listed(
        [
            f"{name} {show_number(area.value, 3)} ({percent} % CI {show_interval(area.interval, 3)})"
            for name, area in comparison.areas.items()
        ]
    )
    one = next(iter(comparison.areas.values()))
    if answer.group:
        who = listed(
            [
                f"{area.n_positive} {answer.positive_label} and {area.n_negative} {answer.negative_label} in "
                f"{name}"
                for name, area in comparison.areas.items()
            ]
        )
        start = (
            f"The area under the ROC curve of {compared.subject}, by {answer.group} ({who}), was: {areas}."
        )
    else:
        start = (
            f"In the same {one.n_positive + one.n_negative} cases ({one.n_positive} {answer.positive_label}, "
            f"{one.n_negative} {answer.negative_label}) the areas under the ROC curves were: {areas}."
        )
    overall = ""
    if comparison.overall is not None:
        test = comparison.overall
        overall = (
            f" All areas together: chi-squared {show_number(test.statistic, 2)} with {test.df} degrees of "
            f"freedom, {show_p_equation(test.p_value)}."
        )
    differences = "; ".join(_difference_words(pair, percent) for pair in comparison.pairs)
    adjusted = " Holm-adjusted p-values are in the table." if len(comparison.pairs) > 1 else ""
    resamples = f", {comparison.n_resamples} resamples" if comparison.n_resamples else ""
    left = _left_out(compared)
    return (
        f"{start} {'Differences' if len(comparison.pairs) > 1 else 'Difference'}: {differences} "
        f"({_TESTS[comparison.design, comparison.method]}{resamples}).{overall}{adjusted}{left}"
    )


def _difference_words(pair: AucDifference, percent: str) -> str:
    return (
        f"{pair.first} minus {pair.second} {show_number(pair.difference, 3)} ({percent} % CI "
        f"{show_interval(pair.interval, 3)}; {show_p_equation(pair.p_value)})"
    )


def _left_out(compared: ComparedCurves) -> str:
    words = ""
    if compared.n_missing:
        words += f" {compared.n_missing} incomplete cases were left out."
    if compared.n_left_out:
        words += f" {compared.n_left_out} cases belong to other groups."
    return words


def _areas(answer: RocComparisonAnswer, compared: ComparedCurves) -> TableView:
    rows = tuple(
        (
            name,
            str(area.n_positive),
            str(area.n_negative),
            show_number(area.value, 3),
            show_number(area.standard_error, 4),
            show_interval(area.interval, 3),
        )
        for name, area in compared.comparison.areas.items()
    )
    return TableView(
        "Areas" + (f" of {compared.subject} by {answer.group}" if compared.subject else " of the same cases"),
        (
            answer.group or "Marker",
            answer.positive_label,
            answer.negative_label,
            "AUC",
            "SE",
            f"{show_percent(answer.level, 0)} % CI",
        ),
        rows,
        "Standard errors and intervals by DeLong.",
    )


def _differences(answer: RocComparisonAnswer, compared: ComparedCurves) -> TableView:
    comparison = compared.comparison
    rows = tuple(
        (
            f"{pair.first} − {pair.second}",
            show_number(pair.difference, 3),
            show_number(pair.standard_error, 4),
            show_interval(pair.interval, 3),
            show_number(pair.statistic, 3),
            UNKNOWN if pair.df is None or math.isnan(pair.df) else show_number(pair.df, 1),
            show_p(pair.p_value),
            show_p(pair.p_adjusted),
            show_number(pair.correlation, 2),
        )
        for pair in comparison.pairs
    )
    reference = "t" if any(pair.df is not None for pair in comparison.pairs) else "z"
    return TableView(
        "Differences of the areas" + (f" of {compared.subject}" if compared.subject else ""),
        (
            "Difference",
            "AUC",
            "SE",
            f"{show_percent(answer.level, 0)} % CI",
            reference,
            "df",
            "p",
            "p, Holm",
            "Correlation",
        ),
        rows,
        f"The p-value equals {comparison.equals}.",
    )
