"""Region summaries: against R, numpy and scipy, by hand, and on awkward regions."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import RegionError
from adcurate.geometry import VoxelSet
from adcurate.region import summarize_region, summarize_voxels

CASES = json.loads((Path(__file__).parents[1] / "oracles" / "region.json").read_text())["cases"]
LEVELS = ("p5", "p10", "p25", "median", "p75", "p90")


def levels(summary):
    return [getattr(summary, name) for name in LEVELS]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_figure_is_that_of_r(case):
    summary = summarize_region(np.array(case["values"]), voxel_area_mm2=2.5)
    for name in ("mean", "sd", "skewness", "kurtosis", "entropy_bits"):
        assert getattr(summary, name) == pytest.approx(case[name], rel=1e-10, abs=1e-12), name
    np.testing.assert_allclose(levels(summary), case["percentiles"], rtol=1e-12)
    assert (summary.n_voxels, summary.area_mm2) == (len(case["values"]), 2.5 * len(case["values"]))


values_of_a_region = st.lists(st.floats(-1e-3, 4e-3), min_size=2, max_size=60)


@given(values_of_a_region)
@settings(max_examples=60, deadline=None)
def test_figures_are_those_of_numpy_and_scipy(values):
    x = np.array(values)
    summary = summarize_region(x, voxel_area_mm2=1.0)
    assert summary.sd_ddof == 1
    np.testing.assert_allclose(
        [summary.mean, summary.sd, summary.minimum, summary.maximum],
        [x.mean(), x.std(ddof=1), x.min(), x.max()],
        atol=1e-15,
        rtol=1e-9,
    )
    np.testing.assert_allclose(levels(summary), np.percentile(x, (5, 10, 25, 50, 75, 90)), atol=1e-15)
    if x.std() > 1e-6:
        assert summary.skewness == pytest.approx(scipy.stats.skew(x), abs=1e-6)
        assert summary.kurtosis == pytest.approx(scipy.stats.kurtosis(x), abs=1e-6)


@given(values_of_a_region, st.floats(0.01, 1e6))
@settings(max_examples=40, deadline=None)
def test_values_in_another_unit_scale_what_has_a_unit_and_nothing_else(values, factor):
    x = np.round(np.array(values), 7)
    one = summarize_region(x, voxel_area_mm2=1.0)
    other = summarize_region(x * factor, voxel_area_mm2=1.0, bin_width=one.bin_width * factor)
    for name in ("mean", "sd", "minimum", "maximum", "lowest_mean", *LEVELS):
        assert getattr(other, name) == pytest.approx(
            getattr(one, name) * factor, rel=1e-9, abs=1e-12, nan_ok=True
        )
    assert other.histogram.counts == one.histogram.counts
    assert other.entropy_bits == pytest.approx(one.entropy_bits, abs=1e-12)


@given(values_of_a_region, st.floats(0.05, 1.0))
@settings(max_examples=40, deadline=None)
def test_equal_weights_change_only_the_area(values, weight):
    x = np.array(values)
    plain = summarize_region(x, voxel_area_mm2=1.0)
    equal = summarize_region(x, voxel_area_mm2=1.0, weights=np.full(len(x), weight))
    assert equal.area_mm2 == pytest.approx(weight * len(x))
    np.testing.assert_allclose(levels(equal), levels(plain), atol=1e-12)
    assert equal.mean == pytest.approx(plain.mean, abs=1e-15)
    assert equal.sd == pytest.approx(plain.sd, rel=1e-6, abs=1e-12)


def test_weights_count():
    summary = summarize_region(
        np.array([1.0, 3.0]), voxel_area_mm2=2.0, weights=np.array([1.0, 0.5]), bin_width=1
    )
    assert summary.mean == pytest.approx(5 / 3)
    assert summary.area_mm2 == 3.0
    assert summary.sd == pytest.approx(math.sqrt((4 / 9 + 0.5 * 16 / 9) / (1.5 - 1.25 / 1.5)))
    assert summary.histogram.counts == (1.0, 0.0, 0.5)


def test_what_is_not_estimated_is_left_out_and_counted():
    x = np.array([1.0e-3, np.nan, 1.2e-3, np.inf, 1.1e-3])
    summary = summarize_region(x, voxel_area_mm2=2.0)
    assert (summary.n_voxels, summary.n_not_estimated, summary.area_mm2) == (3, 2, 6.0)
    assert summary.mean == pytest.approx(1.1e-3)
    assert summary.maximum == 1.2e-3


def test_a_zero_is_a_value_like_any_other_here():
    assert summarize_region(np.array([0.0, 1e-3]), voxel_area_mm2=1.0).minimum == 0.0


def test_one_voxel_has_no_spread():
    summary = summarize_region(np.array([1.1e-3]), voxel_area_mm2=1.0)
    assert math.isnan(summary.sd)
    assert math.isnan(summary.skewness)
    assert summary.p5 == summary.median == summary.p90 == 1.1e-3
    assert math.isnan(summary.lowest_mean)
    assert summary.entropy_bits == 0.0


def test_a_constant_region_has_no_skewness():
    summary = summarize_region(np.full(37, 0.1), voxel_area_mm2=1.0)
    assert summary.sd == pytest.approx(0.0, abs=1e-15)
    assert math.isnan(summary.skewness)
    assert math.isnan(summary.kurtosis)


@pytest.mark.parametrize(("values", "left_out"), [([], 0), ([np.nan, np.nan], 2)])
def test_a_region_without_an_estimate_is_refused(values, left_out):
    with pytest.raises(RegionError) as caught:
        summarize_region(np.array(values), voxel_area_mm2=1.0)
    assert caught.value.code == "region.empty"
    assert caught.value.facts["n_not_estimated"] == left_out


@pytest.mark.parametrize(
    "options",
    [
        {"voxel_area_mm2": 0.0},
        {"bin_width": -1.0},
        {"bin_width": float("nan")},
        {"n_lowest": 0},
        {"weights": np.array([1.0, 0.0])},
        {"weights": np.array([1.0, 1.5])},
        {"weights": np.array([1.0, np.nan])},
        {"weights": np.array([1.0])},
        {"bin_width": 1e-12},
    ],
    ids=str,
)
def test_impossible_options_are_refused(options):
    with pytest.raises(RegionError) as caught:
        summarize_region(np.array([1e-3, 2e-3]), **({"voxel_area_mm2": 1.0} | options))
    assert caught.value.code == "region.option"


def test_a_bin_holds_its_lower_edge():
    summary = summarize_region(np.array([1.000e-3, 1.0249e-3, 1.025e-3]), voxel_area_mm2=1.0)
    assert summary.histogram.counts == (2.0, 1.0)
    np.testing.assert_allclose(summary.histogram.edges, [1.0e-3, 1.025e-3, 1.05e-3])


@pytest.mark.parametrize("microns", [75, 150, 300, 325, 525, 600, 975])
def test_a_typed_value_on_an_edge_lies_in_the_bin_above_it(microns):
    summary = summarize_region(np.array([float(f"{microns}e-6")]), voxel_area_mm2=1.0)
    assert summary.histogram.edges[0] == pytest.approx(microns * 1e-6)


def test_a_spread_too_small_for_its_fourth_power_has_no_skewness():
    assert math.isnan(summarize_region(np.array([0.0, 1e-148]), voxel_area_mm2=1.0).kurtosis)


def test_the_lowest_five_are_averaged():
    summary = summarize_region(np.array([9.0, 1, 8, 2, 7, 3, 4, 5]), voxel_area_mm2=1.0, bin_width=1)
    assert (summary.lowest_mean, summary.n_lowest) == (3.0, 5)


def brute_lowest_block(values, mask):
    found = math.nan
    for row in range(values.shape[0] - 2):
        for column in range(values.shape[1] - 2):
            here = np.s_[row : row + 3, column : column + 3]
            if mask[here].all() and np.isfinite(values[here]).all():
                found = np.fmin(found, values[here].mean())
    return found


@given(st.integers(0, 2**30))
@settings(max_examples=60, deadline=None)
def test_the_lowest_block_and_the_lowest_voxel_are_those_found_by_looking_everywhere(seed):
    rng = np.random.default_rng(seed)
    values = rng.normal(1e-3, 2e-4, (9, 11))
    values[rng.random(values.shape) < 0.03] = np.nan
    mask = rng.random(values.shape) < 0.9
    summary = summarize_voxels(values, VoxelSet.from_mask(mask), voxel_area_mm2=1.0)
    assert summary.lowest_3x3_mean == pytest.approx(brute_lowest_block(values, mask), rel=1e-12, nan_ok=True)
    assert summary.minimum_at == np.unravel_index(np.nanargmin(np.where(mask, values, np.nan)), values.shape)


def test_a_block_with_a_partly_covered_voxel_is_not_wholly_inside():
    weights = np.ones((3, 3))
    weights[0, 0] = 0.9
    values = np.full((3, 3), 1e-3)
    summary = summarize_voxels(values, VoxelSet.from_weights(weights), voxel_area_mm2=1.0)
    assert math.isnan(summary.lowest_3x3_mean)


def test_without_positions_there_is_no_block_and_no_place():
    summary = summarize_region(np.linspace(1e-3, 2e-3, 9), voxel_area_mm2=1.0)
    assert summary.minimum_at is None
    assert math.isnan(summary.lowest_3x3_mean)


def test_a_map_of_another_size_is_refused():
    with pytest.raises(RegionError) as caught:
        summarize_voxels(np.ones((3, 4)), VoxelSet.from_mask(np.ones((4, 3), bool)), voxel_area_mm2=1.0)
    assert caught.value.code == "region.option"


def test_the_method_names_every_definition():
    method = summarize_region(np.array([1e-3, 2e-3]), voxel_area_mm2=1.0).method
    for word in ("ddof 1", "type 7", "g1", "g2", "base 2", "2.5e-05"):
        assert word in method
