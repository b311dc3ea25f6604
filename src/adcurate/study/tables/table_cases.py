"""From a plain table to the table of cases."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from adcurate.arrays import Floats
from adcurate.errors import TableError, UsageError
from adcurate.formats.table import MISSING_WORDS, Table
from adcurate.model.cases import CaseTable, Cell
from adcurate.model.table_plan import TableColumns, TablePlan
from adcurate.study.ordering import listed, order_grades

CANNOT_ASSESS = "cannot_assess"
# A number, or a range or bound of numbers, with a decimal comma.
_WITH_COMMA = re.compile(r"[<>≤≥=+\-–\s0-9.%]*[0-9]*,[0-9][<>≤≥=+\-–\s0-9,.%]*")


def cases_of_table(table: Table, plan: TablePlan) -> CaseTable:
    """Read the plan's columns.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value`` (with addresses), ``table.duplicate-row``: two rows of one
        lesion, reader and session.
    UsageError
        ``usage.option``: a positive value that the outcome never holds, a grade that the order leaves out.
    """
    columns = plan.columns
    n = len(table.rows)
    blank = ("",) * n
    rows = tuple(f"row {number}" for number in table.row_numbers)
    outcome = table.text(columns.outcome)
    for name in dict.fromkeys(filter(None, (columns.outcome, columns.grade))):
        _refuse_two_spellings(name, table.text(name))
    _check_positive(columns, outcome)
    known = [not is_missing(cell) for cell in outcome]
    grade: tuple[str | None, ...] = (None,) * n
    grades: tuple[str, ...] = ()
    if columns.grade:
        cells = table.text(columns.grade)
        grades = order_grades({cell for cell in cells if not is_missing(cell)}, columns.grade_order)
        grade = tuple(cell if cell in grades else None for cell in cells)
    values, unassessed = _markers(table, plan)
    cases = CaseTable(
        rows=rows,
        subject=table.text(columns.subject) if columns.subject else rows,
        lesion=table.text(columns.lesion) if columns.lesion else blank,
        reader=table.text(columns.reader) if columns.reader else blank,
        session=table.text(columns.session) if columns.session else blank,
        grade=grade,
        positive=tuple(
            cell in columns.positive if is_known else None
            for cell, is_known in zip(outcome, known, strict=True)
        ),
        markers=values,
        directions={marker.label: marker.direction for marker in plan.markers},
        grades=grades,
        positive_label=_side(columns.positive_label, grades),
        negative_label=_side(columns.negative_label, grades),
        resolution=plan.resolution,
        units={marker.label: marker.unit for marker in plan.markers if marker.factor == 1.0},
        columns={
            **{
                name: tuple(
                    None if is_missing(cell) else _plain(cell, table.decimal) for cell in table.text(name)
                )
                for name in table.columns
                if name not in {marker.column for marker in plan.markers}
            },
            CANNOT_ASSESS: tuple("yes" if flag else None for flag in unassessed),
        },
    )
    if columns.subject:
        _refuse_blank(cases, columns.subject)
        _refuse_twice(cases)
    return cases


def is_missing(text: str) -> bool:
    """Whether a cell says that there is nothing."""
    return text.casefold() in MISSING_WORDS


def _markers(table: Table, plan: TablePlan) -> tuple[Mapping[str, Floats], Sequence[bool]]:
    words = {word.casefold() for word in plan.columns.cannot_assess}
    unassessed = [False] * len(table.rows)
    values = {}
    for marker in plan.markers:
        flags = [cell.casefold() in words for cell in table.text(marker.column)]
        unassessed = [one or other for one, other in zip(unassessed, flags, strict=True)]
        values[marker.label] = table.numbers(marker.column, missing=words).values
    return values, unassessed


def _plain(cell: str, decimal: str) -> Cell:
    return cell.replace(",", ".") if decimal == "," and _WITH_COMMA.fullmatch(cell) else cell


def _check_positive(columns: TableColumns, outcome: Sequence[str]) -> None:
    held = {cell for cell in outcome if not is_missing(cell)}
    for value in columns.positive:
        if value not in held:
            raise UsageError(
                "usage.option",
                f"The column {columns.outcome!r} never says {value!r}.",
                remedy=f"Positive are values of that column: {listed(held)}.",
            )


def _refuse_two_spellings(column: str, cells: Sequence[str]) -> None:
    """Refuse "G3" beside "g3": one of them would silently be another class."""
    spelt: dict[str, str] = {}
    for cell in cells:
        before = spelt.setdefault(cell.casefold(), cell)
        if before != cell:
            raise TableError(
                "table.value",
                f"The column {column!r} writes one value in two ways, with other capitals: "
                f"{listed({before, cell})}.",
                remedy="Write it alike in every row.",
                column=column,
            )


def _side(label: str, grades: tuple[str, ...]) -> str:
    """The name of a side of the outcome, another one than any grade's."""
    return f"{label} outcome" if label in grades else label


def _refuse_blank(cases: CaseTable, column: str) -> None:
    blank = [row for row, subject in zip(cases.rows, cases.subject, strict=True) if is_missing(subject)]
    if blank:
        raise TableError(
            "table.value",
            f"The column {column!r} is blank in {len(blank)} rows, the first of them {blank[0]}.",
            remedy="Every row needs the code of its subject.",
            row=blank[0],
        )


def _refuse_twice(cases: CaseTable) -> None:
    first: dict[tuple[str, ...], str] = {}
    for row, *key in zip(cases.rows, cases.subject, cases.lesion, cases.reader, cases.session, strict=True):
        before = first.setdefault(tuple(key), row)
        if before != row:
            raise TableError(
                "table.duplicate-row",
                f"{before.capitalize()} and {row} are of one subject, lesion, reader and session.",
                remedy="Take one out, or name the columns that tell them apart: lesion, reader, session.",
                first=before,
                second=row,
            )
