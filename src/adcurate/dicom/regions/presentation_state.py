"""Regions of a presentation state: the lines that a PACS workstation keeps beside an image."""

from __future__ import annotations

from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import items, numbers, text, whole_number
from adcurate.dicom.regions.graphics import from_corner, ring_of
from adcurate.dicom.regions.keyhole import data_fault
from adcurate.errors import ForeignRegionError
from adcurate.model.foreign_region import ForeignContour, ForeignFile, ForeignRegion, ImageName, fault


def read_presentation_state(header: Dataset) -> ForeignFile:
    """Every drawn object under its annotation's text, else ``<layer> <number>``.

    Only shapes in the image's pixels are measured: what was drawn on the display has no place on the image.
    """
    regions = []
    for number, annotation in enumerate(items(header, 0x00700001), start=1):
        name = next((t for t in (text(o, 0x00700006) for o in items(annotation, 0x00700008)) if t), "")
        drawn = items(annotation, 0x00700009)
        for at, graphic in enumerate(drawn, start=1):
            label = (
                name.splitlines()[0][:64] if name else f"{text(annotation, 0x00700002) or 'drawing'} {number}"
            )
            label = label if len(drawn) == 1 else f"{label} ({at})"
            regions.append(_region(label, annotation, graphic))
    return ForeignFile("presentation state", tuple(regions), patient_id=text(header, 0x00100020))


def _region(label: str, annotation: Dataset, graphic: Dataset) -> ForeignRegion:
    try:
        unit = text(graphic, 0x00700005)
        if unit != "PIXEL":
            raise data_fault(f"is drawn in the unit {unit[:20] or 'none'}, not in pixels of the image")
        kind = text(graphic, 0x00700023)
        if kind == "INTERPOLATED":
            raise data_fault("is a curve through points, and nothing says how it runs between them")
        values = numbers(graphic, 0x00700022)
        declared = whole_number(graphic, 0x00700021)
        if declared is not None and len(values) != 2 * declared:
            raise data_fault(f"has {len(values) / 2:g} points and declares {declared}")
        ring = from_corner(ring_of(kind, values, 2))
        image = _image(annotation)
    except ForeignRegionError as error:
        return ForeignRegion(label, faults=(fault(error, label),))
    return ForeignRegion(label, contours=(ForeignContour((ring,), "pixel", image),))


def _image(annotation: Dataset) -> ImageName:
    images = items(annotation, 0x00081140)
    frames = numbers(images[0], 0x00081160) if images else ()
    if len(images) != 1 or len(frames) > 1:
        raise data_fault("names no single image that it was drawn on")
    return ImageName(text(images[0], 0x00081155), int(frames[0]) if frames else 1)
