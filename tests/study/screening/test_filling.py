"""A table without a status, and one that is pasted again: nobody is told in waves, and nobody twice."""

from __future__ import annotations

from pathlib import Path

from tests.screened_study import empty_study
from tests.study.screening.test_sixty_screened import CARLA

from adcurate.study.folder import StudyFolder
from adcurate.study.screening.grid import ListChange, ScreenedList, change_list, enter_list, screened_list
from adcurate.study.screening.table import TableChoices, TakenTable, propose_table, take_table


def take(study: StudyFolder, table: str, what: str = "fill") -> tuple[TakenTable, ScreenedList]:
    content = table.encode()
    columns = tuple(one.column for one in propose_table(study, content).columns)
    version = screened_list(study, CARLA).version
    taken = take_table(study, CARLA, content, TableChoices(version, columns, what=what))  # type: ignore[arg-type]
    return taken, screened_list(study, CARLA)


def test_a_status_that_nobody_wrote_is_inferred_and_all_faults_are_told_at_once(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    _, shown = take(study, "Subject;Exclusion reason\nA1;\nA2;no DWI\n")
    first, second = shown.lines
    assert not {"status"} & (first.texts.keys() | second.texts.keys())
    faulty = {one.row: set() for one in shown.faults}
    for one in shown.faults:
        faulty[one.row].add(one.fault.column)
    assert faulty.keys() == {first.id}
    assert {"mri_date", "lesion_site", "lesion_size_mm"} <= faulty[first.id] and "status" not in faulty[
        first.id
    ]
    entered = enter_list(study, CARLA, shown.version)
    assert (entered.imported.n_rows, entered.imported.n_draft_rows) == (1, 1)
    change_list(study, CARLA, ListChange(entered.version, {}, (second.id,)))
    assert screened_list(study, CARLA).is_entered


def test_a_table_pasted_again_fills_blanks_by_patient_and_names_what_differs(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    _, before = take(study, "Subject;Age;Comments\n4711;50;\n4712;61;seen\n4713;70;\n")
    taken, shown = take(
        study, "Subject;Age;Comments;Sex\n4712;62;seen;female\n4711;50;late;male\n4799;33;;\n"
    )
    assert [one.texts["age"] for one in shown.lines] == ["50", "61", "70", "33"]
    assert [one.texts.get("comments") for one in shown.lines] == ["late", "seen", None, None]
    assert [one.texts.get("sex") for one in shown.lines] == ["male", "female", None, None]
    assert (taken.n_new, taken.n_filled) == (1, 3)
    assert taken.differing == ((before.lines[1].id, "age"),)


def test_a_second_lesion_is_a_new_row_and_a_table_of_subjects_fills_its_only_row(tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    take(study, "Subject;Lesion;Age\n4711;1;50\n4712;2;61\n")
    taken, shown = take(study, "Subject;Lesion;Sex\n4711;2;male\n")
    assert (taken.n_new, len(shown.lines)) == (1, 3)
    taken, shown = take(study, "Subject;Sex\n4712;female\n")
    assert (taken.n_new, shown.lines[1].texts["sex"]) == (0, "female")
