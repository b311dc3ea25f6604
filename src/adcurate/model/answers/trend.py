"""Does a marker rise or fall from grade to grade?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.correlation import KendallEstimate, PartialSpearman
from adcurate.statistics.groups import JonckheereTerpstra


@dataclass(frozen=True, slots=True)
class TrendQuestion:
    """`markers`: all when empty. `covariates` are columns of numbers held fixed in a partial correlation.

    `alternative` says how the marker changes with rising grade: ``decreasing`` and ``increasing`` are
    one-sided tests, and need to have been planned. `test` is exact where it takes a second (``auto``).
    `tau_interval` is of Kendall's tau-b and `partial_interval` of the partial rho.
    """

    kind: ClassVar[str] = "trend"
    markers: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    alternative: Literal["two-sided", "increasing", "decreasing"] = "two-sided"
    test: Literal["auto", "exact", "asymptotic"] = "auto"
    tau_interval: Literal["delta", "fieller", "percentile-bootstrap", "bca-bootstrap"] = "delta"
    partial_interval: Literal["fisher-z", "percentile-bootstrap", "bca-bootstrap"] = "fisher-z"


@dataclass(frozen=True, slots=True)
class MarkerTrend:
    """One marker against the order of the grades.

    `n_missing` rows lack the marker or the grade; `n_without_covariates` of the others lack a covariate, and
    are left out of `partial` only. `kendall` holds the size of the relation (x the
    grade, y the marker, so that Somers' d is of the marker given the grade); its test is the one of `test`.
    """

    marker: str
    test: JonckheereTerpstra
    kendall: KendallEstimate
    partial: PartialSpearman | None
    n_missing: int
    n_without_covariates: int


@dataclass(frozen=True, slots=True)
class TrendAnswer:
    """One entry a marker, in the order asked. `level` is the confidence level that was asked for."""

    markers: tuple[MarkerTrend, ...]
    grades: tuple[str, ...]
    level: float = 0.95
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The trend test of each marker, and its partial correlation where there are covariates."""
        tests = {}
        for one in self.markers:
            tests[f"{one.marker}: trend over grades"] = one.test.p_value
            if one.partial is not None:
                given = ", ".join(one.partial.covariates)
                tests[f"{one.marker}: grade given {given}"] = one.partial.p_value
        return tests
