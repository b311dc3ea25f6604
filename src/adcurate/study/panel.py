"""The pictures behind a measurement: the images of one exam on the slice of the region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_stack
from adcurate.errors import AdcurateError
from adcurate.geometry import Plane
from adcurate.model import Exam, ObjectSource, Series
from adcurate.model.cohort import CohortMember, Measurement, RegionPanel
from adcurate.model.contour_record import ContourRecord

Show = Callable[[str, Floats, Plane], None]


def typical_members(
    members: Sequence[CohortMember], grades: Sequence[str], source: str
) -> list[CohortMember]:
    """For each grade the member whose mean ADC is nearest to the grade's median: shown, not picked by eye."""
    chosen = []
    for grade in grades:
        own = [member for member in members if member.grade == grade]
        if own:
            means = [member.measurements[source].values["mean"] or 0.0 for member in own]
            median = float(np.median(means))
            chosen.append(
                min(own, key=lambda m: abs((m.measurements[source].values["mean"] or 0.0) - median))
            )
    return chosen


def region_panel(
    member: CohortMember,
    measurement: Measurement,
    adc_map: Floats,
    sources: Sequence[ObjectSource],
    contours: Sequence[ContourRecord],
) -> RegionPanel | None:
    """The panel of an analysed case; `contours` of other lesions and readers are not drawn."""
    drawn = [c for c in contours if (c.lesion, c.reader) == (measurement.lesion, measurement.reader)]
    title = f"{member.grade} · {member.row.lesion_site or 'lesion'}"
    return panel_of(measurement, adc_map, sources, drawn, grade=member.grade, title=title)


def panel_of(
    measurement: Measurement,
    adc_map: Floats,
    sources: Sequence[ObjectSource],
    drawn: Sequence[ContourRecord],
    *,
    grade: str = "",
    title: str = "",
) -> RegionPanel | None:
    """Gather T2, high b, ADC and contrast-enhanced T1 around a measured region; None without an ADC slice.

    `adc_map` (slice, row, column) is the measured map in mm²/s, `drawn` are the region's contours.
    """
    scan = read_exams(sources)
    exam = next((one for one in scan.exams if one.study_instance_uid == measurement.study_instance_uid), None)
    plane = _plane_of(exam, measurement)
    if exam is None or plane is None:
        return None
    rings = [np.asarray(ring) for c in drawn for ring in (c.points_lps_mm, *c.holes_lps_mm)]
    middle = plane.to_lps([[(plane.n_rows - 1) / 2, (plane.n_columns - 1) / 2]])[0]
    images: dict[str, Floats] = {}
    extents: dict[str, tuple[float, float, float, float]] = {}

    def show(name: str, values: Floats, own: Plane) -> None:
        images[name] = np.asarray(values, dtype=np.float64)
        corners = _in_plane(
            own.to_lps([[-0.5, -0.5], [own.n_rows - 0.5, own.n_columns - 0.5]]), plane, middle
        )
        extents[name] = (corners[0, 0], corners[1, 0], corners[1, 1], corners[0, 1])

    show("adc", adc_map[measurement.slice_index], plane)
    b_value = _show_high_b(exam, rings, show)
    for series in exam.series:
        if series.kind in ("t2", "t1_ce") and series.kind not in images:
            _show_nearest(series.kind, series, rings, show)
    summary = measurement.details["summary"]
    at = summary.get("minimum_at") if isinstance(summary, Mapping) else None
    lowest = plane.to_lps([at]) if at else middle[None, :]
    minimum_at = _in_plane(lowest, plane, middle)[0]
    return RegionPanel(
        subject=measurement.subject,
        grade=grade,
        title=title,
        images=images,
        extents_mm=extents,
        rings_mm=tuple(_in_plane(ring, plane, middle) for ring in rings),
        minimum_at_mm=(float(minimum_at[0]), float(minimum_at[1])),
        b_value=b_value,
    )


def _plane_of(exam: Exam | None, measurement: Measurement) -> Plane | None:
    wanted = (measurement.sop_instance_uid, measurement.frame_number)
    for series in exam.series if exam else ():
        for frame in series.frames:
            if (frame.sop_instance_uid, frame.frame_number) == wanted:
                return frame.plane
    return None


def _show_high_b(exam: Exam, rings: Sequence[Floats], show: Show) -> float:
    diffusion = exam.of_kind("trace", "dwi")
    try:
        stack = load_diffusion(diffusion)
    except AdcurateError:
        return float("nan")
    position = _nearest(stack.planes, rings)
    if position is not None:
        show("high_b", stack.volumes[-1][position], stack.planes[position])
    return stack.b_values[-1]


def _show_nearest(name: str, series: Series, rings: Sequence[Floats], show: Show) -> None:
    try:
        stack = load_stack(series)
    except AdcurateError:
        return
    position = _nearest(stack.planes, rings)
    if position is not None:
        show(name, stack.values[position], stack.planes[position])


def _nearest(planes: Sequence[Plane], rings: Sequence[Floats]) -> int | None:
    """The slice nearest to the contour; on other series a contour is shown as projected."""
    if not planes or not rings:
        return None
    return int(np.argmin([float(np.abs(plane.distance_mm(rings[0])).mean()) for plane in planes]))


def _in_plane(points: Floats, plane: Plane, middle: Floats) -> Floats:
    """Points (n, 3) LPS mm as (right, up) in mm from the middle of the slice, as the image is shown."""
    offset = np.asarray(points, dtype=np.float64) - middle
    axes = np.stack([np.asarray(plane.row_direction), -np.asarray(plane.column_direction)], axis=1)
    return np.asarray(offset @ axes)
