"""Regression answers as text: the numbers, their methods, the formula, what was left out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.cohort_tables import person_cohort

from adcurate.model.answers.combined_marker import CombinedMarkerQuestion
from adcurate.model.answers.logistic import LogisticQuestion
from adcurate.model.answers.ordinal import OrdinalQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.combined_marker import view_combined_marker
from adcurate.report.answers.logistic import view_logistic
from adcurate.report.answers.odds import show_ratio
from adcurate.report.answers.ordinal import view_ordinal
from adcurate.report.scale import ADC, MarkerScale
from adcurate.study.questions.combined_marker import answer_combined_marker
from adcurate.study.questions.logistic import answer_logistic
from adcurate.study.questions.ordinal import answer_ordinal
from adcurate.study.streams import Streams

CASES = person_cohort()
METHODS = Analysis(bootstrap_resamples=100)


def logistic(cases=CASES, **question):
    return answer_logistic(LogisticQuestion(**question), cases, METHODS, Streams(1))


def ordinal(**question):
    return answer_ordinal(OrdinalQuestion(**question), CASES, METHODS, Streams(1))


def test_a_logistic_model_reads_as_a_result():
    view = view_logistic(logistic(predictors=("avgADC",), per=("0.0001",), penalty="none"), ADC)
    assert view.sentences[0] == (
        "Logistic regression of high grade on avgADC (47 lesions, 9 high grade; maximum likelihood, as "
        "planned) gave, per 0.1 × 10⁻³ mm²/s more avgADC: odds ratio 0.42, 95 % CI 0.21 to 0.70, p < 0.001 "
        "(interval: profile likelihood; likelihood-ratio test)."
    )
    assert "Nagelkerke's R² = 0.464, AIC = 33.8" in view.sentences[1]
    assert view.tables[0].rows == (("avgADC", "per 0.1 × 10⁻³ mm²/s", "0.42", "0.21 to 0.70", "< 0.001"),)
    assert "6.5411 − 8.6387 × avgADC with avgADC in 10⁻³ mm²/s" in view.notes[0]


def test_the_printed_formula_gives_the_predicted_probability():
    answer = logistic(predictors=("avgADC",))
    note = view_logistic(answer, ADC).notes[0]
    start, slope = note.split(" = ")[1].split(" × avgADC")[0].split(" − ")
    by_hand = 1 / (1 + np.exp(-(float(start) - float(slope) * 0.9)))
    assert by_hand == pytest.approx(answer.fit.predict([0.0009], flic=True)[0], rel=1e-3)


def test_the_penalty_and_its_reason_are_said():
    view = view_logistic(logistic(predictors=("avgADC", "vendor"), categorical=("vendor",)), ADC)
    assert (
        "Firth's penalised likelihood, because the rarer outcome had 9 cases, fewer than 30"
        in view.sentences[0]
    )
    assert "vendor, Philips against GE" in view.sentences[0]
    assert view.tables[1].rows[1][2] == "2"
    assert "FLIC" in view.notes[1]


def test_what_others_add_and_who_was_left_out_is_said():
    cases = replace(CASES, positive=(None, *CASES.positive[1:]))
    view = view_logistic(logistic(cases, predictors=("avgADC", "age"), beyond=("avgADC",)), ADC)
    assert "1 without a reference standard was left out" in view.sentences[0]
    assert view.sentences[2].startswith("The other predictors were not shown to add to avgADC")


def test_an_ordinal_model_reads_as_a_result():
    view = view_ordinal(ordinal(markers=("avgADC",), per="0.0001"), ADC)
    assert "47 lesions (G1: 21, G2: 17, G3: 9)" in view.sentences[0]
    assert "changed by a factor of 0.70 per 0.1 × 10⁻³ mm²/s more avgADC" in view.sentences[0]
    assert "Brant p = 0.027, likelihood ratio p = 0.003" in view.sentences[0]
    assert len(view.tables) == 2
    both = view_ordinal(ordinal(adjust_for=("age",)), ADC)
    terms = [row[1] for row in both.tables[-1].rows]
    assert terms == ["avgADC", "age", "all predictors", "minADC", "age", "all predictors"]
    assert "adjusted for age" in both.sentences[0]


def test_a_combined_marker_says_its_optimism():
    answer = answer_combined_marker(CombinedMarkerQuestion(repeats=2), CASES, METHODS, Streams(1))
    view = view_combined_marker(answer, ADC)
    assert f"apparent AUC of {answer.combined.apparent.value:.3f}" in view.sentences[0]
    assert "with the fit repeated in 100 bootstrap samples" in view.sentences[0]
    assert "The best marker alone was avgADC with an AUC of 0.871" in view.sentences[1]
    assert [row[0] for row in view.tables[0].rows][:3] == [
        "Score, apparent",
        "Score, corrected for optimism",
        "Score, cross-validated",
    ]
    assert view.notes[0].startswith("Score = ")
    assert any("DeLong's test" in note for note in view.notes)


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (0.0001, "< 0.001"),
        (0.0123, "0.012"),
        (0.5, "0.50"),
        (9.99, "9.99"),
        (12.34, "12.3"),
        (456.7, "457"),
        (1e9, "> 1000"),
        (float("inf"), "> 1000"),
        (float("nan"), "–"),
    ],
)
def test_a_ratio_shows_three_digits(ratio, shown):
    assert show_ratio(ratio) == shown


def test_a_plain_scale_has_no_unit():
    view = view_logistic(logistic(predictors=("avgADC",), per=("0.0001",)), MarkerScale())
    assert view.tables[0].rows[0][1] == "per 0.0001"
    assert " with avgADC in" not in view.notes[0]
