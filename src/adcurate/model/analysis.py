"""What the statistics say of one marker, as one record: the same for a study and for a plain table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.correlation import SpearmanEstimate
from adcurate.statistics.cutoff import YoudenEstimate
from adcurate.statistics.diagnostic import DiagnosticAccuracy
from adcurate.statistics.groups import DunnPair, GroupSummary, KruskalWallis, MannWhitney
from adcurate.statistics.interval import Interval
from adcurate.statistics.roc import AucEstimate, RocBand, RocCurve


@dataclass(frozen=True, slots=True)
class MarkerValue:
    """One subject's value of a marker, with what it is compared against and where it comes from.

    `value` is in mm²/s in a study, or a ratio (any unit in a table); `measurement_id` is "" for a table.
    `further_ids` are the other measurements that it is the mean of.
    """

    subject: str
    value: float
    grade: str
    positive: bool
    measurement_id: str = ""
    further_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class MarkerAnalysis:
    """Every statistic of one marker.

    The method of record of each kind is named by ``*_of_record`` and is a key of the mapping beside it;
    the others are shown so that another program's default can be recognised. `is_ratio`: values of a map that
    have no unit, a normalized ADC.
    """

    marker: str
    direction: str
    map_source: str
    values: tuple[MarkerValue, ...]
    n_missing: int
    grades: tuple[str, ...]
    grade_groups: Mapping[str, GroupSummary]
    outcome_groups: Mapping[str, GroupSummary]
    mann_whitney: Mapping[str, MannWhitney]
    mann_whitney_of_record: str
    kruskal_wallis: KruskalWallis | None
    pairwise: Mapping[str, tuple[DunnPair, ...]]
    pairwise_of_record: str
    spearman: SpearmanEstimate | None
    spearman_intervals: Mapping[str, Interval]
    spearman_of_record: str
    roc: RocCurve
    roc_band: RocBand
    auc: AucEstimate
    auc_intervals: Mapping[str, Interval]
    auc_of_record: str
    youden: YoudenEstimate
    cutoff_intervals: Mapping[str, Interval]
    j_intervals: Mapping[str, Interval]
    cutoff_of_record: str
    at_cutoff: DiagnosticAccuracy
    at_stated_prevalence: DiagnosticAccuracy | None
    level: float
    seed: int
    n_resamples: int
    analysis_id: str = ""
    is_ratio: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def auc_interval(self) -> Interval:
        """The interval of record of the AUC."""
        return self.auc_intervals[self.auc_of_record]

    @property
    def cutoff_interval(self) -> Interval | None:
        """The interval of record of the cut-off (None where it cannot be given)."""
        return self.cutoff_intervals.get(self.cutoff_of_record)

    @property
    def spearman_interval(self) -> Interval | None:
        """The interval of record of rho (None without an ordered grade)."""
        return self.spearman_intervals.get(self.spearman_of_record)


@dataclass(frozen=True, slots=True)
class PublishedCutoffResult:
    """A cut-off of another study: as printed there, at the stated prevalence, and applied to this cohort."""

    study: str
    marker: str
    cutoff_mm2_per_s: float
    printed_sensitivity: float
    printed_specificity: float
    prevalence: float
    ppv_at_prevalence: float
    npv_at_prevalence: float
    in_this_cohort: DiagnosticAccuracy


@dataclass(frozen=True, slots=True, eq=False)
class MapComparison:
    """The map of record beside the other map, lesion by lesion, for one marker: mm²/s, or ratios."""

    marker: str
    of_record: str
    other: str
    subjects: tuple[str, ...]
    values_of_record: Floats
    values_other: Floats
    mean_difference: float
    sd_difference: float
    rho: float
    auc_of_record: float
    auc_other: float
    is_ratio: bool = False
