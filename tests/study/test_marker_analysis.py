"""Every statistic of one marker: ties at the resolution, streams of random numbers, what cannot be said."""

from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.model.analysis import MarkerValue
from adcurate.model.protocol import Analysis
from adcurate.study.analysis_json import marker_json
from adcurate.study.marker_analysis import MarkerQuestion, analyze_marker

QUICK = Analysis(seed=1, bootstrap_resamples=200)
QUESTION = MarkerQuestion(
    marker="avgADC",
    direction="low",
    positive_label="high grade",
    negative_label="low grade",
    grades=("G1", "G2", "G3"),
    methods=QUICK,
    resolution=1e-6,
    map_source="scanner",
    analysis_id="a" * 64,
    n_missing=2,
)


def values_of(*adc_by_grade):
    return [
        MarkerValue(f"{grade} {number}", value, grade, grade == "G3")
        for grade, group in zip(("G1", "G2", "G3"), adc_by_grade, strict=False)
        for number, value in enumerate(group)
    ]


VALUES = values_of((1.3e-3, 1.2e-3, 1.1e-3), (1.05e-3, 0.9e-3, 1.15e-3), (0.7e-3, 0.8e-3, 0.95e-3))


def test_groups_keep_the_values_as_they_are_and_ranks_see_them_at_the_resolution():
    shifted = [replace(value, value=value.value + 4e-7) for value in VALUES]
    plain, moved = analyze_marker(QUESTION, VALUES), analyze_marker(QUESTION, shifted)
    assert moved.youden.cutoff == plain.youden.cutoff
    assert moved.auc.value == plain.auc.value
    for name, group in moved.outcome_groups.items():
        assert group.mean == pytest.approx(plain.outcome_groups[name].mean + 4e-7, abs=1e-15)


def test_values_that_print_alike_are_tied_at_the_resolution_and_not_without():
    close = values_of((1.0000e-3, 1.2e-3), (1.1e-3,), (1.0000004e-3, 0.9e-3))
    assert analyze_marker(QUESTION, close).auc.tied_pairs == 1
    assert analyze_marker(replace(QUESTION, resolution=None), close).auc.tied_pairs == 0


def test_the_method_of_record_is_the_protocols_and_the_others_stand_beside_it():
    methods = replace(QUICK, auc_interval="exact-binomial", spearman_interval="fisher-z")
    analysis = analyze_marker(replace(QUESTION, methods=methods), VALUES)
    assert analysis.auc_interval.method == "exact-binomial"
    assert analysis.spearman_interval.method == "fisher-z"
    assert set(analysis.auc_intervals) == {
        "delong",
        "exact-binomial",
        "percentile-bootstrap",
        "bca-bootstrap",
    }
    assert set(analysis.mann_whitney) == {"exact", "asymptotic", "asymptotic-continuity"}
    assert set(analysis.pairwise) == {"none", "bonferroni", "holm"}


def test_choosing_another_method_of_record_moves_no_interval():
    methods = replace(QUICK, auc_interval="bca-bootstrap", cutoff_interval="percentile-bootstrap")
    first, second = (
        analyze_marker(QUESTION, VALUES),
        analyze_marker(replace(QUESTION, methods=methods), VALUES),
    )
    assert first.auc_intervals == second.auc_intervals
    assert first.cutoff_intervals == second.cutoff_intervals
    assert first.spearman_intervals == second.spearman_intervals


def test_each_marker_draws_from_its_own_stream():
    rng = np.random.default_rng(3)
    wide = values_of(
        rng.uniform(1, 3, 12) * 1e-3, rng.uniform(1, 3, 12) * 1e-3, rng.uniform(0.5, 2, 12) * 1e-3
    )
    first, second = (analyze_marker(replace(QUESTION, marker=name), wide) for name in ("avgADC", "minADC"))
    assert first.spearman.rho == second.spearman.rho
    names = ("percentile-bootstrap", "bca-bootstrap")
    assert any(first.spearman_intervals[n] != second.spearman_intervals[n] for n in names)
    assert first.spearman_intervals["fisher-z"] == second.spearman_intervals["fisher-z"]


def test_only_the_grades_that_occur_are_compared_in_the_protocols_order():
    swapped = replace(QUESTION, grades=("G3", "G2", "G1", "NEC"))
    analysis = analyze_marker(swapped, VALUES)
    assert analysis.grades == ("G3", "G2", "G1")
    assert analysis.spearman.rho == pytest.approx(-analyze_marker(QUESTION, VALUES).spearman.rho)


def test_one_grade_alone_leaves_out_what_needs_more_and_says_so():
    only = replace(QUESTION, grades=("G1",))
    analysis = analyze_marker(only, [replace(v, grade="G1") for v in VALUES])
    assert (analysis.kruskal_wallis, analysis.spearman, analysis.spearman_interval) == (None, None, None)
    assert "analysis.no-grades" in {finding.code for finding in analysis.findings}


def test_an_interval_that_cannot_be_given_is_a_finding_and_the_rest_stays():
    one_positive = [value for value in VALUES if not value.positive or value.subject == "G3 0"]
    analysis = analyze_marker(QUESTION, one_positive)
    assert set(analysis.cutoff_intervals) == {"percentile-bootstrap"}
    assert any("No bca-bootstrap interval of the cut-off" in f.sentence for f in analysis.findings)
    assert (analysis.auc.value, analysis.youden.cutoff) == (1.0, 0.7e-3)
    assert marker_json(analysis)["youden"]["interval"] is None


@pytest.mark.parametrize("positive", [True, False])
def test_one_side_alone_is_refused(positive):
    with pytest.raises(StatisticsError) as raised:
        analyze_marker(QUESTION, [replace(value, positive=positive) for value in VALUES])
    assert raised.value.code == "statistics.one-class"


def test_the_json_leads_back_to_the_analysis_and_counts_who_is_missing():
    found = marker_json(analyze_marker(QUESTION, VALUES))
    assert (found["analysis_id"], found["n"], found["n_missing"]) == ("a" * 64, 9, 2)
    assert set(found["groups"]) == {"G1", "G2", "G3", "low grade", "high grade"}
    assert found["roc"]["points"][0] == {"cutoff": "-inf", "sensitivity": 0.0, "specificity": 1.0}
    assert found["roc"]["points"][-1]["sensitivity"] == 1.0
    assert found["spearman"]["interval"] == found["spearman"]["intervals"]["percentile-bootstrap"]
    assert "analysis_id" not in marker_json(analyze_marker(replace(QUESTION, analysis_id=""), VALUES))
