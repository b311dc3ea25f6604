"""Several markers in one score, beside the best of them alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from adcurate.findings import Finding
from adcurate.model.answers.predictor import Predictor
from adcurate.statistics.models import CombinedMarker


@dataclass(frozen=True, slots=True)
class CombinedMarkerQuestion:
    """`predictors`: two or more markers or number columns; every marker when empty.

    `low` names those that are no markers of the study and of which low values are positive; high otherwise.
    `per` as for the logistic question. `folds` and `repeats` are of the stratified cross-validation.
    """

    kind: ClassVar[str] = "combined-marker"
    predictors: tuple[str, ...] = ()
    low: tuple[str, ...] = ()
    per: tuple[str, ...] = ()
    folds: int = 5
    repeats: int = 50


@dataclass(frozen=True, slots=True)
class CombinedMarkerAnswer:
    """`rows` names the row of each score.

    `n_unknown` rows had no outcome, `n_missing` had one but lacked a predictor.
    """

    combined: CombinedMarker
    rows: tuple[str, ...]
    predictors: tuple[Predictor, ...]
    positive_label: str
    n_unknown: int
    n_missing: int
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """Whether the others add to the best single marker."""
        return {self.combined.nested.name: self.combined.nested.p_value}
