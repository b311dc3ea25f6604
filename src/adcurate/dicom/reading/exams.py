"""Objects to exams: `read_exams` sorts what was found into exams and series, and says what was left out.

Only headers are read here. A series whose images are of several kinds (raw images with the scanner's ADC
map among them) becomes one `Series` for each kind, with the same UID and a finding that says so.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydicom.config import disable_value_validation

from adcurate.dicom.reading.b_zero_series import name_b_zero_series
from adcurate.dicom.reading.frames import (
    MODALITY,
    PARAMETRIC_MAP_CLASS,
    SCAN_TAGS,
    SOP_CLASS,
    SOP_UID,
    ObjectFacts,
    is_adc_map,
    read_object,
)
from adcurate.dicom.reading.headers import text, whole_number
from adcurate.dicom.reading.scanning import ScannedHeader, scan_source
from adcurate.dicom.reading.series_sorting import series_of
from adcurate.dicom.received.index import Wanted
from adcurate.errors import AdcurateError, DicomError
from adcurate.model import Exam, ObjectSource, Series

MR_CLASSES: Final = frozenset(
    {"1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.4.4"}
)
"""MR Image, Enhanced MR Image and Legacy Converted Enhanced MR Image Storage."""

_DIRECTORY_CLASS: Final = "1.2.840.10008.1.3.10"
_WANTED: Final = Wanted(SCAN_TAGS)


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

    `ignored` counts objects left alone by reason: ``not-dicom``, ``dicomdir``, ``not-mr``, ``no-pixels``,
    ``parametric-map`` (a computed map of something else than ADC) and ``duplicate`` (the same object a
    second time, byte for byte).
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
    seen: dict[str, ObjectSource] = {}
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


def _read_one(
    source: ObjectSource, seen: dict[str, ObjectSource], subjects: dict[str, str]
) -> ObjectFacts | str:
    """The object's facts, or the reason to leave it alone."""
    scanned = scan_source(source, _WANTED)
    header = scanned.header
    sop_class = text(header, SOP_CLASS) or scanned.index.media_class_uid
    if sop_class == _DIRECTORY_CLASS:
        return "dicomdir"
    if sop_class == PARAMETRIC_MAP_CLASS:
        if not is_adc_map(header):
            return "parametric-map"
    elif sop_class not in MR_CLASSES and not (sop_class == "" and text(header, MODALITY) == "MR"):
        return "not-mr"
    if not scanned.index.pixel_tag:
        return "no-pixels"
    _check_pixel_length(scanned)
    facts = read_object(source, header)
    sop_uid = text(header, SOP_UID)
    if sop_uid in seen:
        if seen[sop_uid].read() == source.read():
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
    seen[sop_uid] = source
    return facts


def _check_pixel_length(scanned: ScannedHeader) -> None:
    header, index = scanned.header, scanned.index
    if index.pixel_length < 0:
        return
    sides = [whole_number(header, tag) for tag in (0x00280010, 0x00280011, 0x00280100)]
    if not all(sides):
        return
    needed = (whole_number(header, 0x00280008) or 1) * (whole_number(header, 0x00280002) or 1)
    for side in sides:
        needed *= side or 1
    if index.pixel_length < needed // 8:
        raise DicomError(
            "dicom.pixel-length",
            "The file ends before its pixels do.",
            remedy="Export the object from the archive again.",
            n_bytes_needed=needed // 8,
            n_bytes=index.pixel_length,
        )


def _exams(objects: Sequence[ObjectFacts]) -> tuple[Exam, ...]:
    by_exam: dict[str, dict[str, list[ObjectFacts]]] = defaultdict(lambda: defaultdict(list))
    for facts in objects:
        by_exam[facts.study_instance_uid][facts.series_instance_uid].append(facts)
    exams = []
    for study_uid, by_series in by_exam.items():
        first = next(iter(by_series.values()))[0]
        series = [one for members in by_series.values() for one in series_of(members)]
        series = name_b_zero_series(series)
        computed = {uid for uid, members in by_series.items() if members[0].is_parametric_map}
        series.sort(key=lambda one: _series_order(one, one.series_instance_uid in computed))
        exams.append(Exam(study_uid, first.subject, first.date, tuple(series)))
    return tuple(exams)


def _series_order(series: Series, is_computed: bool) -> tuple[bool, bool, int, str, str]:
    """As the scanner numbered them; what a program computed comes after what the scanner made."""
    number = series.number
    return is_computed, number is None, number or 0, series.series_instance_uid, series.kind
