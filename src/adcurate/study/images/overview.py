"""A study's images at a glance: what came, what the worksheet asks for and lacks, which scanners made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

from adcurate.model.jsonable import as_jsonable
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.images.seen import SeenExam, SeenExams
from adcurate.study.link import decisions, received_exams
from adcurate.study.linking import link_rows_to_exams
from adcurate.study.receiving.quarantine import HeldBack, list_quarantine
from adcurate.study.rows import current_rows

Show = Literal["all", "look-at", "unmatched", "incomplete", "not-seen"]
SHOWS: Final[tuple[Show, ...]] = get_args(Show)
LEFT_ALONE: Final[Mapping[str, str]] = {
    "not-dicom": "Other files: viewers, pictures, documents",
    "dicomdir": "Tables of contents of CDs (DICOMDIR)",
    "not-mr": "DICOM objects that are no MR images: reports, X-ray, presentation states",
    "no-pixels": "DICOM objects without an image",
    "parametric-map": "Computed maps of something else than ADC",
    "empty": "Empty files",
    "zip.nested": "Zip files inside zip files",
    "zip.encrypted": "Zip files with a password",
    "input.not-readable": "Files that could not be opened",
}
_MOST_AWAITED: Final = 500


@dataclass(frozen=True, slots=True)
class ExamLine:
    """One exam of the table; `seen` is None until somebody looked at it as it is now.

    `link` is ``matched``, ``ambiguous`` or ``unrequested``, "" without a worksheet; `visits` are those it is
    matched with.
    """

    study_instance_uid: str
    subject: str
    n_objects: int
    link: str
    visits: tuple[str, ...]
    seen: SeenExam | None

    @property
    def is_to_look_at(self) -> bool:
        """Whether a person should: a serious finding, a role in doubt, b-values or a unit not known."""
        if self.seen is None:
            return False
        bad = self.seen.n_findings.get("serious", 0) or self.seen.n_uncertain or self.seen.n_without_b
        return bool(bad) or self.seen.unit_evidence in ("unknown", "plausibility")


@dataclass(frozen=True, slots=True)
class ScannerLine:
    """Exams of one scanner with the same b-values."""

    vendor: str
    model: str
    field_strength_t: float | None
    software: str
    b_values: tuple[float, ...]
    n_exams: int


@dataclass(frozen=True, slots=True)
class ImagesOverview:
    """All counts are of the whole study; received = stored + duplicate + quarantined.

    `awaited` are subjects whose exams the worksheet asks for and that have not come (at most 500 are named).
    """

    received: int
    stored: int
    duplicate: int
    quarantined: int
    left_alone: Mapping[str, int]
    n_subjects: int
    n_exams: int
    n_rows: int
    links: Mapping[str, int]
    awaited: tuple[str, ...]
    units: Mapping[str, int]
    unit_proofs: tuple[ProvedUnits, ...]
    missing: Mapping[str, int]
    shows: Mapping[str, int]
    scanners: tuple[ScannerLine, ...]
    quarantine: tuple[HeldBack, ...]
    reading_began: bool

    def as_json(self) -> dict[str, Any]:
        """The shape printed by ``study images --json``."""
        told: dict[str, Any] = as_jsonable(self)
        told["quarantine"] = [
            {"code": one.code, "sentence": one.sentence, "remedy": one.remedy, "n_objects": len(one.objects)}
            for one in self.quarantine
        ]
        return told


@dataclass(frozen=True, slots=True)
class ProvedUnits:
    """Exams whose unit is known in one way: what a stored unit is worth, mm^2/s; how far refits agree.

    `slopes` (lowest, highest) are the map's ADC over the refit's, `r` the lowest correlation over voxels.
    """

    evidence: str
    n_exams: int
    worths: tuple[float, ...]
    slopes: tuple[float, float] | None
    r: float | None


@dataclass(frozen=True, slots=True)
class StudyImages:
    """The overview, and every exam in a line."""

    overview: ImagesOverview
    exams: tuple[ExamLine, ...]


def study_images(study: StudyFolder, seen: SeenExams | None = None) -> StudyImages:
    """Everything at a glance; no file is opened. `seen` remembers what was read from the store before."""
    with study.open_store("read") as store:
        found = (seen or SeenExams()).of(store)
        rows = current_rows(store)
        links = link_rows_to_exams(rows, received_exams(store), decisions(store)) if rows else ()
        status: dict[str, str] = {}
        visits: dict[str, list[str]] = {}
        for link in links:
            for uid in link.study_instance_uids:
                # An exam may be taken by one visit and be in doubt for another.
                if status.get(uid) != "matched":
                    status[uid] = link.status
                if link.status == "matched":
                    visits.setdefault(uid, []).append(link.visit)
        lines = tuple(
            ExamLine(
                one.study_uid,
                one.subject,
                one.n_objects,
                status.get(one.study_uid, ""),
                tuple(visits.get(one.study_uid, ())),
                found.get(one.study_uid),
            )
            for one in store.instances.exams()
        )
        totals = store.instances.totals()
        reading_began = _reading_began(store)
    counts = Counter(link.status for link in links)
    awaited = [link.subject for link in links if link.status == "awaited"]
    seen_lines = [one.seen for one in lines if one.seen is not None]
    overview = ImagesOverview(
        received=totals.received,
        stored=totals.stored,
        duplicate=totals.duplicate,
        quarantined=totals.quarantined,
        left_alone=dict(totals.skipped),
        n_subjects=len({one.subject for one in lines}),
        n_exams=len(lines),
        n_rows=len(rows),
        links={name: counts[name] for name in ("matched", "awaited", "ambiguous", "unrequested")},
        awaited=tuple(sorted(set(awaited))[:_MOST_AWAITED]),
        units=dict(Counter(one.unit_evidence for one in seen_lines if one.unit_evidence)),
        unit_proofs=_unit_proofs(seen_lines),
        missing=dict(Counter(kind for one in seen_lines for kind in one.missing)),
        shows={show: len(shown(lines, show)) for show in SHOWS},
        scanners=_scanners(seen_lines),
        quarantine=list_quarantine(study),
        reading_began=reading_began,
    )
    return StudyImages(overview, lines)


def shown(lines: Sequence[ExamLine], show: Show, words: str = "") -> list[ExamLine]:
    """The lines that a filter leaves, and whose subject's code holds `words`."""
    wanted = words.strip().upper()
    tests: dict[Show, Callable[[ExamLine], bool]] = {
        "all": lambda one: True,
        "look-at": lambda one: one.is_to_look_at,
        "unmatched": lambda one: one.link in ("ambiguous", "unrequested"),
        "incomplete": lambda one: one.seen is not None and bool({"adc", "dwi"} & set(one.seen.missing)),
        "not-seen": lambda one: one.seen is None,
    }
    return [one for one in lines if wanted in one.subject and tests[show](one)]


