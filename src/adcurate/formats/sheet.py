"""One sheet as typed cells, from CSV or XLSX: the common ground of tables and worksheets.

A cell keeps what the file says (text, number, date, formula, error), its address and its text. A CSV cell is
text or empty. Meaning is given to cells elsewhere.
"""

from __future__ import annotations

import io
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal
from zipfile import BadZipFile

from adcurate.errors import TableError, WorksheetError
from adcurate.formats.delimited import (
    COLUMN_LIMIT,
    ROW_LIMIT,
    SIZE_LIMIT,
    Delimiter,
    Encoding,
    check_header,
    column_letters,
    parse_delimited,
)
from adcurate.formats.source import read_source
from adcurate.formats.workbook import check_workbook, is_workbook

CellKind = Literal["empty", "text", "number", "masked", "grouped", "date", "boolean", "formula", "error"]

# What openpyxl lets through when a part of the workbook is damaged.
_PARSER_FAULTS: Final = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    SyntaxError,
    BadZipFile,
)
_LITERAL: Final = re.compile(r'"([^"]*)"|\\(.)')
_CONTROL_ESCAPE: Final = re.compile(r"_x(00[01][0-9A-Fa-f])_")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as the file holds it.

    A ``masked`` number is one that its format shows as something else: with leading zeros, letters, a unit.
    A ``grouped`` text has the sign that was not confirmed as decimal sign.
    `text` is what it says: for a number its shortest exact decimal with a point (``0.12`` shown as a
    percentage is ``12%``), for a date ISO, for a formula or error its text. `day` is set for a date only.
    """

    address: str
    kind: CellKind
    text: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and rows of equal length; `delimiter` and `encoding` are None for XLSX."""

    header: tuple[str, ...]
    header_row: int
    rows: tuple[tuple[Cell, ...], ...]
    row_numbers: tuple[int, ...]
    delimiter: Delimiter | None
    encoding: Encoding | None


def read_sheet(
    path: Path,
    *,
    delimiter: Delimiter | Literal["auto"] = "auto",
    encoding: Encoding = "utf-8",
    sheet_name: str | None = None,
) -> tuple[Sheet, bytes]:
    """Read a sheet and the bytes it came from; the kind of file follows from its content, not its name.

    Parameters
    ----------
    sheet_name
        For XLSX; the first sheet when None.

    Raises
    ------
    InputError
        As `read_source`.
    TableError
        As `parse_delimited`, some of them for XLSX too.
    WorksheetError
        As `check_workbook`; also ``worksheet.too-big``; ``worksheet.layout`` for a hidden or absent sheet.
    """
    if path.suffix.casefold() == ".xlsx":
        content = read_source(
            path, limit=SIZE_LIMIT, too_big=WorksheetError, too_big_code="worksheet.too-big"
        )
    else:
        content = read_source(path, limit=SIZE_LIMIT, too_big=TableError, too_big_code="table.too-big")
    return sheet_of(content, delimiter=delimiter, encoding=encoding, sheet_name=sheet_name), content


def sheet_of(
    content: bytes,
    *,
    delimiter: Delimiter | Literal["auto"] = "auto",
    encoding: Encoding = "utf-8",
    sheet_name: str | None = None,
) -> Sheet:
    """A sheet from bytes that came another way than as a named file; as `read_sheet`."""
    if is_workbook(content):
        return _workbook_sheet(content, sheet_name)
    text = parse_delimited(content, delimiter=delimiter, encoding=encoding)
    rows = tuple(
        tuple(
            Cell(f"{column_letters(index)}{number}", "text" if cell else "empty", cell)
            for index, cell in enumerate(row)
        )
        for row, number in zip(text.rows[1:], text.row_numbers[1:], strict=True)
    )
    return Sheet(text.rows[0], text.row_numbers[0], rows, text.row_numbers[1:], text.delimiter, text.encoding)


