"""What makes an object the same bytes each time: UIDs from a hash, no clock, our own file header.

A UID of an object is made from all that its content depends on: the id of what it holds, the writer's
version and the program's. The content date is the exam's (as the study keeps it, shifted), at midnight.
"""

from __future__ import annotations

import hashlib
import io
from typing import Final

import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from adcurate import __version__

MANUFACTURER: Final = "Adcurate"
SERIAL_NUMBER: Final = "software"
MIDNIGHT: Final = "000000"
NO_DATE: Final = "19000101"
"""Stands where the standard asks for a date and the exam has none."""

_IMPLEMENTATION_UID: Final = "2.25.281327590021640126475236148719432871042"
_IMPLEMENTATION_NAME: Final = "ADCURATE_1"
_CLOCK_ATTRIBUTES: Final = ("InstanceCreationDate", "InstanceCreationTime")


def derived_uid(*parts: str) -> str:
    """A ``2.25.`` UID made from `parts`; other parts, or another order, give another."""
    text = "\x1f".join(("adcurate", __version__, *parts))
    return f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')}"


def without_clock(made: Dataset, date: str) -> None:
    """Replace every date and time of the writing by `date` (YYYYMMDD or "") at midnight."""
    for keyword in _CLOCK_ATTRIBUTES:
        if keyword in made:
            delattr(made, keyword)
    made.ContentDate, made.ContentTime = date or NO_DATE, MIDNIGHT


def without_random_uids(made: Dataset, uid: str) -> None:
    """Give the dimension organization, which highdicom draws at random, a UID made from the object's."""
    organization = derived_uid("dimension-organization", uid)
    for item in made.get("DimensionOrganizationSequence", []):
        item.DimensionOrganizationUID = organization
    for item in made.get("DimensionIndexSequence", []):
        item.DimensionOrganizationUID = organization


def encoded(made: Dataset) -> bytes:
    """The object as a DICOM file, Explicit VR Little Endian."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = pydicom.uid.UID(_IMPLEMENTATION_UID)
    meta.ImplementationVersionName = _IMPLEMENTATION_NAME
    stream = io.BytesIO()
    file = FileDataset("", dict(made.items()), file_meta=meta, preamble=bytes(128))
    file.save_as(stream, enforce_file_format=True)
    return stream.getvalue()
