"""A table's row as a row of the list: cells in the list's own writing, refused ones as the file has them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Final

from adcurate.formats.cells import CellReading, DateOrder, Decimals, Refused, is_blank, read_cell
from adcurate.formats.sheet import Cell, CellKind, Sheet
from adcurate.formats.spreadsheet_text import unguard_text
from adcurate.formats.vocabulary import Column
from adcurate.study.screening.draft import Line

_ORDERED: Final = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4})")


@dataclass(frozen=True, slots=True)
class TakenFor:
    """What each column of a table is taken for, None where it is left out, and how its cells are read."""

    columns: tuple[Column | None, ...]
    units: tuple[str | None, ...]
    decimal: Decimals
    date_order: DateOrder


def row_of_cells(sheet: Sheet, cells: Sequence[Cell], taken_for: TakenFor) -> Line:
    """A row's cells in the list's own writing; one refused for what the file holds stays of that kind."""
    texts: dict[str, str] = {}
    kinds: dict[str, CellKind] = {}
    says_unit = any(column is not None and column.name == "mitoses_unit" for column in taken_for.columns)
    for column, unit, cell in zip(taken_for.columns, taken_for.units, cells, strict=True):
        if column is None or not cell.text.strip():
            continue
        held = cell
        if column.kind in ("text", "place") and sheet.delimiter is not None:
            held = replace(cell, text=unguard_text(cell.text))
        reading = CellReading(taken_for.decimal, taken_for.date_order, unit)
        kind = _refused_kind(held, column, reading)
        if kind is not None:
            texts[column.name], kinds[column.name] = held.text, kind
        else:
            texts[column.name] = _text(held, column, reading)
        if column.name == "mitoses" and unit is not None and not says_unit:
            texts["mitoses_unit"] = "per 10 HPF" if unit == "per-10-hpf" else "per 2 mm²"
    return Line("", texts, kinds)


def _refused_kind(cell: Cell, column: Column, reading: CellReading) -> CellKind | None:
    """What to keep of a cell that `adcurate study worksheet` refuses and that would pass as plain text."""
    is_count = column.kind in ("number", "ki67", "mitoses")
    is_grouped = is_count and reading.decimal == "," and "." in cell.text
    if cell.kind == "text" and not is_grouped:
        return None
    if is_blank(cell, column) or not isinstance(read_cell(cell, column, reading), Refused):
        return None
    return "grouped" if cell.kind == "text" else cell.kind


def _text(cell: Cell, column: Column, reading: CellReading) -> str:
    """ISO days, decimal points, sizes in mm."""
    text = cell.text if column.kind == "text" else cell.text.strip()
    if cell.kind == "text" and column.kind in ("number", "ki67", "mitoses") and reading.decimal == ",":
        text = text.replace(",", ".")
    if cell.kind == "text" and column.kind == "date":
        text = _iso(text, reading.date_order)
    return _ten_times(text) if column.name == "lesion_size_mm" and reading.unit == "cm" else text


def _iso(text: str, order: str) -> str:
    written = _ORDERED.fullmatch(text)
    if written is None or order == "iso":
        return text
    first, second, year = int(written[1]), int(written[3]), written[4]
    day, month = (first, second) if order == "dmy" else (second, first)
    return f"{year}-{month:02d}-{day:02d}"


def _ten_times(text: str) -> str:
    try:
        return f"{(Decimal(text) * 10).normalize():f}"
    except InvalidOperation:
        return text
