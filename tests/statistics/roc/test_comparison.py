"""Areas compared: DeLong, paired and unpaired, several at once, and the bootstrap."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from adcurate.errors import StatisticsError
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.roc import compare_paired_aucs, compare_unpaired_aucs, estimate_auc
from adcurate.statistics.roc.comparison import holm_adjusted

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc_depth.json").read_text())
DIRECTIONS = {"first": "high", "second": "high", "third": "low"}


def cases_of(item):
    positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
    return dict(zip(DIRECTIONS, item["markers"], strict=True)), positive


def chosen(item, *names):
    markers, positive = cases_of(item)
    return {name: markers[name] for name in names}, positive


def close(value, reference, rel=1e-8):
    if reference in ("NA", None) or (isinstance(reference, str) and reference in ("NaN", "Inf", "-Inf")):
        return math.isnan(value)
    return value == pytest.approx(reference, rel=rel, abs=1e-12)


@pytest.mark.parametrize("item", ORACLE["sets"], ids=range(len(ORACLE["sets"])))
def test_a_paired_difference_equals_proc(item):
    markers, positive = chosen(item, "first", "third")
    pair = compare_paired_aucs(markers, positive, directions=DIRECTIONS, method="delong").pairs[0]
    oracle = item["pair"]
    if pair.standard_error == 0.0:
        assert (pair.p_value == 1.0) == (pair.difference == 0.0)
        assert pair.difference == 0.0 or math.isnan(pair.p_value)
        return
    assert pair.statistic == pytest.approx(oracle["z"], rel=1e-8, abs=1e-10)
    assert pair.p_value == pytest.approx(oracle["p"], rel=1e-8)
    assert [pair.interval.low, pair.interval.high] == pytest.approx(oracle["interval"], rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("item", ORACLE["sets"], ids=range(len(ORACLE["sets"])))
def test_an_unpaired_difference_equals_proc(item):
    markers, positive = cases_of(item)
    groups = {"first": (markers["first"], positive), "third": (-np.array(markers["third"]), positive)}
    pair = compare_unpaired_aucs(groups, direction="high", method="delong").pairs[0]
    oracle = item["pair"]
    if pair.standard_error == 0.0:
        assert pair.df is None
        return
    assert pair.statistic == pytest.approx(oracle["d"], rel=1e-8, abs=1e-10)
    assert pair.df == pytest.approx(oracle["df"], rel=1e-8)
    assert pair.p_value == pytest.approx(oracle["p_apart"], rel=1e-8)


@pytest.mark.parametrize("item", ORACLE["sets"], ids=range(len(ORACLE["sets"])))
def test_covariances_and_the_test_of_contrasts_equal_a_count_of_pairs(item):
    markers, positive = cases_of(item)
    found = compare_paired_aucs(markers, positive, directions=DIRECTIONS, method="delong")
    oracle = item["overall"]
    assert [area.value for area in found.areas.values()] == pytest.approx(oracle["theta"], rel=1e-12)
    np.testing.assert_allclose(found.covariance, oracle["covariance"], rtol=1e-8, atol=1e-14)
    if oracle["statistic"] != "NA":
        assert found.overall.df == 2
        assert found.overall.statistic == pytest.approx(oracle["statistic"], rel=1e-8)
        assert found.overall.p_value == pytest.approx(oracle["p"], rel=1e-8)


def test_three_areas_of_which_two_are_the_same_marker_have_one_contrast():
    markers, positive = cases_of(ORACLE["sets"][3])
    markers = {"first": markers["first"], "copy": markers["first"], "third": markers["third"]}
    directions = {"first": "high", "copy": "high", "third": "low"}
    found = compare_paired_aucs(markers, positive, directions=directions, method="delong")
    assert found.overall.df == 1
    assert found.overall.p_value == pytest.approx(found.pairs[1].p_value, rel=1e-8)
    assert {"roc-comparison.no-variance", "roc-comparison.dependent"} <= {f.code for f in found.findings}
    assert (found.pairs[0].difference, found.pairs[0].p_value) == (0.0, 1.0)


def test_perfect_separation_gives_no_p_value_of_zero():
    positive = np.arange(10) < 5
    perfect = np.where(positive, 1.0, 2.0)
    poor = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 1.5, 2.5, 3.5, 4.5, 5.5])
    both = {"perfect": perfect, "also": perfect + 1}
    directions = {"perfect": "low", "also": "low", "poor": "low"}
    (pair,) = compare_paired_aucs(both, positive, directions=directions, method="delong").pairs
    assert (pair.difference, pair.p_value) == (0.0, 1.0)
    groups = {"perfect": (perfect, positive), "worthless": (np.zeros(10), positive)}
    found = compare_unpaired_aucs(groups, direction="low", method="delong")
    assert found.pairs[0].difference == 0.5
    assert math.isnan(found.pairs[0].p_value)
    assert "roc-comparison.no-variance" in {finding.code for finding in found.findings}
    mixed = compare_paired_aucs(
        {"perfect": perfect, "poor": poor}, positive, directions=directions, method="delong"
    )
    assert 0.0 < mixed.pairs[0].p_value < 0.1


def test_one_case_of_a_class_has_no_variance_and_says_so():
    found = compare_paired_aucs(
        {"first": [1.0, 2.0, 3.0], "third": [3.0, 1.0, 2.0]},
        [True, False, False],
        directions=DIRECTIONS,
        method="delong",
    )
    assert math.isnan(found.pairs[0].p_value)
    assert "roc-comparison.single-case" in {finding.code for finding in found.findings}


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000))
def test_exchanging_the_markers_turns_the_difference(seed):
    rng = np.random.default_rng(seed)
    positive = np.arange(20) < 7
    markers = {"a": np.round(rng.normal(size=20), 1), "b": np.round(rng.normal(size=20), 1)}
    asked = {"directions": {"a": "low", "b": "high"}, "method": "delong"}
    there = compare_paired_aucs(markers, positive, **asked).pairs[0]
    back = compare_paired_aucs({"b": markers["b"], "a": markers["a"]}, positive, **asked).pairs[0]
    assert there.difference == -back.difference
    assert there.p_value == back.p_value
    a = estimate_auc(markers["a"], positive, direction="low", interval="none")
    assert there.difference == pytest.approx(
        a.value - estimate_auc(markers["b"], positive, direction="high", interval="none").value
    )


@pytest.mark.parametrize("method", ["delong", "bootstrap"])
def test_the_order_of_cases_changes_no_bit(method):
    markers, positive = cases_of(ORACLE["sets"][5])
    shuffled = np.random.default_rng(1).permutation(positive.size)
    moved = {name: np.array(values)[shuffled] for name, values in markers.items()}
    asked = {"directions": DIRECTIONS, "method": method, "n_resamples": 200}
    first = compare_paired_aucs(markers, positive, rng=np.random.default_rng(3), **asked)
    second = compare_paired_aucs(moved, positive[shuffled], rng=np.random.default_rng(3), **asked)
    assert (first.pairs, first.covariance) == (second.pairs, second.covariance)


def test_the_bootstrap_lies_where_proc_finds_it():
    rows = load_reconstructed_cohort()
    positive = [row.who_grade == "G3" for row in rows]
    markers = {"mean": [row.mean_adc for row in rows], "minimum": [row.minimum_adc for row in rows]}
    found = compare_paired_aucs(
        markers,
        positive,
        directions={"mean": "low", "minimum": "low"},
        method="bootstrap",
        rng=np.random.default_rng(2),
        n_resamples=20_000,
    )
    (pair,) = found.pairs
    assert pair.statistic == pytest.approx(ORACLE["cohort"]["z"], abs=0.05)
    assert pair.interval.method == "percentile-bootstrap"
    assert pair.interval.low < pair.difference < pair.interval.high
    assert found.n_resamples == 20_000


def test_unpaired_groups_can_be_three_and_be_bootstrapped():
    rng = np.random.default_rng(5)
    groups = {
        name: (np.round(rng.normal(size=30) + shift * (np.arange(30) < 12), 2), np.arange(30) < 12)
        for name, shift in (("one", 0.5), ("two", 1.0), ("three", 1.5))
    }
    analytic = compare_unpaired_aucs(groups, direction="high", method="delong", reference="normal")
    assert analytic.overall.df == 2
    assert [len(analytic.pairs), analytic.pairs[0].df] == [3, None]
    drawn = compare_unpaired_aucs(groups, direction="high", method="bootstrap", rng=rng)
    for exact, sampled in zip(analytic.pairs, drawn.pairs, strict=True):
        assert sampled.standard_error == pytest.approx(exact.standard_error, rel=0.12)


def test_holm_equals_r_and_leaves_unknown_out():
    assert holm_adjusted([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))
    adjusted = holm_adjusted([0.01, math.nan, 0.04])
    assert (adjusted[0], adjusted[2]) == pytest.approx((0.02, 0.04))
    assert math.isnan(adjusted[1])


def test_large_samples_are_exact_and_do_not_overflow():
    n = 200_000
    rng = np.random.default_rng(0)
    positive = np.arange(n) < n // 2
    marker = rng.normal(size=n) + positive
    other = marker + rng.normal(size=n)
    found = compare_paired_aucs(
        {"first": marker, "second": other}, positive, directions=DIRECTIONS, method="delong"
    )
    assert found.areas["first"].standard_error ** 2 == pytest.approx(found.covariance[0][0], rel=1e-9)
    assert found.pairs[0].difference == pytest.approx(ndtr(0.5**0.5) - ndtr(0.5), abs=0.01)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"method": "hanley"}, "statistics.option"),
        ({"level": 95}, "statistics.option"),
        ({"method": "bootstrap"}, "statistics.option"),
        ({"markers": {"first": [1.0, 2.0]}}, "statistics.too-few"),
        ({"markers": {"first": [1.0, 2.0], "second": [1.0, math.nan]}}, "statistics.not-finite"),
        ({"markers": {"first": [1.0, 2.0], "second": [1.0]}}, "statistics.shape"),
        ({"positive": [True, True]}, "statistics.one-class"),
    ],
)
def test_a_comparison_refuses_what_has_no_answer(change, code):
    asked = {
        "markers": {"first": [1.0, 2.0], "second": [2.0, 1.0]},
        "positive": [True, False],
        "directions": DIRECTIONS,
        "method": "delong",
    } | change
    with pytest.raises(StatisticsError) as refused:
        compare_paired_aucs(asked.pop("markers"), asked.pop("positive"), **asked)
    assert refused.value.code == code


def test_an_unknown_reference_is_refused():
    with pytest.raises(StatisticsError) as refused:
        compare_unpaired_aucs({}, direction="low", method="delong", reference="z")
    assert refused.value.code == "statistics.option"
