"""The slices that a map lies on, and how an object says so: planes, positions and source frames.

highdicom is given one stand-in image for each slice, built from the plane alone. So a classic series, an
enhanced object and a mosaic all become the same stack, and what the object says of its sources is written
afterwards, from the frames themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from adcurate.dicom.objects.codes import ACQUISITION_EQUIPMENT, SOURCE_IMAGE, code_item, decimal
from adcurate.dicom.objects.exam_context import ExamContext
from adcurate.dicom.objects.reproducible import derived_uid
from adcurate.geometry import Plane
from adcurate.model import SliceOrigin

_MR_IMAGE: Final = "1.2.840.10008.5.1.4.1.1.4"


@dataclass(frozen=True, slots=True)
class MapGrid:
    """Parallel slices in order along their normal.

    `origins` holds the frame that each slice's regions are drawn and counted on, `sources` every frame its
    values were made from.
    """

    planes: tuple[Plane, ...]
    origins: tuple[SliceOrigin, ...]
    sources: tuple[tuple[SliceOrigin, ...], ...]

    @property
    def shape(self) -> tuple[int, int, int]:
        """(slices, rows, columns)."""
        return (len(self.planes), *self.planes[0].shape)


def stand_in_images(grid: MapGrid, context: ExamContext) -> list[Dataset]:
    """One image for each slice with nothing but the exam's attributes and the slice's geometry."""
    space = context.image(grid.origins[0].sop_instance_uid).frame_of_reference_uid
    stand_ins = []
    for position, plane in enumerate(grid.planes):
        image = Dataset()
        context.copy_to(image)
        # A code is a name of one part, which the caret says; the object itself carries it as the images do.
        image.PatientName = f"{image.PatientID}^"
        for keyword in ("PatientBirthDate", "PatientSex", "AccessionNumber", "StudyID"):
            if keyword not in image:
                setattr(image, keyword, "")
        image.SOPClassUID = _MR_IMAGE
        image.SOPInstanceUID = derived_uid("stand-in", str(position))
        image.SeriesInstanceUID = derived_uid("stand-in-series")
        image.Modality = "MR"
        image.FrameOfReferenceUID = space
        image.PositionReferenceIndicator = ""
        image.Rows, image.Columns = plane.shape
        image.ImagePositionPatient = [decimal(value) for value in plane.origin]
        image.ImageOrientationPatient = [
            decimal(value) for value in (*plane.row_direction, *plane.column_direction)
        ]
        image.PixelSpacing = [decimal(plane.row_spacing_mm), decimal(plane.column_spacing_mm)]
        image.SliceThickness = decimal(plane.slice_thickness_mm or _spacing(grid.planes) or 1.0)
        stand_ins.append(image)
    return stand_ins


def name_sources(
    made: Dataset, grid: MapGrid, context: ExamContext, derivation: Code, *, every_source: bool
) -> None:
    """Say of each frame which frames it was made from, and list those images once for the whole object.

    `every_source` names all frames that the values came from; without it, the frame that was drawn on.
    """
    named: dict[str, None] = {}
    for frame in made.PerFrameFunctionalGroupsSequence:
        position = slice_of(frame, grid)
        origins = grid.sources[position] if every_source else (grid.origins[position],)
        items = []
        for origin in origins:
            item = reference(origin, context)
            item.PurposeOfReferenceCodeSequence = [code_item(SOURCE_IMAGE)]
            if context.image(origin.sop_instance_uid).shape == grid.planes[0].shape:
                item.SpatialLocationsPreserved = "YES"
            items.append(item)
            named[origin.sop_instance_uid] = None
        step = Dataset()
        step.DerivationCodeSequence = [code_item(derivation)]
        step.SourceImageSequence = items
        frame.DerivationImageSequence = [step]
    for keyword in (
        "SourceImageSequence",
        "ReferencedSeriesSequence",
        "StudiesContainingOtherReferencedInstancesSequence",
    ):
        if keyword in made:
            delattr(made, keyword)
    made.ReferencedSeriesSequence = referenced_series(list(named), context)


def slice_of(frame: Dataset, grid: MapGrid) -> int:
    """The slice that a written frame lies on, from the frame's own position."""
    at = np.array(frame.PlanePositionSequence[0].ImagePositionPatient, dtype=np.float64)
    starts = np.array([plane.origin for plane in grid.planes])
    return int(np.argmin(np.linalg.norm(starts - at, axis=1)))


def name_equipment(made: Dataset, context: ExamContext) -> None:
    """The scanner as the equipment that acquired the images; the program is the equipment of the object."""
    if "ContributingEquipmentSequence" in made:
        del made.ContributingEquipmentSequence
    if not context.scanner.get("Manufacturer"):
        return
    item = Dataset()
    for element in context.scanner:
        item[element.tag] = element
    item.PurposeOfReferenceCodeSequence = [code_item(ACQUISITION_EQUIPMENT)]
    made.ContributingEquipmentSequence = [item]


def reference(origin: SliceOrigin, context: ExamContext) -> Dataset:
    """A frame as one reference item."""
    image = context.image(origin.sop_instance_uid)
    item = Dataset()
    item.ReferencedSOPClassUID = image.sop_class_uid
    item.ReferencedSOPInstanceUID = image.sop_instance_uid
    if image.n_frames is not None:
        item.ReferencedFrameNumber = origin.frame_number
    return item


def referenced_series(sop_instance_uids: Sequence[str], context: ExamContext) -> list[Dataset]:
    """The images by series, as the Common Instance Reference module lists them."""
    by_series: dict[str, list[Dataset]] = {}
    for uid in sop_instance_uids:
        image = context.image(uid)
        item = Dataset()
        item.ReferencedSOPClassUID = image.sop_class_uid
        item.ReferencedSOPInstanceUID = image.sop_instance_uid
        by_series.setdefault(image.series_instance_uid, []).append(item)
    listed = []
    for series_uid, items in by_series.items():
        series = Dataset()
        series.SeriesInstanceUID = series_uid
        series.ReferencedInstanceSequence = items
        listed.append(series)
    return listed


def _spacing(planes: Sequence[Plane]) -> float | None:
    if len(planes) < 2:
        return None
    step = np.asarray(planes[1].origin) - np.asarray(planes[0].origin)
    return float(abs(step @ np.asarray(planes[0].normal)))
