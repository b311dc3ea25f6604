"""Erosion by mm and by voxels, voxel sets, and the size of a contour."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import GeometryError
from adcurate.geometry import (
    Contour,
    Plane,
    VoxelSet,
    erode_mm,
    erode_voxels,
    exclude_voxels,
    join_voxels,
    measure_extent,
    place_contour,
    voxels_inside,
)
from adcurate.geometry.extent import convex_hull

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "geometry.json").read_text())
SHAPE = tuple(ORACLE["shape"])
each_case = pytest.mark.parametrize("case", ORACLE["cases"], ids=[case["name"] for case in ORACLE["cases"]])


def placed(rings, row_spacing=1.0, column_spacing=1.0):
    plane = Plane(
        (5.0, -3.0, 2.0), (0.6, 0.8, 0.0), (0.0, 0.0, -1.0), row_spacing, column_spacing, *SHAPE, 4.0
    )
    outer, *holes = (plane.to_lps(ring) for ring in rings)
    return place_contour(Contour(outer, holes), plane)


@each_case
@pytest.mark.parametrize("distance_mm", [0.0, 1.0, 2.37, 100.0])
def test_eroding_by_mm_keeps_the_centres_that_shapely_finds_so_far_inside(case, distance_mm):
    kept = np.array(case["inside"])[np.array(case["distance"]) >= distance_mm - 1e-6]
    voxels = erode_mm(placed(case["rings"]), distance_mm)
    assert (voxels.rows * SHAPE[1] + voxels.columns).tolist() == kept.tolist()


def test_eroding_by_mm_heeds_each_spacing():
    square = [[3.5, 3.5], [3.5, 13.5], [13.5, 13.5], [13.5, 3.5]]
    voxels = erode_mm(placed([square], row_spacing=2.0, column_spacing=0.5), 1.2)
    assert (np.ptp(voxels.rows) + 1, np.ptp(voxels.columns) + 1) == (8, 6)


@pytest.mark.parametrize("distance_mm", [-0.1, float("nan"), float("inf")])
def test_an_impossible_erosion_distance_is_refused(distance_mm):
    with pytest.raises(GeometryError):
        erode_mm(placed(ORACLE["cases"][0]["rings"]), distance_mm)


def test_one_voxel_of_erosion_takes_the_rim_off_a_block_up_to_the_image_edge():
    mask = np.zeros((8, 8), dtype=bool)
    mask[0:5, 2:8] = True
    inner = np.zeros((8, 8), dtype=bool)
    inner[1:4, 3:7] = True
    assert np.array_equal(erode_voxels(VoxelSet.from_mask(mask)).mask(), inner)
    assert erode_voxels(VoxelSet.from_mask(mask), 3).n_voxels == 0


def test_a_missing_corner_is_felt_with_8_neighbours_and_not_with_4():
    mask = np.ones((5, 5), dtype=bool)
    mask[1, 1] = False
    assert erode_voxels(VoxelSet.from_mask(mask)).mask()[2, 2]
    assert not erode_voxels(VoxelSet.from_mask(mask), connectivity=8).mask()[2, 2]


@given(st.integers(0, 2**30))
@settings(max_examples=40, deadline=None)
def test_eroding_twice_is_eroding_by_two_and_never_adds(seed):
    mask = np.random.default_rng(seed).random((12, 11)) < 0.9
    once = erode_voxels(VoxelSet.from_mask(mask))
    assert np.array_equal(erode_voxels(once).mask(), erode_voxels(VoxelSet.from_mask(mask), 2).mask())
    assert not np.any(once.mask() & ~mask)
    eight = erode_voxels(VoxelSet.from_mask(mask), connectivity=8)
    assert not np.any(eight.mask() & ~once.mask())


def test_an_empty_set_erodes_to_an_empty_set():
    assert erode_voxels(VoxelSet.from_mask(np.zeros((3, 3), dtype=bool))).n_voxels == 0


@pytest.mark.parametrize(("steps", "connectivity"), [(-1, 4), (1, 6)])
def test_an_impossible_voxel_erosion_is_refused(steps, connectivity):
    with pytest.raises(GeometryError):
        erode_voxels(VoxelSet.from_mask(np.ones((3, 3), dtype=bool)), steps, connectivity=connectivity)


def test_what_is_excluded_and_what_is_left_make_the_whole():
    whole = VoxelSet.from_mask(np.tri(6, 6, dtype=bool))
    part = VoxelSet.from_mask(np.eye(6, dtype=bool))
    left = exclude_voxels(whole, part)
    assert left.n_voxels == whole.n_voxels - 6
    assert np.array_equal(join_voxels(left, part).mask(), whole.mask())


def test_weights_add_up_to_one_and_are_taken_off():
    left = np.array([[0.0, 0.3, 1.0]])
    right = np.array([[0.5, 0.7, 0.4]])
    sets = VoxelSet.from_weights(left), VoxelSet.from_weights(right)
    np.testing.assert_allclose(join_voxels(*sets).weight_map(), [[0.5, 1.0, 1.0]])
    np.testing.assert_allclose(exclude_voxels(*sets).weight_map(), [[0.0, 0.0, 0.6]])


def test_sets_of_images_of_different_size_do_not_mix():
    with pytest.raises(GeometryError) as caught:
        join_voxels(VoxelSet.from_mask(np.ones((2, 2), bool)), VoxelSet.from_mask(np.ones((2, 3), bool)))
    assert caught.value.code == "geometry.mixed"


@each_case
def test_area_and_perimeter_are_those_of_shapely(case):
    extent = measure_extent(placed(case["rings"]))
    assert extent.area_mm2 == pytest.approx(case["area"], rel=1e-9)
    assert extent.perimeter_mm == pytest.approx(case["length"], rel=1e-9)


def test_an_ellipse_has_its_axes_and_area():
    angle = np.linspace(0, 2 * np.pi, 2000, endpoint=False)
    a, b = 9.0, 4.0
    ring_mm = np.stack((a * np.cos(angle), b * np.sin(angle)), 1) @ np.array([[0.8, 0.6], [-0.6, 0.8]])
    extent = measure_extent(placed([ring_mm / [1.0, 1.25] + [11, 13]], column_spacing=1.25))
    assert extent.long_axis_mm == pytest.approx(2 * a, rel=1e-9)
    assert extent.short_axis_mm == pytest.approx(2 * b, rel=1e-5)
    assert extent.area_mm2 == pytest.approx(np.pi * a * b, rel=1e-5)
    first, second = map(np.array, extent.long_axis_ends)
    assert np.linalg.norm(first - second) == pytest.approx(2 * a, rel=1e-9)


def test_a_rectangles_long_axis_is_its_diagonal_and_the_short_one_spans_it_across():
    extent = measure_extent(placed([[[5, 5], [5, 13], [11, 13], [11, 5]]]))
    assert extent.long_axis_mm == pytest.approx(10.0)
    assert extent.short_axis_mm == pytest.approx(2 * 6 * 8 / 10)


def test_of_two_equally_long_axes_the_one_with_more_across_it_is_taken():
    turn = np.deg2rad(40)
    ring = np.array([[8.0, 8.0], [6.0, 13.0], [8.0, 18.0], [8 + 10 * np.sin(turn), 8 + 10 * np.cos(turn)]])
    for k in range(4):
        for turned in (np.roll(ring, k, axis=0), np.roll(ring, k, axis=0)[:, ::-1], [22, 0] - ring * [1, -1]):
            extent = measure_extent(placed([turned]))
            assert extent.long_axis_mm == pytest.approx(10.0)
            assert extent.short_axis_mm == pytest.approx(10 * np.sin(turn) + 2)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=3, max_size=30, unique=True))
@settings(max_examples=50, deadline=None)
def test_the_hull_holds_the_greatest_distance(points):
    array = np.array(points, dtype=float)
    every = np.max(np.hypot(*(array[:, None] - array[None]).transpose(2, 0, 1)))
    hull = convex_hull(array)
    assert np.max(np.hypot(*(hull[:, None] - hull[None]).transpose(2, 0, 1))) == every


def test_a_disc_eroded_in_mm_is_the_smaller_disc():
    angle = np.linspace(0, 2 * np.pi, 4000, endpoint=False)
    circle = np.stack((np.sin(angle), np.cos(angle)), 1)
    centre = np.array([11.37, 13.21])
    small = voxels_inside([centre + 6.0 * circle], SHAPE)
    eroded = erode_mm(placed([centre + 9.0 * circle]), 3.0)
    assert np.array_equal(eroded.mask(), small.mask())
