"""Sensitivity at a fixed specificity, and the reverse."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from adcurate.errors import StatisticsError
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.proportion import clopper_pearson_interval
from adcurate.statistics.resampling import percentile_interval, stratified_bootstrap_indices
from adcurate.statistics.roc import estimate_operating_points

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc_depth.json").read_text())
SETS = [
    pytest.param(item, marker, direction, name, id=f"{i}, {name}")
    for i, item in enumerate(ORACLE["sets"])
    for marker, direction, name in ((0, "high", "one"), (2, "low", "low"))
]


@pytest.mark.parametrize(("item", "marker", "direction", "name"), SETS)
def test_points_equal_proc(item, marker, direction, name):
    positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
    for fixed, read in (("specificity", "sensitivity"), ("sensitivity", "specificity")):
        found = estimate_operating_points(
            item["markers"][marker],
            positive,
            direction=direction,
            fixed=fixed,
            at=ORACLE["fixed"],
            interval="none",
        )
        values = [point.value for point in found.points]
        assert values == pytest.approx(item[name][read], rel=1e-8, abs=1e-12)


def test_a_step_that_is_met_exactly_is_read_at_its_top():
    marker, positive = np.arange(20.0), np.isin(np.arange(20), [0, 1, 2, 4, 5, 7, 8, 9, 11, 12])
    asked = {"direction": "low", "fixed": "specificity", "interval": "none"}
    for missed in range(11):
        (point,) = estimate_operating_points(marker, positive, at=[1 - missed / 10], **asked).points
        negatives = np.flatnonzero(~positive)
        limit = negatives[missed] if missed < 10 else 20
        assert point.value == np.count_nonzero(positive[:limit]) / 10


@pytest.mark.parametrize("fixed", ["specificity", "sensitivity"])
def test_the_percentile_interval_equals_one_taken_replicate_by_replicate(fixed):
    rng = np.random.default_rng(8)
    marker, positive = np.round(rng.normal(size=24), 1), np.arange(24) < 9
    canonical = np.lexsort((marker, ~positive))
    marker, positive = marker[canonical], positive[canonical]
    asked = {"direction": "low", "fixed": fixed, "at": [0.85, 0.4]}
    drawn = stratified_bootstrap_indices(positive, 300, np.random.default_rng(2))
    replicates = np.array(
        [
            [
                point.value
                for point in estimate_operating_points(
                    marker[row], positive[row], interval="none", **asked
                ).points
            ]
            for row in drawn
        ]
    )
    found = estimate_operating_points(
        marker,
        positive,
        interval="percentile-bootstrap",
        rng=np.random.default_rng(2),
        n_resamples=300,
        **asked,
    )
    for point, column in zip(found.points, replicates.T, strict=True):
        expected = percentile_interval(column)
        assert (point.interval.low, point.interval.high) == pytest.approx(
            (expected.low, expected.high), abs=1e-12
        )


@pytest.mark.parametrize(("fixed", "name"), [("specificity", "se"), ("sensitivity", "sp")])
def test_the_percentile_interval_lies_where_proc_finds_it(fixed, name):
    rows = load_reconstructed_cohort()
    found = estimate_operating_points(
        [round(row.mean_adc * 1e3, 3) for row in rows],
        [row.who_grade == "G3" for row in rows],
        direction="low",
        fixed=fixed,
        at=[0.9, 0.7],
        interval="percentile-bootstrap",
        rng=np.random.default_rng(1),
        n_resamples=10_000,
    )
    limits = [[point.interval.low, point.interval.high] for point in found.points]
    np.testing.assert_allclose(limits, ORACLE["cohort"][name], atol=0.04)


def test_clopper_pearson_says_that_it_forgets_the_cutoff():
    marker, positive = np.arange(20.0), np.arange(20) % 3 == 0
    found = estimate_operating_points(
        marker, positive, direction="low", fixed="specificity", at=[0.5], interval="clopper-pearson"
    )
    (point,) = found.points
    assert point.interval == clopper_pearson_interval(point.value * 7, 7)
    assert [finding.code for finding in found.findings] == ["operating-point.fixed-cutoff"]


def test_perfect_separation_has_no_width_in_percentiles_and_a_width_in_bt2():
    positive = np.arange(20) < 8
    marker = np.arange(20.0)
    asked = {"direction": "low", "fixed": "specificity", "at": [0.9], "n_resamples": 100}
    flat = estimate_operating_points(
        marker, positive, interval="percentile-bootstrap", rng=np.random.default_rng(0), **asked
    )
    assert [finding.code for finding in flat.findings] == ["operating-point.no-width"]
    other = estimate_operating_points(
        marker, positive, interval="bt2-bootstrap", rng=np.random.default_rng(0), **asked
    )
    assert other.points[0].interval == clopper_pearson_interval(8, 8)
    assert [finding.code for finding in other.findings] == ["operating-point.no-spread"]


def test_bt2_lies_inside_the_unit_interval_and_around_a_shrunken_mean():
    rng = np.random.default_rng(3)
    marker, positive = rng.normal(size=60), np.arange(60) < 20
    marker[:20] -= 1.0
    (point,) = estimate_operating_points(
        marker,
        positive,
        direction="low",
        fixed="specificity",
        at=[0.8],
        interval="bt2-bootstrap",
        rng=rng,
    ).points
    assert 0.0 <= point.interval.low < point.value < point.interval.high <= 1.0
    assert point.interval.method == "bt2-bootstrap"


def test_the_exact_limits_by_hand():
    marker, positive = np.arange(30.0), np.isin(np.arange(30), [0, 1, 2, 4, 5, 7, 8, 9, 11, 18])
    (point,) = estimate_operating_points(
        marker, positive, direction="low", fixed="specificity", at=[0.8], interval="exact-joint"
    ).points
    inner = 1 - 0.05 / 4
    least, most = binom.ppf([0.025 * 0.75, 1 - 0.025 * 0.75], 20, 0.2)
    negatives = np.flatnonzero(~positive)
    at_least = np.count_nonzero(positive[: negatives[int(least) - 1]]) if least else 0
    at_most = np.count_nonzero(positive[: negatives[int(most)]])
    assert point.interval.low == clopper_pearson_interval(at_least, 10, inner).low
    assert point.interval.high == clopper_pearson_interval(at_most, 10, inner).high


@pytest.mark.parametrize("fixed", ["specificity", "sensitivity"])
def test_the_exact_limits_hold_the_truth_as_often_as_they_say(fixed):
    rng = np.random.default_rng(6)
    positive = np.arange(29) < 9
    truth = ndtr(2.5 + ndtri(0.1))
    inside = 0
    for _ in range(300):
        marker = rng.normal(size=29) - 2.5 * positive
        (point,) = estimate_operating_points(
            marker, positive, direction="low", fixed=fixed, at=[0.9], interval="exact-joint"
        ).points
        assert point.interval.low <= point.value <= point.interval.high
        inside += point.interval.low <= truth <= point.interval.high
    assert inside / 300 >= 0.95


@pytest.mark.parametrize("change", [{"fixed": "ppv"}, {"at": [90.0]}, {"interval": "wald"}])
def test_an_operating_point_refuses_an_impossible_option(change):
    asked = {"fixed": "specificity", "at": [0.9], "interval": "none"} | change
    with pytest.raises(StatisticsError) as refused:
        estimate_operating_points([1.0, 2.0], [True, False], direction="low", **asked)
    assert refused.value.code == "statistics.option"
