"""Objects to exams: `read_exams` sorts what was found into exams and series, and says what was left out.

Only headers are read here. A series whose images are of several kinds (raw images with the scanner's ADC
map among them) becomes one `Series` for each kind, with the same UID and a finding that says so.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydicom.config import disable_value_validation

from adcurate.dicom.frames import (
    MODALITY,
    SCAN_TAGS,
    SOP_CLASS,
    SOP_UID,
    FrameFacts,
    ObjectFacts,
    read_object,
)
from adcurate.dicom.headers import ScannedHeader, scan_header, text, whole_number
from adcurate.dicom.series_findings import findings_of
from adcurate.dicom.series_kind import KindVerdict, Role, role_of_words, tell_kind
from adcurate.errors import AdcurateError, DicomError
from adcurate.findings import Finding
from adcurate.model import BValue, Exam, Frame, ObjectSource, Series, group_b_values

MR_CLASSES: Final = frozenset(
    {"1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4"}
)
"""MR Image, Enhanced MR Image and Legacy Converted Enhanced MR Image Storage."""

_DIRECTORY_CLASS: Final = "1.2.840.10008.1.3.10"
_IMPLICIT: Final = "1.2.840.10008.1.2"
_NATIVE: Final = frozenset({_IMPLICIT, "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"})


@dataclass(frozen=True, slots=True)
class Refused:
    """An object that should have been usable and is not."""

    name: str
    code: str
    sentence: str

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``inspect``."""
        return {"name": self.name, "code": self.code, "sentence": self.sentence}


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What `read_exams` found.

    `ignored` counts objects left alone by reason: ``not-dicom``, ``dicomdir``, ``not-mr``, ``no-pixels`` and
    ``duplicate`` (the same object a second time, byte for byte).
    """

    exams: tuple[Exam, ...]
    refused: tuple[Refused, ...]
    ignored: Mapping[str, int]


def read_exams(
    sources: Iterable[ObjectSource], *, progress: Callable[[int, int], None] | None = None
) -> ScanResult:
    """Read every object's header and sort the MR images into exams and series.

    One bad object is refused and the rest is read. Nothing is decoded.

    Parameters
    ----------
    sources
        Objects in any order: as a scanner wrote them, or as the research zone keeps them.
    progress
        Called with (objects read, objects in all) after each object.
    """
    listed = tuple(sources)
    seen: dict[str, bytes] = {}
    subjects: dict[str, str] = {}
    ignored: Counter[str] = Counter()
    refused: list[Refused] = []
    objects: list[ObjectFacts] = []
    for count, source in enumerate(listed, start=1):
        try:
            with disable_value_validation():  # its warnings would print values of the header
                outcome = _read_one(source, seen, subjects)
        except AdcurateError as error:
            if error.code == "dicom.not-dicom":
                ignored["not-dicom"] += 1
            else:
                refused.append(Refused(source.name, error.code, error.sentence))
        else:
            if isinstance(outcome, str):
                ignored[outcome] += 1
            else:
                objects.append(outcome)
        if progress is not None:
            progress(count, len(listed))
    return ScanResult(_exams(objects), tuple(refused), dict(sorted(ignored.items())))


def _read_one(source: ObjectSource, seen: dict[str, bytes], subjects: dict[str, str]) -> ObjectFacts | str:
    """The object's facts, or the reason to leave it alone."""
    content = source.read()
    scanned = scan_header(content, SCAN_TAGS)
    header = scanned.header
    sop_class = text(header, SOP_CLASS) or str(header.file_meta.get("MediaStorageSOPClassUID", ""))
    if sop_class == _DIRECTORY_CLASS:
        return "dicomdir"
    if sop_class not in MR_CLASSES and not (sop_class == "" and text(header, MODALITY) == "MR"):
        return "not-mr"
    if scanned.n_bytes_left == 0:
        return "no-pixels"
    _check_pixel_length(scanned)
    facts = read_object(source, header)
    digest = hashlib.sha256(content).digest()
    sop_uid = text(header, SOP_UID)
    if sop_uid in seen:
        if seen[sop_uid] == digest:
            return "duplicate"
        raise DicomError(
            "dicom.uid-conflict",
            "Two different objects carry the same SOP Instance UID; the first one was kept.",
            remedy="Export the exam from one archive only.",
        )
    if subjects.setdefault(facts.study_instance_uid, facts.subject) != facts.subject:
        raise DicomError(
            "dicom.patient-conflict",
            "Objects of one exam name different patients.",
            remedy="Have the archive corrected, then export the exam again.",
        )
    seen[sop_uid] = digest
    return facts


