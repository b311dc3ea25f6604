"""Partial areas, raw and corrected."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.resampling import percentile_interval, stratified_bootstrap_indices
from adcurate.statistics.roc import estimate_auc, estimate_partial_area

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc_depth.json").read_text())
SETS = [
    pytest.param(item, marker, direction, name, id=f"{i}, {name}")
    for i, item in enumerate(ORACLE["sets"])
    for marker, direction, name in ((0, "high", "one"), (2, "low", "low"))
]


@pytest.mark.parametrize(("item", "marker", "direction", "name"), SETS)
def test_partial_areas_equal_proc(item, marker, direction, name):
    positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
    expected = iter(item[name]["partial"])
    for low, high in ORACLE["ranges"]:
        for focus in ("specificity", "sensitivity"):
            part = estimate_partial_area(
                item["markers"][marker],
                positive,
                direction=direction,
                focus=focus,
                low=low,
                high=high,
                interval="none",
            )
            assert part.value == pytest.approx(next(expected), rel=1e-8, abs=1e-12)
            assert part.corrected == pytest.approx(next(expected), rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("focus", ["specificity", "sensitivity"])
def test_parts_add_up_to_the_whole_area(focus):
    rng = np.random.default_rng(4)
    marker, positive = np.round(rng.normal(size=40), 1), np.arange(40) < 15
    ends = [0.0, 0.21, 0.5, 0.77, 1.0]
    parts = [
        estimate_partial_area(
            marker, positive, direction="low", focus=focus, low=low, high=high, interval="none"
        ).value
        for low, high in pairwise(ends)
    ]
    whole = estimate_auc(marker, positive, direction="low", interval="none").value
    assert sum(parts) == pytest.approx(whole, rel=1e-12)


def test_a_perfect_marker_is_worth_one_and_a_constant_one_half():
    positive = np.arange(12) < 5
    asked = {"direction": "low", "focus": "specificity", "low": 0.8, "high": 1.0, "interval": "none"}
    perfect = estimate_partial_area(np.where(positive, 1.0, 2.0), positive, **asked)
    assert (perfect.value, perfect.corrected) == (pytest.approx(0.2), pytest.approx(1.0))
    worthless = estimate_partial_area(np.ones(12), positive, **asked)
    assert (worthless.value, worthless.corrected) == (pytest.approx(0.02), pytest.approx(0.5))
    assert worthless.findings == ()
    turned = estimate_partial_area(np.where(positive, 2.0, 1.0), positive, **asked)
    assert [finding.code for finding in turned.findings] == ["partial-area.below-chance"]


def test_the_interval_equals_one_taken_replicate_by_replicate():
    rng = np.random.default_rng(8)
    marker = np.round(rng.normal(size=24), 1)
    positive = np.arange(24) < 9
    canonical = np.lexsort((marker, ~positive))
    marker, positive = marker[canonical], positive[canonical]
    asked = {"direction": "low", "focus": "specificity", "low": 0.7, "high": 1.0}
    drawn = stratified_bootstrap_indices(positive, 300, np.random.default_rng(2))
    replicates = np.array(
        [estimate_partial_area(marker[row], positive[row], interval="none", **asked).value for row in drawn]
    )
    expected = percentile_interval(replicates)
    part = estimate_partial_area(
        marker,
        positive,
        interval="percentile-bootstrap",
        rng=np.random.default_rng(2),
        n_resamples=300,
        **asked,
    )
    assert (part.interval.low, part.interval.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert part.corrected_interval.low < part.corrected < part.corrected_interval.high


def test_the_interval_lies_where_proc_finds_it():
    rows = load_reconstructed_cohort()
    part = estimate_partial_area(
        [round(row.mean_adc * 1e3, 3) for row in rows],
        [row.who_grade == "G3" for row in rows],
        direction="low",
        focus="specificity",
        low=0.8,
        high=1.0,
        interval="percentile-bootstrap",
        rng=np.random.default_rng(1),
        n_resamples=10_000,
    )
    assert [part.interval.low, part.interval.high] == pytest.approx(ORACLE["cohort"]["partial"], abs=0.012)


@pytest.mark.parametrize(
    "change", [{"focus": "precision"}, {"low": 0.9, "high": 0.9}, {"high": 1.2}, {"interval": "delong"}]
)
def test_a_partial_area_refuses_an_impossible_option(change):
    asked = {"focus": "specificity", "low": 0.9, "high": 1.0, "interval": "none"} | change
    with pytest.raises(StatisticsError) as refused:
        estimate_partial_area([1.0, 2.0], [True, False], direction="low", **asked)
    assert refused.value.code == "statistics.option"
