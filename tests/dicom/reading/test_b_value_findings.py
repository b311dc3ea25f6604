"""How much each oddity of b-values may move an ADC, against fits of signals that were made for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.dicom.reading.b_value_findings import adc_error_percent
from adcurate.diffusion import fit_adc_loglinear


@pytest.mark.parametrize(
    ("pairs", "percent"),
    [
        ([(1.25, 0.0), (929.75, 1000.0)], -7.15),
        ([(0.0, 0.0), (1000.0, 1000.0)], 0.0),
        ([(0.0, 0.0), (500.0, 1000.0)], -50.0),
        ([(930.0, 1000.0)], -7.0),  # one b-value is taken beside b = 0
        ([(0.0, 0.0), (1000.0, 500.0)], 100.0),
    ],
)
def test_the_effect_is_the_ratio_of_the_b_values(pairs: list[tuple[float, float]], percent: float) -> None:
    assert adc_error_percent(pairs) == pytest.approx(percent, abs=1e-9)


@pytest.mark.parametrize("pairs", [[], [(800.0, 0.0)], [(0.0, 500.0), (1000.0, 500.0)]])
def test_without_two_b_values_there_is_no_effect_to_name(pairs: list[tuple[float, float]]) -> None:
    assert adc_error_percent(pairs) is None


@settings(deadline=None)
@given(
    b=st.lists(st.integers(0, 3000), min_size=2, max_size=6, unique=True),
    shift=st.lists(st.floats(-0.1, 0.1), min_size=6, max_size=6),
    adc=st.floats(2e-4, 3e-3),
)
def test_the_effect_is_what_a_log_linear_fit_at_the_wrong_b_values_gives(
    b: list[int], shift: list[float], adc: float
) -> None:
    true = np.array(b, dtype=float)
    wrong = np.abs(true * (1 + np.array(shift[: len(b)])) + 1.0)
    if np.ptp(wrong) < 50:
        return
    signal = 1000 * np.exp(-true * adc)
    fitted = float(fit_adc_loglinear(signal[None], wrong).adc[0])
    percent = adc_error_percent(zip(true.tolist(), wrong.tolist(), strict=True))
    assert percent is not None
    assert 100 * (fitted / adc - 1) == pytest.approx(percent, abs=1e-6)