def _check_pixel_length(scanned: ScannedHeader) -> None:
    header = scanned.header
    syntax = str(header.file_meta.get("TransferSyntaxUID", ""))
    if syntax not in _NATIVE:
        return
    sides = [whole_number(header, tag) for tag in (0x00280010, 0x00280011, 0x00280100)]
    if not all(sides):
        return
    needed = (whole_number(header, 0x00280008) or 1) * (whole_number(header, 0x00280002) or 1)
    for side in sides:
        needed *= side or 1
    tag_and_length = 8 if syntax == _IMPLICIT else 12
    if scanned.n_bytes_left - tag_and_length < needed // 8:
        raise DicomError(
            "dicom.pixel-length",
            "The file ends before its pixels do.",
            remedy="Export the object from the archive again.",
            n_bytes_needed=needed // 8,
            n_bytes=scanned.n_bytes_left - tag_and_length,
        )


def _exams(objects: Sequence[ObjectFacts]) -> tuple[Exam, ...]:
    by_exam: dict[str, dict[str, list[ObjectFacts]]] = defaultdict(lambda: defaultdict(list))
    for facts in objects:
        by_exam[facts.study_instance_uid][facts.series_instance_uid].append(facts)
    exams = []
    for study_uid, by_series in by_exam.items():
        first = next(iter(by_series.values()))[0]
        series = [one for members in by_series.values() for one in _series(members)]
        series.sort(key=lambda s: (s.number is None, s.number or 0, s.series_instance_uid, s.kind))
        exams.append(Exam(study_uid, first.subject, first.date, tuple(series)))
    return tuple(exams)


def _series(members: Sequence[ObjectFacts]) -> list[Series]:
    """The series of one UID: one, or one for each role that its images play."""
    by_role: dict[Role, list[tuple[ObjectFacts, FrameFacts]]] = defaultdict(list)
    for facts in members:
        for frame in facts.frames:
            by_role[role_of_words(frame.image_type)].append((facts, frame))
    split: tuple[Finding, ...] = ()
    if len(by_role) > 1:
        split = (
            Finding(
                "series.split",
                f"The series holds images of {len(by_role)} kinds; each is treated as its own series.",
                "note",
            ),
        )
    return [_one_series(pairs, split) for pairs in by_role.values()]


def _one_series(pairs: Sequence[tuple[ObjectFacts, FrameFacts]], split: tuple[Finding, ...]) -> Series:
    first = pairs[0][0]
    frames = [frame.frame for _, frame in pairs]
    weighted = [f for _, f in pairs if f.frame.b_value is not None and f.frame.b_value.value > 0]
    telling = weighted or [frame for _, frame in pairs]
    words = tuple(dict.fromkeys(word for frame in telling for word in frame.image_type))
    verdict = tell_kind(replace(first.hints, image_type=words), frames)
    frames, zeros = _with_inferred_zeros(frames, verdict, first)
    frames.sort(key=_frame_order)
    b_values: tuple[float, ...] = ()
    if verdict.kind in ("dwi", "trace"):
        known = [frame.b_value.value for frame in frames if frame.b_value is not None]
        b_values = tuple(group.value for group in group_b_values(known))
    remarks = Counter(remark for _, frame in pairs for remark in frame.remarks)
    return Series(
        series_instance_uid=first.series_instance_uid,
        number=first.number,
        description=first.description,
        kind=verdict.kind,
        kind_evidence=verdict.evidence,
        vendor=first.dialect.VENDOR,
        manufacturer=first.manufacturer,
        model=first.model,
        field_strength_t=first.field_strength_t,
        software=first.software,
        repetition_time_ms=first.hints.repetition_time_ms,
        echo_time_ms=first.hints.echo_time_ms,
        frame_of_reference_uid=first.frame_of_reference_uid,
        frames=tuple(frames),
        b_values=b_values,
        findings=(*split, *findings_of(verdict, frames, b_values, remarks, zeros)),
    )


def _frame_order(frame: Frame) -> tuple[float, int, str, int, int]:
    """By b-value, then as the scanner numbered them."""
    b = -1.0 if frame.b_value is None else frame.b_value.value
    return (b, frame.instance_number or 0, frame.sop_instance_uid, frame.frame_number, frame.tile)


def _with_inferred_zeros(
    frames: list[Frame], verdict: KindVerdict, facts: ObjectFacts
) -> tuple[list[Frame], int]:
    """Absent b-values read as 0 where the vendor leaves the tag off, and only beside weighted images."""
    absent = [frame for frame in frames if frame.b_value is None]
    if not (absent and verdict.kind in ("dwi", "trace") and facts.dialect.ABSENT_MEANS_ZERO):
        return frames, 0
    if len(absent) == len(frames):
        return frames, 0
    zero = BValue(0.0, "no b-value tag in a diffusion series", inferred=True)
    return [frame if frame.b_value is not None else replace(frame, b_value=zero) for frame in frames], len(
        absent
    )
