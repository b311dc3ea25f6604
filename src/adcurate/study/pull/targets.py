"""Whose exams a pull goes for, and which exam at the archive is meant. Nothing is guessed.

One exam of the asked person on the asked day is meant; several are listed for a person to choose from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from adcurate.dicom.network.archive import Archive, ExamAtArchive, ExamQuery
from adcurate.model import Pseudonyms
from adcurate.model.progress import Progress, no_progress
from adcurate.study.pull.awaited import AwaitedVisit
from adcurate.study.pull.journal import PulledExam

TargetStatus = Literal["found", "absent", "ambiguous", "no-number"]

_SHORTEST_PART = 4


@dataclass(frozen=True, slots=True)
class PullChoice:
    """How a person narrows or widens a pull; texts are real numbers and stay out of every `repr`."""

    queries: tuple[ExamQuery, ...] = ()
    exams: tuple[str, ...] = field(default=(), repr=False)
    every_exam: bool = False
    every_series: bool = False
    description: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """One visit (or query) and the exams that are meant. `candidates` are all that could be.

    `begun_at` is the endpoint where an absent exam was begun and not finished.
    """

    subject: str
    visit: str
    status: TargetStatus
    exams: tuple[ExamAtArchive, ...] = field(default=(), repr=False)
    candidates: tuple[ExamAtArchive, ...] = field(default=(), repr=False)
    days: tuple[date, ...] = field(default=(), repr=False)
    begun_at: str = ""


def targets_of_visits(
    archive: Archive,
    visits: Sequence[AwaitedVisit],
    choice: PullChoice,
    pseudonyms: Pseudonyms,
    progress: Progress = no_progress,
) -> tuple[Target, ...]:
    """Ask for every awaited visit's person, and take the exam of the visit's day."""
    targets = []
    for number, visit in enumerate(visits, start=1):
        progress("Asking for exams", number, len(visits))
        if not visit.patient_id:
            targets.append(Target(visit.subject, visit.visit, "no-number", days=visit.days))
            continue
        found = _mr_exams(archive.find_exams(ExamQuery(patient_id=visit.patient_id)))
        fitting = tuple(exam for exam in found if not visit.days or exam.day in visit.days)
        targets.append(_decide(visit.subject, visit.visit, fitting, found, visit.days, choice, pseudonyms))
    return tuple(targets)


def targets_of_queries(archive: Archive, choice: PullChoice, pseudonyms: Pseudonyms) -> tuple[Target, ...]:
    """Ask each query; what it finds is grouped by person."""
    targets = []
    for query in choice.queries:
        found = _mr_exams(archive.find_exams(query))
        by_subject: dict[str, list[ExamAtArchive]] = {}
        for exam in found:
            by_subject.setdefault(pseudonyms.subject_code(exam.patient_id), []).append(exam)
        if not found:
            subject = pseudonyms.subject_code(query.patient_id) if query.patient_id else ""
            targets.append(Target(subject, "", "absent"))
        targets += [
            _decide(subject, "", tuple(own), tuple(own), (), choice, pseudonyms)
            for subject, own in sorted(by_subject.items())
        ]
    return tuple(targets)


def targets_of_journal(archive: Archive, begun: Sequence[PulledExam], endpoint: str) -> tuple[Target, ...]:
    """The exams that an earlier pull began, from `endpoint` or another, and did not finish."""
    targets = []
    for one in begun:
        found = archive.find_exams(ExamQuery(study_uid=one.study_uid))
        same = tuple(exam for exam in found if exam.patient_id == one.patient_id)
        elsewhere = one.endpoint if not same and one.endpoint != endpoint else ""
        status: TargetStatus = "found" if same else "absent"
        targets.append(Target(one.subject, one.visit, status, same, same, begun_at=elsewhere))
    return tuple(targets)


def _mr_exams(found: Sequence[ExamAtArchive]) -> tuple[ExamAtArchive, ...]:
    return tuple(exam for exam in found if "MR" in exam.modalities or not exam.modalities)


def _decide(
    subject: str,
    visit: str,
    fitting: tuple[ExamAtArchive, ...],
    found: tuple[ExamAtArchive, ...],
    days: tuple[date, ...],
    choice: PullChoice,
    pseudonyms: Pseudonyms,
) -> Target:
    chosen = tuple(exam for exam in found if _is_named(exam, choice.exams, pseudonyms))
    if chosen:
        return Target(subject, visit, "found", chosen, found, days)
    if choice.every_exam and fitting:
        return Target(subject, visit, "found", fitting, found, days)
    if len(fitting) == 1:
        return Target(subject, visit, "found", fitting, found, days)
    return Target(subject, visit, "ambiguous" if fitting else "absent", (), found, days)


def _is_named(exam: ExamAtArchive, named: Sequence[str], pseudonyms: Pseudonyms) -> bool:
    """Whether a person named this exam: by its real UID, or by the end of its UID in the study."""
    shown = pseudonyms.uid(exam.study_uid)
    return any(one == exam.study_uid or (len(one) >= _SHORTEST_PART and shown.endswith(one)) for one in named)
