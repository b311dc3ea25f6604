"""``link``: which exam belongs to which row. Two keys propose; what they leave open a person decides."""

from __future__ import annotations

from datetime import date, datetime

from adcurate.errors import StudyError
from adcurate.store import Link as StoredLink
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.linking import Link, ReceivedExam, link_rows_to_exams
from adcurate.study.rows import current_rows

_DECISION = "link/"


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
    return tuple(ReceivedExam(one.study_uid, one.subject, _day(one.exam_date)) for one in exams)


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
        store.choices.add(f"{_DECISION}{subject}/{visit}", {"exam": fitting[0], "why": why})
        if person:
            said = {"visit": visit, "exam": fitting[0]}
            store.screening.note("link.decide", subject, said, person, reason=why)
        return refresh_links(store)


def decisions(store: StudyStore) -> dict[tuple[str, str], str]:
    """What persons decided: (subject, visit) to the exam they named."""
    return {key: exam for key, (exam, _) in decided_links(store).items()}


def decided_links(store: StudyStore) -> dict[tuple[str, str], tuple[str, str]]:
    """What persons decided, and why: (subject, visit) to the exam they named and their reason."""
    decided = {}
    for choice in store.choices.all():
        if choice.key.startswith(_DECISION):
            subject, visit = choice.key.removeprefix(_DECISION).split("/", 1)
            decided[subject, visit] = (str(choice.payload["exam"]), str(choice.payload.get("why", "")))
    return decided


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return None
