"""The sensitivity table: each row is the whole analysis again."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.study.cohort_cases import cohort

from adcurate.model.answers.sensitivity import SensitivityQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan
from adcurate.model.protocol import Analysis
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.roc import estimate_auc
from adcurate.study.questions.sensitivity import PRIMARY, answer_sensitivity
from adcurate.study.streams import Streams
from adcurate.study.tables.analyze_table import analyze_column
from adcurate.study.units import level_cases

METHODS = Analysis(bootstrap_resamples=200, seed=3)


def ask(question, cases=None, plan=None, other_maps=None):
    plan = plan or Plan()
    levels = level_cases(cases or cohort(), plan)
    return answer_sensitivity(
        question, levels, METHODS, Streams(METHODS.seed), plan=plan, other_maps=other_maps or {}
    )


def refused(row, cases=None):
    """The finding of a row that cannot be read; the primary row is answered all the same."""
    found = ask(SensitivityQuestion(rows=(row,)), cases=cases)
    assert len(found.rows) == 1
    (finding,) = found.findings
    assert finding.code == "sensitivity.refused"
    return finding.sentence


def test_a_row_that_cannot_be_read_leaves_the_others():
    assert "There is no column 'colour'" in refused("colour = blue")
    assert "is no condition" in refused("nothing")


def test_the_primary_row_is_the_main_analysis_to_the_bit():
    row = ask(SensitivityQuestion()).rows[0]
    main = analyze_column(cohort(), "adc", METHODS)
    assert (row.label, row.stamp, row.n, row.n_positive) == (PRIMARY, "primary", 47, 9)
    assert row.auc == main.auc.value and row.auc_interval == main.auc_interval
    assert row.cutoff == main.youden.cutoff and row.cutoff_interval == main.cutoff_interval
    assert row.rho == main.spearman.rho and row.rho_interval == main.spearman_interval
    assert (row.sensitivity, row.specificity) == (main.youden.sensitivity, main.youden.specificity)


def test_a_subset_gives_what_its_lesions_alone_give():
    row = ask(SensitivityQuestion(rows=("lesion_type = metastasis",))).rows[1]
    chosen = [r for r in load_reconstructed_cohort() if r.lesion_type == "metastasis"]
    adc = np.round([r.mean_adc for r in chosen], 6)
    positive = np.array([r.who_grade == "G3" for r in chosen])
    order = [("G1", "G2", "G3").index(r.who_grade) for r in chosen]
    assert row.n == len(chosen) and row.stamp == "planned"
    assert row.auc == estimate_auc(adc, positive, direction="low", interval="none").value
    assert row.cutoff == estimate_youden(adc, positive, direction="low", interval="none").cutoff
    assert row.rho == pytest.approx(estimate_spearman(adc, order, interval="none").rho, abs=1e-14)


def test_subsets_that_share_all_lesions_add_up():
    rows = ask(SensitivityQuestion(each=("vendor",))).rows
    assert [row.label for row in rows[1:]] == ["vendor = GE", "vendor = Philips", "vendor = SIEMENS"]
    assert sum(row.n for row in rows[1:]) == 47 and sum(row.n_positive for row in rows[1:]) == 9


def test_what_cannot_be_estimated_keeps_its_row_and_says_why():
    row = ask(SensitivityQuestion(rows=("vendor = GE",))).rows[1]
    assert row.n == 2 and math.isnan(row.auc) and row.auc_interval is None
    assert "1 of 2 are positive" in row.reason


def test_an_area_from_one_positive_lesion_is_not_shown_but_the_correlation_is():
    row = ask(SensitivityQuestion(rows=("lesion_type = primary",))).rows[1]
    assert (row.n, row.n_positive) == (28, 1)
    assert math.isnan(row.auc) and math.isnan(row.cutoff) and row.rule == ""
    assert -1 < row.rho < 0 and row.rho_interval is not None
    assert row.reason.startswith("An area needs 2 lesions of each class; 1 of 28")


def test_blank_cells_are_counted_and_said():
    found = ask(SensitivityQuestion(rows=("age > 0",)))
    assert (found.rows[1].n, found.rows[1].n_unknown) == (46, 1)
    assert [finding.code for finding in found.findings] == ["sensitivity.unknown"]


def test_rows_of_a_reviewer_are_stamped_post_hoc():
    rows = ask(SensitivityQuestion(rows=("age > 40",), post_hoc_rows=("age > 60",))).rows
    assert [row.stamp for row in rows] == ["primary", "planned", "post hoc"]


def test_another_map_is_the_same_lesions_with_its_numbers():
    other = level_cases(cohort(shift=1e-4), Plan())
    row = ask(SensitivityQuestion(rows=("map = refit",)), other_maps={"refit": other}).rows[1]
    primary = ask(SensitivityQuestion()).rows[0]
    assert row.auc == primary.auc
    assert row.cutoff == pytest.approx(primary.cutoff + 1e-4, abs=1e-9)
    assert "'wish'" in refused("map = wish")


def test_another_reader_and_the_mean_are_other_choices_of_the_same_lesions():
    first, second = cohort(), cohort(shift=2e-4)
    both = CaseTable(
        **{
            name: getattr(first, name) + getattr(second, name)
            for name in ("rows", "subject", "lesion", "session", "grade", "positive")
        },
        reader=("R1",) * 47 + ("R2",) * 47,
        markers={"adc": np.concatenate([first.markers["adc"], second.markers["adc"]])},
        directions={"adc": "low"},
        grades=first.grades,
        resolution=1e-6,
    )
    rows = ask(SensitivityQuestion(each=("reader",), rows=("value = mean",)), cases=both).rows
    labels = {row.label: row for row in rows}
    primary = labels[PRIMARY]
    assert labels["reader = R1"].cutoff == primary.cutoff
    assert labels["reader = R2"].cutoff == pytest.approx(primary.cutoff + 2e-4, abs=1e-9)
    assert labels["value = mean"].cutoff == pytest.approx(primary.cutoff + 1e-4, abs=1e-9)
    assert {row.n for row in rows} == {47}


def test_another_edition_grades_anew_and_leaves_open_what_it_leaves_open():
    cases = cohort()
    ki67 = list(cases.columns["ki67"])
    ki67[0], ki67[1] = "2-4", None
    cases = replace(cases, columns={**cases.columns, "ki67": tuple(ki67)})
    row = ask(SensitivityQuestion(rows=("edition = who-2019",)), cases=cases).rows[1]
    assert row.n_unknown == 2 and row.n == 45
    assert "who-1999" in refused("edition = who-1999")
    much = replace(cases, columns={"ki67": ("much",) * 47})
    assert "row 2" in refused("edition = who-2019", cases=much)


def test_a_subject_code_or_the_order_of_rows_moves_nothing():
    question = SensitivityQuestion(rows=("lesion_type = primary",))
    straight = ask(question)
    turned = ask(question, cases=cohort().take(range(46, -1, -1)))
    assert [(r.auc, r.cutoff_interval, r.rho_interval) for r in straight.rows] == [
        (r.auc, r.cutoff_interval, r.rho_interval) for r in turned.rows
    ]
