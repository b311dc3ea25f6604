"""What is left of an outline when parts are taken out, against shapely's difference."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.statistics.agreement import estimate_contour_overlap
from adcurate.statistics.agreement.cutting import cut_out


def star(rng, n, centre, least=3.0, most=12.0):
    turn = (np.arange(n) + rng.uniform(-0.3, 0.3, n)) * 2 * np.pi / n
    radius = rng.uniform(least, most, n)
    return np.column_stack([radius * np.cos(turn), radius * np.sin(turn)]) + centre


def square(side, left=0.0, bottom=0.0):
    return np.array([[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]]) + np.array([left, bottom])


def length(segments):
    return float(np.hypot(*(segments[1] - segments[0]).T).sum())


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 3), st.sampled_from([0.0, 300.0]))
def test_a_region_without_its_exclusions_equals_shapely(seed, n_parts, far):
    rng = np.random.default_rng(seed)
    middle = np.array([far, -far])
    rings = [star(rng, 24, middle, 8.0, 12.0), star(rng, 12, middle, 1.0, 2.0)]
    parts = [[star(rng, 10, middle + rng.uniform(-10, 10, 2), 2.0, 6.0)] for _ in range(n_parts)]
    other = [star(rng, 20, middle + rng.uniform(-3, 3, 2), 7.0, 11.0)]
    left = shapely.Polygon(rings[0], [rings[1]])
    for (ring,) in parts:
        left = left.difference(shapely.Polygon(ring))
    found = estimate_contour_overlap(rings, other, first_excluded=parts)
    assert found.size_first == pytest.approx(left.area, rel=1e-8, abs=1e-7)
    shared = left.intersection(shapely.Polygon(other[0])).area
    assert found.size_shared == pytest.approx(shared, rel=1e-8, abs=1e-7)
    assert length(cut_out(rings, parts)) == pytest.approx(left.length, rel=1e-7)
    if left.area > 0.0:
        expected = shapely.hausdorff_distance(
            left.boundary, shapely.Polygon(other[0]).exterior, densify=0.002
        )
        assert found.distance.hausdorff == pytest.approx(expected, abs=0.06)
    back = estimate_contour_overlap(other, rings, second_excluded=parts)
    assert (back.dice, back.distance.mean) == pytest.approx((found.dice, found.distance.mean))


def test_an_exclusion_inside_is_a_hole():
    hole = square(3, 2, 2)
    as_hole = estimate_contour_overlap([square(10), hole], [square(10)])
    as_part = estimate_contour_overlap([square(10)], [square(10)], first_excluded=[[hole]])
    assert (as_part.dice, as_part.distance.hausdorff) == pytest.approx(
        (as_hole.dice, as_hole.distance.hausdorff), rel=1e-9
    )


@pytest.mark.parametrize("shift", [0.0, 1.0, 5.0])
def test_lines_that_run_over_each_other_bound_once(shift):
    """An exclusion that shares an edge, from outside or from inside."""
    outside = cut_out([square(10)], [[square(10, 10, shift)]])
    assert length(outside) == pytest.approx(40.0)
    inside = cut_out([square(10)], [[square(5, 5, 0 if shift == 0 else 2)]])
    assert length(inside) == pytest.approx(40.0 if shift == 0 else 50.0)


def test_an_exclusion_with_a_hole_keeps_what_is_in_the_hole():
    found = estimate_contour_overlap(
        [square(10)], [square(10)], first_excluded=[[square(8, 1, 1), square(4, 3, 3)]]
    )
    assert found.size_first == pytest.approx(100 - 64 + 16)


def test_what_touches_nothing_changes_nothing():
    plain = estimate_contour_overlap([square(10)], [square(10, 2, 1)])
    same = estimate_contour_overlap([square(10)], [square(10, 2, 1)], first_excluded=[[square(3, 30, 30)]])
    assert same.dice == pytest.approx(plain.dice)
    assert same.distance.hausdorff == pytest.approx(plain.distance.hausdorff)


def test_nothing_left_is_an_empty_region():
    found = estimate_contour_overlap([square(10)], [square(10)], first_excluded=[[square(30, -5, -5)]])
    assert (found.dice, found.size_first, found.size_second) == (0.0, 0.0, 100.0)
    assert np.isnan(found.distance.hausdorff) and found.findings[0].code == "overlap.empty-region"
    both = [[square(30, -5, -5)]]
    nothing = estimate_contour_overlap([square(10)], [square(10)], first_excluded=both, second_excluded=both)
    assert np.isnan(nothing.dice)
