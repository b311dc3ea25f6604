"""Overlap and surface distance of two outlines of one lesion."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import (
    estimate_contour_overlap,
    estimate_mask_overlap,
    measure_surface_distance,
)


def circle(radius, centre=(0.0, 0.0), n=720):
    turn = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return np.column_stack([centre[0] + radius * np.cos(turn), centre[1] + radius * np.sin(turn)])


def square(side, left=0.0, bottom=0.0):
    corners = np.array([[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]])
    return corners + np.array([left, bottom])


def lens_area(radius, apart):
    half = apart / (2 * radius)
    return 2 * radius**2 * math.acos(half) - apart / 2 * math.sqrt(4 * radius**2 - apart**2)


def star(rng, n, origin):
    """A ring that does not cross itself, convex nowhere in particular."""
    turn = np.sort(rng.uniform(0, 2 * np.pi, n))
    radius = rng.uniform(3, 12, n)
    return np.column_stack([radius * np.cos(turn), radius * np.sin(turn)]) + origin


def test_discs_of_the_same_size_share_a_lens():
    found = estimate_contour_overlap([circle(10)], [circle(10, (6, 0))])
    assert found.size_shared == pytest.approx(lens_area(10, 6), rel=2e-5)
    assert found.dice == pytest.approx(lens_area(10, 6) / (math.pi * 100), rel=1e-4)
    assert found.distance.hausdorff == pytest.approx(6.0, abs=0.01)


def test_a_disc_in_a_disc_is_at_the_distance_of_their_lines():
    found = estimate_contour_overlap([circle(10)], [circle(7)])
    assert found.dice == pytest.approx(2 * 49 / 149, rel=1e-4)
    assert found.jaccard == pytest.approx(0.49, rel=1e-4)
    d = found.distance
    assert (d.hausdorff, d.hausdorff_95, d.mean) == pytest.approx((3.0, 3.0, 3.0), abs=0.002)


def test_holes_are_no_part_of_the_region():
    ring = [square(10), square(4, 3, 3)]
    found = estimate_contour_overlap(ring, [square(10)])
    assert (found.size_first, found.size_second, found.size_shared) == pytest.approx((84.0, 100.0, 84.0))
    assert found.distance.hausdorff == pytest.approx(3.0)
    same = estimate_contour_overlap(ring, ring[::-1])
    assert same.dice == pytest.approx(1.0) and same.distance.hausdorff == pytest.approx(0.0, abs=1e-12)


def test_the_way_round_and_the_closing_point_do_not_matter():
    plain = estimate_contour_overlap([square(10)], [square(10, 4, 1)])
    closed = np.vstack([square(10), square(10)[:1]])
    other = estimate_contour_overlap([closed[::-1]], [square(10, 4, 1)])
    assert other.dice == pytest.approx(plain.dice) == pytest.approx(2 * 54 / 200)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(4, 30), st.integers(4, 30), st.sampled_from([0.0, 1000.0]))
def test_contours_equal_shapely(seed, n, m, far):
    rng = np.random.default_rng(seed)
    a, b = star(rng, n, (far, far)), star(rng, m, (far + rng.uniform(-6, 6), far))
    first, second = shapely.Polygon(a), shapely.Polygon(b)
    if not (first.is_valid and second.is_valid):
        return
    found = estimate_contour_overlap([a], [b])
    assert found.size_shared == pytest.approx(first.intersection(second).area, rel=1e-8, abs=1e-8)
    assert found.size_first == pytest.approx(first.area, rel=1e-8)
    expected = shapely.hausdorff_distance(first.exterior, second.exterior, densify=0.002)
    # Each side takes the maximum over its own points; both lie below the true one by half a step at most.
    assert found.distance.hausdorff == pytest.approx(expected, abs=0.06)
    back = estimate_contour_overlap([b], [a])
    assert (back.dice, back.distance.hausdorff) == pytest.approx((found.dice, found.distance.hausdorff))
    assert found.distance.mean <= found.distance.hausdorff_95 + found.distance.hausdorff
    assert found.distance.hausdorff_95 <= found.distance.hausdorff


def test_corners_crowded_on_one_side_do_not_weigh_more():
    crowded = np.vstack([np.column_stack([np.linspace(0, 10, 2001), np.zeros(2001)]), square(10)[2:]])
    sparse, dense = (estimate_contour_overlap([ring], [square(10, 0, 2)]) for ring in (square(10), crowded))
    assert dense.distance.mean == pytest.approx(sparse.distance.mean, abs=1e-3)
    assert dense.distance.hausdorff_95 == pytest.approx(sparse.distance.hausdorff_95, abs=1e-3)


def test_regions_apart_share_nothing():
    found = estimate_contour_overlap([square(2)], [square(2, 10, 0)])
    assert (found.dice, found.jaccard) == (0.0, 0.0)
    assert found.distance.hausdorff == pytest.approx(10.0)


def test_boxes_on_a_grid_of_uneven_spacing():
    first, second = np.zeros((6, 10, 10), bool), np.zeros((6, 10, 10), bool)
    first[1:4, 2:6, 2:6] = True
    second[2:5, 2:6, 2:6] = True
    found = estimate_mask_overlap(first, second, (4.0, 1.5, 1.0))
    assert found.dice == pytest.approx(2 / 3)
    assert found.size_first == 48 * 6.0
    assert found.distance.hausdorff == 4.0


def test_a_ball_in_a_ball():
    z, y, x = np.mgrid[-12:13, -12:13, -12:13].astype(float)
    distance = np.sqrt(z**2 + y**2 + x**2)
    found = estimate_mask_overlap(distance <= 10, distance <= 7, (1.0, 1.0, 1.0))
    assert found.distance.mean == pytest.approx(3.0, abs=0.35)
    assert found.distance.hausdorff == pytest.approx(3.0, abs=0.8)
    assert found.dice == pytest.approx(2 * 343 / 1343, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_masks_equal_counting_by_hand(seed):
    rng = np.random.default_rng(seed)
    a, b = rng.random((2, 3, 5, 4)) < 0.4
    if not (a.any() and b.any()):
        return
    found = estimate_mask_overlap(a, b, (3.0, 1.0, 1.2))
    assert found.dice == pytest.approx(2 * np.count_nonzero(a & b) / (a.sum() + b.sum()))
    padded = [np.pad(mask, 1) for mask in (a, b)]
    faces = [(1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)]
    surfaces = []
    for mask in padded:
        points = [
            np.array(p) * (3.0, 1.0, 1.2)
            for p in np.argwhere(mask)
            if any(not mask[tuple(np.add(p, face))] for face in faces)
        ]
        surfaces.append(np.array(points))
    apart = np.linalg.norm(surfaces[0][:, None] - surfaces[1][None], axis=2)
    to_b, to_a = apart.min(axis=1), apart.min(axis=0)
    assert found.distance.hausdorff == pytest.approx(max(to_a.max(), to_b.max()))
    assert found.distance.hausdorff_95 == pytest.approx(max(np.percentile(to_a, 95), np.percentile(to_b, 95)))
    assert found.distance.mean == pytest.approx(np.concatenate([to_a, to_b]).mean())


def test_a_single_slice_has_an_outline_and_not_a_filled_surface():
    first, second = np.zeros((1, 12, 12), bool), np.zeros((1, 12, 12), bool)
    first[0, 1:11, 1:11] = True
    second[0, 4:8, 4:8] = True
    assert estimate_mask_overlap(first, second, (5.0, 1.0, 1.0)).distance.hausdorff == pytest.approx(
        math.hypot(3, 3)
    )
    assert measure_surface_distance(np.zeros((1, 3)), np.ones((1, 3))).mean == pytest.approx(math.sqrt(3))


def test_empty_regions_have_defined_answers():
    empty, full = np.zeros((1, 4, 4), bool), np.ones((1, 4, 4), bool)
    one = estimate_mask_overlap(empty, full, (1.0, 1.0, 1.0))
    assert (one.dice, one.jaccard) == (0.0, 0.0) and math.isnan(one.distance.hausdorff)
    none = estimate_mask_overlap(empty, empty, (1.0, 1.0, 1.0))
    assert math.isnan(none.dice) and math.isnan(none.distance.mean)
    assert [f.code for f in one.findings + none.findings] == ["overlap.empty-region"] * 2


@pytest.mark.parametrize(
    ("first", "second", "spacing", "code"),
    [
        (np.ones((2, 2), bool), np.ones((2, 2), bool), (1.0, 1.0, 1.0), "statistics.shape"),
        (np.ones((1, 2, 2)), np.ones((1, 2, 2)), (1.0, 1.0, 1.0), "statistics.shape"),
        (np.ones((1, 2, 2), bool), np.ones((1, 2, 3), bool), (1.0, 1.0, 1.0), "statistics.shape"),
        (np.ones((1, 2, 2), bool), np.ones((1, 2, 2), bool), (1.0, 0.0, 1.0), "statistics.option"),
    ],
)
def test_masks_that_cannot_be_compared(first, second, spacing, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_mask_overlap(first, second, spacing)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("ring", "step", "code"),
    [
        ([[0.0, 0.0], [1.0, 1.0]], 0.1, "statistics.shape"),
        ([[0.0, 0.0, 0.0]] * 3, 0.1, "statistics.shape"),
        ([[0.0, 0.0], [1.0, math.nan], [2.0, 0.0]], 0.1, "statistics.not-finite"),
        (square(2), 0.0, "statistics.option"),
    ],
)
def test_contours_that_cannot_be_compared(ring, step, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_contour_overlap([ring], [square(2)], step_mm=step)
    assert refused.value.code == code


def test_a_region_without_a_ring_is_refused():
    with pytest.raises(StatisticsError):
        estimate_contour_overlap([], [square(2)])


def test_surfaces_need_points_of_the_same_kind():
    with pytest.raises(StatisticsError) as refused:
        measure_surface_distance(np.empty((0, 2)), np.zeros((1, 2)))
    assert refused.value.code == "statistics.too-few"
    with pytest.raises(StatisticsError) as refused:
        measure_surface_distance(np.zeros((1, 2)), np.zeros((1, 3)))
    assert refused.value.code == "statistics.shape"
