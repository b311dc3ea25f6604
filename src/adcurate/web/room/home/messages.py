"""What the home page of a study is told."""

from __future__ import annotations

from typing import Self

from adcurate.findings import Severity
from adcurate.study.keeping.made_backups import DONE
from adcurate.study.steps import Cause, StepName, StudySteps
from adcurate.web.room.people_messages import Message


class StepMessage(Message):
    """One step: `n_done` of `n_all`."""

    name: StepName
    is_done: bool
    n_done: int
    n_all: int


class WaitedForMessage(Message):
    """Who has to do something how many times; `who` is a role or a name, `names` are lesions."""

    who: str
    cause: Cause
    n: int
    names: list[str]


class CountedFindingMessage(Message):
    """Findings of one kind; the sentence is the first one's."""

    code: str
    severity: Severity
    sentence: str
    n: int


class LastBackupMessage(Message):
    """The last try of a backup."""

    at: str
    is_whole: bool


class HomeAnswer(Message):
    """Counts of the study, its steps in order, whom it waits for, and what was found."""

    title: str
    n_subjects: int
    n_exams: int
    n_objects: int
    n_quarantined: int
    n_rows: int
    n_foreign_regions: int
    links: dict[str, int]
    n_unfinished: int
    steps: list[StepMessage]
    next_step: StepName | None
    waited_for: list[WaitedForMessage]
    findings: list[CountedFindingMessage]
    last_backup: LastBackupMessage | None

    @classmethod
    def of(cls, found: StudySteps) -> Self:
        """The same as it crosses the wire."""
        status, backup = found.status, found.status.last_backup
        return cls(
            title=status.title,
            n_subjects=status.n_subjects,
            n_exams=status.n_exams,
            n_objects=status.n_objects,
            n_quarantined=status.n_quarantined,
            n_rows=status.n_rows,
            n_foreign_regions=found.n_foreign_regions,
            links=status.link_counts,
            n_unfinished=len(status.unfinished),
            steps=[
                StepMessage(name=one.name, is_done=one.is_done, n_done=one.n_done, n_all=one.n_all)
                for one in found.steps
            ],
            next_step=found.next_step.name if found.next_step else None,
            waited_for=[
                WaitedForMessage(who=one.who, cause=one.cause, n=one.n, names=list(one.names))
                for one in found.waited_for
            ],
            findings=[
                CountedFindingMessage(code=one.code, severity=one.severity, sentence=one.sentence, n=one.n)
                for one in found.findings
            ],
            last_backup=None
            if backup is None
            else LastBackupMessage(at=backup.at, is_whole=backup.outcome == DONE),
        )
