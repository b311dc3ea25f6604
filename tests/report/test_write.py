"""The report's folder: files, bytes, tables."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import OutputError
from adcurate.findings import Finding
from adcurate.report.tables import make_tables, neutralize
from adcurate.report.write import write_report


@pytest.fixture(scope="module")
def written(results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    return folder, write_report(results, folder)


def test_the_folder_holds_the_page_the_figures_and_the_tables(written):
    folder, files = written
    assert files.html == folder / "report.html"
    assert len(files.figures) == 24 and len(files.tables) == 11 + 5
    on_disk = {path for path in folder.rglob("*") if path.is_file()}
    assert on_disk == {files.html, files.plan, *files.figures, *files.tables}


def test_writing_twice_gives_the_same_bytes(results, written, tmp_path):
    folder, _ = written
    again = write_report(results, tmp_path)
    for path in (again.html, again.plan, *again.figures, *again.tables):
        assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_folder_that_is_a_file_is_refused_in_words(results, tmp_path):
    (tmp_path / "taken").write_text("x")
    with pytest.raises(OutputError) as refused:
        write_report(results, tmp_path / "taken")
    assert refused.value.code == "output.not-writable"
    assert (tmp_path / "taken").read_text() == "x"


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_codebook_explains_every_column_of_cases_and_measurements_and_no_other(results):
    tables = make_tables(results)
    explained = rows_of(tables["codebook.csv"])
    for name in ("cohort.csv", "measurements.csv"):
        columns = list(csv.DictReader(io.StringIO(tables[name].decode("utf-8-sig"))).fieldnames or [])
        assert [row["column"] for row in explained if row["file"] == name] == columns
    assert {row["file"] for row in explained} == {"cohort.csv", "measurements.csv"}
    # A column without a meaning has a name that says it, and either a unit or its values.
    assert all(row["meaning"] or row["unit"] or row["values"] for row in explained)


def test_the_tables_hold_the_numbers_as_they_are(results):
    tables = make_tables(results)
    cohort = {row["subject"]: row for row in rows_of(tables["cohort.csv"])}
    assert len(cohort) == 47
    assert float(cohort["NET019"]["avgADC_mm2_per_s"]) == 0.957e-3
    measurements = rows_of(tables["measurements.csv"])
    assert [row["measurement_id"] for row in measurements] == [m.measurement_id for m in results.measurements]
    p_values = [
        r for r in rows_of(tables["tests.csv"]) if r["test"] == "Mann-Whitney" and r["of_record"] == "yes"
    ]
    analysis = results.of_record[0]
    assert float(p_values[0]["p_value"]) == analysis.mann_whitney[analysis.mann_whitney_of_record].p_value


def test_the_flow_of_the_table_adds_up(results):
    rows = rows_of(make_tables(results)["flow.csv"])
    stages = [int(row["n"]) for row in rows if row["n"]]
    left = sum(int(row["n_left_out"]) for row in rows if row["n_left_out"])
    assert stages[0] - left == stages[-1] == len(results.members)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd|x", "'+cmd|x"),
        ("-x", "'-x"),
        ("-", "'-"),
        ("\t=1", "'\t=1"),
        ("-0.5", "-0.5"),
        ("+3e-4", "+3e-4"),
        ("-1-2", "'-1-2"),
        ("<1", "<1"),
        ("", ""),
    ],
)
def test_formulas_are_neutralised_and_numbers_left_alone(text, safe):
    assert neutralize(text) == safe


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_no_text_that_is_not_a_number_starts_like_a_formula(text):
    shown = neutralize(text)
    if shown.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        float(shown)


def test_a_formula_in_a_finding_does_not_reach_the_table(results):
    from dataclasses import replace

    hostile = replace(results, findings=(Finding("a.b", '=HYPERLINK("x")'),))
    row = rows_of(make_tables(hostile)["findings.csv"])[0]
    assert row["sentence"] == '\'=HYPERLINK("x")'
