"""What the ADC of phantom fluids is: water by temperature, and polyvinylpyrrolidone (PVP) in water."""

from __future__ import annotations

from typing import Final

from adcurate.errors import FitError

LOWEST_C: Final = 0.0
HIGHEST_C: Final = 60.0
HIGHEST_PVP: Final = 50.0

_D0: Final = 1.635e-2  # mm^2/s
_TS: Final = 215.05  # K
_GAMMA: Final = 2.063


def water_adc(temperature_c: float) -> float:
    """Self-diffusion of water, mm^2/s, by the Speedy-Angell power law.

    Parameters
    ----------
    temperature_c : degrees Celsius, 0 to 60

    Raises
    ------
    FitError
        ``fit.option`` outside the range.

    Notes
    -----
    ``D = D0 (T / Ts - 1)^g`` with D0 = 1.635e-8 m^2/s, Ts = 215.05 K, g = 2.063.
    Source: Holz, Heil and Sacco, Phys Chem Chem Phys 2000;2:4740-4742, within 1 % of their measurements.

    Examples
    --------
    >>> round(water_adc(0.0) * 1e3, 3)
    1.099
    """
    if not LOWEST_C <= temperature_c <= HIGHEST_C:
        raise FitError(
            "fit.option",
            f"The temperature is not between {LOWEST_C:g} and {HIGHEST_C:g} °C.",
            remedy="Give the fluid's temperature during the scan in degrees Celsius; 0 in ice water.",
        )
    return float(_D0 * ((temperature_c + 273.15) / _TS - 1.0) ** _GAMMA)


def water_temperature(adc: float) -> float | None:
    """The temperature in degrees Celsius at which water has this ADC (mm^2/s); None outside 0 to 60.

    The inverse of `water_adc`.

    Examples
    --------
    >>> round(water_temperature(2.02e-3), 1)
    19.9
    """
    if not adc > 0:
        return None
    temperature = _TS * ((adc / _D0) ** (1.0 / _GAMMA) + 1.0) - 273.15
    return temperature if LOWEST_C <= temperature <= HIGHEST_C else None


def pvp_adc(percent: float, temperature_c: float) -> float:
    """ADC of PVP K40 in water, mm^2/s.

    Parameters
    ----------
    percent : PVP by weight, 0 to 50
        The quadratic was measured between 10 and 40 %; 0 is water itself.

    Raises
    ------
    FitError
        ``fit.option``

    Notes
    -----
    ``ADC / D_water = 12.5e-5 p^2 - 23.2e-3 p + 1``; its authors state 0.035e-3 mm^2/s about it.
    Source: PVP diffusion phantom, NIHMS 1782132.

    Examples
    --------
    >>> round(pvp_adc(40, 0.0) * 1e3, 3)
    0.299
    """
    if not 0.0 <= percent <= HIGHEST_PVP:
        raise FitError(
            "fit.option",
            f"The share of PVP is not between 0 and {HIGHEST_PVP:g} %.",
            remedy="Give percent by weight.",
        )
    return water_adc(temperature_c) * (12.5e-5 * percent**2 - 23.2e-3 * percent + 1.0)
