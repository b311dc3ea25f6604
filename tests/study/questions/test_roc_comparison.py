"""``roc-comparison``: rows that count, columns that are missing, and the answer of the statistics."""

from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.roc_comparison import RocComparisonQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.roc import compare_paired_aucs
from adcurate.study.questions.roc_comparison import answer_roc_comparison
from adcurate.study.streams import Streams

METHODS = Analysis(bootstrap_resamples=200)


def cohort():
    rows = load_reconstructed_cohort()
    none = ("",) * len(rows)
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(len(rows))),
        subject=tuple(row.patient for row in rows),
        lesion=none,
        reader=none,
        session=none,
        grade=tuple(row.who_grade for row in rows),
        positive=tuple(row.who_grade == "G3" for row in rows),
        markers={
            "avgADC": np.array([row.mean_adc for row in rows]),
            "minADC": np.array([row.minimum_adc for row in rows]),
        },
        directions={"avgADC": "low", "minADC": "low"},
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        resolution=1e-6,
        columns={"sex": tuple(row.sex for row in rows)},
    )


def ask(cases, **keys):
    return answer_roc_comparison(RocComparisonQuestion(**keys), cases, METHODS, Streams(1))


def test_markers_are_compared_on_the_cases_that_have_them_all():
    cases = cohort()
    markers = {name: values.copy() for name, values in cases.markers.items()}
    markers["minADC"][[0, 5]] = np.nan
    answer = ask(replace(cases, markers=markers, positive=(None, *cases.positive[1:])))
    (compared,) = answer.comparisons
    assert compared.n_missing == 2
    kept = np.isfinite(markers["minADC"])
    expected = compare_paired_aucs(
        {name: cases.marker(name)[kept] for name in markers},
        np.array(cases.positive)[kept],
        directions=cases.directions,
        method="delong",
    )
    assert compared.comparison.pairs == expected.pairs
    assert list(answer.p_values) == ["avgADC against minADC, areas"]


def test_a_group_column_compares_each_marker_between_its_values():
    cases = cohort()
    blank = replace(cases, columns={"sex": (None, *cases.columns["sex"][1:])})
    answer = ask(blank, group="sex")
    assert [compared.subject for compared in answer.comparisons] == ["avgADC", "minADC"]
    assert {compared.n_missing for compared in answer.comparisons} == {1}
    assert list(answer.comparisons[0].comparison.areas) == ["F", "M"]
    assert list(answer.p_values) == ["avgADC: F against M, areas", "minADC: F against M, areas"]


@pytest.mark.parametrize("keys", [{"method": "bootstrap"}, {"method": "bootstrap", "group": "sex"}])
def test_the_order_of_rows_changes_no_number(keys):
    cases = cohort()
    shuffled = cases.take(np.random.default_rng(0).permutation(len(cases)))
    first, second = ask(cases, **keys), ask(shuffled, **keys)
    assert [c.comparison for c in first.comparisons] == [c.comparison for c in second.comparisons]


def test_rows_of_other_groups_are_counted():
    cases = cohort()
    sex = tuple("X" if i % 4 == 0 else value for i, value in enumerate(cases.columns["sex"]))
    answer = ask(replace(cases, columns={"sex": sex}), group="sex", groups=("M", "F"), markers=("avgADC",))
    (compared,) = answer.comparisons
    assert compared.n_left_out == sum(value == "X" for value in sex)
    assert list(compared.curves) == ["M", "F"]


def test_an_answer_has_a_json_form():
    form = as_jsonable(ask(cohort()))
    assert form["comparisons"][0]["comparison"]["pairs"][0]["first"] == "avgADC"


@pytest.mark.parametrize(
    ("keys", "error", "code"),
    [
        ({"markers": ("avgADC",)}, StatisticsError, "statistics.too-few"),
        ({"markers": ("avgADC", "avgADC")}, StatisticsError, "statistics.option"),
        ({"markers": ("kurtosis",)}, TableError, "table.missing-column"),
        ({"group": "vendor"}, TableError, "table.missing-column"),
        ({"groups": ("M", "F")}, StatisticsError, "statistics.option"),
        ({"group": "sex", "groups": ("M",)}, StatisticsError, "statistics.too-few"),
        ({"group": "sex", "groups": ("M", "D")}, StatisticsError, "statistics.one-class"),
    ],
)
def test_what_cannot_be_compared_is_refused(keys, error, code):
    with pytest.raises(error) as refused:
        ask(cohort(), **keys)
    assert refused.value.code == code


def test_a_cohort_of_one_class_is_refused():
    cases = cohort()
    with pytest.raises(StatisticsError) as refused:
        ask(replace(cases, positive=(False,) * len(cases)))
    assert refused.value.code == "statistics.one-class"
