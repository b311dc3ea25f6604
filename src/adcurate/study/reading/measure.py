"""What a draft measures: the rules, maps and code of ``study run``, so that a page shows the run's numbers.

The maps are in memory, and a stroke's numbers are there while the hand is still on the mouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.geometry import Contour, place_contour
from adcurate.model.contour_record import REFERENCE, ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.model.provenance import canonical_json, content_digest
from adcurate.model.reading.answers import (
    Darkest,
    DraftNumbers,
    DraftProblem,
    RegionNumbers,
    RulerLength,
)
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.draft import Draft, DrawnContour
from adcurate.study.reading.drawn import contour_record, records_of
from adcurate.study.reading.next_case import item_of, shows_numbers
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.room_exam import RoomExam
from adcurate.study.reading.shown_series import refuse_stale_images
from adcurate.study.regions.measure import measure_regions

ONE_CM_MM: Final = 10.0
# A ring costs about as much as this many points; the most takes a few seconds to measure.
_POINTS_OF_A_RING: Final = 100
MOST_WORK: Final = 60_000
_CROSSES: Final = "contour.self-crossing"


@dataclass(frozen=True, slots=True)
class MeasuredDraft:
    """Everything that was found, shown or not: the numbers and the contours that give them."""

    numbers: DraftNumbers
    records: tuple[ContourRecord, ...]
    on_record: Mapping[str, Any] | None
    """The measurement of the lesion on the map of record, as ``study run`` will keep it."""
    rules: str
    """The `rules_digest` of what it was measured by."""


def rules_digest(adc: AdcRule, region: RegionRule) -> str:
    """Names the rules of the map and of regions: other rules, other numbers of the same contours."""
    return content_digest(canonical_json(as_jsonable([adc, region])).encode())


def measure_draft(
    room: ReadingRoom, reader: str, item: str, draft: Draft, *, images: str = ""
) -> DraftNumbers:
    """What a reader may be told of a draft now: problems and rulers always, numbers where they are shown.

    Raises
    ------
    ReadError
        ``read.item``, ``read.no-images``, ``read.stale-images``
    """
    case = item_of(room, reader, item)
    refuse_stale_images(room, case, images)
    found = measure_whole(room, case, draft).numbers
    return found if shows_numbers(room, case) else replace(found, numbers=())


def measure_whole(room: ReadingRoom, item: ReadItem, draft: Draft) -> MeasuredDraft:
    """Measure a draft on every map; for the server's own use.

    Raises
    ------
    ReadError
        ``read.no-images``
    """
    rulers = tuple(RulerLength(one.id, one.length_mm) for one in draft.rulers)
    long_axes = [one.length_mm for one in draft.rulers if one.axis == "long"]
    at_least = max(long_axes) >= ONE_CM_MM if long_axes else None
    exam, protocol = room.images.exam(item.study_instance_uid), room.protocol()
    rules = rules_digest(exam.task.adc, protocol.region)
    problems = [] if draft.cannot_assess else _problems(draft, item, exam)
    if problems or draft.cannot_assess is not None:
        return MeasuredDraft(DraftNumbers(tuple(problems), (), rulers, at_least), (), None, rules)
    records = records_of(draft, item, item.reading_name, exam)
    findings: list[Finding] = []
    task = replace(exam.task, contours=records, region=protocol.region)
    measured = measure_regions(task, exam.maps.exam, exam.maps.maps, findings)
    record_map = protocol.adc.map_of_record
    numbers = tuple(
        _numbers(one.record, one.record["map_source"] == record_map, exam)
        for one in sorted(
            measured, key=lambda m: (m.record["lesion"] != item.lesion, m.record["map_source"] != record_map)
        )
    )
    found = next(
        (
            one.record
            for one in measured
            if one.record["lesion"] == item.lesion and one.record["map_source"] == record_map
        ),
        None,
    )
    if found is None:
        problems = _why_not(draft, findings, record_map)
    return MeasuredDraft(DraftNumbers(tuple(problems), numbers, rulers, at_least), records, found, rules)


def _problems(draft: Draft, item: ReadItem, exam: RoomExam) -> list[DraftProblem]:
    """What no contour may have, each on the image that it was drawn on."""
    rings = [ring for one in draft.contours for ring in (one.points_lps_mm, *one.holes_lps_mm)]
    if sum(len(ring) + _POINTS_OF_A_RING for ring in rings) > MOST_WORK:
        sentence = "There are too many contours and points in all to measure; the drawing is kept."
        return [DraftProblem("", "read.too-big", sentence, False)]
    problems = []
    for drawn in draft.contours:
        try:
            contour_record(drawn, item, item.reading_name, exam)
            plane = exam.frame(drawn.series, drawn.frame).plane
            place_contour(Contour(drawn.points_lps_mm, drawn.holes_lps_mm), plane)
        except AdcurateError as error:
            problems.append(DraftProblem(drawn.id, error.code, error.sentence, error.code == _CROSSES))
    if not any(one.role == "lesion" for one in draft.contours):
        sentence = "Nothing is drawn as the lesion."
        problems.append(DraftProblem("", "read.nothing-drawn", sentence, False))
    return problems


def _why_not(draft: Draft, findings: Sequence[Finding], record_map: str) -> list[DraftProblem]:
    """Why valid contours give no number on the map of record; "" names no single contour."""
    said = [one for one in findings if one.where.get("map", record_map) == record_map]
    lone: Sequence[DrawnContour] = [one for one in draft.contours if one.role == "lesion"]
    contour = lone[0].id if len(lone) == 1 else ""
    found = [
        DraftProblem(contour, one.code, one.sentence, False) for one in said if one.severity == "serious"
    ]
    sentence = "The exam has no ADC map of the kind that is measured."
    return found or [DraftProblem("", "read.not-measurable", sentence, False)]


def _numbers(record: Mapping[str, Any], is_record: bool, exam: RoomExam) -> RegionNumbers:
    values, details = record["values"], record["details"]
    fragility = details["fragility"]
    region: Literal["lesion", "reference"] = "reference" if record["lesion"].endswith(REFERENCE) else "lesion"
    return RegionNumbers(
        region=region,
        map=record["map_source"],
        is_record=is_record,
        mean=values["mean"],
        minimum=values["minimum"],
        area_mm2=values["area_mm2"],
        n_voxels=int(values["n_voxels"]),
        band_mean=(fragility["mean_low"], fragility["mean_high"]),
        band_minimum=(fragility["minimum_low"], fragility["minimum_high"]),
        darkest=_darkest(record, exam),
    )


def _darkest(record: Mapping[str, Any], exam: RoomExam) -> Darkest | None:
    """Where the lowest voxel is, on the map's own series of the page."""
    at = record["details"]["summary"]["minimum_at"]
    one = next((m for m in exam.maps.maps if m.source == record["map_source"]), None)
    shown = next(
        (s for s in exam.series if s.name == f"{record['series_instance_uid']}#{record['map_source']}"), None
    )
    if at is None or one is None or shown is None:
        return None
    position = int(record["slice_index"])
    x, y, z = (float(value) for value in one.planes[position].to_lps(np.array([at], dtype=np.float64))[0])
    return Darkest(shown.series_id, position + 1, (x, y, z))
