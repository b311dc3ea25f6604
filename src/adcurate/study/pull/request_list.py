"""``request-list``: the table with which a PACS office finds and exports the awaited exams.

It names people, so it is written only to a file that a person names, outside the study's folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adcurate.errors import UsageError
from adcurate.formats.request_list import write_request_list
from adcurate.study.folder import StudyFolder
from adcurate.study.pull.awaited import AwaitedVisit, awaited_visits
from adcurate.study.pull.journal import PullJournal

HEADER: Final = ("No.", "Hospital number", "Date of the MRI", "Accession number", "Series to export")
SERIES: Final = (
    "MR: diffusion (every b-value, original images), the scanner's ADC map, and T2 and T1 of the same exam; "
    "as DICOM, uncompressed or lossless"
)
_ANY_DAY: Final = "unknown: please list all MR exams"


@dataclass(frozen=True, slots=True)
class RequestList:
    """What the list holds, in numbers: nothing here names anybody."""

    n_exams: int
    n_subjects: int
    n_without_date: int
    n_without_number: int
    file: Path | None

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``request-list --json``."""
        return {
            "exams": self.n_exams,
            "subjects": self.n_subjects,
            "without_date": self.n_without_date,
            "without_hospital_number": self.n_without_number,
            "file": str(self.file) if self.file else None,
        }


def write_requests(study: StudyFolder, output: Path | None) -> RequestList:
    """Write one row for each awaited visit whose hospital number is known; without `output` only count.

    Raises
    ------
    StudyError
        ``study.no-worksheet``
    UsageError
        ``usage.option`` for a file inside the study's folder.
    OutputError
        ``output.exists``, ``output.not-writable``
    VaultError
        ``vault.key-missing``
    """
    if output is not None and output.absolute().resolve().is_relative_to(study.path.resolve()):
        raise UsageError(
            "usage.option",
            "The list names people; the study's folder, which may be copied and shared, must not hold it.",
            remedy="Name a file in another folder.",
        )
    rows, awaited = request_rows(study)
    known = [visit for visit in awaited if visit.patient_id]
    if output is not None and rows:
        write_request_list(output, HEADER, [[str(n), *row] for n, row in enumerate(rows, start=1)])
    return RequestList(
        n_exams=len(rows),
        n_subjects=len({visit.subject for visit in known}),
        n_without_date=sum(not visit.days for visit in known),
        n_without_number=len(awaited) - len(known),
        file=output if rows else None,
    )


def request_rows(study: StudyFolder) -> tuple[list[tuple[str, ...]], tuple[AwaitedVisit, ...]]:
    """The rows of the list, sorted, and every awaited visit; both name people.

    Raises
    ------
    StudyError
        ``study.no-worksheet``
    VaultError
        ``vault.key-missing``
    """
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        awaited = awaited_visits(store, vault)
        journal = PullJournal(vault)
        rows = [_row(visit, journal.accessions_of(visit.subject)) for visit in awaited if visit.patient_id]
    return sorted(rows), awaited


def _row(visit: AwaitedVisit, accessions: tuple[str, ...]) -> tuple[str, ...]:
    days = " or ".join(day.isoformat() for day in visit.days) or _ANY_DAY
    return visit.patient_id, days, " or ".join(accessions), SERIES
