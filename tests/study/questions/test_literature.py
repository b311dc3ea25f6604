"""Questions about the literature: shipped tables, rows that cannot be pooled, this study beside them."""

import dataclasses

import numpy as np
import pytest

from adcurate.errors import TableError
from adcurate.model.answers.literature import (
    LiteratureAccuracyQuestion,
    LiteratureCorrelationQuestion,
    LiteratureMeansQuestion,
    StudyAccuracy,
    StudyCorrelation,
    StudyMean,
)
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.phantom.cohort import load_reconstructed_cohort
from adcurate.statistics.meta import mean_differences, pool_effects
from adcurate.study.literature import TABLES, load_literature
from adcurate.study.questions.literature import (
    answer_literature_accuracy,
    answer_literature_correlation,
    answer_literature_means,
    own_accuracy,
    own_correlation,
    own_means,
    parse_accuracy,
    parse_areas,
    parse_correlations,
    parse_means,
)

METHODS = Analysis()


@pytest.fixture(scope="module")
def means():
    return parse_means(load_literature("means"))


@pytest.fixture(scope="module")
def cohort():
    rows = load_reconstructed_cohort()
    n = len(rows)
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(n)),
        subject=tuple(row.patient for row in rows),
        lesion=("1",) * n,
        reader=("",) * n,
        session=("",) * n,
        grade=tuple(row.who_grade for row in rows),
        positive=tuple(row.who_grade == "G3" for row in rows),
        markers={"avgADC": np.array([row.mean_adc for row in rows])},
        directions={"avgADC": "low"},
        grades=("G1", "G2", "G3"),
        resolution=1e-6,
    )


def own_rows(*values):
    return tuple(
        StudyMean("This study", None, "avgADC", group, n, "mean-sd", mean, sd, unit="mm2/s")
        for group, n, mean, sd in values
    )


OTHER = own_rows(("G1", 30, 1.25e-3, 0.3e-3), ("G2", 22, 1.1e-3, 0.3e-3), ("G3", 12, 0.8e-3, 0.2e-3))


def test_every_shipped_row_that_is_certain_has_a_value_and_every_other_has_none(means):
    for row in means:
        assert row.certain == (row.centre is not None), row
        assert row.certain or row.note, row
        assert row.source, row


def test_no_study_has_more_lesions_in_the_table_than_it_reports():
    totals = {
        "Mebis et al.": 47,
        "Besa et al.": 48,
        "De Robertis et al.": 55,
        "Guo et al.": 59,
        "Min et al.": 63,
    }
    totals |= {"Lotfalizadeh et al.": 108, "Jang et al.": 34, "Pereira et al.": 22, "Wang et al.": 18}
    totals |= {"Kulali et al.": 30, "Kim et al.": 39 - 3}
    rows = parse_means(load_literature("means"))
    for study, total in totals.items():
        assert sum(row.n for row in rows if row.study == study and row.marker == "avgADC") == total


def test_every_shipped_table_can_be_read():
    assert set(TABLES) == {"means", "accuracy", "correlations", "areas"}
    assert len(parse_accuracy(load_literature("accuracy"))) == 7
    assert len(parse_correlations(load_literature("correlations"))) == 10
    assert len(parse_areas(load_literature("areas"))) == 7


def test_an_adc_is_read_into_mm2_per_s(means):
    assert means[0].centre == 0.00118
    assert means[0].unit == "mm2/s"


def test_pooled_differences_are_those_of_the_studies_that_have_both_groups(means):
    answer = answer_literature_means(LiteratureMeansQuestion(), means, (), METHODS)
    pool = next(pool for pool in answer.differences if pool.label == "G3 − G1")
    assert [study.study for study in pool.studies] == ["Mebis et al.", "Besa et al.", "Kulali et al."]
    effects = mean_differences(
        [0.76e-3, 0.87e-3, 0.88e-3],
        [0.15e-3, 0.43e-3, 0.15e-3],
        [9, 7, 11],
        [1.18e-3, 1.47e-3, 2.32e-3],
        [0.31e-3, 0.63e-3, 0.15e-3],
        [21, 25, 9],
    )
    wanted = pool_effects(effects.values, effects.variances, tau2="reml", interval="knapp-hartung")
    assert pool.pooled.estimate == pytest.approx(wanted.estimate, rel=1e-10)
    assert answer.p_values["G3 − G1, pooled"] == pytest.approx(wanted.p_value, rel=1e-8)


