"""Write the list that a PACS office asks for, CSV or XLSX: its owner alone may read it, no cell computes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from adcurate.formats.new_file import OWNER_ONLY, write_new_file
from adcurate.formats.spreadsheet_text import check_writable, guard_text

_TEXT_FORMAT: Final = 49  # the built-in format "@": leading zeros stay
_WIDTHS: Final = (6, 22, 14, 22, 60)


def write_request_list(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Write the rows under their header; XLSX by suffix, else CSV.

    Raises
    ------
    OutputError
        ``output.exists``, ``output.not-writable``
    WorksheetError
        ``worksheet.character``: a cell holds a control character.
    """
    for row in rows:
        for cell in row:
            check_writable(cell)
    content = _xlsx(header, rows) if path.suffix.casefold() == ".xlsx" else _csv(header, rows)
    write_new_file(path, content, mode=OWNER_ONLY)


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guard_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    from xlsxwriter import Workbook  # heavy; only spreadsheets need it

    target = io.BytesIO()
    plain_text = {
        "in_memory": True,  # the rows never lie in a temporary file
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = Workbook(target, plain_text)
    book.set_properties({"created": datetime(2020, 1, 1), "title": "Exams to export"})
    sheet = book.add_worksheet("Exams")
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": _TEXT_FORMAT, "text_wrap": True, "valign": "top"})
    sheet.freeze_panes(1, 0)
    for column, (name, width) in enumerate(zip(header, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width, text)
        sheet.write_string(0, column, name, head)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell, text)
    book.close()
    return target.getvalue()
