"""``phantom cohort``: what a user would bring to a study of the prostate or the liver, made up."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from adcurate.compute import available_workers, run_tasks
from adcurate.errors import OutputError
from adcurate.formats.contours import write_contours
from adcurate.formats.worksheet_forms import BENIGN_MALIGNANT, ISUP
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.contour_record import ContourRecord
from adcurate.model.progress import Progress, no_progress
from adcurate.model.worksheet import WorksheetRow
from adcurate.phantom import OtherTumour, prescribe_other_tumours
from adcurate.phantom.cohort.other_tumours import Organ
from adcurate.study.demo_cohort import write_drawn_exam

_DAYS_TO_HISTOLOGY: Final = 21


@dataclass(frozen=True, slots=True)
class CohortFiles:
    """Where the exams, the worksheet and the contours of two readers lie."""

    exams: Path
    worksheet: Path
    contours: Path


def write_cohort(
    organ: Organ,
    folder: Path,
    *,
    n: int = 24,
    seed: int = 0,
    workers: int | None = None,
    progress: Progress = no_progress,
) -> CohortFiles:
    """Simulate `n` exams of one lesion each, and write their worksheet and contours beside them.

    Raises
    ------
    OutputError
        ``output.exists`` where the folder holds anything.
    """
    if folder.exists() and any(folder.iterdir()):
        raise OutputError("output.exists", "The folder is not empty.", remedy="Name a new folder.")
    cohort = prescribe_other_tumours(organ, n, seed)
    files = CohortFiles(folder / "exams", folder / "worksheet.xlsx", folder / "contours.json")
    drawn = run_tasks(
        partial(write_drawn_exam, folder=files.exams),
        [one.exam for one in cohort],
        workers=available_workers() if workers is None else workers,
        progress=lambda done, total: progress("Simulating exams", done, total),
    )
    contours: list[ContourRecord] = [contour for of_exam in drawn for contour in of_exam]
    form = ISUP if organ == "prostate" else BENIGN_MALIGNANT
    write_worksheet(files.worksheet, [_row(organ, one) for one in cohort], form=form)
    write_contours(files.contours, contours)
    return files


def _row(organ: Organ, one: OtherTumour) -> WorksheetRow:
    lesion, day = one.exam.lesions[0], one.exam.exam_date
    mri = datetime.date(int(day[:4]), int(day[4:6]), int(day[6:]))
    prostate = organ == "prostate"
    return WorksheetRow(
        subject=one.exam.patient_id,
        status="included",
        mri_date=mri,
        histology_date=mri + datetime.timedelta(days=_DAYS_TO_HISTOLOGY),
        sample_type="resection" if one.grade in ("ISUP 4", "ISUP 5") else "biopsy",
        treatment_before_mri="no",
        age=float(one.age),
        sex=None if prostate else ("male" if one.exam.sex == "M" else "female"),
        lesion_site=lesion.organ,
        lesion_size_mm=lesion.long_axis_mm,
        specimen_origin=lesion.organ,
        gleason=one.said if prostate else None,
        diagnosis=None if prostate else one.said,
        grade=one.grade,
    )
