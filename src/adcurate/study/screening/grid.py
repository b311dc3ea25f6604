"""The list of screened subjects as a grid: under study codes, changed row by row, entered.

A hospital number comes in and never goes out: whoever looks gets the code that the study calls the subject
by. Whoever looks also sees grades, and the log says so.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adcurate.errors import StudyError
from adcurate.formats.sheet import CellKind
from adcurate.formats.worksheet_forms import WorksheetForm
from adcurate.model.reading.design import Someone
from adcurate.store.screening import ENTERED, RENEWED
from adcurate.study.folder import StudyFolder
from adcurate.study.screening.beside import (
    answer_list,
    is_entered,
    questions_open,
    renewed_list,
    take_as_base,
)
from adcurate.study.screening.draft import Draft, Line, as_worksheet_file
from adcurate.study.screening.opened import (
    ENTERED_CHOICE,
    OUTCOMES,
    OpenedList,
    ShownFault,
    list_behind,
    list_changed,
)
from adcurate.study.screening.renewal import Question
from adcurate.study.worksheet import ImportedWorksheet, enter_worksheet

MOST_ROWS: Final = 20_000
_changing = threading.Lock()


@dataclass(frozen=True, slots=True)
class ScreenedList:
    """The list as it is shown: `lines` under codes. `is_entered`: the study has it as it stands here.

    `questions` are cells that were changed here and in the study; `worksheet` names the study's rows;
    `withdrawn` are the codes of those whose rows are used no more.
    """

    form: WorksheetForm
    lines: tuple[Line, ...]
    faults: tuple[ShownFault, ...]
    version: str
    is_entered: bool
    entered_at: str
    questions: tuple[Question, ...] = ()
    worksheet: int = 0
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListChange:
    """Cells by row id and column ("" empties one). `order`: every row that stays; None leaves it as it is.

    `kinds` are those of cells that a file held and that are refused for it.
    """

    based_on: str
    rows: Mapping[str, Mapping[str, str]] = field(repr=False)
    order: tuple[str, ...] | None = None
    kinds: Mapping[str, Mapping[str, CellKind]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChangedList:
    """What came of a change: the codes of the rows it touched, and every fault of the list."""

    version: str
    codes: Mapping[str, str]
    faults: tuple[ShownFault, ...]
    is_entered: bool


@dataclass(frozen=True, slots=True)
class EnteredList:
    """What entered the study, and what did not."""

    imported: ImportedWorksheet
    version: str


def screened_list(study: StudyFolder, who: Someone) -> ScreenedList:
    """The list for somebody to look at, who is then known to have seen its outcomes.

    Raises
    ------
    ReadError
        ``read.sealed``: the list shows outcomes.
    VaultError
        ``vault.key-missing``
    """
    with _changing, study.open_store() as store:
        opened = renewed_list(OpenedList.of(study, store))
        opened.note(who, opened.draft.lines, "seen")
        return _shown(opened)


def change_list(study: StudyFolder, who: Someone, change: ListChange) -> ChangedList:
    """Keep a change of the list, before anything of it is a study's row.

    Raises
    ------
    StudyError
        ``study.list-changed``: somebody else changed it meanwhile; ``study.list-behind``: the study's rows
        were changed elsewhere; ``study.list-too-long``.
    ReadError, VaultError
        As `screened_list`.
    """
    with _changing, study.open_store() as store:
        opened = renewed_list(OpenedList.of(study, store))
        opened.refuse_other(change.based_on)
        lines = {line.id: line for line in opened.draft.lines}
        gone = {line.id: line for line in opened.draft.gone}
        for row_id, texts in change.rows.items():
            before = lines.get(row_id) or gone.pop(row_id, None)
            if before is not None and "subject" in texts and before.subject:
                # Taking it back names the code: the number behind it must still be here.
                gone[f"{row_id}.{len(gone)}"] = Line(f"{row_id}.{len(gone)}", {"subject": before.subject})
            written = opened.resolved(texts)
            lines[row_id] = (before or Line(row_id, {})).written(written, change.kinds.get(row_id))
        order = change.order if change.order is not None else tuple(lines)
        lines.update({row_id: gone.pop(row_id) for row_id in order if row_id not in lines and row_id in gone})
        if any(row_id not in lines for row_id in order):
            raise list_changed()
        if len(order) > MOST_ROWS:
            raise StudyError(
                "study.list-too-long",
                f"The list would have more than {MOST_ROWS} rows.",
                remedy="Leave out rows, or split the study.",
            )
        staying = set(order)
        gone.update({row_id: line for row_id, line in lines.items() if row_id not in staying})
        kept = opened.keep(
            Draft(tuple(lines[row_id] for row_id in dict.fromkeys(order)), tuple(gone.values()))
        )
        touched = [lines[row_id] for row_id, texts in change.rows.items() if OUTCOMES & texts.keys()]
        kept.note(who, touched, "entered")
        codes = {row_id: kept.code(lines[row_id].subject) for row_id in change.rows if row_id in staying}
        sheet = kept.understood()
        return ChangedList(kept.version, codes, kept.faults(sheet), is_entered(kept, sheet))


def answer_questions(
    study: StudyFolder, who: Someone, based_on: str, worksheet: int, of_study: Sequence[str]
) -> ScreenedList:
    """Take a person's word for every question: the cells `of_study` are as there, all others as here.

    Raises
    ------
    StudyError
        ``study.list-changed``, ``study.list-behind``: the questions are no longer those that were shown.
    ReadError, VaultError
        As `screened_list`.
    """
    with _changing, study.open_store() as store:
        opened = renewed_list(OpenedList.of(study, store))
        opened.refuse_other(based_on)
        if worksheet != opened.worksheet:
            raise list_behind()
        answered = answer_list(opened, frozenset(of_study))
        said = {"questions": len(opened.questions), "as_in_the_study": len(set(of_study))}
        store.screening.note(RENEWED, "worksheet", said, who.id)
        return _shown(answered)


def enter_list(study: StudyFolder, who: Someone, based_on: str) -> EnteredList:
    """Enter the complete rows of the list into the study, as `adcurate study worksheet` enters a file's.

    Raises
    ------
    StudyError
        ``study.list-changed``, ``study.list-behind``; ``study.list-questions``: cells that were changed here
        and in the study; ``study.no-worksheet``: no row is complete; ``study.withdrawn``.
    ReadError, VaultError
        As `screened_list`.
    """
    with _changing, study.open_store() as store:
        opened = renewed_list(OpenedList.of(study, store))
        opened.refuse_other(based_on)
        if opened.questions:
            raise questions_open(len(opened.questions))
        sheet = opened.understood()
        if sheet is None or not sheet.rows:
            raise StudyError(
                "study.no-worksheet",
                "No row of the list is complete.",
                remedy="Correct the red cells of at least one row; the list of faults names them.",
            )
        content = as_worksheet_file(opened.draft.lines)
        imported = enter_worksheet(study.holding(store), sheet, content, opened.form.reasons)
        store.screening.note(ENTERED, "worksheet", {"rows": imported.n_rows}, who.id)
        kept = opened.keep(Draft(opened.draft.lines))
        store.choices.add(ENTERED_CHOICE, {"version": kept.version})
        take_as_base(kept)
        kept.note(who, kept.draft.lines, "entered")
        return EnteredList(imported, kept.version)


def _shown(opened: OpenedList) -> ScreenedList:
    sheet = opened.understood()
    return ScreenedList(
        opened.form,
        opened.shown(),
        opened.faults(sheet),
        opened.version,
        is_entered(opened, sheet),
        opened.entered_at,
        opened.questions,
        opened.worksheet,
        tuple(sorted(opened.store.withdrawals.all())),
    )
