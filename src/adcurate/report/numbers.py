"""How numbers are shown. Nothing above or below rounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from adcurate.statistics.interval import Interval
from adcurate.statistics.proportion import Proportion

MINUS = "−"
UNKNOWN = "–"
ADC_UNIT = "10⁻³ mm²/s"
FEW: Final = 20
"""So few cases that a share of them is printed in whole percents."""
_SHOWN_ADC = 1e3
_ALL_DIGITS = 1e12  # beyond, the half-up rule has no digits left to act on


def show_number(value: float | None, decimals: int) -> str:
    """`value` with a fixed number of decimals; a dash where there is none."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{_half_up(value, decimals):.{decimals}f}"
    if float(text) == 0:
        text = text.removeprefix("-")
    return text.replace("-", MINUS)


def show_adc(mm2_per_s: float | None, decimals: int = 3) -> str:
    """An ADC in 10⁻³ mm²/s, without the unit."""
    return show_number(None if mm2_per_s is None else mm2_per_s * _SHOWN_ADC, decimals)


def show_percent(share: float | None, decimals: int = 1) -> str:
    """A share in percent, without the sign."""
    return show_number(None if share is None else share * 100, decimals)


def show_p(p_value: float | None) -> str:
    """A p-value as journals print it: three decimals, and "< 0.001" below."""
    if p_value is None or math.isnan(p_value):
        return UNKNOWN
    if p_value < 0.001:
        return "< 0.001"
    return "> 0.999" if p_value > 0.9995 else show_number(p_value, 3)


def show_p_equation(p_value: float | None) -> str:
    """``p = 0.012`` or ``p < 0.001``."""
    text = show_p(p_value)
    return f"p {text}" if text[0] in "<>" else f"p = {text}"


def show_interval(interval: Interval | None, decimals: int, factor: float = 1.0) -> str:
    """``low to high``; `factor` brings the limits to the shown unit. A dash when neither limit exists."""
    if interval is None or (math.isnan(interval.low) and math.isnan(interval.high)):
        return UNKNOWN
    low = show_number(interval.low * factor, decimals)
    return f"{low} to {show_number(interval.high * factor, decimals)}"


def show_adc_interval(interval: Interval | None, decimals: int = 3) -> str:
    """An interval of an ADC in 10⁻³ mm²/s, without the unit."""
    return show_interval(interval, decimals, _SHOWN_ADC)


def show_percent_interval(interval: Interval | None, decimals: int = 1) -> str:
    """An interval of a share, in percent."""
    return show_interval(interval, decimals, 100.0)


def show_share(share: Proportion) -> str:
    """``100 % (3 of 3; 95 % CI 29 to 100 %)``: a share is never given without its counts and interval.

    Whole percents where there are at most `FEW` cases: a decimal there says nothing.
    """
    decimals = 0 if share.denominator <= FEW else 1
    if share.denominator == 0 or math.isnan(share.value):
        return UNKNOWN
    counts = f"{share.numerator} of {share.denominator}"
    level = show_number(share.interval.level * 100, 0)
    interval = show_percent_interval(share.interval, decimals)
    return f"{show_percent(share.value, decimals)} % ({counts}; {level} % CI {interval} %)"


def show_count_of(share: Proportion) -> str:
    """``100 % (3 of 3)``: a share where there is no room for its interval."""
    shown = show_percent(share.value, 0 if share.denominator <= FEW else 1)
    return f"{shown} % ({share.numerator} of {share.denominator})"


def show_count(n: int, total: int) -> str:
    """``17 (36.2 %)``: a count with its share of `total`."""
    return str(n) if total == 0 else f"{n} ({show_percent(n / total)} %)"


def show_span(values: Sequence[float], decimals: int, factor: float = 1.0) -> str:
    """The least and the greatest of some values, or the one that all show as."""
    known = sorted(value * factor for value in values if not math.isnan(value))
    if not known:
        return UNKNOWN
    low, high = show_number(known[0], decimals), show_number(known[-1], decimals)
    return low if low == high else f"{low} to {high}"


def show_b_values(b_values: tuple[float, ...]) -> str:
    """``50-600-1000``: whole numbers where they are whole."""
    return "-".join(f"{value:g}" if value == round(value) else f"{value:.1f}" for value in b_values)


def _half_up(value: float, decimals: int) -> float:
    """Round half away from zero on the decimal digits a person would write, as statistics programs print."""
    scale = 10.0**decimals
    scaled = abs(value) * scale
    if scaled >= _ALL_DIGITS:
        return value
    nearest = math.floor(scaled + 0.5)
    if abs(scaled + 0.5 - round(scaled + 0.5)) < min(1e-3, 1e-9 * max(1.0, scaled)):
        nearest = round(scaled + 0.5)
    return math.copysign(nearest / scale, value)
