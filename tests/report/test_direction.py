"""A sentence states a direction where its test shows one, and nowhere else."""

from dataclasses import replace

import pytest
from tests.study.cohort_cases import cohort

from adcurate.model.answers.trend import TrendQuestion
from adcurate.model.plan import PlannedAnswer, PlannedQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.catalogue import view_answer
from adcurate.report.direction import describe_direction_rule, is_shown
from adcurate.report.numbers import show_share
from adcurate.report.results_view import main_numbers
from adcurate.report.scale import ADC
from adcurate.report.summary import summary_section
from adcurate.statistics.proportion import Proportion, clopper_pearson_interval
from adcurate.study.questions.trend import answer_trend
from adcurate.study.streams import Streams


def with_p_values(results, *p_values, multiplicity="holm"):
    """The results with other p-values of the Mann-Whitney tests, marker by marker."""
    source = results.protocol.adc.map_of_record
    analyses = tuple(
        replace(
            one,
            mann_whitney={name: replace(test, p_value=p) for name, test in one.mann_whitney.items()},
        )
        for one, p in zip(results.of_record, p_values, strict=True)
    )
    plan = replace(results.protocol.plan, multiplicity=multiplicity)
    protocol = replace(results.protocol, plan=plan)
    return replace(results, protocol=protocol, analyses={**results.analyses, source: analyses})


def said(results) -> str:
    return summary_section(results).blocks[0].text.striptags()


def test_a_test_that_shows_nothing_states_no_direction(results):
    text = said(with_p_values(results, 0.796, 0.412))
    assert text.endswith(
        "no difference between high grade and low grade lesions was shown in the median avgADC (0.767 "
        "against 1.021 × 10⁻³ mm²/s; p = 0.796) and the median minADC (0.324 against 0.739 × 10⁻³ mm²/s; "
        "p = 0.412)."
    )
    assert "lower" not in text


def test_each_marker_is_told_by_its_own_test(results):
    text = said(with_p_values(results, 0.001, 0.412))
    assert "high grade lesions had a lower median avgADC" in text
    assert "no difference between high grade and low grade lesions was shown in the median minADC" in text


def test_the_plans_correction_decides_and_is_printed_where_it_does(results):
    assert "p = 0.030, corrected 0.060" in said(with_p_values(results, 0.03, 0.412))
    assert "a lower median avgADC" in said(with_p_values(results, 0.03, 0.412, multiplicity="none"))
    shown = {(one.marker, one.name): one.shown for one in main_numbers(with_p_values(results, 0.03, 0.412))}
    assert shown["avgADC", "p, Mann-Whitney"] == "p = 0.030, corrected 0.060"
    assert "95 % CI" in shown["avgADC", "Cut-off"] and "95 % CI" in shown["avgADC", "AUC"]


def test_the_methods_say_the_rule(results):
    rule = describe_direction_rule(results.protocol)
    assert "corrected by Holm for testing 2 markers, lies below 0.05" in rule


@pytest.mark.parametrize(("adjusted", "words"), [(0.001, "adc fell with grade"), (0.2, "no change of adc")])
def test_the_corrected_p_of_a_confirmatory_trend_decides(adjusted, words):
    answer = answer_trend(TrendQuestion(), cohort(), Analysis(), Streams(3))
    question = PlannedQuestion("trend", TrendQuestion(), "confirmatory")
    planned = PlannedAnswer(question, answer, None, "planned", (("adc: trend over grades", adjusted),))
    assert words in view_answer(planned, ADC).sentences[0]


def test_the_bound_itself_shows_nothing():
    assert not is_shown(0.05, 0.95)
    assert is_shown(0.0499, 0.95)
    assert not is_shown(float("nan"), 0.95)


def test_a_share_of_few_has_its_counts_and_interval():
    three = Proportion(1.0, 3, 3, clopper_pearson_interval(3, 3))
    assert show_share(three) == "100 % (3 of 3; 95 % CI 29 to 100 %)"
    many = Proportion(0.5, 50, 100, clopper_pearson_interval(50, 100))
    assert show_share(many) == "50.0 % (50 of 100; 95 % CI 39.8 to 60.2 %)"