def test_a_range_is_not_converted_unless_asked_for(means):
    plain = answer_literature_means(LiteratureMeansQuestion(), means, (), METHODS)
    reasons = {(item.study, item.what): item.reason for item in plain.left_out}
    assert "no standard deviation" in reasons["Min et al.", "avgADC, G3"]
    assert plain.converted == ()
    guessed = answer_literature_means(LiteratureMeansQuestion(convert="wan-2014"), means, (), METHODS)
    assert "Min et al. 2018, G3" in guessed.converted
    assert "literature.converted" in [finding.code for finding in guessed.findings]
    g3 = next(pool for pool in guessed.means if pool.label == "G3")
    (minimum,) = [study for study in g3.studies if study.study == "Min et al."]
    assert minimum.effect == pytest.approx((0.26 + 2 * 0.59 + 0.95) / 4 * 1e-3)


def test_this_study_is_one_more_row_or_stands_beside(means):
    pooled = answer_literature_means(LiteratureMeansQuestion(), means, OTHER, METHODS).means[0]
    beside = answer_literature_means(
        LiteratureMeansQuestion(pool_this_study=False), means, OTHER, METHODS
    ).means[0]
    assert pooled.pooled.k == 5
    assert pooled.this_study.weight is not None
    assert beside.pooled.k == 4
    assert beside.this_study.weight is None
    assert pooled.others == beside.pooled
    assert sum(study.weight for study in pooled.studies) == pytest.approx(1.0)


def test_the_same_lesions_do_not_count_twice(means, cohort):
    own = own_means(cohort, "avgADC", unit="mm2/s")
    answer = answer_literature_means(LiteratureMeansQuestion(), means, own, METHODS)
    assert "Mebis et al." not in [study.study for study in answer.means[0].studies]
    assert "literature.same-study" in [finding.code for finding in answer.findings]


def test_the_logarithm_pools_geometrically(means):
    answer = answer_literature_means(
        LiteratureMeansQuestion(mean_scale="log", measure="ratio-of-means"), means, (), METHODS
    )
    assert {pool.scale for pool in (*answer.means, *answer.differences)} == {"log"}
    assert answer.differences[0].label == "G2 / G1"


def test_hedges_g_has_no_unit(means):
    answer = answer_literature_means(LiteratureMeansQuestion(measure="hedges-g"), means, (), METHODS)
    assert {pool.unit for pool in answer.differences} == {""}


def test_an_unknown_marker_is_refused_by_name(means):
    with pytest.raises(TableError, match="medianADC"):
        answer_literature_means(LiteratureMeansQuestion(marker="medianADC"), means, (), METHODS)


def test_an_unknown_group_is_refused_by_name(means):
    with pytest.raises(TableError, match="G4"):
        answer_literature_means(LiteratureMeansQuestion(groups=("G1", "G4")), means, (), METHODS)


def test_another_unit_for_this_study_is_refused(means):
    other = tuple(dataclasses.replace(row, unit="percent") for row in OTHER)
    with pytest.raises(TableError, match="percent"):
        answer_literature_means(LiteratureMeansQuestion(), means, other, METHODS)


def test_counts_are_worked_out_only_where_one_pair_prints_so():
    by_name = {(row.study, row.marker): row for row in parse_accuracy(load_literature("accuracy"))}
    mebis = by_name["Mebis et al.", "avgADC"]
    assert (mebis.tp, mebis.fn, mebis.fp, mebis.tn, mebis.worked_out) == (9, 0, 13, 25, True)
    assert (by_name["Kulali et al.", "avgADC"].tn, by_name["Lotfalizadeh et al.", "avgADC"].tn) == (16, 89)
    guo = by_name["Guo et al.", "avgADC"]
    assert guo.tp is None
    assert "classes exchanged 34 of 47 and 11 of 12" in guo.reason


def test_the_shipped_cut_offs_cannot_be_pooled_exactly_and_it_is_said():
    studies = parse_accuracy(load_literature("accuracy"))
    exact = answer_literature_accuracy(LiteratureAccuracyQuestion(), studies, None, METHODS)
    assert exact.pooled is None
    assert "literature.not-pooled" in [finding.code for finding in exact.findings]
    approximate = answer_literature_accuracy(
        LiteratureAccuracyQuestion(model="approximate"), studies, None, METHODS
    )
    assert approximate.pooled.k == 3
    assert not approximate.pooled.joint
    assert exact.p_values == {}