def _reading_began(store: StudyStore) -> bool:
    latest = store.protocols.latest()
    return latest is not None and bool(latest.frozen_at)


def _unit_proofs(seen: Sequence[SeenExam]) -> tuple[ProvedUnits, ...]:
    found = []
    for evidence, n_exams in Counter(one.unit_evidence for one in seen if one.unit_evidence).items():
        own = [one for one in seen if one.unit_evidence == evidence]
        worths = tuple(sorted({one.unit_worth for one in own if one.unit_worth is not None}))
        slopes = [one.unit_slope * one.unit_worth for one in own if one.unit_slope and one.unit_worth]
        rs = [one.unit_r for one in own if one.unit_r is not None]
        found.append(
            ProvedUnits(
                evidence,
                n_exams,
                worths,
                (min(slopes), max(slopes)) if slopes else None,
                min(rs, default=None),
            )
        )
    return tuple(found)


def _scanners(seen: Sequence[SeenExam]) -> tuple[ScannerLine, ...]:
    counts = Counter(
        (one.vendor, one.model, one.field_strength_t, one.software, tuple(round(b) for b in one.b_values))
        for one in seen
        if one.kinds
    )
    found = [
        ScannerLine(vendor, model, field, software, tuple(float(b) for b in b_values), n_exams)
        for (vendor, model, field, software, b_values), n_exams in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.n_exams, one.vendor, one.model, one.b_values)))
