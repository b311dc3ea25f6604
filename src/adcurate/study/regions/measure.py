"""Regions on maps: from contours to the record of each measurement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.geometry import Plane
from adcurate.model import Derivation, Exam, ParameterMap
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.region import SliceOfRegion, VoxelsByRule, find_voxels, measure_region, measure_volume
from adcurate.study.exam_task import ExamTask, contour_digest
from adcurate.study.regions.slices import (
    by_slice,
    check_drawn_plane,
    check_frame_of_reference,
    on_plane,
    slice_step_mm,
)

_METHOD = "region/1"
_WHOLE_METHOD = "region-volume/1"


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
    planes: dict[tuple[str, int], list[Plane]] = {}
    for series in exam.series:
        for frame in series.frames:
            planes.setdefault((frame.sop_instance_uid, frame.frame_number), []).append(frame.plane)
    measured = []
    for (lesion, reader), contours in sorted(regions.items()):
        where = {"lesion": lesion, "reader": reader}
        try:
            for contour in contours:
                check_drawn_plane(contour, planes)
        except AdcurateError as error:
            sentence = f"A region was not measured: {error.sentence}"
            findings.append(Finding(error.code, sentence, "serious", where))
            continue
        for one in maps:
            try:
                for contour in contours:
                    check_frame_of_reference(contour, exam, one)
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
    """Measure a region on one map: the slice with its largest area, or the whole of it."""
    drawn = by_slice([c for c in contours if c.role == "lesion"], one, findings)
    excluded = by_slice([c for c in contours if c.role == "exclusion"], one, [])
    if task.region.extent == "volume":
        return _measure_whole(task, one, contours, drawn, excluded)
    position = min(drawn, default=0)
    if len(drawn) > 1:
        sentence = (
            f"The region has contours on {len(drawn)} slices; the one with the largest area is measured "
            '(region.extent = "volume" in the protocol measures them all).'
        )
        findings.append(Finding("region.several-slices", sentence, "warning", {"lesion": lesion}))
        position = _largest(task, one, drawn, excluded)
    here, away = drawn.get(position, []), excluded.get(position, [])
    plane = one.planes[position]
    result = measure_region(
        one.values[position],
        plane,
        [on_plane(contour, plane) for contour in here],
        exclusions=[on_plane(contour, plane) for contour in away],
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
    details = {"summary": summary, "fragility": as_jsonable(result.fragility), "rule": result.rule}
    return _record(task, one, made, (lesion, reader), position, _numbers(summary), details)


def _measure_whole(
    task: ExamTask,
    one: ParameterMap,
    contours: Sequence[ContourRecord],
    drawn: Mapping[int, Sequence[ContourRecord]],
    excluded: Mapping[int, Sequence[ContourRecord]],
) -> DerivedMeasurement:
    """Every slice of a region together; the record points to the slice of the minimum."""
    slices = [
        SliceOfRegion(
            index=position,
            values=one.values[position],
            by_rule=_voxels(one, position, drawn, excluded),
            step_mm=slice_step_mm(one.planes, position),
            voxel_area_mm2=one.planes[position].voxel_area_mm2,
        )
        for position in sorted(drawn)
    ]
    result = measure_volume(slices, task.region.rule)
    digest = contour_digest(contours)
    whose = contours[0].lesion, contours[0].reader
    parameters = {"rule": task.region.rule, "lesion": whose[0], "reader": whose[1], "slices": sorted(drawn)}
    made = Derivation("measurement", _WHOLE_METHOD, parameters, (one.derived_id, digest))
    summary = as_jsonable(result.summary)
    values = {**_numbers(summary), "volume_mm3": result.volume_mm3, "n_slices": len(result.slices)}
    details = {
        "summary": summary,
        "fragility": as_jsonable(result.fragility),
        "rule": result.rule,
        "slices": as_jsonable(result.slices),
    }
    return _record(task, one, made, whose, result.minimum_slice, values, details)


def _record(
    task: ExamTask,
    one: ParameterMap,
    made: Derivation,
    whose: tuple[str, str],
    position: int,
    values: Mapping[str, float],
    details: Mapping[str, Any],
) -> DerivedMeasurement:
    origin = one.origins[position]
    record = {
        "measurement_id": made.derived_id,
        "subject": task.subject,
        "lesion": whose[0],
        "reader": whose[1],
        "map_source": one.source,
        "map_id": one.derived_id,
        "contour_digest": made.inputs[1],
        "study_instance_uid": task.study_instance_uid,
        "series_instance_uid": one.series_instance_uid,
        "sop_instance_uid": origin.sop_instance_uid,
        "frame_number": origin.frame_number,
        "slice_index": position,
        "values": dict(values),
        "details": dict(details),
    }
    return DerivedMeasurement(made, record)


def _numbers(summary: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: value
        for name, value in summary.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _voxels(
    one: ParameterMap,
    position: int,
    drawn: Mapping[int, Sequence[ContourRecord]],
    excluded: Mapping[int, Sequence[ContourRecord]],
) -> VoxelsByRule:
    plane = one.planes[position]
    return find_voxels(
        plane,
        [on_plane(contour, plane) for contour in drawn[position]],
        [on_plane(contour, plane) for contour in excluded.get(position, ())],
    )


def _largest(
    task: ExamTask,
    one: ParameterMap,
    drawn: Mapping[int, Sequence[ContourRecord]],
    excluded: Mapping[int, Sequence[ContourRecord]],
) -> int:
    """The slice on which the region has its largest area; of equals the first."""

    def area(position: int) -> float:
        voxels = _voxels(one, position, drawn, excluded)[task.region.rule]
        return float(voxels.weights.sum()) * one.planes[position].voxel_area_mm2

    return min(sorted(drawn), key=lambda position: (-round(area(position), 6), position))
