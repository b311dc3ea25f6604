"""Corrections made elsewhere come into the list, own ones stay, and what both changed is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.screened_study import empty_study

from adcurate.errors import StudyError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.join import ReturnedColumn, join_column
from adcurate.study.rows import current_rows
from adcurate.study.screening.grid import (
    ListChange,
    ScreenedList,
    answer_questions,
    change_list,
    enter_list,
    screened_list,
)
from adcurate.study.worksheet import import_worksheet


@dataclass(frozen=True)
class Carla:
    """The coordinator."""

    name: str = "carla"
    id: str = "id-carla"


CARLA = Carla()
COLUMNS = (
    *("subject", "status", "mri_date", "histology_date", "lesion_type", "lesion_site", "lesion_size_mm"),
    *("grade", "comments"),
)


def listed(number: str, **cells: str) -> dict[str, str]:
    row = dict.fromkeys(COLUMNS, "")
    row.update(subject=number, status="included", mri_date="2020-01-05", histology_date="2020-01-25")
    row.update(lesion_type="primary", lesion_site="liver", lesion_size_mm="20", grade="G1")
    return {**row, **cells}


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    """Three subjects, entered from the list."""
    made = empty_study(tmp_path)
    rows = {f"r{at}": listed(f"100{at}", comments="phoned") for at in range(3)}
    change_list(made, CARLA, ListChange(screened_list(made, CARLA).version, rows))
    enter_list(made, CARLA, screened_list(made, CARLA).version)
    return made


def grades(study: StudyFolder) -> dict[str, str | None]:
    with study.open_store("read") as store:
        return {row.subject: row.grade for row in current_rows(store)}


def code_of(study: StudyFolder, row: str) -> str:
    return next(line.subject for line in screened_list(study, CARLA).lines if line.id == row)


def corrected_elsewhere(study: StudyFolder, folder: Path, row: str, grade: str) -> None:
    """Central pathology's file, joined."""
    file = folder / f"back-{row}-{grade}.csv"
    file.write_text(f"case_id,grade\n{code_of(study, row)},{grade}\n")
    join_column(study, file, ReturnedColumn("grade"), enter=True, why="central pathology", person="id-dora")


def write(study: StudyFolder, row: str, **cells: str) -> ScreenedList:
    change_list(study, CARLA, ListChange(screened_list(study, CARLA).version, {row: cells}))
    return screened_list(study, CARLA)


def test_entering_the_list_undoes_no_correction_made_elsewhere(study: StudyFolder, tmp_path: Path) -> None:
    seen = screened_list(study, CARLA)
    assert seen.is_entered
    corrected_elsewhere(study, tmp_path, "r0", "G3")
    late = ListChange(seen.version, {"r1": {"comments": "called again"}})
    with pytest.raises(StudyError) as refused:
        change_list(study, CARLA, late)
    assert refused.value.code == "study.list-behind"
    renewed = screened_list(study, CARLA)
    assert renewed.lines[0].texts["grade"] == "G3" and renewed.lines[0].texts["comments"] == "phoned"
    assert renewed.is_entered and not renewed.questions
    edited = write(study, "r1", lesion_size_mm="31")
    assert not edited.is_entered
    enter_list(study, CARLA, edited.version)
    assert sorted(grades(study).values(), key=str) == ["G1", "G1", "G3"]
    assert screened_list(study, CARLA).is_entered


def test_own_changes_stay_beside_those_made_elsewhere(study: StudyFolder, tmp_path: Path) -> None:
    write(study, "r1", grade="G2")
    write(study, "r2", lesion_size_mm="not a number")
    corrected_elsewhere(study, tmp_path, "r0", "G3")
    now = screened_list(study, CARLA)
    assert [line.texts["grade"] for line in now.lines] == ["G3", "G2", "G1"]
    assert now.lines[2].texts["lesion_size_mm"] == "not a number"
    assert not now.is_entered and not now.questions


@pytest.mark.parametrize(("stands", "grade"), [("study", "G3"), ("here", "G2")])
def test_a_cell_changed_in_both_is_asked(study: StudyFolder, tmp_path: Path, stands: str, grade: str) -> None:
    write(study, "r0", grade="G2")
    corrected_elsewhere(study, tmp_path, "r0", "G3")
    asking = screened_list(study, CARLA)
    (asked,) = asking.questions
    assert (asked.row, asked.column, asked.here, asked.there) == ("r0", "grade", "G2", "G3")
    with pytest.raises(StudyError, match="changed here and in the study") as refused:
        enter_list(study, CARLA, asking.version)
    assert refused.value.code == "study.list-questions"
    said = [asked.id] if stands == "study" else []
    with pytest.raises(StudyError, match="meanwhile"):
        answer_questions(study, CARLA, asking.version, asking.worksheet - 1, said)
    answered = answer_questions(study, CARLA, asking.version, asking.worksheet, said)
    assert not answered.questions and answered.lines[0].texts["grade"] == grade
    enter_list(study, CARLA, answered.version)
    assert grades(study)[code_of(study, "r0")] == grade
    with study.open_store("read") as store:
        (told,) = store.audit.done("worksheet.renew")
        assert told.person == CARLA.id


def test_rows_come_and_go_with_a_worksheet_read_in(study: StudyFolder, tmp_path: Path) -> None:
    write(study, "r1", grade="G2")
    file = tmp_path / "worksheet.csv"
    rows = [listed("1000"), listed("1009")]
    names = [name for name in COLUMNS if name != "comments"]
    lines = [",".join(names), *(",".join(row[name] for name in names) for row in rows)]
    file.write_text("\n".join(lines) + "\n")
    import_worksheet(study, file, WorksheetOptions())
    now = screened_list(study, CARLA)
    assert [line.id for line in now.lines] == ["r0", "r1", "s1"]
    (asked,) = now.questions
    assert (asked.row, asked.column, asked.there) == ("r1", "", "taken out")
    answered = answer_questions(study, CARLA, now.version, now.worksheet, [asked.id])
    assert [line.id for line in answered.lines] == ["r0", "s1"] and answered.is_entered


def test_a_row_taken_out_here_and_corrected_there_is_asked(study: StudyFolder, tmp_path: Path) -> None:
    before = screened_list(study, CARLA)
    corrected = code_of(study, "r0")
    change_list(study, CARLA, ListChange(before.version, {}, ("r1", "r2")))
    file = tmp_path / "back.csv"
    file.write_text(f"case_id,grade\n{corrected},G3\n")
    join_column(study, file, ReturnedColumn("grade"), enter=True, why="central", person="id-dora")
    asking = screened_list(study, CARLA)
    (asked,) = asking.questions
    assert (asked.key[0], asked.row, asked.here, asked.there) == (corrected, "", "taken out", "changed")
    back = answer_questions(study, CARLA, asking.version, asking.worksheet, [asked.id])
    assert {line.subject: line.texts["grade"] for line in back.lines}[corrected] == "G3"
