"""``run``: from exams and contours to maps, measurements and statistics; done work is not done again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adcurate.compute import available_workers, run_tasks
from adcurate.errors import StudyError
from adcurate.model import Derivation
from adcurate.model.cohort import StudyResults
from adcurate.model.contour_record import ContourRecord
from adcurate.model.progress import Progress, no_progress
from adcurate.model.protocol import Protocol
from adcurate.store import StudyStore
from adcurate.study.b_values import chosen_b_values
from adcurate.study.derive import DerivedExam, derive_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.folder import StudyFolder
from adcurate.study.link import refresh_links
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.protocol.amend import keep_protocol
from adcurate.study.read_in_the_room import read_in_the_room, read_last
from adcurate.study.regions.contours import current_contours
from adcurate.study.results import analyze_study
from adcurate.study.series_kinds import chosen_kinds

_WORTH_WORKERS = 3
# With which protocol and up to which entry of the log the numbers were made, written when they are complete.
ANALYZED_CHOICE = "analyzed"


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run did, and the numbers it ended with."""

    n_exams: int
    n_derived_now: int
    n_measurements: int
    results: StudyResults
    exams: Mapping[str, Mapping[str, Any]]


def run_study(
    study: StudyFolder, *, workers: int | None = None, progress: Progress = no_progress
) -> RunOutcome:
    """Derive the maps of every linked exam, measure every region, and analyse.

    An exam whose objects, contours and rules are unchanged is taken from the store.

    Raises
    ------
    StudyError
        ``study.no-exams``, ``study.no-worksheet``, ``study.no-contours``, ``study.nothing-to-analyze``.
    ProtocolError
        A faulty ``study.toml``.
    StatisticsError
        Values on which a test of the protocol is not defined.
    ReadError
        ``read.sealed``: outcomes are sealed; maps and measurements are kept.
    """
    protocol = study.protocol()
    with study.open_store() as store, store.runs.record("run"):
        version = keep_protocol(study, store)
        exams, n_derived_now = derived_exams(store, protocol, workers=workers, progress=progress)
        refuse_while_sealed(store, "Maps and measurements are kept; the analysis waits")
        results = analyze_study(store, protocol, exams, progress, read_in_the_room(study, store))
        store.choices.add(ANALYZED_CHOICE, {"protocol": version.digest, "read_last": read_last(store)})
        n_measurements = sum(len(exam["measurements"]) for exam in exams.values())
        return RunOutcome(len(exams), n_derived_now, n_measurements, results, exams)


def derived_exams(
    store: StudyStore,
    protocol: Protocol,
    *,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> tuple[Mapping[str, Mapping[str, Any]], int]:
    """What every linked exam gives, by its UID; those not yet in the store are derived now and counted.

    Raises
    ------
    StudyError
        As `plan`.
    """
    tasks = plan(store, protocol)
    todo = [task for task in tasks if not _is_done(store, task)]
    if workers is None:
        workers = available_workers() if len(todo) >= _WORTH_WORKERS else 0
    done = run_tasks(
        derive_exam,
        todo,
        workers=workers,
        progress=lambda count, total: progress("Maps and measurements", count, total),
    )
    for derived in done:
        keep(store, derived)
    return {task.study_instance_uid: load_exam(store, task.derivation) for task in tasks}, len(todo)


def plan(store: StudyStore, protocol: Protocol) -> tuple[ExamTask, ...]:
    """One task for each matched exam.

    Raises
    ------
    StudyError
        Where a step before has not been done: each error says which command does it.
    """
    instances = store.instances.all()
    if not instances:
        raise StudyError(
            "study.no-exams", "The study has no exams yet.", remedy="adcurate study add FOLDER_OR_ZIP"
        )
    if store.worksheets.latest() is None:
        raise StudyError(
            "study.no-worksheet",
            "The study has no worksheet yet.",
            remedy="Fill in worksheet.xlsx, then: adcurate study worksheet worksheet.xlsx",
        )
    contours_of: dict[str, list[ContourRecord]] = {}
    study_of = {record.sop_instance_uid: record.study_uid for record in instances}
    for contour in current_contours(store):
        contours_of.setdefault(study_of[contour.sop_instance_uid], []).append(contour)
    if not contours_of:
        raise StudyError(
            "study.no-contours",
            "The study has no contours yet.",
            remedy="Draw them in the reading room: adcurate serve. Or bring what was drawn elsewhere: "
            "adcurate study contours FILE.json (docs/contours.md shows the format)",
        )
    tasks = []
    for link in refresh_links(store):
        if link.status != "matched":
            continue
        uid = link.study_instance_uids[0]
        records = store.instances.all(study_uid=uid)
        tasks.append(
            ExamTask(
                study_instance_uid=uid,
                subject=link.subject,
                sources=tuple(store.blobs.source(record.blob) for record in records),
                digests=tuple(record.blob for record in records),
                contours=tuple(contours_of.get(uid, ())),
                adc=protocol.adc,
                region=protocol.region,
                b_values=chosen_b_values(store, uid),
                kinds=chosen_kinds(store, uid),
            )
        )
    return tuple(tasks)


def _is_done(store: StudyStore, task: ExamTask) -> bool:
    """Whether an exam's record is there, and its maps with it."""
    if not store.derived.has(task.derivation.derived_id):
        return False
    lost = store.derived.lost()
    record: Any = store.derived.get(task.derivation.derived_id) if lost else {"maps": {}}
    return not any(one["id"] in lost for one in record["maps"].values())


def keep(store: StudyStore, derived: DerivedExam) -> None:
    """Store an exam's maps and measurements, and last the record that says they are all there."""
    for one in derived.maps:
        store.derived.put(one.derivation, one.content)
    for measurement in derived.measurements:
        store.derived.put(measurement.derivation, dict(measurement.record))
    record = {
        "facts": dict(derived.facts),
        "maps": {
            one.source: {"id": one.derivation.derived_id, "affine_lps": one.affine_lps}
            for one in derived.maps
        },
        "measurements": [one.derivation.derived_id for one in derived.measurements],
    }
    store.derived.put(derived.task, record)


def load_exam(store: StudyStore, derivation: Derivation) -> Mapping[str, Any]:
    """What an exam gave: facts, ids of its maps, and its measurements in full."""
    record: Any = store.derived.get(derivation.derived_id)
    return {**record, "measurements": [store.derived.get(one) for one in record["measurements"]]}
