"""What crosses the wire about a table that comes into the list."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from adcurate.model.jsonable import as_jsonable
from adcurate.study.screening.grid import ScreenedList
from adcurate.study.screening.table import How, ProposedTable, TableChoices, TakenTable, What
from adcurate.web.room.patients.messages import ColumnName, PatientsAnswer, Version, patients_answer
from adcurate.web.room.people_messages import Message


class ListCellMessage(Message):
    """A cell of the list."""

    row: str
    column: str


class TakenTableAnswer(PatientsAnswer):
    """The list with a table's rows in it; `differing` cells say something else than the table did."""

    n_new: int
    n_filled: int
    differing: list[ListCellMessage]


class TableMessage(Message):
    """Nothing is asked of a table but what its columns would be taken for."""


class ProposedColumnMessage(Message):
    """A header, the column it is taken for, why, and the unit that it names."""

    header: str
    column: str
    how: How
    shapes: list[str]
    unit: str


class ProposedTableAnswer(Message):
    """What a table holds, and what about it has to be said."""

    columns: list[ProposedColumnMessage]
    n_rows: int
    asks_decimal: str
    asks_dates: str


class TakeTableMessage(Message):
    """A column for each of a table's headers."""

    based_on: Version
    columns: Annotated[list[ColumnName], Field(min_length=1, max_length=2_000)]
    decimal: Literal[".", ","] = "."
    date_order: Literal["iso", "dmy", "mdy"] = "iso"
    what: What = "add"

    def choices(self) -> TableChoices:
        """What was said."""
        return TableChoices(self.based_on, tuple(self.columns), self.decimal, self.date_order, self.what)


def proposed_answer(proposed: ProposedTable) -> ProposedTableAnswer:
    """What a table holds."""
    return ProposedTableAnswer.model_validate(as_jsonable(proposed))


def taken_answer(shown: ScreenedList, taken: TakenTable) -> TakenTableAnswer:
    """The list with a table's rows in it."""
    return TakenTableAnswer(
        **dict(patients_answer(shown)),
        n_new=taken.n_new,
        n_filled=taken.n_filled,
        differing=[ListCellMessage(row=row, column=column) for row, column in taken.differing],
    )
