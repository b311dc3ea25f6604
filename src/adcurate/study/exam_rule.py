"""Which of a subject's exams is proposed for a visit, and the evidence of each: a person decides.

The rule: the exam nearest to the histology, not after a resection, and within the protocol's days. Two exams
equally near, or none that the rule allows, and nothing is proposed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adcurate.model.worksheet import SampleType
from adcurate.study.linking import ReceivedExam


@dataclass(frozen=True, slots=True)
class ExamEvidence:
    """One exam of a subject beside what its row says; days are the exam's less the other's."""

    study_instance_uid: str
    days_from_row: int | None
    days_from_histology: int | None
    against: str


@dataclass(frozen=True, slots=True)
class ExamProposal:
    """The exams of a visit, nearest first, the one the rule takes ("" where it takes none), and why."""

    exams: tuple[ExamEvidence, ...]
    proposed: str
    why: str


def propose_exam(
    exams: Sequence[ReceivedExam],
    mri_day: date | None,
    histology_day: date | None,
    sample: SampleType | None,
    within_days: int,
) -> ExamProposal:
    """Apply the rule to a visit's exams.

    Examples
    --------
    >>> exams = [ReceivedExam("1", "S", date(2020, 1, 1)), ReceivedExam("2", "S", date(2020, 2, 1))]
    >>> propose_exam(exams, None, date(2020, 2, 9), None, 30).why
    'nearest to the histology: 8 days before it'
    """
    evidence = sorted(
        (_evidence(exam, mri_day, histology_day, sample, within_days) for exam in exams), key=_nearness
    )
    allowed = [one for one in evidence if not one.against]
    if not allowed:
        why = "no exam is allowed by the rule" if evidence else "no exam is there"
        return ExamProposal(tuple(evidence), "", why)
    first = allowed[0]
    if len(allowed) > 1 and _nearness(allowed[1])[:2] == _nearness(first)[:2]:
        return ExamProposal(tuple(evidence), "", "two exams are equally near")
    if first.days_from_histology is not None:
        return ExamProposal(
            tuple(evidence),
            first.study_instance_uid,
            f"nearest to the histology: {_apart(first.days_from_histology)}",
        )
    if first.days_from_row is not None:
        return ExamProposal(
            tuple(evidence),
            first.study_instance_uid,
            f"nearest to the listed day, no histology day is known: {_apart(first.days_from_row)}",
        )
    return ExamProposal(tuple(evidence), "", "neither the list nor the exam says a day")


def _evidence(
    exam: ReceivedExam,
    mri_day: date | None,
    histology_day: date | None,
    sample: SampleType | None,
    within_days: int,
) -> ExamEvidence:
    from_histology = _days(exam.date, histology_day)
    against = ""
    if exam.date is None:
        against = "its day is not known"
    elif from_histology is not None and from_histology > 0 and sample == "resection":
        against = "after the resection"
    elif from_histology is not None and within_days and abs(from_histology) > within_days:
        against = f"more than {within_days} days from the histology"
    return ExamEvidence(exam.study_instance_uid, _days(exam.date, mri_day), from_histology, against)


def _days(day: date | None, other: date | None) -> int | None:
    return None if day is None or other is None else (day - other).days


def _nearness(one: ExamEvidence) -> tuple[bool, int, str]:
    days = one.days_from_histology if one.days_from_histology is not None else one.days_from_row
    return (days is None, abs(days or 0), one.study_instance_uid)


def _apart(days: int) -> str:
    n = abs(days)
    unit = "day" if n == 1 else "days"
    return "the same day" if n == 0 else f"{n} {unit} {'after' if days > 0 else 'before'} it"
