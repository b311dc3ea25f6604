"""Every exam of a study in a line: what was seen of it, and whether that is still so.

`look_at_exams` looks at what is new or has changed. `SeenExams` remembers the lines between two questions
of a page, since thousands of exams are not to be read for each of them.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from adcurate.compute import available_workers, run_tasks
from adcurate.errors import StudyError
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress, no_progress
from adcurate.store import ExamRecord, StudyStore
from adcurate.study.b_values import b_values_by_exam
from adcurate.study.folder import StudyFolder
from adcurate.study.images.look import KIND, Look, LookTask, look, what_was_said
from adcurate.study.series_kinds import kinds_by_exam

_WORTH_WORKERS: Final = 16


@dataclass(frozen=True, slots=True)
class SeenExam:
    """One exam in a line. `kinds` counts its series by what they show; `unit` is that of its first ADC map.

    `unit_worth` is what one stored unit is worth, mm^2/s; `unit_slope` and `unit_r` are of its refit.
    `missing` are of ``adc``, ``dwi``, ``t2``, ``t1_ce`` those that no series shows.
    """

    study_instance_uid: str
    look_id: str
    n_objects: int
    said: Mapping[str, Any]
    vendor: str
    model: str
    field_strength_t: float | None
    software: str
    kinds: Mapping[str, int]
    b_values: tuple[float, ...]
    unit_evidence: str
    unit_worth: float | None
    unit_slope: float | None
    unit_r: float | None
    missing: tuple[str, ...]
    n_uncertain: int
    n_set: int
    n_without_b: int
    n_findings: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Looked:
    """How many exams there are, and at how many somebody looked now."""

    n_exams: int
    n_looked: int

    def as_json(self) -> dict[str, Any]:
        """The shape that a page is told at the end."""
        return {"exams": self.n_exams, "looked_at": self.n_looked}


class SeenExams:
    """What was seen of a study's exams, remembered; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, SeenExam] = {}

    def of(self, store: StudyStore) -> dict[str, SeenExam]:
        """By exam, of those that were looked at as they are now: same objects, same words of persons."""
        said = said_by_exam(store)
        n_objects = {one.study_uid: one.n_objects for one in store.instances.exams()}
        nothing = what_was_said((), ())
        with self._lock:
            for look_id, seen in store.derived.payloads(KIND, without=self._by_id):
                self._by_id[look_id] = in_a_line(look_id, seen)
            return {
                one.study_instance_uid: one
                for one in self._by_id.values()
                if one.n_objects == n_objects.get(one.study_instance_uid)
                and one.said == said.get(one.study_instance_uid, nothing)
            }


def look_at_exams(
    study: StudyFolder,
    *,
    seen: SeenExams | None = None,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> Looked:
    """Look at every exam that is new or has changed since; broken off, the same call goes on."""
    with study.open_store() as store:
        exams = store.instances.exams()
        known = (seen or SeenExams()).of(store)
        tasks = list(_tasks(store, [one for one in exams if one.study_uid not in known]))
        if workers is None:
            workers = available_workers() if len(tasks) >= _WORTH_WORKERS else 0
        results = run_tasks(look, tasks, workers=workers, largest_chunk=1)
        for done, (task, found) in enumerate(zip(tasks, results, strict=True), start=1):
            store.derived.put(task.derivation, found)
            progress("Looking at exams", done, len(tasks))
    return Looked(len(exams), len(tasks))


def look_at_exam(study: StudyFolder, study_instance_uid: str) -> Look:
    """What is seen of one exam: kept from before, or looked at now.

    Raises
    ------
    StudyError
        ``study.unmatched`` where there is no such exam.
    """
    with study.open_store() as store:
        exams = [one for one in store.instances.exams() if one.study_uid == study_instance_uid]
        if not exams:
            raise StudyError(
                "study.unmatched",
                "The study has no such exam.",
                remedy="adcurate study images lists the exams of the study.",
            )
        (task,) = _tasks(store, exams)
        found: Any = store.derived.get_or_make(task.derivation, lambda: look(task))
        seen: Look = found
        return seen


def said_by_exam(store: StudyStore) -> dict[str, dict[str, Any]]:
    """What persons said of series, by exam, as `look.what_was_said` writes it."""
    kinds, b_values = kinds_by_exam(store), b_values_by_exam(store)
    return {
        exam: as_jsonable(what_was_said(kinds.get(exam, ()), b_values.get(exam, ())))
        for exam in {*kinds, *b_values}
    }


def in_a_line(look_id: str, seen: Look) -> SeenExam:
    """What was seen of an exam, in a line."""
    series: Sequence[Look] = seen["series"]
    diffusion = [one for one in series if one["kind"] in ("trace", "dwi")]
    first = next((one for one in series if one["kind"] == "adc"), None) or next(iter(diffusion or series), {})
    most_b: Look = max(
        diffusion, key=lambda one: (len(one["b_values"]), one["kind"] == "trace"), default={"b_values": ()}
    )
    kinds = Counter(str(one["kind"]) for one in series)
    findings = [one for part in (seen, *series) for one in part["findings"]]
    units = [one["unit"] for one in series if one["unit"] is not None]
    unit: Look = units[0] if units else {}
    there = {"adc": kinds["adc"], "dwi": len(diffusion), "t2": kinds["t2"], "t1_ce": kinds["t1_ce"]}
    return SeenExam(
        study_instance_uid=seen["study_instance_uid"],
        look_id=look_id,
        n_objects=seen["n_objects"],
        said=seen["said"],
        vendor=first.get("vendor", ""),
        model=first.get("model", ""),
        field_strength_t=first.get("field_strength_t"),
        software=first.get("software", ""),
        kinds=dict(kinds),
        b_values=tuple(most_b["b_values"]),
        unit_evidence=unit.get("evidence", ""),
        unit_worth=unit.get("mm2_per_s_per_stored_unit"),
        unit_slope=unit.get("slope"),
        unit_r=unit.get("r"),
        missing=tuple(kind for kind, count in there.items() if not count),
        n_uncertain=sum(one["is_uncertain"] for one in series),
        n_set=sum(bool(one["reason"]) for one in series),
        n_without_b=sum(one["n_images_without_b"] > 0 or not one["b_values"] for one in diffusion),
        n_findings=dict(Counter(str(one["severity"]) for one in findings)),
    )


def _tasks(store: StudyStore, exams: Sequence[ExamRecord]) -> Iterator[LookTask]:
    kinds, b_values = kinds_by_exam(store), b_values_by_exam(store)
    for exam in exams:
        records = store.instances.all(study_uid=exam.study_uid)
        yield LookTask(
            exam.study_uid,
            tuple(store.blobs.source(record.blob) for record in records),
            tuple(record.blob for record in records),
            kinds.get(exam.study_uid, ()),
            b_values.get(exam.study_uid, ()),
        )
