"""A small study on disk for tests of the reading room: synthetic exams, a worksheet, nothing drawn."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.worksheet import WorksheetRow
from adcurate.phantom import ExamPrescription, LesionPrescription, SyntheticExam, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.add import add_exams
from adcurate.study.worksheet import import_worksheet

VAULT_KEY = bytes(range(32)).hex()
ROW = WorksheetRow(
    subject="",
    status="included",
    age=58.0,
    sex="female",
    primary_site="pancreas",
    metastatic_disease="no",
    lesion_type="primary",
    lesion_site="liver",
    lesion_size_mm=30.0,
    specimen_origin="liver",
    ki67="1",
    grade="G1",
)


def prescription(subject: str, seed: int, **changes: object) -> ExamPrescription:
    """A small exam of one lesion in the liver."""
    exam = ExamPrescription(
        patient_id=subject,
        patient_name=f"SYNTHETIC^{subject}",
        birth_date="19600101",
        sex="F",
        exam_date="20240102",
        dialect="siemens-classic",
        model="Aera",
        field_strength_t=1.5,
        b_values=(50.0, 800.0),
        lesions=(LesionPrescription("1", "liver", 0.001010 + 1e-5 * seed, 0.000640, 30.0),),
        seed=seed,
        matrix=64,
    )
    return replace(exam, **changes)  # type: ignore[arg-type]


def row_of(exam: ExamPrescription, lesion: LesionPrescription) -> WorksheetRow:
    """The worksheet's row of one lesion."""
    day = datetime.datetime.strptime(exam.exam_date, "%Y%m%d").date()
    return replace(
        ROW,
        subject=exam.patient_id,
        lesion=lesion.label,
        mri_date=day,
        histology_date=day + datetime.timedelta(days=9),
        lesion_site=lesion.organ,
        specimen_origin=lesion.organ,
    )


def make_study(
    folder: Path,
    exams: Sequence[ExamPrescription],
    *,
    grades: Sequence[str] = ("G1",),
    protocol: str = "",
    **outcome: object,
) -> tuple[StudyFolder, dict[str, SyntheticExam]]:
    """Create, add and fill in a study; `protocol` is appended to ``study.toml``, `outcome` set in every row.

    Returns the study and each subject's simulated exam.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vault.key").write_text(VAULT_KEY + "\n", encoding="ascii")
    study = create_study(folder / "study", "net-grade", key_file=folder / "vault.key").folder
    if protocol:
        study.protocol_file.write_text(
            study.protocol_file.read_text(encoding="utf-8") + protocol, encoding="utf-8"
        )
    simulated = {one.patient_id: simulate_exam(one) for one in exams}
    for subject, exam in simulated.items():
        write_exam(exam, folder / "exams" / subject)
    add_exams(study, [folder / "exams"], workers=0)
    rows = [
        replace(row_of(one, lesion), grade=grades[at % len(grades)], **outcome)  # type: ignore[arg-type]
        for at, one in enumerate(exams)
        for lesion in one.lesions
    ]
    write_worksheet(folder / "worksheet.xlsx", rows)
    import_worksheet(study, folder / "worksheet.xlsx", WorksheetOptions())
    return study, simulated
