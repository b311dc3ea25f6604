"""One worksheet cell to one typed value, or a refusal that says what likely happened to it.

Nothing is guessed: a decimal comma or a day-month order is read only where the options name it. A refusal
never repeats what the cell says.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from adcurate.errors import GradingError
from adcurate.formats.columns import match_word
from adcurate.formats.sheet import Cell
from adcurate.formats.spreadsheet_text import LONGEST_TEXT, has_unwritable_character, starts_like_formula
from adcurate.formats.vocabulary import PLACES, Column
from adcurate.grading import edition_named, isup_group, parse_gleason, parse_ki67, parse_mitoses

Decimals = Literal[".", ","]
DateOrder = Literal["iso", "dmy", "mdy"]

LONGEST_IDENTIFIER: Final = 64
EARLIEST_YEAR, LATEST_YEAR = 1950, 2100

_BLANK_WORDS: Final = frozenset({"", "na", "n/a"})
_LIMITS: Final = {"age": (Decimal(0), Decimal(120)), "lesion_size_mm": (Decimal("0.1"), Decimal(1000))}
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.][0-9]+)?")
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+Z?)?")
_ORDERED_DATE: Final = re.compile(r"([0-9]{1,2})([/.\-])([0-9]{1,2})\2([0-9]{4})")
_ERROR_TEXT: Final = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|[#]+)")
_SCIENTIFIC: Final = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_MONTH: Final = (
    r"(?:jan|feb|f[eé]v|mar|mrt|maa|m[aä]r|apr|avr|may|mai|mei|jun|jui|jul|aug|ao[uû]|sep|o[ck]t|nov|d[eé][cz])"
    r"[^\W\d_]{0,6}\.?"
)
_DATE_LIKE: Final = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[T ].*)?"
    r"|[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2,4}"
    r"|[0-9]{1,2}/[0-9]{1,2}"
    rf"|[0-9]{{1,2}}[-./ ]{{1,2}}{_MONTH}(?:[-./ ]{{1,2}}[0-9]{{2,4}})?"
    rf"|{_MONTH}[-./ ]{{1,2}}(?:[0-9]{{1,2}}|[0-9]{{4}})",
    re.IGNORECASE,
)
_ASCII_IDENTIFIER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/\-]*")
_ASCII_ONLY: Final = frozenset({"subject", "visit"})
_SERIAL_DAYS: Final = range(20_000, 80_000)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a cell was not understood: a fault's code, sentence and remedy."""

    code: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True)
class CellReading:
    """How the cells of one column are read: the decimal sign, the date order, the header's unit."""

    decimal: Decimals = "."
    date_order: DateOrder = "iso"
    unit: str | None = None


def is_blank(cell: Cell, column: Column) -> bool:
    """Whether a cell says nothing: empty, blanks or, outside identifiers and free text, NA."""
    if cell.kind in ("formula", "error"):
        return False
    text = cell.text.strip()
    return not text or (column.kind not in ("identifier", "text") and text.casefold() in _BLANK_WORDS)


def read_cell(cell: Cell, column: Column, reading: CellReading) -> Any:
    """The value of a cell that is not blank: text, `datetime.date`, float, or `Refused`.

    Numbers are in the column's own unit (a size in cm comes back in mm); Ki-67 and mitoses stay text, with
    a point as decimal sign.
    """
    if cell.kind == "formula":
        return Refused("worksheet.formula", "The cell is a formula.", "Paste its value in its place.")
    if cell.kind == "error" or _ERROR_TEXT.fullmatch(cell.text.strip()):
        return Refused("worksheet.error-cell", "The cell is a spreadsheet error.", "Type the value.")
    if has_unwritable_character(cell.text) or len(cell.text) > LONGEST_TEXT:
        return Refused(
            "worksheet.character",
            "The cell holds a control character or too much text.",
            "Type the cell again.",
        )
    if cell.kind == "masked":
        return Refused(
            "worksheet.number-format",
            "The cell shows something else than the number it holds: zeros in front, letters or a unit.",
            "Format the column as text, then type what is meant.",
        )
    match column.kind:
        case "identifier":
            return _identifier(cell, column.name)
        case "text":
            return cell.text
        case "word":
            return _word(cell, column)
        case "place":
            return _place(cell)
        case "date":
            return _date(cell, reading.date_order)
        case "number":
            return _number(cell, column.name, reading)
        case "ki67" | "mitoses":
            return _count(cell, column.kind, reading.decimal)
        case "gleason":
            return _gleason(cell)
        case "isup":
            return _isup(cell, column)
        case "edition":
            return _edition(cell)


def looks_like_date(cell: Cell) -> bool:
    """Whether a spreadsheet program seems to have turned the cell into a date."""
    return cell.kind == "date" or (
        cell.kind == "text" and _DATE_LIKE.fullmatch(cell.text.strip()) is not None
    )


