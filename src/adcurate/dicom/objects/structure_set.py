"""Contours as an RT Structure Set: what a reader drew, on the images that it was drawn on, before any voxel.

One ROI for each lesion, and one for each exclusion drawn inside it. A contour is closed planar and stands in
patient coordinates as drawn. A hole is a contour of its own in the same ROI, on the same image: contours of
one ROI on one image are joined by exclusive-or, which is how readers of structure sets see a ring. There are
no keyholes (a cut from the outer line to the hole), so every contour is a simple polygon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset

from adcurate import __version__
from adcurate.dicom.objects.codes import decimal
from adcurate.dicom.objects.exam_context import ExamContext
from adcurate.dicom.objects.map_grid import name_equipment, reference, referenced_series
from adcurate.dicom.objects.reproducible import MANUFACTURER, MIDNIGHT, SERIAL_NUMBER, derived_uid, encoded
from adcurate.dicom.objects.segmentation import region_uid, tracking_identifier
from adcurate.model import SliceOrigin
from adcurate.model.contour_record import ContourRecord, PointLps

WRITER: Final = "structure-set/1"
STRUCTURE_SET_CLASS: Final = "1.2.840.10008.5.1.4.1.1.481.3"
_STUDY_CLASS: Final = "1.2.840.10008.3.1.2.3.1"
_COLORS: Final = ([230, 159, 0], [86, 180, 233], [0, 158, 115], [240, 228, 66], [0, 114, 178], [213, 94, 0])


@dataclass(frozen=True, slots=True)
class _Roi:
    """Contours of one lesion or exclusion in one space."""

    name: str
    description: str
    space: str
    contours: tuple[ContourRecord, ...]


def write_structure_set(
    contours: Sequence[ContourRecord],
    context: ExamContext,
    *,
    reader: str,
    contour_digest: str,
    series_number: int,
) -> bytes:
    """Write one reader's contours of one exam as a DICOM file.

    Parameters
    ----------
    contours
        Lesions and exclusions; `reader` of each is ignored.
    reader
        The reader's code, never a name.
    contour_digest
        Names what was drawn, for the object's UID.

    Raises
    ------
    DicomError
        ``dicom.source-missing``
    """
    made = Dataset()
    context.copy_to(made)
    made.SOPClassUID = STRUCTURE_SET_CLASS
    made.SOPInstanceUID = derived_uid(WRITER, "object", reader, contour_digest)
    made.SeriesInstanceUID = derived_uid(WRITER, "series", reader, contour_digest)
    made.SeriesNumber, made.InstanceNumber = series_number, 1
    made.Modality = "RTSTRUCT"
    made.SeriesDescription = made.StructureSetName = f"Contours of {reader}"[:64]
    made.OperatorsName = ""
    made.Manufacturer = made.ManufacturerModelName = MANUFACTURER
    made.SoftwareVersions, made.DeviceSerialNumber = __version__, SERIAL_NUMBER
    made.StructureSetLabel = "CONTOURS"
    made.StructureSetDate, made.StructureSetTime = context.date, MIDNIGHT if context.date else ""
    made.ApprovalStatus = "UNAPPROVED"
    name_equipment(made, context)
    rois = _rois(contours, context, reader)
    made.FrameOfReferenceUID, made.PositionReferenceIndicator = rois[0].space, ""
    made.ReferencedFrameOfReferenceSequence = _spaces(rois, context)
    subject = str(context.attributes.PatientID)
    made.StructureSetROISequence = [_roi_item(number, roi) for number, roi in enumerate(rois, start=1)]
    made.ROIContourSequence = [
        _contour_item(number, roi, context) for number, roi in enumerate(rois, start=1)
    ]
    made.RTROIObservationsSequence = [
        _observation(
            number, roi, derived_uid("roi", region_uid(subject, roi.contours[0].lesion, reader), roi.name)
        )
        for number, roi in enumerate(rois, start=1)
    ]
    return encoded(made)


def _rois(contours: Sequence[ContourRecord], context: ExamContext, reader: str) -> list[_Roi]:
    """Lesions first, in order of their labels; the parts of a lesion in one space are one ROI."""
    groups: dict[tuple[str, str, str], list[ContourRecord]] = {}
    rois = []
    for contour in sorted(contours, key=lambda one: (one.lesion, one.role != "lesion")):
        space = context.image(contour.sop_instance_uid).frame_of_reference_uid
        groups.setdefault((contour.lesion, contour.role, space), []).append(contour)
    for (lesion, role, space), members in groups.items():
        name = tracking_identifier(lesion, reader)
        if role == "lesion":
            rois.append(_Roi(name[:64], "The lesion as drawn", space, tuple(members)))
        else:
            rois.append(
                _Roi(f"exclusion of {name}"[:64], "Taken away from the lesion", space, tuple(members))
            )
    return rois


def _spaces(rois: Sequence[_Roi], context: ExamContext) -> list[Dataset]:
    """Each frame of reference with every image of the series that were drawn on."""
    items = []
    for space in dict.fromkeys(roi.space for roi in rois):
        drawn_on = {
            context.image(contour.sop_instance_uid).series_instance_uid
            for roi in rois
            for contour in roi.contours
            if roi.space == space
        }
        images = sorted(uid for uid, image in context.images.items() if image.series_instance_uid in drawn_on)
        study = Dataset()
        study.ReferencedSOPClassUID = _STUDY_CLASS
        study.ReferencedSOPInstanceUID = context.study_instance_uid
        study.RTReferencedSeriesSequence = []
        for series in referenced_series(images, context):
            listed = Dataset()
            listed.SeriesInstanceUID = series.SeriesInstanceUID
            listed.ContourImageSequence = series.ReferencedInstanceSequence
            study.RTReferencedSeriesSequence.append(listed)
        item = Dataset()
        item.FrameOfReferenceUID = space
        item.RTReferencedStudySequence = [study]
        items.append(item)
    return items


def _roi_item(number: int, roi: _Roi) -> Dataset:
    item = Dataset()
    item.ROINumber = number
    item.ReferencedFrameOfReferenceUID = roi.space
    item.ROIName = roi.name
    item.ROIDescription = roi.description
    item.ROIGenerationAlgorithm = "MANUAL"
    return item


def _contour_item(number: int, roi: _Roi, context: ExamContext) -> Dataset:
    item = Dataset()
    item.ROIDisplayColor = list(_COLORS[(number - 1) % len(_COLORS)])
    item.ReferencedROINumber = number
    item.ContourSequence = [
        _ring(ring, contour, context)
        for contour in roi.contours
        for ring in (contour.points_lps_mm, *contour.holes_lps_mm)
    ]
    for position, ring in enumerate(item.ContourSequence, start=1):
        ring.ContourNumber = position
    return item


def _ring(points: Sequence[PointLps], contour: ContourRecord, context: ExamContext) -> Dataset:
    item = Dataset()
    item.ContourImageSequence = [
        reference(SliceOrigin(contour.sop_instance_uid, contour.frame_number), context)
    ]
    item.ContourGeometricType = "CLOSED_PLANAR"
    item.NumberOfContourPoints = len(points)
    item.ContourData = [decimal(value) for point in points for value in point]
    return item


def _observation(number: int, roi: _Roi, region: str) -> Dataset:
    item = Dataset()
    item.ObservationNumber = number
    item.ReferencedROINumber = number
    item.ROIObservationLabel = roi.name[:16]
    item.RTROIInterpretedType = ""
    item.ROIInterpreter = ""
    item.TrackingUID, item.TrackingID = region, roi.name
    return item
