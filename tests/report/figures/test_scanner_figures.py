"""The scanner figure and the harmonization figure, over many shapes of table."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.cohort_tables import scanner_cohort

from adcurate.errors import ReportError
from adcurate.model.answers.scanners import ScannersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.figures.combat import describe_combat, render_combat, tabulate_combat
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.scanner_effect import (
    describe_scanner_effect,
    render_scanner_effect,
    tabulate_scanner_effect,
)
from adcurate.report.figures.style import DOUBLE_COLUMN_MM
from adcurate.report.scale import ADC
from adcurate.study.questions.scanners import answer_scanners
from adcurate.study.streams import Streams


def answer(question: ScannersQuestion, cases: CaseTable):
    return answer_scanners(question, cases, Analysis(), Streams(1))


def texts(figure) -> list[str]:
    axes = figure.get_axes()
    return [text.get_text() for one in axes for text in one.texts]


def width_mm(figure) -> float:
    return float(figure.get_size_inches()[0]) * 25.4


def test_the_figure_has_a_row_for_each_setting_and_two_that_sum_up():
    figure = render_scanner_effect(answer(ScannersQuestion(), scanner_cohort()), "avgADC", ADC)
    shown = texts(figure)
    assert width_mm(figure) == pytest.approx(DOUBLE_COLUMN_MM)
    assert "SIEMENS · 1.5 T · 50-600-1000" in shown
    assert shown.count("no high grade case") == 3
    assert {"All cases", "Within settings", "0.893", "−0.419"} <= set(shown)


def test_the_table_behind_it_holds_every_dot_and_every_interval():
    table = tabulate_scanner_effect(answer(ScannersQuestion(), scanner_cohort()), "avgADC", ADC)
    parts = [row[0] for row in table.rows]
    assert parts.count("value") == 47
    assert parts.count("difference") == 4 + 2
    assert parts.count("auc") == 8 + 2
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_alternative_text_holds_the_numbers():
    words = describe_scanner_effect(answer(ScannersQuestion(), scanner_cohort()), "avgADC", ADC)
    assert "0.893 (0.684 to 0.970) within settings" in words
    assert "0.859 to 0.886 without any one setting" in words


@pytest.mark.parametrize("by", [("vendor",), ("vendor", "field_strength_t"), ("b_values",)])
def test_the_same_answer_gives_the_same_bytes(by):
    found = answer(ScannersQuestion(by=by), scanner_cohort())
    first, second = (encode_figure(render_scanner_effect(found, "minADC", ADC), ("svg",)) for _ in range(2))
    assert first == second


def test_names_of_any_length_are_shown_in_two_lines():
    long = "University Hospital of the North · Magnetom Avanto fit · 1.5 T · 50-400-800-1000"
    cases = replace(scanner_cohort(), columns={"scanner": tuple(long if i % 2 else "GE" for i in range(47))})
    figure = render_scanner_effect(answer(ScannersQuestion(by=("scanner",)), cases), "avgADC", ADC)
    assert any(text.endswith("…") for text in texts(figure))
    assert max(len(text) for text in texts(figure)) < 40


@pytest.mark.parametrize("case", ["one scanner", "confounded", "few"])
def test_what_cannot_be_estimated_is_drawn_as_words(case):
    cases = scanner_cohort()
    if case == "one scanner":
        cases = replace(cases, columns={"vendor": ("A",) * 47})
    elif case == "confounded":
        cases = replace(cases, columns={"vendor": tuple("A" if flag else "B" for flag in cases.positive)})
    else:
        cases = cases.take(range(0, 47, 4))
    found = answer(ScannersQuestion(by=("vendor",)), cases)
    figure = render_scanner_effect(found, "avgADC", ADC)
    assert encode_figure(figure, ("png",))["png"]
    assert "nan" not in " ".join(texts(figure))
    assert "nan" not in describe_scanner_effect(found, "avgADC", ADC)
    tabulate_scanner_effect(found, "avgADC", ADC)


def test_harmonized_values_are_drawn_beside_the_measured_ones():
    found = answer(ScannersQuestion(combat=True), scanner_cohort())
    assert encode_figure(render_combat(found, "avgADC", ADC), ("png",))["png"]
    table = tabulate_combat(found, "avgADC", ADC)
    assert len(table.rows) == 47
    assert "after, the AUC 0.871 and 0.845" in describe_combat(found, "avgADC", ADC)


def test_there_is_no_figure_of_a_marker_that_was_not_harmonized():
    found = answer(ScannersQuestion(), scanner_cohort())
    with pytest.raises(ReportError) as refused:
        render_combat(found, "avgADC", ADC)
    assert refused.value.code == "report.figure"
