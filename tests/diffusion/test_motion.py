"""Shifts between images of one slice: told to a tenth of a pixel, whatever the contrast, or not told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from adcurate.diffusion import simulate_rician
from adcurate.diffusion.motion import estimate_shift

SPACING = (2.0, 2.8)


def slices(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """One slice at a low and a high b: organs of another ADC change places in brightness."""
    rows, columns = np.indices((110, 128)).astype(float)
    s0, adc = np.zeros(rows.shape), np.zeros(rows.shape)
    for row, column, radius, level, speed in (
        (55, 64, 45, 400.0, 1.2e-3),
        (45, 48, 14, 700.0, 0.7e-3),
        (62, 84, 10, 900.0, 2.4e-3),
        (75, 60, 7, 250.0, 1.6e-3),
    ):
        inside = (rows - row) ** 2 + 0.7 * (columns - column) ** 2 <= radius**2
        s0[inside], adc[inside] = level, speed
    rng = np.random.default_rng(seed)
    return simulate_rician(s0, 12.0, rng), simulate_rician(s0 * np.exp(-800 * adc), 12.0, rng)


@settings(max_examples=25, deadline=None)
@given(st.floats(-6, 6), st.floats(-6, 6))
def test_a_shift_is_told_to_a_sixth_of_a_pixel_across_contrasts(down: float, right: float) -> None:
    low, high = slices()
    moved = ndimage.shift(high, (down, right), order=3, mode="nearest")
    found = estimate_shift(low, moved, SPACING)
    assert found.row_mm / SPACING[0] == pytest.approx(down, abs=1 / 6)
    assert found.column_mm / SPACING[1] == pytest.approx(right, abs=1 / 6)


def test_equal_images_have_not_moved_and_are_alike() -> None:
    low, _ = slices()
    found = estimate_shift(low, low, SPACING)
    assert (found.row_mm, found.column_mm) == pytest.approx((0, 0), abs=1e-6)
    assert found.likeness == pytest.approx(1.0)


def test_brightness_does_not_matter() -> None:
    low, high = slices()
    plain, bright = estimate_shift(low, high, SPACING), estimate_shift(7 * low, 0.1 * high, SPACING)
    assert (plain.row_mm, plain.column_mm) == pytest.approx((bright.row_mm, bright.column_mm), abs=1e-9)


def test_the_other_way_round_is_the_opposite_shift() -> None:
    low, high = slices()
    moved = np.roll(high, (3, -2), (0, 1))
    there, back = estimate_shift(low, moved, SPACING), estimate_shift(moved, low, SPACING)
    assert (there.row_mm, there.column_mm) == pytest.approx((-back.row_mm, -back.column_mm), abs=1e-6)


@pytest.mark.parametrize("other", ["noise", "black"])
def test_what_is_not_alike_tells_no_shift(other: str) -> None:
    low, _ = slices()
    noise = np.random.default_rng(1).rayleigh(10.0, low.shape)
    found = estimate_shift(low, noise if other == "noise" else np.zeros(low.shape), SPACING)
    assert np.isnan(found.length_mm) and found.likeness < 0.2
