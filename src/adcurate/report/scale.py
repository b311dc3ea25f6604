"""How a marker's numbers are shown: an ADC in 10⁻³ mm²/s, a table's column as it is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from adcurate.model.analysis import MapComparison, MarkerAnalysis
from adcurate.model.protocol import Protocol
from adcurate.report.numbers import ADC_UNIT, show_interval, show_number
from adcurate.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class MarkerScale:
    """`factor` brings a value to the shown `unit` ("" for none); `decimals` are printed.

    `ratios` are the markers that have no unit beside those that have this one.
    """

    unit: str = ""
    factor: float = 1.0
    decimals: int = 3
    ratios: frozenset[str] = frozenset()

    def of(self, marker: str) -> MarkerScale:
        """The scale of one marker: that of ratios where it is one."""
        return RATIO if marker in self.ratios else self

    def times(self, text: str) -> str:
        """``text × unit``, or the text alone where there is no unit."""
        return f"{text} × {self.unit}" if self.unit else text

    def show(self, value: float | None) -> str:
        """A value without its unit; a dash where there is none."""
        return show_number(None if value is None else value * self.factor, self.decimals)

    def rule(self, value: float | None) -> str:
        """A cut-off: with as many decimals as it has, so that the printed rule calls the same cases."""
        if value is None or not math.isfinite(value):
            return self.show(value)
        shown = value * self.factor
        for decimals in range(self.decimals, _MOST_DECIMALS + 1):
            if math.isclose(round(shown, decimals), shown, rel_tol=1e-9, abs_tol=1e-15):
                return show_number(shown, decimals)
        return show_number(shown, _MOST_DECIMALS)

    def interval(self, interval: Interval | None) -> str:
        """``low to high`` without the unit."""
        return show_interval(interval, self.decimals, self.factor)

    @property
    def suffix(self) -> str:
        """The unit after a number, with its space; "" without a unit."""
        return f" {self.unit}" if self.unit else ""

    def axis(self, label: str) -> str:
        """An axis label with the unit."""
        return f"{label} ({self.unit})" if self.unit else label


RULES: Final = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}

_MOST_DECIMALS: Final = 12

ADC: Final = MarkerScale(ADC_UNIT, 1000.0, 3)
RATIO: Final = MarkerScale()


def scale_of_protocol(protocol: Protocol) -> MarkerScale:
    """The scale of a study's markers: ADC, and ratios among them."""
    return replace(ADC, ratios=frozenset(one.name for one in protocol.markers if one.is_ratio))


def scale_of_values(values: Iterable[float]) -> MarkerScale:
    """No unit, and decimals by the values' own size: 0.000957 needs more than 0.957."""
    sizes = sorted(abs(value) for value in values if math.isfinite(value))
    typical = sizes[len(sizes) // 2] if sizes else 1.0
    decimals = 4 if typical == 0 else max(0, min(12, 4 - math.ceil(math.log10(typical))))
    return MarkerScale(decimals=decimals)


def scale_of_maps(comparison: MapComparison) -> MarkerScale:
    """The scale of a marker on two maps."""
    return RATIO if comparison.is_ratio else ADC


def scale_of(analysis: MarkerAnalysis) -> MarkerScale:
    """The scale of a marker: values that came from a map are ADC in mm²/s, or ratios of them."""
    if analysis.is_ratio:
        return RATIO
    return ADC if analysis.map_source else scale_of_values(value.value for value in analysis.values)


def show_rule(analysis: MarkerAnalysis) -> str:
    """The cut-off as a rule, such as ``≤ 0.957``."""
    return f"{RULES[analysis.youden.rule]} {scale_of(analysis).rule(analysis.youden.cutoff)}"
