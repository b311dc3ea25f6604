"""Spearman's rho, its p-value and every named interval agree with R; the bootstrap repeats bit by bit."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.correlation.spearman import spearman_of_resamples
from adcurate.statistics.ranks import midranks, midranks_of_resamples

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "correlation.json").read_text())
CASES = [pytest.param(case, id=case["name"]) for case in ORACLE["correlations"]]
BOOTSTRAPS = ("percentile-bootstrap", "bca-bootstrap")

levels = st.lists(st.integers(0, 8), min_size=4, max_size=15)


def case_of(name: str) -> dict[str, Any]:
    (case,) = (c for c in ORACLE["correlations"] if c["name"] == name)
    return case


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(
    ("interval", "key"),
    [("fisher-z", "fisher_z"), ("fisher-z-1.06", "fisher_z_106"), ("bonett-wright", "bonett_wright")],
)
def test_rho_p_and_closed_forms_equal_r(case: dict[str, Any], interval: Any, key: str) -> None:
    result = estimate_spearman(case["x"], case["y"], interval=interval, level=case["level"])
    assert result.rho == pytest.approx(case["rho"], rel=1e-8)
    assert result.p_value == pytest.approx(case["p_value"], rel=1e-8, abs=1e-12)
    assert result.interval is not None
    assert (result.interval.method, result.interval.level) == (interval, case["level"])
    limits = (result.interval.low, result.interval.high)
    if case[key] is None:
        assert all(math.isnan(limit) for limit in limits)
    else:
        assert limits == pytest.approx(tuple(case[key]), rel=1e-8)
    assert result.n == len(case["x"])
    assert (result.n_resamples, result.n_undefined) == (0, 0)


def test_resampled_rho_equals_r_boot_on_the_same_draws() -> None:
    (case,) = (c for c in ORACLE["bootstraps"] if c["indices"])
    pairs = np.array(case["cases"])
    replicates = spearman_of_resamples(pairs[:, 0], pairs[:, 1], np.array(case["indices"]))
    assert replicates == pytest.approx(np.array(case["replicates"]), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize(
    ("marker", "rho", "percentile"), [("avg", -0.606, (-0.79, -0.37)), ("min", -0.581, (-0.75, -0.355))]
)
def test_the_reconstructed_cohort_gives_the_published_rho_and_a_wide_interval(
    marker: str, rho: float, percentile: tuple[float, float]
) -> None:
    case = case_of(f"reconstructed cohort, {marker}")
    result = estimate_spearman(
        case["x"], case["y"], interval="percentile-bootstrap", rng=np.random.default_rng(2020)
    )
    assert round(result.rho, 3) == rho
    assert result.interval is not None
    assert (result.interval.low, result.interval.high) == pytest.approx(percentile, abs=0.015)
    assert (result.n, result.n_tied_y, result.n_resamples) == (47, 47, 10_000)


@given(levels, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_turning_one_variable_over_turns_rho_over(x: list[int], random: Any) -> None:
    y = random.sample(x, len(x))
    if len(set(x)) < 2:
        return
    up = estimate_spearman(x, y, interval="fisher-z")
    down = estimate_spearman(x, [-v for v in y], interval="fisher-z")
    assert down.rho == -up.rho
    assert down.p_value == up.p_value
    assert 0.0 <= up.p_value <= 1.0
    assert -1.0 <= up.rho <= 1.0
    assert up.interval is not None
    assert down.interval is not None
    assert down.interval.low == pytest.approx(-up.interval.high, nan_ok=True)


@given(levels)
@settings(max_examples=40, deadline=None)
def test_a_rising_transform_changes_nothing(x: list[int]) -> None:
    if len(set(x)) < 2:
        return
    y = list(range(len(x)))
    bent = [math.exp(v) for v in x]
    assert estimate_spearman(x, y, interval="none") == estimate_spearman(bent, y, interval="none")
    assert estimate_spearman(x, bent, interval="none").rho == 1.0


@given(levels, st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_ranks_of_resamples_equal_ranking_each_resample(x: list[int], seed: int) -> None:
    values = np.array(x, dtype=float)
    indices = np.random.default_rng(seed).integers(0, values.size, size=(7, values.size))
    expected = np.array([midranks(values[row]) for row in indices])
    assert np.array_equal(midranks_of_resamples(values, indices), expected)


@pytest.mark.parametrize("interval", BOOTSTRAPS)
def test_the_same_seed_gives_the_same_bits_and_another_seed_does_not(interval: Any) -> None:
    case = case_of("ties in both")

    def limits(seed: int) -> object:
        return estimate_spearman(
            case["x"], case["y"], interval=interval, rng=np.random.default_rng(seed), n_resamples=2000
        )

    assert limits(11) == limits(11)
    assert limits(11) != limits(12)


def test_undefined_replicates_are_counted_and_left_out() -> None:
    result = estimate_spearman(
        [1, 1, 1, 2],
        [3, 1, 2, 4],
        interval="percentile-bootstrap",
        rng=np.random.default_rng(3),
        n_resamples=4000,
    )
    share = (3 / 4) ** 4 + (1 / 4) ** 4
    assert result.n_undefined / 4000 == pytest.approx(share, abs=0.03)
    assert result.interval is not None
    assert -1.0 <= result.interval.low <= result.interval.high <= 1.0


def test_a_perfect_correlation_has_no_closed_form_interval() -> None:
    result = estimate_spearman([1, 2, 3, 4], [9, 8, 7, 6], interval="bonett-wright")
    assert (result.rho, result.p_value) == (-1.0, 0.0)
    assert result.interval is not None
    assert math.isnan(result.interval.low)
    assert estimate_spearman([1, 2, 3, 4], [9, 8, 7, 6], interval="none").interval is None


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ([], [], "statistics.too-few"),
        ([1.0], [1.0], "statistics.too-few"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], "statistics.too-few"),
        ([1.0, 2.0, 3.0, math.nan], [1.0, 2.0, 3.0, 4.0], "statistics.not-finite"),
        ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 3.0], "statistics.shape"),
        ([1.0, 2.0, 3.0, 4.0], [5.0] * 4, "statistics.constant"),
    ],
)
def test_pairs_without_a_correlation_are_refused_by_code(x: list[float], y: list[float], code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        estimate_spearman(x, y, interval="none")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "options",
    [
        {"interval": "percentile-bootstrap"},
        {"interval": "jackknife"},
        {"interval": "fisher-z", "level": 95.0},
        {"interval": "bca-bootstrap", "rng": np.random.default_rng(1), "n_resamples": 0},
    ],
)
def test_impossible_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(StatisticsError) as caught:
        estimate_spearman([1, 2, 3, 4], [1, 3, 2, 4], **options)
    assert caught.value.code == "statistics.option"
