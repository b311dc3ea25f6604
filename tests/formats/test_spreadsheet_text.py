"""Text that a spreadsheet program would take for a formula stays text."""

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import WorksheetError
from adcurate.formats import read_worksheet, write_worksheet
from adcurate.formats.spreadsheet_text import guard_text, starts_like_formula, unguard_text
from adcurate.model.worksheet import WorksheetRow

PAYLOADS = [
    *(
        f"{sign}{rest}"
        for sign in "=+-@\t\r＝＋－＠"
        for rest in ("1+1", "cmd|' /C calc'!A0", 'HYPERLINK("http://x";"y")')
    ),
    "=",
    "'=1",
    "''=1",
    '";=1+1',
    "a;=1+1",
    "a,=1+1",
    " =1+1",
    "\n=1+1",
    '=WEBSERVICE("http://x")',
    "=DDE(1;2;3)",
    "|calc",
    "http://x.example",
    "-0.5",
    "+32 3 821 0000",
]


def row(comments):
    return WorksheetRow(subject="NET001", status="excluded", exclusion_reason="no MRI", comments=comments)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_forty_payloads_come_back_as_the_text_they_were(tmp_path, suffix):
    assert len(PAYLOADS) >= 40
    rows = tuple(
        WorksheetRow(subject=f"N{number}", status="excluded", exclusion_reason=text, comments=text)
        for number, text in enumerate(PAYLOADS)
    )
    path = tmp_path / f"worksheet.{suffix}"
    write_worksheet(path, rows)
    worksheet = read_worksheet(path)
    assert worksheet.faults == ()
    assert worksheet.rows == rows


def test_no_cell_of_a_written_workbook_is_a_formula_or_a_link(tmp_path):
    path = tmp_path / "worksheet.xlsx"
    write_worksheet(path, [row(text) for text in PAYLOADS])
    sheet = openpyxl.load_workbook(path).worksheets[0]
    cells = [cell for line in sheet.iter_rows(min_row=2) for cell in line]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_every_dangerous_cell_of_a_written_csv_is_guarded_and_quoted(tmp_path):
    path = tmp_path / "worksheet.csv"
    write_worksheet(path, [row(text) for text in PAYLOADS])
    assert all(not starts_like_formula(guard_text(text)) for text in PAYLOADS)
    for sign in "=+-@\t＝＋－＠":
        assert f'"{sign}'.encode() not in path.read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize("text", ["a\0b", "\0=1", "bell\a", "_x000D_", "x" * 10_001, "\ud800", "\uffff"])
def test_text_that_would_not_come_back_is_refused_before_anything_is_written(tmp_path, suffix, text):
    path = tmp_path / f"worksheet.{suffix}"
    with pytest.raises(WorksheetError) as caught:
        write_worksheet(path, [row(text)])
    assert caught.value.code == "worksheet.character"
    assert not path.exists()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="'=+-@\t\r\n ＝a1"))
def test_guarding_is_undone_exactly(text):
    assert unguard_text(guard_text(text)) == text
    assert not starts_like_formula(guard_text(text))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=30).filter(str.strip), st.sampled_from(["csv", "xlsx"]))
def test_any_comment_comes_back_equal_or_is_refused(tmp_path_factory, text, suffix):
    path = tmp_path_factory.mktemp("comments") / f"worksheet.{suffix}"
    try:
        write_worksheet(path, [row(text)])
    except WorksheetError:
        return
    assert read_worksheet(path).rows == (row(text),)
