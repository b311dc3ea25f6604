"""``quality``: a page for each exam on its diffusion images, with pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from adcurate import __version__
from adcurate.compute import available_workers, run_tasks
from adcurate.errors import StudyError
from adcurate.model.contour_record import ContourRecord
from adcurate.model.progress import Progress, no_progress
from adcurate.model.quality import ExamQuality
from adcurate.report.quality_report import write_exam_page, write_quality_index
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.quality.exam import QualityTask, examine_exam
from adcurate.study.regions.contours import current_contours

_WORTH_WORKERS = 3


@dataclass(frozen=True, slots=True)
class QualityPages:
    """The page that lists the exams, and what was found of each."""

    page: Path
    exams: tuple[ExamQuality, ...]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study quality --json``."""
        return {"page": str(self.page), "exams": [exam.as_json() for exam in self.exams]}


def examine_study(
    study: StudyFolder,
    folder: Path | None = None,
    *,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> QualityPages:
    """Examine every exam of the study and write the pages (into ``results/quality`` unless told otherwise).

    Worksheet and contours are not needed; regions are judged where there are contours.

    Raises
    ------
    StudyError
        ``study.no-exams``
    OutputError
        ``output.not-writable``
    """
    folder = study.results / "quality" if folder is None else folder
    with study.open_store("read") as store:
        tasks = _tasks(store)
    if workers is None:
        workers = available_workers() if len(tasks) >= _WORTH_WORKERS else 0
    examined = run_tasks(
        partial(_examine_and_write, folder=folder),
        list(enumerate(tasks, start=1)),
        workers=workers,
        progress=lambda done, total: progress("Examining", done, total),
    )
    exams = tuple(examined)
    return QualityPages(write_quality_index(exams, folder, __version__), exams)


def _examine_and_write(numbered: tuple[int, QualityTask], *, folder: Path) -> ExamQuality:
    number, task = numbered
    found = examine_exam(task)
    write_exam_page(found.quality, found.pictures, folder, number, __version__)
    return found.quality


def _tasks(store: StudyStore) -> Sequence[QualityTask]:
    instances = store.instances.all()
    if not instances:
        raise StudyError(
            "study.no-exams", "The study has no exams yet.", remedy="adcurate study add FOLDER_OR_ZIP"
        )
    study_of = {record.sop_instance_uid: record.study_uid for record in instances}
    contours: dict[str, list[ContourRecord]] = {}
    for contour in current_contours(store):
        contours.setdefault(study_of[contour.sop_instance_uid], []).append(contour)
    by_exam: dict[str, list[int]] = {}
    for position, record in enumerate(instances):
        by_exam.setdefault(record.study_uid, []).append(position)
    return [
        QualityTask(
            uid,
            instances[positions[0]].subject,
            tuple(store.blobs.source(instances[i].blob) for i in positions),
            tuple(contours.get(uid, ())),
        )
        for uid, positions in sorted(by_exam.items(), key=lambda item: instances[item[1][0]].subject)
    ]
