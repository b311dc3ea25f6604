"""Does a marker go with Ki-67, when Ki-67 is reported as a number, a range or a bound?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.correlation import CorrelationBounds, IntervalKendall
from adcurate.statistics.models.censored import IntervalRegression


@dataclass(frozen=True, slots=True)
class Ki67Question:
    """`markers`: all when empty. `column` holds the index as the pathologist wrote it: 12, <1, ≤2, >20, 3-5.

    `decimal` is the decimal sign of that column. `test` and `permutations` are of Kendall's tau; ``auto``
    permutes up to 200 lesions. `transform` is the scale of the regression: log(1 + Ki-67), or log(Ki-67),
    which has no place for an exact 0. `counted` is the test of the two that a correction for several tests
    counts; the other supports it.
    """

    kind: ClassVar[str] = "ki67"
    markers: tuple[str, ...] = ()
    column: str = "ki67"
    decimal: Literal[".", ","] = "."
    test: Literal["auto", "permutation", "asymptotic"] = "auto"
    permutations: int = 10_000
    transform: Literal["log1p", "log"] = "log1p"
    counted: Literal["kendall", "regression"] = "kendall"


@dataclass(frozen=True, slots=True)
class Ki67Value:
    """A marker beside a Ki-67 in percent, from `low` to `high`; equal for an exact one."""

    marker: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Ki67LinePoint:
    """The regression's median Ki-67 in percent at a marker, with pointwise limits."""

    marker: float
    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class MidpointComparison:
    """What comes out when each range is replaced by its middle: shown as what not to report.

    `rho` and `p_value` are Spearman's, `slope` that of least squares on the transformed middles.
    """

    rho: float
    p_value: float
    slope: float
    n_replaced: int


@dataclass(frozen=True, slots=True)
class MarkerKi67:
    """One marker against Ki-67 as an interval.

    `n_missing` rows lack the marker or the index. `tau_bounds` and `rho_bounds` say how far Kendall's tau-b
    and Spearman's rho could go over all values within the ranges; None with more than 500 rows.
    `regression` is of the transformed index on the marker (None where it has no maximum, `regression_refused`
    says why); `marker_spread` is the marker's standard deviation, for an effect per standard deviation.
    """

    marker: str
    kendall: IntervalKendall
    tau_bounds: CorrelationBounds | None
    rho_bounds: CorrelationBounds | None
    regression: IntervalRegression | None
    regression_refused: str
    marker_spread: float
    midpoint: MidpointComparison | None
    values: tuple[Ki67Value, ...]
    line: tuple[Ki67LinePoint, ...]
    n_missing: int


@dataclass(frozen=True, slots=True)
class Ki67Answer:
    """One entry a marker, in the order asked."""

    markers: tuple[MarkerKi67, ...]
    transform: Literal["log1p", "log"]
    counted: Literal["kendall", "regression"]
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """One test a marker: Kendall's, or the regression's where the plan counts that one."""
        tests = {}
        for one in self.markers:
            if self.counted == "kendall":
                tests[f"{one.marker}: Ki-67"] = one.kendall.p_value
            elif one.regression is not None:
                tests[f"{one.marker}: Ki-67"] = one.regression.p_value
        return tests
