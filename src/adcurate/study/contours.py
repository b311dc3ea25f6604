"""``contours``: what readers drew comes in, tied to subjects and images of the study."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from adcurate.errors import ContourError
from adcurate.formats.contours import read_contours
from adcurate.model import Pseudonyms
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder


@dataclass(frozen=True, slots=True)
class ImportedContours:
    """How many contours, of how many lesions, by how many readers."""

    n_contours: int
    n_lesions: int
    n_readers: int
    n_changed: int

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study contours --json``."""
        return {
            "contours": self.n_contours,
            "lesions": self.n_lesions,
            "readers": self.n_readers,
            "changed_regions": self.n_changed,
        }


def import_contours(study: StudyFolder, file: Path) -> ImportedContours:
    """Read a contour file and keep each region as a version; all of the file enters, or nothing.

    Subjects may be hospital numbers or study codes, and images may be named by the scanner's UIDs or the
    study's.

    Raises
    ------
    ContourError
        The codes of `read_contours`; ``contour.image`` where an image is not in the study, or is another
        subject's.
    """
    records = read_contours(file)
    with study.open_store() as store, store.runs.record("contours"):
        known = _resolve(records, store, study.open_vault(store).pseudonyms)
        regions: dict[str, list[ContourRecord]] = {}
        for record in known:
            regions.setdefault(f"{record.subject}/{record.lesion}/{record.reader}", []).append(record)
        n_changed = 0
        for key, contours in sorted(regions.items()):
            before = store.contours.latest(key)
            after = store.contours.add(key, as_jsonable(contours))
            n_changed += before is None or before.version != after.version
    return ImportedContours(
        n_contours=len(known),
        n_lesions=len({(record.subject, record.lesion) for record in known}),
        n_readers=len({record.reader for record in known}),
        n_changed=n_changed,
    )


def current_contours(store: StudyStore) -> tuple[ContourRecord, ...]:
    """The contours that count."""
    return tuple(
        ContourRecord(
            **{
                **item,
                "points_lps_mm": tuple(tuple(point) for point in item["points_lps_mm"]),
                "holes_lps_mm": tuple(tuple(tuple(point) for point in hole) for hole in item["holes_lps_mm"]),
            }
        )
        for region in store.contours.all()
        for item in region.payload
    )


def _resolve(
    records: Sequence[ContourRecord], store: StudyStore, pseudonyms: Pseudonyms
) -> tuple[ContourRecord, ...]:
    subject_of = {record.sop_instance_uid: record.subject for record in store.instances.all()}
    subjects = set(subject_of.values())
    known, missing, foreign = [], [], []
    for number, record in enumerate(records):
        code = record.subject if record.subject in subjects else pseudonyms.subject_code(record.subject)
        uid = record.sop_instance_uid
        uid = uid if uid in subject_of else pseudonyms.uid(uid)
        if uid not in subject_of:
            missing.append(number)
        elif subject_of[uid] != code:
            foreign.append(number)
        else:
            known.append(dataclasses.replace(record, subject=code, sop_instance_uid=uid))
    if missing or foreign:
        first = (missing or foreign)[0]
        what = "images that are not in the study" if missing else "images of another subject"
        raise ContourError(
            "contour.image",
            f"{len(missing or foreign)} contours are drawn on {what}; the first is contours[{first}].",
            remedy="Add the exams first (adcurate study add), and check subject and sop_instance_uid.",
            n_missing=len(missing),
            n_of_another_subject=len(foreign),
            first=f"contours[{first}]",
        )
    return tuple(known)
