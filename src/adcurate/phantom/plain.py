"""What computed phantoms write: classic trace images with the standard's own tags, and nothing of a maker."""

from __future__ import annotations

from typing import Any

from adcurate.phantom.headers import decimal


def plain_series(
    *,
    patient: str,
    patient_id: str,
    model: str,
    description: str,
    number: int,
    uids: tuple[str, str, str],
    shape: tuple[int, int],
    pixel_mm: float,
    field_t: float,
    date: str = "20000101",
) -> dict[str, Any]:
    """The elements that the images of a series share; `uids` are of study, series and frame of reference."""
    study, series, frame_of_reference = uids
    return {
        "ImageType": ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"],
        "StudyDate": date,
        "StudyTime": "000000",
        "AccessionNumber": "",
        "Modality": "MR",
        "Manufacturer": "Adcurate phantom",
        "ManufacturerModelName": model,
        "ReferringPhysicianName": "",
        "SeriesDescription": description,
        "PatientName": f"SYNTHETIC^{patient}",
        "PatientID": patient_id,
        "PatientBirthDate": "",
        "PatientSex": "",
        "ScanningSequence": "EP",
        "SequenceVariant": "NONE",
        "ScanOptions": "",
        "MRAcquisitionType": "2D",
        "SliceThickness": "4",
        "RepetitionTime": "10000",
        "EchoTime": "80",
        "MagneticFieldStrength": decimal(field_t),
        "EchoTrainLength": 1,
        "StudyInstanceUID": study,
        "SeriesInstanceUID": series,
        "StudyID": "",
        "SeriesNumber": number,
        "FrameOfReferenceUID": frame_of_reference,
        "PositionReferenceIndicator": "",
        "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"],
        "PixelSpacing": [decimal(pixel_mm)] * 2,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": shape[0],
        "Columns": shape[1],
        "BitsAllocated": 16,
        "BitsStored": 16,
        "HighBit": 15,
        "PixelRepresentation": 0,
        "WindowCenter": "500",
        "WindowWidth": "1000",
    }
