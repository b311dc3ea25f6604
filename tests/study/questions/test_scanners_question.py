"""The scanner question asked of the made-up cohort, and of tables where it has no answer."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.cohort_tables import scanner_cohort

from adcurate.errors import AdcurateError
from adcurate.model.answers.scanners import ScannersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.study.questions.scanners import answer_scanners
from adcurate.study.streams import Streams

METHODS = Analysis()


def answer(question: ScannersQuestion, cases: CaseTable):
    return answer_scanners(question, cases, METHODS, Streams(1))


def test_the_cohort_is_divided_into_its_eight_settings():
    entry = answer(ScannersQuestion(), scanner_cohort()).markers["avgADC"]
    assert [(row.name, row.n) for row in entry.strata[:3]] == [
        ("SIEMENS · 1.5 T · 50-600-1000", 19),
        ("SIEMENS · 1.5 T · 0-1000", 10),
        ("SIEMENS · 3 T · 50-600-1000", 6),
    ]
    assert len(entry.strata) == 8
    assert (entry.within.n_pairs, entry.within.n_all_pairs) == (75, 342)
    assert round(entry.auc.value, 3) == 0.871
    assert round(entry.within.value, 3) == 0.893
    assert round(entry.effect.adjusted.value * 1e3, 3) == -0.370
    assert {finding.code for finding in entry.findings} >= {"scanners.one-class", "scanners.small"}


def test_whole_vendors_are_left_out_as_well():
    entry = answer(ScannersQuestion(), scanner_cohort()).markers["avgADC"]
    assert set(entry.by_level) == {"vendor", "field_strength_t", "b_values"}
    assert [row.name for row in entry.by_level["vendor"].strata] == ["SIEMENS", "Philips", "GE"]


def test_the_answer_does_not_depend_on_the_order_of_rows():
    cases = scanner_cohort()
    shuffled = cases.take(np.random.default_rng(3).permutation(len(cases)))
    question = ScannersQuestion(combat=True, random=True)
    first, second = (as_jsonable(answer(question, table)) for table in (cases, shuffled))
    assert first == second
    json.dumps(first)


def test_rows_that_lack_the_scanner_the_class_or_the_marker_are_counted():
    cases = scanner_cohort()
    adc = cases.markers["avgADC"].copy()
    adc[0] = np.nan
    lacking = replace(
        cases,
        markers={"avgADC": adc},
        positive=(cases.positive[0], None, *cases.positive[2:]),
        columns={
            **cases.columns,
            "vendor": (*cases.columns["vendor"][:2], None, *cases.columns["vendor"][3:]),
        },
    )
    entry = answer(ScannersQuestion(), lacking).markers["avgADC"]
    assert entry.n_missing == 3
    assert entry.effect.n == 44


def test_combat_of_two_markers_borrows_nothing_and_says_so():
    entry = answer(ScannersQuestion(combat=True), scanner_cohort()).markers["avgADC"]
    found = entry.harmonized
    assert found.blind.method == "each feature by itself"
    assert found.blind.adjusts == "location"
    codes = {finding.code for finding in entry.findings}
    assert codes >= {"combat.few-features", "combat.single-case", "combat.few-cases", "combat.circular"}
    # With the class preserved, location-only ComBat is the linear model by another name.
    assert found.informed_difference == pytest.approx(entry.effect.adjusted.value, rel=1e-10)


def test_combat_of_many_markers_is_empirical_bayes():
    cases = scanner_cohort()
    rng = np.random.default_rng(4)
    markers = {f"feature {i}": cases.markers["avgADC"] * (1 + 0.1 * rng.normal(size=47)) for i in range(6)}
    wide = replace(cases, markers=markers, directions=dict.fromkeys(markers, "low"))
    question = ScannersQuestion(by=("field_strength_t", "b_values"), combat=True)
    entry = answer(question, wide).markers["feature 0"]
    assert entry.harmonized.blind.method == "parametric empirical Bayes"
    assert entry.harmonized.blind.adjusts == "location and scale"


def test_few_scanners_are_taken_as_fixed():
    entry = answer(ScannersQuestion(by=("vendor",), random=True), scanner_cohort()).markers["avgADC"]
    assert entry.random is None
    assert "scanners.fixed" in {finding.code for finding in entry.findings}
    entry = answer(ScannersQuestion(random=True), scanner_cohort()).markers["avgADC"]
    assert entry.random.components[0].n_groups == 8


def test_confounded_scanners_leave_no_answer_within_and_combat_is_not_blindly_done():
    cases = scanner_cohort()
    vendor = tuple("A" if flag else "B" for flag in cases.positive)
    confounded = replace(cases, columns={"vendor": vendor})
    entry = answer(ScannersQuestion(by=("vendor",), combat=True), confounded).markers["avgADC"]
    assert entry.within is None
    assert entry.why_not_within
    assert entry.effect.adjusted is None
    assert entry.harmonized.informed is None
    assert "scanners.confounded" in {finding.code for finding in entry.findings}
    assert entry.confounding.cramers_v == pytest.approx(1.0)


def test_one_scanner_is_an_answer_too():
    cases = replace(scanner_cohort(), columns={"vendor": ("A",) * 47})
    entry = answer(ScannersQuestion(by=("vendor",), combat=True), cases).markers["avgADC"]
    assert entry.leave_one_out is None
    assert entry.why_not_leave_out
    assert entry.harmonized is None
    assert entry.why_not_harmonized
    assert entry.within.value == entry.auc.value


def test_the_tests_to_be_counted_are_those_within_scanners():
    assert set(answer(ScannersQuestion(), scanner_cohort()).p_values) == {
        "avgADC, within scanners",
        "minADC, within scanners",
    }


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (ScannersQuestion(by=()), "statistics.option"),
        (ScannersQuestion(by=("vendor", "vendor")), "statistics.option"),
        (ScannersQuestion(minimum_stratum=0), "statistics.option"),
        (ScannersQuestion(by=("scanner",)), "table.missing-column"),
        (ScannersQuestion(markers=("medADC",)), "table.missing-column"),
    ],
)
def test_a_question_that_names_the_impossible_is_refused(question, code):
    with pytest.raises(AdcurateError) as refused:
        answer(question, scanner_cohort())
    assert refused.value.code == code


def test_a_table_without_scanners_is_refused():
    cases = replace(scanner_cohort(), columns={"vendor": (None,) * 47})
    with pytest.raises(AdcurateError) as refused:
        answer(ScannersQuestion(by=("vendor",)), cases)
    assert refused.value.code == "statistics.too-few"
