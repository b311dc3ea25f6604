"""A cut-off's future asked of a table."""

import json

import numpy as np
import pytest
from tests.cohort_tables import cohort, table_of

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.validation import ValidationQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.validation import correct_optimism, leave_one_out_youden, repeat_youden
from adcurate.study.questions.validation import answer_validation
from adcurate.study.streams import Streams

METHODS = Analysis(bootstrap_resamples=300)


def ask(cases, **keys):
    return answer_validation(ValidationQuestion(**keys), cases, METHODS, Streams(7))


def test_every_part_is_the_statistic_of_the_complete_cases():
    answer = ask(cohort())
    assert list(answer.markers) == ["avgADC", "minADC"]
    one, cases = answer.markers["avgADC"], cohort()
    marker, positive = cases.marker("avgADC"), np.array(cases.positive)
    replicates = repeat_youden(
        marker,
        positive,
        direction="low",
        n_resamples=300,
        rng=Streams(7).rng("validation", "avgADC", "bootstrap"),
    )
    assert one.bootstrap.corrections == correct_optimism(replicates).corrections
    assert one.leave_one_out == leave_one_out_youden(marker, positive, direction="low")
    assert (one.bootstrap.cutoff, one.stability.cutoff) == (0.000957, 0.000957)
    assert (one.n, one.n_missing, one.cross_validation.n_folds) == (47, 0, 5)
    assert answer.p_values == {}
    assert next(finding.where["marker"] for finding in answer.findings) == "avgADC"


def test_the_order_of_the_rows_and_another_marker_move_nothing():
    cases = cohort()
    shuffled = cases.take(np.random.default_rng(1).permutation(47))
    alone = as_jsonable(ask(shuffled, markers=("minADC",)).markers["minADC"])
    assert alone == as_jsonable(ask(cases).markers["minADC"])


def test_incomplete_rows_are_counted():
    marker = [0.6, 0.7, np.nan, 0.9, 1.0, 1.1, 1.2]
    positive = [True, True, True, None, False, False, False]
    one = ask(table_of(marker, positive)).markers["avgADC"]
    assert (one.n, one.n_missing) == (5, 2)


def test_a_class_with_few_cases_gets_fewer_folds_and_a_single_case_none():
    few = ask(table_of([0.6, 0.7, 0.9, 1.0, 1.1], [True, True, False, False, False]))
    assert few.markers["avgADC"].cross_validation.n_folds == 2
    assert "validation.fewer-folds" in [finding.code for finding in few.findings]
    single = ask(table_of([0.6, 0.7, 0.9, 1.0], [True, False, False, False])).markers["avgADC"]
    assert single.cross_validation is None and single.leave_one_out is None


def test_a_chosen_direction_is_chosen_in_every_resample():
    one = ask(cohort(), direction="chosen", markers=("avgADC",)).markers["avgADC"]
    assert one.bootstrap.direction_chosen and one.bootstrap.of("auc").method == "optimism-bootstrap"


def test_the_answer_is_written_as_json():
    assert json.loads(json.dumps(as_jsonable(ask(cohort()))))["markers"]["avgADC"]["n"] == 47


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"folds": 1}, "statistics.option"),
        ({"repeats": 0}, "statistics.option"),
        ({"resamples": -1}, "statistics.option"),
        ({"ties": "median"}, "statistics.option"),
        ({"markers": ("ADC",)}, "table.missing-column"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(keys, code):
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(cohort(), **keys)
    assert refused.value.code == code
