"""What a training case tells its reader after the lock: the reference region, and how far off one was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from adcurate.arrays import Bools
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import ParameterMap
from adcurate.model.contour_record import ContourRecord
from adcurate.model.reading.design import ReadItem
from adcurate.region import find_voxels
from adcurate.study.reading.measure import MeasuredDraft
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.regions.contours import as_record
from adcurate.study.regions.measure import measure_regions
from adcurate.study.regions.slices import by_slice, on_plane


def training_feedback(room: ReadingRoom, item: ReadItem, found: MeasuredDraft) -> Mapping[str, Any] | None:
    """Means on the map of record (mm²/s), their difference, the overlap (Dice), the reference's contours.

    None where the design names no reference, it did not draw this lesion, or it cannot be measured.
    """
    design = room.store.reading.designs.latest()
    if design is None or not design.design.training_reference:
        return None
    kept = room.store.contours.latest(f"{item.key}/{design.design.training_reference}")
    reference = () if kept is None else tuple(as_record(one) for one in kept.payload)
    exam = room.images.exam(item.study_instance_uid)
    source = room.protocol().adc.map_of_record
    one = next((each for each in exam.maps.maps if each.source == source), None)
    if not reference or one is None:
        return None
    findings: list[Finding] = []
    task = replace(exam.task, contours=reference, region=room.protocol().region)
    measured = measure_regions(task, exam.maps.exam, [one], findings)
    if not measured:
        return None
    theirs = float(measured[0].record["values"]["mean"])
    own = None if found.on_record is None else float(found.on_record["values"]["mean"])
    return {
        "reader": own,
        "reference": theirs,
        "difference": None if own is None else own - theirs,
        "overlap": _overlap(found.records, reference, one),
        "contours": [
            {"role": each.role, "points_lps_mm": [list(point) for point in each.points_lps_mm]}
            for each in reference
        ],
    }


def _overlap(
    own: Sequence[ContourRecord], theirs: Sequence[ContourRecord], one: ParameterMap
) -> float | None:
    """Twice the common voxels over all voxels of both (Dice); None where neither has one."""
    try:
        first, second = _voxels(own, one), _voxels(theirs, one)
    except AdcurateError:
        return None
    total = int(first.sum()) + int(second.sum())
    return None if total == 0 else 2 * int((first & second).sum()) / total


def _voxels(records: Sequence[ContourRecord], one: ParameterMap) -> Bools:
    inside = np.zeros(one.values.shape, dtype=np.bool_)
    lesion = next((each.lesion for each in records if each.role == "lesion"), "")
    drawn = by_slice([r for r in records if r.role == "lesion" and r.lesion == lesion], one, [])
    excluded = by_slice([r for r in records if r.role == "exclusion"], one, [])
    for at, contours in drawn.items():
        plane = one.planes[at]
        voxels = find_voxels(
            plane,
            [on_plane(contour, plane) for contour in contours],
            [on_plane(contour, plane) for contour in excluded.get(at, ())],
        )["centre"]
        inside[at, voxels.rows, voxels.columns] = True
    return inside
