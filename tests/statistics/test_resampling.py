"""Draws follow one stream whatever the blocks, and intervals of frozen replicates equal R's and scipy's."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_indices,
    bootstrap_replicates,
    count_undefined,
    jackknife_indices,
    jackknife_replicates,
    percentile_interval,
    stratified_bootstrap_indices,
)

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "correlation.json").read_text())
# The stream of numpy's PCG64 for this seed: a change here moves every bootstrap interval.
FROZEN_PLAIN = [[0, 3, 2, 3, 2], [2, 0, 0, 0, 4]]
FROZEN_STRATIFIED = [[0, 1, 4, 3, 1], [3, 4, 2, 3, 2]]
CASES = [pytest.param(case, id=case["name"]) for case in ORACLE["bootstraps"]]


@pytest.mark.parametrize("case", CASES)
def test_bootstrap_intervals_equal_r_boot_ci(case: dict[str, Any]) -> None:
    replicates, jackknife = np.array(case["replicates"]), np.array(case["jackknife"])
    plain = percentile_interval(replicates, case["level"])
    assert (plain.low, plain.high) == pytest.approx(tuple(case["percentile"]), rel=1e-8)
    assert (plain.method, plain.level) == ("percentile-bootstrap", case["level"])
    corrected = bca_interval(case["estimate"], replicates, jackknife, case["level"], bias="strictly-below")
    assert (corrected.low, corrected.high) == pytest.approx(tuple(case["bca"]), rel=1e-8)
    assert corrected.method == "bca-bootstrap"


@pytest.mark.parametrize("statistic", [np.mean, np.median, np.var])
def test_half_ties_and_linear_quantiles_equal_scipy(statistic: Any) -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(8).exponential(size=21).round(1)
    jackknife = np.array([statistic(np.delete(values, i)) for i in range(values.size)])
    for method in ("BCa", "percentile"):
        oracle = bootstrap(
            (values,),
            statistic,
            method=method,
            n_resamples=500,
            rng=np.random.default_rng(9),
            confidence_level=0.9,
        )
        found = (
            bca_interval(
                float(statistic(values)), oracle.bootstrap_distribution, jackknife, 0.9, quantile="linear"
            )
            if method == "BCa"
            else percentile_interval(oracle.bootstrap_distribution, 0.9, quantile="linear")
        )
        expected = (oracle.confidence_interval.low, oracle.confidence_interval.high)
        assert (found.low, found.high) == pytest.approx(expected, rel=1e-8)


@given(st.integers(0, 2**32), st.integers(1, 40), st.integers(1, 60), st.integers(1, 70))
@settings(max_examples=40, deadline=None)
def test_blocks_of_any_size_give_the_same_bits(seed: int, n: int, n_resamples: int, block: int) -> None:
    values = np.random.default_rng(seed).normal(size=n)
    strata = np.arange(n) % 3

    def mean(indices: Integers) -> Floats:
        return np.asarray(values[indices].mean(axis=1))

    for classes in (None, strata):
        whole = bootstrap_replicates(
            mean, n, n_resamples, np.random.default_rng(seed), strata=classes, block=n_resamples
        )
        parts = bootstrap_replicates(
            mean, n, n_resamples, np.random.default_rng(seed), strata=classes, block=block
        )
        assert np.array_equal(whole, parts)
        assert whole.shape == (n_resamples,)


def test_draws_are_the_same_on_every_platform() -> None:
    rng = np.random.default_rng(47)
    assert bootstrap_indices(5, 2, rng).tolist() == FROZEN_PLAIN
    assert stratified_bootstrap_indices(["a", "b", "b", "a", "b"], 2, rng).tolist() == FROZEN_STRATIFIED


def test_a_stratified_resample_keeps_each_stratum_and_draws_all_its_members() -> None:
    strata = np.array(["low", "high", "low", "low", "high"])
    indices = stratified_bootstrap_indices(strata, 400, np.random.default_rng(4))
    assert np.array_equal(strata[indices], np.broadcast_to(strata, indices.shape))
    counts = np.bincount(indices.ravel(), minlength=5) / 400
    assert counts == pytest.approx(np.ones(5), abs=0.2)


def test_every_case_is_drawn_equally_often() -> None:
    counts = np.bincount(bootstrap_indices(10, 20_000, np.random.default_rng(1)).ravel())
    assert counts == pytest.approx(np.full(10, 20_000), rel=0.03)


def test_leaving_one_out_leaves_every_other() -> None:
    assert jackknife_indices(3).tolist() == [[1, 2], [0, 2], [0, 1]]


def test_undefined_replicates_are_counted_and_left_out_of_the_interval() -> None:
    defined = np.linspace(0.0, 1.0, 99)
    mixed = np.concatenate([defined, [math.nan, math.nan]])
    assert count_undefined(mixed) == 2
    assert percentile_interval(mixed, 0.9) == percentile_interval(defined, 0.9)


def test_the_limits_are_the_order_statistics_where_the_position_is_whole() -> None:
    replicates = np.random.default_rng(2).permutation(np.arange(1.0, 1000.0))
    found = percentile_interval(replicates, 0.95)
    assert (found.low, found.high) == pytest.approx((25.0, 975.0), abs=1e-9)


def test_symmetric_replicates_and_influence_make_bca_the_percentile_interval() -> None:
    replicates = np.linspace(-1.0, 1.0, 1999)
    plain, corrected = (
        percentile_interval(replicates),
        bca_interval(0.0, replicates, np.array([-1.0, 0.0, 1.0])),
    )
    assert (corrected.low, corrected.high) == pytest.approx((plain.low, plain.high), abs=1e-9)


@pytest.mark.parametrize("estimate", [2.0, -2.0])
def test_replicates_on_one_side_of_the_estimate_fall_back_and_say_so(estimate: float) -> None:
    replicates = np.linspace(0.0, 1.0, 999)
    found = bca_interval(estimate, replicates, np.array([0.1, 0.2, 0.9]))
    assert found == percentile_interval(replicates)
    assert found.method == "percentile-bootstrap"


def test_an_acceleration_that_turns_a_tail_over_falls_back_and_says_so() -> None:
    replicates = np.linspace(0.0, 1.0, 20_001)
    one_case_decides = np.array([-1.0] + [0.0] * 9_999)
    found = bca_interval(0.9998, replicates, one_case_decides, level=0.999)
    assert found == percentile_interval(replicates, 0.999)
    assert bca_interval(0.9998, replicates, one_case_decides, level=0.9).method == "bca-bootstrap"


def test_equal_replicates_give_a_point_and_constant_influence_no_acceleration() -> None:
    found = bca_interval(0.5, np.full(200, 0.5), np.full(10, 0.5))
    assert (found.low, found.high, found.method) == (0.5, 0.5, "bca-bootstrap")


@pytest.mark.parametrize(("level", "needed"), [(0.95, 39), (0.9, 19), (0.99, 199)])
def test_too_few_replicates_for_the_level_are_refused(level: float, needed: int) -> None:
    percentile_interval(np.arange(float(needed)), level)
    with pytest.raises(StatisticsError) as caught:
        percentile_interval(np.arange(float(needed - 1)), level)
    assert caught.value.code == "statistics.too-few"


def test_impossible_bootstraps_are_refused() -> None:
    rng = np.random.default_rng(1)
    for call, code in (
        (lambda: bootstrap_indices(0, 10, rng), "statistics.too-few"),
        (lambda: stratified_bootstrap_indices([], 10, rng), "statistics.too-few"),
        (lambda: bootstrap_indices(5, 0, rng), "statistics.option"),
        (lambda: jackknife_indices(1), "statistics.too-few"),
        (lambda: percentile_interval(np.arange(100.0), 95.0), "statistics.option"),
        (lambda: bca_interval(math.nan, np.arange(100.0), np.arange(5.0)), "statistics.not-finite"),
        (lambda: percentile_interval(np.full(100, math.nan)), "statistics.too-few"),
    ):
        with pytest.raises(StatisticsError) as caught:
            call()
        assert caught.value.code == code


def test_leaving_out_a_block_at_a_time_is_leaving_out_all_at_once() -> None:
    values = np.random.default_rng(3).normal(size=1500)
    by_blocks = jackknife_replicates(lambda indices: values[indices].mean(axis=1), values.size)
    at_once = values[jackknife_indices(values.size)].mean(axis=1)
    np.testing.assert_allclose(by_blocks, at_once, rtol=1e-13)


def test_too_many_to_leave_out_is_refused_in_words() -> None:
    with pytest.raises(StatisticsError, match="10001 cases") as refused:
        jackknife_replicates(lambda indices: indices[:, 0].astype(float), 10_001)
    assert refused.value.code == "statistics.option" and "percentile" in refused.value.remedy
