"""How well does a marker tell three or more grades apart, in pairs and in order?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.roc import ClassPair, OrderedVolume, OrdinalCIndex


@dataclass(frozen=True, slots=True)
class GradesQuestion:
    """What is asked of each marker.

    `markers`: empty means all. `grades`: the grades, lowest first (empty: the study's order). `interval`: of
    each pair's area. `test`: of each pair, adjusted by Holm. `c_interval`: of the ordinal C-index. The
    volume's interval is always a bootstrap's.
    """

    kind: ClassVar[str] = "grades"

    markers: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    interval: Literal["delong", "exact-binomial", "percentile-bootstrap", "bca-bootstrap"] = "delong"
    test: Literal["delong", "mann-whitney"] = "delong"
    c_interval: Literal["wald", "fisher-z", "percentile-bootstrap"] = "fisher-z"


@dataclass(frozen=True, slots=True, eq=False)
class GradeSeparation:
    """One marker's answer. `sizes` are the cases of each grade, in order; `volume` is None for two grades.

    `n_missing` cases lacked the marker or a grade; `n_left_out` have a grade that was not asked for.
    """

    marker: str
    direction: str
    sizes: Mapping[str, int]
    pairs: tuple[ClassPair, ...]
    c_index: OrdinalCIndex
    volume: OrderedVolume | None
    n_missing: int
    n_left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class GradesAnswer:
    """The markers' answers."""

    markers: Mapping[str, GradeSeparation]
    level: float
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """Every pair's unadjusted p-value, and the C-index's; one that does not exist is not counted."""
        found = {}
        for marker, separation in self.markers.items():
            for pair in separation.pairs:
                found[f"{marker}: {pair.lower} against {pair.higher}, area"] = pair.p_value
            found[f"{marker}: ordinal C-index"] = separation.c_index.p_value
        return {label: p for label, p in found.items() if not math.isnan(p)}
