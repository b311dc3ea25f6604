"""What the cells of a returned column say: a worksheet's words and numbers, or a new column's.

A new column holds numbers or a few words, never free text, which may name a person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from adcurate.errors import StudyError
from adcurate.formats.cells import CellReading, Decimals, Refused, read_cell
from adcurate.formats.sheet import Cell
from adcurate.formats.table import MISSING_WORDS
from adcurate.formats.vocabulary import COLUMN_BY_NAME
from adcurate.model.data_table import HIGHEST_MISSING, LOWEST_MISSING, MISSING_REASONS, Value, Variable
from adcurate.model.protocol import Protocol
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.hand_over.variables import OTHER, grade_variable, numbered, worksheet_variables

MOST_WORDS: Final = 30
LONGEST_WORD: Final = 60
_NOT_FROM_FILES: Final = frozenset(
    {"subject", "lesion", "visit", "status", "exclusion_reason", "comments", "mri_date", "histology_date"}
)

By = Mapping[str, str]
"""Texts of cells by the id of the case."""


def is_of_worksheet(name: str) -> bool:
    """Whether a column of this name corrects the worksheet."""
    return name in COLUMN_BY_NAME and name in {one.name for one in fields(WorksheetRow)}


def worksheet_cells(name: str, cells: By, protocol: Protocol, decimal: Decimals) -> dict[str, Any]:
    """The values of a worksheet's column; a word, or its code of the codebook, says the same.

    A code for "no value" or for "another word" says nothing, and so changes nothing.

    Raises
    ------
    StudyError
        ``study.not-joined``: a column that no file corrects, or cells that are not understood.
    """
    if name in _NOT_FROM_FILES:
        raise StudyError(
            "study.not-joined",
            f"The column {name!r} cannot be corrected by a returned file.",
            remedy="Correct it in the worksheet and import that again.",
        )
    column = COLUMN_BY_NAME[name]
    known = {one.name: one for one in (*worksheet_variables(), grade_variable(protocol))}
    words = known[name].codes if name in known else {}
    codes = {str(code): word for code, word in words.items()}
    values: dict[str, Any] = {}
    faulty: list[str] = []
    for case, text in said_cells(name, cells, decimal).items():
        said = codes.get(text.removesuffix(".0"), text)
        if said == words.get(OTHER):
            continue
        value = read_cell(Cell("", "text", said), column, CellReading(decimal))
        if isinstance(value, Refused):
            faulty.append(case)
        else:
            values[case] = value
    if faulty:
        raise _not_understood(name, faulty, "the worksheet's words, a code of the codebook, or a number")
    return values


def new_column(
    name: str, label: str, unit: str, cells: By, decimal: Decimals
) -> tuple[Variable, dict[str, Value]]:
    """A variable for a new column and its values: numbers where all are numbers, else words as codes.

    Raises
    ------
    StudyError
        ``study.not-joined``: too many or too long words, as free text has; numbers that stand for no value.
    """
    said = said_cells(name, cells, decimal)
    source = "returned file, joined by id"
    numbers = {case: cell_number(text, decimal) for case, text in said.items()}
    if said and all(number is not None for number in numbers.values()):
        variable = Variable(name, label or name, "number", "scale", source, unit)
        return variable, {case: number for case, number in numbers.items() if number is not None}
    words = sorted(set(said.values()))
    long = [case for case, text in said.items() if len(text) > LONGEST_WORD or not _is_plain(text)]
    if long:
        raise _not_understood(name, long, f"words of at most {LONGEST_WORD} plain letters")
    if len(words) > MOST_WORDS or not words:
        raise StudyError(
            "study.not-joined",
            f"The column {name!r} holds {len(words)} different words; a new column holds numbers, or 1 to "
            f"{MOST_WORDS} words.",
            remedy="Free text may name a person and stays outside. Code it first.",
            n_words=len(words),
        )
    code_of = {word: code for code, word in numbered(words).items()}
    variable = Variable(name, label or name, "coded", "nominal", source, codes=numbered(words))
    return variable, {case: code_of[text] for case, text in said.items()}


def said_cells(name: str, cells: By, decimal: Decimals) -> dict[str, str]:
    """The cells that say something: not blank, and no code of the codebook for a missing value.

    Raises
    ------
    StudyError
        ``study.not-joined``: a number that statistics programs would take for a missing value.
    """
    said: dict[str, str] = {}
    reserved: list[str] = []
    for case, text in cells.items():
        number = cell_number(text, decimal)
        if text.casefold() in MISSING_WORDS or number in MISSING_REASONS:
            continue
        if number is not None and LOWEST_MISSING <= number <= HIGHEST_MISSING:
            reserved.append(case)
        said[case] = text
    if reserved:
        listed = _listed(reserved)
        raise StudyError(
            "study.not-joined",
            f"{len(reserved)} cells of {name!r} hold numbers from {LOWEST_MISSING} to {HIGHEST_MISSING}, "
            f"which mean missing values, and none that the codebook knows: those of {listed}.",
            remedy="Leave the cells blank where there is no value; give real values another scale.",
            n_cells=len(reserved),
        )
    return said


def cell_number(text: str, decimal: Decimals) -> float | None:
    """The number that a cell says, None where it is none."""
    if not text.isascii():
        return None
    if (decimal == "," and "." in text) or (decimal == "." and "," in text) or "_" in text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _is_plain(text: str) -> bool:
    return all(unicodedata.category(sign)[0] in "LNPSZ" for sign in text)


def _not_understood(name: str, cases: list[str], wanted: str) -> StudyError:
    return StudyError(
        "study.not-joined",
        f"{len(cases)} cells of {name!r} are not understood, those of: {_listed(cases)}.",
        remedy=f"Wanted are {wanted}. Correct them, or name the decimal sign.",
        n_cells=len(cases),
    )


def _listed(cases: list[str]) -> str:
    return ", ".join(cases[:10]) + (" and more" if len(cases) > 10 else "")
