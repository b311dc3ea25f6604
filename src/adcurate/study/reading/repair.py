"""Offer a repair of a contour that crosses itself; it is shown, and kept only when its reader takes it."""

from __future__ import annotations

import dataclasses

from adcurate.arrays import Floats
from adcurate.geometry import Contour, repair_contour
from adcurate.model.contour_record import PointLps
from adcurate.model.reading.answers import RepairedDrawing
from adcurate.model.reading.draft import DrawnContour
from adcurate.study.reading.next_case import item_of
from adcurate.study.reading.room import ReadingRoom


def repair_contour_of(room: ReadingRoom, reader: str, item: str, contour: DrawnContour) -> RepairedDrawing:
    """Rewrite a contour as contours that do not cross and enclose what was circled.

    Raises
    ------
    ReadError
        ``read.item``, ``read.no-frame``
    ContourError
        ``contour.self-crossing`` for more than 1,000 crossings; ``contour.shape`` where no area is left.
    """
    case = item_of(room, reader, item)
    plane = room.images.exam(case.study_instance_uid).frame(contour.series, contour.frame).plane
    parts = repair_contour(Contour(contour.points_lps_mm, contour.holes_lps_mm), plane)
    made = tuple(
        dataclasses.replace(
            contour,
            id=contour.id if number == 1 else f"{contour.id[:58]}-{number}",
            points_lps_mm=_points(part.outer),
            holes_lps_mm=tuple(_points(hole) for hole in part.holes),
        )
        for number, part in enumerate(parts, start=1)
    )
    return RepairedDrawing(made, _sentence(made))


def _sentence(made: tuple[DrawnContour, ...]) -> str:
    n_holes = sum(len(one.holes_lps_mm) for one in made)
    parts = "one contour" if len(made) == 1 else f"{len(made)} contours"
    holes = "" if not n_holes else f" with {n_holes} hole{'s' if n_holes > 1 else ''}"
    return f"What the line circles is kept as {parts}{holes}; where it crossed itself it was cut."


def _points(ring: Floats) -> tuple[PointLps, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in ring)
