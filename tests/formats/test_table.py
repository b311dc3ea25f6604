"""Plain tables of numbers."""

import numpy as np
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import InputError, TableError, WorksheetError
from adcurate.formats import read_table


def table_of(tmp_path, text, **options):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode())
    return read_table(path, **options)


def test_columns_rows_and_delimiter_are_read_and_said(tmp_path):
    table = table_of(tmp_path, "adc; grade\n0.95; G1\n1.20;G3\n")
    assert (table.columns, table.delimiter, table.encoding) == (("adc", "grade"), ";", "utf-8")
    assert table.text("grade") == ("G1", "G3")
    np.testing.assert_array_equal(table.numbers("adc").values, [0.95, 1.20])


def test_missing_values_are_nan_and_counted(tmp_path):
    numbers = table_of(tmp_path, "x,y\n1,a\n,a\nNA,a\nn/a,a\nNaN,a\n.,a\n-2.5e-3,a\n").numbers("x")
    assert numbers.n_missing == 5
    assert np.isnan(numbers.values[1:6]).all()
    assert numbers.values[6] == -2.5e-3


@pytest.mark.parametrize(
    "cell", ["0;95", "high", "1 000", "1e999", "Infinity", "0x10", "1_0", "-", "12%", "٣"]
)
def test_a_cell_that_is_no_number_is_refused_with_its_address(tmp_path, cell):
    table = table_of(tmp_path, f"y,x\na,1\nb,{cell}\n")
    with pytest.raises(TableError) as caught:
        table.numbers("x")
    assert caught.value.code == "table.value"
    assert "B3" in caught.value.sentence
    assert "high" not in caught.value.sentence


def test_a_decimal_comma_is_read_only_when_named(tmp_path):
    text = "x;y\n0,95;a\n1;b\n"
    assert table_of(tmp_path, text, decimal=",").numbers("x").values.tolist() == [0.95, 1.0]
    with pytest.raises(TableError):
        table_of(tmp_path, text).numbers("x")
    with pytest.raises(TableError):
        table_of(tmp_path, "x;y\n1.5;a\n", decimal=",").numbers("x")


def test_an_absent_column_is_named_with_those_there_are(tmp_path):
    with pytest.raises(TableError) as caught:
        table_of(tmp_path, "x,y\n1,2\n").numbers("z")
    assert caught.value.code == "table.missing-column"
    assert "x, y" in caught.value.remedy


def test_a_header_without_rows_and_an_absent_file_are_refused(tmp_path):
    with pytest.raises(TableError) as caught:
        table_of(tmp_path, "x,y\n")
    assert caught.value.code == "table.empty"
    for name, code in (("none.csv", "input.missing"), (".", "input.is-a-directory")):
        with pytest.raises(InputError) as missing:
            read_table(tmp_path / name)
        assert missing.value.code == code
    (tmp_path / "empty.csv").touch()
    with pytest.raises(InputError) as empty:
        read_table(tmp_path / "empty.csv")
    assert empty.value.code == "input.empty"


def workbook(path, cells, *, hidden=()):
    book = xlsxwriter.Workbook(str(path))
    for name in ("first", "second"):
        sheet = book.add_worksheet(name)
        for (row, column), value in cells.items():
            sheet.write(row, column, value)
    for name in hidden:
        book.get_worksheet_by_name("second").activate()
        book.get_worksheet_by_name(name).hide()
    book.close()
    return path


@pytest.mark.parametrize("decimal", [".", ","])
def test_a_workbook_reads_like_its_csv_under_either_decimal_sign(tmp_path, decimal):
    cells = {(0, 0): "x", (0, 1): "y", (2, 0): -0.5, (2, 1): "a", (3, 0): 12, (3, 1): "b"}
    table = read_table(workbook(tmp_path / "t.xlsx", cells), decimal=decimal)
    assert table.numbers("x").values.tolist() == [-0.5, 12.0]
    assert (table.row_numbers, table.delimiter, table.text("y")) == ((3, 4), None, ("a", "b"))


def test_a_formula_in_a_workbook_is_refused_with_its_address(tmp_path):
    with pytest.raises(TableError) as caught:
        read_table(workbook(tmp_path / "t.xlsx", {(0, 0): "x", (1, 0): "=1+1"}))
    assert caught.value.code == "table.value"
    assert "A2" in caught.value.sentence


def test_a_cell_beyond_the_header_is_refused(tmp_path):
    with pytest.raises(TableError) as caught:
        read_table(workbook(tmp_path / "t.xlsx", {(0, 0): "x", (1, 0): 1, (1, 4): 2}))
    assert caught.value.code == "table.ragged"
    assert "E2" in caught.value.sentence


def test_a_hidden_or_absent_sheet_is_refused(tmp_path):
    path = workbook(tmp_path / "t.xlsx", {(0, 0): "x", (1, 0): 1}, hidden=["first"])
    for sheet_name in (None, "third"):
        with pytest.raises(WorksheetError) as caught:
            read_table(path, sheet_name=sheet_name)
        assert caught.value.code == "worksheet.layout"
    assert read_table(path, sheet_name="second").numbers("x").values.tolist() == [1.0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=20))
def test_numbers_come_back_bit_for_bit_from_csv_and_xlsx(tmp_path_factory, values):
    folder = tmp_path_factory.mktemp("numbers")
    (folder / "t.csv").write_text("x,y\n" + "".join(f"{value!r},a\n" for value in values))
    cells = {(0, 0): "x"} | {(row, 0): value for row, value in enumerate(values, 1)}
    assert read_table(folder / "t.csv").numbers("x").values.tolist() == values
    from_workbook = read_table(workbook(folder / "t.xlsx", cells)).numbers("x").values
    np.testing.assert_allclose(from_workbook, values, rtol=1e-15)
