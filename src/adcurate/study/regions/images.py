"""The images of one subject that regions of other tools may lie on, and how a region names one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import ForeignRegionError
from adcurate.model import Exam, Frame, Series
from adcurate.model.foreign_region import ImageName

FrameKey = tuple[str, int]

OFF_PLANE_MM: Final = 0.01
"""How far a point may lie off the image it was drawn on."""


@dataclass(frozen=True, slots=True, eq=False)
class PlacedRing:
    """A contour on an image of the study: LPS mm, the outer ring first."""

    image: FrameKey
    rings: tuple[Floats, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """The images that regions of one subject may lie on.

    `frames` are all of them; `target` is the series that masks and unnamed contours go to. `own_uid` turns a
    scanner's UID into the study's.
    """

    exams: tuple[Exam, ...]
    frames: Mapping[FrameKey, tuple[Frame, Series]]
    target: Callable[[], Series]
    own_uid: Callable[[str], str]


def slices_of(series: Series) -> tuple[Frame, ...]:
    """One frame for each place of a series, the first of those that share it, in order along the normal."""
    normal = np.array(series.frames[0].plane.normal)
    places: dict[int, Frame] = {}
    for frame in series.frames:
        places.setdefault(round(float(normal @ np.array(frame.plane.origin)) * 100), frame)
    return tuple(places[at] for at in sorted(places))


def missing_reference() -> ForeignRegionError:
    """``foreign.reference-missing``"""
    return ForeignRegionError(
        "foreign.reference-missing",
        "The region was drawn on an image that is not in the study.",
        remedy="Add the exam first (adcurate study add), with the series it was drawn on.",
    )


def image_by_number(series: Series, number: int) -> FrameKey:
    """The n-th image of a series, from 1: by instance number, or in the order of one object's frames.

    Raises
    ------
    ForeignRegionError
        ``foreign.image``: no such number, or instance numbers that are missing or come twice.
    """
    if len(series.sop_instance_uids) == 1:
        ordered = sorted(series.frames, key=lambda frame: (frame.frame_number, frame.tile))
    else:
        numbers = [frame.instance_number for frame in series.frames]
        if None in numbers or len(set(numbers)) < len(numbers):
            raise ForeignRegionError(
                "foreign.image",
                f"The images of series {series.number} cannot be counted: instance numbers lack or repeat.",
                remedy="Name the image of each region with --image UID.",
            )
        ordered = sorted(series.frames, key=lambda frame: frame.instance_number or 0)
    if not 1 <= number <= len(ordered):
        raise ForeignRegionError(
            "foreign.image",
            f"The region lies on image {number}; series {series.number} has {len(ordered)}.",
            remedy="Name the series it was drawn on with --series.",
        )
    frame = ordered[number - 1]
    return frame.sop_instance_uid, frame.frame_number


def image_key(named: ImageName, images: Images) -> FrameKey:
    """The image that a region names, under the study's UID."""
    return images.own_uid(named.sop_instance_uid), named.frame_number


def check_frame_of_reference(uid: str, series: Series, images: Images) -> None:
    """Refuse a region whose coordinates may mean another place.

    Raises
    ------
    ForeignRegionError
        ``foreign.frame-of-reference``
    """
    if series.frame_of_reference_uid not in (uid, images.own_uid(uid)):
        missing = "no frame of reference" if not uid else "another frame of reference than"
        raise ForeignRegionError(
            "foreign.frame-of-reference",
            f"The region has {missing} {'' if not uid else f'series {series.number}'}".rstrip() + ".",
            remedy="Its coordinates may mean another place. Draw it on this series, or save it as a mask "
            "(NIfTI, NRRD), whose place is checked voxel by voxel.",
        )
