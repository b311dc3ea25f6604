"""A table of values typed from a PACS: mean, minimum, area of a lesion; units are said, never guessed."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from adcurate.errors import PacsTableError
from adcurate.formats.table import Table, read_table
from adcurate.model.pacs_comparison import Quantity, TypedValue

_HEADER: Final = re.compile(r"\s*(.*?)\s*(?:[\[(]\s*(.+?)\s*[\])])?\s*")
_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("subject", "patient", "patient id", "code", "id"),
    "lesion": ("lesion", "lesion id", "lesion no", "roi"),
    "reader": ("reader", "observer", "rater"),
    "mean": ("mean", "average", "mean adc", "adc mean", "avg adc", "avgadc", "average adc", "adc"),
    "minimum": ("minimum", "min", "min adc", "adc min", "minadc", "minimum adc", "lowest"),
    "area": ("area", "roi area", "size"),
}
_ADC_UNITS: Final[dict[float, tuple[str, ...]]] = {
    1.0: ("mm2/s",),
    1e-3: ("10-3 mm2/s", "1e-3 mm2/s", "e-3 mm2/s", "um2/ms", "x10-3 mm2/s"),
    1e-6: ("10-6 mm2/s", "1e-6 mm2/s", "e-6 mm2/s", "um2/s", "x10-6 mm2/s"),
}
_AREA_UNITS: Final[dict[float, tuple[str, ...]]] = {1.0: ("mm2",), 100.0: ("cm2",)}
_QUANTITIES: Final[tuple[Quantity, ...]] = ("mean", "minimum", "area")


@dataclass(frozen=True, slots=True)
class PacsTableRow:
    """One row as typed, units applied."""

    row_number: int
    subject: str = field(repr=False)
    lesion: str
    reader: str
    values: dict[Quantity, TypedValue]


@dataclass(frozen=True, slots=True)
class PacsTable:
    """The rows, and what one unit of a typed number is: mm²/s and mm²."""

    rows: tuple[PacsTableRow, ...]
    unit_mm2_per_s: float
    unit_mm2: float


def read_pacs_table(
    path: Path, *, unit: str = "", area_unit: str = "", decimal: Literal[".", ","] = "."
) -> PacsTable:
    """Read a table of typed values, CSV or XLSX.

    A unit stands in the header (``mean [10-3 mm2/s]``, ``area (mm2)``) or is given here; both must agree.

    Raises
    ------
    PacsTableError
        ``pacs.columns``: no subject, no lesion, no value, a column twice, a unit that is missing, not
        known, or said in two ways. ``pacs.value``: a row without subject or lesion, twice, or with a
        value that is no positive number; every such row is named.
    TableError, InputError
        As `read_table`.
    """
    table = read_table(path, decimal=decimal)
    columns, units = _columns(table)
    adc = _unit(_ADC_UNITS, [units[name] for name in ("mean", "minimum") if name in columns], unit, "ADC")
    area = _unit(_AREA_UNITS, [units["area"]] if "area" in columns else [], area_unit, "area")
    scale = {"mean": adc, "minimum": adc, "area": area}
    texts = {name: table.text(column) for name, column in columns.items()}
    # A spreadsheet drops trailing zeros of a number: the column's longest tells how far it was typed.
    shared = {
        name: max((_decimals(text, decimal) for text in texts[name]), default=0)
        for name in _QUANTITIES
        if name in columns and table.delimiter is None
    }
    rows, faults, seen = [], [], set()
    for at, number in enumerate(table.row_numbers):
        key = (texts["subject"][at], texts["lesion"][at], texts["reader"][at] if "reader" in texts else "")
        if not (key[0] and key[1]):
            faults.append(f"row {number} names no subject or no lesion")
            continue
        if key in seen:
            faults.append(f"row {number} repeats a subject, lesion and reader")
        seen.add(key)
        values: dict[Quantity, TypedValue] = {}
        for name in _QUANTITIES:
            text = texts[name][at] if name in texts else ""
            if text.casefold() in ("", "na", "n/a", "-"):
                continue
            value = _number(text, decimal)
            if value is None:
                faults.append(f"row {number} has a {name} that is no number from 0")
                continue
            digits = shared.get(name, _decimals(text, decimal))
            values[name] = TypedValue(value * scale[name], 0.5 * 10.0**-digits * scale[name])
        rows.append(PacsTableRow(number, *key, values))
    if faults:
        raise PacsTableError(
            "pacs.value",
            f"{len(faults)} cells cannot be used: {'; '.join(faults[:10])}.",
            remedy=f'Correct them, leave cells blank, or name the decimal sign (now "{decimal}").',
            n_faults=len(faults),
        )
    return PacsTable(tuple(rows), adc, area)


def _columns(table: Table) -> tuple[dict[str, str], dict[str, str]]:
    columns: dict[str, str] = {}
    units: dict[str, str] = {}
    for header in table.columns:
        found = _HEADER.fullmatch(header)
        words = re.sub(r"[\s_]+", " ", found[1] if found else header).casefold()
        name = next((name for name, several in _NAMES.items() if words in several), None)
        if name is None:
            continue
        if name in columns:
            raise _bad_columns(f"Two columns are a {name}.")
        columns[name], units[name] = header, (found[2] or "") if found else ""
    missing = [name for name in ("subject", "lesion") if name not in columns]
    if missing or not columns.keys() & set(_QUANTITIES):
        raise _bad_columns(f"The table lacks a column: {', '.join(missing) or 'mean, minimum or area'}.")
    return columns, units


def _unit(known: dict[float, tuple[str, ...]], headers: list[str], given: str, what: str) -> float:
    if not headers:
        return 1.0
    factors = set()
    for text in (*(header or given for header in headers), *([given] if given else [])):
        factor = next((f for f, names in known.items() if _plain_unit(text) in names), None)
        if factor is None:
            raise _bad_columns(
                f"The unit of the {what} is not said, or is not known: state one of "
                f"{', '.join(names[0] for names in known.values())}."
            )
        factors.add(factor)
    if len(factors) > 1:
        raise _bad_columns(f"The unit of the {what} is said in two ways.")
    return factors.pop()


def _plain_unit(text: str) -> str:
    plain = (
        text.casefold().translate(str.maketrans("²³⁶⁻−×µμ", "236--xuu")).replace("^", "").replace("*", "x")
    )
    plain = re.sub(r"\s+", " ", plain).strip()
    return re.sub(r"^(x?)\s*(10-[36]|1?e-[36])\s*(?=mm)", r"\1\2 ", plain)


def _number(text: str, decimal: str) -> float | None:
    if decimal == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    if not re.fullmatch(r"\d{1,12}(?:\.\d{0,12})?", text):
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _decimals(text: str, decimal: str) -> int:
    return len(text.partition(decimal)[2])


def _bad_columns(sentence: str) -> PacsTableError:
    return PacsTableError(
        "pacs.columns",
        sentence,
        remedy="Use the columns subject, lesion, reader, mean [10-3 mm2/s], minimum [10-3 mm2/s], "
        "area [mm2], or state units with --unit and --area-unit.",
    )
