"""The list as a use case has it open: its draft, the form that reads it, the codes behind its numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from adcurate.errors import StudyError
from adcurate.formats.vocabulary import COLUMN_BY_NAME
from adcurate.formats.worksheet import Worksheet, WorksheetOptions, understand_sheet
from adcurate.formats.worksheet_forms import WorksheetForm, worksheet_form
from adcurate.formats.worksheet_writing import row_texts
from adcurate.model.reading.design import Someone
from adcurate.model.worksheet import CellFault, WorksheetRow
from adcurate.store import StudyStore, Vault
from adcurate.study.folder import StudyFolder
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.pull.awaited import hospital_numbers
from adcurate.study.rows import stored_rows
from adcurate.study.screening.draft import (
    Draft,
    Line,
    as_sheet,
    draft_bytes,
    load_draft,
    save_draft,
    version_of,
)
from adcurate.study.screening.renewal import Question
from adcurate.study.worksheet import known_codes

ENTERED_CHOICE: Final = "list-entered"
BASE_CHOICE: Final = "list-base"
OUTCOMES: Final = frozenset({"grade", "gleason", "diagnosis", "ki67", "mitoses", "differentiation"})
_SHOWN: Final = ("outcomes.entered", "outcomes.seen")


@dataclass(frozen=True, slots=True)
class ShownFault:
    """One faulty cell, by the id of its row."""

    row: str
    fault: CellFault


@dataclass(frozen=True, slots=True)
class OpenedList:
    """The list with what is needed to read it; `worksheet` is the version of the study's rows."""

    store: StudyStore
    vault: Vault
    form: WorksheetForm
    draft: Draft
    version: str
    is_kept: bool
    known: frozenset[str]
    worksheet: int
    questions: tuple[Question, ...] = ()
    is_renewed: bool = False

    @classmethod
    def of(cls, study: StudyFolder, store: StudyStore) -> OpenedList:
        """The draft, or before there is one the rows that the study has."""
        refuse_while_sealed(store, "The list of subjects shows outcomes")
        protocol = study.protocol()
        form = worksheet_form(protocol.grading.scale, protocol.grades)
        vault = study.open_vault(store)
        found = load_draft(vault)
        draft = found[0] if found else Draft(_stored_lines(store, vault, form))
        content = found[1] if found else draft_bytes(draft)
        return cls(
            store,
            vault,
            form,
            draft,
            version_of(vault, content),
            found is not None,
            known_codes(store),
            store.worksheets.newest(),
        )

    @property
    def entered_at(self) -> str:
        """When the study's rows came in; "" before any."""
        latest = self.store.worksheets.latest()
        return latest.at if latest else ""

    def keep(self, draft: Draft) -> OpenedList:
        """Keep another draft in this one's place."""
        if not self.is_kept:
            self.store.choices.add(BASE_CHOICE, {"worksheet": self.worksheet})
        version = version_of(self.vault, save_draft(self.vault, draft))
        return replace(self, draft=draft, version=version, is_kept=True)

    def refuse_other(self, based_on: str) -> None:
        """Stop where the list is no longer the one that was looked at."""
        if based_on != self.version:
            raise list_behind() if self.is_renewed else list_changed()

    def code(self, subject: str) -> str:
        """The study's code of what was typed for a subject."""
        written = subject.strip()
        if not written or written in self.known:
            return written
        return self.vault.pseudonyms.subject_code(written)

    def resolved(self, texts: Mapping[str, str]) -> dict[str, str]:
        """The cells to keep: a code that the list gave out means the number behind it."""
        said = {name: text for name, text in texts.items() if name in COLUMN_BY_NAME}
        if said.get("subject"):
            said["subject"] = self._behind(said["subject"])
        return said

    def _behind(self, text: str) -> str:
        written = text.strip()
        if not self.vault.pseudonyms.is_subject_code(written):
            return text
        for line in (*self.draft.lines, *self.draft.gone):
            if self.code(line.subject) == written:
                return line.subject
        return hospital_numbers(self.vault, {written}).get(written, text)

    def shown(self) -> tuple[Line, ...]:
        """The rows under codes."""
        return tuple(_under_code(line, self.code(line.subject)) for line in self.draft.lines)

    def understood(self) -> Worksheet | None:
        """What the rows say; None where all of them are blank."""
        if not any(line.texts for line in self.draft.lines):
            return None
        options = WorksheetOptions(decimal=".", date_order="iso")
        sheet = as_sheet(self.draft.lines, self.form)
        return understand_sheet(sheet, self.version, options, self.form)

    def faults(self, sheet: Worksheet | None) -> tuple[ShownFault, ...]:
        """Every faulty cell, row by row; `sheet` is the list as `understood`."""
        return tuple(
            ShownFault(self.draft.lines[draft.row_number - 1].id, fault)
            for draft in (sheet.draft_rows if sheet else ())
            for fault in draft.faults
        )

    def note(self, who: Someone, lines: Iterable[Line], how: str) -> None:
        """Enter into the log whose outcomes a person saw or entered, unless it says so already."""
        keys = {
            f"{self.code(line.subject)}/{line.texts.get('lesion', '1')}"
            for line in lines
            if line.subject and OUTCOMES & line.texts.keys()
        }
        new = keys - self._told(who)
        if new:
            self.store.reading.seals.note_seen(new, how, who.id)

    def _told(self, who: Someone) -> set[str]:
        told: set[str] = set()
        for entry in self.store.audit.done(*_SHOWN):
            if entry.person == who.id and isinstance(entry.after, dict):
                lesions = entry.after.get("lesions")
                told.update(str(one) for one in lesions) if isinstance(lesions, list) else None
        return told


def _stored_lines(store: StudyStore, vault: Vault, form: WorksheetForm) -> tuple[Line, ...]:
    """The rows that the study has, with the days and numbers that only the vault knows."""
    rows = with_days(stored_rows(store), vault)
    numbers = hospital_numbers(vault, {row.subject for row in rows})
    return tuple(
        Line(f"s{at}", {**row_texts(row, form), "subject": numbers.get(row.subject, row.subject)})
        for at, row in enumerate(rows, 1)
    )


def with_days(rows: Sequence[WorksheetRow], vault: Vault) -> tuple[WorksheetRow, ...]:
    """Stored rows with the days as they were, not as they are shifted."""
    shift = vault.pseudonyms.shift_days
    return tuple(
        replace(
            row,
            mri_date=_back(row.mri_date, shift(row.subject)),
            histology_date=_back(row.histology_date, shift(row.subject)),
        )
        for row in rows
    )


def _back(day: date | None, days: int) -> date | None:
    return None if day is None else day + timedelta(days=days)


def _under_code(line: Line, code: str) -> Line:
    return replace(line, texts={**line.texts, "subject": code}) if code else line


def list_behind() -> StudyError:
    """The answer to a change of a list whose rows the study has got anew from elsewhere."""
    return StudyError(
        "study.list-behind",
        "The study's rows were changed meanwhile, by a returned file or a worksheet that was read in.",
        remedy="Load the list again: it has those changes beside yours, and asks where both differ.",
    )


def list_changed() -> StudyError:
    """The answer to a change of a list that is no longer the one that was looked at."""
    return StudyError(
        "study.list-changed",
        "The list was changed in another window meanwhile.",
        remedy="Load it again; what was kept is there.",
    )
