"""Whose exams are awaited: by visit and day, with numbers that come out of the vault and go nowhere else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from adcurate.errors import StudyError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.link import decide_link, received_exams
from adcurate.study.pull.awaited import AwaitedVisit, awaited_visits
from adcurate.study.pull.request_list import write_requests
from adcurate.study.receiving.add import add_exams
from adcurate.study.worksheet import import_worksheet

COLUMNS = [
    "subject",
    "visit",
    "status",
    "mri date",
    "ki67",
    "primary site",
    "lesion type",
    "lesion site",
    "lesion size (mm)",
    "WHO grade",
]
TAIL = ("1", "pancreas", "metastasis", "liver", "28", "G1")
PERSON = "00QZX8841"


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "keys" / "key"))
    return create_study(tmp_path / "study", "graded-outcome").folder


def enter(study: StudyFolder, file: Path, *rows: tuple[str, ...]) -> None:
    if file.suffix == ".xlsx":
        book = Workbook()
        for row in (COLUMNS, *((*row, *TAIL) for row in rows)):
            book.active.append(list(row))
        book.save(file)
        import_worksheet(study, file, WorksheetOptions())
    else:
        lines = [";".join(row) for row in (COLUMNS, *((*row, *TAIL) for row in rows))]
        file.write_text("\n".join(lines), encoding="cp1252")
        import_worksheet(study, file, WorksheetOptions(delimiter=";", encoding="cp1252"))


def awaited(study: StudyFolder) -> tuple[AwaitedVisit, ...]:
    with study.open_store("read") as store:
        return awaited_visits(store, study.open_vault(store))


def add_exam(study: StudyFolder, folder: Path, day: str) -> None:
    lesions = (LesionPrescription("1", "liver", 0.0012, 0.0009, 28.0),)
    name = ("SYNTHETIC^PLANTED", "19610203", "F", day, "siemens-xa", "Model", 1.5, (50.0, 800.0), lesions)
    write_exam(simulate_exam(ExamPrescription(PERSON, *name, matrix=64)), folder)  # type: ignore[arg-type]
    add_exams(study, [folder], workers=0)


@pytest.mark.parametrize("name", ["sheet.csv", "sheet.xlsx"])
def test_the_real_number_and_day_come_back_out_of_the_vault(
    study: StudyFolder, tmp_path: Path, name: str
) -> None:
    enter(study, tmp_path / name, (PERSON, "1", "included", "2024-03-01"))
    [visit] = awaited(study)
    assert (visit.patient_id, visit.days) == (PERSON, (date(2024, 3, 1),))
    assert "8841" not in repr(visit)
    assert "2024" not in repr(visit)
    with study.open_store("read") as store:
        assert PERSON not in str(store.worksheets.latest())


def test_a_second_visit_is_awaited_though_the_subject_has_an_exam(study: StudyFolder, tmp_path: Path) -> None:
    enter(
        study,
        tmp_path / "sheet.csv",
        (PERSON, "1", "included", "2024-03-01"),
        (PERSON, "2", "included", "2024-06-01"),
    )
    add_exam(study, tmp_path / "exam", "20240301")
    [visit] = awaited(study)
    assert (visit.visit, visit.patient_id, visit.days) == ("2", PERSON, (date(2024, 6, 1),))
    assert write_requests(study, tmp_path / "list.csv").n_exams == 1
    assert "2024-06-01" in (tmp_path / "list.csv").read_text(encoding="utf-8-sig")


def test_an_exam_that_a_person_named_for_a_visit_is_awaited_no_more(
    study: StudyFolder, tmp_path: Path
) -> None:
    enter(study, tmp_path / "sheet.csv", (PERSON, "1", "included", "2024-03-05"))
    add_exam(study, tmp_path / "exam", "20240301")
    assert len(awaited(study)) == 1
    with study.open_store("read") as store:
        [exam] = received_exams(store)
    decide_link(study, exam.subject, exam.study_instance_uid, "the row's date is a typing error")
    assert awaited(study) == ()
    assert write_requests(study, tmp_path / "list.csv").file is None
    assert not (tmp_path / "list.csv").exists()


def test_without_a_worksheet_nobody_is_awaited_and_the_remedy_says_what_to_do(study: StudyFolder) -> None:
    with pytest.raises(StudyError) as caught:
        awaited(study)
    assert caught.value.code == "study.no-worksheet"
