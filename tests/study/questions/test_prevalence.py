"""Predictive values over prevalence asked of a table."""

import json

import pytest
from tests.cohort_tables import cohort, table_of

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.prevalence import PrevalenceQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.study.questions.prevalence import answer_prevalence
from adcurate.study.streams import Streams


def ask(cases, **keys):
    return answer_prevalence(PrevalenceQuestion(**keys), cases, Analysis(), Streams(7))


def test_the_rule_is_the_youden_cut_off_unless_one_is_stated():
    own = ask(cohort()).markers["avgADC"]
    stated = ask(cohort(), markers=("avgADC",), cutoff=0.95e-3).markers["avgADC"]
    assert (own.cutoff, own.cutoff_is_stated, own.rule) == (0.000957, False, "<=")
    assert (own.curve.table.tp, own.curve.table.tn) == (9, 25)
    assert (stated.cutoff, stated.cutoff_is_stated) == (0.00095, True)
    assert (stated.curve.table.tp, stated.curve.table.tn) == (7, 28)


def test_the_sample_stands_last_among_the_prevalences():
    one = ask(cohort(), prevalences=(0.2,)).markers["minADC"]
    assert one.at.prevalence.tolist() == [0.2, 9 / 47]
    assert one.at.ppv.value[-1] == pytest.approx(7 / 12)
    assert one.curve.prevalence.size == 99


def test_a_high_marker_is_called_from_above():
    cases = table_of([1, 2, 3, 4], [False, False, True, True], directions={"avgADC": "high"}, resolution=None)
    one = ask(cases).markers["avgADC"]
    assert (one.rule, one.cutoff, one.curve.table.tp) == (">=", 3.0, 2)


def test_findings_name_their_marker_and_json_is_written():
    answer = ask(cohort())
    assert [finding.code for finding in answer.findings] == ["prevalence.no-variance", "prevalence.zero-cell"]
    assert {finding.where["marker"] for finding in answer.findings} == {"avgADC"}
    assert json.dumps(as_jsonable(answer)) and answer.p_values == {}


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"cutoff": 1e-3}, "statistics.option"),
        ({"prevalences": (0.0,)}, "statistics.option"),
        ({"band": "wald"}, "statistics.option"),
        ({"markers": ("ADC",)}, "table.missing-column"),
        ({"markers": ("avgADC",), "cutoff": float("nan")}, "statistics.not-finite"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(keys, code):
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(cohort(), **keys)
    assert refused.value.code == code
