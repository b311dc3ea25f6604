"""Which reader an object goes to, by its SOP class; and what all readers of regions share."""

from __future__ import annotations

from typing import Final

from pydicom.config import disable_value_validation
from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import parse_object, text
from adcurate.dicom.regions.measurement_report import read_measurement_report
from adcurate.dicom.regions.presentation_state import read_presentation_state
from adcurate.dicom.regions.seg import read_segmentation
from adcurate.dicom.regions.structure_set import read_structure_set
from adcurate.errors import AdcurateError, ForeignRegionError
from adcurate.model.foreign_region import ForeignFile

_SEGMENTATION: Final = "1.2.840.10008.5.1.4.1.1.66.4"
_STRUCTURE_SET: Final = "1.2.840.10008.5.1.4.1.1.481.3"
_REPORTS: Final = tuple(f"1.2.840.10008.5.1.4.1.1.88.{end}" for end in ("22", "33", "34", "35"))
_PRESENTATIONS: Final = tuple(f"1.2.840.10008.5.1.4.1.1.11.{end}" for end in ("1", "2", "3", "4"))


def is_region_object(content: bytes) -> bool:
    """Whether the bytes are a DICOM file."""
    return content[128:132] == b"DICM"


def read_region_object(content: bytes) -> ForeignFile:
    """The regions of one DICOM object.

    Raises
    ------
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``
    ForeignRegionError
        ``foreign.format`` for an object of another kind, ``foreign.header`` for values that cannot be read,
        and the codes of the readers.
    """
    with disable_value_validation():  # its warnings would print values of the header
        header = parse_object(content, stop_before_pixels=False)
        try:
            return _read(header)
        except (AdcurateError, MemoryError):
            raise
        except Exception:  # values are converted when they are asked for, and hostile ones raise anything
            raise ForeignRegionError(
                "foreign.header",
                "The DICOM object holds values that cannot be read.",
                remedy="Save it again from the tool that drew it.",
            ) from None


def _read(header: Dataset) -> ForeignFile:
    kind = text(header, 0x00080016)
    if kind == _SEGMENTATION:
        return read_segmentation(header)
    if kind == _STRUCTURE_SET:
        return read_structure_set(header)
    if kind in _REPORTS:
        return read_measurement_report(header)
    if kind in _PRESENTATIONS:
        return read_presentation_state(header)
    raise ForeignRegionError(
        "foreign.format",
        "The DICOM object is no segmentation, structure set, measurement report or presentation state.",
        remedy="Name the object that holds the regions; images are added with adcurate study add.",
    )
