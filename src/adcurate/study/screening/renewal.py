"""The list beside the study's rows: what was changed there since it came from them, and what in both.

A returned file and `adcurate study worksheet` change the study's rows and not the list. What only they
changed comes into the list; what only the list changed stays; a cell changed in both is asked of a person.
It knows values, no store and no page.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adcurate.formats.cells import CellReading
from adcurate.formats.worksheet_forms import WorksheetForm
from adcurate.formats.worksheet_rows import read_row
from adcurate.formats.worksheet_writing import row_texts
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.screening.draft import Draft, Line, as_sheet
from adcurate.study.worksheet import known_reason

Key = tuple[str, str, str]
Rows = Mapping[Key, WorksheetRow]
OTHER: Final = object()
_OUTSIDE: Final = {"subject", "visit", "lesion", "comments", "row_number"}
COMPARED: Final = tuple(one.name for one in dataclasses.fields(WorksheetRow) if one.name not in _OUTSIDE)
ROW: Final = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A cell that says one thing here and another in the study, both changed; `column` "" is the whole row.

    `row` is the line's id, "" where the list has it no longer.
    """

    key: Key
    row: str
    column: str
    here: str
    there: str

    @property
    def id(self) -> str:
        """A name to answer it by."""
        return "/".join((*self.key, self.column))


@dataclass(frozen=True, slots=True)
class Renewed:
    """The list with everything that only the study changed, and the questions that are left."""

    draft: Draft
    questions: tuple[Question, ...]


@dataclass(slots=True)
class _Renewal:
    form: WorksheetForm
    number: Callable[[str], str]
    lines: list[Line] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def keyed(rows: Sequence[WorksheetRow]) -> dict[Key, WorksheetRow]:
    """The rows by subject, visit and lesion."""
    return {(row.subject, row.visit, row.lesion): row for row in rows}


def is_same(one: WorksheetRow, other: WorksheetRow) -> bool:
    """Whether two rows say the same; comments, which the study has not, are not looked at."""
    return all(getattr(one, name) == getattr(other, name) for name in COMPARED)


def values_of(line: Line, form: WorksheetForm) -> dict[str, Any]:
    """What the line's cells were understood as; `OTHER` for a faulty cell, which is like nothing."""
    sheet = as_sheet([line], form)
    cells = dict(zip(sheet.header, sheet.rows[0], strict=True))
    read = read_row(1, cells, dict.fromkeys(cells, CellReading()), form)
    values = dict(read.values) if read else {}
    for fault in read.faults if read else ():
        if line.texts.get(fault.column):
            values[fault.column] = OTHER
    values["exclusion_reason"] = known_reason(values.get("exclusion_reason"), form.reasons)
    return values


def renew(
    draft: Draft,
    before: Rows | None,
    now: Rows,
    form: WorksheetForm,
    code: Callable[[str], str],
    number: Callable[[str], str],
) -> Renewed:
    """Bring what only the study changed into the list.

    `before` are the study's rows when the list came from them (None where nobody knows, and then every cell
    that differs is a question); `code` tells the code of a typed subject, `number` what is behind a code.
    """
    made = _Renewal(form, number, gone=list(draft.gone))
    met: set[Key] = set()
    for line in draft.lines:
        values = values_of(line, form)
        key = (code(line.subject), values.get("visit", "1"), values.get("lesion", "1"))
        if not line.subject or key in met:
            made.lines.append(line)
            continue
        met.add(key)
        _line(made, line, key, values, before, now)
    free = _free_ids(draft)
    for key, row in now.items():
        if key in met:
            continue
        if before is not None and key not in before:
            made.lines.append(_from_study(next(free), row, made))
        elif before is None or not is_same(before[key], row):
            made.questions.append(Question(key, "", ROW, "taken out", "changed" if before else "there"))
    return Renewed(Draft(tuple(made.lines), tuple(made.gone)), tuple(made.questions))


def answered(
    renewed: Renewed, of_study: frozenset[str], now: Rows, form: WorksheetForm, number: Callable[[str], str]
) -> Draft:
    """The list after a person said of every question what stands: the study's (`of_study`) or the list's."""
    lines = {line.id: line for line in renewed.draft.lines}
    gone = list(renewed.draft.gone)
    made = _Renewal(form, number)
    free = _free_ids(renewed.draft)
    for asked in renewed.questions:
        if asked.id not in of_study:
            continue
        if asked.column:
            lines[asked.row] = lines[asked.row].written({asked.column: asked.there})
        elif asked.row:
            gone.append(lines.pop(asked.row))
        else:
            added = _from_study(next(free), now[asked.key], made)
            lines[added.id] = added
    return Draft(tuple(lines.values()), tuple(gone))


def _line(
    made: _Renewal, line: Line, key: Key, values: Mapping[str, Any], before: Rows | None, now: Rows
) -> None:
    was = before.get(key) if before is not None else None
    row = now.get(key)
    if row is None:
        if was is None:
            made.lines.append(line)
        elif all(values.get(name) == getattr(was, name) for name in COMPARED):
            made.gone.append(line)
        else:
            made.lines.append(line)
            made.questions.append(Question(key, line.id, ROW, "changed", "taken out"))
        return
    changed, said = {}, row_texts(row, made.form)
    for name in COMPARED:
        here, there = values.get(name), getattr(row, name)
        base = OTHER if before is None else getattr(was, name) if was is not None else None
        if there in (here, base):
            continue
        if here == base and here is not OTHER:
            changed[name] = said.get(name, "")
        else:
            question = Question(key, line.id, name, line.texts.get(name, ""), said.get(name, ""))
            made.questions.append(question)
    made.lines.append(line.written(changed))


def _free_ids(draft: Draft) -> Iterator[str]:
    taken = {line.id for line in (*draft.lines, *draft.gone)}
    return (one for at in itertools.count(1) if (one := f"s{at}") not in taken)


def _from_study(row_id: str, row: WorksheetRow, made: _Renewal) -> Line:
    return Line(row_id, {**row_texts(row, made.form), "subject": made.number(row.subject)})
