"""Water and PVP against what was measured and printed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.diffusion.reference_fluids import pvp_adc, water_adc
from adcurate.errors import AdcurateError

# Self-diffusion of water, 1e-3 mm^2/s: 1.10 at 0 °C is the value of the ice-water phantom's literature,
# 2.299 at 25 °C that of Mills, J Phys Chem 1973;77:685-688.
MEASURED = [(0.0, 1.10), (25.0, 2.299)]


@pytest.mark.parametrize(("celsius", "expected"), MEASURED)
def test_water_is_what_was_measured_within_one_percent(celsius: float, expected: float) -> None:
    assert 1e3 * water_adc(celsius) == pytest.approx(expected, rel=0.01)


def test_the_formula_of_water_and_of_pvp_worked_by_hand() -> None:
    assert water_adc(22.0) == pytest.approx(1.635e-2 * (295.15 / 215.05 - 1) ** 2.063, rel=1e-12)
    assert pvp_adc(20, 22.0) / water_adc(22.0) == pytest.approx(1 - 0.464 + 0.05, rel=1e-12)
    assert pvp_adc(0, 5.0) == water_adc(5.0)


@given(st.floats(0, 59), st.floats(0.01, 1), st.floats(0, 49), st.floats(0.01, 1))
def test_warmer_is_faster_and_more_pvp_is_slower(
    celsius: float, warmer: float, percent: float, more: float
) -> None:
    assert water_adc(celsius + warmer) > water_adc(celsius)
    assert pvp_adc(percent + more, celsius) < pvp_adc(percent, celsius)


@pytest.mark.parametrize(("percent", "celsius"), [(-1, 0), (51, 0), (0, -1), (0, 61), (0, float("nan"))])
def test_what_was_never_measured_is_refused(percent: float, celsius: float) -> None:
    with pytest.raises(AdcurateError):
        pvp_adc(percent, celsius)
