"""From a region of another tool to contours on images of the study, or the reason why not.

A contour goes to the image that it names, or to the one slice of a series that it lies on; a mask by
`mask_placing`.
"""

from __future__ import annotations

import numpy as np

from adcurate.errors import ForeignRegionError
from adcurate.model import Series
from adcurate.model.foreign_region import ForeignContour, ForeignRegion
from adcurate.study.regions.images import (
    OFF_PLANE_MM,
    FrameKey,
    Images,
    PlacedRing,
    check_frame_of_reference,
    image_by_number,
    image_key,
    missing_reference,
    slices_of,
)
from adcurate.study.regions.mask_placing import OtherGrid, place_mask


def place_region(
    region: ForeignRegion, frame_of_reference_uid: str, images: Images, other_grid: OtherGrid
) -> tuple[PlacedRing, ...]:
    """Put every contour of a region, or its mask, on images.

    Raises
    ------
    ForeignRegionError
        ``foreign.reference-missing``, ``foreign.frame-of-reference``, ``foreign.contour-plane``,
        ``foreign.image``, ``foreign.grid-mismatch``, ``foreign.empty``
    """
    placed = [_place_contour(each, frame_of_reference_uid, images) for each in region.contours]
    if region.mask is not None:
        placed += place_mask(region.mask, frame_of_reference_uid, images, other_grid)
    if not placed:
        raise ForeignRegionError(
            "foreign.empty", "The region is empty.", remedy="Draw it, or leave its label out."
        )
    return tuple(placed)


def _place_contour(contour: ForeignContour, frame_of_reference_uid: str, images: Images) -> PlacedRing:
    key = _find_image(contour, images)
    frame, series = images.frames[key]
    _check_measurable(series, images)
    if contour.space == "pixel":
        return PlacedRing(key, tuple(frame.plane.to_lps(ring) for ring in contour.rings))
    if frame_of_reference_uid:
        check_frame_of_reference(frame_of_reference_uid, series, images)
    furthest = max(float(np.abs(frame.plane.distance_mm(ring)).max()) for ring in contour.rings)
    if furthest > OFF_PLANE_MM:
        raise ForeignRegionError(
            "foreign.contour-plane",
            f"A contour lies {furthest:.2f} mm off the image it belongs to, more than {OFF_PLANE_MM} mm.",
            remedy="Draw it on an image; contours between slices are not moved.",
            furthest_mm=furthest,
        )
    return PlacedRing(key, contour.rings)


def _check_measurable(series: Series, images: Images) -> None:
    """Some map of the exam must lie in the frame of reference that the contour was drawn in."""
    for exam in images.exams:
        if all(one.series_instance_uid != series.series_instance_uid for one in exam.series):
            continue
        maps = exam.of_kind("adc", "trace", "dwi")
        same = [one for one in maps if one.series_instance_uid == series.series_instance_uid]
        uid = series.frame_of_reference_uid
        same += [one for one in maps if uid and one.frame_of_reference_uid == uid]
        if maps and not same:
            what = "another frame of reference than" if uid else "no frame of reference, unlike"
            raise ForeignRegionError(
                "foreign.frame-of-reference",
                f"The region was drawn on series {series.number}, which has {what} the diffusion series.",
                remedy="Its coordinates may mean another place there. Draw it on the ADC map or its images.",
            )


def _find_image(contour: ForeignContour, images: Images) -> FrameKey:
    named = contour.image
    if named.sop_instance_uid:
        key = image_key(named, images)
        if key not in images.frames:
            raise missing_reference()
        return key
    series = images.target()
    if named.number_in_series is not None:
        return image_by_number(series, named.number_in_series)
    if contour.space == "pixel":
        frames = slices_of(series)
        if len(frames) != 1:
            raise ForeignRegionError(
                "foreign.image",
                f"The region names no image, and series {series.number} has {len(frames)} slices.",
                remedy="Save it with its slice number, or name the image it was drawn on with --image UID.",
            )
        return frames[0].sop_instance_uid, frames[0].frame_number
    for frame in slices_of(series):
        if max(float(np.abs(frame.plane.distance_mm(ring)).max()) for ring in contour.rings) <= OFF_PLANE_MM:
            return frame.sop_instance_uid, frame.frame_number
    raise ForeignRegionError(
        "foreign.contour-plane",
        f"A contour lies on no slice of series {series.number}, within {OFF_PLANE_MM} mm.",
        remedy="Name the series it was drawn on with --series.",
    )
