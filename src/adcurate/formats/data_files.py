"""Tables that leave a study, as CSV and XLSX: numbers whole, words for codes, blanks explained beside.

A cell without a value is blank, so that nobody averages a code; why it is blank stands in a table of its own.
Texts can never become formulas.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from adcurate.formats.spreadsheet_text import guard_text
from adcurate.model.data_table import MISSING_REASONS, Absent, DataTable, Value, Variable

PlainRows = Sequence[Sequence[str | float | int]]

CODEBOOK_HEADER: Final = (
    *("table", "name", "label", "type", "measure", "unit", "values", "missing", "rounding", "source"),
)
MISSING_HEADER: Final = ("table", "id", "variable", "code", "reason")

_KINDS: Final = {"text": "text", "number": "number", "coded": "number with labels"}
_FIXED_MOMENT: Final = datetime(2020, 1, 1)  # the same data give the same bytes
_WIDEST: Final = 60


class _Whole(float):
    """A number that is written with all its digits: the writer of workbooks asks for sixteen."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def codebook_rows(tables: Sequence[DataTable]) -> list[list[str | int]]:
    """One row for each variable of each table."""
    return [
        [
            table.name,
            one.name,
            one.label,
            _KINDS[one.kind],
            one.measure,
            one.unit,
            " | ".join(f"{code} = {text}" for code, text in one.codes.items()),
            " | ".join(f"{MISSING_REASONS[code]} ({code})" for code in table.missing_codes(one.name)),
            "none" if one.kind == "number" else "",
            one.source,
        ]
        for table in tables
        for one in table.variables
    ]


def missing_rows(tables: Sequence[DataTable]) -> list[list[str | int]]:
    """One row for each cell without a value: where, and why."""
    return [
        [table.name, name, variable, code, MISSING_REASONS[code]]
        for table in tables
        for name, variable, code in table.missing()
    ]


def data_csv(table: DataTable) -> bytes:
    """The table as CSV in UTF-8: texts quoted, numbers as they are, blank where there is no value."""
    lines = [",".join(one.name for one in table.variables)]
    for row in table.rows:
        shown = (shown_value(one, value) for one, value in zip(table.variables, row, strict=True))
        lines.append(",".join(_csv_cell(value) for value in shown))
    return ("\r\n".join(lines) + "\r\n").encode()


def plain_csv(header: Sequence[str], rows: PlainRows) -> bytes:
    """Rows as CSV in UTF-8: every text quoted, numbers as they are."""
    lines = [",".join(_csv_cell(cell) for cell in row) for row in (header, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode()


def data_xlsx(
    tables: Sequence[DataTable], sheets: Mapping[str, tuple[Sequence[str], PlainRows]], *, title: str
) -> bytes:
    """A workbook: a sheet for each table, then the sheets of text given with their headers."""
    from xlsxwriter import Workbook  # heavy; only spreadsheets need it

    stream = io.BytesIO()
    plain_text = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(stream, {**plain_text, "in_memory": True})
    book.set_properties({"created": _FIXED_MOMENT, "title": title})
    header_format = book.add_format({"bold": True, "bottom": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 1)
        for at, variable in enumerate(table.variables):
            sheet.write_string(0, at, variable.name, header_format)
            sheet.write_comment(0, at, _remark(variable))
            sheet.set_column(at, at, max(10, len(variable.name) + 1))
        for number, row in enumerate(table.rows, 1):
            for at, (variable, value) in enumerate(zip(table.variables, row, strict=True)):
                _write_cell(sheet, number, at, shown_value(variable, value))
    for name, (header, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, text in enumerate(header):
            longest = max((len(str(row[at])) for row in rows), default=0)
            sheet.set_column(at, at, min(_WIDEST, max(len(text), longest) + 2))
            sheet.write_string(0, at, text, header_format)
        for number, cells in enumerate(rows, 1):
            for at, cell in enumerate(cells):
                _write_cell(sheet, number, at, cell, wrapped)
    book.close()
    return stream.getvalue()


def _remark(variable: Variable) -> str:
    """What a column holds, and its unit; an ADC is kept in mm2/s with every digit."""
    unit = f", {variable.unit}" if variable.unit else ""
    usual = " (0.00112 is 1.12 × 10⁻³ mm²/s)" if variable.unit == "mm2/s" else ""
    return f"{variable.label}{unit}{usual}"


def shown_value(variable: Variable, value: Value) -> str | float | int | None:
    """What a person reads: the word of a code, the number, None where there is no value."""
    if isinstance(value, Absent):
        return None
    if variable.kind == "coded" and isinstance(value, int):
        return variable.codes[value]
    return value


def _csv_cell(value: str | float | int | None) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return '"' + guard_text(value).replace('"', '""') + '"'
    return repr(value)


def _write_cell(
    sheet: Any, row: int, column: int, value: str | float | int | None, cell_format: Any = None
) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value, cell_format)
    elif value is not None:
        sheet.write_number(row, column, _Whole(value), cell_format)
