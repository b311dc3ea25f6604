"""Which printed numbers differ between two reports of one study: what moved, what is gone, what is new.

Cells are held against each other by their table, row and column. What was measured is no name: "G3 (n = 2)"
and "G3 (n = 1)" are one column, and its n a number of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

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
_RULE: Final = r"[≤≥<>] [\d.−]+(?: × [^ ]+ mm²/s)?"
_CUTOFF: Final = re.compile(_RULE)
# Numbers that stand in the names of rows and columns, and what such a name is without them.
_MEASURED: Final = (
    (re.compile(r" ?\((n = [\d,]+)\)"), ""),
    (re.compile(r"(?<=prevalence) \(([\d.]+ %)\)"), ""),
    (re.compile(r"([\d.]+ %) \(this sample\)"), "this sample"),
    (re.compile(r"(?<=per SD) \(([^)]*)\)"), ""),
    (re.compile(r"(\d+ of \d+) pairs concordant, \d+ tied"), "pairs concordant"),
    (re.compile(r"(\d+) resamples"), "resamples"),
    (re.compile(r"(?<=Pooled), (\d+ studies)"), ""),
    (re.compile(rf"({_RULE}) \(reported\)"), "the cut-off"),
    (re.compile(r"^([\d.]+ to [\d.]+ %)$"), "group by risk"),
    (re.compile(r"( \*)$"), ""),
)
_NUMBER: Final = re.compile(r"[\d,.]*")
_LONGEST: Final = 80
_DIGIT: Final = re.compile(r"\d")


Change = Literal["moved", "gone", "new"]


@dataclass(frozen=True, slots=True)
class MovedNumber:
    """A printed number: the table it stands in, its row and column, before and after.

    `change`: ``moved``, or ``gone`` and ``new`` where its row or column is in one of the reports only.
    """

    section: str
    table: str
    row: str
    column: str
    before: str
    after: str
    change: Change

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
        change: Change = "moved" if key in before and key in after else "gone" if key in before else "new"
        if was != now and len(was) < _LONGEST and len(now) < _LONGEST and _DIGIT.search(was + now):
            moved.append(MovedNumber(section, table, key[1], key[2], was, now, change))
    return tuple(moved)


def count_in_words(moved: Sequence[MovedNumber]) -> str:
    """How many moved, stand there no more, and are new."""
    n = Counter(one.change for one in moved)
    if not moved:
        return "No printed number moved"
    said = [f"{n['moved']} printed number{'' if n['moved'] == 1 else 's'} moved"]
    if n["gone"]:
        said.append(f"{n['gone']} {'is' if n['gone'] == 1 else 'are'} gone")
    if n["new"]:
        said.append(f"{n['new']} {'is' if n['new'] == 1 else 'are'} new")
    return ", ".join(said)


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
    """Each cell with the names of its row (under its heading) and column, and the numbers in these."""
    group = ""
    seen: Counter[str] = Counter()
    n_names = max(1, len(table.align) - len(table.align.lstrip("l")))
    if n_names >= len(table.head):
        n_names = 1
    by_cutoff = table.anchor.startswith(_NAMED_BY_CUTOFF)
    columns = []
    for head in table.head[n_names:]:
        column, measured = _unmeasured(_CUTOFF.sub("the cut-off", plain(head)) if by_cutoff else plain(head))
        columns.append(column)
        if measured:
            yield "", column, measured
    for row in table.rows:
        cells = [plain(cell) for cell in row.cells]
        if row.kind == "heading":
            group, _, said = cells[0].partition(": ")
            if said:
                yield group, "", said
            continue
        if by_cutoff:
            cells[:n_names] = [_CUTOFF.sub("the cut-off", cell) for cell in cells[:n_names]]
        own, measured = _name(cells, n_names)
        name = ", ".join(part for part in (group, *own) if part)
        seen[name] += 1
        if seen[name] > 1:
            name = f"{name} ({seen[name]})"
        if measured:
            yield name, "", measured
        for column, cell in zip(columns, cells[n_names:], strict=False):
            yield name, column, cell


def _name(cells: Sequence[str], n_names: int) -> tuple[list[str], str]:
    """What names a row, and the number that stood in it; a row of a count is named by its first text."""
    first = cells[:n_names]
    if all(_NUMBER.fullmatch(cell) for cell in first):
        words = next((cell for cell in cells[n_names:] if not _NUMBER.fullmatch(cell)), "")
        return [words], " ".join(filter(None, first))
    found = [_unmeasured(cell, may_be_rule=at > 0) for at, cell in enumerate(first)]
    return [name for name, _ in found], "; ".join(measured for _, measured in found if measured)


def _unmeasured(label: str, may_be_rule: bool = False) -> tuple[str, str]:
    """A label without the numbers that were measured, and those numbers."""
    measured = []
    if may_be_rule and _CUTOFF.fullmatch(label):
        return "the cut-off", label
    for pattern, words in _MEASURED:
        found = pattern.search(label)
        if found:
            measured.append(found[1].strip(" *"))
            label = pattern.sub(words, label)
    return label, ", ".join(filter(None, measured))
