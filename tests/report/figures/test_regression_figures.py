"""Figures of regression answers: their size, their data, their text."""

from __future__ import annotations

import pytest
from tests.cohort_tables import person_cohort

from adcurate.model.answers.logistic import LogisticQuestion
from adcurate.model.answers.ordinal import OrdinalQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.figures.odds_forest import (
    describe_odds_forest,
    render_odds_forest,
    tabulate_odds_forest,
)
from adcurate.report.figures.ordinal_probabilities import (
    describe_ordinal_probabilities,
    render_ordinal_probabilities,
    tabulate_ordinal_probabilities,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.scale import ADC
from adcurate.study.questions.logistic import answer_logistic
from adcurate.study.questions.ordinal import answer_ordinal
from adcurate.study.streams import Streams

CASES = person_cohort()


@pytest.fixture(scope="module")
def model():
    question = LogisticQuestion(predictors=("avgADC", "age", "vendor"), categorical=("vendor",))
    answer = answer_logistic(question, CASES, Analysis(), Streams(1))
    return answer.fit.coefficients, answer.predictors


@pytest.fixture(scope="module")
def markers():
    return answer_ordinal(OrdinalQuestion(), CASES, Analysis(), Streams(1)).markers


def width_mm(figure):
    return round(figure.get_size_inches()[0] * 25.4, 3)


def test_the_forest_has_a_row_for_each_odds_ratio(model):
    figure = render_odds_forest(*model, ADC, "high grade")
    (axes,) = figure.axes
    assert width_mm(figure) == 174
    assert axes.get_xscale() == "log"
    assert axes.get_xlabel() == "Odds ratio of high grade"
    low, high = axes.get_xlim()
    assert low < min(one.odds_ratio for one in model[0][1:])
    assert high > max(one.odds_ratio for one in model[0][1:])
    written = [text.get_text() for text in figure.texts]
    assert "Philips against GE" in written
    assert "per SD (0.313 × 10⁻³ mm²/s)" in written


def test_intervals_beyond_the_axis_end_in_an_arrow(model):
    figure = render_odds_forest(*model, ADC)
    arrows = [line for line in figure.axes[0].lines if line.get_marker() in "<>"]
    assert [line.get_marker() for line in arrows] == ["<", "<"]


def test_the_forest_s_data_and_text_hold_every_ratio(model):
    data = tabulate_odds_forest(*model, ADC)
    assert [row[3] for row in data.rows] == [one.odds_ratio for one in model[0][1:]]
    text = describe_odds_forest(*model, ADC, "high grade")
    assert text.startswith("Odds ratios of high grade on a logarithmic axis")
    assert "vendor (SIEMENS against GE)" in text


def test_probabilities_have_a_panel_a_marker_and_a_tick_a_case(markers):
    figure = render_ordinal_probabilities(markers, ADC)
    assert width_mm(figure) == 174
    assert len(figure.axes) == 4
    strip = figure.axes[0]
    assert sum(len(rug.get_segments()) for rug in strip.collections) == 47
    assert strip.get_xlabel() == "avgADC (10⁻³ mm²/s)"
    assert width_mm(render_ordinal_probabilities(markers[:1], ADC)) == 84


def test_the_data_of_probabilities_are_lines_and_cases(markers):
    data = tabulate_ordinal_probabilities(markers, ADC)
    cases = [row for row in data.rows if row[1] == "case"]
    lines = [row for row in data.rows if row[1] == "line"]
    assert len(cases) == 94
    assert len(lines) == 2 * 3 * len(markers[0].probabilities.at)
    assert all(row[5] <= row[4] <= row[6] for row in lines)
    assert "G1 95 %, G2 5 %, G3 1 %" in describe_ordinal_probabilities(markers, ADC)


def test_the_same_figure_is_the_same_bytes(model, markers):
    for make in (
        lambda: render_odds_forest(*model, ADC),
        lambda: render_ordinal_probabilities(markers, ADC),
    ):
        first, second = (encode_figure(make(), ("svg",))["svg"] for _ in range(2))
        assert first == second
