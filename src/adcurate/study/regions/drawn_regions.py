"""From stored contours to outlines in mm on the slice that each was drawn on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.exams import read_exams
from adcurate.errors import AdcurateError
from adcurate.geometry import Contour, Plane, place_contour
from adcurate.model.answers.overlap import DrawnRegion
from adcurate.model.contour_record import ContourRecord
from adcurate.store import StudyStore

Slice = tuple[str, int]


def drawn_regions(store: StudyStore, contours: Sequence[ContourRecord]) -> tuple[DrawnRegion, ...]:
    """Put contours on their slices, by subject, lesion, reader and place; only the images drawn on are read.

    What cannot be measured where it was drawn is no outline: its measurement has said why.
    """
    planes = _planes(store, {contour.sop_instance_uid for contour in contours})
    groups: dict[tuple[str, str, str, Slice], list[ContourRecord]] = {}
    for contour in contours:
        on = (contour.sop_instance_uid, contour.frame_number)
        groups.setdefault((contour.subject, contour.lesion, contour.reader, on), []).append(contour)
    placed: list[tuple[tuple[str, str, str, float], DrawnRegion]] = []
    for (subject, lesion, reader, on), drawn in groups.items():
        plane = planes.get(on)
        if plane is None or not any(contour.role == "lesion" for contour in drawn):
            continue
        try:
            region = _region(drawn, plane)
        except AdcurateError:
            continue
        placed.append(((subject, lesion, reader, float(np.dot(plane.normal, plane.origin))), region))
    placed.sort(key=lambda item: item[0])
    return tuple(region for _, region in placed)


def _planes(store: StudyStore, uids: set[str]) -> dict[Slice, Plane]:
    blobs = sorted(record.blob for record in store.instances.all() if record.sop_instance_uid in uids)
    scan = read_exams([store.blobs.source(blob) for blob in blobs])
    return {
        (frame.sop_instance_uid, frame.frame_number): frame.plane
        for exam in scan.exams
        for series in exam.series
        for frame in series.frames
    }


def _region(drawn: Sequence[ContourRecord], plane: Plane) -> DrawnRegion:
    """The rings as the region is measured with: projected onto the slice, and checked."""
    parts = [contour for contour in drawn if contour.role == "lesion"]
    first = parts[0]
    return DrawnRegion(
        subject=first.subject,
        lesion=first.lesion,
        reader=first.reader,
        sop_instance_uid=first.sop_instance_uid,
        frame_number=first.frame_number,
        rings=tuple(ring for part in parts for ring in _rings(part, plane)),
        excluded=tuple(_rings(contour, plane) for contour in drawn if contour.role == "exclusion"),
    )


def _rings(contour: ContourRecord, plane: Plane) -> tuple[Floats, ...]:
    placed = place_contour(Contour(contour.points_lps_mm, contour.holes_lps_mm), plane)
    return tuple(np.column_stack([ring[:, 1], -ring[:, 0]]) for ring in placed.rings_mm)
