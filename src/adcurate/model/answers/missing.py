"""What is missing, and would the answers change if it were not?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.correlation import SpearmanEstimate
from adcurate.statistics.models.missing import MissingPattern
from adcurate.statistics.models.pooling import PooledEstimate
from adcurate.statistics.roc.auc import AucEstimate


@dataclass(frozen=True, slots=True)
class MissingQuestion:
    """`markers`: all when empty. `predictors` are further columns to count and to impute from.

    Nothing is imputed unless `impute` is true. Then `imputations` tables are made, each after `iterations`
    rounds of chained equations from the markers, the predictors and the outcome; `method` is for numbers. A
    missing reference standard is never imputed: those rows are left out and counted.
    """

    kind: ClassVar[str] = "missing"
    markers: tuple[str, ...] = ()
    predictors: tuple[str, ...] = ()
    impute: bool = False
    imputations: int = 20
    iterations: int = 10
    method: Literal["predictive-mean-matching", "normal"] = "predictive-mean-matching"


@dataclass(frozen=True, slots=True)
class MarkerMissing:
    """One marker: the analyses of its complete cases, and beside them the pooled ones if asked for.

    `auc` (DeLong) has the rows with marker and outcome, `rho` (Bonett-Wright) those with marker and grade;
    None where there are too few. `n_imputed` values of the marker were filled for the pooled answers, over
    `n_pooled` rows.
    """

    marker: str
    auc: AucEstimate | None
    rho: SpearmanEstimate | None
    pooled_auc: PooledEstimate | None
    pooled_rho: PooledEstimate | None
    n_imputed: int
    n_pooled: int


@dataclass(frozen=True, slots=True)
class ImputationRecord:
    """How the tables were made; `mixing` near 1 says that the chains of a column have met."""

    n_imputations: int
    iterations: int
    method: str
    columns: tuple[str, ...]
    n_imputed: Mapping[str, int]
    mixing: Mapping[str, float]
    n_rows: int
    n_without_reference: int


@dataclass(frozen=True, slots=True)
class MissingAnswer:
    """The pattern of what is missing, and one entry a marker."""

    pattern: MissingPattern
    markers: tuple[MarkerMissing, ...]
    imputation: ImputationRecord | None
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """None: these are the tests of other questions, made again."""
        return {}
