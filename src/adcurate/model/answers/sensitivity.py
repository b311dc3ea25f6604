"""The sensitivity table: the main numbers again, for any subset or choice that someone names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.interval import Interval

RowStamp = Literal["primary", "planned", "post hoc"]


@dataclass(frozen=True, slots=True)
class SensitivityQuestion:
    """Rows are conditions such as ``"sample_type = resection"`` or ``"interval_days <= 90"``.

    `rows` were planned, `post_hoc_rows` were asked for by someone who knew results, a reviewer for one.
    Conditions are joined by `` and ``; operators are ``= != <= >= < >``. ``reader = R2``, ``value = mean``,
    ``map = refit`` and ``edition = who-2019`` change the choice and not the subset. `each` names columns
    whose every value is a row (planned). `markers`: all when empty. The edition reads `ki67_column` and
    `mitoses_column`.
    """

    kind: ClassVar[str] = "sensitivity"
    rows: tuple[str, ...] = ()
    post_hoc_rows: tuple[str, ...] = ()
    each: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    ki67_column: str = "ki67"
    mitoses_column: str = "mitoses"


@dataclass(frozen=True, slots=True)
class SensitivityRow:
    """One condition and one marker; what is not estimated is NaN or None, and `reason` says why.

    The intervals are those of record of the analysis; `cutoff` is chosen anew in the subset. `n_unknown`
    lesions are left out because it is not known whether they meet the condition.
    """

    label: str
    stamp: RowStamp
    marker: str
    n: int
    n_positive: int
    n_unknown: int
    auc: float
    auc_interval: Interval | None
    cutoff: float
    rule: str
    cutoff_interval: Interval | None
    sensitivity: float
    specificity: float
    rho: float
    rho_interval: Interval | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SensitivityAnswer:
    """Rows in the order asked, the primary analysis first of each marker."""

    rows: tuple[SensitivityRow, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """No test is made: a table of subsets is not a table of discoveries."""
        return {}
