"""Would patients be better off if the rule decided?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.validation import DecisionCurve

RULE = "rule"
RISK = "risk"


@dataclass(frozen=True, slots=True)
class DecisionCurveQuestion:
    """Net benefit over the threshold probability.

    `markers`: all of the table's when empty. `cutoff`: in the marker's own unit (mm²/s for ADC), for one
    named marker; each marker's Youden cut-off when absent. `prevalence`: where the curve shall hold; the
    sample's when absent. `threshold_low`, `threshold_high`, `threshold_step`: the threshold probabilities
    that a doctor and a patient could hold. `model`: also the risk from a ``logistic`` regression on the
    marker, or ``none``. `resamples`: for the band; the analysis section's number when absent.
    """

    kind: ClassVar[str] = "decision-curve"
    markers: tuple[str, ...] = ()
    cutoff: float | None = None
    prevalence: float | None = None
    threshold_low: float = 0.02
    threshold_high: float = 0.6
    threshold_step: float = 0.01
    model: Literal["none", "logistic"] = "logistic"
    resamples: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class MarkerDecision:
    """One marker's decision curve, with strategies ``rule`` and, where it could be fitted, ``risk``.

    `corrected` is the net benefit of the rule with the sensitivity and specificity of the optimism
    bootstrap, (n_thresholds,); None where the cut-off was stated beforehand and needs no correction.
    `model` says how the risks were made; "" without them.
    """

    marker: str
    cutoff: float
    rule: str
    cutoff_is_stated: bool
    curve: DecisionCurve
    corrected: Floats | None
    model: str
    n: int
    n_missing: int


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCurveAnswer:
    """Each marker's decision curve, by name."""

    markers: Mapping[str, MarkerDecision]
    positive_label: str
    negative_label: str
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made."""
        return {}
