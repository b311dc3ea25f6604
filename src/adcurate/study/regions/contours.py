"""``contours``: what readers drew comes in, tied to subjects and images of the study."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from adcurate.errors import ContourError
from adcurate.findings import Finding
from adcurate.formats.contours import read_contours
from adcurate.model import Pseudonyms
from adcurate.model.contour_record import REFERENCE, ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.protocol.amend import keep_protocol
from adcurate.study.reader_of_record import new_readers_finding, note_readers, readers_in_order
from adcurate.study.rows import current_rows


@dataclass(frozen=True, slots=True)
class ImportedContours:
    """How many contours, of how many lesions, by how many readers.

    `n_other` regions of earlier files stay; `without_row` lists (subject, lesion) that the worksheet does
    not know.
    """

    n_contours: int
    n_lesions: int
    n_readers: int
    n_changed: int
    n_taken_out: int
    n_other: int
    without_row: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study contours --json``."""
        return {
            "contours": self.n_contours,
            "lesions": self.n_lesions,
            "readers": self.n_readers,
            "changed_regions": self.n_changed,
            "taken_out_regions": self.n_taken_out,
            "other_regions": self.n_other,
            "without_row": [list(pair) for pair in self.without_row],
            "findings": [finding.as_json() for finding in self.findings],
        }


# Which version of the protocol stood when the first contours came in.
FIRST_READING_CHOICE = "first-reading"


def import_contours(
    study: StudyFolder, file: Path, *, others: Literal["keep", "take-out"] = "keep"
) -> ImportedContours:
    """Read a contour file and keep each region as a version; all of the file enters, or nothing.

    Subjects may be hospital numbers or study codes, and images may be named by the scanner's UIDs or the
    study's. Regions that are not in the file stay, or are taken out (their versions are kept).

    Raises
    ------
    ContourError
        The codes of `read_contours`; ``contour.image`` where an image is not in the study, or is another
        subject's.
    """
    records = read_contours(file)
    with study.open_store() as store, store.runs.record("contours"):
        known = _resolve(records, store, study.open_vault(store).pseudonyms)
        regions = by_region(known)
        readers = readers_in_order(store)
        n_changed = keep_regions(study, store, regions)
        gone = [region.key for region in store.contours.all() if region.payload and region.key not in regions]
        for key in gone if others == "take-out" else ():
            store.contours.add(key, [])
        without_row = lesions_without_row(store, known)
        order = readers_in_order(store)
    added = [name for name in order if name not in readers]
    return ImportedContours(
        n_contours=len(known),
        n_lesions=len({(record.subject, record.lesion) for record in known}),
        n_readers=len({record.reader for record in known}),
        n_changed=n_changed,
        n_taken_out=len(gone) if others == "take-out" else 0,
        n_other=0 if others == "take-out" else len(gone),
        without_row=without_row,
        findings=new_readers_finding(study.protocol().plan, order, added),
    )


def by_region(records: Sequence[ContourRecord]) -> dict[str, list[ContourRecord]]:
    """Contours by the key under which a region's versions are kept."""
    regions: dict[str, list[ContourRecord]] = {}
    for record in records:
        regions.setdefault(f"{record.subject}/{record.lesion}/{record.reader}", []).append(record)
    return regions


def keep_regions(
    study: StudyFolder, store: StudyStore, regions: Mapping[str, Sequence[ContourRecord]]
) -> int:
    """Keep each region as a version, and the plan as it stood at the first; how many regions changed."""
    n_changed = 0
    # The plan as it stands when the first readings come in: what is added later is not planned.
    version = keep_protocol(study, store)
    readers = readers_in_order(store)
    for key, contours in sorted(regions.items()):
        before = store.contours.latest(key)
        after = store.contours.add(key, as_jsonable(contours))
        n_changed += before is None or before.version != after.version
    note_readers(store, readers)
    if store.choices.latest(FIRST_READING_CHOICE) is None:
        store.choices.add(FIRST_READING_CHOICE, {"protocol_version": version.version})
    return n_changed


def lesions_without_row(store: StudyStore, records: Sequence[ContourRecord]) -> tuple[tuple[str, str], ...]:
    """The (subject, lesion) of contours that the worksheet does not know; none before there is one."""
    lesions = {
        (row.subject, row.lesion + tissue) for row in current_rows(store) for tissue in ("", REFERENCE)
    }
    drawn = {(record.subject, record.lesion) for record in records}
    return tuple(sorted(drawn - lesions)) if lesions else ()


def current_contours(store: StudyStore) -> tuple[ContourRecord, ...]:
    """The contours that count."""
    return tuple(as_record(item) for region in store.contours.all() for item in region.payload)


def as_record(item: Mapping[str, Any]) -> ContourRecord:
    """A stored contour as a record."""
    points = tuple(tuple(point) for point in item["points_lps_mm"])
    holes = tuple(tuple(tuple(point) for point in hole) for hole in item["holes_lps_mm"])
    return ContourRecord(**{**item, "points_lps_mm": points, "holes_lps_mm": holes})


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
