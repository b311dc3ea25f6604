"""The ordinal question: a model for each marker, its curve, and who is left out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.cohort_tables import person_cohort

from adcurate.errors import AdcurateError
from adcurate.model.answers.ordinal import OrdinalQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.phantom import load_reconstructed_cohort
from adcurate.study.questions.ordinal import answer_ordinal
from adcurate.study.streams import Streams

ROWS = load_reconstructed_cohort()


def ask(cases=None, **question):
    return answer_ordinal(OrdinalQuestion(**question), cases or person_cohort(), Analysis(), Streams(1))


def test_each_marker_has_its_model():
    answer = ask(per="0.0001")
    assert [one.marker for one in answer.markers] == ["avgADC", "minADC"]
    first = answer.markers[0]
    assert first.fit.sizes == (21, 17, 9)
    assert first.fit.coefficients[0].unit == 0.0001
    assert first.fit.coefficients[0].odds_ratio < 1
    assert answer.p_values == {one.marker: one.fit.coefficients[0].p_value for one in answer.markers}
    assert len(first.tests.brant) == len(first.tests.likelihood_ratio) == 1


def test_the_curve_runs_over_the_marker_and_holds_every_case():
    curve = ask(markers=("avgADC",)).markers[0].probabilities
    adc = [row.mean_adc for row in ROWS]
    assert (curve.at[0], curve.at[-1]) == pytest.approx((min(adc), max(adc)))
    assert sum(map(len, curve.values.values())) == 47
    np.testing.assert_allclose(np.sum(curve.probability, axis=1), 1.0)
    assert np.all(np.array(curve.low) <= np.array(curve.high))


def test_adjusting_columns_enter_the_model():
    answer = ask(markers=("avgADC",), adjust_for=("age", "sex"), categorical=("sex",))
    one = answer.markers[0]
    assert one.fit.names == ("avgADC", "age", "sex = M")
    assert one.predictors[1].is_per_sd
    assert one.tests.brant_omnibus.df == 3


def test_rows_without_grade_or_marker_are_counted():
    adc = np.array([row.mean_adc for row in ROWS])
    adc[0] = np.nan
    grades = (ROWS[0].who_grade, None, *(row.who_grade for row in ROWS[2:]))
    cases = person_cohort(markers={"avgADC": adc}, directions={"avgADC": "low"}, grade=grades)
    one = ask(cases).markers[0]
    assert (one.fit.n, one.n_missing) == (45, 2)


def test_the_order_of_rows_changes_no_bit():
    order = np.random.default_rng(0).permutation(47)
    one, other = (json.dumps(as_jsonable(ask(cases))) for cases in (person_cohort(), person_cohort(order)))
    assert one == other


@pytest.mark.parametrize(
    ("question", "changes", "code"),
    [
        ({"markers": ("other",)}, {}, "table.missing-column"),
        ({"per": "often"}, {}, "statistics.option"),
        ({"markers": ("avgADC",), "adjust_for": ("avgADC",)}, {}, "statistics.option"),
        ({}, {"grades": ("G1", "G2", "G3", "G4")}, "statistics.too-few"),
        ({}, {"grades": ("G1", "G2")}, "statistics.option"),
    ],
)
def test_an_impossible_question_is_refused(question, changes, code):
    with pytest.raises(AdcurateError) as refused:
        ask(person_cohort(**changes), **question)
    assert refused.value.code == code
