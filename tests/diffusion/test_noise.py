"""The noise of images: told from air, told from the image where air is black, and not told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.diffusion import simulate_rician
from adcurate.diffusion.noise import estimate_noise, on_noise_floor


def body(shape: tuple[int, int, int] = (6, 96, 96), level: float = 500.0) -> np.ndarray:
    rows, columns = np.indices(shape[1:]) - np.array(shape[1:])[:, None, None] / 2
    inside = (rows / 30) ** 2 + (columns / 40) ** 2 <= 1
    return np.broadcast_to(inside * level, shape)


@settings(max_examples=20, deadline=None)
@given(st.floats(2, 60), st.integers(0, 10**6))
def test_noise_in_air_is_told_within_five_percent(sigma: float, seed: int) -> None:
    found = estimate_noise(simulate_rician(body((24, 96, 96)), sigma, np.random.default_rng(seed)))
    assert found.method == "background"
    assert found.sigma == pytest.approx(sigma, rel=0.06)


def test_noise_scales_with_the_signal() -> None:
    noisy = simulate_rician(body(), 10.0, np.random.default_rng(1))
    once, thrice = estimate_noise(noisy).sigma, estimate_noise(3.0 * noisy).sigma
    assert once is not None and thrice == pytest.approx(3 * once, rel=1e-12)


def test_where_air_is_black_the_image_tells_an_upper_bound() -> None:
    signal = body()
    noisy = np.where(signal > 0, simulate_rician(signal, 10.0, np.random.default_rng(2)), 0.0)
    found = estimate_noise(noisy)
    assert found.method == "second-difference"
    assert found.sigma == pytest.approx(10.0, rel=0.1)


def test_air_that_is_not_rayleigh_is_not_believed() -> None:
    rng = np.random.default_rng(3)
    noisy = simulate_rician(body(), 10.0, rng)
    noisy[:, :12] = 40.0 + rng.normal(0, 1, noisy[:, :12].shape)
    noisy[:, -12:] = 40.0 + rng.normal(0, 1, noisy[:, -12:].shape)
    assert estimate_noise(noisy).method == "second-difference"


@pytest.mark.parametrize(
    "images", [np.zeros((2, 32, 32)), np.full((2, 32, 32), 7.0), np.zeros((0, 8, 8)), np.zeros(4)]
)
def test_images_without_spread_tell_nothing(images: np.ndarray) -> None:
    found = estimate_noise(images)
    assert (found.sigma, found.method) == (None, "none")


def test_the_floor_is_three_standard_deviations() -> None:
    assert on_noise_floor([29.9, 30.0, 31.0], 10.0).tolist() == [True, False, False]
    assert not on_noise_floor([0.0], None).any()
