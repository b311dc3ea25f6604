"""``b-values``: which b-values each scanner of the study used and where they stand, for a Methods section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from adcurate.compute import available_workers, run_tasks
from adcurate.dicom.reading.inspection import ledger
from adcurate.model import ObjectSource, SeriesKindChoice
from adcurate.model.b_value import BValueChoice
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress, no_progress
from adcurate.study.b_values import (
    beginning_of,
    chosen_b_values,
    exam_named,
    exams_of,
    read_exam,
    sources_of,
)
from adcurate.study.folder import StudyFolder
from adcurate.study.series_kinds import chosen_kinds, with_choices

_WORTH_WORKERS: Final = 8


@dataclass(frozen=True, slots=True)
class SeriesLedger:
    """One diffusion series of the study: its scanner, the b-values a fit uses, and where each came from.

    `rows` has one entry for each b-value and source, as ``inspect`` prints them; `reason` is a person's who
    set the b-values, "" where nobody did; `n_images_without` counts images that carry none.
    """

    subject: str
    study_instance_uid: str
    series_instance_uid: str
    number: int | None
    kind: str
    vendor: str
    model: str
    field_strength_t: float | None
    software: str
    b_values: tuple[float, ...]
    rows: tuple[Mapping[str, Any], ...]
    reason: str
    n_images_without: int = 0


@dataclass(frozen=True, slots=True)
class ScannerLedger:
    """One line of the Methods section's table: series of one scanner model with the same b-values."""

    vendor: str
    model: str
    field_strength_t: float | None
    software: str
    b_values: tuple[float, ...]
    nominal: tuple[float, ...]
    sources: tuple[str, ...]
    n_exams: int
    n_series: int


@dataclass(frozen=True, slots=True)
class StudyLedger:
    """Every diffusion series, and the same by scanner."""

    series: tuple[SeriesLedger, ...]

    @property
    def without(self) -> tuple[SeriesLedger, ...]:
        """Series of which some or all images carry no b-value: a person must say them."""
        return tuple(one for one in self.series if one.n_images_without or not one.b_values)

    def command_for(self, one: SeriesLedger) -> str:
        """The command that sets a series' b-values, to be completed: by subject, else by part of the UID."""
        exams = {other.study_instance_uid for other in self.series if other.subject == one.subject}
        name = one.subject if len(exams) == 1 else beginning_of(one.study_instance_uid)
        return f"adcurate study b-values {name} {one.number} --set 0,500,1000 --why TEXT"

    @property
    def scanners(self) -> tuple[ScannerLedger, ...]:
        """By scanner model and b-values, the most frequent first."""
        same: dict[tuple[Any, ...], list[SeriesLedger]] = {}
        for one in self.series:
            nominal = tuple(sorted({float(row["nominal"]) for row in one.rows}))
            sources = tuple(sorted({_tag_alone(str(row["source"])) for row in one.rows}))
            shown = tuple(round(b) for b in one.b_values)
            key = (one.vendor, one.model, one.field_strength_t, one.software, shown, nominal, sources)
            same.setdefault(key, []).append(one)
        made = [
            ScannerLedger(
                vendor,
                model,
                field,
                software,
                members[0].b_values,
                nominal,
                sources,
                len({one.study_instance_uid for one in members}),
                len(members),
            )
            for (vendor, model, field, software, _, nominal, sources), members in same.items()
        ]
        return tuple(sorted(made, key=lambda row: (-row.n_exams, row.vendor, row.model, row.b_values)))

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study b-values --json``."""
        return {"scanners": as_jsonable(self.scanners), "series": as_jsonable(self.series)}


def study_ledger(
    study: StudyFolder, exam: str = "", *, workers: int | None = None, progress: Progress = no_progress
) -> StudyLedger:
    """The ledger of every exam, or of one (a subject's code, or a part of the exam's UID).

    Raises
    ------
    StudyError
        ``study.no-exams``, and ``study.unmatched`` for an exam that is not there.
    """
    with study.open_store("read") as store:
        uids = [exam_named(store, exam)] if exam else [one.study_instance_uid for one in exams_of(store)]
        tasks = [
            _HeaderTask(uid, sources_of(store, uid), chosen_b_values(store, uid), chosen_kinds(store, uid))
            for uid in uids
        ]
        if workers is None:
            workers = available_workers() if len(tasks) >= _WORTH_WORKERS else 0
        read = run_tasks(
            _read_ledger,
            tasks,
            workers=workers,
            progress=lambda done, total: progress("Reading headers", done, total),
        )
    return StudyLedger(tuple(one for several in read for one in several))


@dataclass(frozen=True, slots=True)
class _HeaderTask:
    study_instance_uid: str
    sources: tuple[ObjectSource, ...]
    choices: tuple[BValueChoice, ...]
    kinds: tuple[SeriesKindChoice, ...]


def _read_ledger(task: _HeaderTask) -> tuple[SeriesLedger, ...]:
    exam = with_choices(read_exam(task.study_instance_uid, task.sources), task.kinds, task.choices)
    reasons = {choice.series_instance_uid: choice.reason for choice in task.choices}
    return tuple(
        SeriesLedger(
            exam.subject,
            exam.study_instance_uid,
            one.series_instance_uid,
            one.number,
            one.kind,
            one.vendor,
            one.model,
            one.field_strength_t,
            one.software,
            one.b_values,
            tuple(ledger(one)),
            reasons.get(one.series_instance_uid, ""),
            sum(frame.b_value is None for frame in one.frames),
        )
        for one in exam.of_kind("dwi", "trace")
    )


def _tag_alone(source: str) -> str:
    """The source without the value that stood there, so that equal sources make one line."""
    return source.split(" stored ")[0].split(" (read")[0].split(" in a diffusion series")[0]
