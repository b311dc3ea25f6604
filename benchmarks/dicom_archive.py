"""An archive of made-up classic MR files for the benchmarks of reading: exam after exam, 120 images each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage

_ROOT = "1.2.826.0.1.3680043.8.498."
_B_VALUES = (50, 600, 1000)
_SLICES = 40
_TEXTS = {
    "SpecificCharacterSet": "ISO_IR 100",
    "AccessionNumber": "A000001",
    "Modality": "MR",
    "Manufacturer": "SIEMENS",
    "InstitutionName": "Made-up Hospital",
    "ReferringPhysicianName": "Made^Up",
    "StationName": "MR1",
    "StudyDescription": "Abdomen",
    "SeriesDescription": "ep2d_diff_b50_600_1000_tra",
    "ManufacturerModelName": "Synthetic",
    "PatientName": "Made^Up",
    "PatientBirthDate": "19700101",
    "PatientSex": "F",
    "PatientAge": "053Y",
    "PatientWeight": "65",
    "BodyPartExamined": "ABDOMEN",
    "ScanningSequence": "EP",
    "SequenceVariant": ["SK", "SP"],
    "ScanOptions": ["PFP", "FS"],
    "MRAcquisitionType": "2D",
    "SliceThickness": "4",
    "RepetitionTime": "6500",
    "EchoTime": "62",
    "NumberOfAverages": "4",
    "ImagingFrequency": "123.25",
    "ImagedNucleus": "1H",
    "EchoNumbers": "1",
    "MagneticFieldStrength": "3",
    "SpacingBetweenSlices": "4.4",
    "NumberOfPhaseEncodingSteps": "127",
    "EchoTrainLength": "63",
    "PercentSampling": "100",
    "PercentPhaseFieldOfView": "100",
    "PixelBandwidth": "1500",
    "DeviceSerialNumber": "12345",
    "SoftwareVersions": "VE11",
    "ProtocolName": "ep2d_diff",
    "TransmitCoilName": "Body",
    "AcquisitionMatrix": [128, 0, 0, 128],
    "InPlanePhaseEncodingDirection": "COL",
    "FlipAngle": "90",
    "VariableFlipAngleFlag": "N",
    "SAR": "0.5",
    "dBdt": "0",
    "PatientPosition": "HFS",
    "DiffusionDirectionality": "ISOTROPIC",
    "StudyID": "1",
    "SeriesNumber": "5",
    "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
    "PositionReferenceIndicator": "",
    "SamplesPerPixel": 1,
    "PhotometricInterpretation": "MONOCHROME2",
    "Rows": 256,
    "Columns": 256,
    "PixelSpacing": ["1.5", "1.5"],
    "BitsAllocated": 16,
    "BitsStored": 12,
    "HighBit": 11,
    "PixelRepresentation": 0,
    "SmallestImagePixelValue": 0,
    "LargestImagePixelValue": 4095,
    "WindowCenter": "800",
    "WindowWidth": "1600",
    "PerformedProcedureStepStartDate": "20240115",
    "PerformedProcedureStepID": "X",
    "PerformedProcedureStepDescription": "Abdomen",
}


def write_archive(folder: Path, n_files: int) -> list[Path]:
    """Write `n_files` files of about 149 KB below `folder`."""
    rng = np.random.default_rng(0)
    blob = rng.integers(0, 256, 12_000, dtype=np.uint8).tobytes()
    pictures = [rng.normal(800, 200, (256, 256)).clip(0, 4095).astype("<u2").tobytes() for _ in range(8)]
    paths = []
    for number in range(n_files):
        exam, image = divmod(number, _SLICES * len(_B_VALUES))
        place = folder / f"P{exam:05d}" / "S5"
        place.mkdir(parents=True, exist_ok=True)
        paths.append(place / f"IM{image:05d}.dcm")
        header = _header(exam, image, blob)
        header.PixelData = pictures[number % len(pictures)]
        header["PixelData"].VR = "OW"
        header.save_as(paths[-1], enforce_file_format=True)
    return paths


def _header(exam: int, image: int, blob: bytes) -> Dataset:
    order, position = divmod(image, _SLICES)
    header = Dataset()
    header.file_meta = FileMetaDataset()
    header.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "TRACEW"]
    header.SOPClassUID = MRImageStorage
    header.SOPInstanceUID = f"{_ROOT}3.{exam}.{image}"
    for keyword, value in _TEXTS.items():
        setattr(header, keyword, value)
    for kind in ("Study", "Series", "Acquisition", "Content"):
        setattr(header, f"{kind}Date", "20240115")
        setattr(header, f"{kind}Time", f"10{exam % 60:02d}{position:02d}.{image:06d}")
    references = []
    for other in range(3):
        reference = Dataset()
        reference.ReferencedSOPClassUID = MRImageStorage
        reference.ReferencedSOPInstanceUID = f"{_ROOT}9.{exam}.{other}"
        references.append(reference)
    header.ReferencedImageSequence = Sequence(references)
    header.PatientID = f"P{exam:05d}"
    header.SequenceName = f"*ep_b{_B_VALUES[order]}t"
    header.DiffusionBValue = float(_B_VALUES[order])
    header.StudyInstanceUID, header.SeriesInstanceUID = f"{_ROOT}1.{exam}", f"{_ROOT}2.{exam}"
    header.FrameOfReferenceUID = f"{_ROOT}4.{exam}"
    header.AcquisitionNumber, header.InstanceNumber = str(order + 1), str(image + 1)
    header.ImagePositionPatient = ["-192", "-192", f"{position * 4.4:.3f}"]
    header.SliceLocation = f"{position * 4.4:.3f}"
    block = header.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x08, "CS", "IMAGE NUM 4")
    block.add_new(0x0C, "IS", str(_B_VALUES[order]))
    block.add_new(0x0D, "CS", "DIRECTIONAL")
    block = header.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    block.add_new(0x08, "CS", "IMAGE NUM 4")
    block.add_new(0x10, "OB", blob)
    block.add_new(0x20, "OB", blob[:4000])
    block = header.private_block(0x0051, "SIEMENS MR HEADER", create=True)
    for element, text in ((0x08, "IMAGE NUM 4"), (0x0A, "TA 03:21"), (0x0B, "128*128"), (0x0F, "BC")):
        block.add_new(element, "LO", text)
    return header
