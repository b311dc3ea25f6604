"""Regions of a measurement report (SR template 1500): the outlines of its measurement groups.

The numbers of such a report are not taken over: a region is measured anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import items, numbers, text, whole_number
from adcurate.dicom.regions.graphics import from_corner, ring_of
from adcurate.dicom.regions.keyhole import data_fault, no_frame_of_reference
from adcurate.errors import ForeignRegionError
from adcurate.model.foreign_region import (
    ForeignContour,
    ForeignFile,
    ForeignRegion,
    ImageName,
    fault,
    together,
)

_CONTENT: Final = 0x0040A730
_KIND: Final = 0x0040A040
_NAME: Final = 0x0040A043
_GROUP: Final = ("125007", "DCM")
_TRACKING: Final = ("112039", "DCM")
_SEGMENT: Final = ("121191", "DCM")
_DEEPEST: Final = 16


def read_measurement_report(header: Dataset) -> ForeignFile:
    """Every measurement group that has an outline (SCOORD or SCOORD3D), under its tracking identifier.

    A group whose region is a segment of another object is a region with a fault that says so.

    Raises
    ------
    ForeignRegionError
        ``foreign.header``: outlines in several frames of reference.
    """
    regions, frames = [], set()
    for number, group in enumerate(_groups(header, 0), start=1):
        label = _label(group) or f"group {number}"
        contours: list[ForeignContour] = []
        try:
            for item in items(group, _CONTENT):
                if text(item, _KIND) in ("SCOORD", "SCOORD3D") and text(item, 0x00700023) != "POINT":
                    contours.append(_contour(item, group))
                    if text(item, 0x30060024):
                        frames.add(text(item, 0x30060024))
            if not contours and any(_code(item) == _SEGMENT for item in items(group, _CONTENT)):
                raise data_fault("is a segment of another object: import that segmentation (SEG) itself")
        except ForeignRegionError as error:
            regions.append(ForeignRegion(label, faults=(fault(error, label),)))
            continue
        if contours:
            regions.append(ForeignRegion(label, contours=together(contours)))
    if len(frames) > 1:
        raise ForeignRegionError(
            "foreign.header",
            "The report has outlines in several frames of reference.",
            remedy="Save one report for each exam.",
        )
    return ForeignFile(
        "SR",
        tuple(regions),
        patient_id=text(header, 0x00100020),
        frame_of_reference_uid=next(iter(frames), ""),
    )


def _groups(item: Dataset, depth: int) -> Iterator[Dataset]:
    for child in items(item, _CONTENT):
        if _code(child) == _GROUP:
            yield child
        elif depth < _DEEPEST:
            yield from _groups(child, depth + 1)


def _contour(item: Dataset, group: Dataset) -> ForeignContour:
    kind, values = text(item, 0x00700023), numbers(item, 0x00700022)
    if text(item, _KIND) == "SCOORD3D":
        if not text(item, 0x30060024):
            raise no_frame_of_reference("outline")
        return ForeignContour(
            (ring_of(kind, values, 3),), "lps", _image(item) or _image(group) or ImageName()
        )
    image = _image(item)
    if image is None:
        raise data_fault("names no image that it was drawn on")
    return ForeignContour((from_corner(ring_of(kind, values, 2)),), "pixel", image)


def _image(item: Dataset) -> ImageName | None:
    """The one image among what an item was selected from; None where there is none."""
    named = []
    for child in items(item, _CONTENT):
        if text(child, _KIND) != "IMAGE" or _code(child) == _SEGMENT:
            continue
        for reference in items(child, 0x00081199):
            uid = text(reference, 0x00081155)
            if uid:
                named.append(ImageName(uid, whole_number(reference, 0x00081160) or 1))
    return named[0] if len(set(named)) == 1 else None


def _label(group: Dataset) -> str:
    for child in items(group, _CONTENT):
        if _code(child) == _TRACKING:
            return text(child, 0x0040A160)
    return ""


def _code(item: Dataset) -> tuple[str, str]:
    codes = items(item, _NAME)
    return (text(codes[0], 0x00080100), text(codes[0], 0x00080102)) if codes else ("", "")
