"""The logistic question: units, categories, who is left out, which penalty."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.cohort_tables import person_cohort

from adcurate.errors import AdcurateError
from adcurate.model.answers.logistic import LogisticQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.models import fit_logistic
from adcurate.study.questions.logistic import answer_logistic
from adcurate.study.streams import Streams

ROWS = load_reconstructed_cohort()


def ask(cases=None, **question):
    return answer_logistic(LogisticQuestion(**question), cases or person_cohort(), Analysis(), Streams(1))


def test_one_marker_is_fitted_as_the_statistic_fits_it():
    answer = ask(predictors=("avgADC",), per=("0.0001",))
    adc = np.array([row.mean_adc for row in ROWS])
    high = [row.who_grade == "G3" for row in ROWS]
    alone = fit_logistic(adc, high, names=("avgADC",), units=(0.0001,))
    assert answer.fit.coefficients[1].odds_ratio == pytest.approx(alone.coefficients[1].odds_ratio, rel=1e-9)
    assert answer.terms[0].p_value == pytest.approx(alone.coefficients[1].p_value, rel=1e-8)
    assert answer.p_values == {"avgADC": answer.terms[0].p_value}
    assert (answer.n_unknown, answer.n_missing) == (0, 0)


def test_all_markers_enter_together_per_sd_when_none_is_named():
    answer = ask()
    assert answer.fit.names == ("avgADC", "minADC")
    assert answer.predictors[0].is_per_sd
    sd = np.std([row.mean_adc for row in ROWS], ddof=1)
    assert answer.predictors[0].unit == answer.fit.coefficients[1].unit == pytest.approx(sd)


def test_nine_events_bring_the_penalty_and_many_do_not():
    assert ask(predictors=("avgADC",)).fit.penalty == "firth"
    many = person_cohort(positive=tuple(row.who_grade != "G1" for row in ROWS))
    answer = ask(many, predictors=("avgADC",))
    assert (answer.fit.penalty, answer.fit.n_positive) == ("none", 26)
    assert "10 or more" in answer.penalty_reason


def test_separated_classes_bring_the_penalty_too():
    adc = np.concatenate([np.linspace(0.5e-3, 0.8e-3, 20), np.linspace(0.9e-3, 1.6e-3, 27)])
    cases = person_cohort(
        markers={"avgADC": adc}, directions={"avgADC": "low"}, positive=tuple(i < 20 for i in range(47))
    )
    answer = ask(cases)
    assert (answer.fit.penalty, answer.fit.separation) == ("firth", "complete")
    with pytest.raises(AdcurateError) as refused:
        ask(cases, penalty="none")
    assert refused.value.code == "statistics.no-convergence"


def test_a_category_is_compared_with_its_reference():
    answer = ask(predictors=("avgADC", "vendor"), categorical=("vendor",), reference=("SIEMENS",))
    assert answer.fit.names == ("avgADC", "vendor = GE", "vendor = Philips")
    vendor = answer.predictors[1]
    assert (vendor.reference, vendor.is_category, vendor.unit) == ("SIEMENS", True, 1.0)
    assert answer.terms[1].df == 2
    assert ask(predictors=("sex",), categorical=("sex",)).predictors[0].reference == "F"


def test_what_the_others_add_is_tested():
    answer = ask(predictors=("avgADC", "age"), beyond=("avgADC",))
    assert answer.added.p_value == pytest.approx(answer.terms[1].p_value)


def test_incomplete_rows_are_counted_apart_from_unknown_outcomes():
    adc = np.array([row.mean_adc for row in ROWS])
    adc[[3, 5]] = np.nan
    positive = (None, *(row.who_grade == "G3" for row in ROWS[1:]))
    age = (None, None, *(float(row.age) for row in ROWS[2:]))
    cases = person_cohort(
        markers={"avgADC": adc}, directions={"avgADC": "low"}, positive=positive, columns={"age": age}
    )
    answer = ask(cases, predictors=("avgADC", "age"))
    assert (answer.fit.n, answer.n_unknown, answer.n_missing) == (43, 1, 3)


def test_the_order_of_rows_changes_no_bit():
    order = np.random.default_rng(0).permutation(47)
    question = {"predictors": ("avgADC", "sex"), "categorical": ("sex",)}
    one, other = (
        json.dumps(as_jsonable(ask(cases, **question))) for cases in (person_cohort(), person_cohort(order))
    )
    assert one == other


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"predictors": ("size",)}, "table.missing-column"),
        ({"predictors": ("vendor",)}, "table.value"),
        ({"predictors": ("avgADC", "avgADC")}, "statistics.option"),
        ({"predictors": ("avgADC",), "per": ("0.1", "0.2")}, "statistics.option"),
        ({"predictors": ("avgADC",), "per": ("-1",)}, "statistics.option"),
        ({"predictors": ("avgADC",), "per": ("tenth",)}, "statistics.option"),
        ({"predictors": ("avgADC",), "categorical": ("sex",)}, "statistics.option"),
        ({"predictors": ("sex",), "categorical": ("sex",), "reference": ("X",)}, "table.value"),
        ({"predictors": ("sex",), "categorical": ("sex",), "reference": ("F", "M")}, "statistics.option"),
        ({"predictors": ("avgADC",), "beyond": ("age",)}, "statistics.option"),
        ({"predictors": ("avgADC",), "beyond": ("avgADC",)}, "statistics.option"),
    ],
)
def test_an_impossible_question_is_refused(question, code):
    with pytest.raises(AdcurateError) as refused:
        ask(**question)
    assert refused.value.code == code


def test_a_category_of_one_level_and_an_empty_table_are_refused():
    with pytest.raises(AdcurateError) as refused:
        ask(person_cohort(columns={"sex": ("M",) * 47}), predictors=("sex",), categorical=("sex",))
    assert refused.value.code == "statistics.constant"
    with pytest.raises(AdcurateError) as refused:
        ask(person_cohort(positive=(None,) * 47))
    assert refused.value.code == "statistics.too-few"
