"""The mixed-model question asked of a cohort that two readers read."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import AdcurateError
from adcurate.model.answers.mixed import MixedQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.study.questions.mixed import answer_mixed
from adcurate.study.streams import Streams


def readings(n_subjects: int = 16) -> CaseTable:
    """Two lesions a subject, each read by two readers."""
    rng = np.random.default_rng(5)
    n = n_subjects * 4
    subject = np.repeat(np.arange(n_subjects), 4)
    high = subject % 2 == 0
    adc = 1.2 - 0.3 * high + rng.normal(0, 0.2, n_subjects)[subject] + rng.normal(0, 0.1, n)
    grades = np.where(high, "G3", np.where(subject % 4 == 1, "G1", "G2"))
    return CaseTable(
        rows=tuple(f"row {i:03d}" for i in range(n)),
        subject=tuple(f"S{i:02d}" for i in subject),
        lesion=tuple(("1", "1", "2", "2") * n_subjects),
        reader=tuple(("R1", "R2") * (2 * n_subjects)),
        session=("",) * n,
        grade=tuple(str(grade) for grade in grades),
        positive=tuple(bool(flag) for flag in high),
        markers={"avgADC": adc * 1e-3},
        directions={"avgADC": "low"},
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        resolution=None,
        columns={
            "age": tuple(float(40 + i) for i in subject),
            "vendor": tuple("GE" if i % 3 else "Philips" for i in subject),
        },
    )


def answer(question: MixedQuestion, cases: CaseTable):
    return answer_mixed(question, cases, Analysis(), Streams(1))


def test_the_class_difference_counts_subjects_and_not_readings():
    entry = answer(MixedQuestion(), readings()).markers["avgADC"]
    effect = entry.fit.effect("high grade")
    assert effect.df == pytest.approx(14.0)  # balanced: a t test of 16 subject means
    assert (entry.n_groups, entry.largest_group, entry.fit.n) == (16, 4, 64)
    assert entry.means["high grade"][1:] == (32, 8)
    assert entry.test.p_value == pytest.approx(effect.p_value, rel=1e-9)


def test_grades_are_compared_with_the_lowest():
    found = answer(MixedQuestion(compare="grade"), readings())
    entry = found.markers["avgADC"]
    assert found.compared == ("G1", "G2", "G3")
    assert entry.test.columns == ("G2", "G3")
    assert found.p_values == {"avgADC by grade, mixed model": entry.test.p_value}


def test_lesions_are_nested_in_their_subject_by_name():
    entry = answer(MixedQuestion(second_group="lesion"), readings()).markers["avgADC"]
    assert [part.n_groups for part in entry.fit.components] == [16, 32, 0]


def test_covariates_and_factors_are_adjusted_for():
    question = MixedQuestion(covariates=("age",), factors=("vendor",))
    entry = answer(question, readings()).markers["avgADC"]
    assert [effect.name for effect in entry.fit.fixed] == [
        "(intercept)",
        "high grade",
        "age",
        "vendor: Philips",
    ]


def test_nothing_compared_leaves_the_variances():
    found = answer(MixedQuestion(compare="none"), readings())
    assert found.markers["avgADC"].test is None
    assert found.p_values == {}


def test_the_answer_does_not_depend_on_the_order_of_rows():
    cases = readings()
    shuffled = cases.take(np.random.default_rng(3).permutation(len(cases)))
    first, second = (as_jsonable(answer(MixedQuestion(), table)) for table in (cases, shuffled))
    assert first == second
    json.dumps(first)


def test_incomplete_rows_are_counted():
    cases = readings()
    adc = cases.markers["avgADC"].copy()
    adc[:3] = np.nan
    columns = {**cases.columns, "age": (*cases.columns["age"][:-1], None)}
    lacking = replace(cases, markers={"avgADC": adc}, columns=columns)
    assert answer(MixedQuestion(), lacking).markers["avgADC"].n_missing == 3
    assert answer(MixedQuestion(covariates=("age",)), lacking).markers["avgADC"].n_missing == 4


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (MixedQuestion(group=""), "statistics.option"),
        (MixedQuestion(second_group="subject"), "statistics.option"),
        (MixedQuestion(covariates=("age", "age")), "statistics.option"),
        (MixedQuestion(covariates=("vendor",)), "table.value"),
        (MixedQuestion(factors=("site",)), "table.missing-column"),
        (MixedQuestion(estimation="bayes"), "statistics.option"),
        (MixedQuestion(covariates=("age",), factors=("subject",)), "statistics.collinear"),
    ],
)
def test_a_question_that_names_the_impossible_is_refused(question, code):
    with pytest.raises(AdcurateError) as refused:
        answer(question, readings())
    assert refused.value.code == code


def test_one_value_a_subject_needs_no_mixed_model():
    cases = readings()
    with pytest.raises(AdcurateError) as refused:
        answer(MixedQuestion(), cases.take(range(0, len(cases), 4)))
    assert refused.value.code == "statistics.too-few"


def test_one_class_is_refused():
    cases = readings()
    with pytest.raises(AdcurateError) as refused:
        answer(MixedQuestion(), replace(cases, positive=(True,) * len(cases)))
    assert refused.value.code == "statistics.one-class"