def _identifier(cell: Cell, column: str) -> str | Refused:
    text = cell.text
    remedy = "Format the column as text, then type the identifier again."
    if looks_like_date(cell):
        return Refused(
            "worksheet.id-date", "The spreadsheet seems to have made a date of an identifier.", remedy
        )
    if _SCIENTIFIC.fullmatch(text) or (cell.kind == "number" and ("." in text or len(text) > 11)):
        return Refused("worksheet.id-scientific", "The identifier was turned into a rounded number.", remedy)
    if cell.kind == "boolean":
        return Refused("worksheet.id-characters", "The cell holds a yes or no, not an identifier.", remedy)
    if starts_like_formula(text):
        return Refused(
            "worksheet.id-formula-sign",
            "The identifier starts with a sign that starts a formula.",
            "Use letters, digits, point, hyphen, underscore or slash, and start with a letter or digit.",
        )
    if text != text.strip() or any(unicodedata.category(sign) in ("Cf", "Zl", "Zp") for sign in text):
        return Refused(
            "worksheet.id-blank", "The identifier has a blank or an invisible character in it.", "Remove it."
        )
    latin = all(sign.isascii() or unicodedata.name(sign, "").startswith("LATIN ") for sign in text)
    bare = "".join("a" if not sign.isascii() else sign for sign in text)
    if len(text) > LONGEST_IDENTIFIER or not latin or not _ASCII_IDENTIFIER.fullmatch(bare):
        return _bad_identifier()
    return _bad_identifier() if column in _ASCII_ONLY and not text.isascii() else text


def _bad_identifier() -> Refused:
    return Refused(
        "worksheet.id-characters",
        "The identifier is too long or holds a character that is not allowed, perhaps a look-alike letter.",
        f"Type up to {LONGEST_IDENTIFIER} plain letters, digits, points, hyphens, underscores or slashes.",
    )


def _word(cell: Cell, column: Column) -> str | Refused:
    word = None if cell.kind == "date" else match_word(cell.text, column.words)
    if word is not None:
        return word
    return Refused(
        "worksheet.word",
        "The cell holds none of the words that this column takes.",
        f"Use {', '.join(column.words)}.",
    )


def _gleason(cell: Cell) -> str | Refused:
    try:
        return parse_gleason("" if cell.kind == "date" else cell.text)
    except GradingError as refused:
        return Refused("worksheet.gleason", refused.sentence, refused.remedy)


def _isup(cell: Cell, column: Column) -> str | Refused:
    """A grade group by its name or number, or by the Gleason score that makes it."""
    word = None if cell.kind == "date" or "+" in cell.text else match_word(cell.text, column.words)
    if word is not None:
        return word
    score = _gleason(cell)
    if isinstance(score, str):
        return isup_group(score)
    if any(sign.isdigit() for sign in cell.text) and cell.kind != "date":
        return score
    return Refused(
        "worksheet.word",
        "The cell names no ISUP grade group.",
        f"Use {', '.join(column.words)}, or a Gleason score with both patterns.",
    )


def _place(cell: Cell) -> str | Refused:
    if cell.kind == "date":
        return Refused("worksheet.word", "The cell holds a date where a site is due.", "Name the organ.")
    return match_word(cell.text, PLACES) or " ".join(cell.text.casefold().split())


def _date(cell: Cell, order: DateOrder) -> date | Refused:
    day: date | None = cell.day
    if cell.kind == "text":
        day = _parse_date(cell.text.strip(), order)
    if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        return Refused(
            "worksheet.date",
            f"The cell is no date in the confirmed order ({order}), or one far from now.",
            "Write the date as YYYY-MM-DD with a four-digit year, or confirm another order.",
        )
    return day


def _parse_date(text: str, order: DateOrder) -> date | None:
    iso, ordered = _ISO_DATE.fullmatch(text), _ORDERED_DATE.fullmatch(text)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif ordered and order != "iso":
        first, second, year = int(ordered[1]), int(ordered[3]), int(ordered[4])
        day, month = (first, second) if order == "dmy" else (second, first)
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _number(cell: Cell, column: str, reading: CellReading) -> float | Refused:
    text = _with_point(cell, reading.decimal)
    if text is None or not _NUMBER.fullmatch(text):
        return Refused(
            "worksheet.number",
            f'The cell is no plain number with "{reading.decimal}" as decimal sign.',
            "Write the number without its unit, or confirm another decimal sign.",
        )
    value = Decimal(text) * (10 if reading.unit == "cm" else 1)
    low, high = _LIMITS[column]
    if not low <= value <= high:
        return Refused(
            "worksheet.range",
            f"The number lies outside {low} to {high}.",
            "Check the number and the unit in the header.",
        )
    return float(value)


def _count(cell: Cell, kind: Literal["ki67", "mitoses"], decimal: Decimals) -> str | Refused:
    what = "Ki-67" if kind == "ki67" else "mitoses"
    serial = cell.kind == "number" and cell.text.isdigit() and int(cell.text) in _SERIAL_DAYS
    if serial or looks_like_date(cell):
        return Refused(
            f"worksheet.{kind}-date",
            f"The spreadsheet seems to have made a date of a range of {what} such as 3-5.",
            "Format the column as text, then type the range again from the pathology report.",
        )
    text = _with_point(cell, decimal)
    try:
        if text is None or (kind == "mitoses" and "%" in text):
            raise ValueError
        return parse_ki67(text).text if kind == "ki67" else parse_mitoses(text, "per-2-mm2").text
    except (GradingError, ValueError):
        return Refused(
            f"worksheet.{kind}",
            f'The cell is no number, bound or range of {what} with "{decimal}" as decimal sign.',
            'Write it as in the pathology report: "12", "<1", "<=2", ">20" or "3-5".',
        )


def _edition(cell: Cell) -> str | Refused:
    try:
        return edition_named(cell.text).name
    except GradingError as refused:
        return Refused("worksheet.edition", "The grading edition is not one that is known.", refused.remedy)


def _with_point(cell: Cell, decimal: Decimals) -> str | None:
    """The cell's text with a point as decimal sign; None where it uses the other sign."""
    text = cell.text.strip()
    if cell.kind == "grouped":
        return None
    if cell.kind == "number" or decimal == ".":
        return None if cell.kind != "number" and "," in text else text
    return None if "." in text else text.replace(",", ".")
