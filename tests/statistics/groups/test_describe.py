"""Group summaries agree with R under both percentile rules, and with the published quartile widths."""

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
from adcurate.statistics.groups import percentile, summarize_group
from adcurate.statistics.values import to_resolution

ORACLES = Path(__file__).parents[2] / "oracles"
ORACLE = json.loads((ORACLES / "describe.json").read_text())
GROUPS = [pytest.param(group, id=group["name"]) for group in ORACLE["groups"]]

finite = st.floats(-1e3, 1e3, allow_nan=False)


@pytest.mark.parametrize("group", GROUPS)
def test_percentiles_equal_r(group: dict[str, Any]) -> None:
    for i, p in enumerate(ORACLE["percents"]):
        assert percentile(group["values"], p, kind=5) == pytest.approx(group["type_5"][i], rel=1e-12)
        assert percentile(group["values"], p, kind=6) == pytest.approx(group["type_6"][i], rel=1e-12)
        assert percentile(group["values"], p, kind=7) == pytest.approx(group["type_7"][i], rel=1e-12)


@pytest.mark.parametrize("group", GROUPS)
def test_mean_and_sd_equal_r(group: dict[str, Any]) -> None:
    summary = summarize_group(group["values"])
    assert summary.mean == pytest.approx(group["mean"], rel=1e-12)
    if group["sd"] is None:
        assert math.isnan(summary.sd)
    else:
        assert summary.sd == pytest.approx(group["sd"], rel=1e-8, abs=1e-15)
    assert (summary.n, summary.percentile_type) == (len(group["values"]), 6)


@pytest.mark.parametrize(
    ("marker", "published"),
    [
        (
            "avg",
            {
                "G1": (1.18, 0.31, 1.142, 0.347),
                "G2": (1.08, 0.28, 0.956, 0.303),
                "G3": (0.76, 0.15, 0.767, 0.315),
            },
        ),
        (
            "min",
            {
                "G1": (0.79, 0.25, 0.824, 0.429),
                "G2": (0.60, 0.24, 0.581, 0.371),
                "G3": (0.34, 0.15, 0.324, 0.244),
            },
        ),
    ],
)
def test_rule_6_reproduces_the_published_summaries(
    marker: str, published: dict[str, tuple[float, float, float, float]]
) -> None:
    several = json.loads((ORACLES / "groups.json").read_text())["several_groups"]
    (groups,) = (c["groups"] for c in several if c["name"] == f"reconstructed cohort, {marker}")
    for grade, (mean, sd, median, iqr) in published.items():
        summary = summarize_group(groups[grade], percentile_type=6)
        printed = (
            round(summary.mean, 2),
            round(summary.sd, 2),
            round(summary.median, 3),
            round(summary.iqr, 3),
        )
        assert printed == (mean, sd, median, iqr)
        if grade == "G3":
            assert round(summarize_group(groups[grade], percentile_type=7).iqr, 3) != iqr


@given(st.lists(finite, min_size=1, max_size=20), st.floats(0, 100), st.sampled_from([5, 6, 7]))
@settings(max_examples=60, deadline=None)
def test_a_percentile_lies_between_the_extremes_and_mirrors(values: list[float], p: float, kind: Any) -> None:
    found = percentile(values, p, kind=kind)
    assert min(values) - 1e-9 <= found <= max(values) + 1e-9
    mirrored = percentile([-v for v in values], 100.0 - p, kind=kind)
    assert mirrored == pytest.approx(-found, abs=1e-8)


@given(st.lists(finite, min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_a_summary_ignores_the_order_of_its_values(values: list[float]) -> None:
    one, other = summarize_group(values), summarize_group(values[::-1])
    assert str(one) == str(other)
    assert one.minimum <= one.q1 <= one.median <= one.q3 <= one.maximum


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([], "statistics.too-few"),
        ([1.0, math.nan], "statistics.not-finite"),
        ([[1.0]], "statistics.shape"),
        (5.0, "statistics.shape"),
    ],
)
def test_nothing_to_summarise_is_refused_by_code(values: Any, code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        summarize_group(values)
    assert caught.value.code == code


@pytest.mark.parametrize(("p", "kind"), [(-1.0, 6), (101.0, 7), (math.nan, 6), (50.0, 8)])
def test_impossible_percentiles_are_refused(p: float, kind: Any) -> None:
    with pytest.raises(StatisticsError) as caught:
        percentile([1.0, 2.0], p, kind=kind)
    assert caught.value.code == "statistics.option"


def test_values_on_the_resolution_equal_the_decimals_one_would_type() -> None:
    typed = np.arange(100, 2000) / 1e6
    noisy = typed + np.random.default_rng(1).uniform(-4e-7, 4e-7, typed.size)
    assert np.array_equal(to_resolution(noisy, 1e-6), typed)
    assert to_resolution([0.000957], 1e-6)[0] == 0.000957
    assert np.array_equal(to_resolution(to_resolution(noisy, 1e-6), 1e-6), to_resolution(noisy, 1e-6))


def test_resolution_decides_ties_and_none_decides_nothing() -> None:
    values = [0.0009571, 0.0009569, -0.2e-6, math.nan]
    rounded = to_resolution(values, 1e-6)
    assert rounded[0] == rounded[1]
    assert rounded[2] == 0.0
    assert not np.signbit(rounded[2])
    assert math.isnan(rounded[3])
    assert np.array_equal(to_resolution(values, None), values, equal_nan=True)
    assert to_resolution([7.4], 2.5)[0] == 7.5


@pytest.mark.parametrize("resolution", [0.0, -1e-6, math.nan, math.inf])
def test_a_resolution_must_be_a_positive_number(resolution: float) -> None:
    with pytest.raises(StatisticsError) as caught:
        to_resolution([1.0], resolution)
    assert caught.value.code == "statistics.option"
