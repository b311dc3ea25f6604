"""Is one area larger than another? Markers of the same cases, or one marker in several groups."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.roc import AucComparison, RocCurve


@dataclass(frozen=True, slots=True)
class RocComparisonQuestion:
    """What is compared.

    `markers`: the markers, in order (empty: all); two or more of them are compared with each other on the
    same cases, unless `group` is given. `group`: a column whose values divide the cases; each marker is then
    compared between the groups. `groups`: which of its values, in order (empty: all). `method`: ``delong`` or
    ``bootstrap`` (classes resampled apart). `reference`: between groups, ``t`` as pROC or ``normal`` as
    MedCalc.
    """

    kind: ClassVar[str] = "roc-comparison"

    markers: tuple[str, ...] = ()
    group: str = ""
    groups: tuple[str, ...] = ()
    method: Literal["delong", "bootstrap"] = "delong"
    reference: Literal["t", "normal"] = "t"


@dataclass(frozen=True, slots=True, eq=False)
class ComparedCurves:
    """Curves drawn over each other, and the areas compared.

    `subject` is the marker that is compared between groups; "" where markers are compared. `n_missing` cases
    lacked a marker, the outcome or the group; `n_left_out` belong to groups that were not asked for.
    """

    subject: str
    comparison: AucComparison
    curves: Mapping[str, RocCurve]
    n_missing: int
    n_left_out: int


@dataclass(frozen=True, slots=True, eq=False)
class RocComparisonAnswer:
    """One comparison of all markers, or one for each marker between the groups of the column `group`."""

    comparisons: tuple[ComparedCurves, ...]
    group: str
    positive_label: str
    negative_label: str
    level: float
    findings: tuple[Finding, ...]

    @property
    def p_values(self) -> dict[str, float]:
        """Every pair's unadjusted p-value; one that does not exist is not counted."""
        found = {}
        for compared in self.comparisons:
            before = f"{compared.subject}: " if compared.subject else ""
            for pair in compared.comparison.pairs:
                if not math.isnan(pair.p_value):
                    found[f"{before}{pair.first} against {pair.second}, areas"] = pair.p_value
        return found
