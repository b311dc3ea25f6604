"""The Ki-67 answer as sentences and tables."""

from dataclasses import replace

import pytest
from tests.study.cohort_cases import cohort

from adcurate.model.answers.ki67 import Ki67Question
from adcurate.model.protocol import Analysis
from adcurate.report.answers.ki67 import view_ki67
from adcurate.report.scale import ADC
from adcurate.study.questions.ki67 import answer_ki67
from adcurate.study.streams import Streams


@pytest.fixture(scope="module")
def answer():
    return answer_ki67(Ki67Question(test="asymptotic"), cohort(), Analysis(), Streams(3))


def test_the_sentence_says_how_much_was_exact_and_how_much_is_open(answer):
    (sentence,) = view_ki67(answer, ADC).sentences
    for part in (
        "Ki-67 was an exact number in 29 of 47 lesions and a range or a bound in 18.",
        "Kendall's tau-b of adc and Ki-67 was −0.426 (normal approximation with permutation variance, "
        "two-sided, p < 0.001; 233 pairs in the same order, 649 in opposite order, 168 undecided",
        "tau-b reaches from −0.481 to −0.326",
        "In interval-censored regression of log(1 + Ki-67)",
        "p = 0.001",
    ):
        assert part in sentence


def test_midpoints_are_headed_as_what_not_to_report(answer):
    view = view_ki67(answer, ADC)
    assert "What not to report" in view.tables[3].title
    for table in view.tables:
        assert table.rows
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_slope_is_shown_in_the_shown_unit(answer):
    slope = answer.markers[0].regression.terms[1].estimate
    assert view_ki67(answer, ADC).tables[2].rows[0][2] == f"{slope / 1000:.3f}".replace("-", "−")


def test_without_a_line_or_bounds_the_rest_is_shown(answer):
    one = replace(
        answer.markers[0],
        regression=None,
        regression_refused="No line.",
        line=(),
        tau_bounds=None,
        rho_bounds=None,
        midpoint=None,
        n_missing=1,
    )
    view = view_ki67(replace(answer, markers=(one,)), ADC)
    assert "was not fitted. No line." in view.sentences[0]
    assert view.sentences[0].endswith("1 lesion was left out without adc or Ki-67.")
    assert view.tables[2].rows[0][1] == "–"
