"""The combined-marker question: directions, seeds, and who is left out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.cohort_tables import person_cohort

from adcurate.errors import AdcurateError
from adcurate.model.answers.combined_marker import CombinedMarkerQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.phantom import load_reconstructed_cohort
from adcurate.study.questions.combined_marker import answer_combined_marker
from adcurate.study.streams import Streams

ROWS = load_reconstructed_cohort()


METHODS = Analysis(bootstrap_resamples=60)


def ask(cases=None, **question):
    question = {"repeats": 3, **question}
    return answer_combined_marker(
        CombinedMarkerQuestion(**question), cases or person_cohort(), METHODS, Streams(1)
    )


def test_the_markers_of_the_table_are_combined():
    answer = ask()
    assert answer.combined.fit.names == ("avgADC", "minADC")
    assert [single.direction for single in answer.combined.singles] == ["low", "low"]
    assert answer.p_values == {"beyond avgADC": answer.combined.nested.p_value}
    assert answer.combined.n_resamples == 60


def test_another_column_says_which_end_is_positive():
    columns = ("avgADC", "age")
    assert ask(predictors=columns).combined.singles[1].direction == "high"
    assert ask(predictors=columns, low=("age",)).combined.singles[1].direction == "low"


def test_rows_left_out_are_counted():
    positive = (None, *(row.who_grade == "G3" for row in ROWS[1:]))
    age = (None, None, *(float(row.age) for row in ROWS[2:]))
    answer = ask(person_cohort(positive=positive, columns={"age": age}), predictors=("avgADC", "age"))
    assert (answer.combined.n, answer.n_unknown, answer.n_missing) == (45, 1, 1)


def test_the_order_of_rows_changes_no_bit():
    order = np.random.default_rng(0).permutation(47)
    one, other = (json.dumps(as_jsonable(ask(cases))) for cases in (person_cohort(), person_cohort(order)))
    assert one == other


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"predictors": ("avgADC",)}, "statistics.too-few"),
        ({"predictors": ("avgADC", "size")}, "table.missing-column"),
        ({"predictors": ("avgADC", "sex")}, "table.value"),
        ({"low": ("age",)}, "statistics.option"),
        ({"low": ("avgADC",)}, "statistics.option"),
        ({"folds": 1}, "statistics.option"),
    ],
)
def test_an_impossible_question_is_refused(question, code):
    with pytest.raises(AdcurateError) as refused:
        ask(**question)
    assert refused.value.code == code
