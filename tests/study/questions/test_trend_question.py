"""The trend question over the table of cases."""

from dataclasses import replace

import numpy as np
import pytest
from tests.study.cohort_cases import cohort

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.trend import TrendQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.correlation import estimate_kendall
from adcurate.study.questions.trend import answer_trend
from adcurate.study.streams import Streams

METHODS = Analysis(bootstrap_resamples=200, seed=3)


def ask(question=None, cases=None):
    return answer_trend(question or TrendQuestion(), cases or cohort(), METHODS, Streams(3))


def test_the_marker_falls_with_grade():
    answer = ask()
    (one,) = answer.markers
    order = [("G1", "G2", "G3").index(grade) for grade in cohort().grade]
    tau = estimate_kendall(order, cohort().marker("adc"), interval="none").tau_b.value
    assert one.test.groups == ("G1", "G2", "G3")
    assert (one.test.n, one.test.method, one.n_missing, one.partial) == (47, "exact", 0, None)
    assert one.kendall.tau_b.value == tau < -0.4
    assert one.kendall.somers_d.value == pytest.approx(2 * one.test.share - 1)
    assert answer.p_values == {"adc: trend over grades": one.test.p_value}
    assert as_jsonable(answer)["markers"][0]["test"]["n"] == 47


def test_covariates_drop_their_own_rows_and_count_them():
    answer = ask(TrendQuestion(covariates=("age",)))
    (one,) = answer.markers
    assert (one.test.n, one.partial.n, one.n_without_covariates) == (47, 46, 1)
    assert set(answer.p_values) == {"adc: trend over grades", "adc: grade given age"}


def test_rows_without_marker_or_grade_are_counted():
    cases = cohort()
    values = cases.markers["adc"].copy()
    values[[0, 5]] = np.nan
    cases = replace(
        cases,
        markers={"adc": values},
        grade=tuple(None if i in (5, 9) else grade for i, grade in enumerate(cases.grade)),
    )
    (one,) = ask(cases=cases).markers
    assert (one.test.n, one.n_missing) == (44, 3)


def test_a_one_sided_test_in_the_planned_direction_is_smaller():
    two, one = ask(), ask(TrendQuestion(alternative="decreasing"))
    assert one.markers[0].test.p_value < two.markers[0].test.p_value


@pytest.mark.parametrize("interval", ["percentile-bootstrap", "bca-bootstrap"])
def test_the_order_of_the_rows_changes_nothing(interval):
    question = TrendQuestion(covariates=("age",), tau_interval=interval, partial_interval=interval)
    shuffled = np.random.default_rng(1).permutation(47)
    assert ask(question) == ask(question, cohort().take(shuffled))


def test_what_cannot_be_asked_is_refused():
    cases = cohort()
    with pytest.raises(TableError) as refused:
        ask(cases=replace(cases, grades=()))
    assert refused.value.code == "table.missing-column"
    with pytest.raises(TableError) as refused:
        ask(cases=replace(cases, grades=("G1", "G2")))
    assert refused.value.code == "table.value"
    assert "row" in refused.value.facts
    with pytest.raises(TableError) as refused:
        ask(TrendQuestion(covariates=("vendor",)))
    assert refused.value.code == "table.value"
    with pytest.raises(TableError) as refused:
        ask(TrendQuestion(markers=("T2",)))
    assert refused.value.code == "table.missing-column"
    with pytest.raises(StatisticsError) as refused:
        ask(cases=replace(cases, grade=("G1",) * 47))
    assert refused.value.code == "statistics.too-few"
