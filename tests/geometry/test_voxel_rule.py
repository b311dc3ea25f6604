"""The voxel rule: against shapely, by hand, and under every way an image can be turned."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import ContourError, GeometryError
from adcurate.geometry import VOXEL_RULES, Contour, Plane, measure_extent, place_contour, voxels_inside
from adcurate.geometry.ring import distance_to_ring, signed_area, winding_number

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "geometry.json").read_text())
CASES = ORACLE["cases"]
SHAPE = tuple(ORACLE["shape"])
SQUARE = np.array([[4.0, 5.0], [4.0, 9.0], [8.0, 9.0], [8.0, 5.0]])
each_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


def rings_of(case):
    return [np.array(ring) for ring in case["rings"]]


@st.composite
def stars(draw, centre=(20.0, 20.0), low=1.0, high=15.0):
    n_points = draw(st.integers(3, 20))
    radius = draw(st.lists(st.floats(low, high), min_size=n_points, max_size=n_points))
    angle = (np.arange(n_points) + draw(st.floats(0, 1))) * 2 * np.pi / n_points
    return np.array(centre) + np.array(radius)[:, None] * np.stack((np.sin(angle), np.cos(angle)), 1)


@each_case
def test_centres_inside_are_those_of_shapely(case):
    voxels = voxels_inside(rings_of(case), SHAPE)
    assert (voxels.rows * SHAPE[1] + voxels.columns).tolist() == case["inside"]


@each_case
def test_covered_parts_are_those_of_shapely(case):
    expected = np.zeros(SHAPE)
    expected.flat[case["covered_at"]] = case["covered"]
    weights = voxels_inside(rings_of(case), SHAPE, "area-weighted").weight_map()
    np.testing.assert_allclose(weights, np.where(expected > 1e-6, expected, 0), atol=1e-12)
    half = voxels_inside(rings_of(case), SHAPE, "half").mask()
    assert np.array_equal(half, expected >= 0.5 - 1e-6)
    assert np.array_equal(voxels_inside(rings_of(case), SHAPE, "any-overlap").mask(), expected > 1e-6)


def test_a_centre_on_the_line_belongs_within_a_millionth_of_a_pixel():
    for off, n in ((0.0, 25), (0.7e-6, 25), (0.9e-6, 21), (1.1e-6, 9)):
        inset = SQUARE + off * np.array([[1, 1], [1, -1], [-1, -1], [-1, 1]])
        assert voxels_inside([inset], SHAPE).n_voxels == n


def test_a_centre_on_a_slanted_line_belongs_within_a_millionth_of_a_pixel_across_it():
    slope = np.array([-1.0, 2.0]) / np.sqrt(5)
    for off, belongs in ((0.9e-6, True), (1.1e-6, False)):
        triangle = np.array([[4.0, 4.0], [8.0, 6.0], [4.0, 12.0]]) + off * slope
        assert voxels_inside([triangle], SHAPE).mask()[6, 5] == belongs


def test_a_centre_on_the_line_of_a_hole_belongs_and_one_inside_it_does_not():
    hole = np.array([[5.0, 6.0], [5.0, 8.0], [7.0, 8.0], [7.0, 6.0]])
    mask = voxels_inside([SQUARE, hole], SHAPE).mask()
    assert mask.sum() == 24
    assert not mask[6, 7]


def test_a_point_wound_round_twice_belongs():
    twice = np.array([[2, 2], [2, 12], [12, 12], [12, 4], [4, 4], [4, 10], [10, 10], [10, 2]], dtype=float)
    mask = voxels_inside([twice], SHAPE).mask()
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    centres = np.stack((rows.ravel(), columns.ravel()), 1).astype(float)
    wound = winding_number(centres, twice)
    assert wound.max() - wound.min() == 2
    expected = (wound != 0) | (distance_to_ring(centres, twice) <= 1e-6)
    assert np.array_equal(mask.ravel(), expected)


@given(stars())
@settings(max_examples=60, deadline=None)
def test_the_scan_lines_agree_with_asking_every_centre(ring):
    rows, columns = np.mgrid[:40, :40]
    centres = np.stack((rows.ravel(), columns.ravel()), 1).astype(float)
    expected = (winding_number(centres, ring) != 0) | (distance_to_ring(centres, ring) <= 1e-6)
    assert np.array_equal(voxels_inside([ring], (40, 40)).mask().ravel(), expected)


@given(stars())
@settings(max_examples=60, deadline=None)
def test_the_parts_covered_add_up_to_the_polygons_area(ring):
    weights = voxels_inside([ring], (40, 40), "area-weighted").weights
    assert weights.max() <= 1.0
    assert weights.sum() == pytest.approx(abs(signed_area(ring)), abs=1e-6 * 200)


@given(stars(low=8.0), stars(low=1.0, high=2.5))
@settings(max_examples=40, deadline=None)
def test_a_hole_and_the_rest_make_the_whole(outer, hole):
    whole = voxels_inside([outer], (40, 40), "area-weighted").weight_map()
    rest = voxels_inside([outer, hole], (40, 40), "area-weighted").weight_map()
    inner = voxels_inside([hole], (40, 40), "area-weighted").weight_map()
    np.testing.assert_allclose(rest + inner, whole, atol=3e-6)
    whole, rest, inner = (voxels_inside(rings, (40, 40)).mask() for rings in ([outer], [outer, hole], [hole]))
    assert np.array_equal(rest | inner, whole)


@given(stars(), st.integers(-4, 4), st.integers(-4, 4), st.sampled_from(VOXEL_RULES))
@settings(max_examples=40, deadline=None)
def test_a_shift_by_whole_voxels_shifts_the_voxels(ring, down, right, rule):
    there = voxels_inside([ring + np.array((down, right))], (40, 40), rule).weight_map()
    here = voxels_inside([ring], (40, 40), rule).weight_map()
    np.testing.assert_allclose(there, np.roll(here, (down, right), (0, 1)), atol=2e-6)


@given(stars(low=4.0))
@settings(max_examples=30, deadline=None)
def test_half_lies_between_nothing_and_any_overlap(ring):
    some = voxels_inside([ring], (40, 40), "any-overlap").mask()
    assert not np.any(voxels_inside([ring], (40, 40), "half").mask() & ~some)
    assert voxels_inside([ring], (40, 40), "area-weighted").n_voxels == some.sum()


@pytest.mark.parametrize("rule", VOXEL_RULES)
def test_an_image_wide_contour_means_every_voxel_whole(rule):
    frame = np.array([[-0.5, -0.5], [-0.5, 27.5], [23.5, 27.5], [23.5, -0.5]])
    voxels = voxels_inside([frame], SHAPE, rule)
    assert voxels.n_voxels == SHAPE[0] * SHAPE[1]
    np.testing.assert_allclose(voxels.weights, 1, atol=1e-12)


def test_a_contour_between_centres_means_no_voxel_but_covers_some():
    tiny = np.array([[4.2, 4.2], [4.2, 4.6], [4.4, 4.4]])
    assert [voxels_inside([tiny], SHAPE, rule).n_voxels for rule in VOXEL_RULES] == [0, 2, 0, 2]


def test_a_million_times_larger_ring_is_refused_before_any_work():
    with pytest.raises(ContourError) as caught:
        voxels_inside([SQUARE * 1e6], SHAPE)
    assert caught.value.code == "contour.outside"


def test_an_unknown_rule_is_refused():
    with pytest.raises(GeometryError) as caught:
        voxels_inside([SQUARE], SHAPE, "nearest")
    assert caught.value.code == "geometry.option"


@pytest.mark.parametrize("radius", [3.0, 7.7, 15.2])
def test_a_discs_voxels_have_its_area_within_a_row_of_voxels(radius):
    angle = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    disc = 20.3 + radius * np.stack((np.sin(angle), np.cos(angle)), 1)
    n_voxels = voxels_inside([disc], (40, 40)).n_voxels
    assert abs(n_voxels - np.pi * radius**2) <= 2 * radius


SIGNED_PERMUTATIONS = [
    np.array(signs)[:, None] * np.eye(3)[list(order)]
    for order in itertools.permutations(range(3))
    for signs in itertools.product((1.0, -1.0), repeat=3)
]
RNG = np.random.default_rng(3)
OBLIQUE = [np.linalg.qr(RNG.normal(size=(3, 3)))[0] for _ in range(6)]
STORED = list(itertools.product((False, True), (False, True), (False, True)))


def placed_numbers(turn, transpose, flip_rows, flip_columns):
    """Numbers of one lesion in a world turned by `turn`, whose image is stored another way round."""
    values = np.random.default_rng(1).normal(1.1e-3, 2e-4, (24, 28))
    row, column = np.array((1.0, 0.0, 0.0)), np.array((0.0, 1.0, 0.0))
    origin, spacing = np.array((-31.0, 12.0, 7.0)), [1.7, 1.25]
    drawn = Plane(tuple(origin), tuple(row), tuple(column), *spacing, 24, 28, 4.0)
    outer, *holes = rings_of(CASES[5])
    contour = (
        [turn @ point for point in drawn.to_lps(outer)],
        [[turn @ point for point in drawn.to_lps(hole)] for hole in holes],
    )
    if flip_rows:
        values, origin, column = values[::-1], origin + 23 * spacing[0] * column, -column
    if flip_columns:
        values, origin, row = values[:, ::-1], origin + 27 * spacing[1] * row, -row
    if transpose:
        values, row, column, spacing = values.T, column, row, spacing[::-1]
    plane = Plane(tuple(turn @ origin), tuple(turn @ row), tuple(turn @ column), *spacing, *values.shape, 4.0)
    placed = place_contour(Contour(*contour), plane)
    extent = measure_extent(placed)
    numbers = [extent.area_mm2, extent.perimeter_mm, extent.long_axis_mm, extent.short_axis_mm]
    found = []
    for rule in VOXEL_RULES:
        voxels = voxels_inside(placed.rings, plane.shape, rule)
        inside = values[voxels.rows, voxels.columns]
        numbers.append(float(inside @ voxels.weights / voxels.weights.sum()))
        found.append(sorted(inside.tolist()))
    return numbers, found


@pytest.mark.parametrize("turn", [*SIGNED_PERMUTATIONS, *OBLIQUE])
def test_turning_the_world_and_storing_the_image_otherwise_changes_no_number(turn):
    numbers, voxels = placed_numbers(np.eye(3), False, False, False)
    for stored in STORED:
        other_numbers, other_voxels = placed_numbers(turn, *stored)
        np.testing.assert_allclose(other_numbers, numbers, rtol=1e-9)
        assert other_voxels == voxels


def test_there_are_48_orientations_and_they_differ():
    assert len({turn.tobytes() for turn in (np.array(t) + 0.0 for t in SIGNED_PERMUTATIONS)}) == 48
