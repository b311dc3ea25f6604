"""Ordinal regression of the grade on each marker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.model.answers.predictor import Predictor
from adcurate.statistics.models import OrdinalFit, ProportionalOdds


@dataclass(frozen=True, slots=True)
class OrdinalQuestion:
    """One proportional-odds model for each of `markers` (all when empty).

    `adjust_for` names columns that enter each model beside the marker; those in `categorical` are
    categories, with `reference` levels in the same order (the first by name where left out). `per` is the
    change the odds ratio is for: ``sd``, or a number in the marker's unit; adjusting numbers are per SD.
    """

    kind: ClassVar[str] = "ordinal"
    markers: tuple[str, ...] = ()
    adjust_for: tuple[str, ...] = ()
    categorical: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    per: str = "sd"
    interval: Literal["profile", "wald"] = "profile"


@dataclass(frozen=True, slots=True)
class GradeProbabilities:
    """P(grade) along the marker, for drawing: `at` (m,), the rest (m, grades), with pointwise limits.

    Adjusting numbers stand at their mean, categories at their reference. `values` are the cases' markers by
    grade.
    """

    at: tuple[float, ...]
    probability: tuple[tuple[float, ...], ...]
    low: tuple[tuple[float, ...], ...]
    high: tuple[tuple[float, ...], ...]
    level: float
    values: dict[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class MarkerOrdinal:
    """One marker's model; its coefficient is the first. `n_missing` rows lacked a grade or a predictor."""

    marker: str
    fit: OrdinalFit
    predictors: tuple[Predictor, ...]
    tests: ProportionalOdds
    probabilities: GradeProbabilities
    n_missing: int


@dataclass(frozen=True, slots=True)
class OrdinalAnswer:
    """One entry a marker."""

    markers: tuple[MarkerOrdinal, ...]
    adjust_for: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """The test of each marker's odds ratio; tests of the assumption are not counted."""
        return {one.marker: one.fit.coefficients[0].p_value for one in self.markers}
