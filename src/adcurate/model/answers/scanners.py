"""Scanner mix: whether the scanner, the field or the b-values, rather than the tumour, make the number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.marker import Direction
from adcurate.statistics.models.mixed import MixedFit
from adcurate.statistics.roc.auc import AucEstimate
from adcurate.statistics.scanners import (
    CombatFit,
    Confounding,
    Difference,
    LeaveOneOut,
    ScannerEffect,
    StratumSummary,
    WithinAuc,
)


@dataclass(frozen=True, slots=True)
class ScannersQuestion:
    """Ask whether the marker separates the classes within scanners, and without any one of them.

    `markers`: all when empty. `by`: the columns that say what a case was measured with; their combinations
    are the strata, and a case that lacks one is left out and counted. `minimum_stratum`: strata of fewer
    cases are marked small, never dropped. `combat`: harmonize as well, and show before and after. `random`:
    take the strata as draws from all scanners (a mixed model), which needs five strata or more.
    """

    kind: ClassVar[str] = "scanners"
    markers: tuple[str, ...] = ()
    by: tuple[str, ...] = ("vendor", "field_strength_t", "b_values")
    minimum_stratum: int = 5
    combat: bool = False
    random: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Harmonized:
    """A marker before and after ComBat.

    `blind` did not know the classes: where scanners differ in their mix, it takes part of the difference
    between classes away. `informed` preserved the classes, which is circular for a test of them: only its
    difference is given, no area and no p-value. It is None where scanner and class cannot be told apart.
    """

    blind: CombatFit
    blind_values: Floats
    blind_auc: AucEstimate
    blind_difference: Difference
    informed: CombatFit | None
    informed_values: Floats | None
    informed_difference: float | None


@dataclass(frozen=True, slots=True, eq=False)
class MarkerScanners:
    """One marker. All arrays and tuples of cases are (n,) and in the same order.

    `within` and `leave_one_out` are None where `why_not_within` and `why_not_leave_out` say so; `by_level`
    leaves out each level of each column in turn. `random` is the mixed model with the strata as random
    intercepts, where it was asked for and sound. `n_missing` rows lack the marker, the class or a scanner.
    """

    marker: str
    direction: Direction
    values: Floats
    positive: tuple[bool, ...]
    grade: tuple[str, ...]
    stratum: tuple[str, ...]
    strata: tuple[StratumSummary, ...]
    effect: ScannerEffect
    auc: AucEstimate
    within: WithinAuc | None
    why_not_within: str
    leave_one_out: LeaveOneOut | None
    why_not_leave_out: str
    by_level: Mapping[str, LeaveOneOut]
    confounding: Confounding
    harmonized: Harmonized | None
    why_not_harmonized: str
    random: MixedFit | None
    n_missing: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ScannersAnswer:
    """One entry a marker, in the order asked; `by` are the columns, `grades` their order."""

    markers: Mapping[str, MarkerScanners]
    by: tuple[str, ...]
    minimum_stratum: int
    grades: tuple[str, ...]
    positive_label: str
    negative_label: str
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The within-scanner test of each marker."""
        return {
            f"{name}, within scanners": entry.within.p_value
            for name, entry in self.markers.items()
            if entry.within is not None
        }
