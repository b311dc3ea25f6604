"""Several readers and cases, as text."""

from __future__ import annotations

import math
from typing import Final

from adcurate.model.answers.readers_roc import ReadersRocAnswer
from adcurate.report.answers.view import AnswerView, TableView
from adcurate.report.direction import UNCORRECTED, Decided, is_shown
from adcurate.report.numbers import show_interval, show_number, show_p, show_p_equation
from adcurate.report.scale import MarkerScale
from adcurate.statistics.readers import ModalityArea, ModalityDifference, ReadersTest

_COVARIANCES: Final = {
    "delong": "DeLong's covariances",
    "jackknife": "jackknife covariances",
    "obuchowski": "Obuchowski's covariances for subjects with several lesions",
}
_SPEAKS_OF: Final = {
    ("random", "random"): "readers and cases random: the result speaks of other readers and other cases",
    ("fixed", "random"): "readers fixed, cases random: the result speaks of these readers and other cases",
    ("random", "fixed"): "readers random, cases fixed: the result speaks of other readers and these cases",
}


def view_readers_roc(
    answer: ReadersRocAnswer, scale: MarkerScale, decided: Decided = UNCORRECTED
) -> AnswerView:
    """Show reader-averaged areas, their differences, each reader's area, and the other designs."""
    tables = [_areas(answer), _readers(answer)]
    if answer.test.differences:
        tables.insert(1, _differences(answer))
        tables.append(_designs(answer))
    several = len(answer.modalities) > 1
    return AnswerView(
        title="Which separates better in the hands of readers?"
        if several
        else "How well does it separate in the hands of readers?",
        sentences=(
            *(_area_sentence(one, answer) for one in answer.test.areas),
            *_test_sentences(answer, decided),
        ),
        tables=tuple(tables),
        notes=_notes(answer),
    )


def _area_sentence(one: ModalityArea, answer: ReadersRocAnswer) -> str:
    areas = [own.value for own in answer.reader_areas if own.modality == one.modality]
    return (
        f"{one.modality}: the area under the ROC curve averaged over {len(answer.readers)} readers and "
        f"{answer.n_cases} cases ({answer.test.n_positive} positive) was {show_number(one.value, 3)} "
        f"({_percent(answer.level)} % CI {show_interval(one.interval, 3)}); single readers reached "
        f"{show_number(min(areas), 3)} to {show_number(max(areas), 3)}."
    )


def _test_sentences(answer: ReadersRocAnswer, decided: Decided) -> tuple[str, ...]:
    test = answer.test
    sentences = []
    if len(answer.modalities) > 2:
        p_value = decided.get("AUC, all modalities", test.p_value)
        sentences.append(
            f"The reader-averaged areas of {len(answer.modalities)} modalities "
            f"{_differed(p_value, answer.level)} ({_f(test)}, {show_p_equation(test.p_value)})."
        )
    if len(answer.modalities) < 4:
        sentences += [
            f"{one.first} less {one.second}: difference of the areas {show_number(one.difference, 3)} "
            f"({_percent(answer.level)} % CI {show_interval(one.interval, 3)}; "
            f"{show_p_equation(one.p_value)})."
            for one in test.differences
        ]
    hillis = " and the degrees of freedom of Hillis" if test.readers == test.cases else ""
    sentences.append(
        f"Analysis of Obuchowski and Rockette with {_COVARIANCES[test.covariance_method]}{hillis}; "
        f"{_SPEAKS_OF[test.readers, test.cases]}."
    )
    return tuple(sentences)


def _differed(p_value: float, level: float) -> str:
    if math.isnan(p_value):
        return "could not be tested"
    return "differed" if is_shown(p_value, level) else "were not shown to differ"


def _areas(answer: ReadersRocAnswer) -> TableView:
    return TableView(
        "Area under the ROC curve, averaged over readers",
        ("modality", "area", f"{_percent(answer.level)} % CI", "standard error", "df"),
        tuple(
            (
                one.modality,
                show_number(one.value, 3),
                show_interval(one.interval, 3),
                show_number(one.standard_error, 4),
                show_number(one.df, 1),
            )
            for one in answer.test.areas
        ),
        note="Each from the readings of its own modality.",
    )


def _differences(answer: ReadersRocAnswer) -> TableView:
    return TableView(
        "Differences",
        ("modalities", "difference", f"{_percent(answer.level)} % CI", "t", "df", "p"),
        tuple(_difference(one) for one in answer.test.differences),
        note=f"All modalities equal: {_f(answer.test)}, {show_p_equation(answer.test.p_value)}.",
    )


def _difference(one: ModalityDifference) -> tuple[str, ...]:
    return (
        f"{one.first} less {one.second}",
        show_number(one.difference, 3),
        show_interval(one.interval, 3),
        show_number(one.t, 2),
        show_number(one.df, 1),
        show_p(one.p_value),
    )


def _readers(answer: ReadersRocAnswer) -> TableView:
    by_both = {(one.modality, one.reader): one for one in answer.reader_areas}
    rows = []
    for reader in answer.readers:
        cells = [reader or "the reader"]
        for modality in answer.modalities:
            one = by_both[modality, reader]
            cells += [show_number(one.value, 3), show_interval(one.interval, 3)]
        rows.append(tuple(cells))
    heads = [cell for name in answer.modalities for cell in (name, f"{_percent(answer.level)} % CI")]
    return TableView(
        "Each reader", ("reader", *heads), tuple(rows), note="Intervals over cases, for this reader alone."
    )


def _designs(answer: ReadersRocAnswer) -> TableView:
    rows = [
        (
            f"{test.readers} readers, {test.cases} cases" + (" ★" if test is answer.test else ""),
            f"{one.first} less {one.second}",
            show_interval(one.interval, 3),
            show_number(one.df, 1),
            show_p(one.p_value),
        )
        for test in (answer.test, *answer.other_designs)
        for one in test.differences
    ]
    return TableView(
        "The same difference, had readers or cases been taken otherwise",
        ("design", "modalities", f"{_percent(answer.level)} % CI", "df", "p"),
        tuple(rows),
        note="★ the design of record; the others are shown to see what generalizing costs.",
    )


def _notes(answer: ReadersRocAnswer) -> tuple[str, ...]:
    test = answer.test
    found = test.components
    notes = []
    left = [
        f"{n} {what}"
        for n, what in (
            (answer.n_incomplete, "not read by every reader with every modality"),
            (answer.n_unclassified, "without an outcome"),
        )
        if n
    ]
    if left:
        notes.append(f"Left out: {', '.join(left)}.")
    parts = [
        f"{name} {value:.2e}"
        for name, value in (
            ("Var", found.variance),
            ("Cov1", found.cov1),
            ("Cov2", found.cov2),
            ("Cov3", found.cov3),
            ("MS(T)", found.ms_modality),
            ("MS(R)", found.ms_reader),
            ("MS(TR)", found.ms_interaction),
        )
        if not math.isnan(value)
    ]
    notes.append(f"Components of the Obuchowski-Rockette model: {', '.join(parts)}.")
    return tuple(notes)


def _f(test: ReadersTest) -> str:
    return (
        f"F({show_number(test.numerator_df, 0)}, {show_number(test.denominator_df, 1)}) = "
        f"{show_number(test.f, 2)}"
    )


def _percent(level: float) -> str:
    return f"{level * 100:g}"
