"""What a curve says beyond its area: a part of it, a band for all of it, fixed points, cut-offs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.cutoff import RuleCutoff
from adcurate.statistics.roc import (
    AucEstimate,
    OperatingPoints,
    PartialAreaEstimate,
    RocBand,
    RocCurve,
    SimultaneousBand,
)


@dataclass(frozen=True, slots=True)
class RocDetailQuestion:
    """What is asked of each marker's curve.

    `markers`: empty means all. `partial_focus` and `partial_range`: the partial area's side and its range,
    low and high. `band`: the simultaneous band. `specificities` and `sensitivities`: where each is fixed and
    the other is read, with `point_interval`. `cutoff_rules`: which of youden, closest-corner,
    fixed-sensitivity and fixed-specificity; the last two reach `least_sensitivity` and `least_specificity`.
    `cost_ratio` (what a missed positive costs in false alarms) and `prevalence`, given together, add the
    rule youden-priced. `ties` and `resampling`: as in `adcurate.statistics.cutoff.choose_cutoff`.
    """

    kind: ClassVar[str] = "roc-detail"

    markers: tuple[str, ...] = ()
    partial_focus: Literal["specificity", "sensitivity"] = "specificity"
    partial_range: tuple[float, ...] = (0.8, 1.0)
    band: Literal["kolmogorov-smirnov", "fixed-width-bootstrap"] = "fixed-width-bootstrap"
    specificities: tuple[float, ...] = (0.9,)
    sensitivities: tuple[float, ...] = (0.9,)
    point_interval: Literal["percentile-bootstrap", "exact-joint", "bt2-bootstrap", "clopper-pearson"] = (
        "percentile-bootstrap"
    )
    cutoff_rules: tuple[str, ...] = ("youden", "closest-corner", "fixed-sensitivity", "fixed-specificity")
    least_sensitivity: float = 0.9
    least_specificity: float = 0.9
    cost_ratio: float | None = None
    prevalence: float | None = None
    ties: Literal["most-specific", "most-sensitive"] = "most-specific"
    resampling: Literal["cases", "within-classes"] = "cases"


@dataclass(frozen=True, slots=True, eq=False)
class RocDetail:
    """One marker's curve in detail; `cutoffs` stand by the name of their rule."""

    marker: str
    curve: RocCurve
    auc: AucEstimate
    pointwise: RocBand
    simultaneous: SimultaneousBand
    partial: PartialAreaEstimate
    at_specificity: OperatingPoints
    at_sensitivity: OperatingPoints
    cutoffs: Mapping[str, RuleCutoff]
    n_missing: int


@dataclass(frozen=True, slots=True, eq=False)
class RocDetailAnswer:
    """The markers' curves in detail."""

    markers: Mapping[str, RocDetail]
    positive_label: str
    negative_label: str
    level: float
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """None: nothing is tested here."""
        return {}
