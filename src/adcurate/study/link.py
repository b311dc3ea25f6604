"""``link``: which exam belongs to which row. Two keys propose; what they leave open a person decides."""

from __future__ import annotations

from datetime import date, datetime

from adcurate.errors import StudyError
from adcurate.store import Link as StoredLink
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.linking import Link, NamedExam, ReceivedExam, days_of, link_rows_to_exams
from adcurate.study.rows import current_rows

_DECISION = "link/"
_BIRTH_DATES = "birth-dates/"


def refresh_links(store: StudyStore) -> tuple[Link, ...]:
    """Link the rows and exams that are in the store now, and keep the outcome."""
    links = link_rows_to_exams(current_rows(store), received_exams(store), decisions(store))
    store.links.replace(
        [
            StoredLink(
                "" if link.status == "awaited" else link.study_instance_uids[0],
                link.subject,
                link.visit,
                link.status,
                link.decided_by,
                link.reason,
            )
            for link in links
        ]
    )
    return links


def received_exams(store: StudyStore) -> tuple[ReceivedExam, ...]:
    """The exams in the store, as linking sees them."""
    exams = sorted(store.instances.exams(), key=lambda one: one.study_uid)
    doubted = doubted_subjects(store)
    return tuple(
        ReceivedExam(one.study_uid, one.subject, _day(one.exam_date), one.subject in doubted) for one in exams
    )


def decide_link(
    study: StudyFolder, subject: str, exam: str, why: str, *, visit: str = "1", person: str = ""
) -> tuple[Link, ...]:
    """Record that a person says: this exam belongs to this visit of the subject.

    `exam` is an exam's UID in the study or a part of one; `person` is the id of who is signed in, or "".

    Raises
    ------
    StudyError
        ``study.unmatched`` where the subject has no such exam, or the part fits several.
    """
    with study.open_store() as store, store.runs.record("link"):
        own = [one.study_instance_uid for one in received_exams(store) if one.subject == subject]
        fitting = [uid for uid in own if uid == exam] or [uid for uid in own if exam and exam in uid]
        if len(fitting) != 1:
            raise StudyError(
                "study.unmatched",
                f"{len(fitting)} exams of this subject have that in their UID.",
                remedy="adcurate study status lists the exams that wait for a word.",
                n_exams=len(fitting),
            )
        rows = [row for row in current_rows(store) if (row.subject, row.visit) == (subject, visit)]
        days = sorted(day.isoformat() for day in days_of([row for row in rows if row.status == "included"]))
        store.choices.add(f"{_DECISION}{subject}/{visit}", {"exam": fitting[0], "why": why, "days": days})
        if person:
            said = {"visit": visit, "exam": fitting[0]}
            store.screening.note("link.decide", subject, said, person, reason=why)
        return refresh_links(store)


def decisions(store: StudyStore) -> dict[tuple[str, str], NamedExam]:
    """What persons decided: (subject, visit) to the exam they named."""
    return {key: named for key, (named, _) in decided_links(store).items()}


def decided_links(store: StudyStore) -> dict[tuple[str, str], tuple[NamedExam, str]]:
    """What persons decided, and why: (subject, visit) to the exam they named and their reason."""
    decided = {}
    for choice in store.choices.all():
        if choice.key.startswith(_DECISION):
            subject, visit = choice.key.removeprefix(_DECISION).split("/", 1)
            days = choice.payload.get("days")
            then = None if days is None else frozenset(date.fromisoformat(day) for day in days)
            named = NamedExam(str(choice.payload["exam"]), then)
            decided[subject, visit] = (named, str(choice.payload.get("why", "")))
    return decided


def note_birth_dates(store: StudyStore, subject: str, n: int) -> None:
    """Remember, without any of them, how many dates of birth the images of a subject carry."""
    known = store.choices.latest(f"{_BIRTH_DATES}{subject}")
    if n != (known.payload["n"] if known else 1):
        store.choices.add(f"{_BIRTH_DATES}{subject}", {"n": n})


def doubted_subjects(store: StudyStore) -> frozenset[str]:
    """Whose images carry more than one date of birth: perhaps two people under one number."""
    return frozenset(
        choice.key.removeprefix(_BIRTH_DATES)
        for choice in store.choices.all()
        if choice.key.startswith(_BIRTH_DATES) and choice.payload["n"] > 1
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None
