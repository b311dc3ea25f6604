"""Grades told apart, as sentences and tables."""

from __future__ import annotations

from typing import Final

from adcurate.model.answers.grades import GradesAnswer, GradeSeparation
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import show_interval, show_number, show_p, show_p_equation, show_percent
from adcurate.report.scale import MarkerScale
from adcurate.report.words import listed

_TESTS: Final = {"delong": "DeLong", "mann-whitney": "Mann-Whitney"}
_INTERVALS: Final = {
    "wald": "Wald",
    "fisher-z": "by Fisher's z of Somers' D",
    "percentile-bootstrap": "bootstrap percentiles",
}


def view_grades(answer: GradesAnswer, scale: MarkerScale) -> AnswerView:
    """Say which grades each marker tells apart; `scale` is not needed: areas have no unit."""
    sentences: list[str] = []
    for separation in answer.markers.values():
        sentences += [_pairs_sentence(answer, separation), _order_sentence(answer, separation)]
    return AnswerView(
        title="Which grades does the marker tell apart, and does it put them in order?",
        sentences=tuple(sentences),
        tables=tuple(_pairs_table(answer, separation) for separation in answer.markers.values()),
        notes=tuple(dict.fromkeys(finding.sentence for finding in answer.findings)),
    )


def _pairs_sentence(answer: GradesAnswer, separation: GradeSeparation) -> str:
    percent = show_percent(answer.level, 0)
    sizes = listed([f"{grade}: {n}" for grade, n in separation.sizes.items()])
    pairs = "; ".join(
        f"{pair.lower} against {pair.higher} {show_number(pair.area.value, 3)} ({percent} % CI "
        f"{show_interval(pair.area.interval, 3)}, {show_p_equation(pair.p_adjusted)})"
        for pair in separation.pairs
    )
    tests = listed(list(dict.fromkeys(_TESTS[pair.test] for pair in separation.pairs)))
    left = f" {separation.n_missing} incomplete cases were left out." if separation.n_missing else ""
    other = f" {separation.n_left_out} cases have other grades." if separation.n_left_out else ""
    return (
        f"Areas under the ROC curve of {separation.marker} for pairs of grades ({sizes}; p-values by "
        f"{tests}, Holm-adjusted): {pairs}.{left}{other}"
    )


def _order_sentence(answer: GradesAnswer, separation: GradeSeparation) -> str:
    percent = show_percent(answer.level, 0)
    c, volume = separation.c_index, separation.volume
    interval = ""
    if c.interval is not None:
        interval = (
            f" ({percent} % CI {show_interval(c.interval, 3)}, {_INTERVALS[c.interval.method]}; "
            f"{show_p_equation(c.p_value)})"
        )
    words = (
        f"Of all {c.n_pairs} pairs of cases of different grades, {separation.marker} put a share of "
        f"{show_number(c.value, 3)} in the right order{interval}: the ordinal C-index, 0.5 for chance."
    )
    if volume is not None:
        words += (
            f" One case drawn from each of the {len(volume.sizes)} grades came in the right order with "
            f"probability {show_number(volume.value, 3)} ({percent} % CI {show_interval(volume.interval, 3)}"
            f", bootstrap percentiles of {volume.n_resamples} resamples within grades): the volume under the "
            f"ROC surface, {show_number(volume.of_chance, 3)} for chance."
        )
    return words


def _pairs_table(answer: GradesAnswer, separation: GradeSeparation) -> TableView:
    rows = tuple(
        (
            f"{pair.lower} – {pair.higher}",
            str(pair.area.n_negative),
            str(pair.area.n_positive),
            show_number(pair.area.value, 3),
            show_interval(pair.area.interval, 3),
            show_p(pair.p_value),
            show_p(pair.p_adjusted),
            _TESTS[pair.test],
        )
        for pair in separation.pairs
    )
    return TableView(
        f"{separation.marker}: pairs of grades",
        (
            "Pair",
            "n lower",
            "n higher",
            "AUC",
            f"{show_percent(answer.level, 0)} % CI",
            "p",
            "p, Holm",
            "Test",
        ),
        rows,
        "Each pair is an analysis of its own cases; the higher grade is the positive one.",
    )
