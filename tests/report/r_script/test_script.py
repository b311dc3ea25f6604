"""What is written beside a report: the script in ASCII, its cases, and words where it does not repeat."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from adcurate.cli.entry import run
from adcurate.formats.table_plan import parse_table_plan
from adcurate.model.plan import QUESTION_KINDS
from adcurate.report.r_script import r_script_files
from adcurate.report.r_script.questions import WRITERS
from adcurate.report.r_script.request import Block, left_out_keys
from adcurate.report.r_script.script import LIBRARY_ORDER
from adcurate.report.r_script.tables import name_columns
from adcurate.study.tables.analyze_table import analyze_table
from adcurate.study.tables.table_script import script_request

TABLE = 'adc,"col ""x""",grade\n0.7,1,G3\n0.8,,G3\n0.9,3,G3\n1.1,4,G1\n0.85,5,G2\n1.3,6,G1\n1.2,7,G2\n,8,G1\n'
PLAN = """
title = "x\\u2264"
[columns]
outcome = "grade"
positive = ["G3"]
grade = "grade"
[[markers]]
column = "adc"
direction = "low"
[analysis]
bootstrap_resamples = 200
"""


def files_of(folder: Path, plan: str = PLAN) -> dict[str, bytes]:
    table = folder / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    result = analyze_table(table, parse_table_plan(plan.encode()))
    return r_script_files(script_request(result), result.as_json())


def test_the_cases_are_written_so_that_numbers_read_back_equal(tmp_path: Path) -> None:
    asked = f"{PLAN}\n[[plan.questions]]\nkind = \"logistic\"\npredictors = ['adc', 'col \"x\"']\n"
    rows = list(csv.DictReader(io.StringIO(files_of(tmp_path, asked)["cases.csv"].decode())))
    assert [row["marker:adc"] for row in rows] == ["0.7", "0.8", "0.9", "1.1", "0.85", "1.3", "1.2", ""]
    assert rows[0]["positive"] == "TRUE"
    assert [row['column:col "x"'] for row in rows][:3] == ["1", "", "3"]


def test_a_column_that_no_question_names_is_not_written(tmp_path: Path) -> None:
    assert "col " not in files_of(tmp_path)["cases.csv"].decode().splitlines()[0]


def test_lesions_and_readings_are_written_only_where_they_differ(tmp_path: Path) -> None:
    assert set(files_of(tmp_path)) == {"analysis.R", "cases.csv", "numbers.csv"}


def test_the_script_is_ascii_and_holds_only_the_methods_it_needs(tmp_path: Path) -> None:
    script = files_of(tmp_path)["analysis.R"].decode("ascii")
    assert "mann_whitney <- function" in script
    assert "cohen_kappa" not in script
    asked = f'{PLAN}\n[[plan.questions]]\nkind = "trend"\n'
    assert "jonckheere_terpstra <- function" in files_of(tmp_path, asked)["analysis.R"].decode("ascii")


def test_a_kind_that_is_not_repeated_is_named_with_its_page(tmp_path: Path) -> None:
    asked = f'{PLAN}\n[[plan.questions]]\nkind = "literature-accuracy"\n'
    script = files_of(tmp_path, asked)["analysis.R"].decode("ascii")
    assert "# NOT REPEATED: answers/0/answer" in script
    assert "docs/methods/literature-accuracy.md" in script


def test_studies_are_written_beside_the_script_for_the_question_that_read_them(tmp_path: Path) -> None:
    asked = f'{PLAN}\n[[plan.questions]]\nkind = "literature-correlation"\n'
    rows = list(csv.DictReader(io.StringIO(files_of(tmp_path, asked)["studies.csv"].decode())))
    assert {row["answer"] for row in rows} == {"answers/0/answer"}
    assert (rows[0]["study"], rows[0]["r"], rows[0]["certain"]) == ("Mebis et al.", "-0.606", "yes")


def test_a_key_that_is_left_out_may_hold_blanks_and_any_letter(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="utf-8")
    request = script_request(analyze_table(table, parse_table_plan(PLAN.encode())))
    left_out = Block("answers/0/answer", request, name_columns(request.units)).left_out("m\u00edn adc\\", "x")
    assert left_out.isascii()
    assert left_out_keys([left_out]) == {"answers/0/answer/m\u00edn adc\\"}


def test_a_refused_question_keeps_its_reason(tmp_path: Path) -> None:
    asked = f'{PLAN}\n[[plan.questions]]\nkind = "kappa"\n'
    assert "# No answer was given:" in files_of(tmp_path, asked)["analysis.R"].decode("ascii")


def test_every_writer_is_of_a_kind_and_its_methods_have_an_order() -> None:
    assert set(WRITERS) <= set(QUESTION_KINDS)
    assert {name for writer in WRITERS.values() for name in writer.libraries} <= set(LIBRARY_ORDER)


@pytest.mark.parametrize("wrong", [("--script", "r"), ("--script", "stata", "--output", "out")])
def test_a_script_needs_a_folder_and_a_known_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text(TABLE, encoding="utf-8")
    given = ["--marker", "adc", "--outcome", "grade", "--positive", "G3", "--direction", "low"]
    assert run(["analyze", "table.csv", *given, "--resamples", "200", *wrong]) == 2
    assert not Path("out").exists()
