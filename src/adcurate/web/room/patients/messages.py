"""What crosses the wire about the list of subjects: cells in, codes and faults out; never a number back."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from adcurate.formats.worksheet_forms import WorksheetForm
from adcurate.formats.worksheet_rows import REQUIRED_ALWAYS
from adcurate.study.screening.grid import ChangedList, EnteredList, ListChange, ScreenedList
from adcurate.study.screening.opened import ShownFault
from adcurate.web.room.people_messages import Message

RowId = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9.]+$")]
Version = Annotated[str, Field(min_length=1, max_length=64)]
ColumnName = Annotated[str, Field(min_length=1, max_length=40)]


class GridColumnMessage(Message):
    """One column: `words` are what its cells may say.

    `needed`: every row needs it, every included row, or of several columns an included row needs one.
    """

    name: str
    label: str
    kind: str
    words: list[str]
    needed: Literal["", "every row", "included", "one of these"]


class GridFaultMessage(Message):
    """What is wrong with a cell, once for all cells of which it is true."""

    code: str
    sentence: str
    remedy: str


class FaultyCellMessage(Message):
    """A cell, and which of the faults it has."""

    row: str
    column: str
    fault: int


class GridFaultsMessage(Message):
    """Every faulty cell of the list."""

    kinds: list[GridFaultMessage]
    cells: list[FaultyCellMessage]


class GridRowMessage(Message):
    """One row: its cells in the order of the columns."""

    id: str
    cells: list[str]


class ListQuestionMessage(Message):
    """A cell changed here and in the study; `column` "" is the whole row, `row` "" one taken out here."""

    id: str
    subject: str
    visit: str
    lesion: str
    row: str
    column: str
    here: str
    there: str


class PatientsAnswer(Message):
    """The list as it stands; `entered_at` is "" before any of it entered the study.

    `questions` wait for a person's word before the list can enter; `worksheet` names the study's rows;
    `withdrawn` are the subjects whose rows are used no more.
    """

    columns: list[GridColumnMessage]
    rows: list[GridRowMessage]
    faults: GridFaultsMessage
    version: str
    is_entered: bool
    entered_at: str
    questions: list[ListQuestionMessage]
    worksheet: int
    withdrawn: list[str]


class PatientsChangeMessage(Message):
    """Cells by row and column, and the order of the rows where that changed."""

    based_on: Version
    rows: Annotated[
        dict[RowId, dict[ColumnName, Annotated[str, Field(max_length=10_000)]]], Field(max_length=20_000)
    ]
    order: Annotated[list[RowId], Field(max_length=20_000)] | None = None

    def change(self) -> ListChange:
        """As it is kept."""
        return ListChange(self.based_on, self.rows, None if self.order is None else tuple(self.order))


class PatientsChangedAnswer(Message):
    """The codes of the rows that were sent, and the faults of the whole list."""

    version: str
    codes: dict[str, str]
    faults: GridFaultsMessage
    is_entered: bool


class AnswerQuestionsMessage(Message):
    """Of which questions the study's word stands; the list's stands of all others that were shown."""

    based_on: Version
    worksheet: Annotated[int, Field(ge=0)]
    of_study: Annotated[list[Annotated[str, Field(max_length=300)]], Field(max_length=20_000)]


class TypedMessage(Message):
    """A hospital number, or a code: in the body, so that no address holds it."""

    typed: Annotated[str, Field(min_length=1, max_length=64)]


class FoundSubjectAnswer(Message):
    """Whose number it is, by code."""

    subject: str


class EnterMessage(Message):
    """The list as it was looked at."""

    based_on: Version


class EnteredAnswer(Message):
    """What entered the study."""

    n_rows: int
    n_subjects: int
    n_draft_rows: int
    version: str
    findings: list[dict[str, Any]]


def patients_answer(shown: ScreenedList) -> PatientsAnswer:
    """The list as it crosses the wire."""
    used = {name for line in shown.lines for name in line.texts}
    names = [one.name for one in shown.form.columns]
    names += [one.name for one in shown.form.readable if one.name in used and one.name not in names]
    return PatientsAnswer(
        columns=[_column(shown.form, name) for name in names],
        rows=[
            GridRowMessage(id=line.id, cells=[line.texts.get(name, "") for name in names])
            for line in shown.lines
        ],
        faults=_faults(shown.faults),
        version=shown.version,
        is_entered=shown.is_entered,
        entered_at=shown.entered_at,
        questions=[
            ListQuestionMessage(
                id=one.id,
                subject=one.key[0],
                visit=one.key[1],
                lesion=one.key[2],
                row=one.row,
                column=one.column,
                here=one.here,
                there=one.there,
            )
            for one in shown.questions
        ],
        worksheet=shown.worksheet,
        withdrawn=list(shown.withdrawn),
    )


def changed_answer(changed: ChangedList) -> PatientsChangedAnswer:
    """What came of a change."""
    return PatientsChangedAnswer(
        version=changed.version,
        codes=dict(changed.codes),
        faults=_faults(changed.faults),
        is_entered=changed.is_entered,
    )


def entered_answer(entered: EnteredList) -> EnteredAnswer:
    """What entered."""
    imported = entered.imported
    return EnteredAnswer(
        n_rows=imported.n_rows,
        n_subjects=imported.n_subjects,
        n_draft_rows=imported.n_draft_rows,
        version=entered.version,
        findings=[one.as_json() for one in imported.findings],
    )


def _column(form: WorksheetForm, name: str) -> GridColumnMessage:
    column = form.column(name)
    words = form.reasons if name == "exclusion_reason" else column.words
    return GridColumnMessage(
        name=name,
        label=column.headers["en"][0],
        kind=column.kind,
        words=[by_language["en"][0] for by_language in words.values()],
        needed=_needed(form, name),
    )


def _needed(form: WorksheetForm, name: str) -> Literal["", "every row", "included", "one of these"]:
    """Who needs a column of the list; the status is inferred where nobody says it."""
    if name in REQUIRED_ALWAYS:
        return "" if name == "status" else "every row"
    if name in form.said_by:
        return "one of these" if len(form.said_by) > 1 else "included"
    return "included" if name in form.required else ""


def _faults(faults: tuple[ShownFault, ...]) -> GridFaultsMessage:
    kinds: dict[tuple[str, str, str], int] = {}
    cells = []
    for one in faults:
        key = (one.fault.code, one.fault.sentence, one.fault.remedy)
        at = kinds.setdefault(key, len(kinds))
        cells.append(FaultyCellMessage(row=one.row, column=one.fault.column, fault=at))
    return GridFaultsMessage(
        kinds=[
            GridFaultMessage(code=code, sentence=sentence, remedy=remedy) for code, sentence, remedy in kinds
        ],
        cells=cells,
    )
