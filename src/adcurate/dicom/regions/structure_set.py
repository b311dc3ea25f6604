"""Regions of an RT Structure Set: closed planar contours in patient coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from pydicom.dataset import Dataset

from adcurate.arrays import Floats
from adcurate.dicom.reading.headers import items, text, texts, whole_number
from adcurate.dicom.regions.keyhole import (
    Effort,
    are_nested,
    data_fault,
    nest,
    no_frame_of_reference,
    open_keyhole,
)
from adcurate.errors import ForeignRegionError
from adcurate.findings import Finding
from adcurate.model.foreign_region import (
    ForeignContour,
    ForeignFile,
    ForeignRegion,
    ImageName,
    fault,
    together,
)

_CLOSED: Final = "CLOSED_PLANAR"
_EXCLUSIVE: Final = "CLOSEDPLANAR_XOR"
_CONTOUR_DATA: Final = 0x30060050
_NOT_PLANAR_MM: Final = 0.01
_MOST_POINTS: Final = 100_000
_STEPS_OF_A_POINT: Final = 20


def read_structure_set(header: Dataset) -> ForeignFile:
    """Every ROI under its name. What one ROI lacks is its own fault.

    Contours of one ROI on one image are parts of it. One inside another is a hole: where the file says so
    (CLOSEDPLANAR_XOR), where one contour draws both (keyhole), and else with a finding.

    Raises
    ------
    ForeignRegionError
        ``foreign.header``: an ROI that is not declared, or declared twice; several frames of reference.
    """
    names: dict[int, str] = {}
    frames: dict[int, str] = {}
    for each in items(header, 0x30060020):
        number = whole_number(each, 0x30060022)
        if number is None or number in names:
            raise _header("declares an ROI without a number, or two with one")
        names[number] = text(each, 0x30060026) or f"ROI {number}"
        frames[number] = text(each, 0x30060024)
    if len({*frames.values()} - {""}) > 1:
        raise _header("has ROIs in several frames of reference")
    drawn: dict[int, Dataset] = {}
    for each in items(header, 0x30060039):
        number = whole_number(each, 0x30060084)
        if number is None or number not in names or number in drawn:
            raise _header("draws an ROI that it does not declare, or draws one twice")
        drawn[number] = each
    findings: list[Finding] = []
    effort = Effort()
    regions = tuple(
        _region(name, drawn.get(number), frames[number], findings, effort) for number, name in names.items()
    )
    return ForeignFile(
        "RTSTRUCT",
        regions,
        patient_id=text(header, 0x00100020),
        frame_of_reference_uid=next((uid for uid in frames.values() if uid), ""),
        findings=tuple(found for at, found in enumerate(findings) if found not in findings[:at]),
    )


def _region(
    name: str, drawn: Dataset | None, frame_of_reference_uid: str, findings: list[Finding], effort: Effort
) -> ForeignRegion:
    contours: list[ForeignContour] = []
    try:
        by_image: dict[tuple[ImageName, int], list[tuple[Floats, str]]] = {}
        if drawn is not None and not frame_of_reference_uid:
            raise no_frame_of_reference("region")
        for each in items(drawn, 0x30060040):
            ring, kind = _ring(each), text(each, 0x30060042)
            image = _image(each)
            height = 0 if image.sop_instance_uid else round(float(ring[:, 2].mean()) * 1000)
            effort.spend(_STEPS_OF_A_POINT * len(ring))
            by_image.setdefault((image, height), []).append((ring, kind))
        for (image, _), rings in by_image.items():
            contours += [ForeignContour(parts, "lps", image) for parts in _parts(rings, findings, effort)]
    except ForeignRegionError as error:
        return ForeignRegion(name, faults=(fault(error, name),))
    return ForeignRegion(name, contours=together(contours))


def _parts(
    rings: Sequence[tuple[Floats, str]], findings: list[Finding], effort: Effort
) -> list[tuple[Floats, ...]]:
    """The contours of one image as outer rings with holes."""
    if all(kind == _EXCLUSIVE for _, kind in rings):
        return nest([ring for ring, _ in rings], effort)
    opened = [open_keyhole(ring, effort) for ring, _ in rings]
    if are_nested([parts[0] for parts in opened], effort):
        findings.append(
            Finding(
                "foreign.nested-contours",
                "A contour lies inside another of its ROI, and nothing says as what; it was read as a "
                "hole, as most tools mean it.",
                "warning",
            )
        )
    return nest([ring for parts in opened for ring in parts], effort)


def _ring(item: Dataset) -> Floats:
    kind = text(item, 0x30060042)
    if kind not in (_CLOSED, _EXCLUSIVE):
        raise data_fault(f"is of the type {kind[:20] or 'none'}; only closed planar ones enclose an area")
    values = _decimals(item)
    if len(values) % 3:
        raise data_fault(f"has {len(values)} coordinates, which is no multiple of three")
    ring = np.array(values).reshape(-1, 3)
    declared = whole_number(item, 0x30060046)
    if declared is not None and declared != len(ring):
        raise data_fault(f"has {len(ring)} points and declares {declared}")
    if not 3 <= len(ring) <= _MOST_POINTS:
        raise data_fault(f"has {len(ring)} points")
    if not np.isfinite(ring).all():
        raise data_fault("has a coordinate that is no number")
    middle = ring - ring.mean(axis=0)
    normal = np.linalg.svd(middle, full_matrices=False)[2][2]
    if float(np.abs(middle @ normal).max()) > _NOT_PLANAR_MM:
        raise ForeignRegionError(
            "foreign.contour-plane",
            "A contour is not flat: its points lie more than 0.01 mm off one plane.",
            remedy="Draw it on one image.",
        )
    return ring


def _decimals(item: Dataset) -> list[float]:
    """The coordinates as written: what is no number is refused, not dropped."""
    element: Any = item.get_item(_CONTOUR_DATA) if _CONTOUR_DATA in item else None
    value = None if element is None else element.value
    if isinstance(value, bytes):
        words: Sequence[object] = value.decode("ascii", errors="replace").strip(" \0").split("\\")
    else:
        try:
            words = texts(item, _CONTOUR_DATA)
        except ValueError:
            words = ()
    try:
        return [float(str(word)) for word in words if str(word).strip()] if words else []
    except ValueError:
        return [math.nan] * 9


def _image(item: Dataset) -> ImageName:
    images = items(item, 0x30060016)
    if len(images) > 1:
        raise data_fault("names several images")
    if not images:
        return ImageName()
    uid = text(images[0], 0x00081155)
    if not uid:
        raise data_fault("names an image without a UID")
    return ImageName(uid, whole_number(images[0], 0x00081160) or 1)


def _header(what: str) -> ForeignRegionError:
    return ForeignRegionError(
        "foreign.header", f"The structure set {what}.", remedy="Save it again from the tool that drew it."
    )
