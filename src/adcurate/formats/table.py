"""A plain table, from CSV or XLSX, for an analysis of numbers that were measured elsewhere."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import TableError
from adcurate.formats.delimited import Delimiter, Encoding
from adcurate.formats.sheet import Cell, read_sheet

MISSING_WORDS: Final = frozenset({"", "na", "n/a", "nan", "."})
MOST_ADDRESSES: Final = 10

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:[.][0-9]*)?|[.][0-9]+)(?:[eE][+-]?[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of numbers: `values` (n_rows,), NaN where the cell is missing, and how many are."""

    column: str
    values: Floats
    n_missing: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text by column. `delimiter` and `encoding` say how the file was read (None for XLSX).

    A number of an XLSX cell stands in `rows` with `decimal` as its decimal sign. `row_numbers` are the rows
    in the file.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...]
    row_numbers: tuple[int, ...]
    delimiter: Delimiter | None
    encoding: Encoding | None
    decimal: Literal[".", ","]
    _addresses: tuple[Mapping[str, str], ...]

    def text(self, column: str) -> tuple[str, ...]:
        """The cells of a column, without outer blanks.

        Raises
        ------
        TableError
            ``table.missing-column``
        """
        if column not in self.columns:
            raise TableError(
                "table.missing-column",
                f'The table has no column "{column}".',
                remedy=f"Name one of its columns: {', '.join(self.columns[:30])}.",
            )
        return tuple(row[column].strip() for row in self.rows)

    def numbers(self, column: str, *, missing: Set[str] = frozenset()) -> Numbers:
        """The numbers of a column, in the unit of the file; blank, NA, N/A, NaN and a lone point are missing.

        `missing` are further words, in lower case, that stand for no number.

        Raises
        ------
        TableError
            ``table.missing-column``; ``table.value``: cells that are no finite numbers, with their addresses.
        """
        values = np.full(len(self.rows), np.nan)
        faulty: list[str] = []
        n_missing = 0
        for index, text in enumerate(self.text(column)):
            if text.casefold() in MISSING_WORDS or text.casefold() in missing:
                n_missing += 1
                continue
            number = _parse_number(text, self.decimal)
            if number is None:
                faulty.append(self._addresses[index][column])
            else:
                values[index] = number
        if faulty:
            listed = ", ".join(faulty[:MOST_ADDRESSES]) + (
                " and more" if len(faulty) > MOST_ADDRESSES else ""
            )
            raise TableError(
                "table.value",
                f'Column "{column}" holds cells that are no finite number ({len(faulty)}): {listed}.',
                remedy=f'Correct them, leave them blank, or name the decimal sign (now "{self.decimal}").',
                n_cells=len(faulty),
            )
        return Numbers(column, values, n_missing)


def read_table(
    path: Path,
    *,
    delimiter: Delimiter | Literal["auto"] = "auto",
    decimal: Literal[".", ","] = ".",
    encoding: Encoding = "utf-8",
    sheet_name: str | None = None,
) -> Table:
    """Read a table with a header row.

    Parameters
    ----------
    delimiter
        For CSV; ``auto`` takes the only one that the header row holds, and `Table.delimiter` says which.
    decimal
        The decimal sign of the numbers in text cells.
    encoding
        For CSV; UTF-8 with or without byte-order mark unless another is named.
    sheet_name
        For XLSX; the first sheet when None.

    Returns
    -------
    Table
        Every row, all cells as text.

    Raises
    ------
    InputError, TableError, WorksheetError
        As `adcurate.formats.sheet.read_sheet`; ``table.value`` for a cell that is a formula or an error;
        ``table.empty`` for a header without rows.
    """
    sheet, _ = read_sheet(path, delimiter=delimiter, encoding=encoding, sheet_name=sheet_name)
    faulty = [cell.address for row in sheet.rows for cell in row if cell.kind in ("formula", "error")]
    if faulty:
        raise TableError(
            "table.value",
            f"{len(faulty)} cells hold a formula or an error, the first of them {faulty[0]}.",
            remedy="Paste the values in place of the formulas.",
            n_cells=len(faulty),
        )
    if not sheet.rows:
        raise TableError("table.empty", "The table has a header and no rows.", remedy="Add rows.")
    columns = tuple(name.strip() for name in sheet.header)
    rows = tuple(
        dict(zip(columns, (_text(cell, decimal) for cell in row), strict=True)) for row in sheet.rows
    )
    addresses = tuple(dict(zip(columns, (cell.address for cell in row), strict=True)) for row in sheet.rows)
    return Table(columns, rows, sheet.row_numbers, sheet.delimiter, sheet.encoding, decimal, addresses)


def _text(cell: Cell, decimal: Literal[".", ","]) -> str:
    return cell.text.replace(".", decimal) if cell.kind in ("number", "masked") else cell.text


def _parse_number(text: str, decimal: Literal[".", ","]) -> float | None:
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    value = float(text) if _NUMBER.fullmatch(text) else math.nan
    return value if math.isfinite(value) else None