def _workbook_sheet(content: bytes, sheet_name: str | None) -> Sheet:
    check_workbook(content)
    filled = [
        (number, row)
        for number, row in _workbook_rows(content, sheet_name)
        if any(c.text.strip() for c in row)
    ]
    if not filled:
        raise TableError(
            "table.empty", "The sheet has no rows.", remedy="Name a sheet with a header and rows."
        )
    header_row, header_cells = filled[0]
    header = tuple(cell.text for cell in header_cells)
    while header and not header[-1].strip():
        header = header[:-1]
    check_header(header, header_row)
    rows: list[tuple[Cell, ...]] = []
    for number, row in filled[1:]:
        beyond = next((cell for cell in row[len(header) :] if cell.text.strip()), None)
        if beyond is not None:
            raise TableError(
                "table.ragged",
                f"Cell {beyond.address} lies beyond the last header.",
                remedy="Name its column, or clear it.",
            )
        blanks = (
            Cell(f"{column_letters(index)}{number}", "empty", "") for index in range(len(row), len(header))
        )
        rows.append((*row[: len(header)], *blanks))
    return Sheet(header, header_row, tuple(rows), tuple(number for number, _ in filled[1:]), None, None)


def _workbook_rows(content: bytes, sheet_name: str | None) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    from openpyxl import load_workbook  # heavy; only spreadsheets need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0] if sheet_name is None else book[sheet_name]
            if sheet.sheet_state != "visible":
                raise WorksheetError(
                    "worksheet.layout", "The sheet is hidden.", remedy="Show it, or name another."
                )
            sheet.reset_dimensions()
            for number, row in enumerate(sheet.iter_rows(), 1):
                if number > ROW_LIMIT or len(row) > COLUMN_LIMIT:
                    raise WorksheetError(
                        "worksheet.too-big",
                        f"The sheet has more than {ROW_LIMIT} rows or {COLUMN_LIMIT} columns.",
                        remedy="Delete the cells that are not needed, also far below and to the right.",
                    )
                yield number, tuple(_cell(cell, f"{column_letters(i)}{number}") for i, cell in enumerate(row))
    except _PARSER_FAULTS:
        raise WorksheetError(
            "worksheet.layout",
            "The sheet is not there or cannot be read.",
            remedy="Name a sheet of the workbook, or copy the cells into a new workbook.",
        ) from None


def _cell(cell: Any, address: str) -> Cell:
    value = cell.value
    if value is None:
        return Cell(address, "empty", "")
    if cell.data_type == "f":
        return Cell(address, "formula", str(value))
    if cell.data_type == "e":
        return Cell(address, "error", str(value))
    if isinstance(value, bool):
        return Cell(address, "boolean", "yes" if value else "no")
    if isinstance(value, datetime):
        return Cell(address, "date", value.date().isoformat(), value.date())
    if isinstance(value, date):
        return Cell(address, "date", value.isoformat(), value)
    if isinstance(value, int | float):
        kind: CellKind = "masked" if _is_masked(value, str(cell.number_format)) else "number"
        return Cell(address, kind, _number_text(value, str(cell.number_format)))
    if isinstance(value, str):
        text = _CONTROL_ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
        return Cell(address, "text", text)
    return Cell(address, "date", str(value))


def _is_masked(value: float, number_format: str) -> bool:
    """Whether the format shows zeros in front, letters, a unit other than mm, or a number scaled down."""
    shown = number_format.split(";")[0]
    literals = "".join(quoted or escaped for quoted, escaped in _LITERAL.findall(shown)).strip()
    bare = _LITERAL.sub("", shown)
    zeros = re.match(r"[^0#?.]*(0+)", bare)
    digits = len(str(abs(int(value)))) if math.isfinite(value) else 0
    return (
        (any(sign.isalnum() for sign in literals) and literals.casefold() != "mm")
        or (zeros is not None and len(zeros[1]) > digits)
        or re.search(r"[0#?],+(?![0#?,])", bare) is not None
    )


def _number_text(value: float, number_format: str) -> str:
    plain = re.sub(r'"[^"]*"|\\.', "", number_format)
    exact = Decimal(repr(value))
    if "%" in plain:
        return f"{(exact * 100).normalize():f}%"
    if exact.is_finite() and abs(exact.adjusted()) <= 15:
        return f"{exact.normalize():f}"
    return repr(value)
