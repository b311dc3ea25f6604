"""What crosses the wire about images: counts, exams in a line, one exam. No name of a patient."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from adcurate.dicom.reading.series_kind_choice import KIND_WORDS
from adcurate.model import SeriesKind
from adcurate.model.jsonable import as_jsonable
from adcurate.study.images.look import Look
from adcurate.study.images.overview import LEFT_ALONE, ExamLine, ImagesOverview
from adcurate.web.room.images.uploads import LeftAlone, UploadCount
from adcurate.web.room.people_messages import Message

Severity = Literal["note", "warning", "serious"]
Evidence = Literal["refit", "real_world_map", "declared", "plausibility", "unknown", ""]
_UID_START = "2.25."


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


def images_answer(found: ImagesOverview, *, may_read_folder: bool) -> ImagesAnswer:
    """The overview as it crosses the wire."""
    told = found.as_json()
    return ImagesAnswer(
        **{name: told[name] for name in ImagesAnswer.model_fields if name in told and name != "left_alone"},
        known=found.duplicate,
        refused=found.quarantined,
        left_alone=_counted(found.left_alone),
        kinds=[KindMessage(kind=kind, words=words) for kind, words in KIND_WORDS.items()],
        may_read_folder=may_read_folder,
    )


def line_message(line: ExamLine) -> ExamLineMessage:
    """An exam of the table."""
    seen = line.seen
    return ExamLineMessage(
        exam=short_uid(line.study_instance_uid),
        subject=line.subject,
        n_objects=line.n_objects,
        link=line.link,
        visits=list(line.visits),
        is_seen=seen is not None,
        is_to_look_at=line.is_to_look_at,
        scanner=_scanner(line),
        kinds=dict(seen.kinds) if seen else {},
        b_values=list(seen.b_values) if seen else [],
        unit_evidence=seen.unit_evidence if seen else "",  # type: ignore[arg-type]
        missing=list(seen.missing) if seen else [],
        n_set=seen.n_set if seen else 0,
        n_findings=dict(seen.n_findings) if seen else {},
    )


def seen_answer(line: ExamLine, seen: Look, *, reading_began: bool) -> ExamSeenAnswer:
    """One exam in full."""
    return ExamSeenAnswer(
        line=line_message(line),
        series=[_series(one) for one in seen["series"]],
        findings=[_finding(one) for one in seen["findings"]],
        reading_began=reading_began,
    )


def upload_answer(upload_id: str, count: UploadCount) -> UploadAnswer:
    """An upload as it crosses the wire."""
    told: dict[str, Any] = as_jsonable(count)
    return UploadAnswer(**{**told, "id": upload_id, "left_alone": _counted(count.left_alone)})


def short_uid(uid: str) -> str:
    """A stand-in UID as it stands in an address: its number alone."""
    return uid.removeprefix(_UID_START)


def whole_uid(text: str) -> str:
    """The stand-in UID of an address."""
    return f"{_UID_START}{text}"


def _counted(counts: Any) -> list[CountedMessage]:
    found = [
        CountedMessage(code=code, words=LEFT_ALONE.get(code, code), count=count)
        for code, count in counts.items()
    ]
    return sorted(found, key=lambda one: -one.count)


def _scanner(line: ExamLine) -> str:
    if line.seen is None:
        return ""
    seen = line.seen
    field = "" if seen.field_strength_t is None else f"{seen.field_strength_t:g} T"
    return " ".join(part for part in (seen.model or seen.vendor, field) if part)


def _series(one: Look) -> SeriesSeenMessage:
    taken = {name: one[name] for name in SeriesSeenMessage.model_fields if name in one}
    return SeriesSeenMessage.model_validate(
        {
            **taken,
            "series": short_uid(one["series_instance_uid"]),
            "findings": [_finding(each) for each in one["findings"]],
            "ledger": [{k: row[k] for k in LedgerMessage.model_fields} for row in one["ledger"]],
        }
    )


def _finding(one: Look) -> FindingMessage:
    return FindingMessage(code=one["code"], sentence=one["sentence"], severity=one["severity"])
