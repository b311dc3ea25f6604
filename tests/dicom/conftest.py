"""Small MR objects built by hand, as a scanner would write them, for the tests of reading."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

Private = tuple[int, str, int, str, Any]

MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"


@dataclass(frozen=True)
class HeldObject:
    """An object held in memory, as an `ObjectSource`."""

    name: str
    content: bytes

    def read(self) -> bytes:
        return self.content


def build_object(
    number: int = 1,
    *,
    series: int = 5,
    z_mm: float = 0.0,
    pixels: Any = None,
    private: Sequence[Private] = (),
    leave_out: Sequence[str] = (),
    **elements: Any,
) -> Dataset:
    """A classic MR object of 4 x 5 voxels; `private` gives group, creator, element, VR and value."""
    image = np.full((4, 5), 100, dtype=np.uint16) if pixels is None else np.asarray(pixels)
    header = FileDataset("", Dataset(), preamble=b"\0" * 128)
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.file_meta.MediaStorageSOPClassUID = MR_IMAGE
    header.SOPClassUID = MR_IMAGE
    header.SOPInstanceUID = f"1.2.3.{series}.{number}"
    header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
    header.StudyInstanceUID = "1.2.3"
    header.SeriesInstanceUID = f"1.2.3.{series}"
    header.FrameOfReferenceUID = "1.2.3.999"
    header.PatientID = "TOP-SECRET-ID"
    header.PatientName = "SECRET^NAME"
    header.StudyDate = "20200102"
    header.Modality = "MR"
    header.Manufacturer = "SIEMENS"
    header.ManufacturerModelName = "Test"
    header.SeriesNumber = series
    header.InstanceNumber = number
    header.ImageType = ["ORIGINAL", "PRIMARY", "M"]
    header.ScanningSequence = "EP"
    header.RepetitionTime = 5000
    header.EchoTime = 60
    header.MagneticFieldStrength = 3
    header.ImagePositionPatient = [0, 0, z_mm]
    header.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    header.PixelSpacing = [2, 2]
    header.SliceThickness = 5
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.Rows, header.Columns = image.shape[-2:]
    if image.ndim == 3:
        header.NumberOfFrames = image.shape[0]
    header.BitsAllocated = header.BitsStored = 16
    header.HighBit = 15
    header.PixelRepresentation = int(image.dtype.kind == "i")
    header.PixelData = image.astype("<i2" if image.dtype.kind == "i" else "<u2").tobytes()
    for keyword, value in elements.items():
        setattr(header, keyword, value)
    for group, creator, element, vr, value in private:
        header.private_block(group, creator, create=True).add_new(element, vr, value)
    for keyword in leave_out:
        delattr(header, keyword)
    return header


@pytest.fixture(scope="session")
def mr_dataset() -> Callable[..., Dataset]:
    """Builds a data set, see `build_object`."""
    return build_object


@pytest.fixture(scope="session")
def mr_object() -> Callable[..., HeldObject]:
    """Builds an object in memory, see `build_object`."""

    def build(number: int = 1, **how: Any) -> HeldObject:
        stream = io.BytesIO()
        build_object(number, **how).save_as(stream, enforce_file_format=True)
        return HeldObject(f"object {number}", stream.getvalue())

    return build


@pytest.fixture(scope="session")
def held() -> type[HeldObject]:
    """The class of objects in memory."""
    return HeldObject
