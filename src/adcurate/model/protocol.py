"""The protocol: every choice that can move a number, fixed in one place.

``study.toml`` is its import and export; the store keeps its versions. Field names here are the keys of
that file; a default is what the file may leave out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Final, Literal

from adcurate.model.plan import Plan

SCHEMA_VERSION = 1

GradeScale = Literal["neuroendocrine", "isup", "benign-malignant", "own"]
MapSource = Literal["scanner", "refit", "refit-registered"]


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who is analysed. Whoever is left out is kept, counted and shown in the flow.

    `lesion_size`: whether the size in the worksheet decides, or the long axis that was measured with the
    ruler by the reader whose reading counts. `exam_within_days`: of several exams, the one proposed lies at
    most so far from the histology; 0 sets no limit.
    """

    minimum_lesion_size_mm: float = 0.0
    lesion_size: Literal["worksheet", "ruler"] = "worksheet"
    require_mri: bool = True
    require_grade: bool = True
    exam_within_days: int = 0


@dataclass(frozen=True, slots=True)
class LesionChoice:
    """Which lesion stands for a subject that has several; `fallback` when no site matches the specimen."""

    choice: Literal["specimen-origin", "largest", "first"] = "specimen-origin"
    fallback: Literal["largest", "first"] = "largest"


@dataclass(frozen=True, slots=True)
class GradingRule:
    """What grades are called in the worksheet, and the check on the pathologist's, which stays the grade.

    `scale`: words and columns of the worksheet; ``own`` takes the study's `grades` as they are written. The
    edition by organ is for the scale ``neuroendocrine``, or for ``own`` grades that mean the same.
    """

    edition_by_primary_site: dict[str, str] = field(default_factory=dict)
    other: str = "who-2019"
    scale: GradeScale = "neuroendocrine"


@dataclass(frozen=True, slots=True)
class AdcRule:
    """The map of record, and how signals are refitted beside it. `b_values` empty means all of them.

    `highest_b_value` (s/mm²) leaves out those above it, where `b_values` names none; None leaves out none.
    `registration` brings the images of higher b-values onto those of the lowest before a second refit, so
    that there is one map with and one without it.
    """

    map_of_record: MapSource = "scanner"
    fit: Literal["loglinear", "weighted", "nonlinear"] = "loglinear"
    b_values: tuple[float, ...] = ()
    registration: Literal["off", "translation", "rigid"] = "off"
    highest_b_value: float | None = None

    @property
    def beside(self) -> MapSource:
        """The map that is analysed beside the map of record, to show what the choice moves."""
        if self.map_of_record == "refit-registered":
            return "refit"
        if self.registration != "off":
            return "refit-registered"
        return "refit" if self.map_of_record == "scanner" else "scanner"


@dataclass(frozen=True, slots=True)
class RegionRule:
    """How contours become voxels.

    `extent`: a region drawn on several slices is measured on the one with its largest area (``slice``), or
    whole (``volume``).
    """

    rule: Literal["centre", "any-overlap", "half", "area-weighted"] = "centre"
    minimum_voxels: int = 1
    extent: Literal["slice", "volume"] = "slice"

    def has_enough(self, n_voxels: float | None) -> bool:
        """Whether a region of so many estimated voxels is analysed; a smaller one has no value anywhere."""
        return (n_voxels or 0) >= self.minimum_voxels


@dataclass(frozen=True, slots=True)
class Outcome:
    """The binary outcome made from grades: `positive` is what the marker should find."""

    positive: tuple[str, ...]
    negative: tuple[str, ...]
    positive_label: str = "positive"
    negative_label: str = "negative"


OVER_REFERENCE: Final = ("mean_over_reference", "minimum_over_reference", "median_over_reference")
"""The measures that are ratios: a number of the lesion over the mean of its reader's reference tissue."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A number of a region, named as the paper names it. `direction` says which side is positive."""

    name: str
    measure: Literal[
        "mean",
        "minimum",
        "median",
        "p5",
        "p10",
        "p25",
        "lowest_mean",
        "lowest_3x3_mean",
        "mean_over_reference",
        "minimum_over_reference",
        "median_over_reference",
    ]
    direction: Literal["low", "high"]

    @property
    def is_ratio(self) -> bool:
        """Whether it has no unit: a normalized ADC."""
        return self.measure in OVER_REFERENCE


