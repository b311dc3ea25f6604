"""Several exams in one folder are told apart at a terminal, and nowhere else."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pydicom
import pytest
from rich.console import Console

from adcurate.cli import console as console_module
from adcurate.cli import inspection_view
from adcurate.cli.entry import run
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.inspect import exam_places, inspect_paths


def _write(folder: Path, number: int, date: str) -> Path:
    exam = simulate_exam(
        ExamPrescription(
            patient_id=f"QZX{number}",
            patient_name="SYNTHETIC^PLANTED",
            birth_date="19610203",
            sex="F",
            exam_date=date,
            dialect="siemens-classic",
            model="Model",
            field_strength_t=1.5,
            b_values=(50.0, 800.0),
            lesions=(LesionPrescription("1", "liver", 0.0012, 0.0009),),
            seed=number,
        )
    )
    for path in write_exam(exam, folder)[3:]:
        path.unlink()
    return folder


@pytest.fixture(scope="module")
def exams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two exams in folders of their own, below one that somebody named after a person."""
    home = tmp_path_factory.mktemp("pacs")
    _write(home / "Qvistgaard" / "first", 1, "20240301")
    _write(home / "Qvistgaard" / "second", 2, "20250411")
    return home


def told(paths: list[Path]) -> list[tuple[str, str]]:
    places = exam_places(inspect_paths(paths), paths)
    assert [one.exam for one in places] == list(range(1, len(places) + 1))
    return sorted((one.place, one.day) for one in places)


def test_each_exam_is_told_by_its_folder_and_day(exams: Path) -> None:
    found = told([exams])
    assert [day for _, day in found] == ["2024-03-01", "2025-04-11"]
    assert [place.split("/")[:2] for place, _ in found] == [["Qvistgaard", "first"], ["Qvistgaard", "second"]]


def test_exams_that_share_a_folder_are_told_by_their_first_file(exams: Path, tmp_path: Path) -> None:
    for number, path in enumerate(sorted(one for one in exams.rglob("*") if one.is_file())):
        shutil.copy(path, tmp_path / f"IM{number}")
    assert told([tmp_path]) == [("IM0", "2024-03-01"), ("IM3", "2025-04-11")]


def test_exams_in_a_zip_file_are_told_by_their_days(exams: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cd.zip", "w") as archive:
        for number, path in enumerate(sorted(one for one in exams.rglob("*") if one.is_file())):
            archive.write(path, f"IM{number}")
    assert told([tmp_path / "cd.zip"]) == [("cd.zip", "2024-03-01"), ("cd.zip", "2025-04-11")]


def test_the_day_of_a_research_object_is_not_shown(exams: Path, tmp_path: Path) -> None:
    shutil.copytree(exams, tmp_path / "research")
    for path in (tmp_path / "research").rglob("*"):
        if path.is_file():
            header = pydicom.dcmread(path)
            header.PatientIdentityRemoved = "YES"
            header.save_as(path)
    assert {day for _, day in told([tmp_path / "research"])} == {""}


def test_a_path_and_a_day_are_shown_at_a_terminal_and_go_into_no_file(
    exams: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(["inspect", str(exams), "--json", str(tmp_path / "found.json")]) == 0
    said = capsys.readouterr()
    for written in (said.out, said.err, (tmp_path / "found.json").read_text()):
        assert "Qvistgaard" not in written and "2024-03-01" not in written and "20240301" not in written
    assert "Run in a terminal" in said.out
    assert json.loads((tmp_path / "found.json").read_text())["exams"] == 2
    at_terminal = Console(force_terminal=True, width=200)
    for module in (console_module, inspection_view):
        monkeypatch.setattr(module, "console", lambda **_: at_terminal)
    assert run(["inspect", str(exams)]) == 0
    said = capsys.readouterr()
    assert "Qvistgaard/first" in said.out and "2024-03-01" in said.out
