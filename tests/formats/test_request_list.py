"""The list for the PACS office: its numbers stay as they are, nothing computes, its owner alone reads it."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from adcurate.errors import OutputError, WorksheetError
from adcurate.formats.cell_texts import cell_texts
from adcurate.formats.request_list import write_request_list
from adcurate.formats.spreadsheet_text import unguard_text

HEADER = ("No.", "Hospital number", "Date", "Accession", "Series")
NUMBERS = ("00123", '=HYPERLINK("http://evil")', "+1", "@SUM(A1)", "-7", "ÄB;C", 'a"b', "1E5", "12/03")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_numbers_come_back_as_they_were_and_none_is_a_formula(tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"list{suffix}"
    write_request_list(file, HEADER, [(str(n), number, "", "", "MR") for n, number in enumerate(NUMBERS)])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    if suffix == ".csv":
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        assert [unguard_text(row[1]) for row in rows[1:]] == list(NUMBERS)
        assert not any(row[1].startswith(("=", "+", "-", "@")) for row in rows)
    else:
        sheet = load_workbook(file).active
        assert sheet is not None
        cells = [row[1] for row in sheet.iter_rows(min_row=2)]
        assert [cell.value for cell in cells] == list(NUMBERS)
        assert {cell.data_type for cell in cells} == {"s"}


def test_a_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("mine")
    with pytest.raises(OutputError) as caught:
        write_request_list(file, HEADER, [])
    assert caught.value.code == "output.exists"
    assert file.read_text() == "mine"
    with pytest.raises(OutputError) as missing:
        write_request_list(tmp_path / "no" / "list.csv", HEADER, [])
    assert missing.value.code == "output.not-writable"


def test_a_control_character_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(WorksheetError):
        write_request_list(tmp_path / "list.csv", HEADER, [("1", "a\x00b", "", "", "")])
    assert list(tmp_path.iterdir()) == []


@given(
    numbers=st.lists(st.text("0123456789AZäé-/. ", min_size=1).map(str.strip).filter(bool), min_size=1),
    delimiter=st.sampled_from([",", ";", "\t"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
)
def test_every_cell_of_a_csv_is_found_however_it_is_written(
    numbers: list[str], delimiter: str, encoding: str
) -> None:
    lines = [f"number{delimiter}other", *(f"{number}{delimiter}x" for number in numbers)]
    assert set(numbers) <= cell_texts("\r\n".join(lines).encode(encoding))


def test_every_cell_of_a_workbook_is_found_on_every_sheet(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active["A1"] = "other"
    sheet = book.create_sheet("Patients")
    sheet["C7"], sheet["C8"], sheet["C9"] = "00123", 8841, 77.0
    book.save(tmp_path / "book.xlsx")
    assert cell_texts((tmp_path / "book.xlsx").read_bytes()) >= {"00123", "8841", "77"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00", bytes(range(256)), b'"open'])
def test_a_file_that_is_no_table_gives_no_texts_and_no_trouble(content: bytes) -> None:
    assert isinstance(cell_texts(content), frozenset)
