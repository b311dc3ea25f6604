"""What crosses the wire about images: counts, exams in a line, one exam. No name of a patient."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adcurate.model import SeriesKind
from adcurate.web.room.images.uploads import LeftAlone
from adcurate.web.room.people_messages import Message

Severity = Literal["note", "warning", "serious"]
Evidence = Literal["refit", "real_world_map", "declared", "plausibility", "unknown", ""]


class CountedMessage(Message):
    """So many of one kind, in words."""

    code: str
    words: str
    count: int


class ScannerMessage(Message):
    """Exams of one scanner with the same b-values."""

    vendor: str
    model: str
    field_strength_t: float | None
    software: str
    b_values: list[float]
    n_exams: int


class HeldBackMessage(Message):
    """Objects that one reason holds back, and what to do."""

    code: str
    sentence: str
    remedy: str
    n_objects: int


class KindMessage(Message):
    """Something a series can show."""

    kind: SeriesKind
    words: str


class ProvedUnitsMessage(Message):
    """Exams whose unit is known in one way; `slopes`: the map's ADC over the refit's, lowest and highest."""

    evidence: Evidence
    n_exams: int
    worths: list[float]
    slopes: list[float] | None
    r: float | None


class ImagesAnswer(Message):
    """The whole study at a glance; received = stored + known + refused, and left alone beside it."""

    received: int
    stored: int
    known: int
    refused: int
    left_alone: list[CountedMessage]
    n_subjects: int
    n_exams: int
    n_rows: int
    links: dict[str, int]
    awaited: list[str]
    units: dict[str, int]
    unit_proofs: list[ProvedUnitsMessage]
    missing: dict[str, int]
    shows: dict[str, int]
    scanners: list[ScannerMessage]
    quarantine: list[HeldBackMessage]
    kinds: list[KindMessage]
    reading_began: bool
    may_read_folder: bool


class ExamLineMessage(Message):
    """One exam of the table; nothing is said of its series before somebody looked (`is_seen`)."""

    exam: str
    subject: str
    n_objects: int
    link: str
    visits: list[str]
    is_seen: bool
    is_to_look_at: bool
    scanner: str
    kinds: dict[str, int]
    b_values: list[float]
    unit_evidence: Evidence
    missing: list[str]
    n_set: int
    n_findings: dict[str, int]


class ExamLinesAnswer(Message):
    """A part of the table."""

    exams: list[ExamLineMessage]
    total: int


class FindingMessage(Message):
    """What a person must know."""

    code: str
    sentence: str
    severity: Severity


class LedgerMessage(Message):
    """Images of one b-value, and where it stands in their headers."""

    value: float
    nominal: float
    actual: float | None
    bias_removed: float | None
    source: str
    frames: int


class UnitMessage(Message):
    """What one stored unit of a map is worth, and the proof; slope and r are of the refit."""

    mm2_per_s_per_stored_unit: float | None
    evidence: Evidence
    slope: float | None = None
    r: float | None = None
    n: int = 0
    formula: str | None = None


class SeriesSeenMessage(Message):
    """One series: what it shows, on what evidence, and what a person said; `told` "" means it was split."""

    series: str
    number: int | None
    kind: SeriesKind
    told: str
    evidence: list[str]
    is_uncertain: bool
    reason: str
    n_images: int
    n_slices: int
    rows: int
    columns: int
    row_spacing_mm: float
    column_spacing_mm: float
    slice_thickness_mm: float | None
    repetition_time_ms: float | None
    echo_time_ms: float | None
    b_values: list[float]
    n_images_without_b: int
    ledger: list[LedgerMessage]
    unit: UnitMessage | None
    findings: list[FindingMessage]


class ExamSeenAnswer(Message):
    """One exam, as it was looked at."""

    line: ExamLineMessage
    series: list[SeriesSeenMessage]
    findings: list[FindingMessage]
    reading_began: bool


class SetKindMessage(Message):
    """What a person says that a series shows; `told` is what its headers say."""

    told: SeriesKind
    kind: SeriesKind
    why: Annotated[str, Field(min_length=1, max_length=500)]


class UploadAnswer(Message):
    """An upload so far: came = stored + known + refused + left alone."""

    id: str
    came: int
    stored: int
    known: int
    refused: int
    left_alone: list[CountedMessage]
    refused_because: dict[str, int]


class LeftAloneMessage(Message):
    """Files that the page saw and does not send, by reason."""

    reasons: dict[LeftAlone, Annotated[int, Field(ge=0, le=1_000_000)]]


class FolderMessage(Message):
    """A folder or zip file on the computer that serves."""

    path: Annotated[str, Field(min_length=1, max_length=4000)]


class TryAgainMessage(Message):
    """Why refused objects are tried once more."""

    why: Annotated[str, Field(min_length=1, max_length=500)]
