"""Which series of an exam a reader looks at beside the maps, and which images of one form a volume.

`series_kind` has told what each series shows; here several of one kind are put in order, best first. It
knows no tag and no pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.dicom.reading.interleaved_maps import images_of_slices
from adcurate.dicom.reading.series_findings import is_one_geometry
from adcurate.geometry import Plane
from adcurate.model import Exam, Series, SeriesKind

_PARALLEL: Final = 0.95  # cosine of the angle between two normals
_FEWEST_SLICES: Final = 3  # fewer are a scout
_CORNERS: Final = ((0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0))


def series_beside(exam: Exam, kinds: Sequence[SeriesKind], planes: Sequence[Plane]) -> tuple[Series, ...]:
    """The series of these kinds that form volumes, best first.

    Of two series the one comes first that lies in the maps' frame of reference, then the one parallel to
    their slices, the one that covers more of them, a kind named earlier, an image as acquired rather than
    one computed from others, the lower series number.

    Parameters
    ----------
    planes
        The slices of the maps; where there are none, only kind and number decide.
    """
    home = _frame_of_reference(exam)

    def rank(one: Series) -> tuple[bool, bool, float, int, bool, int, str]:
        return (
            not shares_space(one, home),
            bool(planes) and not _is_parallel(one.frames[0].plane, planes[0]),
            -round(coverage(one, planes), 1),
            list(kinds).index(one.kind),
            "derived image" in one.kind_evidence,
            one.number or 0,
            one.series_instance_uid,
        )

    return tuple(sorted((one for one in exam.of_kind(*kinds) if _forms_volumes(one)), key=rank))


def volumes_of(series: Series) -> tuple[Series, ...]:
    """The series cut into parts with one image for each slice: the phases of a dynamic, the echoes of a scan.

    The n-th image of each slice, in the scanner's own order, belongs to the n-th part. Parts that lack a
    slice which the first has are left out.
    """
    images = images_of_slices(series.frames)
    n_parts = min(len(members) for members in images)
    if n_parts == 1 and all(len(members) == 1 for members in images):
        return (series,)
    return tuple(
        replace(series, frames=tuple(series.frames[members[part]] for members in images))
        for part in range(n_parts)
    )


def coverage(series: Series, planes: Sequence[Plane]) -> float:
    """The share of the maps' slices, 0 to 1, whose centre lies within the extent of a series."""
    if not planes:
        return 0.0
    normal = np.array(planes[0].normal)
    reach = np.array([_corners(frame.plane) @ normal for frame in series.frames])
    thickness = (series.frames[0].plane.slice_thickness_mm or 0.0) / 2
    low, high = reach.min() - thickness, reach.max() + thickness
    inside = [low <= float(_corners(plane).mean(axis=0) @ normal) <= high for plane in planes]
    return float(sum(inside)) / len(inside)


def shares_space(series: Series, frame_of_reference_uid: str) -> bool:
    """Whether coordinates of the series mean the same place as in that frame of reference."""
    return bool(frame_of_reference_uid) and series.frame_of_reference_uid == frame_of_reference_uid


def _frame_of_reference(exam: Exam) -> str:
    maps = exam.of_kind("adc") or exam.of_kind("trace", "dwi")
    return maps[0].frame_of_reference_uid if maps else ""


def _forms_volumes(series: Series) -> bool:
    return is_one_geometry(series.frames) and len(images_of_slices(series.frames)) >= _FEWEST_SLICES


def _is_parallel(plane: Plane, other: Plane) -> bool:
    return abs(float(np.dot(plane.normal, other.normal))) >= _PARALLEL


def _corners(plane: Plane) -> Floats:
    return plane.to_lps([(r * (plane.n_rows - 1), c * (plane.n_columns - 1)) for r, c in _CORNERS])
