"""What is seen of a study's images, as the messages that say it."""

from __future__ import annotations

from typing import Any, Final

from adcurate.dicom.reading.series_kind_choice import KIND_WORDS
from adcurate.model.jsonable import as_jsonable
from adcurate.study.images.look import Look
from adcurate.study.images.overview import LEFT_ALONE, ExamLine, ImagesOverview
from adcurate.web.room.images.messages import (
    CountedMessage,
    ExamLineMessage,
    ExamSeenAnswer,
    FindingMessage,
    ImagesAnswer,
    KindMessage,
    LedgerMessage,
    SeriesSeenMessage,
    UploadAnswer,
)
from adcurate.web.room.images.uploads import UploadCount

_UID_START: Final = "2.25."


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
