"""Net benefit asked of a table."""

import json

import numpy as np
import pytest
from tests.cohort_tables import cohort, table_of

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.decision_curve import DecisionCurveQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.validation import net_benefit
from adcurate.study.questions.decision_curve import answer_decision_curve
from adcurate.study.streams import Streams

METHODS = Analysis(bootstrap_resamples=200)


def ask(cases, **keys):
    return answer_decision_curve(DecisionCurveQuestion(**keys), cases, METHODS, Streams(7))


def test_the_rule_has_the_net_benefit_of_its_sensitivity_and_specificity():
    one = ask(cohort(), markers=("avgADC",)).markers["avgADC"]
    curve = one.curve
    assert curve.thresholds[[0, -1]] == pytest.approx([0.02, 0.6]) and curve.thresholds.size == 59
    assert curve.strategies["rule"].value == pytest.approx(
        net_benefit(1.0, 25 / 38, 9 / 47, curve.thresholds), abs=1e-12
    )
    assert (one.corrected < curve.strategies["rule"].value).all()
    assert one.model.startswith("logistic regression on avgADC")


def test_a_stated_cut_off_needs_no_correction_and_a_stated_prevalence_moves_the_curve():
    one = ask(cohort(), markers=("avgADC",), cutoff=0.95e-3, prevalence=0.1, model="none").markers["avgADC"]
    assert one.corrected is None and list(one.curve.strategies) == ["rule"]
    assert one.curve.strategies["rule"].value == pytest.approx(
        net_benefit(7 / 9, 28 / 38, 0.1, one.curve.thresholds), abs=1e-12
    )


def test_the_order_of_the_rows_moves_nothing():
    cases = cohort()
    shuffled = cases.take(np.random.default_rng(2).permutation(47))
    assert as_jsonable(ask(shuffled)) == as_jsonable(ask(cases))
    assert json.dumps(as_jsonable(ask(cases))) and ask(cases).p_values == {}


def test_separated_classes_have_a_rule_and_no_logistic_risk():
    answer = ask(table_of([0.6, 0.7, 0.8, 1.0, 1.1, 1.2, 1.3], [True] * 3 + [False] * 4))
    assert list(answer.markers["avgADC"].curve.strategies) == ["rule"]
    assert "statistics.no-convergence" in [finding.code for finding in answer.findings]


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"threshold_low": 0.0}, "statistics.option"),
        ({"threshold_high": 1.0}, "statistics.option"),
        ({"threshold_step": 0.0}, "statistics.option"),
        ({"prevalence": 1.5}, "statistics.option"),
        ({"cutoff": 1e-3}, "statistics.option"),
        ({"markers": ("ADC",)}, "table.missing-column"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(keys, code):
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(cohort(), **keys)
    assert refused.value.code == code
