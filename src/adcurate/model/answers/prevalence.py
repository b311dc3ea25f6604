"""What a positive or a negative result means where the disease is more common, or rarer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.validation import PrevalenceCurve


@dataclass(frozen=True, slots=True)
class PrevalenceQuestion:
    """Predictive values of the rule over prevalence.

    `markers`: all of the table's when empty. `cutoff`: in the marker's own unit (mm²/s for ADC), for one
    named marker; each marker's Youden cut-off when absent. `prevalences` are printed; the figure shows all.
    `band`: ``logit-delta`` (Mercaldo's; MedCalc), ``adjusted-logit`` or ``confidence-box`` (conservative,
    always exists, and takes the place of a logit interval that does not).
    """

    kind: ClassVar[str] = "prevalence"
    markers: tuple[str, ...] = ()
    cutoff: float | None = None
    prevalences: tuple[float, ...] = (0.05, 0.1, 0.2, 0.3, 0.5)
    band: Literal["logit-delta", "adjusted-logit", "confidence-box"] = "logit-delta"


@dataclass(frozen=True, slots=True, eq=False)
class MarkerPrevalence:
    """A rule's curve for the figure and its values at the prevalences asked for (the sample's own last)."""

    marker: str
    cutoff: float
    rule: str
    cutoff_is_stated: bool
    curve: PrevalenceCurve
    at: PrevalenceCurve
    n: int
    n_missing: int


@dataclass(frozen=True, slots=True, eq=False)
class PrevalenceAnswer:
    """Each marker's predictive values over prevalence, by name."""

    markers: Mapping[str, MarkerPrevalence]
    positive_label: str
    negative_label: str
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made."""
        return {}
