"""Lesions that could not be assessed: what sensitivity and specificity are under each way to count them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from adcurate.findings import Finding
from adcurate.statistics.diagnostic import DiagnosticAccuracy


@dataclass(frozen=True, slots=True)
class AssessabilityQuestion:
    """`markers`: all when empty. The cut-off is the one chosen on the lesions that were assessed."""

    kind: ClassVar[str] = "assessability"
    markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MarkerAssessability:
    """Accuracy of one marker at `cutoff` under each policy, over assessed and not assessed lesions."""

    marker: str
    rule: str
    cutoff: float
    n_assessed: int
    n_positive_not_assessed: int
    n_negative_not_assessed: int
    by_policy: Mapping[str, DiagnosticAccuracy]


@dataclass(frozen=True, slots=True)
class AssessabilityAnswer:
    """One entry a marker; `of_record` is the plan's policy."""

    markers: tuple[MarkerAssessability, ...]
    of_record: str
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made."""
        return {}
