"""Figures of stability, prevalence, net benefit and calibration."""

import matplotlib as mpl
import numpy as np
import pytest
from tests.cohort_tables import cohort, table_of

from adcurate.errors import ReportError
from adcurate.model.answers.calibration import CalibrationQuestion
from adcurate.model.answers.decision_curve import DecisionCurveQuestion
from adcurate.model.answers.prevalence import PrevalenceQuestion
from adcurate.model.answers.validation import ValidationQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.figures.calibration import describe_calibration, render_calibration, tabulate_calibration
from adcurate.report.figures.cutoff_stability import (
    describe_cutoff_stability,
    render_cutoff_stability,
    tabulate_cutoff_stability,
)
from adcurate.report.figures.decision_curve import (
    describe_decision_curve,
    render_decision_curve,
    tabulate_decision_curve,
)
from adcurate.report.figures.prevalence_curve import (
    describe_prevalence_curve,
    render_prevalence_curve,
    tabulate_prevalence_curve,
)
from adcurate.report.figures.save import encode_figure
from adcurate.report.figures.style import MM_PER_INCH
from adcurate.report.scale import ADC, MarkerScale
from adcurate.study.questions.calibration import answer_calibration
from adcurate.study.questions.decision_curve import answer_decision_curve
from adcurate.study.questions.prevalence import answer_prevalence
from adcurate.study.questions.validation import answer_validation
from adcurate.study.streams import Streams

FIGURES = {
    "cutoff-stability": (
        answer_validation,
        ValidationQuestion(),
        render_cutoff_stability,
        tabulate_cutoff_stability,
        describe_cutoff_stability,
    ),
    "prevalence-curve": (
        answer_prevalence,
        PrevalenceQuestion(),
        render_prevalence_curve,
        tabulate_prevalence_curve,
        describe_prevalence_curve,
    ),
    "decision-curve": (
        answer_decision_curve,
        DecisionCurveQuestion(),
        render_decision_curve,
        tabulate_decision_curve,
        describe_decision_curve,
    ),
    "calibration": (
        answer_calibration,
        CalibrationQuestion(resamples=30, penalty="firth"),
        render_calibration,
        tabulate_calibration,
        describe_calibration,
    ),
}


def made(n, n_positive):
    generator = np.random.default_rng(n)
    positive = np.arange(n) < n_positive
    marker = np.where(positive, generator.normal(0.75, 0.2, n), generator.normal(1.0, 0.2, n)).round(3) * 1e-3
    return table_of(marker, positive.tolist())


def answered(name, cases):
    answer, question, *_ = FIGURES[name]
    return answer(question, cases, Analysis(bootstrap_resamples=200), Streams(7))


def words(figure):
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text))


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("cases", [cohort(), made(12, 4), made(300, 60)], ids=["47", "12", "300"])
def test_a_figure_is_one_column_wide_has_its_numbers_and_is_told_in_words(name, cases):
    *_, render, tabulate, describe = FIGURES[name]
    answer = answered(name, cases)
    figure = render(answer, "avgADC", ADC)
    assert round(float(figure.get_size_inches()[0]) * MM_PER_INCH, 1) == 84.0
    rows = tabulate(answer, "avgADC", ADC)
    assert rows.rows and all(len(row) == len(rows.columns) for row in rows.rows)
    told = describe(answer, "avgADC", ADC)
    assert "avgADC" in told and told.endswith(".") and "nan" not in told.lower()
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    width, height = figure.canvas.get_width_height()
    ticks = {
        id(label) for axes in figure.axes for label in (*axes.get_xticklabels(), *axes.get_yticklabels())
    }
    for text in figure.findobj(mpl.text.Text):
        if text.get_text() and text.get_visible() and id(text) not in ticks:
            box = text.get_window_extent(renderer)
            assert box.x0 > -2 and box.x1 < width + 2 and box.y0 > -2 and box.y1 < height + 2, text.get_text()


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_answer_gives_the_same_bytes(name):
    render = FIGURES[name][2]
    answer = answered(name, cohort())
    first, second = (encode_figure(render(answer, "avgADC", ADC), ("svg",)) for _ in range(2))
    assert first == second


def test_the_stability_figure_shows_every_share_and_every_case():
    answer = answered("cutoff-stability", cohort())
    figure = render_cutoff_stability(answer, "avgADC", ADC)
    assert "≤ 0.957 reported" in words(figure) and "high grade" in words(figure)
    table = tabulate_cutoff_stability(answer, "avgADC", ADC)
    by_name = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
    assert sum(row["n_positive"] + row["n_negative"] for row in by_name) == 47
    assert sum(row["share_chosen"] for row in by_name) == pytest.approx(1.0)
    assert [row["value"] for row in by_name if row["reported"]] == [0.000957]


def test_the_prevalence_figure_names_its_bands():
    said = words(render_prevalence_curve(answered("prevalence-curve", cohort()), "avgADC", ADC))
    assert "Bands, 95 %: PPV logit, NPV confidence box" in said and "19.1 %" in said


def test_a_rule_that_never_calls_positive_has_no_ppv_to_draw():
    cases = table_of([1.0, 2, 3, 4], [True, True, False, False], resolution=None)
    question = PrevalenceQuestion(markers=("avgADC",), cutoff=0.5)
    answer = answer_prevalence(question, cases, Analysis(), Streams(1))
    assert "PPV" not in words(render_prevalence_curve(answer, "avgADC", MarkerScale())).split(" | ")
    assert "nan" not in describe_prevalence_curve(answer, "avgADC", MarkerScale()).lower()


def test_the_decision_curve_says_which_line_is_which():
    said = words(render_decision_curve(answered("decision-curve", cohort()), "avgADC", ADC))
    for label in (
        "rule, apparent",
        "rule, corrected for optimism",
        "risk, apparent",
        "treat all",
        "treat none",
    ):
        assert label in said


def test_a_set_of_risks_that_is_not_there_is_refused():
    with pytest.raises(ReportError) as refused:
        render_calibration(answered("calibration", cohort()), "ADC", ADC)
    assert refused.value.code == "report.figure"
