"""In which unit a marker is drawn: a study's ADC in 10⁻³ mm²/s, a table's column as it is."""

from __future__ import annotations

from dataclasses import dataclass

from adcurate.model.analysis import MarkerAnalysis
from adcurate.report.numbers import ADC_UNIT, show_number

RULES = {"<=": "≤", ">=": "≥", "<": "<", ">": ">"}


@dataclass(frozen=True, slots=True)
class Scale:
    """`factor` brings a value to the shown unit, whose name is `unit` ("" for a plain table)."""

    factor: float
    unit: str

    def label(self, name: str) -> str:
        """An axis label."""
        return f"{name} ({self.unit})" if self.unit else name


def scale_of(analysis: MarkerAnalysis) -> Scale:
    """The scale of a marker: values that came from a map are ADC in mm²/s."""
    return Scale(1e3, ADC_UNIT) if analysis.map_source else Scale(1.0, "")


def show_rule(analysis: MarkerAnalysis) -> str:
    """The cut-off as a rule, such as ``≤ 0.957``."""
    youden = analysis.youden
    return f"{RULES[youden.rule]} {show_number(youden.cutoff * scale_of(analysis).factor, 3)}"
