"""Limits of agreement from repeated readings of each lesion."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import (
    estimate_bland_altman,
    estimate_limits_constant_truth,
    estimate_limits_varying_truth,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "agreement.json").read_text())
CASES = [pytest.param(item, id=str(i)) for i, item in enumerate(ORACLE["repeats"])]


def numbers(found):
    return [
        found.bias,
        found.bias_interval.low,
        found.bias_interval.high,
        found.sd,
        found.lower_limit,
        found.lower_interval.low,
        found.lower_interval.high,
        found.upper_limit,
        found.upper_interval.low,
        found.upper_interval.high,
    ]


@pytest.mark.parametrize("item", CASES)
def test_a_standing_truth_equals_the_formulas_in_r(item):
    found = estimate_limits_constant_truth(item["a"], item["id_a"], item["b"], item["id_b"])
    assert numbers(found) == pytest.approx(item["constant"], rel=1e-8)
    assert (found.n_first, found.n_second) == (len(item["a"]), len(item["b"]))


@pytest.mark.parametrize("item", CASES)
def test_a_moving_truth_equals_the_formulas_in_r(item):
    found = estimate_limits_varying_truth(item["a"], item["second_of_pair"], item["id_a"])
    assert [*numbers(found), found.between] == pytest.approx(item["varying"], rel=1e-8, abs=1e-12)
    assert (found.between < 0) == ("bland-altman.negative-component" in [f.code for f in found.findings])


def simulated(rng, n=60, m=3, truth_sd=0.0):
    lesion = np.repeat(np.arange(n), m)
    truth = rng.normal(10, 3, n)[lesion] + rng.normal(0, truth_sd, n * m)
    whim = rng.normal(0, 0.6, n)[lesion]
    return truth + whim + rng.normal(0, 1.0, n * m), truth + 0.4 + rng.normal(0, 0.5, n * m), lesion


@pytest.mark.parametrize("truth_sd", [0.0, 2.0])
def test_the_sd_of_single_differences_is_found_again(truth_sd):
    rng = np.random.default_rng(3)
    expected = math.sqrt(0.36 + 1.0 + 0.25)
    found = []
    for _ in range(120):
        a, b, lesion = simulated(rng, truth_sd=truth_sd)
        if truth_sd:
            found.append(estimate_limits_varying_truth(a, b, lesion).sd)
        else:
            found.append(estimate_limits_constant_truth(a, lesion, b, lesion).sd)
    assert np.mean(found) == pytest.approx(expected, rel=0.02)


def test_the_intervals_of_the_limits_hold_their_level():
    rng = np.random.default_rng(8)
    upper = -0.4 + 1.96 * math.sqrt(0.36 + 1.0 + 0.25)
    held = np.zeros(2)
    for _ in range(600):
        a, b, lesion = simulated(rng, n=15, m=2)
        for i, found in enumerate(
            (
                estimate_limits_constant_truth(a, lesion, b, lesion),
                estimate_limits_varying_truth(a, b, lesion),
            )
        ):
            held[i] += found.upper_interval.low <= upper <= found.upper_interval.high
    assert np.all((held / 600 > 0.92) & (held / 600 < 0.98))


def test_pooling_repeats_as_lesions_would_give_too_narrow_an_interval():
    a, b, lesion = simulated(np.random.default_rng(1), n=12, m=6)
    pooled = estimate_bland_altman(a, b)
    right = estimate_limits_varying_truth(a, b, lesion)
    assert right.n_lesions == 12 and pooled.n == 72
    width = right.upper_interval.high - right.upper_interval.low
    assert width > pooled.upper_interval.high - pooled.upper_interval.low


def test_one_reader_without_repeats_is_enough_when_the_other_has_them():
    found = estimate_limits_constant_truth(
        [1.0, 2, 3], [1, 2, 3], [1.0, 1.2, 2.2, 2.4, 2.9, 3.1], [1, 1, 2, 2, 3, 3]
    )
    assert math.isnan(found.within_first) and found.within_second > 0 and math.isnan(found.within)


def test_the_order_of_rows_changes_nothing():
    a, b, lesion = simulated(np.random.default_rng(2), n=8, m=2)
    order = np.random.default_rng(0).permutation(16)
    assert numbers(estimate_limits_varying_truth(a[order], b[order], lesion[order])) == pytest.approx(
        numbers(estimate_limits_varying_truth(a, b, lesion))
    )


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (([1.0, 2, 3], [1, 2, 3], [1.0, 2, 3], [1, 2, 3]), "statistics.too-few"),
        (([1.0, 2, 3, 4], [1, 1, 2, 2], [1.0, 2], [1, 2]), "statistics.too-few"),
        (([1.0, 2, 3, 4], [1, 1, 2, 3], [1.0, 2, 3], [1, 2, 2]), "statistics.shape"),
        (([1.0, 2, 3, 4], [1, 1, 2], [1.0, 2, 3], [1, 2, 3]), "statistics.shape"),
        (([1.0, 2, 3, math.inf], [1, 1, 2, 3], [1.0, 2, 3], [1, 2, 3]), "statistics.not-finite"),
    ],
)
def test_designs_that_give_no_answer(arguments, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_limits_constant_truth(*arguments)
    assert refused.value.code == code


def test_pairs_without_repeats_are_no_repeated_design():
    with pytest.raises(StatisticsError) as refused:
        estimate_limits_varying_truth([1.0, 2, 3], [1.0, 2, 4], [1, 2, 3])
    assert refused.value.code == "statistics.too-few"
