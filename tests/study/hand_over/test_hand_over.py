"""A study's data leave whole, under one digest, without names or days; nothing moves after a lock unseen."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import openpyxl
import pytest
from tests.handed_study import again, made, read

from adcurate.cli.entry import run
from adcurate.errors import AdcurateError, StudyError
from adcurate.model import content_digest
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over import hand_over
from adcurate.study.hand_over.data_tables import study_tables
from adcurate.study.hand_over.join import ReturnedColumn, join_column
from adcurate.study.run import run_study


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_file_is_there_under_its_digest_and_names_the_data(handed: Path) -> None:
    manifest = json.loads((handed / "manifest.json").read_text("utf-8"))
    there = {path.relative_to(handed).as_posix() for path in handed.rglob("*") if path.is_file()}
    assert there == {*manifest["files"], "manifest.json"}
    for name, digest in manifest["files"].items():
        assert content_digest((handed / name).read_bytes()) == digest
    whole = manifest["data_digest"].encode()
    for name in ("README.txt", "codebook.csv", "analysis.sps", "cases.sav", "readings.sav"):
        assert whole in (handed / name).read_bytes(), name
    book = openpyxl.load_workbook(handed / "data.xlsx")
    for name in ("cases", "readings"):
        assert {row["data_digest"] for row in rows_of(handed / f"{name}.csv")} == {whole[:12].decode()}
        assert book[name].cell(2, book[name].max_column).value == whole[:12].decode()


def test_each_screened_case_has_one_row_and_the_flow_adds_up(handed: Path) -> None:
    cases = rows_of(handed / "cases.csv")
    stages = sorted(row["flow_stage"] for row in cases)
    assert stages == [*["analysed"] * 5, "excluded in the worksheet", "not eligible by the protocol"]
    (excluded,) = (row for row in cases if row["flow_stage"].startswith("excluded"))
    assert (excluded["left_out_because"], excluded["avgadc"]) == ("no DWI", "")
    (small,) = (row for row in cases if row["flow_stage"].startswith("not eligible"))
    assert small["left_out_because"] == "lesion smaller than 1 cm"


def test_numbers_are_those_of_the_analysis_to_the_last_digit(locked: StudyFolder, handed: Path) -> None:
    results = run_study(locked, workers=0).results
    (average, _) = results.of_record
    wanted = {value.subject: value.value for value in average.values}
    found = {row["case_id"]: float(row["avgadc"]) for row in rows_of(handed / "cases.csv") if row["avgadc"]}
    assert found == wanted
    assert len(found) == 5


def test_each_empty_cell_has_its_reason(handed: Path) -> None:
    reasons = {
        (one["table"], one["id"], one["variable"]): one["reason"] for one in rows_of(handed / "missing.csv")
    }
    for table, key in (("cases", "case_id"), ("readings", "reading_id")):
        empty = {
            (table, row[key], name)
            for row in rows_of(handed / f"{table}.csv")
            for name in row
            if not row[name]
        }
        assert empty == {where for where in reasons if where[0] == table}
    said = {reason for (table, _, name), reason in reasons.items() if name == "avgadc"}
    assert said == {
        "the subject was excluded in the worksheet",
        "left out by the protocol's eligibility",
        "the reader could not assess it",
    }


def test_a_reading_that_could_not_be_assessed_is_a_row_with_its_reason(handed: Path) -> None:
    readings = rows_of(handed / "readings.csv")
    (blind,) = (row for row in readings if row["cannot_assess"])
    assert (blind["cannot_assess"], blind["avgadc"]) == ("artefact", "")
    assert len({row["reading_id"] for row in readings}) == len(readings) == 10


def test_no_name_day_or_typed_place_leaves_in_the_tables(locked: StudyFolder, handed: Path) -> None:
    for path in handed.rglob("*"):
        if path.is_file() and path.suffix != ".xlsx":
            content = path.read_bytes()
            assert not re.search(rb"READ\d|SYNTHETIC|NOMRI1|19600101|20240102|calc'!A0", content), path.name
            if path.parent == handed:
                assert not re.search(rb"\banna\b|\bben\b", content), path.name
    days = re.compile(r"\b(?:19|20)\d\d-\d\d-\d\d\b")
    for name in ("cases.csv", "readings.csv", "missing.csv", "codebook.csv", "redcap/records.csv"):
        assert not days.search((handed / name).read_text("utf-8")), name


def test_no_cell_of_any_file_is_a_formula(handed: Path) -> None:
    for name in ("cases.csv", "readings.csv", "codebook.csv", "missing.csv", "redcap/data_dictionary.csv"):
        assert not re.search(r'(?:^|,)"[=+\-@]', (handed / name).read_text("utf-8"), re.MULTILINE), name
    for sheet in openpyxl.load_workbook(handed / "data.xlsx"):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}, sheet.title


def test_open_readings_stop_a_lock_and_not_a_draft(tmp_path: Path) -> None:
    study = made(tmp_path)
    read(study, leave_open=True)
    with pytest.raises(StudyError) as caught:
        again(study)
    assert (caught.value.code, caught.value.facts["n_open"]) == ("study.not-locked", 1)
    assert not (tmp_path / "again").exists()
    assert again(study, draft=True).lock is None
    assert "DRAFT" in (tmp_path / "again" / "README.txt").read_text("utf-8")
    with study.open_store("read") as store:
        assert store.data_locks.latest() is None


def test_the_same_data_stay_under_the_same_lock_and_give_the_same_bytes(
    study: StudyFolder, handed: Path
) -> None:
    second = again(study)
    assert second.lock is not None
    assert (second.lock.version, second.changes) == (1, ())
    for name in ("cases.csv", "cases.sav", "readings.sav", "data.xlsx", "codebook.csv", "redcap/records.csv"):
        if name != "data.xlsx":
            assert (study.path.parent / "again" / name).read_bytes() == (handed / name).read_bytes(), name


def test_a_lock_stands_in_the_audit_log_and_in_the_derivation_graph(locked: StudyFolder) -> None:
    with locked.open_store("read") as store:
        lock = store.data_locks.latest()
        assert lock is not None
        (entry,) = store.audit.done("data.lock")
        assert entry.after == {"digest": lock.digest, "content": lock.content_id}
        assert store.audit.check().faults == ()
        kept = store.derived.get(lock.content_id)
    assert [table["name"] for table in kept["tables"]] == ["cases", "readings"]


def test_what_moves_after_a_lock_is_listed_one_by_one_and_needs_a_reason(
    study: StudyFolder, handed: Path
) -> None:
    case = next(row for row in rows_of(handed / "cases.csv") if row["grade"] == "G1")["case_id"]
    file = study.path.parent / "back.csv"
    file.write_text(f"case_id,grade\n{case},G3\n", encoding="utf-8")
    join_column(study, file, ReturnedColumn("grade"), enter=True, why="second look")
    with pytest.raises(StudyError) as caught:
        again(study)
    assert caught.value.code == "study.data-changed"
    done = again(study, why="one grade corrected")
    assert done.lock is not None
    assert (done.lock.version, done.lock.reason) == (2, "one grade corrected")
    data = [one for one in done.changes if one.table != "results"]
    assert {one.row.split("/")[0] for one in data} == {case}
    assert {(one.variable, one.before, one.now) for one in data} == {
        ("grade", "G1", "G3"),
        ("positive", "-low grade", "high grade"),
    }
    assert {one.row for one in done.changes if one.table == "results"} >= {"markers/avgADC/roc/auc"}
    listed = rows_of(study.path.parent / "again" / "changes.csv")
    assert len(listed) == len(done.changes)
    moved = [float(row["now"]) for row in listed if row["table"] == "results" and row["now"]]
    assert min(moved) < 0


def test_a_folder_is_complete_or_absent(study: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(hand_over.Path, "rename", full)
    with pytest.raises(AdcurateError) as caught:
        again(study)
    assert caught.value.code == "output.not-writable"
    assert [path.name for path in study.path.parent.iterdir()] == ["study"]


def test_a_folder_that_is_there_is_never_written_into(study: StudyFolder) -> None:
    (study.path.parent / "again").mkdir()
    with pytest.raises(AdcurateError) as caught:
        again(study)
    assert caught.value.code == "output.exists"


def test_the_digest_is_of_every_value(locked: StudyFolder) -> None:
    results = run_study(locked, workers=0).results
    with locked.open_store("read") as store:
        before = study_tables(store, results).digest
        results.measurements[0].values["mean"] = 1e-9  # type: ignore[index]
        assert study_tables(store, results).digest != before


def test_the_command_says_the_digest_and_what_to_read(
    study: StudyFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = study.path.parent / "out"
    code = run(["study", "hand-over", str(folder), "--study", str(study.path), "--workers", "0"])
    shown = capfd.readouterr().out
    assert code == 0
    assert "The same data as locked" in shown
    assert "README.txt" in shown
