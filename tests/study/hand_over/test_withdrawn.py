"""Who withdrew is counted in what is handed over, and nothing else of it leaves or comes in."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.handed_study import again
from tests.study.hand_over.test_hand_over import rows_of

from adcurate.errors import StudyError
from adcurate.model.data_table import MISSING_REASONS, WITHDREW
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.join import ReturnedColumn, join_column
from adcurate.study.keeping.withdraw import erase, stop_using
from adcurate.study.rows import stored_rows


def one_of(handed: Path) -> dict[str, str]:
    return next(row for row in rows_of(handed / "cases.csv") if row["flow_stage"] == "analysed")


def joined(study: StudyFolder, folder: Path, column: str, said: dict[str, str]):
    file = folder / f"{column}.csv"
    lines = [f"case_id,{column}", *(f"{case},{word}" for case, word in said.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return join_column(study, file, ReturnedColumn(column), enter=True, why="second look")


def test_of_who_stopped_a_row_without_values_leaves_and_every_cell_says_why(
    study: StudyFolder, handed: Path
) -> None:
    case, grade = one_of(handed)["case_id"], one_of(handed)["grade"]
    stop_using(study, case, "asked to")
    made = again(study, why="one withdrew")
    (row,) = (row for row in rows_of(made.folder / "cases.csv") if row["case_id"] == case)
    filled = {name: word for name, word in row.items() if word}
    assert filled.keys() == {
        *("case_id", "subject", "lesion", "flow_stage"),
        "left_out_because",
        "data_digest",
    }
    assert row["left_out_because"] == "withdrawn"
    reasons = {one["reason"] for one in rows_of(made.folder / "missing.csv") if one["id"] == case}
    assert reasons == {MISSING_REASONS[WITHDREW]}
    assert not [one for one in rows_of(made.folder / "readings.csv") if one["case_id"] == case]
    moved = [one for one in made.changes if one.row == case and one.what == "value"]
    assert {one.before for one in moved if one.variable not in ("flow_stage", "left_out_because")} == {""}
    assert grade not in {one.before for one in moved}


def test_a_returned_file_brings_nothing_of_who_stopped_and_says_so(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    cases = [row["case_id"] for row in rows_of(handed / "cases.csv") if row["flow_stage"] == "analysed"]
    with study.open_store("read") as store:
        before = {row.subject: (row.status, row.grade) for row in stored_rows(store)}
    stop_using(study, cases[0], "asked to")
    other = next(case for case in cases[1:] if before[case][1] != "G1")
    for column in ("grade", "score"):
        answer = joined(study, tmp_path, column, {cases[0]: "G1", other: "G1"})
        assert answer.withdrawn == (cases[0],)
        assert [one.case for one in answer.changes] == [other]
    with study.open_store("read") as store:
        after = {row.subject: (row.status, row.grade) for row in stored_rows(store)}
    assert after == {**before, other: ("included", "G1")}


def test_after_an_erasure_the_data_are_handed_over_and_said_to_be_no_longer_comparable(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    case = one_of(handed)["case_id"]
    erase(study, case, "asked to")
    draft = again(study, "draft", draft=True)
    (change,) = draft.changes
    assert (change.what, change.now) == ("not comparable", "erased with a subject who was in it")
    assert b"nothing can be compared with them" in (draft.folder / "README.txt").read_bytes()
    with pytest.raises(StudyError, match="erased with a subject"):
        again(study, "without-a-reason")
    made = again(study, why="one was erased")
    assert made.lock is not None
    assert made.lock.version == 2
    (row,) = (row for row in rows_of(made.folder / "cases.csv") if row["case_id"] == case)
    assert (row["left_out_because"], row["grade"]) == ("withdrawn, data erased", "")
    other = next(row["case_id"] for row in rows_of(made.folder / "cases.csv") if row["grade"] == "G2")
    joined(study, tmp_path, "grade", {other: "G1"})
    with study.open_store("read") as store:
        assert case not in {row.subject for row in stored_rows(store)}
    assert again(study, "third", why="a grade").changes[0].what != "not comparable"
