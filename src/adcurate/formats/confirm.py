"""What a person has to confirm before a worksheet is read: delimiter, decimal comma, order of day and month.

Each is said with how often it was seen, where first, and its shape (9 stands for any digit), never its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from adcurate.errors import WorksheetError
from adcurate.formats.cells import DateOrder, Decimals
from adcurate.formats.delimited import DELIMITERS, Delimiter
from adcurate.formats.sheet import Cell, Sheet
from adcurate.formats.vocabulary import Column

_NUMERIC_KINDS: Final = frozenset({"number", "ki67", "mitoses"})
_COMMA: Final = re.compile(r"[<>=≤≥ ]*[0-9]+,[0-9]+(?:\s*%?\s*[-–]\s*[0-9]+(?:,[0-9]+)?)?\s*%?")
_DAY_AND_MONTH: Final = re.compile(r"[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2,4}")


def check_confirmed(
    sheet: Sheet,
    columns: Sequence[Column | None],
    *,
    delimiter: Delimiter | None,
    decimal: Decimals | None,
    date_order: DateOrder | None,
) -> None:
    """Refuse to go on while something that could be read in two ways is not confirmed.

    Raises
    ------
    WorksheetError
        ``worksheet.confirm``, with everything to confirm in one sentence and the options in the remedy.
    """
    seen: dict[str, str] = {}
    if delimiter is None and sheet.delimiter not in (None, ","):
        named = "tab" if sheet.delimiter == "\t" else f"'{sheet.delimiter}'"
        seen[f"--delimiter {named}"] = f"cells parted by {DELIMITERS[sheet.delimiter]}s"
    asked = ambiguous_cells(sheet, columns)
    if decimal is None and asked["decimal"]:
        seen["--decimal ','"] = asked["decimal"]
    if date_order is None and asked["dates"]:
        seen["--dates dmy (or mdy)"] = asked["dates"]
    if seen:
        raise WorksheetError(
            "worksheet.confirm",
            f"The worksheet holds {'; '.join(seen.values())}, which has to be confirmed before it is read.",
            remedy=f"Confirm with {' and '.join(seen)} if that is what was meant, or correct the worksheet.",
        )


def ambiguous_cells(sheet: Sheet, columns: Sequence[Column | None]) -> dict[str, str]:
    """Of ``decimal`` and ``dates``: which cells can be read in two ways, in words; "" where none can."""
    commas = _matching(sheet, columns, lambda column: column.kind in _NUMERIC_KINDS, _COMMA)
    days = _matching(sheet, columns, lambda column: column.kind == "date", _DAY_AND_MONTH)
    return {
        "decimal": _shapes(commas, "cell") if commas else "",
        "dates": _shapes(days, "date") if days else "",
    }


def shape_of(text: str) -> str:
    """A text's form with every digit as 9 and every letter as a.

    Examples
    --------
    >>> shape_of("03/04/2018"), shape_of("0,95")
    ('99/99/9999', '9,99')
    """
    return re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text.strip()))


def _matching(
    sheet: Sheet, columns: Sequence[Column | None], wanted: Callable[[Column], bool], pattern: re.Pattern[str]
) -> Mapping[str, Cell]:
    return {
        cell.address: cell
        for row in sheet.rows
        for cell, column in zip(row, columns, strict=True)
        if column is not None
        and wanted(column)
        and cell.kind == "text"
        and pattern.fullmatch(cell.text.strip())
    }


def _shapes(cells: Mapping[str, Cell], noun: str) -> str:
    address, first = next(iter(cells.items()))
    plural = "" if len(cells) == 1 else "s"
    return f'{len(cells)} {noun}{plural} like "{shape_of(first.text)}" (first {address})'