@dataclass(frozen=True, slots=True)
class PublishedCutoff:
    """A cut-off of another study: sensitivity and specificity as printed there, as fractions."""

    study: str
    marker: str
    cutoff_mm2_per_s: float
    sensitivity: float
    specificity: float


@dataclass(frozen=True, slots=True)
class Analysis:
    """Methods, ties, intervals and seeds."""

    resolution_mm2_per_s: float = 1e-6
    confidence_level: float = 0.95
    seed: int = 20200206
    bootstrap_resamples: int = 10_000
    percentile_type: Literal[5, 6, 7] = 6
    mann_whitney: Literal["exact", "asymptotic", "asymptotic-continuity"] = "asymptotic"
    pairwise_adjustment: Literal["none", "bonferroni", "holm"] = "bonferroni"
    spearman_interval: Literal["fisher-z", "bonett-wright", "percentile-bootstrap", "bca-bootstrap"] = (
        "percentile-bootstrap"
    )
    auc_interval: Literal["delong", "exact-binomial", "percentile-bootstrap", "bca-bootstrap"] = "delong"
    cutoff_interval: Literal["percentile-bootstrap", "bca-bootstrap"] = "bca-bootstrap"
    proportion_interval: Literal["clopper-pearson", "wilson"] = "clopper-pearson"
    stated_prevalence: float | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How regions are drawn in the reading room.

    `show_numbers`: when a reader sees what was measured. `sessions`: every case is read in the first; each
    later one repeats `repeat_fraction` of the cases, `washout_days` after the reader's last lock of the one
    before. With one session the repeats stand among its cases, never beside their first reading.
    `layout`: which images stand in the four places of the page, row by row.
    `selection`: a coordinator's pointer says which lesion is meant, or the reader finds it (``free``).
    `adjudicate_over`: a difference between readers' mean ADC (1e-6 mm²/s) that somebody decides; 0 is off.
    `where_agreed`: what stands for a lesion that needed no decision where the plan analyses the consensus:
    the mean of all readers' first readings, or the first reader's.
    """

    show_numbers: Literal["live", "after_lock", "never"] = "after_lock"
    sessions: int = 1
    washout_days: int = 0
    repeat_fraction: float = 0.0
    training_cases: int = 0
    layout: tuple[Literal["t2", "dwi", "adc", "t1"], ...] = ("t2", "dwi", "adc", "t1")
    wants_confidence: bool = False
    wants_ruler: bool = False
    wants_reference: bool = False
    adjudicate_over: float = 0.0
    where_agreed: Literal["mean", "first-reader"] = "mean"
    selection: Literal["pointer", "free"] = "pointer"


@dataclass(frozen=True, slots=True)
class Protocol:
    """A study's protocol. The template ``net-grade`` is the study of 47 neuroendocrine tumours."""

    title: str
    outcome: Outcome
    markers: tuple[Marker, ...]
    schema_version: int = SCHEMA_VERSION
    template: str = ""
    grades: tuple[str, ...] = ("G1", "G2", "G3")
    eligibility: Eligibility = field(default_factory=Eligibility)
    lesion: LesionChoice = field(default_factory=LesionChoice)
    grading: GradingRule = field(default_factory=GradingRule)
    adc: AdcRule = field(default_factory=AdcRule)
    region: RegionRule = field(default_factory=RegionRule)
    analysis: Analysis = field(default_factory=Analysis)
    published_cutoffs: tuple[PublishedCutoff, ...] = ()
    plan: Plan = field(default_factory=Plan)
    reading: Reading | None = None

    @property
    def ranked_grades(self) -> tuple[str, ...]:
        """Grades that have an order to be tested. Two are the outcome itself, which other tests ask about."""
        return self.grades if len(self.grades) > 2 else ()

    @property
    def reference_word(self) -> str:
        """What the reference standard gives: a grade, or only the outcome."""
        return "grade" if self.ranked_grades else "outcome"

    def as_json(self) -> dict[str, object]:
        """The canonical form that the store keeps and hashes: the keys of the file.

        Without a table ``[reading]`` it says nothing of reading, as the file.
        """
        said = {**asdict(self), "plan": self.plan.as_json()}
        if self.reading is None:
            del said["reading"]
        return said
