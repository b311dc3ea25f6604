"""The area under the ROC curve and its intervals."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.resampling import (
    bca_interval,
    jackknife_indices,
    percentile_interval,
    stratified_bootstrap_indices,
)
from adcurate.statistics.roc.auc import estimate_auc

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc.json").read_text())
CURVES = [pytest.param(curve, id=f"{curve['name']}, {curve['direction']}") for curve in ORACLE["curves"]]
COHORT = {
    curve["name"][-3:]: curve for curve in ORACLE["curves"] if curve["name"].startswith("reconstructed")
}


@st.composite
def two_groups(draw):
    values = st.integers(-6, 6)
    return (
        np.array(draw(st.lists(values, min_size=1, max_size=12)), dtype=float),
        np.array(draw(st.lists(values, min_size=1, max_size=12)), dtype=float),
    )


def pooled(positives, negatives):
    return np.concatenate([positives, negatives]), np.arange(positives.size + negatives.size) < positives.size


def area_by_pairs(marker, positive, direction):
    """Count pairs one by one."""
    difference = np.subtract.outer(marker[positive], marker[~positive])
    if direction == "low":
        difference = -difference
    return (np.count_nonzero(difference > 0) + 0.5 * np.count_nonzero(difference == 0)) / difference.size


@pytest.mark.parametrize("oracle", CURVES)
def test_area_and_delong_equal_proc(oracle):
    question = {"direction": oracle["direction"], "interval": "delong"}
    auc = estimate_auc(oracle["marker"], oracle["positive"], **question)
    narrow = estimate_auc(oracle["marker"], oracle["positive"], level=0.8, **question)
    assert auc.value == pytest.approx(oracle["auc"], abs=1e-12)
    assert auc.standard_error**2 == pytest.approx(oracle["delong_variance"], abs=1e-12)
    assert (auc.interval.low, auc.interval.high) == pytest.approx(oracle["delong_95"], abs=1e-10)
    assert (narrow.interval.low, narrow.interval.high) == pytest.approx(oracle["delong_80"], abs=1e-10)
    assert auc.p_value == pytest.approx(oracle["p_value"], rel=1e-8)
    assert auc.interval.method == "delong"


@pytest.mark.parametrize("oracle", CURVES)
def test_exact_binomial_interval_equals_the_beta_quantiles_of_r(oracle):
    auc = estimate_auc(
        oracle["marker"], oracle["positive"], direction=oracle["direction"], interval="exact-binomial"
    )
    assert (auc.interval.low, auc.interval.high) == pytest.approx(oracle["exact_binomial_95"], abs=1e-10)


@pytest.mark.parametrize("column", ["avg", "min"])
def test_the_published_area_and_interval_are_reproduced(column):
    oracle = COHORT[column]
    auc = estimate_auc(oracle["marker"], oracle["positive"], direction="low", interval="exact-binomial")
    assert (auc.n_positive, auc.n_negative) == (9, 38)
    assert auc.concordant_pairs + auc.tied_pairs / 2 == 298
    assert round(auc.value, 3) == 0.871
    assert (round(auc.interval.low, 4), round(auc.interval.high, 4)) == (0.7414, 0.9511)


def test_pairs_are_counted_by_hand():
    auc = estimate_auc([0.6, 0.9, 0.9, 1.4], [True, True, False, False], direction="low", interval="none")
    assert (auc.concordant_pairs, auc.tied_pairs, auc.value) == (3, 1, 0.875)
    assert auc.interval is None


@settings(max_examples=60, deadline=None)
@given(two_groups(), st.sampled_from(["low", "high"]))
def test_the_area_equals_a_count_of_pairs(groups, direction):
    marker, positive = pooled(*groups)
    auc = estimate_auc(marker, positive, direction=direction, interval="none")
    assert auc.value == pytest.approx(area_by_pairs(marker, positive, direction), abs=1e-15)


@settings(max_examples=60, deadline=None)
@given(two_groups())
def test_exchanging_the_classes_gives_the_complement(groups):
    x, y = groups
    there = estimate_auc(*pooled(x, y), direction="high", interval="none")
    back = estimate_auc(*pooled(y, x), direction="high", interval="none")
    assert there.value + back.value == pytest.approx(1.0, abs=1e-15)
    assert there.standard_error == pytest.approx(back.standard_error, abs=1e-12, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(two_groups())
def test_low_is_high_of_the_negated_marker(groups):
    marker, positive = pooled(*groups)
    low = estimate_auc(marker, positive, direction="low", interval="exact-binomial")
    high = estimate_auc(-marker, positive, direction="high", interval="exact-binomial")
    assert (low.value, low.concordant_pairs, low.interval) == (
        high.value,
        high.concordant_pairs,
        high.interval,
    )


@settings(max_examples=60, deadline=None)
@given(two_groups())
def test_a_rising_change_of_the_marker_changes_nothing(groups):
    marker, positive = pooled(*groups)
    plain = estimate_auc(marker, positive, direction="low", interval="delong")
    bent = estimate_auc(np.exp(marker / 3.0) - 5.0, positive, direction="low", interval="delong")
    assert (plain.value, plain.tied_pairs) == (bent.value, bent.tied_pairs)
    assert plain.standard_error == pytest.approx(bent.standard_error, abs=0.0, nan_ok=True)


@settings(max_examples=40, deadline=None)
@given(two_groups(), st.sampled_from(["delong", "exact-binomial"]))
def test_an_interval_contains_its_estimate(groups, interval):
    auc = estimate_auc(*pooled(*groups), direction="low", interval=interval)
    if not math.isnan(auc.interval.low):
        assert 0.0 <= auc.interval.low <= auc.value <= auc.interval.high <= 1.0


def test_delong_variance_equals_the_variance_of_placements():
    generator = np.random.default_rng(3)
    marker, positive = np.round(generator.normal(size=40), 1), np.arange(40) < 13
    sign = (np.sign(np.subtract.outer(marker[positive], marker[~positive])) + 1) / 2
    variance = sign.mean(axis=1).var(ddof=1) / 13 + sign.mean(axis=0).var(ddof=1) / 27
    auc = estimate_auc(marker, positive, direction="high", interval="none")
    assert auc.standard_error**2 == pytest.approx(variance, rel=1e-12)


@pytest.mark.parametrize("interval", ["percentile-bootstrap", "bca-bootstrap"])
def test_a_bootstrap_interval_equals_one_taken_replicate_by_replicate(interval):
    generator = np.random.default_rng(11)
    marker = np.sort(np.round(generator.normal(size=25), 1))
    positive = np.zeros(25, dtype=bool)
    positive[[1, 3, 4, 9, 15, 16, 20]] = True
    canonical = np.lexsort((marker, ~positive))
    marker, positive = marker[canonical], positive[canonical]
    drawn = stratified_bootstrap_indices(positive, 400, np.random.default_rng(2))
    replicates = np.array([area_by_pairs(marker[row], positive[row], "low") for row in drawn])
    if interval == "bca-bootstrap":
        left_out = [area_by_pairs(marker[row], positive[row], "low") for row in jackknife_indices(25)]
        expected = bca_interval(area_by_pairs(marker, positive, "low"), replicates, np.array(left_out))
    else:
        expected = percentile_interval(replicates)
    auc = estimate_auc(
        marker, positive, direction="low", interval=interval, rng=np.random.default_rng(2), n_resamples=400
    )
    assert auc.interval.method == expected.method == interval
    assert (auc.interval.low, auc.interval.high) == pytest.approx((expected.low, expected.high), abs=1e-10)


def test_the_bootstrap_interval_lies_where_proc_finds_it():
    oracle = COHORT["avg"]
    auc = estimate_auc(
        oracle["marker"],
        oracle["positive"],
        direction="low",
        interval="percentile-bootstrap",
        rng=np.random.default_rng(4),
        n_resamples=20_000,
    )
    assert (auc.interval.low, auc.interval.high) == pytest.approx(ORACLE["bootstrap_95_avg"], abs=0.01)


def test_the_same_seed_gives_the_same_bits_for_any_order_of_the_cases():
    oracle = COHORT["min"]
    marker, positive = np.array(oracle["marker"]), np.array(oracle["positive"])
    shuffled = np.random.default_rng(0).permutation(marker.size)
    question = {"direction": "low", "interval": "bca-bootstrap"}
    first = estimate_auc(marker, positive, rng=np.random.default_rng(9), **question)
    second = estimate_auc(marker[shuffled], positive[shuffled], rng=np.random.default_rng(9), **question)
    assert first == second


def test_perfect_separation_has_no_variance_and_says_so():
    auc = estimate_auc([1.0, 2.0, 3.0, 4.0], [True, True, False, False], direction="low", interval="delong")
    assert (auc.value, auc.standard_error, auc.interval.low, auc.interval.high) == (1.0, 0.0, 1.0, 1.0)
    assert math.isnan(auc.p_value)
    assert [finding.code for finding in auc.findings] == ["auc.no-variance"]


def test_perfect_separation_keeps_an_exact_interval():
    auc = estimate_auc(
        [1.0, 2.0, 3.0, 4.0], [True, True, False, False], direction="low", interval="exact-binomial"
    )
    assert (auc.interval.low, auc.interval.high) == pytest.approx((0.025**0.25, 1.0))


def test_a_constant_marker_is_worth_one_half():
    auc = estimate_auc([1.0] * 5, [True, True, False, False, False], direction="low", interval="delong")
    assert (auc.value, auc.tied_pairs) == (0.5, 6)
    assert [finding.code for finding in auc.findings] == ["auc.no-variance"]


def test_two_cases_have_an_area_and_no_standard_error():
    auc = estimate_auc([1.0, 2.0], [True, False], direction="low", interval="delong")
    assert auc.value == 1.0
    assert math.isnan(auc.standard_error)
    assert math.isnan(auc.interval.low)
    assert math.isnan(auc.interval.high)
    assert math.isnan(auc.p_value)
    assert [finding.code for finding in auc.findings] == ["auc.single-case"]


def test_a_limit_beyond_one_is_cut_and_the_raw_limits_are_kept():
    oracle = next(c for c in ORACLE["curves"] if c["name"].startswith("near 1") and c["direction"] == "high")
    auc = estimate_auc(oracle["marker"], oracle["positive"], direction="high", interval="delong")
    (finding,) = auc.findings
    assert auc.interval.high == 1.0
    assert finding.code == "auc.interval-truncated"
    assert float(finding.where["high"]) == pytest.approx(auc.value + 1.959963984540054 * auc.standard_error)


def test_an_area_below_one_half_is_kept_and_flagged():
    auc = estimate_auc([1.0, 2.0, 3.0, 4.0], [True, False, True, False], direction="high", interval="none")
    assert auc.value == 0.25
    assert [finding.code for finding in auc.findings] == ["auc.below-half"]


def test_large_samples_do_not_overflow():
    n = 200_000
    marker = np.arange(n, dtype=float)
    auc = estimate_auc(marker, marker < n // 2, direction="low", interval="delong")
    assert auc.concordant_pairs == (n // 2) ** 2
    assert auc.value == 1.0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"interval": "hanley"}, "statistics.option"),
        ({"interval": "delong", "level": 95}, "statistics.option"),
        ({"interval": "percentile-bootstrap"}, "statistics.option"),
        ({"interval": "delong", "resolution": 0.0}, "statistics.option"),
    ],
)
def test_an_area_refuses_an_impossible_option(options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_auc([1.0, 2.0, 3.0], [True, False, True], direction="low", **options)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("marker", "positive", "code"),
    [
        ([1.0, 2.0], [True, True], "statistics.one-class"),
        ([1.0, math.inf], [True, False], "statistics.not-finite"),
        ([[1.0, 2.0]], [[True, False]], "statistics.shape"),
    ],
)
def test_an_area_refuses_cases_that_have_none(marker, positive, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_auc(marker, positive, direction="low", interval="delong")
    assert refused.value.code == code
