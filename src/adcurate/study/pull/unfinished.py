"""Which exams were begun from an archive and are not whole, kept as findings where every step sees them.

The vault's journal knows more, and is not opened to look at a study or to measure. Here are no real numbers.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from adcurate.findings import Finding
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.pull.journal import PulledExam

UNFINISHED: Final = "pull.unfinished"
_STEP: Final = "pull"


@dataclass(frozen=True, slots=True)
class UnfinishedExam:
    """An exam that is not whole: its UID in the study, where it was begun, and what is here of it."""

    exam: str
    subject: str
    endpoint: str
    n_objects: int

    @property
    def command(self) -> str:
        """What goes on with it."""
        return f"adcurate pull {shlex.quote(self.endpoint)}"


def keep_unfinished(study: StudyFolder, store: StudyStore, exams: Iterable[PulledExam]) -> None:
    """Make `exams` all that is unfinished; nothing is opened for writing where that is known already."""
    found = tuple(_finding(one) for one in sorted(exams, key=lambda one: one.exam))
    if found == store.findings.all(_STEP):
        return
    with study.open_store() as writing:
        writing.findings.replace(_STEP, found)


def unfinished_exams(store: StudyStore) -> tuple[UnfinishedExam, ...]:
    """The exams that a pull has not finished, whether it was broken off or is still at work."""
    here = Counter(record.study_uid for record in store.instances.all())
    return tuple(
        UnfinishedExam(
            one.where["exam"], one.where["subject"], one.where["endpoint"], here[one.where["exam"]]
        )
        for one in store.findings.all(_STEP)
        if one.code == UNFINISHED
    )


def _finding(exam: PulledExam) -> Finding:
    return Finding(
        UNFINISHED,
        f'Fetching this exam from "{exam.endpoint}" was not finished: what is here of it is not all, and '
        "numbers from it may be wrong.",
        "serious",
        {"exam": exam.exam, "subject": exam.subject, "endpoint": exam.endpoint},
    )
