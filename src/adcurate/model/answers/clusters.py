"""Several lesions in a subject: what changes when subjects, not lesions, are the sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from adcurate.findings import Finding
from adcurate.statistics.clusters import ClusteredAucDifference, SubjectIcc
from adcurate.statistics.interval import Interval

ClusterAnalysis = Literal["independent", "clustered", "one-lesion"]
ClusterQuantity = Literal["auc", "sensitivity", "specificity", "cutoff", "rho", "difference"]

ANALYSES: Final[tuple[ClusterAnalysis, ...]] = ("independent", "clustered", "one-lesion")


@dataclass(frozen=True, slots=True)
class ClustersQuestion:
    """`markers`: all when empty. The table has a row for each lesion, several for a subject.

    `one_lesion` stands for a subject beside all of its lesions: the ``first`` row, or the ``largest`` by
    `size_column`. Sensitivity and specificity are taken at `cutoffs`, one for each marker in order; without
    them at the Youden cut-off of all lesions, the same in every analysis. `stratified` resamples keep the
    numbers of subjects with positive lesions only, negative only, and both. `difference` compares positive
    and negative lesions by ``mean`` or ``median``. `auc_interval` is normal (``obuchowski``) or normal on the
    logit scale (``obuchowski-logit``), which holds its level better with few subjects.
    """

    kind: ClassVar[str] = "clusters"
    markers: tuple[str, ...] = ()
    one_lesion: Literal["first", "largest"] = "first"
    size_column: str = ""
    cutoffs: tuple[float, ...] = ()
    stratified: bool = True
    difference: Literal["mean", "median"] = "mean"
    auc_interval: Literal["obuchowski", "obuchowski-logit"] = "obuchowski-logit"


@dataclass(frozen=True, slots=True)
class ClusterEstimate:
    """One quantity under one analysis; NaN with a `reason` where it cannot be estimated.

    `interval` is by formula (None where there is none), `bootstrap` by resampling: subjects with all their
    lesions when clustered, lesions as if each were another subject's when independent. `n_undefined`
    resamples had no answer. `design_effect` and `icc` are NaN where they say nothing.
    """

    quantity: ClusterQuantity
    analysis: ClusterAnalysis
    value: float
    interval: Interval | None
    bootstrap: Interval | None
    n_undefined: int
    design_effect: float
    icc: float
    n_lesions: int
    n_positive: int
    n_subjects: int
    reason: str = ""

    @property
    def shown_interval(self) -> Interval | None:
        """The interval by formula, or else by resampling."""
        return self.bootstrap if self.interval is None else self.interval


@dataclass(frozen=True, slots=True)
class MarkerClusters:
    """A marker's estimates under every analysis.

    `icc` is of its values over all lesions; `p_value` tests the clustered area against one half.
    `n_missing` lesions have no number, `n_unclassified` no outcome; `n_ungraded` of the others have no grade
    and are left out of rho. `n_both` subjects have lesions of both classes.
    """

    marker: str
    direction: str
    rule: str
    cutoff: float
    cutoff_stated: bool
    estimates: tuple[ClusterEstimate, ...]
    icc: SubjectIcc
    p_value: float
    n_lesions: int
    n_subjects: int
    n_both: int
    n_missing: int
    n_unclassified: int
    n_ungraded: int

    def estimate(self, quantity: ClusterQuantity, analysis: ClusterAnalysis) -> ClusterEstimate | None:
        """One estimate; None where it was not asked (rho without grades)."""
        for one in self.estimates:
            if (one.quantity, one.analysis) == (quantity, analysis):
                return one
        return None


@dataclass(frozen=True, slots=True)
class MarkerPairClusters:
    """Two markers compared on the lesions that have both, under every analysis; None where impossible."""

    first: str
    second: str
    tests: Mapping[str, ClusteredAucDifference | None]


@dataclass(frozen=True, slots=True)
class ClustersAnswer:
    """`lesions_per_subject` counts subjects by how many lesions they have."""

    markers: tuple[MarkerClusters, ...]
    pairs: tuple[MarkerPairClusters, ...]
    one_lesion: str
    difference: str
    stratified: bool
    n_resamples: int
    level: float
    lesions_per_subject: Mapping[int, int]
    positive_label: str
    negative_label: str
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The clustered tests: each area against one half, each pair of areas."""
        own = {f"AUC of {one.marker}, clustered": one.p_value for one in self.markers}
        for pair in self.pairs:
            test = pair.tests["clustered"]
            if test is not None:
                own[f"AUC, {pair.first} and {pair.second}, clustered"] = test.p_value
        return own
