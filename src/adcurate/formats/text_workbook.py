"""A workbook of one sheet whose cells are all text: leading zeros stay, and nothing computes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from adcurate.formats.spreadsheet_text import check_writable

_TEXT_FORMAT: Final = 49  # the built-in format "@"
_WIDTH: Final = 16


def text_workbook(
    title: str,
    sheet_name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[int] = (),
) -> bytes:
    """The rows under their header; `widths` are in letters, by column.

    Raises
    ------
    WorksheetError
        ``worksheet.character``: a cell holds a control character.
    """
    from xlsxwriter import Workbook  # heavy; only spreadsheets need it

    for row in rows:
        for cell in row:
            check_writable(cell)
    target = io.BytesIO()
    plain_text = {
        "in_memory": True,  # the rows never lie in a temporary file
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(target, plain_text)
    book.set_properties({"created": datetime(2020, 1, 1), "title": title})
    sheet = book.add_worksheet(sheet_name)
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": _TEXT_FORMAT, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(header):
        sheet.set_column(column, column, widths[column] if widths else _WIDTH, text)
        sheet.write_string(0, column, name, head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, text)
    book.close()
    return target.getvalue()
