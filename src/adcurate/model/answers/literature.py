"""What earlier studies found, together with this one: questions about the literature, and their answers.

These questions read a table of studies, one row for what a study printed, instead of the table of cases.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.interval import Interval
from adcurate.statistics.meta import (
    BivariateAccuracy,
    BivariateModel,
    Continuity,
    CorrelationVariance,
    EffectScale,
    EggerTest,
    EggerVariant,
    PooledEffect,
    PooledInterval,
    PredictionRule,
    RankCorrelationTest,
    RegionQuantile,
    Tau2Method,
)
from adcurate.statistics.proportion import Proportion

SummaryStatistic = Literal["mean-sd", "mean-se", "median-range", "mean-range", ""]


@dataclass(frozen=True, slots=True)
class StudyMean:
    """What one study printed of one group: ADC in mm^2/s, anything else in its own `unit`.

    `spread` is the standard deviation or error, `low` and `high` the range, as `statistic` says. A row that
    is not `certain` has no `centre`. `row` is its place in the file, for an error.
    """

    study: str
    year: int | None
    marker: str
    group: str
    n: int
    statistic: SummaryStatistic
    centre: float | None
    spread: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str = ""
    certain: bool = True
    source: str = ""
    note: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class StudyAccuracy:
    """What one study printed of one cut-off. The four counts are None, and `reason` says why, where unknown.

    `worked_out` says that the counts were not printed but follow from the percentages and group sizes.
    """

    study: str
    year: int | None
    marker: str
    cutoff: float | None
    unit: str
    tp: int | None
    fn: int | None
    fp: int | None
    tn: int | None
    worked_out: bool = False
    reason: str = ""
    certain: bool = True
    source: str = ""
    note: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class StudyCorrelation:
    """A correlation that one study printed; `kind` is ``spearman``, ``pearson`` or ``not stated``."""

    study: str
    year: int | None
    marker: str
    against: str
    kind: str
    r: float | None
    n: int
    certain: bool = True
    source: str = ""
    note: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class StudyArea:
    """An area under the ROC curve that one study printed, with its interval if it printed one."""

    study: str
    year: int | None
    marker: str
    auc: float
    low: float | None
    high: float | None
    n_positive: int
    n_negative: int
    source: str = ""
    note: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row of a study that was not pooled, and why."""

    study: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class StudyEffect:
    """One study's line in a forest plot. `weight` is its share, None when it stands beside the others."""

    study: str
    year: int | None
    effect: float
    variance: float
    interval: Interval
    n: int
    weight: float | None
    this_study: bool = False


@dataclass(frozen=True, slots=True)
class EffectPool:
    """Effects of studies on one `scale`, pooled.

    `label` says of what, such as "G1" or "G3 − G1". `without` holds the pooled effect without each pooled
    study in turn, in the order of those in `studies`; `others` is the one without this study. `pooled`,
    `egger` and `begg` are None where there are too few studies.
    """

    label: str
    groups: tuple[str, ...]
    measure: str
    scale: EffectScale
    unit: str
    studies: tuple[StudyEffect, ...]
    pooled: PooledEffect | None
    without: tuple[PooledEffect, ...] = ()
    others: PooledEffect | None = None
    egger: EggerTest | None = None
    begg: RankCorrelationTest | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def this_study(self) -> StudyEffect | None:
        """This study's line, if it has one."""
        return next((study for study in self.studies if study.this_study), None)


@dataclass(frozen=True, slots=True)
class LiteratureMeansQuestion:
    """Pool the groups' means, and the differences between groups, of several studies.

    Keys
    ----
    marker
        Which rows of the studies' table, by their column ``marker``.
    groups
        Groups to pool, lowest grade first; empty means all that a study has.
    measure
        The difference between two groups: ``mean-difference`` in the marker's unit, ``hedges-g`` in standard
        deviations, ``ratio-of-means``.
    mean_scale
        ``raw``, or ``log`` to pool logarithms of means.
    tau2
        The variance between studies: ``fixed`` (none), ``dersimonian-laird``, ``reml``, ``paule-mandel``.
    interval
        ``normal``, ``knapp-hartung``, ``knapp-hartung-at-least-one``.
    prediction
        ``higgins-2009`` (t on k - 2 degrees of freedom), ``as-interval`` (as R's metafor), ``none``.
    egger
        ``egger-1997`` or ``mixed-effects-reml``.
    convert
        ``none`` leaves out a study that printed a range and no spread; ``wan-2014`` guesses its mean and
        standard deviation, and says so.
    pool_this_study
        Pool this study with the others; false shows it beside them.
    studies_file
        The table of studies; empty means the one that ships with the package.
    """

    kind: ClassVar[str] = "literature-means"

    marker: str = "avgADC"
    groups: tuple[str, ...] = ()
    measure: Literal["mean-difference", "hedges-g", "ratio-of-means"] = "mean-difference"
    mean_scale: Literal["raw", "log"] = "raw"
    tau2: Tau2Method = "reml"
    interval: PooledInterval = "knapp-hartung"
    prediction: PredictionRule = "higgins-2009"
    egger: EggerVariant = "egger-1997"
    convert: Literal["none", "wan-2014"] = "none"
    pool_this_study: bool = True
    studies_file: str = ""


