"""What any archive can be asked, whichever way it speaks: find exams, series and objects; fetch a series.

Answers of an archive hold patient data. The nouns here show none of it in their `repr`; addresses that an
answer may hold (Retrieve URL, BulkDataURI) are not even read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Protocol

from adcurate.errors import NetworkError

MAXIMUM_ANSWERS: Final = 20_000

# Gets the bytes of one object, as a DICOM file, as soon as it is there, and its SOP Instance UID ("" where
# it cannot be told). What it raises ends the fetching.
TakeObject = Callable[[bytes, str], None]


@dataclass(frozen=True, slots=True)
class ExamQuery:
    """What is asked for; every part that is given must hold. Nothing is ever a wildcard."""

    patient_id: str = field(default="", repr=False)
    accession: str = field(default="", repr=False)
    study_uid: str = field(default="", repr=False)
    day: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class ExamAtArchive:
    """One exam that an archive says it has."""

    study_uid: str = field(repr=False)
    patient_id: str = field(repr=False)
    accession: str = field(repr=False)
    day: date | None = field(repr=False)
    description: str = field(repr=False)
    modalities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeriesAtArchive:
    """One series of an exam; `n_objects` is None where the archive does not say."""

    series_uid: str = field(repr=False)
    modality: str
    description: str = field(repr=False)
    number: int | None = None
    n_objects: int | None = None


@dataclass(frozen=True, slots=True)
class SubOperations:
    """How an archive says that a fetch ended; DICOMweb counts what came and knows no failures."""

    completed: int
    failed: int = 0
    warning: int = 0


class Archive(Protocol):
    """A PACS behind one endpoint. Every call may raise a `NetworkError`."""

    def check(self) -> None:
        """Ask whether anybody answers, and is willing to answer us."""

    def find_exams(self, query: ExamQuery) -> tuple[ExamAtArchive, ...]:
        """The exams for which every part of the query holds, by our own comparison too."""

    def find_series(self, study_uid: str) -> tuple[SeriesAtArchive, ...]:
        """The series of an exam, by number."""

    def find_objects(self, study_uid: str, series_uid: str) -> tuple[str, ...]:
        """The SOP Instance UIDs of a series."""

    def fetch(
        self, study_uid: str, series_uid: str, take: TakeObject, objects: Sequence[str] = ()
    ) -> SubOperations:
        """Fetch a series, or only the named objects of it, object by object."""


def matching_exams(query: ExamQuery, found: Sequence[ExamAtArchive]) -> tuple[ExamAtArchive, ...]:
    """The exams that are what was asked for: an archive may match more loosely than we do."""
    return tuple(
        sorted(
            {
                exam.study_uid: exam
                for exam in found
                if exam.study_uid
                and (not query.patient_id or exam.patient_id == query.patient_id)
                and (not query.accession or exam.accession == query.accession)
                and (not query.study_uid or exam.study_uid == query.study_uid)
                and (query.day is None or exam.day == query.day)
            }.values(),
            key=lambda exam: (exam.day or date.min, exam.study_uid),
        )
    )


def check_query(query: ExamQuery) -> None:
    """Refuse a query that would ask for everything, or whose text an archive reads as a pattern.

    Raises
    ------
    NetworkError
        ``network.query``
    """
    texts = (query.patient_id, query.accession, query.study_uid)
    if any(set(text) & set("*?\\") or not text.isprintable() or len(text) > 64 for text in texts):
        raise NetworkError(
            "network.query",
            "A number to ask for holds *, ?, \\ or a control character, or is longer than 64 characters.",
            remedy="Ask for the number exactly as the PACS shows it.",
        )
    if not any(texts):
        raise NetworkError(
            "network.query",
            "A query needs a hospital number, an accession number or a study UID.",
            remedy="Give one of them; a date alone would ask for everybody of that day.",
        )


def check_found(n_answers: int) -> None:
    """Stop listening to an archive that answers without end (``network.answer``)."""
    if n_answers > MAXIMUM_ANSWERS:
        raise NetworkError(
            "network.answer",
            f"The archive gave more than {MAXIMUM_ANSWERS} answers to one question.",
            remedy="Ask more narrowly, or tell the PACS's administrator.",
            n_answers=n_answers,
        )
