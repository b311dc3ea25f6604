"""The question of missing values: counted always, imputed only where asked."""

from dataclasses import replace

import numpy as np
import pytest
from tests.study.cohort_cases import cohort

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.missing import MissingQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.roc import estimate_auc
from adcurate.study.questions.missing import answer_missing
from adcurate.study.streams import Streams

METHODS = Analysis(seed=3)
IMPUTE = MissingQuestion(predictors=("age", "lesion_type"), impute=True, imputations=5, iterations=3)


def holed(n_holes=8):
    """The cohort with holes in the marker, two rows without a reference standard, a second marker."""
    cases = cohort()
    adc = cases.markers["adc"].copy()
    second = adc - 3e-4 + 1e-4 * np.random.default_rng(5).normal(size=47)
    adc[np.random.default_rng(4).choice(47, n_holes, replace=False)] = np.nan
    return replace(
        cases,
        markers={"adc": adc, "minimum": second},
        directions={"adc": "low", "minimum": "low"},
        grade=tuple(None if i in (3, 9) else grade for i, grade in enumerate(cases.grade)),
        positive=tuple(None if i in (3, 9) else flag for i, flag in enumerate(cases.positive)),
    )


def ask(question=None, cases=None):
    return answer_missing(question or MissingQuestion(), cases or holed(), METHODS, Streams(3))


def test_nothing_is_imputed_unless_asked():
    answer = ask(MissingQuestion(predictors=("age",)))
    assert answer.imputation is None
    assert all(one.pooled_auc is None and one.pooled_rho is None for one in answer.markers)
    assert answer.pattern.columns == ("outcome", "grade", "adc", "minimum", "age")
    assert answer.pattern.n_missing == (2, 2, 8, 0, 1)
    assert answer.p_values == {}


def test_complete_cases_are_the_main_analysis():
    cases = holed()
    known = np.isfinite(cases.markers["adc"]) & np.array([flag is not None for flag in cases.positive])
    auc = estimate_auc(
        cases.marker("adc")[known],
        np.array([bool(flag) for flag in cases.positive])[known],
        direction="low",
        interval="delong",
    )
    assert ask().markers[0].auc == auc


def test_pooled_answers_stand_beside_complete_cases():
    answer = ask(IMPUTE)
    one = answer.markers[0]
    assert one.n_pooled == 45 and one.n_imputed == answer.imputation.n_imputed["adc"] <= 8
    assert answer.imputation.n_without_reference == 2
    assert abs(one.pooled_auc.value - one.auc.value) < 0.1
    assert one.pooled_auc.interval.low < one.pooled_auc.value < one.pooled_auc.interval.high
    assert 0.0 < one.pooled_rho.fraction_missing < 0.6
    complete = answer.markers[1]
    assert (complete.n_imputed, complete.pooled_auc.between) == (0, 0.0)
    assert as_jsonable(answer)["imputation"]["n_imputations"] == 5


def test_the_order_of_the_rows_changes_nothing():
    shuffled = holed().take(np.random.default_rng(1).permutation(47))
    assert ask(IMPUTE).markers == ask(IMPUTE, shuffled).markers


def test_classes_of_two_are_imputed_and_classes_of_three_are_refused():
    cases = holed()
    kinds = ("a", "b", "c")
    for n, fits in ((2, True), (3, False)):
        column = tuple(None if i == 7 else kinds[i % n] for i in range(47))
        with_class = replace(cases, columns={**cases.columns, "kind": column})
        question = replace(IMPUTE, predictors=("kind",))
        if fits:
            assert ask(question, with_class).imputation.n_imputed["kind b"] == 1
        else:
            with pytest.raises(TableError) as refused:
                ask(question, with_class)
            assert refused.value.code == "table.value"


def test_a_table_without_grades_has_an_auc_only():
    cases = replace(holed(), grade=(None,) * 47, grades=())
    one = ask(IMPUTE, cases).markers[0]
    assert one.rho is None and one.pooled_rho is None and one.pooled_auc is not None


def test_one_class_has_no_auc_and_says_why():
    answer = ask(cases=replace(holed(), positive=(False,) * 47))
    assert answer.markers[0].auc is None and answer.markers[0].rho is not None
    assert [finding.where["marker"] for finding in answer.findings] == ["adc", "minimum"]
    assert {finding.code for finding in answer.findings} == {"missing.not-estimated"}


def test_too_little_to_learn_from_is_refused():
    with pytest.raises(StatisticsError) as refused:
        ask(IMPUTE, holed().take([0, 1, 2, 4, 5, 6]))
    assert refused.value.code in {"statistics.too-few", "statistics.constant"}
    with pytest.raises(TableError) as refused:
        ask(replace(IMPUTE, predictors=("weight",)))
    assert refused.value.code == "table.missing-column"
