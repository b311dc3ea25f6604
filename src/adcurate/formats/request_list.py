"""Write the list that a PACS office asks for, CSV or XLSX: its owner alone may read it, no cell computes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from adcurate.formats.new_file import OWNER_ONLY, write_new_file
from adcurate.formats.spreadsheet_text import check_writable, guard_text
from adcurate.formats.text_workbook import text_workbook

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
    content = request_list_xlsx(header, rows) if path.suffix.casefold() == ".xlsx" else _csv(header, rows)
    write_new_file(path, content, mode=OWNER_ONLY)


def request_list_xlsx(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The same as the bytes of a workbook, for a browser to save.

    Raises
    ------
    WorksheetError
        ``worksheet.character``
    """
    return text_workbook("Exams to export", "Exams", header, rows, _WIDTHS)


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    for row in rows:
        for cell in row:
            check_writable(cell)
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([guard_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