def test_this_study_of_accuracy_may_stand_beside():
    studies = parse_accuracy(load_literature("accuracy"))
    own = StudyAccuracy("This study", None, "avgADC", 0.94e-3, "mm2/s", 10, 2, 9, 43)
    areas = parse_areas(load_literature("areas"))
    question = LiteratureAccuracyQuestion(model="approximate", pool_this_study=False)
    answer = answer_literature_accuracy(question, studies, own, METHODS, areas=areas)
    assert [study.pooled for study in answer.studies] == [True, True, True, False]
    assert {area.marker for area in answer.areas} == {"avgADC"}


def test_the_cohort_becomes_the_row_that_its_paper_prints(cohort):
    row = own_accuracy(cohort, "avgADC", unit="mm2/s")
    assert (row.tp, row.fn, row.fp, row.tn) == (9, 0, 13, 25)
    assert row.cutoff == pytest.approx(0.957e-3)
    correlation = own_correlation(cohort, "avgADC")
    assert correlation.r == pytest.approx(-0.606, abs=5e-4)
    assert correlation.n == 47
    group = own_means(cohort, "avgADC", unit="mm2/s")[0]
    assert (round(group.centre * 1e3, 2), round(group.spread * 1e3, 2), group.n) == (1.18, 0.31, 21)


def test_correlations_are_pooled_and_the_unnamed_kinds_are_said():
    studies = parse_correlations(load_literature("correlations"))
    own = StudyCorrelation("This study", None, "avgADC", "who-grade", "spearman", -0.5, 64)
    answer = answer_literature_correlation(LiteratureCorrelationQuestion(), studies, own, METHODS)
    assert answer.pool.pooled.k == 5
    assert answer.pool.scale == "fisher-z"
    assert "literature.kind-not-stated" in [finding.code for finding in answer.findings]
    assert list(answer.p_values) == ["avgADC and WHO grade, pooled"]


def test_answers_are_json():
    studies = parse_correlations(load_literature("correlations"))
    answer = answer_literature_correlation(
        LiteratureCorrelationQuestion(against="ki-67"), studies, None, METHODS
    )
    assert as_jsonable(answer)["pool"]["pooled"]["k"] == 3


ROW = {"study": "A", "year": "2000", "marker": "m", "group": "G1", "n": "5", "statistic": "mean-sd"}
ROW |= {"centre": "1.0", "spread": "0.1", "low": "", "high": "", "unit": "1e-3 mm2/s", "certain": "yes"}


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"n": "5.5"}, "n"),
        ({"n": ""}, "n"),
        ({"centre": "1,0"}, "centre"),
        ({"centre": ""}, "centre"),
        ({"spread": ""}, "spread"),
        ({"spread": "-1"}, "spread"),
        ({"statistic": "median-iqr"}, "statistic"),
        ({"statistic": "median-range", "low": "5.6", "high": "1.42"}, "centre"),
        ({"statistic": "mean-range"}, "low"),
        ({"certain": "maybe"}, "certain"),
        ({"year": "200x"}, "year"),
        ({"study": ""}, "study"),
        ({"unit": ""}, "unit"),
        ({"centre": "nan"}, "centre"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_by_column_and_row(changed, column):
    with pytest.raises(TableError) as refused:
        parse_means([ROW, {**ROW, "group": "G2", **changed}], row_numbers=[2, 7])
    assert refused.value.code == "table.value"
    assert refused.value.facts["column"] == column
    assert refused.value.facts["row"] == "row 7"


def test_a_missing_column_a_repeated_row_and_two_units_are_refused():
    with pytest.raises(TableError) as refused:
        parse_means([{"study": "A"}])
    assert refused.value.code == "table.missing-column"
    with pytest.raises(TableError, match="row 2 and row 3"):
        parse_means([ROW, ROW])
    with pytest.raises(TableError, match="unit"):
        parse_means([ROW, {**ROW, "group": "G2", "unit": "percent"}])
    with pytest.raises(TableError) as refused:
        parse_means([])
    assert refused.value.code == "table.empty"


def test_counts_may_be_given_instead_of_percentages():
    row = {"study": "A", "tp": "5", "fn": "1", "fp": "2", "tn": "9"}
    (found,) = parse_accuracy([row])
    assert (found.tp, found.tn, found.worked_out) == (5, 9, False)
    with pytest.raises(TableError, match="stand with"):
        parse_accuracy([{**row, "fn": ""}])
    with pytest.raises(TableError, match="between -1 and 1"):
        parse_correlations([{"study": "A", "r": "1.2", "n": "9"}])
