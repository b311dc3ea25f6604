"""Which printed numbers differ between two reports of one study: what moved, from what to what.

Cells are held against each other by their table, row and column, as they are printed: a number that does
not move in print has not moved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from adcurate.model.cohort import StudyResults
from adcurate.report.numbers import UNKNOWN
from adcurate.report.page import Table
from adcurate.report.study_report import report_sections

# Lists of single cases, and what says nothing of the outcome.
LISTS: Final = frozenset(
    {"values", "measurements", "digests", "plan", "findings", "methods", "reconstruction"}
)
# Tables whose rows and columns are named by the cut-off, which is itself a number that moves.
_NAMED_BY_CUTOFF: Final = ("two-by-two", "accuracy")
_CUTOFF: Final = re.compile(r"[≤≥<>] [\d.−]+( × [^ ]+ mm²/s)?")
_LONGEST: Final = 80
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class MovedNumber:
    """A printed number: the table it stands in, its row and column, before and after."""

    section: str
    table: str
    row: str
    column: str
    before: str
    after: str

    def as_json(self) -> dict[str, str]:
        """The record by its field names."""
        return {name: str(getattr(self, name)) for name in self.__slots__}


PrintedCells = Mapping[tuple[str, str, str], tuple[str, str, str]]
"""Section, table and text of a cell by its table's id, row and column."""


def moved_numbers(before: PrintedCells, after: PrintedCells) -> tuple[MovedNumber, ...]:
    """Every number of the report's tables that is printed otherwise; a dash where there is none."""
    moved = []
    for key in dict.fromkeys((*before, *after)):
        section, table, was = before.get(key, (*after.get(key, ("", "", ""))[:2], UNKNOWN))
        now = after.get(key, ("", "", UNKNOWN))[2]
        if was != now and len(was) < _LONGEST and len(now) < _LONGEST and _DIGIT.search(was + now):
            moved.append(MovedNumber(section, table, key[1], key[2], was, now))
    return tuple(moved)


def plain(text: str) -> str:
    """Text without the links and marks that a page has."""
    return text.striptags() if isinstance(text, Markup) else text


def printed_cells(results: StudyResults) -> PrintedCells:
    """The cells of every table of the report that is no list of cases."""
    found: dict[tuple[str, str, str], tuple[str, str, str]] = {}
    for section in report_sections(results):
        if section.anchor in LISTS:
            continue
        for table in section.blocks:
            if isinstance(table, Table):
                for row, column, cell in _of_table(table):
                    found[table.anchor or table.title, row, column] = (section.title, table.title, cell)
    return found


def _of_table(table: Table) -> Iterator[tuple[str, str, str]]:
    """Each cell with the names of its row (under its heading) and column."""
    group = ""
    seen: Counter[str] = Counter()
    n_names = max(1, len(table.align) - len(table.align.lstrip("l")))
    if n_names >= len(table.head):
        n_names = 1
    by_cutoff = table.anchor.startswith(_NAMED_BY_CUTOFF)
    for row in table.rows:
        cells = [plain(cell) for cell in row.cells]
        if row.kind == "heading":
            group, _, said = cells[0].partition(": ")
            if said:
                yield group, "", said
            continue
        name = ", ".join(part for part in (group, *cells[:n_names]) if part)
        if by_cutoff:
            name = _CUTOFF.sub("the cut-off", name)
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        for column, cell in zip(table.head[n_names:], cells[n_names:], strict=False):
            yield name, plain(column), cell
