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
    """An exam as linking sees it: both keys and its UID. `is_doubted`: its subject may be two people."""

    study_instance_uid: str
    subject: str
    date: date | None
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class NamedExam:
    """The exam that a person named for a visit, and the days that its rows said then (None: not known)."""

    exam: str
    days: frozenset[date] | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """What became of one visit of a subject, or of one exam that no row asked for.

    ``matched``: one exam with the subject's code and the row's day, or one that a person named.
    ``awaited``: no exam of the subject. ``ambiguous``: a person must name one, because there are several
    exams on the day, exams on other days only, rows of one visit that name several days, an exam that fits
    two visits or comes after the resection, images of more than one date of birth, or a word given when the
    row said another day. ``unrequested``: an exam without a row.
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
    decisions: Mapping[tuple[str, str], NamedExam],
) -> tuple[Link, ...]:
    """Link every included visit and every exam.

    `decisions` maps (subject, visit) to the exam that a person named.
    """
    visits: dict[tuple[str, str], list[WorksheetRow]] = {}
    for row in rows:
        if row.status == "included":
            visits.setdefault((row.subject, row.visit), []).append(row)
    links = []
    taken: set[str] = set()
    of_subject: dict[str, list[ReceivedExam]] = {}
    for exam in exams:
        of_subject.setdefault(exam.subject, []).append(exam)
    for (subject, visit), asking in sorted(visits.items()):
        own = of_subject.get(subject, [])
        links.append(_link_visit(subject, visit, asking, own, decisions.get((subject, visit))))
    links = _each_exam_once(links)
    for link in links:
        taken.update(link.study_instance_uids)
    links += [
        Link(exam.subject, "", "unrequested", (exam.study_instance_uid,), "No included row asks for it.")
        for exam in sorted(exams, key=lambda exam: (exam.subject, exam.study_instance_uid))
        if exam.study_instance_uid not in taken
    ]
    return tuple(links)


def days_of(rows: Sequence[WorksheetRow]) -> frozenset[date]:
    """The MRI days that the rows of a visit name."""
    return frozenset(row.mri_date for row in rows if row.mri_date)


def _link_visit(
    subject: str,
    visit: str,
    rows: Sequence[WorksheetRow],
    own: list[ReceivedExam],
    decision: NamedExam | None,
) -> Link:
    uids = tuple(sorted(exam.study_instance_uid for exam in own))
    days = days_of(rows)
    if decision is not None and decision.exam in uids:
        if decision.days in (None, days):
            return Link(subject, visit, "matched", (decision.exam,), "A person named this exam.", "person")
        said = f"A person named exam …{decision.exam[-6:]} when the row said another day: name it again."
        return Link(subject, visit, "ambiguous", uids, said)
    if not own:
        return Link(subject, visit, "awaited", (), "No exam of this subject was received.")
    if len(days) > 1:
        return Link(subject, visit, "ambiguous", uids, "The visit's rows name different MRI dates.")
    same_day = [exam for exam in own if exam.date in days]
    if len(same_day) == 1:
        doubt = _doubt(same_day[0], rows)
        if doubt:
            return Link(subject, visit, "ambiguous", uids, doubt)
        return Link(subject, visit, "matched", (same_day[0].study_instance_uid,), "Subject and day agree.")
    if same_day:
        several = tuple(sorted(exam.study_instance_uid for exam in same_day))
        return Link(subject, visit, "ambiguous", several, f"{len(same_day)} exams on the row's day.")
    if not days:
        return Link(subject, visit, "ambiguous", uids, "The row has no MRI date.")
    wanted = min(days)
    apart = ", ".join(
        f"…{exam.study_instance_uid[-6:]} {(exam.date - wanted).days:+d} days" if exam.date else "no date"
        for exam in sorted(own, key=lambda exam: exam.study_instance_uid)
    )
    return Link(subject, visit, "ambiguous", uids, f"The subject's exams are of other days: {apart}.")


def _doubt(exam: ReceivedExam, rows: Sequence[WorksheetRow]) -> str:
    """Why subject and day do not settle it; "" where they do."""
    if exam.is_doubted:
        return "The images under this number carry more than one date of birth: perhaps two people."
    operated = [
        row.histology_date
        for row in rows
        if row.sample_type == "resection" and row.histology_date and exam.date
    ]
    after = [(exam.date - day).days for day in operated if exam.date and exam.date > day]
    return f"The exam is {_days(max(after))} after the resection." if after else ""


def _each_exam_once(links: Sequence[Link]) -> list[Link]:
    """An exam that fits several visits is no visit's, but for one that alone a person named it for."""
    fitting: dict[str, list[Link]] = {}
    for link in links:
        if link.status == "matched":
            fitting.setdefault(link.study_instance_uids[0], []).append(link)
    once = []
    for link in links:
        same = fitting.get(link.study_instance_uids[0], []) if link.status == "matched" else []
        named = [one for one in same if one.decided_by == "person"]
        if len(same) > 1 and named != [link]:
            visits = " and ".join(one.visit for one in same)
            said = f"The same exam is that of visits {visits}."
            if len(named) == 1:
                said = f"A person named the exam of this day for visit {named[0].visit}."
            link = Link(link.subject, link.visit, "ambiguous", link.study_instance_uids, said)
        once.append(link)
    return once


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"
