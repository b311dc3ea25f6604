"""Measurements as a structured report (TID 1500): one group for each lesion and map, read by one reader.

A region on one slice is a planar group (TID 1410). It points at the line itself where the region is one plain
polygon on one image; a region with a hole, an exclusion or several parts, which one line cannot say, and one
on a mosaic's tile, points at the frame of the Segmentation that holds its voxels. A region over several
slices is a volumetric group (TID 1411) that points at its segment. Values are in µm²/s with their full
precision; the reader is a code; grades and everything else of the worksheet but the organ stay out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

from adcurate import __version__
from adcurate.arrays import Floats
from adcurate.dicom.objects.codes import (
    ADC,
    AREA,
    LESION,
    MEAN,
    MEDIAN,
    MINIMUM,
    MM2,
    MM3,
    MONO_EXPONENTIAL,
    MR_EXAM,
    ONE_VOXEL,
    SITES,
    STANDARD_DEVIATION,
    UM2_PER_S,
    VOLUME,
    VOXELS,
)
from adcurate.dicom.objects.exam_context import ExamContext
from adcurate.dicom.objects.map_grid import name_equipment
from adcurate.dicom.objects.parametric_map import PARAMETRIC_MAP_CLASS, map_object_uid, map_series_uid
from adcurate.dicom.objects.reproducible import MANUFACTURER, derived_uid, encoded, without_clock
from adcurate.dicom.objects.segmentation import (
    SEGMENTATION_CLASS,
    WrittenSegmentation,
    region_uid,
    tracking_identifier,
)
from adcurate.model import SliceOrigin

WRITER: Final = "measurement-report/1"
_FROM_MM2: Final = 1e6
_STATISTICS: Final = (("mean", MEAN), ("minimum", MINIMUM), ("median", MEDIAN), ("sd", STANDARD_DEVIATION))


@dataclass(frozen=True, slots=True, eq=False)
class ReportedRegion:
    """One measurement to report.

    Attributes
    ----------
    values
        As in `RegionSummary`: mm²/s, mm² and counts; what is None or absent is left out.
    method_words
        How the map and the region came to be, one statement each.
    line : (n, 2), columns and rows
        The region's outline in the image's own coordinates, where (0.5, 0.5) is the centre of the first
        voxel; None where one line cannot say it.
    segment
        The segment's number in `segmentation`, from 1.
    slices
        Positions of the region on the map's grid.
    origins
        The images of those slices.
    """

    lesion: str
    site: str
    map_source: str
    map_id: str
    measurement_id: str
    values: Mapping[str, float | None]
    method_words: tuple[str, ...]
    line: Floats | None = field(repr=False)
    segmentation: WrittenSegmentation = field(repr=False)
    segment: int
    slices: tuple[int, ...]
    origins: tuple[SliceOrigin, ...]


def write_measurement_report(
    regions: Sequence[ReportedRegion], context: ExamContext, *, reader: str, series_number: int
) -> bytes:
    """Write one reader's measurements of one exam as a DICOM file; `reader` is a code, never a name.

    Raises
    ------
    DicomError
        ``dicom.source-missing``
    """
    from highdicom import sr

    ids = [one.measurement_id for one in regions]
    subject = str(context.attributes.PatientID)
    person = sr.ObserverContext(
        observer_type=sr.CodedConcept("121006", "DCM", "Person"),
        observer_identifying_attributes=sr.PersonObserverIdentifyingAttributes(name=f"{reader}^"),
    )
    device = sr.ObserverContext(
        observer_type=sr.CodedConcept("121007", "DCM", "Device"),
        observer_identifying_attributes=sr.DeviceObserverIdentifyingAttributes(
            uid=derived_uid("device"), name=MANUFACTURER, manufacturer_name=MANUFACTURER
        ),
    )
    report = sr.MeasurementReport(
        observation_context=sr.ObservationContext(
            observer_person_context=person, observer_device_context=device
        ),
        procedure_reported=MR_EXAM,
        imaging_measurements=[_group(one, context, subject, reader) for one in regions],
        title=Code("126000", "DCM", "Imaging Measurement Report"),
    )
    made = sr.Comprehensive3DSR(
        evidence=_evidence(regions, context),
        content=report[0],
        series_instance_uid=derived_uid(WRITER, "series", reader, *ids),
        series_number=series_number,
        sop_instance_uid=derived_uid(WRITER, "object", reader, *ids),
        instance_number=1,
        manufacturer=MANUFACTURER,
        is_complete=True,
        is_final=False,
        is_verified=False,
        series_description=f"Measurements of {reader}"[:64],
    )
    context.copy_to(made)
    made.CodingSchemeIdentificationSequence = [_own_codes()]
    made.ManufacturerModelName, made.SoftwareVersions = MANUFACTURER, __version__
    name_equipment(made, context)
    without_clock(made, context.date)
    return encoded(made)


def _group(one: ReportedRegion, context: ExamContext, subject: str, reader: str) -> Any:
    from highdicom import sr

    common: dict[str, Any] = {
        "tracking_identifier": sr.TrackingIdentifier(
            uid=region_uid(subject, one.lesion, reader), identifier=tracking_identifier(one.lesion, reader)
        ),
        "finding_type": LESION,
        "finding_sites": [sr.FindingSite(SITES[one.site])] if one.site in SITES else None,
        "method": MONO_EXPONENTIAL if one.map_source != "scanner" else None,
        "algorithm_id": sr.AlgorithmIdentification(
            name=MANUFACTURER, version=__version__, parameters=list(one.method_words)
        ),
        "measurements": _measurements(one),
    }
    if len(one.slices) == 1:
        where = (
            {"referenced_region": _line(one, one.line, context)}
            if one.line is not None
            else {"referenced_segment": _segment_frame(one, context)}
        )
        return sr.PlanarROIMeasurementsAndQualitativeEvaluations(**where, **common)
    return sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        referenced_segment=sr.ReferencedSegment(
            sop_class_uid=SEGMENTATION_CLASS,
            sop_instance_uid=one.segmentation.sop_instance_uid,
            segment_number=one.segment,
            source_images=[
                sr.SourceImageForSegmentation(
                    image.sop_class_uid,
                    image.sop_instance_uid,
                    [origin.frame_number] if image.n_frames is not None else None,
                )
                for origin in one.origins
                for image in [context.image(origin.sop_instance_uid)]
            ],
        ),
        **common,
    )


def _line(one: ReportedRegion, line: Floats, context: ExamContext) -> Any:
    from highdicom import sr

    image = context.image(one.origins[0].sop_instance_uid)
    return sr.ImageRegion(
        graphic_type=sr.GraphicTypeValues.POLYLINE,
        graphic_data=line,
        source_image=sr.SourceImageForRegion(
            image.sop_class_uid,
            image.sop_instance_uid,
            [one.origins[0].frame_number] if image.n_frames is not None else None,
        ),
    )


def _segment_frame(one: ReportedRegion, context: ExamContext) -> Any:
    from highdicom import sr

    image = context.image(one.origins[0].sop_instance_uid)
    made = sr.ReferencedSegmentationFrame(
        sop_class_uid=SEGMENTATION_CLASS,
        sop_instance_uid=one.segmentation.sop_instance_uid,
        frame_number=one.segmentation.frame_of[one.segment, one.slices[0]],
        segment_number=one.segment,
        source_image=sr.SourceImageForSegmentation(
            image.sop_class_uid,
            image.sop_instance_uid,
            [one.origins[0].frame_number] if image.n_frames is not None else None,
        ),
    )
    # The frame says which segment it is; the standard wants no number beside it.
    for item in made:
        for referenced in item.get("ReferencedSOPSequence", []):
            if "ReferencedFrameNumber" in referenced and "ReferencedSegmentNumber" in referenced:
                del referenced.ReferencedSegmentNumber
    return made


def _measurements(one: ReportedRegion) -> list[Any]:
    """ADC statistics first, then how large the region is."""
    from highdicom import sr

    on_map = sr.SourceImageForMeasurement(PARAMETRIC_MAP_CLASS, map_object_uid(one.map_id))
    found = []
    for name, derivation in _STATISTICS:
        value = one.values.get(name)
        if value is not None:
            found.append(
                sr.Measurement(
                    name=ADC,
                    value=float(value) * _FROM_MM2,
                    unit=UM2_PER_S,
                    derivation=derivation,
                    referenced_images=[on_map],
                )
            )
    sizes = (("area_mm2", AREA, MM2), ("volume_mm3", VOLUME, MM3), ("n_voxels", VOXELS, ONE_VOXEL))
    for name, concept, unit in sizes:
        value = one.values.get(name)
        if value is not None and not (name == "area_mm2" and len(one.slices) > 1):
            found.append(sr.Measurement(name=concept, value=float(value), unit=unit))
    return found


def _own_codes() -> Dataset:
    """Whose codes 99ADCURATE are."""
    item = Dataset()
    item.CodingSchemeDesignator = VOXELS.scheme_designator
    item.CodingSchemeName = "Adcurate"
    item.CodingSchemeResponsibleOrganization = "Adcurate, open source"
    return item


def _evidence(regions: Sequence[ReportedRegion], context: ExamContext) -> list[Dataset]:
    """Every object that the report points at: images, segmentations and maps."""
    listed: dict[str, Dataset] = {}

    def add(sop_class: str, series: str, uid: str) -> None:
        item = Dataset()
        context.copy_to(item)
        item.PatientName = f"{item.PatientID}^"
        item.SOPClassUID, item.SeriesInstanceUID, item.SOPInstanceUID = sop_class, series, uid
        listed.setdefault(uid, item)

    for one in regions:
        for origin in one.origins:
            image = context.image(origin.sop_instance_uid)
            add(image.sop_class_uid, image.series_instance_uid, image.sop_instance_uid)
    for one in regions:
        made = one.segmentation
        if one.line is None or len(one.slices) > 1:
            add(SEGMENTATION_CLASS, made.series_instance_uid, made.sop_instance_uid)
        add(PARAMETRIC_MAP_CLASS, map_series_uid(one.map_id), map_object_uid(one.map_id))
    return list(listed.values())
