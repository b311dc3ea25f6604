"""Numbers leave whole, texts never as formulas, and REDCap's rules hold."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import WorksheetError
from adcurate.formats.data_files import codebook_rows, data_csv, data_xlsx, missing_rows
from adcurate.formats.redcap import DICTIONARY_HEADER, redcap_dictionary, redcap_records
from adcurate.formats.spreadsheet_text import starts_like_formula, unguard_text
from adcurate.formats.spss_file import spss_file
from adcurate.model.data_table import NOT_READ, Absent, DataTable, Variable

PAYLOADS = (
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    '=HYPERLINK("http://x";"y")',
    "|calc",
    "a",
)


def table(texts=("a", "b"), numbers=(0.1, 0.2)) -> DataTable:
    variables = (
        Variable("case_id", "Case", "text", "nominal", "study"),
        Variable("note", "Note; with |, signs", "text", "nominal", "worksheet"),
        Variable("adc", "ADC", "number", "scale", "measured", "mm2/s"),
        Variable("stage", "Stage", "coded", "ordinal", "computed", codes={1: "a | b, c", 2: "d"}),
    )
    rows = tuple((f"c{at}", text, numbers[at % len(numbers)], 1 + at % 2) for at, text in enumerate(texts))
    return DataTable("cases", "Cases", "case_id", variables, (*rows, ("none", "z", Absent(NOT_READ), 2)))


def read_back(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_a_number_reads_back_as_the_very_same_number(numbers: list[float]) -> None:
    made = table(texts=["x"] * len(numbers), numbers=numbers)
    assert [float(row["adc"]) for row in read_back(data_csv(made))[:-1]] == numbers
    sheet = openpyxl.load_workbook(io.BytesIO(data_xlsx([made], {}, title="t")))["cases"]
    found = [sheet.cell(row, 3).value for row in range(2, 2 + len(numbers))]
    assert found == numbers


def test_no_text_becomes_a_formula_and_each_comes_back() -> None:
    made = table(texts=PAYLOADS)
    cells = [row["note"] for row in read_back(data_csv(made))]
    assert not any(starts_like_formula(cell) for cell in cells)
    assert [unguard_text(cell) for cell in cells[:-1]] == list(PAYLOADS)
    sheet = openpyxl.load_workbook(io.BytesIO(data_xlsx([made], {}, title="t")))["cases"]
    assert {cell.data_type for row in sheet.iter_rows(min_col=1, max_col=2) for cell in row} == {"s"}
    assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_a_cell_without_a_value_is_blank_and_listed_with_its_reason() -> None:
    assert read_back(data_csv(table()))[-1]["adc"] == ""
    assert missing_rows([table()]) == [["cases", "none", "adc", NOT_READ, "not read by this reader"]]
    (line,) = (row for row in codebook_rows([table()]) if row[1] == "adc")
    assert line[5:9] == ["mm2/s", "", f"not read by this reader ({NOT_READ})", "none"]


def test_the_dictionary_follows_redcaps_rules() -> None:
    fields = read_back(redcap_dictionary(table()))
    assert tuple(fields[0]) == DICTIONARY_HEADER
    assert len(DICTIONARY_HEADER) == 18
    names = [one["Variable / Field Name"] for one in fields]
    assert names[0] == "case_id"
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,25}", name) and "__" not in name for name in names)
    assert {one["Form Name"] for one in fields} == {"cases"}
    assert {one["Identifier?"] for one in fields} == {""}
    for one in fields:
        choices = one["Choices, Calculations, OR Slider Labels"]
        assert bool(choices) == (one["Field Type"] in ("radio", "dropdown"))
        for choice in choices.split(" | ") if choices else ():
            assert re.fullmatch(r"-?\d+, [^|]+", choice)
    validations = {
        one["Variable / Field Name"]: one["Text Validation Type OR Show Slider Number"] for one in fields
    }
    assert validations == {"case_id": "", "note": "", "adc": "number", "stage": ""}


def test_the_records_hold_codes_and_blanks_under_the_dictionarys_names() -> None:
    records = read_back(redcap_records(table()))
    assert list(records[0]) == [one["Variable / Field Name"] for one in read_back(redcap_dictionary(table()))]
    assert [one["stage"] for one in records] == ["1", "2", "2"]
    assert [one["adc"] for one in records] == ["0.1", "0.2", ""]


def test_the_same_table_gives_the_same_bytes() -> None:
    for write in (
        data_csv,
        lambda one: spss_file(one, label="x"),
        lambda one: data_xlsx([one], {}, title="t"),
    ):
        assert write(table()) == write(table())


def test_a_text_that_spss_cannot_hold_is_refused() -> None:
    with pytest.raises(WorksheetError) as caught:
        spss_file(table(texts=("é" * 12_475,)), label="x")
    assert caught.value.code == "worksheet.character"
