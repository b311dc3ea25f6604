"""What comes back joins by id: rows in any order, strange ids named, nothing measured taken from a file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.handed_study import again

from adcurate.cli.entry import run
from adcurate.errors import StudyError
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.join import ReturnedColumn, join_column
from adcurate.study.rows import current_rows
from adcurate.study.status import study_status


def cases(handed: Path) -> list[dict[str, str]]:
    with (handed / "cases.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def returned(folder: Path, rows: list[dict[str, str]]) -> Path:
    file = folder / "returned.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def grades(study: StudyFolder) -> dict[str, str | None]:
    with study.open_store("read") as store:
        return {row.subject: row.grade for row in current_rows(store)}


def test_a_corrected_grade_in_another_order_changes_that_case_only(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    rows = cases(handed)[::-1]
    changed = next(row for row in rows if row["grade"] == "G1")
    changed["grade"] = "G2"
    file = returned(tmp_path, [{"case_id": row["case_id"], "grade": row["grade"]} for row in rows])
    before = grades(study)
    shown = join_column(study, file, ReturnedColumn("grade"))
    assert grades(study) == before
    assert [(one.case, one.before, one.now) for one in shown.changes] == [(changed["case_id"], "G1", "G2")]
    done = join_column(study, file, ReturnedColumn("grade"), enter=True, why="second look")
    assert done.changes == shown.changes
    assert grades(study) == {**before, changed["subject"]: "G2"}
    with study.open_store("read") as store:
        (entry,) = store.audit.done("worksheet.correct")
    assert (entry.object, entry.reason) == ("grade", "second look")
    assert list(entry.before.values()) == ["G1"]  # type: ignore[union-attr]
    assert "run" not in study_status(study).done


def test_a_new_column_stands_in_the_next_hand_over_with_its_codes(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    rows = [
        {"case_id": row["case_id"], "Relapse (2 y)": "" if at == 0 else ("yes", "no")[at % 2]}
        for at, row in enumerate(cases(handed))
    ]
    asked = ReturnedColumn("Relapse (2 y)", name="relapse", label="Relapse within two years")
    join_column(study, returned(tmp_path, rows), asked, enter=True, why="follow-up")
    done = again(study, why="follow-up joined")
    found = {row["case_id"]: row["relapse"] for row in cases(done.folder)}
    assert found == {row["case_id"]: row["Relapse (2 y)"] for row in rows}
    assert ("cases", "relapse", "variable came") in {
        (one.table, one.variable, one.what) for one in done.changes
    }
    (line,) = (
        row for row in (done.folder / "codebook.csv").read_text("utf-8").splitlines() if '"relapse"' in row
    )
    assert "1 = no | 2 = yes" in line


def test_numbers_with_a_decimal_comma_are_numbers_where_it_is_said(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    rows = [{"case_id": row["case_id"], "crp": f"{at},5"} for at, row in enumerate(cases(handed))]
    done = join_column(study, returned(tmp_path, rows), ReturnedColumn("crp", unit="mg/L", decimal=","))
    assert sorted(one.now for one in done.changes) == sorted(f"{at}.5" for at in range(len(rows)))


def test_the_codes_of_the_codebook_say_the_same_as_the_words(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    with (handed / "redcap" / "records.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for column in ("sex", "grade", "lesion_site", "lesion_size_mm"):
        asked = ReturnedColumn(column)
        file = returned(tmp_path, [{"case_id": row["case_id"], column: row[column]} for row in rows])
        assert join_column(study, file, asked).changes == (), column


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda rows: [*rows, rows[0]], "Ids must stand once each"),
        (lambda rows: [*rows, {**rows[0], "case_id": "S-NOBODY"}], "S-NOBODY"),
        (lambda rows: [{"id": row["case_id"], "note": "a"} for row in rows], "no column 'case_id'"),
        (
            lambda rows: [{**row, "note": f"Mr. Doe {at}" * 9} for at, row in enumerate(rows)],
            "not understood",
        ),
    ],
)
def test_what_cannot_be_matched_or_told_enters_nothing(study, handed, tmp_path, change, sentence) -> None:
    rows = change([{"case_id": row["case_id"], "note": "a"} for row in cases(handed)])
    with pytest.raises(StudyError) as caught:
        join_column(study, returned(tmp_path, rows), ReturnedColumn("note"), enter=True, why="x")
    assert caught.value.code == "study.not-joined"
    assert sentence in caught.value.sentence
    with study.open_store("read") as store:
        assert store.joined_columns.all() == {}


def test_an_id_of_nobody_is_named_in_the_preview(study: StudyFolder, handed: Path, tmp_path: Path) -> None:
    rows = [{"case_id": row["case_id"], "note": "a"} for row in cases(handed)[1:]]
    file = returned(tmp_path, [*rows, {"case_id": "S-NOBODY", "note": "a"}])
    shown = join_column(study, file, ReturnedColumn("note"))
    assert shown.unmatched == ("S-NOBODY",)
    assert shown.not_in_file == (cases(handed)[0]["case_id"],)


@pytest.mark.parametrize(
    "column", ["avgadc", "minadc_refit", "positive", "flow_stage", "subject", "interval_days"]
)
def test_what_the_study_made_or_keeps_apart_comes_from_no_file(study, handed, column: str) -> None:
    with pytest.raises(StudyError) as caught:
        join_column(study, handed / "cases.csv", ReturnedColumn(column), enter=True, why="x")
    assert caught.value.code == "study.not-joined"


def test_nothing_enters_without_a_reason(study: StudyFolder, handed: Path) -> None:
    with pytest.raises(StudyError) as caught:
        join_column(study, handed / "cases.csv", ReturnedColumn("age"), enter=True, why=" ")
    assert caught.value.remedy.startswith("Say it")


def test_the_command_shows_before_it_enters(
    study: StudyFolder, handed: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    at = ["--study", str(study.path)]
    assert run(["study", "join", str(handed / "cases.csv"), "--column", "vendor", "--as", "maker", *at]) == 0
    shown = capfd.readouterr().out
    assert "Would change" in shown
    assert "--enter" in shown
    assert "lock 1" in shown


def column(handed: Path, folder: Path, name: str, cells: list[str]) -> Path:
    ids = [row["case_id"] for row in cases(handed)]
    return returned(folder, [{"case_id": one, name: cell} for one, cell in zip(ids, cells, strict=True)])


def test_codes_for_missing_values_come_back_as_no_value_and_numbers_like_them_are_refused(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    n = len(cases(handed))
    file = column(handed, tmp_path, "score", ["-9905", "-9901.0", *["-1.5"] * (n - 2)])
    done = join_column(study, file, ReturnedColumn("score"), enter=True, why="x")
    assert (done.n_blank, len(done.changes)) == (2, n - 2)
    made = again(study, why="x")
    assert [row["score"] for row in cases(made.folder)] == ["", "", *["-1.5"] * (n - 2)]
    for cell in ("-9950.5", "-9999"):
        file = column(handed, tmp_path, "score", [cell, *["3"] * (n - 1)])
        with pytest.raises(StudyError) as caught:
            join_column(study, file, ReturnedColumn("score"))
        assert cases(handed)[0]["case_id"] in caught.value.sentence
    grade = column(handed, tmp_path, "grade", ["-9901", *[row["grade"] for row in cases(handed)[1:]]])
    assert join_column(study, grade, ReturnedColumn("grade")).changes == ()


def test_another_word_of_the_codebook_is_no_correction(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    with (handed / "redcap" / "records.csv").open(encoding="utf-8", newline="") as lines:
        sites = [row["primary_site"] for row in csv.DictReader(lines)]
    assert "99" in sites
    for cells in (sites, [row["primary_site"] for row in cases(handed)]):
        file = column(handed, tmp_path, "primary_site", cells)
        assert join_column(study, file, ReturnedColumn("primary_site")).changes == ()


@pytest.mark.parametrize(
    ("cells", "code", "said"),
    [
        (["01", "1", "10"], "join.zeros-in-front", "(01)"),
        (["yes", "YES", "Yes"], "join.words-alike", "YES, Yes, yes"),
        (["n/d", "1", "2"], "join.words-among-numbers", "(n/d)"),
    ],
)
def test_what_is_oddly_written_is_named_with_its_cells_before_it_enters(
    study, handed, tmp_path, cells, code, said
) -> None:
    every = cells + [cells[-1]] * (len(cases(handed)) - len(cells))
    shown = join_column(study, column(handed, tmp_path, "w", every), ReturnedColumn("w"))
    assert [one.code for one in shown.findings] == [code]
    assert said in shown.findings[0].sentence
    assert cases(handed)[0]["case_id"] in shown.findings[0].where["cases"]
    plain = column(handed, tmp_path, "w", ["1", "0.5", *["2"] * (len(every) - 2)])
    assert join_column(study, plain, ReturnedColumn("w")).findings == ()


def test_a_blank_cell_leaves_what_an_earlier_file_brought(
    study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    n = len(cases(handed))
    first = column(handed, tmp_path, "w", ["b", *["=d"] * (n - 1)])
    join_column(study, first, ReturnedColumn("w"), enter=True, why="x")
    second = column(handed, tmp_path, "w", ["", "a", *[""] * (n - 2)])
    done = join_column(study, second, ReturnedColumn("w"), enter=True, why="y")
    assert [(one.before, one.now) for one in done.changes] == [("=d", "a")]
    made = cases(again(study, why="x").folder)
    assert [row["w"] for row in made] == ["b", "a", *["'=d"] * (n - 2)]
    unguarded = returned(tmp_path, [{"case_id": row["case_id"], "w": row["w"]} for row in made])
    assert join_column(study, unguarded, ReturnedColumn("w")).changes == ()
    with pytest.raises(StudyError, match="words already"):
        join_column(study, column(handed, tmp_path, "w", ["", *["1"] * (n - 1)]), ReturnedColumn("w"))
