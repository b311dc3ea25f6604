"""How many subjects: with a pilot, without one, inside a plan."""

import json
from importlib import resources

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.sample_size import SampleSizeQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.model.table_plan import TableColumns, TableMarker, TablePlan
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.planning import Units
from adcurate.study.questions.sample_size import answer_sample_size
from adcurate.study.sample_size import plan_sample_size, read_pilot
from adcurate.study.streams import Streams


def cohort(keep=47):
    """The made-up cohort of 47."""
    rows = load_reconstructed_cohort()[:keep]
    blank = ("",) * len(rows)
    names = tuple(row.patient for row in rows)
    return CaseTable(
        rows=names,
        subject=names,
        lesion=blank,
        reader=blank,
        session=blank,
        grade=tuple(row.who_grade for row in rows),
        positive=tuple(row.who_grade == "G3" for row in rows),
        markers={
            "avgADC": np.array([row.mean_adc for row in rows]),
            "minADC": np.array([row.minimum_adc for row in rows]),
        },
        directions={"avgADC": "low", "minADC": "low"},
        positive_label="high grade",
        negative_label="low grade",
        resolution=1e-6,
        columns={"age": tuple(float(row.age) for row in rows)},
    )


def plan(pilot=None, **keys):
    return plan_sample_size(SampleSizeQuestion(**keys), pilot=pilot)


def test_the_pilot_fills_in_what_is_left_open_and_says_so():
    answer = plan(cohort(), half_width=0.08)
    assert answer.asked.expected == 298 / 342
    assert answer.asked.ratio == 38 / 9
    assert (answer.pilot.names, answer.pilot.n_positive, answer.pilot.n_negative) == (("avgADC",), 9, 38)
    assert answer.size.reached <= 0.08 < answer.size.reached_before
    assert [round(other.expected, 3) for other in answer.alternatives] == [0.756, 0.987]
    assert [finding.code for finding in answer.findings] == ["sample-size.expected-from-pilot"]


def test_a_plan_without_need_of_a_pilot_looks_at_none():
    answer = answer_sample_size(
        SampleSizeQuestion(expected=0.87, half_width=0.1), cohort(3), Analysis(), Streams(1)
    )
    assert answer.pilot is None and answer.asked.ratio == 1.0
    assert answer.p_values == {}


def test_given_numbers_are_evaluated_and_not_recruited():
    answer = plan(expected=0.87, n_positive=9, n_negative=38, not_assessable=0.1)
    assert answer.size.units == Units(47, 9, 38)
    assert answer.size.reached == pytest.approx(0.156, abs=5e-4)
    assert answer.recruitment is None
    assert [finding.code for finding in answer.findings] == ["sample-size.beyond-one"]


def test_prevalence_sets_the_ratio_and_the_recruitment():
    answer = plan(expected=0.87, half_width=0.1, prevalence=0.2, assurance=0.9, not_assessable=0.1)
    assert answer.asked.ratio == pytest.approx(4.0)
    assert answer.recruitment.n_positive is None
    assert answer.recruitment.chance >= 0.9 > answer.recruitment.chance_on_average


@pytest.mark.parametrize("design", ["sensitivity", "specificity"])
def test_an_accuracy_waits_for_its_own_class_only(design):
    answer = plan(design=design, expected=0.9, half_width=0.1, prevalence=0.2)
    needed = answer.recruitment.needed
    assert (needed.n_positive, needed.n_negative) == ((42, 0) if design == "sensitivity" else (0, 42))
    assert answer.recruitment.n == (210 if design == "sensitivity" else 53)
    assert answer.asked.one_sided is True


def test_a_simulation_is_repeated_by_its_seed_and_stands_beside_the_formula():
    ask = SampleSizeQuestion(half_width=0.1, simulate=True, simulations=300)
    first, again = (plan_sample_size(ask, pilot=cohort(), seed=4) for _ in range(2))
    other = plan_sample_size(ask, pilot=cohort(), seed=5)
    assert first.simulation == again.simulation != other.simulation
    assert first.size.units in [one.units for one in first.simulation.sizes]
    assert len(first.formula_in_world) == len(first.simulation.sizes)
    at = [one.units for one in first.simulation.sizes].index(first.size.units)
    assert first.formula_in_world[at] == pytest.approx(first.size.reached)


