"""Kendall's tau of values known as intervals, and how far the intervals leave a correlation open."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import (
    bound_correlation,
    estimate_interval_kendall,
    estimate_kendall,
    estimate_spearman,
    interval_values,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "ki67.json").read_text())


@st.composite
def cases_with_intervals(draw):
    n = draw(st.integers(4, 6))
    x = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    low = draw(st.lists(st.integers(0, 4), min_size=n, max_size=n))
    width = draw(st.lists(st.sampled_from([0, 0, 1, 2]), min_size=n, max_size=n))
    if len(set(x)) == 1:
        x[0] += 1
    return np.array(x, dtype=float), np.array(low, dtype=float), np.array(low, dtype=float) + width


def correlations_on_a_grid(x, low, high):
    """tau-b and rho of every choice of values on a grid fine enough to hold each order of six values."""
    steps = [
        [a] if a == b else [a + i / 5 for i in range(round(5 * (b - a)) + 1)]
        for a, b in zip(low, high, strict=True)
    ]
    if math.prod(len(step) for step in steps) > 40_000:
        return None
    every = np.array(list(itertools.product(*steps)))
    every = every[np.any(every != every[:, :1], axis=1)]
    sign_x, sign_y = np.sign(x[:, None] - x), np.sign(every[:, :, None] - every[:, None, :])
    tau = np.sum(sign_y * sign_x, axis=(1, 2)) / np.sqrt(np.sum(sign_x**2) * np.sum(sign_y**2, axis=(1, 2)))
    rank_x, rank_y = sign_x.sum(axis=1), sign_y.sum(axis=2)
    rho = (rank_y @ rank_x) / np.sqrt(np.sum(rank_x**2) * np.sum(rank_y**2, axis=1))
    return {"kendall": tau, "spearman": rho}


def test_counts_and_permutation_variance_equal_every_permutation():
    for record in ORACLE["permuted"]:
        values = interval_values(record["low"], record["high"])
        found = estimate_interval_kendall(record["x"], values, method="asymptotic")
        assert (found.concordant, found.discordant, found.undecided) == (
            record["concordant"],
            record["discordant"],
            record["undecided"],
        )
        assert found.tau == pytest.approx(record["tau"], rel=1e-12, abs=1e-14)
        z = record["s"] / math.sqrt(record["variance"])
        assert found.z == pytest.approx(z, rel=1e-10, abs=1e-12)


def test_random_permutations_come_near_to_all_of_them():
    for record in ORACLE["permuted"][:12]:
        found = estimate_interval_kendall(
            record["x"],
            interval_values(record["low"], record["high"]),
            method="permutation",
            rng=np.random.default_rng(2),
            n_permutations=4000,
        )
        assert found.p_value == pytest.approx(record["p"], abs=0.03)


def test_right_censored_pairs_equal_survival_concordance():
    for record in ORACLE["censored"]:
        time, event = np.array(record["time"], dtype=float), np.array(record["event"])
        values = interval_values(time, np.where(event, time, np.inf), low_open=~event)
        concordant, discordant, _ = record["counts"]
        if concordant + discordant == 0:
            continue
        found = estimate_interval_kendall(record["x"], values, method="asymptotic")
        assert (found.concordant, found.discordant) == (concordant, discordant)


@settings(max_examples=60, deadline=None)
@given(cases_with_intervals())
def test_exact_values_give_kendalls_tau_b(case):
    x, low, _ = case
    if np.all(low == low[0]):
        return
    values = interval_values(low, low)
    found = estimate_interval_kendall(x, values, method="asymptotic")
    plain = estimate_kendall(x, low, interval="none", method="asymptotic")
    assert (found.concordant, found.discordant, found.undecided) == (plain.concordant, plain.discordant, 0)
    assert found.tau == pytest.approx(plain.tau_b.value, abs=1e-13)
    assert found.z == pytest.approx(plain.z, abs=1e-10)
    for statistic, value in (
        ("kendall", plain.tau_b.value),
        ("spearman", estimate_spearman(x, low, interval="none").rho),
    ):
        bounds = bound_correlation(x, values, statistic=statistic)
        assert (bounds.low, bounds.high) == pytest.approx((value, value), abs=1e-12)
        assert bounds.is_sharp


@settings(max_examples=40, deadline=None)
@given(cases_with_intervals(), st.sampled_from(["kendall", "spearman"]))
def test_bounds_are_those_of_every_choice_of_values(case, statistic):
    x, low, high = case
    every = correlations_on_a_grid(x, low, high)
    if every is None or np.max(low) <= np.min(high):
        return
    bounds = bound_correlation(x, interval_values(low, high), statistic=statistic)
    lowest, highest = every[statistic].min(), every[statistic].max()
    assert bounds.low <= lowest + 1e-9
    assert bounds.high >= highest - 1e-9
    if statistic == "kendall":
        assert bounds.outer_low <= bounds.low + 1e-9
        assert bounds.outer_high >= bounds.high - 1e-9


def test_a_midpoint_lies_within_the_bounds():
    rng = np.random.default_rng(3)
    x = rng.normal(size=40)
    low = np.round(x + rng.normal(size=40), 1)
    high = low + rng.choice([0.0, 0.0, 0.5, 1.0], size=40)
    bounds = bound_correlation(x, interval_values(low, high), statistic="spearman")
    assert bounds.low < estimate_spearman(x, (low + high) / 2, interval="none").rho < bounds.high


def test_ends_decide_pairs_that_touch():
    x = [1.0, 2.0, 3.0, 4.0]
    closed = interval_values([0, 1, 5, 7], [1, 1, 6, 8])
    opened = interval_values([0, 1, 5, 7], [1, 1, 6, 8], high_open=[True, False, False, False])
    assert estimate_interval_kendall(x, closed, method="asymptotic").undecided == 1
    assert estimate_interval_kendall(x, opened, method="asymptotic").undecided == 0


def test_the_order_of_the_cases_changes_nothing():
    rng = np.random.default_rng(5)
    x = rng.normal(size=30)
    low = rng.integers(0, 9, 30).astype(float)
    high = low + rng.integers(0, 3, 30)
    shuffled = rng.permutation(30)
    options = {"method": "permutation", "n_permutations": 300}
    first = estimate_interval_kendall(x, interval_values(low, high), rng=np.random.default_rng(1), **options)
    second = estimate_interval_kendall(
        x[shuffled], interval_values(low[shuffled], high[shuffled]), rng=np.random.default_rng(1), **options
    )
    assert first == second


def test_mostly_undecided_pairs_are_noted():
    values = interval_values([0, 0, 0, 0, 9], [8, 8, 8, 8, 10])
    found = estimate_interval_kendall([1.0, 2.0, 3.0, 4.0, 5.0], values, method="asymptotic")
    assert [finding.code for finding in found.findings] == ["interval.many-undecided"]
    assert found.undecided_share == 0.6


@pytest.mark.parametrize(
    ("low", "high", "options", "code"),
    [
        ([0, 2], [1], {}, "statistics.shape"),
        ([2, 0], [1, 1], {}, "statistics.shape"),
        ([1, 0], [1, 1], {"low_open": [True, False]}, "statistics.shape"),
        ([math.nan, 0], [1, 1], {}, "statistics.not-finite"),
        ([math.inf, 0], [math.inf, 1], {}, "statistics.not-finite"),
        ([[0.0]], [[1.0]], {}, "statistics.shape"),
    ],
)
def test_what_is_no_interval_is_refused(low, high, options, code):
    with pytest.raises(StatisticsError) as refused:
        interval_values(low, high, **options)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("x", "low", "high", "options", "code"),
    [
        ([1, 2, 3], [0, 1, 2], [0, 1, 2], {}, "statistics.too-few"),
        ([1, 1, 1, 1], [0, 1, 2, 3], [0, 1, 2, 3], {}, "statistics.constant"),
        ([1, 2, 3, 4], [0, 0, 0, 0], [9, 9, 9, 9], {}, "statistics.constant"),
        ([1, 2, 3, 4, 5], [0, 1, 2, 3], [0, 1, 2, 3], {}, "statistics.shape"),
        ([1, 2, 3, math.nan], [0, 1, 2, 3], [0, 1, 2, 3], {}, "statistics.not-finite"),
        ([1, 2, 3, 4], [0, 1, 2, 3], [0, 1, 2, 3], {"method": "exact"}, "statistics.option"),
        ([1, 2, 3, 4], [0, 1, 2, 3], [0, 1, 2, 3], {"method": "permutation"}, "statistics.option"),
    ],
)
def test_what_has_no_order_is_refused(x, low, high, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_interval_kendall(x, interval_values(low, high), **{"method": "asymptotic", **options})
    assert refused.value.code == code


def test_bounds_refuse_what_they_cannot_answer():
    values = interval_values([0.0, 1.0, 2.0], [0.0, 1.0, 2.0])
    for x, statistic, code in (
        ([1.0, 1.0, 1.0], "kendall", "statistics.constant"),
        ([1.0, 2.0, 3.0], "pearson", "statistics.option"),
        ([1.0, 2.0], "kendall", "statistics.too-few"),
    ):
        with pytest.raises(StatisticsError) as refused:
            bound_correlation(x, values, statistic=statistic)
        assert refused.value.code == code
