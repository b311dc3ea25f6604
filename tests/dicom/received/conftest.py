"""Received objects for the tests: MR images with everything a hospital writes into them."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

ROOT = "1.2.826.0.1.3680043.8.498."
MR_IMAGE = UID("1.2.840.10008.5.1.4.1.1.4")


def make_mr_object(**changes: object) -> Dataset:
    """A diffusion image as a scanner writes it; `changes` set or (None) delete attributes."""
    received = Dataset()
    received.file_meta = FileMetaDataset()
    received.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    received.SpecificCharacterSet = "ISO_IR 192"
    received.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
    received.SOPClassUID = MR_IMAGE
    received.SOPInstanceUID = ROOT + "3"
    received.StudyDate = "20190402"
    received.SeriesDate = "20190402"
    received.StudyTime = "101112"
    received.Modality = "MR"
    received.Manufacturer = "SIEMENS"
    received.ManufacturerModelName = "Skyra"
    received.SeriesDescription = "ep2d_diff_b50_400_800_tra"
    received.PatientName = "Doe^Jane"
    received.PatientID = "1234567"
    received.PatientBirthDate = "19600101"
    received.PatientSex = "F"
    received.PatientAge = "059Y"
    received.SequenceName = "*ep_b400t"
    received.SliceThickness = 4
    received.RepetitionTime = 5400
    received.EchoTime = 61.5
    received.MagneticFieldStrength = 3
    received.StudyInstanceUID = ROOT + "1"
    received.SeriesInstanceUID = ROOT + "2"
    received.FrameOfReferenceUID = ROOT + "9"
    received.SeriesNumber = 7
    received.InstanceNumber = 3
    received.ImagePositionPatient = [-100.5, -90.25, 12]
    received.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    received.PixelSpacing = [1.5, 1.5]
    received.SamplesPerPixel = 1
    received.PhotometricInterpretation = "MONOCHROME2"
    received.Rows = 16
    received.Columns = 12
    received.BitsAllocated = 16
    received.BitsStored = 12
    received.HighBit = 11
    received.PixelRepresentation = 0
    block = received.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "400")
    block.add_new(0x0E, "FD", [0.6, 0.0, 0.8])
    received.PixelData = (np.arange(16 * 12, dtype="<u2") * 7).tobytes()
    for keyword, value in changes.items():
        if value is None:
            delattr(received, keyword)
        else:
            setattr(received, keyword, value)
    return received


def bytes_of(received: Dataset) -> bytes:
    """The object as a file."""
    received.file_meta.MediaStorageSOPClassUID = received.get("SOPClassUID", MR_IMAGE)
    received.file_meta.MediaStorageSOPInstanceUID = received.get("SOPInstanceUID", ROOT + "3")
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, received, enforce_file_format=True)
    return stream.getvalue()


@pytest.fixture(scope="session")
def make_mr() -> Callable[..., Dataset]:
    """`make_mr_object`."""
    return make_mr_object


@pytest.fixture(scope="session")
def written() -> Callable[[Dataset], bytes]:
    """`bytes_of`."""
    return bytes_of
