"""The opened list beside the study's rows: renewed where they changed elsewhere; whether both say the same.

The store remembers the version of the study's rows that the list came from; questions stay open until a
person has answered all of them, and only then is the newer version the one it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

from adcurate.errors import StudyError
from adcurate.formats.worksheet import Worksheet
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.pull.awaited import hospital_numbers
from adcurate.study.rows import rows_of_version, stored_rows
from adcurate.study.screening.opened import BASE_CHOICE, ENTERED_CHOICE, OpenedList, with_days
from adcurate.study.screening.renewal import Renewed, Rows, answered, is_same, keyed, renew
from adcurate.study.worksheet import known_reason


def renewed_list(opened: OpenedList) -> OpenedList:
    """The list with what was changed in the study since it came from there, kept, and its open questions."""
    base = opened.store.choices.latest(BASE_CHOICE)
    if not opened.is_kept or (base is not None and base.payload["worksheet"] == opened.worksheet):
        return opened
    if not opened.worksheet:
        return opened
    renewed = _renewed(opened)
    if renewed.draft != opened.draft:
        opened = replace(opened.keep(renewed.draft), is_renewed=True)
    if not renewed.questions:
        take_as_base(opened)
    return replace(opened, questions=renewed.questions)


def answer_list(opened: OpenedList, of_study: frozenset[str]) -> OpenedList:
    """The list once every question is answered: those of `of_study` as in the study, all others as here."""
    renewed = Renewed(opened.draft, opened.questions)
    now = _now(opened)
    draft = answered(renewed, of_study, now, opened.form, _number(opened, now))
    kept = replace(opened.keep(draft), questions=())
    take_as_base(kept)
    return kept


def take_as_base(opened: OpenedList) -> None:
    """Remember that the list came from the study's rows as they are now."""
    opened.store.choices.add(BASE_CHOICE, {"worksheet": opened.store.worksheets.newest()})


def is_entered(opened: OpenedList, sheet: Worksheet | None) -> bool:
    """Whether the study's rows say what the list says; `sheet` is the list as it is understood."""
    if sheet is None or sheet.draft_rows or opened.questions or not opened.worksheet:
        return False
    here, there = _of_those_who_stay(opened, _coded(opened, sheet.rows)), _now(opened)
    return here.keys() == there.keys() and all(is_same(here[key], there[key]) for key in here)


def questions_open(n: int) -> StudyError:
    """The answer to entering a list while a person has to say which of two corrections stands."""
    return StudyError(
        "study.list-questions",
        f"{n} cells of the list were changed here and in the study.",
        remedy="Say for each which of the two stands; they are shown below the list.",
        n_cells=n,
    )


def _renewed(opened: OpenedList) -> Renewed:
    base = opened.store.choices.latest(BASE_CHOICE)
    entered = opened.store.choices.latest(ENTERED_CHOICE)
    before: Rows | None = None
    if base is not None:
        stored = rows_of_version(opened.store, base.payload["worksheet"])
        before = _of_those_who_stay(opened, with_days(stored, opened.vault))
    elif entered is not None and entered.payload["version"] == opened.version:
        sheet = opened.understood()
        before = _of_those_who_stay(opened, _coded(opened, sheet.rows if sheet else ()))
    now = _now(opened)
    return renew(opened.draft, before, now, opened.form, opened.code, _number(opened, now))


def _now(opened: OpenedList) -> Rows:
    return _of_those_who_stay(opened, with_days(stored_rows(opened.store), opened.vault))


def _of_those_who_stay(opened: OpenedList, rows: Sequence[WorksheetRow]) -> Rows:
    """By subject, visit and lesion, but for whoever withdrew: of them the list is as it was."""
    withdrawn = opened.store.withdrawals.all()
    return keyed([row for row in rows if row.subject not in withdrawn])


def _coded(opened: OpenedList, rows: Sequence[WorksheetRow]) -> list[WorksheetRow]:
    reasons = opened.form.reasons
    return [
        replace(
            row,
            subject=opened.code(row.subject),
            exclusion_reason=known_reason(row.exclusion_reason, reasons),
        )
        for row in rows
    ]


def _number(opened: OpenedList, now: Rows) -> Callable[[str], str]:
    """What is behind a code; all are looked up together, once a row comes in from elsewhere."""

    @cache
    def numbers() -> dict[str, str]:
        return hospital_numbers(opened.vault, {row.subject for row in now.values()})

    return lambda code: numbers().get(code, code)
