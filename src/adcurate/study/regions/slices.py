"""Where contours lie on a map: the slice each is measured on, the plane it must lie on, the slice's step."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ContourError
from adcurate.findings import Finding
from adcurate.geometry import Contour, Plane, nearest_plane
from adcurate.model import Exam, ParameterMap, Series
from adcurate.model.contour_record import ContourRecord


def by_slice(
    contours: Sequence[ContourRecord], one: ParameterMap, findings: list[Finding]
) -> dict[int, list[ContourRecord]]:
    """Contours by the slice of the map on which each is measured."""
    found: dict[int, list[ContourRecord]] = {}
    for contour in contours:
        found.setdefault(slice_of(contour, one, findings), []).append(contour)
    return found


def slice_step_mm(planes: Sequence[Plane], position: int) -> float:
    """How much of the normal one slice stands for: half the way to each neighbour; NaN where unknown."""
    here = planes[position]
    ways = [
        float(abs(here.distance_mm(planes[at].origin)[0]))
        for at in (position - 1, position + 1)
        if 0 <= at < len(planes)
    ]
    if ways:
        return sum(ways) / len(ways)
    return here.slice_thickness_mm if here.slice_thickness_mm is not None else math.nan


def check_drawn_plane(contour: ContourRecord, planes: Mapping[tuple[str, int], Sequence[Plane]]) -> None:
    """The contour must lie on the image that it says it was drawn on (a mosaic has many), holes and all."""
    tiles = planes.get((contour.sop_instance_uid, contour.frame_number))
    if not tiles:
        raise ContourError(
            "contour.image",
            f"The contour names frame {contour.frame_number} of an image that has no such readable frame.",
            remedy="Correct sop_instance_uid and frame_number (frames count from 1), and import it again.",
            frame_number=contour.frame_number,
        )
    plane = tiles[nearest_plane(tiles, contour.points_lps_mm)] if len(tiles) > 1 else tiles[0]
    for ring in (contour.points_lps_mm, *contour.holes_lps_mm):
        furthest = float(np.max(np.abs(plane.distance_mm(ring))))
        if furthest > plane.off_plane_limit_mm:
            raise ContourError(
                "contour.off-plane",
                f"The contour lies up to {furthest:.1f} mm off the image that it names.",
                remedy="Check that the coordinates are DICOM patient coordinates (LPS, mm) of that image.",
                furthest_mm=furthest,
            )


def check_frame_of_reference(contour: ContourRecord, exam: Exam, one: ParameterMap) -> None:
    """A contour drawn on another series than the map's means the same place only in one frame of reference.

    Raises
    ------
    ContourError
        ``contour.frame-of-reference`` where they differ, or one is not said.
    """
    own = {origin.sop_instance_uid for origin in one.origins}
    if contour.sop_instance_uid in own:
        return
    drawn_on, measured_on = _series_with(exam, {contour.sop_instance_uid}), _series_with(exam, own)
    if {series.series_instance_uid for series in drawn_on} <= {one.series_instance_uid}:
        return
    uids = {series.frame_of_reference_uid for series in (*drawn_on, *measured_on)}
    if len(uids) == 1 and "" not in uids:
        return
    what = "says no frame of reference" if "" in uids else "has another frame of reference"
    numbers = ", ".join(str(series.number) for series in drawn_on) or "unknown"
    raise ContourError(
        "contour.frame-of-reference",
        f"The contour was drawn on series {numbers}, and that or the map's series {what}: the same "
        "coordinates may mean another place.",
        remedy="Draw the region on the series of the map that is measured.",
        series=numbers,
    )


def _series_with(exam: Exam, uids: set[str]) -> list[Series]:
    return [series for series in exam.series if not uids.isdisjoint(series.sop_instance_uids)]


def slice_of(contour: ContourRecord, one: ParameterMap, findings: list[Finding]) -> int:
    """The map's slice that a contour belongs to: the one it was drawn on, else the nearest."""
    drawn_on = (contour.sop_instance_uid, contour.frame_number)
    here = [
        position
        for position, origin in enumerate(one.origins)
        if (origin.sop_instance_uid, origin.frame_number) == drawn_on
    ]
    if here:
        tiles = [one.planes[position] for position in here]
        return here[nearest_plane(tiles, contour.points_lps_mm) if len(here) > 1 else 0]
    position = nearest_plane(one.planes, contour.points_lps_mm)
    if one.source == "scanner":
        sentence = "A contour drawn on another series is measured on the nearest slice of the ADC map."
        findings.append(Finding("contour.projected", sentence, "note", {"lesion": contour.lesion}))
    return position


def on_plane(contour: ContourRecord, plane: Plane) -> Contour:
    """The contour's rings, moved along the normal onto the slice when they were drawn beside it."""

    def moved(points: Sequence[Sequence[float]]) -> Floats:
        ring = np.asarray(points, dtype=np.float64)
        return ring - np.outer(plane.distance_mm(ring), np.asarray(plane.normal))

    return Contour(moved(contour.points_lps_mm), [moved(hole) for hole in contour.holes_lps_mm])
