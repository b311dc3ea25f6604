"""What a chosen cut-off would do in new patients, and how far the choice moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.validation import BootstrapValidation, CrossValidation, CutoffStability, LeaveOneOut


@dataclass(frozen=True, slots=True)
class ValidationQuestion:
    """How would the Youden cut-off of each marker do in new patients?

    `markers`: all of the table's when empty. `direction`: ``stated`` where it was known beforehand that low
    (or high) values speak for the outcome, ``chosen`` where the sample decided; then every resample decides
    again. `ties`: which of several cut-offs of equal J is chosen. `resampling`: ``cases`` or ``stratified``
    by class. `resamples`: of the bootstrap; the analysis section's number when absent. `folds` and
    `repeats` of the cross-validation; a class with fewer cases than `folds` gets as many folds as it has
    cases.
    """

    kind: ClassVar[str] = "validation"
    markers: tuple[str, ...] = ()
    direction: Literal["stated", "chosen"] = "stated"
    ties: Literal["most-specific", "most-sensitive"] = "most-specific"
    resampling: Literal["cases", "stratified"] = "cases"
    resamples: int | None = None
    folds: int = 5
    repeats: int = 200


@dataclass(frozen=True, slots=True, eq=False)
class MarkerValidation:
    """One marker's cut-off; leave-one-out and cross-validation are None where a class has a single case."""

    marker: str
    bootstrap: BootstrapValidation
    stability: CutoffStability
    leave_one_out: LeaveOneOut | None
    cross_validation: CrossValidation | None
    n: int
    n_missing: int


@dataclass(frozen=True, slots=True, eq=False)
class ValidationAnswer:
    """Each marker's validation, by name. `n_missing` there counts rows without the marker or the outcome."""

    markers: Mapping[str, MarkerValidation]
    positive_label: str
    negative_label: str
    level: float
    seed: int
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made."""
        return {}
