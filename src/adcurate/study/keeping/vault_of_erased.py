"""What the vault keeps of a subject that is erased: which records go, and which are written without it.

Others stay: the hospital numbers of subjects who are still awaited, and rows of the list that somebody has
typed and not entered yet.
"""

from __future__ import annotations

import csv
import datetime
import io
from dataclasses import dataclass, replace
from typing import Final

from adcurate.dicom.received.patient_ids import exams_in, patient_ids_in
from adcurate.model import PatientIdentity
from adcurate.store import StudyStore, Vault
from adcurate.store.moving import MOVED
from adcurate.store.subject_rows import Belongings
from adcurate.study.pull.awaited import hospital_numbers
from adcurate.study.pull.journal import PullJournal
from adcurate.study.screening.draft import DRAFT, Line, load_draft, save_draft

_WORKSHEETS: Final = "worksheet/"
_NUMBERS: Final = f"{_WORKSHEETS}numbers"


@dataclass(frozen=True, slots=True)
class VaultOfErased:
    """Records that go with the rows: `refused` by received digest; `worksheets` as they were received."""

    identity: str
    refused: dict[str, str]
    worksheets: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every record that goes."""
        return (self.identity, *self.refused.values(), *self.worksheets)


def clear_vault(store: StudyStore, vault: Vault, own: Belongings) -> VaultOfErased:
    """Write the records of others without the subject; returns those that are its own, to be taken away.

    Broken off anywhere, or done twice, nobody else loses anything.
    """
    PullJournal(vault).forget(own.subject, own.exams)
    _clean_identities(store, vault, own)
    _clean_list(vault, own.subject)
    _keep_numbers(store, vault, own.subject)
    worksheets = tuple(
        name for name in vault.names() if name.startswith(_WORKSHEETS) and name not in (DRAFT, _NUMBERS)
    )
    return VaultOfErased(f"identity/{own.subject}", _refused_of(store, vault, own), worksheets)


def _clean_identities(store: StudyStore, vault: Vault, own: Belongings) -> None:
    """Take what the subject's exams said of it out of the records of those whose they were taken for."""
    shift = vault.pseudonyms.shift_days
    known = vault.identities_of(own.subject)
    names = {one.patient_name for one in known} - {""}
    births = {one.birth_date for one in known} - {""}

    def speaks_of_it(one: PatientIdentity, held: tuple[PatientIdentity, ...]) -> bool:
        are_two = len({other.birth_date for other in held}) > 1
        return one.patient_name in names or (are_two and one.birth_date in births)

    for entry in store.audit.done(MOVED):
        before = entry.before.get("subject") if isinstance(entry.before, dict) else None
        if entry.object not in own.exams or not isinstance(before, str) or before == own.subject:
            continue
        exam = store.instances.all(study_uid=entry.object)[0]
        day = _real_day(exam.exam_date, shift(own.subject))
        days = {_real_day(one.exam_date, shift(before)) for one in store.instances.all(subject=before)}
        held = vault.identities_of(before)
        of_exam = {
            one
            for one in held
            if one.exam == entry.object
            # Records of an earlier version do not say with which exam they came.
            or (not one.exam and one.exam_date == day and (day not in days or speaks_of_it(one, held)))
        }
        if of_exam:
            left = tuple(one for one in held if one not in of_exam)
            number = PatientIdentity(held[0].patient_id, "", "", "")
            vault.put_identities(before, left or (number,))


def _real_day(shifted: str, days: int) -> str:
    if not shifted:
        return ""
    day = datetime.datetime.strptime(shifted, "%Y%m%d") + datetime.timedelta(days=days)
    return day.strftime("%Y%m%d")


def _clean_list(vault: Vault, subject: str) -> None:
    """Take the subject's rows out of the list that is being filled in; all other rows stay."""
    found = load_draft(vault)
    if found is None:
        return
    draft = found[0]

    def of_others(lines: tuple[Line, ...]) -> tuple[Line, ...]:
        code_of = vault.pseudonyms.subject_code
        return tuple(one for one in lines if subject not in (one.subject.strip(), code_of(one.subject)))

    save_draft(vault, replace(draft, lines=of_others(draft.lines), gone=of_others(draft.gone)))


def _keep_numbers(store: StudyStore, vault: Vault, subject: str) -> None:
    """Keep the hospital numbers that only the worksheets know, since these go as a whole."""
    version = store.worksheets.latest()
    others = {row.subject for row in (version.rows if version else ())} - {subject}
    numbers = hospital_numbers(vault, others)
    if not numbers:
        vault.remove(_NUMBERS)
        return
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        [["subject"], *([one] for one in sorted(numbers.values()))]
    )
    vault.put_bytes(_NUMBERS, text.getvalue().encode(), "hospital numbers of worksheets that were taken away")


def _refused_of(store: StudyStore, vault: Vault, own: Belongings) -> dict[str, str]:
    """Quarantined objects that name the subject or are of its exams: received digest to the vault's name."""
    pseudonyms = vault.pseudonyms

    def is_own(content: bytes) -> bool:
        codes = {code for one in patient_ids_in(content) for code in (one, pseudonyms.subject_code(one))}
        exams = {uid for one in exams_in(content) for uid in (one, pseudonyms.uid(one))}
        return own.subject in codes or bool(exams & own.exams)

    return {
        record.received_digest: record.vault_name
        for record in store.quarantine.all()
        if is_own(vault.get_bytes(record.vault_name))
    }
