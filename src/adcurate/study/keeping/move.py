"""``move``: an exam that came under the wrong subject is given to the right one, with a reason.

Its objects are written anew under the right code and days, so that their digests are others: maps,
measurements and analyses made of the old ones are not found any more and are made again. Drawings on it no
longer count; readings of it stay and are marked, and no reader is given it under the wrong subject again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from adcurate.dicom.deidentification.moving import MovedObject, move_research_object
from adcurate.errors import StudyError
from adcurate.model.progress import Progress, no_progress
from adcurate.store import InstanceRecord, StudyStore
from adcurate.store.moving import ExamMove
from adcurate.study.folder import StudyFolder
from adcurate.study.link import refresh_links
from adcurate.study.linking import Link

STEP: Final = "move"


@dataclass(frozen=True, slots=True)
class MovedExam:
    """What a move did; `regions` are the drawings that do not count any more, by subject/lesion/reader."""

    study_instance_uid: str
    before: str
    after: str
    n_objects: int
    n_maps: int
    n_measurements: int
    analyses: tuple[str, ...]
    regions: tuple[str, ...]
    n_readings: int
    n_locked: int
    links: tuple[Link, ...]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study move --json``."""
        return {
            "exam": self.study_instance_uid,
            "before": self.before,
            "after": self.after,
            "objects": self.n_objects,
            "maps_not_used_any_more": self.n_maps,
            "measurements_not_used_any_more": self.n_measurements,
            "analyses_not_used_any_more": list(self.analyses),
            "regions_set_aside": list(self.regions),
            "readings_kept": self.n_readings,
            "locked_readings_kept": self.n_locked,
        }


def move_exam(
    study: StudyFolder,
    exam: str,
    subject: str,
    why: str,
    *,
    person: str = "",
    progress: Progress = no_progress,
) -> MovedExam:
    """Give an exam, named by its UID or a part of one, to a subject of the study.

    Raises
    ------
    StudyError
        ``study.unmatched`` where the part fits no exam or several; ``study.no-subject``;
        ``study.withdrawn``
    DicomError
        ``dicom.not-kept``
    VaultError
        ``vault.key-missing``
    """
    with study.open_store() as store, store.runs.record(STEP):
        records = _exam(store, exam)
        before, uid = records[0].subject, records[0].study_uid
        _check_subject(store, before, subject)
        pseudonyms = study.open_vault(store).pseudonyms
        own = store.subjects.belongings(before, [uid])
        moved: list[MovedObject] = []

        def contents() -> Iterator[bytes]:
            for done, record in enumerate(records, start=1):
                one = move_research_object(store.blobs.get(record.blob), subject, pseudonyms)
                moved.append(MovedObject(b"", one.sop_instance_uid, one.exam_date_shifted))
                yield one.content
                progress("Moving", done, len(records))

        staged = store.blobs.stage_all(contents())
        try:
            told = {"readings": sorted(own.items), "measurements": own.n_measurements}
            done = store.subjects.move_exam(
                ExamMove(
                    uid,
                    before,
                    subject,
                    why,
                    person,
                    {
                        one.sop_instance_uid: (blob, one.exam_date_shifted)
                        for one, blob in zip(moved, staged, strict=True)
                    },
                    told,
                )
            )
        finally:
            store.blobs.discard(staged)
        links = refresh_links(store)
    return MovedExam(
        uid,
        before,
        subject,
        len(records),
        own.n_maps,
        own.n_measurements,
        own.analyses,
        done.regions,
        len(own.items),
        own.n_locks,
        links,
    )


def _exam(store: StudyStore, part: str) -> tuple[InstanceRecord, ...]:
    fitting = sorted({one.study_uid for one in store.instances.all() if part and part in one.study_uid})
    if len(fitting) != 1:
        raise StudyError(
            "study.unmatched",
            f"{len(fitting)} exams have that in their UID.",
            remedy="adcurate study status lists the exams that wait for a word.",
            n_exams=len(fitting),
        )
    return store.instances.all(study_uid=fitting[0])


def _check_subject(store: StudyStore, before: str, after: str) -> None:
    version = store.worksheets.latest()
    known = {*store.instances.subjects(), *(row.subject for row in (version.rows if version else ()))}
    if after not in known or after == before:
        raise StudyError(
            "study.no-subject",
            "The exam is this subject's already."
            if after == before
            else "The study has no subject of this code.",
            remedy="adcurate study status names the codes; a new subject comes with the worksheet.",
        )
    if {before, after} & store.withdrawals.all().keys():
        raise StudyError(
            "study.withdrawn", "A withdrawn subject gets no exam and gives none.", remedy="Leave it there."
        )
