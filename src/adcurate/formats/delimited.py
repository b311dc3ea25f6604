"""Comma-, semicolon- or tab-separated text, read strictly: every oddity is named with its address.

The delimiter is the one named, or the only one that the header line allows; it is recorded either way. Rows
are numbered as a spreadsheet program numbers them. What the cells mean is not known here.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import Final, Literal

from adcurate.errors import TableError

Delimiter = Literal[",", ";", "\t"]
Encoding = Literal["utf-8", "utf-16", "cp1252"]

DELIMITERS: Final[dict[Delimiter, str]] = {",": "comma", ";": "semicolon", "\t": "tab"}
SIZE_LIMIT: Final = 50_000_000
ROW_LIMIT: Final = 200_000
COLUMN_LIMIT: Final = 2_000


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """Rows of equal length, the first being the header; `row_numbers` count from 1 and skip blank rows."""

    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...]
    delimiter: Delimiter
    encoding: Encoding


def column_letters(index: int) -> str:
    """The letters of a column counted from 0, as a spreadsheet names it.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26)
    ('A', 'Z', 'AA')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def parse_delimited(
    content: bytes, *, delimiter: Delimiter | Literal["auto"] = "auto", encoding: Encoding = "utf-8"
) -> DelimitedText:
    """Split a file's bytes into rows.

    Parameters
    ----------
    content
        UTF-8 with or without a byte-order mark, unless another encoding is named.
    delimiter
        ``auto`` takes the only one of comma, semicolon and tab that the header row holds.

    Raises
    ------
    TableError
        ``table.encoding``, ``table.character`` (a NUL), ``table.delimiter`` (the header row holds none or
        several), ``table.quote``, ``table.ragged``, ``table.header`` (blank or twice), ``table.empty``,
        ``table.too-big``.
    """
    text = _decode(content, encoding)
    used = _header_delimiter(text) if delimiter == "auto" else delimiter
    rows, numbers = _split(text, used)
    rows = _without_blank_margin(rows)
    for row, number in zip(rows, numbers, strict=True):
        if len(row) != len(rows[0]):
            raise TableError(
                "table.ragged",
                f"Row {number} has {len(row)} cells and the header has {len(rows[0])}.",
                remedy="Quote cells that hold the delimiter; give every row the header's number of cells.",
                row=number,
            )
    check_header(rows[0], numbers[0])
    return DelimitedText(rows, numbers, used, encoding)


def check_header(header: tuple[str, ...], row_number: int = 1) -> None:
    """Refuse a header with a blank or repeated name (``table.header``)."""
    seen: dict[str, int] = {}
    for index, name in enumerate(header):
        address = f"{column_letters(index)}{row_number}"
        if not name.strip():
            raise TableError("table.header", f"Header cell {address} is blank.", remedy="Name the column.")
        if name.strip() in seen:
            first = f"{column_letters(seen[name.strip()])}{row_number}"
            raise TableError(
                "table.header",
                f"Header cells {first} and {address} have the same name.",
                remedy="Give each column its own name.",
            )
        seen[name.strip()] = index


def _decode(content: bytes, encoding: Encoding) -> str:
    if encoding == "utf-8" and content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise TableError(
            "table.encoding",
            "The file is UTF-16 and was to be read as UTF-8.",
            remedy='Save it as UTF-8, or name the encoding "utf-16".',
        )
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as fault:
        raise TableError(
            "table.encoding",
            f"The file is not {encoding.upper()}: byte {fault.start + 1} does not fit.",
            remedy='Save it as "CSV UTF-8", or name its encoding: --encoding utf-16 or --encoding cp1252.',
            byte=fault.start + 1,
        ) from None
    if "\0" in text:
        raise TableError(
            "table.character",
            f"Line {text.count(chr(10), 0, text.index(chr(0))) + 1} holds a NUL character.",
            remedy="Export the table again; it may be damaged, or UTF-16 without a byte-order mark.",
        )
    return text


def _header_delimiter(text: str) -> Delimiter:
    header = next((line for line in text.splitlines() if line.strip()), "")
    unquoted = "".join(header.split('"')[::2])
    found: list[Delimiter] = [sign for sign in DELIMITERS if sign in unquoted]
    if len(found) == 1:
        return found[0]
    seen = " and ".join(DELIMITERS[sign] for sign in found) or "no comma, semicolon or tab"
    raise TableError(
        "table.delimiter",
        f"The header row holds {seen}, so the delimiter is not plain.",
        remedy="Name the delimiter.",
    )


def _split(text: str, delimiter: Delimiter) -> tuple[tuple[tuple[str, ...], ...], tuple[int, ...]]:
    rows: list[tuple[str, ...]] = []
    numbers: list[int] = []
    number = 0
    try:
        for number, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 1
        ):
            if number > ROW_LIMIT or len(row) > COLUMN_LIMIT:
                raise TableError(
                    "table.too-big",
                    f"The table has more than {ROW_LIMIT} rows or {COLUMN_LIMIT} columns.",
                    remedy="Leave out what is not needed.",
                )
            if any(cell.strip() for cell in row):
                rows.append(tuple(row))
                numbers.append(number)
    except csv.Error:
        raise TableError(
            "table.quote",
            f"Row {number + 1} holds an unclosed or undoubled quotation mark, or a cell that is too long.",
            remedy="Close the quotation marks; double those inside a quoted cell.",
            row=number + 1,
        ) from None
    if not rows:
        raise TableError(
            "table.empty", "The table has no rows.", remedy="Name a table with a header and rows."
        )
    return tuple(rows), tuple(numbers)


def _without_blank_margin(rows: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    """Drop the trailing columns that are blank in the header and in every row, as spreadsheets leave them."""
    width = max((index + 1 for index, name in enumerate(rows[0]) if name.strip()), default=0)
    return tuple(row if any(cell.strip() for cell in row[width:]) else row[:width] for row in rows)
