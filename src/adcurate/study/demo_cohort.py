"""The demo's inputs: 47 synthetic exams of the made-up cohort, and extras that are plainly invented.

The extras show what the cohort alone cannot: subjects who are screened and left out, for each reason, and
subjects with two lesions of which one stands for them, and a second reader, who draws every lesion again.
"""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from adcurate.arrays import Floats
from adcurate.compute import available_workers, run_tasks
from adcurate.formats.contours import write_contours
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.contour_record import ContourRecord, PointLps
from adcurate.model.progress import Progress
from adcurate.model.worksheet import WorksheetRow
from adcurate.phantom import (
    CohortRow,
    DrawnLesion,
    ExamPrescription,
    LesionPrescription,
    load_reconstructed_cohort,
    prescribe_exam,
    redraw_lesions,
    simulate_exam,
    write_exam,
)

SEED = 2020
STATEMENT = (
    "Made-up data. The 47 lesions were invented by a computer so that every statistic the published study "
    "prints comes out of them; the images are simulated; the other subjects, all second lesions and the "
    "second reader, R2, are inventions of this demo. No patient's data are in this report."
)
# Subjects of the cohort whose primary tumour was "measured" too; the specimen came from the metastasis.
_SECOND_LESIONS = {
    "NET003": LesionPrescription("2", "pancreas", 0.001164, 0.000688, 22.0),
    "NET009": LesionPrescription("2", "pancreas", 0.001302, 0.000741, 24.0),
}
_EXCLUDED = (
    ("EXTRA01", "no MRI exam"),
    ("EXTRA02", "no MRI exam"),
    ("EXTRA03", "no MRI exam"),
    ("EXTRA04", "WHO grade not known"),
    ("EXTRA05", "WHO grade not known"),
)
_TOO_SMALL, _AWAITED, _UNREQUESTED = "EXTRA06", "EXTRA07", "EXTRA08"


@dataclass(frozen=True, slots=True)
class DemoInputs:
    """What a user would bring: a folder of exams, a worksheet and contours."""

    exams: Path
    worksheet: Path
    contours: Path


def make_demo_inputs(folder: Path, progress: Progress, *, workers: int | None = None) -> DemoInputs:
    """Simulate the exams and write the demo's three inputs below `folder`."""
    cohort = load_reconstructed_cohort()
    prescriptions = [_with_second_lesion(prescribe_exam(row, SEED)) for row in cohort]
    prescriptions += [_extra(_TOO_SMALL, "pancreas", 8.0), _extra(_UNREQUESTED, "liver", 24.0)]
    exams = folder / "exams"
    records = run_tasks(
        partial(write_drawn_exam, folder=exams),
        prescriptions,
        workers=available_workers() if workers is None else workers,
        progress=lambda done, total: progress("Simulating exams", done, total),
    )
    contours = [contour for drawn in records for contour in drawn if contour.subject != _UNREQUESTED]
    inputs = DemoInputs(exams, folder / "worksheet.xlsx", folder / "contours.json")
    by_id = {prescription.patient_id: prescription for prescription in prescriptions}
    rows = [row for one in cohort for row in _rows(one, by_id[one.patient])]
    rows += [_extra_row(_TOO_SMALL, by_id[_TOO_SMALL]), _extra_row(_AWAITED, _extra(_AWAITED, "liver", 24.0))]
    rows += [
        WorksheetRow(subject=name, status="excluded", exclusion_reason=reason) for name, reason in _EXCLUDED
    ]
    write_worksheet(inputs.worksheet, rows)
    write_contours(inputs.contours, contours)
    return inputs


def write_drawn_exam(prescription: ExamPrescription, folder: Path) -> tuple[ContourRecord, ...]:
    """Write one exam below `folder`; what two readers drew on it."""
    exam = simulate_exam(prescription)
    write_exam(exam, folder / prescription.patient_id)
    drawn = {"R1": exam.lesions, "R2": redraw_lesions(exam, reader="R2")}
    return tuple(
        _contour(prescription.patient_id, reader, lesion)
        for reader, lesions in drawn.items()
        for lesion in lesions
    )


def _contour(subject: str, reader: str, lesion: DrawnLesion) -> ContourRecord:
    return ContourRecord(
        subject=subject,
        lesion=lesion.prescription.label,
        reader=reader,
        role="lesion",
        sop_instance_uid=lesion.sop_instance_uid,
        frame_number=lesion.frame_number,
        points_lps_mm=_points(lesion.points_lps_mm),
        holes_lps_mm=tuple(_points(hole) for hole in lesion.holes_lps_mm),
    )


def _points(points: Floats) -> tuple[PointLps, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in np.round(points, 3))


def _with_second_lesion(prescription: ExamPrescription) -> ExamPrescription:
    second = _SECOND_LESIONS.get(prescription.patient_id)
    if second is None:
        return prescription
    return dataclasses.replace(prescription, lesions=(*prescription.lesions, second))


def _extra(name: str, organ: str, long_axis_mm: float) -> ExamPrescription:
    return ExamPrescription(
        patient_id=name,
        patient_name=f"SYNTHETIC^{name}",
        birth_date="19600101",
        sex="F",
        exam_date="20181105",
        dialect="siemens-classic",
        model="MAGNETOM Avanto",
        field_strength_t=1.5,
        b_values=(50.0, 600.0, 1000.0),
        lesions=(LesionPrescription("1", organ, 0.001050, 0.000900, long_axis_mm),),
        seed=SEED,
    )


def _rows(one: CohortRow, prescription: ExamPrescription) -> list[WorksheetRow]:
    mri = _day(prescription.exam_date)
    metastasis = one.lesion_type == "metastasis"
    first = WorksheetRow(
        subject=one.patient,
        status="included",
        lesion="1",
        mri_date=mri,
        histology_date=mri + datetime.timedelta(days=7 + int(one.patient[3:]) % 30),
        sample_type="biopsy" if metastasis else "resection",
        treatment_before_mri="no" if int(one.patient[3:]) % 6 else "yes",
        age=float(one.age),
        sex="male" if one.sex == "M" else "female",
        primary_site=one.primary_site,
        metastatic_disease="yes" if one.metastatic == "yes" else "no",
        lesion_type="metastasis" if metastasis else "primary",
        lesion_site=one.lesion_site,
        lesion_size_mm=prescription.lesions[0].long_axis_mm,
        specimen_origin=one.lesion_site,
        ki67=one.ki67_percent,
        grade=one.who_grade,
    )
    if len(prescription.lesions) == 1:
        return [first]
    second = prescription.lesions[1]
    return [
        first,
        dataclasses.replace(
            first,
            lesion=second.label,
            lesion_type="primary",
            lesion_site=second.organ,
            lesion_size_mm=second.long_axis_mm,
        ),
    ]


def _extra_row(name: str, prescription: ExamPrescription) -> WorksheetRow:
    lesion = prescription.lesions[0]
    return WorksheetRow(
        subject=name,
        status="included",
        mri_date=_day(prescription.exam_date),
        age=58.0,
        sex="female",
        primary_site="pancreas",
        metastatic_disease="no",
        lesion_type="primary",
        lesion_site=lesion.organ,
        lesion_size_mm=lesion.long_axis_mm,
        specimen_origin=lesion.organ,
        ki67="1",
        grade="G1",
    )


def _day(text: str) -> datetime.date:
    return datetime.date(int(text[:4]), int(text[4:6]), int(text[6:]))
