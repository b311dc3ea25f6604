"""The lesion behind a point of a plot: its images with contour and minimum, its numbers and their trace."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.model.reading.design import Someone
from adcurate.report.numbers import show_adc, show_number
from adcurate.report.region_images import RegionImages, show_region
from adcurate.report.words import MAP_WORDS
from adcurate.study.panel import panel_of
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.serving.what_if import see_results
from adcurate.study.show import TracedMeasurement, show_measurement

_NUMBERS: Final = (
    ("mean", "Mean"),
    ("median", "Median"),
    ("sd", "SD"),
    ("minimum", "Minimum"),
    ("p5", "5th percentile"),
    ("p10", "10th percentile"),
    ("maximum", "Maximum"),
)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One step of how a number was made: what, by which method, and its id."""

    kind: str
    method: str
    id: str
    n_inputs: int


@dataclass(frozen=True, slots=True)
class LesionRegion:
    """A reader's region on one map, its numbers as printed, and whether the images are of it."""

    measurement: str
    reader: str
    map: str
    map_source: str
    numbers: tuple[tuple[str, str], ...]
    one_voxel: bool
    is_shown: bool


@dataclass(frozen=True, slots=True)
class LesionView:
    """All regions of a lesion; images and trace of one. `images` is None where there are none."""

    subject: str
    lesion: str
    regions: tuple[LesionRegion, ...]
    images: RegionImages | None
    place: tuple[tuple[str, str], ...]
    trace: tuple[TraceStep, ...]


def see_lesion(room: ReadingRoom, who: Someone, key: str, measurement_id: str = "") -> LesionView | None:
    """Show a lesion (``subject/lesion``) by one of its measurements; None where the results do not hold it.

    Without a measurement that of the map of record by the reader who counts is shown.

    Raises
    ------
    ReadError
        As `take_results`.
    """
    page = see_results(room, who)
    ids = page["regions"].get(key)
    if not ids or (measurement_id and measurement_id not in ids):
        return None
    traced = [_traced(room, each) for each in ids]
    shown = measurement_id or _of_record(traced, page["view"]["map_of_record"])
    chosen = next(one for one in traced if one.measurement.measurement_id == shown)
    found = chosen.measurement
    panel = None
    adc = room.store.derived.get(found.map_id)
    if isinstance(adc, bytes):
        values = np.load(io.BytesIO(adc), allow_pickle=False).astype(np.float64)
        sources = room.store.instances.sources(study_uid=found.study_instance_uid)
        panel = panel_of(found, values, sources, chosen.contours)
    return LesionView(
        subject=found.subject,
        lesion=found.lesion,
        regions=tuple(_region(one, one.measurement.measurement_id == shown) for one in traced),
        images=None if panel is None else show_region(panel),
        place=(
            ("Measurement", found.measurement_id),
            ("Map", found.map_id),
            ("Series", found.series_instance_uid),
            ("Stored object", found.sop_instance_uid),
            ("Slice", f"{found.slice_index + 1} (frame {found.frame_number})"),
            ("Contour", found.contour_digest),
        ),
        trace=tuple(
            TraceStep(step.kind, step.method, step.derived_id, len(step.inputs)) for step in chosen.steps
        ),
    )


def _traced(room: ReadingRoom, measurement_id: str) -> TracedMeasurement:
    found = show_measurement(room.study, measurement_id)
    return found if isinstance(found, TracedMeasurement) else found.lesion


def _of_record(traced: Sequence[TracedMeasurement], source: str) -> str:
    own = [one.measurement for one in traced if one.measurement.map_source == source]
    return (own or [one.measurement for one in traced])[0].measurement_id


def _region(traced: TracedMeasurement, is_shown: bool) -> LesionRegion:
    found = traced.measurement
    numbers = [(name, show_adc(found.values.get(key))) for key, name in _NUMBERS if key in found.values]
    numbers.append(("Voxels", show_number(found.values.get("n_voxels"), 0)))
    if "area_mm2" in found.values:
        numbers.append(("Area, mm²", show_number(found.values.get("area_mm2"), 0)))
    fragility = found.details.get("fragility")
    return LesionRegion(
        measurement=found.measurement_id,
        reader=found.reader,
        map=MAP_WORDS.get(found.map_source, found.map_source),
        map_source=found.map_source,
        numbers=tuple(numbers),
        one_voxel=isinstance(fragility, Mapping) and fragility.get("minimum_rests_on_one_voxel") is True,
        is_shown=is_shown,
    )