def test_a_difference_takes_areas_and_correlations_from_the_pilot():
    answer = plan(cohort(), design="auc-difference", half_width=0.1, markers=("avgADC", "minADC"))
    assert answer.asked.second == pytest.approx(298 / 342)
    assert 0.1 < answer.asked.r_positive < 0.3 and 0.5 < answer.asked.r_negative < 0.8
    told = plan(
        cohort(),
        design="auc-difference",
        goal="power",
        second=0.75,
        markers=("avgADC", "minADC"),
        simulate=True,
        simulations=200,
    )
    assert told.simulation.truth == pytest.approx(0.0, abs=1e-12)


def test_a_correlation_counts_incomplete_rows_and_leaves_out_what_has_no_sign():
    table = cohort()
    table.markers["avgADC"][3] = np.nan
    answer = plan(table, design="correlation", goal="power", markers=("avgADC",), column="age", simulate=True)
    assert answer.pilot.n_missing == 1 and answer.pilot.n == 46
    assert [other.size is None for other in answer.alternatives] == [False, True]
    assert answer.simulation.n_positive is None


def test_agreement_models_and_groups_are_planned():
    assert plan(design="icc", expected=0.85, half_width=0.1).size.units.n == 35
    assert plan(design="icc", goal="power", expected=0.8, null=0.6).size.units.n == 39
    assert plan(design="limits", sd=1.0, half_width=0.34, method="rule-1986").size.units.n == 100
    limits = plan(design="limits", goal="power", sd=3.3, clinical_difference=8.0)
    assert limits.size.units.n == 145
    assert plan(design="limits", goal="assurance", sd=1.0, half_width=0.4, power=0.9).size.units.n == 88
    assert plan(design="groups", goal="power", expected=0.7).size.units.n == 66
    model = plan(design="logistic", parameters=24, prevalence=0.174, r_squared=0.288, not_assessable=0.1)
    assert (model.model.n, model.recruitment.n, model.size) == (662, 736, None)


def test_every_answer_is_json():
    for answer in (
        plan(cohort(), half_width=0.1, simulate=True, simulations=100, prevalence=0.2),
        plan(design="logistic", parameters=4, prevalence=0.2, r_squared=0.2),
    ):
        assert json.loads(json.dumps(as_jsonable(answer), allow_nan=False))


def test_a_pilot_is_read_from_a_table():
    path = resources.files("adcurate.phantom.cohort").joinpath("reconstructed_cohort.csv")
    columns = TableColumns(outcome="who_grade", positive=("G3",))
    asked = TablePlan("pilot", columns, (TableMarker("avg_adc_1e-3_mm2_s", "low"),))
    answer = plan(read_pilot(path, asked), half_width=0.1)
    assert answer.pilot.value == 298 / 342


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"expected": 0.8}, "statistics.option"),
        ({"half_width": 0.1}, "statistics.option"),
        ({"expected": 0.8, "goal": "assurance"}, "statistics.option"),
        ({"expected": 0.8, "n": 40}, "statistics.option"),
        ({"expected": 0.8, "n_positive": 40}, "statistics.option"),
        ({"design": "sensitivity", "expected": 0.9, "goal": "power"}, "statistics.option"),
        ({"design": "limits", "half_width": 0.1}, "statistics.option"),
        ({"design": "icc", "expected": 0.8, "half_width": 0.1, "prevalence": 0.2}, "statistics.option"),
        ({"expected": 0.8, "half_width": 0.1, "simulate": True}, "statistics.option"),
        ({"design": "logistic", "prevalence": 0.2}, "statistics.option"),
        ({"expected": 0.8, "half_width": 0.1, "method": "guess"}, "statistics.option"),
        ({"expected": float("nan"), "half_width": 0.1}, "statistics.option"),
    ],
)
def test_an_entry_that_makes_no_sense_is_refused(keys, code):
    with pytest.raises(StatisticsError) as refused:
        plan(**keys)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "keys",
    [
        {"half_width": 0.1, "markers": ("avgADC", "minADC")},
        {"design": "icc", "expected": 0.8, "half_width": 0.1, "simulate": True},
        {"design": "correlation", "half_width": 0.1, "drawing": "smoothed", "simulate": True},
    ],
)
def test_a_pilot_that_does_not_fit_the_design_is_refused(keys):
    with pytest.raises(StatisticsError) as refused:
        plan(cohort(), **keys)
    assert refused.value.code == "statistics.option"


def test_a_marker_the_pilot_lacks_is_named():
    with pytest.raises(TableError) as refused:
        plan(cohort(), half_width=0.1, markers=("ADC",))
    assert refused.value.code == "table.missing-column"