@dataclass(frozen=True, slots=True)
class LiteratureMeansAnswer:
    """Pooled means of each group and pooled differences of each pair of groups, and what was left out."""

    question: LiteratureMeansQuestion
    unit: str
    means: tuple[EffectPool, ...]
    differences: tuple[EffectPool, ...]
    left_out: tuple[LeftOut, ...]
    converted: tuple[str, ...]
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The tests of pooled differences; a test of a funnel judges the studies, not the marker."""
        return {
            f"{pool.label}, pooled": pool.pooled.p_value
            for pool in self.differences
            if pool.pooled is not None and pool.pooled.k > 1
        }


@dataclass(frozen=True, slots=True)
class LiteratureCorrelationQuestion:
    """Pool correlations of a marker with a grade or an index, as Fisher's z.

    Keys
    ----
    marker, against
        Which rows of the studies' table: the marker, and what it is correlated with.
    variance
        ``pearson``, ``spearman-1.06`` or ``spearman-bonett-wright``.
    tau2, interval, prediction, egger, pool_this_study, studies_file
        As for ``literature-means``.
    """

    kind: ClassVar[str] = "literature-correlation"

    marker: str = "avgADC"
    against: str = "who-grade"
    variance: CorrelationVariance = "spearman-1.06"
    tau2: Tau2Method = "reml"
    interval: PooledInterval = "knapp-hartung"
    prediction: PredictionRule = "higgins-2009"
    egger: EggerVariant = "egger-1997"
    pool_this_study: bool = True
    studies_file: str = ""


@dataclass(frozen=True, slots=True)
class LiteratureCorrelationAnswer:
    """Pooled correlation (`pool` is on the scale of Fisher's z), and what was left out."""

    question: LiteratureCorrelationQuestion
    pool: EffectPool
    kinds: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """The test of the pooled correlation."""
        pooled = self.pool.pooled
        return {} if pooled is None or pooled.k < 2 else {f"{self.pool.label}, pooled": pooled.p_value}


@dataclass(frozen=True, slots=True)
class LiteratureAccuracyQuestion:
    """Pool sensitivity and specificity of studies' own cut-offs by the bivariate model.

    Keys
    ----
    marker
        Which rows of the studies' table.
    model
        ``exact`` (binomial counts) or ``approximate`` (logits with a continuity correction).
    continuity
        For ``approximate``: ``all-if-any-zero`` or ``zero-studies-only``.
    quadrature_points
        For ``exact``: 1 is the Laplace approximation, more is adaptive quadrature.
    region
        Quantile of the regions: ``f`` or ``chi-squared``.
    pool_this_study, studies_file
        As for ``literature-means``.
    """

    kind: ClassVar[str] = "literature-accuracy"

    marker: str = "avgADC"
    model: BivariateModel = "exact"
    continuity: Continuity = "all-if-any-zero"
    quadrature_points: int = 1
    region: RegionQuantile = "f"
    pool_this_study: bool = True
    studies_file: str = ""


@dataclass(frozen=True, slots=True)
class AccuracyOfStudy:
    """One study's counts at its own cut-off, with its sensitivity and specificity."""

    study: str
    year: int | None
    cutoff: float | None
    unit: str
    tp: int
    fn: int
    fp: int
    tn: int
    sensitivity: Proportion
    specificity: Proportion
    pooled: bool
    this_study: bool = False
    worked_out: bool = False


@dataclass(frozen=True, slots=True)
class LiteratureAccuracyAnswer:
    """Studies' accuracy and the pooled one (None when there is none), printed areas, what was left out."""

    question: LiteratureAccuracyQuestion
    studies: tuple[AccuracyOfStudy, ...]
    pooled: BivariateAccuracy | None
    areas: tuple[StudyArea, ...]
    left_out: tuple[LeftOut, ...]
    level: float
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """None: nothing is tested."""
        return {}
