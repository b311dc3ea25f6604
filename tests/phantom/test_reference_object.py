"""The digital reference object: its layout, its noise, and that it is the same object each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import AdcurateError
from adcurate.phantom.reference_object import (
    ADC_LEVELS,
    AVERAGED,
    AVERAGES,
    B_VALUES,
    NOISE_COLUMN,
    NOISE_SD,
    REPEATS,
    SNR_LEVELS,
    layout_of_cells,
    simulate_reference_object,
    write_reference_object,
)


def test_the_layout_is_22_ratios_by_18_adc_in_blocks_of_16_by_20_beside_a_column_of_noise() -> None:
    truth, cells = layout_of_cells()
    assert truth.shape == (22 * 16, 20 + 18 * 20)
    assert np.isnan(truth[:, :NOISE_COLUMN]).all() and (cells[:, :NOISE_COLUMN] == -1).all()
    assert np.bincount(cells[cells >= 0]).tolist() == [320] * (22 * 18)
    assert truth[0, NOISE_COLUMN] == 1e-4 and truth[0, -1] == pytest.approx(3.5e-3)
    assert (1, 2, 5, *range(10, 101, 5)) == SNR_LEVELS and len(ADC_LEVELS) == 18


def test_without_noise_each_pixel_is_the_rounded_signal() -> None:
    made = simulate_reference_object(noise=False)
    truth, cells = layout_of_cells()
    here = cells >= 0
    s0 = NOISE_SD * np.asarray(SNR_LEVELS)[cells[here] // 18]
    for b, image in made.images[101].items():
        assert np.abs(image[here] - s0 * np.exp(-b * truth[here])).max() <= 0.5
        assert not image[~here].any()


def test_the_noise_column_has_the_moments_of_rayleigh_noise_and_of_its_geometric_mean() -> None:
    made = simulate_reference_object(3)
    alone = made.images[101][0.0][:, :NOISE_COLUMN].astype(float)
    assert alone.mean() == pytest.approx(NOISE_SD * np.sqrt(np.pi / 2), rel=0.03)
    assert (alone**2).mean() == pytest.approx(2 * NOISE_SD**2, rel=0.05)
    # E[R^(1/3)]^3 of a Rayleigh variable: (sqrt(2) sigma) Gamma(7/6)^3.
    from math import gamma

    weighted = made.images[101][800.0][:, :NOISE_COLUMN].astype(float)
    assert weighted.mean() == pytest.approx(np.sqrt(2) * NOISE_SD * gamma(7 / 6) ** 3, rel=0.03)


def test_averaging_lowers_the_noise_as_the_number_of_averages_says() -> None:
    made = simulate_reference_object(4)
    top = layout_of_cells()[1] == (len(SNR_LEVELS) - 1) * len(ADC_LEVELS)
    for b, n in zip(B_VALUES, AVERAGES, strict=True):
        single = np.std([made.images[number][b][top] for number in REPEATS])
        averaged = made.images[AVERAGED][b][top].std()
        assert averaged / single == pytest.approx(1 / np.sqrt(n), rel=0.2)


def test_one_seed_gives_one_object_and_another_seed_another(tmp_path: Path) -> None:
    first = write_reference_object(simulate_reference_object(1), tmp_path / "a")
    again = write_reference_object(simulate_reference_object(1), tmp_path / "b")
    other = write_reference_object(simulate_reference_object(2), tmp_path / "c")
    assert len(first) == 5 * len(B_VALUES)
    assert [one.read_bytes() for one in first] == [one.read_bytes() for one in again]
    assert all(one.read_bytes() != two.read_bytes() for one, two in zip(first, other, strict=True))


def test_a_folder_that_holds_something_and_a_negative_seed_are_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(AdcurateError, match="not empty"):
        write_reference_object(simulate_reference_object(noise=False), tmp_path)
    with pytest.raises(AdcurateError, match="negative"):
        simulate_reference_object(-1)
