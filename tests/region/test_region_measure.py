"""Measuring contours on a map, and the fragility of what comes out."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import ContourError, GeometryError, RegionError
from adcurate.geometry import VOXEL_RULES, Contour, Plane, VoxelSet
from adcurate.region import judge_fragility, measure_region

PLANE = Plane((-20.0, 3.0, 8.0), (0.6, 0.8, 0.0), (0.0, 0.0, -1.0), 2.0, 1.5, 24, 30, 4.0)
SQUARE = [[3.5, 3.5], [3.5, 9.5], [9.5, 9.5], [9.5, 3.5]]


def contour(pixels, *holes):
    return Contour(PLANE.to_lps(pixels), [PLANE.to_lps(hole) for hole in holes])


def adc_map(seed=0):
    return np.random.default_rng(seed).normal(1.1e-3, 1e-4, PLANE.shape)


def test_a_square_on_voxel_sides_measures_its_36_voxels_under_every_rule():
    values = adc_map()
    measured = measure_region(values, PLANE, contour(SQUARE))
    inside = values[4:10, 4:10]
    assert measured.summary.n_voxels == 36
    assert measured.summary.area_mm2 == 36 * 3.0
    assert measured.summary.mean == pytest.approx(inside.mean(), rel=1e-12)
    assert [variant.name for variant in measured.fragility.rules] == list(VOXEL_RULES)
    assert {variant.n_voxels for variant in measured.fragility.rules} == {36}
    assert measured.fragility.eroded.n_voxels == 16
    assert measured.fragility.eroded.mean == pytest.approx(values[5:9, 5:9].mean(), rel=1e-12)


def test_nan_is_left_out_and_counted_under_every_rule():
    values = adc_map()
    values[5, 5:8] = np.nan
    measured = measure_region(values, PLANE, contour(SQUARE))
    assert (measured.summary.n_voxels, measured.summary.n_not_estimated) == (33, 3)
    assert {variant.n_voxels for variant in measured.fragility.rules} == {33}
    assert not math.isnan(measured.fragility.mean_low)


def test_a_hole_an_exclusion_and_two_parts_give_the_same_voxels_where_they_mean_the_same():
    values = adc_map()
    hole = [[4.5, 4.5], [4.5, 7.5], [6.5, 7.5], [6.5, 4.5]]
    holed = measure_region(values, PLANE, contour(SQUARE, hole))
    excluded = measure_region(values, PLANE, contour(SQUARE), exclusions=[contour(hole)])
    assert holed.summary == excluded.summary
    halves = [contour([[3.5, a], [3.5, b], [9.5, b], [9.5, a]]) for a, b in ((3.5, 6.5), (6.5, 9.5))]
    assert (
        measure_region(values, PLANE, halves).summary
        == measure_region(values, PLANE, contour(SQUARE)).summary
    )


def test_an_exclusion_may_reach_beyond_the_region():
    beyond = contour([[3.5, 6.5], [3.5, 15.5], [9.5, 15.5], [9.5, 6.5]])
    measured = measure_region(adc_map(), PLANE, contour(SQUARE), exclusions=[beyond])
    assert {variant.n_voxels for variant in measured.fragility.rules} == {18}


def test_excluding_everything_leaves_an_empty_region():
    with pytest.raises(RegionError) as caught:
        measure_region(adc_map(), PLANE, contour(SQUARE), exclusions=[contour(SQUARE)])
    assert caught.value.code == "region.empty"


def test_a_contour_between_centres_is_empty_under_the_rule_of_record_only():
    tiny = contour([[4.2, 4.2], [4.2, 4.6], [4.4, 4.4]])
    with pytest.raises(RegionError) as caught:
        measure_region(adc_map(), PLANE, tiny)
    assert caught.value.code == "region.empty"
    assert measure_region(adc_map(), PLANE, tiny, rule="any-overlap").summary.n_voxels == 2


def test_a_small_region_has_nothing_left_after_erosion_and_says_so():
    measured = measure_region(adc_map(), PLANE, contour([[3.5, 3.5], [3.5, 5.5], [5.5, 5.5], [5.5, 3.5]]))
    assert measured.fragility.eroded.n_voxels == 0
    assert math.isnan(measured.fragility.eroded.minimum)
    assert not math.isnan(measured.fragility.minimum_high)


@given(st.lists(st.floats(1.5, 9.0), min_size=5, max_size=14), st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_the_ranges_hold_the_answer_and_the_whole_overlap_holds_the_minimum(radii, seed):
    angle = np.arange(len(radii)) * 2 * np.pi / len(radii)
    ring = np.array([11.2, 14.7]) + np.array(radii)[:, None] * np.stack((np.sin(angle), np.cos(angle)), 1)
    measured = measure_region(adc_map(seed), PLANE, contour(ring))
    fragility, summary = measured.fragility, measured.summary
    assert fragility.mean_low - 1e-15 <= summary.mean <= fragility.mean_high + 1e-15
    assert fragility.minimum_low <= summary.minimum <= fragility.minimum_high
    by_name = {variant.name: variant for variant in fragility.rules}
    assert by_name["any-overlap"].minimum == by_name["area-weighted"].minimum == fragility.minimum_low
    assert by_name["centre"].mean == pytest.approx(summary.mean, rel=1e-12)


@pytest.mark.parametrize(("lowest", "rests"), [(0.91e-3, False), (0.90e-3, True), (-1e-5, True), (0.0, True)])
def test_the_minimum_rests_on_one_voxel_when_the_next_is_ten_percent_higher(lowest, rests):
    values = np.full(PLANE.shape, 1.2e-3)
    values[5, 5], values[6, 7] = lowest, 1.0e-3
    fragility = measure_region(values, PLANE, contour(SQUARE)).fragility
    assert fragility.minimum_rests_on_one_voxel is rests
    assert fragility.second_lowest == 1.0e-3
    assert fragility.gap == pytest.approx(1.0e-3 - lowest)
    assert "10 %" in fragility.criterion


def test_a_negative_minimum_is_judged_by_its_size():
    values = np.full(PLANE.shape, 1.2e-3)
    values[5, 5], values[6, 7] = -1.00e-4, -0.95e-4
    assert not measure_region(values, PLANE, contour(SQUARE)).fragility.minimum_rests_on_one_voxel


def test_a_tied_minimum_does_not_rest_on_one_voxel():
    values = np.full(PLANE.shape, 1.2e-3)
    values[5, 5] = values[6, 7] = 0.2e-3
    fragility = measure_region(values, PLANE, contour(SQUARE)).fragility
    assert fragility.gap == 0.0
    assert not fragility.minimum_rests_on_one_voxel


def test_a_region_of_one_voxel_rests_on_it():
    one = VoxelSet.from_mask(np.eye(1, dtype=bool))
    fragility = judge_fragility(np.array([[1e-3]]), one, {"mask": one})
    assert fragility.minimum_rests_on_one_voxel
    assert math.isnan(fragility.second_lowest)
    assert fragility.minimum_low == fragility.minimum_high == 1e-3


def test_a_minimum_on_the_rim_shows_in_the_range():
    values = np.full(PLANE.shape, 1.2e-3)
    values[4, 4] = 0.3e-3
    fragility = measure_region(values, PLANE, contour(SQUARE)).fragility
    assert (fragility.minimum_low, fragility.minimum_high) == (0.3e-3, 1.2e-3)


def test_a_map_of_another_size_than_its_plane_is_refused():
    with pytest.raises(GeometryError) as caught:
        measure_region(np.ones((24, 24)), PLANE, contour(SQUARE))
    assert caught.value.code == "geometry.mixed"


def test_no_contour_an_unknown_rule_and_a_contour_off_the_slice_are_refused():
    with pytest.raises(RegionError):
        measure_region(adc_map(), PLANE, [])
    with pytest.raises(GeometryError):
        measure_region(adc_map(), PLANE, contour(SQUARE), rule="nearest")
    with pytest.raises(ContourError):
        measure_region(adc_map(), PLANE, Contour(PLANE.to_lps(SQUARE) + 3 * np.array(PLANE.normal)))
