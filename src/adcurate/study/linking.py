"""Joining worksheet rows and exams by two keys, subject and day of the exam; nothing is linked silently."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from adcurate.model.worksheet import WorksheetRow

LinkStatus = Literal["matched", "awaited", "unrequested", "ambiguous"]


@dataclass(frozen=True, slots=True)
class ReceivedExam:
    """An exam as linking sees it: both keys and its UID."""

    study_instance_uid: str
    subject: str
    date: date | None


@dataclass(frozen=True, slots=True)
class Link:
    """What became of one visit of a subject, or of one exam that no row asked for.

    ``matched``: one exam with the subject's code and the row's day, or one that a person named.
    ``awaited``: no exam of the subject. ``ambiguous``: several exams on the day, exams on other days
    only, or rows of one visit that name several days; a person must name one. ``unrequested``: an exam
    without a row.
    """

    subject: str
    visit: str
    status: LinkStatus
    study_instance_uids: tuple[str, ...]
    reason: str
    decided_by: Literal["two keys", "person"] = "two keys"


def link_rows_to_exams(
    rows: Sequence[WorksheetRow],
    exams: Sequence[ReceivedExam],
    decisions: Mapping[tuple[str, str], str],
) -> tuple[Link, ...]:
    """Link every included visit and every exam.

    `decisions` maps (subject, visit) to the exam that a person named.
    """
    visits: dict[tuple[str, str], set[date]] = {}
    for row in rows:
        if row.status == "included":
            visits.setdefault((row.subject, row.visit), set()).update([row.mri_date] if row.mri_date else [])
    links = []
    taken: set[str] = set()
    of_subject: dict[str, list[ReceivedExam]] = {}
    for exam in exams:
        of_subject.setdefault(exam.subject, []).append(exam)
    for (subject, visit), days in sorted(visits.items()):
        own = of_subject.get(subject, [])
        link = _link_visit(subject, visit, days, own, decisions.get((subject, visit)))
        links.append(link)
        if link.status in {"matched", "ambiguous"}:
            taken.update(link.study_instance_uids)
    links += [
        Link(exam.subject, "", "unrequested", (exam.study_instance_uid,), "No included row asks for it.")
        for exam in sorted(exams, key=lambda exam: (exam.subject, exam.study_instance_uid))
        if exam.study_instance_uid not in taken
    ]
    return tuple(links)


def _link_visit(
    subject: str, visit: str, days: set[date], own: list[ReceivedExam], decision: str | None
) -> Link:
    uids = tuple(sorted(exam.study_instance_uid for exam in own))
    if decision is not None and decision in uids:
        return Link(subject, visit, "matched", (decision,), "A person named this exam.", "person")
    if not own:
        return Link(subject, visit, "awaited", (), "No exam of this subject was received.")
    if len(days) > 1:
        return Link(subject, visit, "ambiguous", uids, "The visit's rows name different MRI dates.")
    same_day = tuple(sorted(exam.study_instance_uid for exam in own if exam.date in days))
    if len(same_day) == 1:
        return Link(subject, visit, "matched", same_day, "Subject and day agree.")
    if same_day:
        return Link(subject, visit, "ambiguous", same_day, f"{len(same_day)} exams on the row's day.")
    if not days:
        return Link(subject, visit, "ambiguous", uids, "The row has no MRI date.")
    wanted = min(days)
    apart = ", ".join(
        f"…{exam.study_instance_uid[-6:]} {(exam.date - wanted).days:+d} days" if exam.date else "no date"
        for exam in sorted(own, key=lambda exam: exam.study_instance_uid)
    )
    return Link(subject, visit, "ambiguous", uids, f"The subject's exams are of other days: {apart}.")
