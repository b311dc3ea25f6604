"""Round areas: found where they are, as large as they are, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.geometry import Plane
from adcurate.region.discs import find_discs

SIDE, PIXEL = 96, 2.0


def plane(turn: tuple[float, ...] = (1, 0, 0, 0, 1, 0)) -> Plane:
    right, down = np.array(turn[:3], float), np.array(turn[3:], float)
    origin = -(right + down) * PIXEL * (SIDE - 1) / 2
    return Plane.from_dicom(tuple(origin), turn, (PIXEL, PIXEL), SIDE, SIDE, 4.0)


def image(discs: list[tuple[float, float, float]], noise: float = 0.0) -> np.ndarray:
    centre = (np.arange(SIDE) - (SIDE - 1) / 2) * PIXEL
    drawn = np.zeros((SIDE, SIDE))
    for x, y, radius in discs:
        drawn[(centre[None] - x) ** 2 + (centre[:, None] - y) ** 2 <= radius**2] = 100.0
    return drawn + np.abs(np.random.default_rng(0).normal(0, noise, drawn.shape)) if noise else drawn


@given(st.floats(-50, 50), st.floats(-50, 50), st.floats(8, 30))
def test_one_disc_is_found_where_it_is(x: float, y: float, radius: float) -> None:
    (found,) = find_discs(image([(x, y, radius)]), plane())
    assert found.centre_lps_mm == pytest.approx((x, y, 0), abs=PIXEL)
    assert found.radius_mm == pytest.approx(radius, abs=PIXEL)


def test_the_nearest_to_the_isocentre_comes_first() -> None:
    found = find_discs(image([(50, 0, 12), (-10, 5, 12), (0, -60, 12)], noise=3), plane())
    assert [round(disc.from_isocentre_mm, -1) for disc in found] == [10, 50, 60]


def test_the_place_follows_the_plane() -> None:
    (found,) = find_discs(image([(30, 10, 12)]), plane((0, 1, 0, 0, 0, -1)))
    assert found.centre_lps_mm == pytest.approx((0, 30, -10), abs=PIXEL)


def test_the_circle_encloses_the_share_of_the_area_that_was_asked_for() -> None:
    (found,) = find_discs(image([(0, 0, 20)]), plane())
    ring = np.asarray(found.contour(plane(), 0.5).outer)
    assert np.hypot(ring[:, 0], ring[:, 1]) == pytest.approx(0.5 * found.radius_mm, abs=0.5)


@pytest.mark.parametrize("name", ["empty", "constant", "nan", "bar", "dot", "everything"])
def test_what_is_not_round_or_of_another_size_is_no_disc(name: str) -> None:
    drawn = np.zeros((SIDE, SIDE))
    if name == "constant":
        drawn += 7.0
    if name == "nan":
        drawn[3, 3] = np.nan
    if name == "bar":
        drawn[40:46, 10:80] = 100.0
    if name == "dot":
        drawn[40:42, 40:42] = 100.0
    if name == "everything":
        drawn[1:, :] = 100.0
    assert find_discs(drawn, plane()) == ()
