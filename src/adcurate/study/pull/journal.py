"""What fetching has begun and not finished, kept in the vault: it names exams by their real numbers.

The store says which objects came; the journal adds what the store cannot know: that an exam is unfinished
and who asked for it, and which objects came and were not stored.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from adcurate.store import Vault

_NAME = "pull/journal"


@dataclass(slots=True)
class PulledExam:
    """One exam at one endpoint. `exam` and the keys of the dictionaries are the study's own UIDs.

    `not_stored` holds, for each series, the objects that came and were quarantined or left alone;
    `nameless` how many of them had no readable UID.
    """

    exam: str
    endpoint: str
    subject: str
    visit: str
    study_uid: str = field(repr=False)
    patient_id: str = field(repr=False)
    accession: str = field(default="", repr=False)
    every_series: bool = False
    description: str = field(default="", repr=False)
    is_finished: bool = False
    not_stored: dict[str, list[str]] = field(default_factory=dict)
    nameless: dict[str, int] = field(default_factory=dict)


class PullJournal:
    """The exams that were ever fetched, by their UID in the study."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        kept = json.loads(vault.get_bytes(_NAME)) if vault.has(_NAME) else []
        self._exams = {str(one["exam"]): PulledExam(**one) for one in kept}

    def unfinished(self) -> tuple[PulledExam, ...]:
        """The exams that were begun and not finished, from whichever endpoint."""
        return tuple(one for one in self._exams.values() if not one.is_finished)

    def find(self, exam: str) -> PulledExam | None:
        """What is known of an exam."""
        return self._exams.get(exam)

    def accessions_of(self, subject: str) -> tuple[str, ...]:
        """The accession numbers under which a subject's exams were found."""
        found = {one.accession for one in self._exams.values() if one.subject == subject}
        return tuple(sorted(found - {""}))

    def forget(self, subject: str, exams: Collection[str] = ()) -> None:
        """Take out a subject's exams, and those that were asked for as another's and became the subject's."""
        others = {uid: one for uid, one in self._exams.items() if one.subject != subject and uid not in exams}
        if len(others) < len(self._exams):
            self._exams = others
            self._write()

    def keep(self, exam: PulledExam) -> None:
        """Write an exam's entry, durably."""
        self._exams[exam.exam] = exam
        self._write()

    def _write(self) -> None:
        content = json.dumps([asdict(one) for one in self._exams.values()]).encode()
        self._vault.put_bytes(_NAME, content, "what fetching has begun")
