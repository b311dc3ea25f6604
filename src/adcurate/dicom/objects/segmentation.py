"""Regions as a binary DICOM Segmentation: one segment for each lesion, exactly the voxels that were measured.

A segment holds the voxels that the voxel rule chose and that have an estimate on the map: averaging the map
over the segment gives the mean of record. Segments may overlap, as lesions may. One object holds the regions
of one reader on one map's grid. Tracking identifiers are shared with the structure set and the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from pydicom.dataset import Dataset

from adcurate import __version__
from adcurate.arrays import Bools
from adcurate.dicom.objects.codes import ABNORMAL_STRUCTURE, LESION, SEGMENTATION, SITES
from adcurate.dicom.objects.exam_context import ExamContext
from adcurate.dicom.objects.map_grid import (
    MapGrid,
    name_equipment,
    name_sources,
    slice_of,
    stand_in_images,
)
from adcurate.dicom.objects.reproducible import (
    MANUFACTURER,
    SERIAL_NUMBER,
    derived_uid,
    encoded,
    without_clock,
    without_random_uids,
)

WRITER: Final = "segmentation/1"
SEGMENTATION_CLASS: Final = "1.2.840.10008.5.1.4.1.1.66.4"


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """One lesion's region: `voxels` (slice, row, column) on the grid, `site` in the worksheet's words."""

    lesion: str
    reader: str
    voxels: Bools = field(repr=False)
    site: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class WrittenSegmentation:
    """A segmentation's file and how to point at it; `frame_of` gives the frame of (segment, slice)."""

    content: bytes = field(repr=False)
    sop_instance_uid: str
    series_instance_uid: str
    frame_of: Mapping[tuple[int, int], int] = field(repr=False)


def tracking_identifier(lesion: str, reader: str) -> str:
    """What people call a region: the lesion's label and the reader's code."""
    return f"lesion {lesion}, {reader}"


def region_uid(subject: str, lesion: str, reader: str) -> str:
    """The UID of what one reader drew of a lesion."""
    return derived_uid("region", subject, lesion, reader)


def segmentation_uid(measurement_ids: Sequence[str]) -> str:
    """The object that holds the voxels of these measurements."""
    return derived_uid(WRITER, "object", *measurement_ids)


def write_segmentation(
    segments: Sequence[Segment],
    grid: MapGrid,
    context: ExamContext,
    *,
    measurement_ids: Sequence[str],
    description: str,
    series_number: int,
) -> WrittenSegmentation:
    """Write regions as a DICOM file; `measurement_ids` name what they are the voxels of.

    Raises
    ------
    DicomError
        ``dicom.source-missing``
    """
    import highdicom

    subject = str(context.attributes.PatientID)
    uid = segmentation_uid(measurement_ids)
    made = highdicom.seg.Segmentation(
        source_images=stand_in_images(grid, context),
        pixel_array=np.stack([one.voxels for one in segments], axis=-1).astype(np.uint8),
        segmentation_type=highdicom.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=[
            highdicom.seg.SegmentDescription(
                segment_number=number,
                segment_label=tracking_identifier(one.lesion, one.reader)[:64],
                segmented_property_category=ABNORMAL_STRUCTURE,
                segmented_property_type=LESION,
                algorithm_type=highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
                tracking_uid=region_uid(subject, one.lesion, one.reader),
                tracking_id=tracking_identifier(one.lesion, one.reader),
                anatomic_regions=[SITES[one.site]] if one.site in SITES else None,
                display_color=highdicom.color.CIELabColor(*_COLORS[(number - 1) % len(_COLORS)]),
            )
            for number, one in enumerate(segments, start=1)
        ],
        series_instance_uid=derived_uid(WRITER, "series", *measurement_ids),
        series_number=series_number,
        sop_instance_uid=uid,
        instance_number=1,
        content_label="REGIONS",
        content_description=description[:64],
        series_description=description[:64],
        manufacturer=MANUFACTURER,
        manufacturer_model_name=MANUFACTURER,
        software_versions=__version__,
        device_serial_number=SERIAL_NUMBER,
    )
    made.ContentCreatorName = ""
    context.copy_to(made)
    name_sources(made, grid, context, SEGMENTATION, every_source=False)
    name_equipment(made, context)
    without_clock(made, context.date)
    without_random_uids(made, uid)
    return WrittenSegmentation(encoded(made), uid, str(made.SeriesInstanceUID), _frames(made, grid))


def _frames(made: Dataset, grid: MapGrid) -> dict[tuple[int, int], int]:
    """Which frame holds a segment's slice. A lone segment is named once for all frames."""
    shared = made.SharedFunctionalGroupsSequence[0]
    found = {}
    for number, frame in enumerate(made.PerFrameFunctionalGroupsSequence, start=1):
        named = frame if "SegmentIdentificationSequence" in frame else shared
        segment = int(named.SegmentIdentificationSequence[0].ReferencedSegmentNumber)
        found[segment, slice_of(frame, grid)] = number
    return found


# Colour-blind safe (Okabe-Ito) in CIELab: orange, sky blue, green, yellow, blue, vermilion, purple.
_COLORS: Final = (
    (71.0, 23.0, 76.0),
    (69.0, -16.0, -36.0),
    (58.0, -46.0, 16.0),
    (90.0, -11.0, 73.0),
    (46.0, -1.0, -46.0),
    (55.0, 54.0, 62.0),
    (65.0, 38.0, -15.0),
)
