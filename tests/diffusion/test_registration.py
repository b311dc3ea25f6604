"""Registration between b-values: known shifts are found across contrasts, alike each time, or refused."""

from __future__ import annotations

import builtins

import numpy as np
import pytest
from scipy import ndimage

from adcurate.diffusion import simulate_rician
from adcurate.diffusion.registration import register_volume
from adcurate.errors import AdcurateError

SPACING = (5.0, 2.5, 2.5)


def volumes(n_slices: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """A body at a low and a high b, with organs that change places in brightness; neighbours are smooth."""
    z, rows, columns = np.indices((n_slices, 72, 88)).astype(float)
    s0, adc = np.zeros(z.shape), np.zeros(z.shape)
    for at, row, column, radius, level, speed in (
        (n_slices / 2, 36, 44, 30, 400.0, 1.2e-3),
        (n_slices / 3, 30, 34, 10, 700.0, 0.7e-3),
        (n_slices / 2, 42, 56, 8, 900.0, 2.4e-3),
        (n_slices / 1.6, 48, 40, 6, 250.0, 1.6e-3),
    ):
        inside = 4 * (z - at) ** 2 + (rows - row) ** 2 + 0.7 * (columns - column) ** 2 <= radius**2
        s0[inside], adc[inside] = level, speed
    s0 = ndimage.gaussian_filter(s0, (0.6, 1, 1))
    rng = np.random.default_rng(0)
    return simulate_rician(s0, 8.0, rng), simulate_rician(s0 * np.exp(-800 * adc), 8.0, rng)


@pytest.mark.parametrize("motion", ["translation", "rigid"])
def test_a_known_shift_is_found_across_contrasts(motion: str) -> None:
    low, high = volumes()
    moved = ndimage.shift(high, (0.4, 2.0, -1.4), order=1, mode="nearest")
    found = register_volume(low, moved, SPACING, motion=motion)  # type: ignore[arg-type]
    assert found.shift_mm == pytest.approx((2.0, 5.0, -3.5), abs=0.9)
    assert found.rotation_deg < 1.0
    whole = np.isfinite(found.values)
    before = np.corrcoef(moved[whole], high[whole])[0, 1]
    assert np.corrcoef(found.values[whole], high[whole])[0, 1] > max(before, 0.95)


def test_a_rotation_is_found_with_its_angle() -> None:
    low, high = volumes()
    turned = ndimage.rotate(high, 6.0, axes=(1, 2), reshape=False, order=1, mode="nearest")
    found = register_volume(low, turned, SPACING)
    assert found.rotation_deg == pytest.approx(6.0, abs=1.0)


def test_images_in_place_stay_in_place_and_twice_is_the_same() -> None:
    low, high = volumes()
    first, second = (register_volume(low, high, SPACING) for _ in range(2))
    assert np.hypot(*first.shift_mm[1:]) < 0.5 and abs(first.shift_mm[0]) < 1.0
    assert np.array_equal(first.values, second.values, equal_nan=True)
    assert first.shift_mm == second.shift_mm


def test_few_slices_move_in_their_plane() -> None:
    low, high = (one[4:6] for one in volumes())
    found = register_volume(low, np.roll(high, 2, axis=1), SPACING, motion="translation")
    assert found.shift_mm == pytest.approx((0.0, 5.0, 0.0), abs=0.9)


def test_what_cannot_be_registered_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    low, _ = volumes()
    for wrong in (low[:3], np.zeros(low.shape)):
        with pytest.raises(AdcurateError) as trouble:
            register_volume(low, wrong, SPACING)
        assert trouble.value.code == "registration.failed"
    real = builtins.__import__

    def without(name: str, *rest: object) -> object:
        if name == "SimpleITK":
            raise ImportError
        return real(name, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(AdcurateError) as trouble:
        register_volume(low, low, SPACING)
    assert trouble.value.code == "registration.missing" and "pip install" in trouble.value.remedy
