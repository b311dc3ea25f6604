"""Bias and limits of agreement of one pair of readings for each lesion."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import estimate_bland_altman, limit_width, normal_multiplier

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "agreement.json").read_text())
CASES = [
    pytest.param(item, variant, id=f"{item['name']}, {variant['variant']}")
    for item in ORACLE["limits"]
    for variant in item["variants"]
]
readings = st.lists(st.integers(1, 400), min_size=3, max_size=20)


def limits(interval):
    return interval.low, interval.high


def codes(found):
    return [finding.code for finding in found.findings]


@pytest.mark.parametrize(("item", "oracle"), CASES)
def test_bias_limits_and_all_intervals_equal_r(item, oracle):
    of = {
        kind: estimate_bland_altman(item["a"], item["b"], variant=oracle["variant"], limits_interval=kind)
        for kind in ("exact", "approximate-1986", "approximate-1999")
    }
    found = of["exact"]
    mine = [
        found.bias,
        *limits(found.bias_interval),
        found.lower_limit,
        found.upper_limit,
        *limits(found.lower_interval),
        *limits(found.upper_interval),
        *limits(of["approximate-1986"].lower_interval),
        *limits(of["approximate-1999"].lower_interval),
    ]
    assert mine == pytest.approx(oracle["numbers"], rel=1e-8, abs=1e-9 * found.sd)
    assert found.sd == pytest.approx(oracle["sd"], rel=1e-8)
    assert found.p_value == pytest.approx(oracle["p_value"], rel=1e-8)
    for trend, expected in ((found.proportional, oracle["line"]), (found.spread, oracle["spread"])):
        numbers = [
            trend.slope,
            trend.intercept,
            *limits(trend.interval),
            trend.p_value,
            trend.residual_sd,
        ]
        assert numbers == pytest.approx(expected, rel=1e-7, abs=1e-11)


def test_the_published_peak_flow_example():
    item = ORACLE["limits"][0]
    found = estimate_bland_altman(item["a"], item["b"], limits_interval="approximate-1986")
    # Bland and Altman 1986 print bias -2.1, SD 38.8, limits of 2 SD, and for the bias -22.0 to 17.8.
    assert (round(found.bias, 1), round(found.sd, 1)) == (-2.1, 38.8)
    assert [round(x, 1) for x in limits(found.bias_interval)] == [-22.0, 17.8]
    two = estimate_bland_altman(item["a"], item["b"], multiplier=2.0)
    assert [round(two.lower_limit, 1), round(two.upper_limit, 1)] == [-79.6, 75.4]


@settings(max_examples=60, deadline=None)
@given(readings, st.integers(0, 10**6))
def test_swapping_readers_turns_everything_round(values, seed):
    first = np.array(values, dtype=float)
    second = first + np.random.default_rng(seed).normal(0, 5, len(values))
    there, back = estimate_bland_altman(first, second), estimate_bland_altman(second, first)
    assert there.bias == pytest.approx(-back.bias)
    assert limits(there.upper_interval) == pytest.approx([-x for x in limits(back.lower_interval)[::-1]])
    assert there.p_value == pytest.approx(back.p_value)


@settings(max_examples=60, deadline=None)
@given(readings, st.integers(0, 10**6), st.sampled_from([1e-3, 7.0, 1e4]))
def test_shares_and_ratios_do_not_depend_on_the_unit(values, seed, factor):
    first = np.array(values, dtype=float)
    second = first * np.exp(np.random.default_rng(seed).normal(0, 0.1, len(values)))
    for variant in ("percent", "log"):
        plain = estimate_bland_altman(first, second, variant=variant)
        scaled = estimate_bland_altman(first * factor, second * factor, variant=variant)
        assert scaled.bias == pytest.approx(plain.bias, rel=1e-9)
        assert limits(scaled.upper_interval) == pytest.approx(limits(plain.upper_interval), rel=1e-9)


@pytest.mark.parametrize("n", [5, 20])
def test_the_exact_interval_of_a_limit_holds_its_level_in_both_tails(n):
    rng = np.random.default_rng(11)
    draws = rng.normal(size=(20_000, n))
    bias, sd = draws.mean(axis=1), draws.std(axis=1, ddof=1)
    near, far = limit_width(n)
    below, above = (bias + far * sd < 1.96).mean(), (bias + near * sd > 1.96).mean()
    assert below == pytest.approx(0.025, abs=0.004) and above == pytest.approx(0.025, abs=0.004)


def test_the_exact_interval_reaches_further_out_than_in():
    found = estimate_bland_altman([1.0, 2, 3, 4, 5, 6], [1.1, 1.8, 3.3, 3.9, 5.2, 6.3])
    inward = found.upper_limit - found.upper_interval.low
    outward = found.upper_interval.high - found.upper_limit
    assert outward > 1.5 * inward


def test_limits_tighten_with_n_towards_the_limit():
    assert limit_width(20_000) == pytest.approx((1.96, 1.96), abs=0.03)
    assert normal_multiplier(0.95) == pytest.approx(1.959963984540054)


def test_a_slope_of_differences_is_reported_with_its_caution():
    x = np.linspace(0.5, 2.0, 25)
    wiggle = 0.01 * np.sin(np.arange(25) * 2.7)
    found = estimate_bland_altman(1.2 * x, x + wiggle)
    assert found.proportional.slope == pytest.approx(0.2 / 1.1, abs=0.02)
    assert "bland-altman.proportional" in codes(found)
    assert "merely spreads more" in found.findings[0].sentence


def test_growing_spread_points_to_the_log_variant():
    rng = np.random.default_rng(4)
    x = np.linspace(0.3, 3, 80)
    first, second = x * np.exp(rng.normal(0, 0.15, 80)), x * np.exp(rng.normal(0, 0.15, 80))
    assert "bland-altman.spread-grows" in codes(estimate_bland_altman(first, second))
    assert "bland-altman.spread-grows" not in codes(estimate_bland_altman(first, second, variant="log"))


def test_a_constant_difference_has_limits_without_width():
    found = estimate_bland_altman([0.1, 0.2, 0.3, 0.7], [0.2, 0.3, 0.4, 0.8])
    assert found.sd == 0.0 and math.isnan(found.p_value)
    assert found.lower_limit == found.upper_limit == pytest.approx(-0.1)
    assert "bland-altman.no-spread" in codes(found)


def test_one_value_throughout_leaves_no_line():
    found = estimate_bland_altman([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    assert (found.bias, found.proportional, found.spread) == (0.0, None, None)


@pytest.mark.parametrize(
    ("first", "second", "asked", "code"),
    [
        ([1.0, 2], [1.0, 2], {}, "statistics.too-few"),
        ([1.0, 2, 3], [1.0, 2], {}, "statistics.shape"),
        ([1.0, 2, math.nan], [1.0, 2, 3], {}, "statistics.not-finite"),
        ([1.0, 2, 3], [0.0, 2, 3], {"variant": "log"}, "statistics.option"),
        ([1.0, 2, 3], [-1.0, 2, 3], {"variant": "percent"}, "statistics.option"),
        ([1.0, 2, 3], [1.0, 2, 3], {"variant": "ratio"}, "statistics.option"),
        ([1.0, 2, 3], [1.0, 2, 3], {"limits_interval": "bootstrap"}, "statistics.option"),
        ([1.0, 2, 3], [1.0, 2, 3], {"level": 95}, "statistics.option"),
        ([1.0, 2, 3], [1.0, 2, 3], {"multiplier": 0.0}, "statistics.option"),
    ],
)
def test_what_cannot_be_compared(first, second, asked, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_bland_altman(first, second, **asked)
    assert refused.value.code == code
