"""Rings that would take minutes to tell apart are told apart at once, or refused by name."""

from __future__ import annotations

import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study import region_files as write

from adcurate.dicom.regions import read_region_object
from adcurate.dicom.regions.keyhole import Effort, are_nested, nest, open_keyhole
from adcurate.errors import ForeignRegionError


def circle(n_points, radius, middle=(0.0, 0.0)):
    turn = np.arange(n_points) * 2 * np.pi / n_points
    x, y = middle
    return np.stack([x + radius * np.cos(turn), y + radius * np.sin(turn), np.zeros(n_points)], axis=1)


def read(*rings):
    class Nowhere:
        frame_of_reference_uid = "1.2.3"

    items = [write.contour_item(ring, None) for ring in rings]
    content = write.write_rtstruct(None, (), Nowhere, contours=items)
    began = time.process_time()
    (region,) = read_region_object(content).regions
    assert time.process_time() - began < 6
    return region


def test_two_rings_of_8_000_points_are_a_ring_with_a_hole():
    tracemalloc.start()
    try:
        region = read(circle(8000, 50), circle(8000, 20))
        assert tracemalloc.get_traced_memory()[1] < 128 * 2**20
    finally:
        tracemalloc.stop()
    assert [len(one.rings) for one in region.contours] == [2]


def test_hundreds_of_nested_rings_are_refused():
    region = read(*[circle(12, 50 - 0.1 * k) for k in range(400)])
    assert [one.code for one in region.faults] == ["foreign.too-complex"]


def test_a_thousand_rings_side_by_side_are_read():
    region = read(*[circle(12, 1, (5 * (k % 40), 5 * (k // 40))) for k in range(1000)])
    assert len(region.contours) == 1000


def test_corners_that_all_pass_all_edges_are_refused():
    comb = circle(8000, 50)
    comb[:, 1] = np.where(np.arange(8000) % 2, 30, -30) + comb[:, 1] / 10
    region = read(comb, comb * 0.9)
    assert [one.code for one in region.faults] == ["foreign.too-complex"]


def test_a_ring_that_comes_back_to_one_point_thousands_of_times_is_cut_in_one_pass():
    at = np.arange(20_000)
    flower = np.zeros((20_000, 3))
    flower[:, 0] = np.where(at % 2, at / 100, 0)
    flower[:, 1] = np.where(at % 2, np.sin(at), 0)
    region = read(flower)
    assert [one.code for one in region.faults] == ["foreign.contour-data"]


def slowly_inside(inner, outer):
    """Corner by corner, edge by edge."""
    n_inside = 0
    for x, y in inner[:, :2]:
        odd = False
        for (ax, ay), (bx, by) in zip(outer[:, :2], np.roll(outer, -1, axis=0)[:, :2], strict=True):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by - ay):
                odd = not odd
        n_inside += odd
    return n_inside > len(inner) / 2


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6))
def test_a_ring_lies_inside_another_as_corner_by_corner_counting_says(seed):
    chance = np.random.default_rng(seed)
    small, large = (
        circle(int(chance.integers(5, 40)), radius, chance.uniform(-8, 8, 2)) * (1, chance.uniform(0.5, 1), 1)
        for radius in (chance.uniform(1, 5), 12)
    )
    turn = np.linalg.qr(chance.normal(size=(3, 3)))[0]
    expected = slowly_inside(small, large)
    assert are_nested([small @ turn, large @ turn], Effort()) == expected
    groups = [len(group) for group in nest([small @ turn, large @ turn], Effort())]
    assert groups == ([2] if expected else [1, 1])


def test_rings_inside_rings_are_parts_and_holes_in_turn():
    rings = [circle(30, radius) for radius in (2, 8, 6, 4)]
    groups = nest(rings, Effort())
    assert [[round(np.ptp(ring[:, 0]) / 2) for ring in group] for group in groups] == [[8, 6], [4, 2]]


def test_an_effort_that_is_used_up_stays_so():
    effort = Effort()
    with pytest.raises(ForeignRegionError):
        effort.spend(10**9)
    ring = circle(20, 5)
    with pytest.raises(ForeignRegionError) as caught:
        nest([ring, ring * 0.5], effort)
    assert caught.value.code == "foreign.too-complex"
    assert len(open_keyhole(ring, effort)) == 1
