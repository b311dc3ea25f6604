"""Agreement in categories, as text: percentage, kappa and its interval for each pair, and for all readers."""

from __future__ import annotations

from adcurate.model.answers.kappa import KappaAnswer, KappaPair
from adcurate.report.answers.differences import counted
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.numbers import (
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
    show_percent_interval,
)
from adcurate.report.scale import MarkerScale

_RULE = {"<=": "≤", ">=": "≥"}
_WEIGHTS = {"none": "", "linear": ", linear weights", "quadratic": ", quadratic weights"}
_MOST_PAIRS = 3


def view_kappa(answer: KappaAnswer, scale: MarkerScale) -> AnswerView:
    """The paragraph of each pair, or of the least of many; then of all readers together."""
    notes = [f"{counted(answer.n_missing, 'row')} without a call left out."] if answer.n_missing else []
    notes += [f"No kappa of {pair}: {reason}" for pair, reason in answer.refused]
    notes += [finding.sentence for finding in answer.findings]
    notes.append("Kappa falls when a category is rare, at the same percentage of agreement.")
    return AnswerView(
        title="Do readers call the same?"
        if answer.compared == "reader"
        else "Does a reader call the same again?",
        sentences=tuple(_sentences(answer, scale.of(answer.column))),
        tables=(_pair_table(answer), *_count_tables(answer), *_category_table(answer)),
        notes=tuple(notes),
    )


def called(answer: KappaAnswer, scale: MarkerScale) -> str:
    """What was called, in a sentence."""
    if answer.rule == "" or answer.cutoff is None:
        return answer.column
    return f"{answer.column} {_RULE[answer.rule]} {scale.rule(answer.cutoff)}{scale.suffix}"


def _sentences(answer: KappaAnswer, scale: MarkerScale) -> list[str]:
    pairs = answer.pairs
    start = ""
    if len(pairs) > _MOST_PAIRS:
        pairs = (min(pairs, key=lambda pair: pair.kappa.value),)
        start = f"Of {len(answer.pairs)} pairs, kappa was lowest for {_name(pairs[0])}. "
    said = [start + _of_pair(pair, answer, scale) for pair in pairs]
    percent = show_percent(answer.level, 0)
    if answer.mean_of_pairs is not None and answer.compared == "reader":
        said.append(f"The mean kappa of the pairs was {show_number(answer.mean_of_pairs, 3)}.")
    if answer.several is not None:
        found = answer.several
        said.append(
            f"Fleiss' kappa of all {found.n_readers} readers over the "
            f"{counted(found.n_lesions, 'lesion')} that all "
            f"called was {show_number(found.value, 3)} ({percent} % CI "
            f"{show_interval(found.interval, 3)}, linearized; "
            f"test of zero, {show_p_equation(found.p_value)}); {found.n_unanimous} were called the same "
            "by all."
        )
    elif answer.why_not_several:
        said.append(f"There is no Fleiss' kappa: {answer.why_not_several}")
    return said


def _of_pair(pair: KappaPair, answer: KappaAnswer, scale: MarkerScale) -> str:
    found = pair.kappa
    return (
        f"{_name(pair)} called {called(answer, scale)} alike in {found.exact.numerator} of "
        f"{counted(found.n, 'lesion')} ({show_percent(found.exact.value)} %; "
        f"{show_percent(answer.level, 0)} % CI "
        f"{show_percent_interval(found.exact.interval)} %); kappa was {show_number(found.value, 3)} "
        f"({show_interval(found.interval, 3)}; Cohen{_WEIGHTS[found.weights]}, large-sample interval; "
        "test of zero, "
        f"{show_p_equation(found.p_value)})."
    )


def _name(pair: KappaPair) -> str:
    if pair.reader or not pair.first:
        return f"Reader {pair.reader}, sessions {pair.first} and {pair.second},"
    return f"{pair.first} and {pair.second}"


def _pair_table(answer: KappaAnswer) -> TableView:
    return TableView(
        title=f"{answer.column}: kappa of each pair" + _WEIGHTS[answer.weights],
        columns=("pair", "n", "alike, %", "CI", "expected, %", "kappa", "CI", "SE", "SE if zero", "p"),
        rows=tuple(
            (
                _name(pair).rstrip(","),
                str(pair.kappa.n),
                show_percent(pair.kappa.exact.value),
                show_percent_interval(pair.kappa.exact.interval),
                show_percent(pair.kappa.expected),
                show_number(pair.kappa.value, 3),
                show_interval(pair.kappa.interval, 3),
                show_number(pair.kappa.standard_error, 3),
                show_number(pair.kappa.null_standard_error, 3),
                show_p(pair.kappa.p_value),
            )
            for pair in answer.pairs
        ),
        note="Interval from the standard error, test from the one that holds if kappa is zero (Fleiss, "
        "Cohen and "
        "Everitt 1969). Expected: agreement by chance" + (", weighted." if answer.weights != "none" else "."),
    )


def _count_tables(answer: KappaAnswer) -> list[TableView]:
    if len(answer.pairs) > _MOST_PAIRS:
        return []
    return [
        TableView(
            title=f"{answer.column}: {_name(pair).rstrip(',')}",
            columns=(f"{pair.first} (rows), {pair.second} (columns)", *pair.kappa.categories),
            rows=tuple(
                (category, *(str(count) for count in row))
                for category, row in zip(pair.kappa.categories, pair.kappa.table, strict=True)
            ),
        )
        for pair in answer.pairs
    ]


def _category_table(answer: KappaAnswer) -> list[TableView]:
    if answer.several is None or len(answer.categories) < 3:
        return []
    return [
        TableView(
            title=f"{answer.column}: Fleiss' kappa of each category",
            columns=("category", "share of calls, %", "kappa", "CI", "p"),
            rows=tuple(
                (
                    item.category,
                    show_percent(item.share),
                    show_number(item.value, 3),
                    show_interval(item.interval, 3),
                    show_p(item.p_value),
                )
                for item in answer.several.by_category
            ),
            note="Each category against all others. Intervals linearized (Gwet 2008); tests of Fleiss, "
            "Nee and Landis "
            "1979.",
        )
    ]
