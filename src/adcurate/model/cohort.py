"""Who was screened, who is analysed, and what was measured in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.model.analysis import MapComparison, MarkerAnalysis, PublishedCutoffResult
from adcurate.model.cases import CaseTable
from adcurate.model.image import AdcUnit
from adcurate.model.plan import PlannedAnswer
from adcurate.model.protocol import Protocol
from adcurate.model.reading.account import ReadingAccount
from adcurate.model.reading.size import ReadSize
from adcurate.model.worksheet import WorksheetRow


@dataclass(frozen=True, slots=True)
class FlowStage:
    """One box of the participant flow, and who leaves after it: reason and number."""

    label: str
    n: int
    left_out: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ParticipantFlow:
    """Boxes that add up: each box is the one before it less those left out there.

    Raises
    ------
    ValueError
        When they do not add up: a bug, never a property of the input.
    """

    stages: tuple[FlowStage, ...]

    def __post_init__(self) -> None:
        for stage, following in zip(self.stages, self.stages[1:], strict=False):
            if stage.n - sum(n for _, n in stage.left_out) != following.n:
                raise ValueError(f"the flow does not add up after {stage.label!r}")


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one region says on one map. `values` are in mm²/s, mm² and counts, named as in `RegionSummary`.

    `details` is the full record (fragility under each voxel rule included), as it is stored.
    """

    measurement_id: str
    subject: str
    lesion: str
    reader: str
    map_source: str
    map_id: str
    contour_digest: str
    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str
    frame_number: int
    slice_index: int
    values: Mapping[str, float | None]
    details: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NormalizedMeasurement:
    """A lesion's numbers over the mean of the reference tissue that the same reader drew, on the same map.

    `measurement_id` is its own; `values` are ratios by the names of `OVER_REFERENCE`.
    """

    measurement_id: str
    subject: str
    lesion: str
    reader: str
    map_source: str
    of_lesion: str
    of_reference: str
    reference_mean_mm2_per_s: float
    n_reference_voxels: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Scanner:
    """What an exam was made with, for the Methods section's table."""

    vendor: str
    model: str
    field_strength_t: float | None
    software: str
    b_values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CohortMember:
    """One analysed case: a subject with the lesion that stands for it, or a lesion of its own.

    `case` names it; `measurements` holds the first of the readings that count on each map, `readings` all.
    """

    subject: str
    row: WorksheetRow
    grade: str
    positive: bool
    scanner: Scanner
    unit: AdcUnit | None
    study_instance_uid: str
    measurements: Mapping[str, Measurement]
    readings: Mapping[str, tuple[Measurement, ...]]
    case: str
    other_lesions: tuple[str, ...] = ()
    lesion_choice: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RegionPanel:
    """The pictures behind one measurement: T2, high b, ADC and contrast-enhanced T1 on the contour's slice.

    Each image is (row, column) with its extent in mm, (left, right, bottom, top), in the ADC slice's own
    in-plane axes; `rings_mm` is the contour in the same axes. `images` is keyed ``t2``, ``high_b``, ``adc``
    (mm²/s) and ``t1_ce``; a missing image is left out.
    """

    subject: str
    grade: str
    title: str
    images: Mapping[str, Floats]
    extents_mm: Mapping[str, tuple[float, float, float, float]]
    rings_mm: tuple[Floats, ...]
    minimum_at_mm: tuple[float, float]
    b_value: float


@dataclass(frozen=True, slots=True, eq=False)
class StudyResults:
    """All that a report is made from. `panels`, `statement` and `reconstruction` are added for a report.

    `readings` are the readings behind the answers by map, `reader_who_counts` whose are analysed ("mean" for
    all), `unmeasured` says of each eligible lesion without a value why (by subject and lesion), `rows` are
    the worksheet's as they were screened.
    """

    protocol: Protocol
    flow: ParticipantFlow
    members: tuple[CohortMember, ...]
    analyses: Mapping[str, tuple[MarkerAnalysis, ...]]
    comparisons: tuple[MapComparison, ...]
    published: tuple[PublishedCutoffResult, ...]
    measurements: tuple[Measurement, ...]
    findings: tuple[Finding, ...]
    digests: Mapping[str, str]
    software: Mapping[str, str]
    panels: tuple[RegionPanel, ...] = ()
    statement: str = ""
    normalized: tuple[NormalizedMeasurement, ...] = ()
    sizes: tuple[ReadSize, ...] = ()
    reading: ReadingAccount | None = None
    reconstruction: tuple[ReproducedNumber, ...] = ()
    answers: tuple[PlannedAnswer, ...] = ()
    readings: Mapping[str, CaseTable] = field(default_factory=dict)
    reader_who_counts: str = ""
    unmeasured: Mapping[tuple[str, str], str] = field(default_factory=dict)
    rows: tuple[WorksheetRow, ...] = ()

    @property
    def of_record(self) -> tuple[MarkerAnalysis, ...]:
        """The analyses on the map of record; none when nothing could be analysed."""
        return self.analyses.get(self.protocol.adc.map_of_record, ())


@dataclass(frozen=True, slots=True)
class ReproducedNumber:
    """One published number beside the one computed here.

    `verdict` is ``equal`` (at the printed precision), ``different``, ``not-claimed`` (depends on individual
    values that were not published) or ``contradicted`` (the paper prints two values).
    """

    group: str
    name: str
    published: str
    reproduced: str
    verdict: str
    note: str = ""
