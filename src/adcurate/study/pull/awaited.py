"""Whose exams the worksheet still waits for, with the hospital numbers that only the vault knows.

What is here is identity: it goes into a question to an archive or into a file that a person names, never
onto a screen, into a log or into the research zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from adcurate.errors import StudyError
from adcurate.formats.cell_texts import cell_texts
from adcurate.store import StudyStore, Vault
from adcurate.study.link import decisions, received_exams
from adcurate.study.rows import current_rows

_RECEIVED_WORKSHEET = "worksheet/"


@dataclass(frozen=True, slots=True)
class AwaitedVisit:
    """One included visit without its exam. `days` are the real ones, empty where the worksheet has none."""

    subject: str
    visit: str
    days: tuple[date, ...] = field(repr=False)
    patient_id: str = field(repr=False)


def awaited_visits(store: StudyStore, vault: Vault) -> tuple[AwaitedVisit, ...]:
    """Every included visit for which no exam of its day is there; `patient_id` is "" where nobody knows it.

    Raises
    ------
    StudyError
        ``study.no-worksheet``
    """
    rows = [row for row in current_rows(store) if row.status == "included"]
    if not rows:
        raise StudyError(
            "study.no-worksheet",
            "No worksheet says whose exams the study waits for.",
            remedy="Read it in first: adcurate study worksheet worksheet.xlsx. Or ask for an exam by number.",
        )
    visits: dict[tuple[str, str], set[date]] = {}
    for row in rows:
        visits.setdefault((row.subject, row.visit), set()).update([row.mri_date] if row.mri_date else [])
    received = received_exams(store)
    decided = decisions(store)
    awaited = []
    for (subject, visit), days in sorted(visits.items()):
        own = [exam for exam in received if exam.subject == subject]
        is_there = any(exam.date in days for exam in own) if days else bool(own)
        named = decided.get((subject, visit))
        is_named = named is not None and named.exam in {exam.study_instance_uid for exam in own}
        if not is_there and not is_named:
            awaited.append((subject, visit, days))
    numbers = hospital_numbers(vault, {subject for subject, _, _ in awaited})
    shift = vault.pseudonyms.shift_days
    return tuple(
        AwaitedVisit(
            subject,
            visit,
            tuple(sorted(day + timedelta(days=shift(subject)) for day in days)),
            numbers.get(subject, ""),
        )
        for subject, visit, days in awaited
    )


def hospital_numbers(vault: Vault, subjects: Iterable[str]) -> dict[str, str]:
    """The hospital number behind each code: as received objects had it, else as the worksheet wrote it.

    A cell of the kept worksheet is a hospital number when its code is one of `subjects`; nothing is guessed.
    """
    numbers = {}
    open_codes = set()
    for subject in subjects:
        known = {identity.patient_id.strip() for identity in vault.identities_of(subject)} - {""}
        if len(known) == 1:
            numbers[subject] = known.pop()
        else:
            open_codes.add(subject)
    if not open_codes:
        return numbers
    code_of = vault.pseudonyms.subject_code
    for name in vault.names():
        if name.startswith(_RECEIVED_WORKSHEET):
            for text in cell_texts(vault.get_bytes(name)):
                if (code := code_of(text)) in open_codes:
                    numbers[code] = text
    return numbers
