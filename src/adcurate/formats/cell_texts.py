"""Every text that stands in a cell of a spreadsheet file, whatever its layout, language or delimiter.

For looking something up that is known by its code alone; a worksheet's meaning is read elsewhere.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import Final

from adcurate.errors import AdcurateError
from adcurate.formats.delimited import DELIMITERS, Encoding, parse_delimited
from adcurate.formats.workbook import check_workbook, is_workbook

_ENCODINGS: Final[tuple[Encoding, ...]] = ("utf-8", "cp1252", "utf-16")


def cell_texts(content: bytes) -> frozenset[str]:
    """The texts of all cells, stripped. A CSV is split in every way that fits it; a fault gives no texts."""
    texts: set[str] = set()
    if is_workbook(content):
        try:
            texts.update(_workbook_texts(content))
        except (AdcurateError, LookupError, ValueError, TypeError, AttributeError, OSError):
            return frozenset()
        return frozenset(texts)
    for encoding in _ENCODINGS:
        for delimiter in DELIMITERS:
            try:
                rows = parse_delimited(content, delimiter=delimiter, encoding=encoding).rows
            except AdcurateError:
                continue
            texts.update(cell.strip() for row in rows for cell in row)
    return frozenset(texts - {""})


def _workbook_texts(content: bytes) -> Iterator[str]:
    from openpyxl import load_workbook  # heavy; only spreadsheets need it

    check_workbook(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in book.worksheets:
            for row in sheet.iter_rows(values_only=True):
                for value in row:
                    if isinstance(value, str) and value.strip():
                        yield value.strip()
                    elif isinstance(value, int) and not isinstance(value, bool):
                        yield str(value)
                    elif isinstance(value, float) and value.is_integer():
                        yield f"{value:.0f}"
