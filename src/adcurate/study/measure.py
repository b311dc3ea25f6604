"""Regions on maps: from contours to the record of each measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import AdcurateError, ContourError
from adcurate.findings import Finding
from adcurate.geometry import Contour, Plane, nearest_plane
from adcurate.model import Derivation, Exam, ParameterMap
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.region import measure_region
from adcurate.study.exam_task import ExamTask, contour_digest

_METHOD = "region/1"


@dataclass(frozen=True, slots=True)
class DerivedMeasurement:
    """One region on one map: how it came to be, and the record."""

    derivation: Derivation
    record: Mapping[str, Any]


def measure_regions(
    task: ExamTask, exam: Exam, maps: Sequence[ParameterMap], findings: list[Finding]
) -> list[DerivedMeasurement]:
    regions: dict[tuple[str, str], list[ContourRecord]] = {}
    for contour in task.contours:
        regions.setdefault((contour.lesion, contour.reader), []).append(contour)
    planes = {
        (frame.sop_instance_uid, frame.frame_number): frame.plane
        for series in exam.series
        for frame in series.frames
    }
    measured = []
    for (lesion, reader), contours in sorted(regions.items()):
        where = {"lesion": lesion, "reader": reader}
        try:
            for contour in contours:
                _check_drawn_plane(contour, planes)
        except AdcurateError as error:
            sentence = f"A region was not measured: {error.sentence}"
            findings.append(Finding(error.code, sentence, "serious", where))
            continue
        for one in maps:
            try:
                measured.append(_measure_region(task, one, lesion, reader, contours, findings))
            except AdcurateError as error:
                sentence = f"A region was not measured on the {one.source} map: {error.sentence}"
                findings.append(Finding(error.code, sentence, "serious", {**where, "map": one.source}))
    return measured


def _measure_region(
    task: ExamTask,
    one: ParameterMap,
    lesion: str,
    reader: str,
    contours: Sequence[ContourRecord],
    findings: list[Finding],
) -> DerivedMeasurement:
    drawn = [contour for contour in contours if contour.role == "lesion"]
    positions = {_slice_of(contour, one, findings) for contour in drawn}
    if len(positions) > 1:
        sentence = f"The region has contours on {len(positions)} slices; the first slice is measured."
        findings.append(Finding("region.several-slices", sentence, "serious", {"lesion": lesion}))
    position = min(positions)
    here = [contour for contour in drawn if _slice_of(contour, one, []) == position]
    away = [c for c in contours if c.role == "exclusion" and _slice_of(c, one, []) == position]
    plane, origin = one.planes[position], one.origins[position]
    result = measure_region(
        one.values[position],
        plane,
        [_on_plane(contour, plane) for contour in here],
        exclusions=[_on_plane(contour, plane) for contour in away],
        rule=task.region.rule,
    )
    digest = contour_digest([*here, *away])
    made = Derivation(
        "measurement",
        _METHOD,
        {"rule": task.region.rule, "lesion": lesion, "reader": reader, "slice": position},
        (one.derived_id, digest),
    )
    summary = as_jsonable(result.summary)
    record = {
        "measurement_id": made.derived_id,
        "subject": task.subject,
        "lesion": lesion,
        "reader": reader,
        "map_source": one.source,
        "map_id": one.derived_id,
        "contour_digest": digest,
        "study_instance_uid": task.study_instance_uid,
        "series_instance_uid": one.series_instance_uid,
        "sop_instance_uid": origin.sop_instance_uid,
        "frame_number": origin.frame_number,
        "slice_index": position,
        "values": {
            name: value
            for name, value in summary.items()
            if isinstance(value, int | float) and not isinstance(value, bool)
        },
        "details": {"summary": summary, "fragility": as_jsonable(result.fragility), "rule": result.rule},
    }
    return DerivedMeasurement(made, record)


def _check_drawn_plane(contour: ContourRecord, planes: Mapping[tuple[str, int], Plane]) -> None:
    """The contour must lie on the image that it says it was drawn on, holes and all."""
    plane = planes.get((contour.sop_instance_uid, contour.frame_number))
    if plane is None:
        raise ContourError(
            "contour.image",
            f"The contour names frame {contour.frame_number} of an image that has no such readable frame.",
            remedy="Correct sop_instance_uid and frame_number (frames count from 1), and import it again.",
            frame_number=contour.frame_number,
        )
    for ring in (contour.points_lps_mm, *contour.holes_lps_mm):
        furthest = float(np.max(np.abs(plane.distance_mm(ring))))
        if furthest > plane.off_plane_limit_mm:
            raise ContourError(
                "contour.off-plane",
                f"The contour lies up to {furthest:.1f} mm off the image that it names.",
                remedy="Check that the coordinates are DICOM patient coordinates (LPS, mm) of that image.",
                furthest_mm=furthest,
            )


def _slice_of(contour: ContourRecord, one: ParameterMap, findings: list[Finding]) -> int:
    """The map's slice that a contour belongs to: the one it was drawn on, else the nearest."""
    drawn_on = (contour.sop_instance_uid, contour.frame_number)
    for position, origin in enumerate(one.origins):
        if (origin.sop_instance_uid, origin.frame_number) == drawn_on:
            return position
    position = nearest_plane(one.planes, contour.points_lps_mm)
    if one.source == "scanner":
        sentence = "A contour drawn on another series is measured on the nearest slice of the ADC map."
        findings.append(Finding("contour.projected", sentence, "note", {"lesion": contour.lesion}))
    return position


def _on_plane(contour: ContourRecord, plane: Plane) -> Contour:
    """The contour's rings, moved along the normal onto the slice when they were drawn beside it."""

    def moved(points: Sequence[Sequence[float]]) -> Floats:
        ring = np.asarray(points, dtype=np.float64)
        return ring - np.outer(plane.distance_mm(ring), np.asarray(plane.normal))

    return Contour(moved(contour.points_lps_mm), [moved(hole) for hole in contour.holes_lps_mm])
