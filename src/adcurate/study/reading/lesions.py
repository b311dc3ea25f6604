"""Which lesions are read: told by the worksheet's rows and the exams, never by an outcome.

Blinded reading needs more than hidden grades: a lesion without a grade must be read like any other, or its
absence would tell something.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from adcurate.model.protocol import Protocol, Reading
from adcurate.model.worksheet import WorksheetRow
from adcurate.store import StudyStore
from adcurate.study.cohort import choose_lesion
from adcurate.study.link import decisions, received_exams
from adcurate.study.linking import link_rows_to_exams
from adcurate.study.rows import current_rows

# What a grade says, and what it was made from: no reader and nobody who draws up a design may see them.
OUTCOME_COLUMNS = (
    *("grade", "ki67", "mitoses", "mitoses_unit", "necrosis", "differentiation", "edition"),
    *("gleason", "diagnosis"),
)


@dataclass(frozen=True, slots=True)
class ReadableLesion:
    """One lesion with its exam; `study_instance_uid` is "" where none is matched."""

    subject: str
    visit: str
    lesion: str
    site: str
    organ: str
    study_instance_uid: str
    size_mm: float | None = None

    @property
    def key(self) -> str:
        """How a coordinator names it."""
        return f"{self.subject}/{self.lesion}"


def readable_lesions(store: StudyStore, protocol: Protocol) -> tuple[ReadableLesion, ...]:
    """Every included lesion, by subject and lesion; in free selection one for each subject and visit.

    A reader who looks for the lesion reads the exam once: the lesion that stands for the subject by the
    protocol's choice, which knows sites and sizes and no outcome.
    """
    rows = [row for row in current_rows(store) if row.status == "included"]
    links = link_rows_to_exams(current_rows(store), received_exams(store), decisions(store))
    exam_of = {
        (link.subject, link.visit): link.study_instance_uids[0] for link in links if link.status == "matched"
    }
    if protocol.reading is not None and protocol.reading.selection == "free":
        by_visit: dict[tuple[str, str], list[WorksheetRow]] = {}
        for row in rows:
            by_visit.setdefault((row.subject, row.visit), []).append(row)
        rows = [choose_lesion(own, protocol.lesion)[0] for own in by_visit.values()]
    found: dict[str, ReadableLesion] = {}
    for one in sorted((_readable(row, exam_of) for row in rows), key=lambda one: (one.key, one.visit)):
        # A lesion that was seen at several visits is read on the first that has an exam.
        if one.key not in found or not found[one.key].study_instance_uid:
            found[one.key] = one
    return tuple(found.values())


def with_pointer(
    store: StudyStore, every: Sequence[ReadableLesion], rules: Reading
) -> tuple[list[ReadableLesion], list[ReadableLesion]]:
    """Lesions that can be read, and those with an exam that lack a pointer."""
    with_exam = [one for one in every if one.study_instance_uid]
    if rules.selection == "free":
        return with_exam, []
    placed = store.reading.pointers.all()
    ready = [one for one in with_exam if (one.subject, one.lesion) in placed]
    return ready, [one for one in with_exam if (one.subject, one.lesion) not in placed]


def _readable(row: WorksheetRow, exam_of: Mapping[tuple[str, str], str]) -> ReadableLesion:
    return ReadableLesion(
        row.subject,
        row.visit,
        row.lesion,
        row.site or "",
        row.lesion_site or "",
        exam_of.get((row.subject, row.visit), ""),
        row.lesion_size_mm,
    )
