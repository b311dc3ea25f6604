"""R's haven, PSPP and R itself read what was handed over: the same n, labels, values, reasons and results."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.handed_study import again

from adcurate.formats.spreadsheet_text import guard_text
from adcurate.formats.spss_file import spss_file
from adcurate.model.data_table import DataTable, Value, Variable
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.join import ReturnedColumn, join_column
from adcurate.study.run import run_study

Program = Callable[[str, str], str]

READ_WITH_HAVEN = """
library(haven)
whole <- read_sav(commandArgs(TRUE)[1], user_na = TRUE)
seen <- read_sav(commandArgs(TRUE)[1])
told <- lapply(names(whole), function(name) {
  column <- whole[[name]]
  labels <- attr(column, "labels")
  list(name = name, label = attr(column, "label"), range = attr(column, "na_range"), codes = unname(labels),
       words = names(labels),
       values = if (is.character(column)) column else sprintf("%.17g", as.numeric(column)),
       n_missing = sum(is.na(seen[[name]])))
})
writeLines(jsonlite::toJSON(told, digits = 17, auto_unbox = TRUE, null = "null"), "told.json")
"""


def run(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def haven(program: Program) -> str:
    """Rscript of an R that has haven."""
    rscript = program("Rscript", "r-base-core")
    has = subprocess.run(
        [rscript, "-e", "library(haven); library(jsonlite)"], capture_output=True, check=False
    )
    if has.returncode:
        reason = "R has no haven (Debian package r-cran-haven)"
        if os.environ.get("ADCURATE_REQUIRE_ALL"):
            pytest.fail(reason)
        pytest.skip(reason)
    return rscript


def codebook(handed: Path, table: str) -> list[dict[str, str]]:
    with (handed / "codebook.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["table"] == table]


def rows_of(handed: Path, table: str) -> list[dict[str, str]]:
    with (handed / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("table", ["cases", "readings"])
def test_haven_reads_the_names_labels_values_and_reasons_of_the_codebook(
    haven: str, handed: Path, tmp_path: Path, table: str
) -> None:
    (tmp_path / "read.R").write_text(READ_WITH_HAVEN, encoding="utf-8")
    run([haven, "--vanilla", "read.R", str(handed / f"{table}.sav")], tmp_path)
    told: list[dict[str, Any]] = json.loads((tmp_path / "told.json").read_text("utf-8"))
    book, rows = codebook(handed, table), rows_of(handed, table)
    assert [one["name"] for one in told] == [one["name"] for one in book]
    for one, said in zip(told, book, strict=True):
        unit = f" ({said['unit']})" if said["unit"] else ""
        assert one["label"] == said["label"] + unit
        cells = [row[one["name"]] for row in rows]
        if said["type"] == "text":
            assert one["values"] == cells
            continue
        words = dict(zip(_list(one["codes"]), _list(one["words"]), strict=True))
        numbers = [float(value) for value in one["values"]]
        values = [number if number > -9000 else None for number in numbers]
        assert one["n_missing"] == cells.count("") == values.count(None)
        for value, cell in zip(values, cells, strict=True):
            if value is None:
                assert cell == ""
            else:
                assert cell == guard_text(words[value]) if said["values"] else float(cell) == value
        reasons = {f"{words[code]} ({code})" for code in {int(one) for one in numbers} if code < -9000}
        assert reasons == {text for text in said["missing"].split(" | ") if text}
        if reasons:
            assert one["range"] == [-9999, -9901]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else ([] if value is None else [value])


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"-?\d*\.\d+|-?\d+", text))


def test_pspp_runs_the_syntax_and_finds_the_tests_area_and_table_of_the_analysis(
    program: Program, locked: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    pspp = program("pspp", "pspp")
    shutil.copytree(handed, tmp_path / "out")
    shown = run([pspp, "-o", "-", "-O", "format=csv", "analysis.sps"], tmp_path / "out")
    assert "error" not in shown.casefold().replace("std. error", "")
    results = run_study(locked, workers=0).results
    blocks = re.split(r"^Table: ", shown, flags=re.MULTILINE)

    def found(title: str) -> list[str]:
        return [block for block in blocks if block.startswith(title)]

    tests, areas, tables = found("Test Statistics"), found("Area Under the Curve"), found("Correlations")
    assert (len(tests), len(areas), len(tables)) == (4, 2, 2)
    for at, marker in enumerate(results.of_record):
        rank_sum = marker.mann_whitney["asymptotic"]
        assert {
            f"{min(rank_sum.u_x, rank_sum.u_y):.2f}",
            f"{-abs(rank_sum.z):.2f}".replace("-0.", "-."),
        } <= numbers_in(tests[2 * at])
        assert marker.kruskal_wallis is not None
        assert f"{marker.kruskal_wallis.h:.2f}".lstrip("0") in numbers_in(tests[2 * at + 1])
        assert marker.spearman is not None
        assert f"{marker.spearman.rho:.3f}".replace("0.", ".", 1) in numbers_in(tables[at])
        assert f"{marker.auc.value:.2f}".lstrip("0") in numbers_in(areas[at])
        assert "NaN" not in areas[at]


def test_pspp_counts_the_same_values_and_leaves_out_what_is_missing(
    program: Program, handed: Path, tmp_path: Path
) -> None:
    pspp = program("pspp", "pspp")
    syntax = f"GET FILE='{handed / 'cases.sav'}'.\nDESCRIPTIVES avgadc avgadc_refit age.\n"
    (tmp_path / "n.sps").write_text(syntax, encoding="utf-8")
    shown = run([pspp, "-o", "-", "-O", "format=csv", "n.sps"], tmp_path)
    rows = rows_of(handed, "cases")
    for name, start in (("avgadc", "avgADC as analysed"), ("age", "Age")):
        n = sum(bool(row[name]) for row in rows)
        (line,) = (
            one for one in shown.splitlines() if one.startswith((start, f'"{start}')) and "refit" not in one
        )
        assert next(csv.reader([line]))[1] == str(n)


def test_the_r_script_of_a_study_repeats_every_number(program: Program, handed: Path, tmp_path: Path) -> None:
    rscript = program("Rscript", "r-base-core")
    shutil.copytree(handed / "r", tmp_path / "r")
    shown = run([rscript, "--vanilla", "r/analysis.R"], tmp_path)
    (n, of) = re.findall(r"(\d+) of (\d+) numbers agree", shown)[0]
    assert n == of
    assert int(n) > 300


def test_a_joined_column_has_the_same_n_and_numbers_in_every_program(
    haven: str, program: Program, study: StudyFolder, handed: Path, tmp_path: Path
) -> None:
    ids = [row["case_id"] for row in rows_of(handed, "cases")]
    score = ["-9905", "", *(f"-{at}.5" for at in range(len(ids) - 2))]
    lines = "\n".join(f"{one},{cell}" for one, cell in zip(ids, score, strict=True))
    (tmp_path / "back.csv").write_text(f"case_id,score\n{lines}\n", encoding="utf-8")
    join_column(study, tmp_path / "back.csv", ReturnedColumn("score"), enter=True, why="x")
    made = again(study, why="x").folder
    known = [float(cell) for cell in score[2:]]
    text = 'library(haven); cat(na.omit(as.numeric(read_sav("cases.sav")$score)), "\\n"); '
    text += (
        'cat(na.omit(read.csv("cases.csv")$score), "\\n"); cat(na.omit(read.csv("redcap/records.csv")$score))'
    )
    for line in run([haven, "--vanilla", "-e", text], made).splitlines():
        assert [float(one) for one in line.split()] == known
    (tmp_path / "n.sps").write_text(f"GET FILE='{made}/cases.sav'.\nDESCRIPTIVES score.\n", encoding="utf-8")
    shown = run([program("pspp", "pspp"), "n.sps"], tmp_path)
    assert re.search(rf"score\W+{len(known)}\W", shown), shown


def test_texts_of_any_length_read_back_whole_and_move_nothing_beside_them(
    haven: str, program: Program, tmp_path: Path
) -> None:
    lengths = (254, 255, 256, 504, 505, 510, 511, 757, 24_948)
    names = ("case_id", *(f"t{n}" for n in lengths))
    texts = [
        ("a", *("".join(chr(97 + (at * 7 + at // 255) % 26) for at in range(n)) for n in lengths)),
        ("b", *("é" * (n // 2) for n in lengths)),
    ]
    variables = [Variable(name, name, "text", "nominal", "study") for name in names]
    rows: tuple[tuple[Value, ...], ...] = tuple((*row, float(at)) for at, row in enumerate(texts, 1))
    number = Variable("x", "x", "number", "scale", "study")
    made = DataTable("cases", "Cases", "case_id", (*variables, number), rows)
    (tmp_path / "long.sav").write_bytes(spss_file(made, label="x"))
    text = 'library(haven); writeLines(jsonlite::toJSON(read_sav("long.sav")), "read.json")'
    run([haven, "--vanilla", "-e", text], tmp_path)
    read = json.loads((tmp_path / "read.json").read_text("utf-8"))
    assert [tuple(row.values()) for row in read] == list(rows)
    save = "GET FILE='long.sav'.\nSAVE TRANSLATE /OUTFILE='long.csv' /TYPE=CSV /FIELDNAMES /CELLS=VALUES.\n"
    (tmp_path / "long.sps").write_text(save, encoding="utf-8")
    run([program("pspp", "pspp"), "long.sps"], tmp_path)
    with (tmp_path / "long.csv").open(encoding="utf-8", newline="") as lines:
        assert [tuple(row) for row in csv.reader(lines)][1:] == [(*row[:-1], str(row[-1])[0]) for row in rows]
