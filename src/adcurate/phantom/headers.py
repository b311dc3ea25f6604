"""What every vendor writes alike: the (made-up) person, the visit, the machine and the geometry."""

from __future__ import annotations

from typing import Any, Final

from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.grid import Grid

MR_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.4"
ENHANCED_MR_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.4.1"
WINDOWS: Final[dict[str, tuple[int, int]]] = {
    "t2": (450, 900),
    "dwi": (600, 1200),
    "adc": (1400, 2800),
    "t1_ce": (500, 1000),
}
START_SECONDS: Final[dict[str, int]] = {"t2": 300, "dwi": 720, "adc": 733, "t1_ce": 1500}


def decimal(value: float) -> str:
    """A DICOM decimal string of at most 16 characters."""
    return f"{value:.10g}"


def person_and_visit(exam: SyntheticExam) -> dict[str, Any]:
    """Patient and study: everything a de-identifier has to find, all of it invented."""
    order = exam.prescription
    serial = order.seed % 90_000 + 10_000
    return {
        "SpecificCharacterSet": "ISO_IR 100",
        "StudyDate": order.exam_date,
        "StudyTime": clock(exam, 0),
        "AccessionNumber": f"SYN{serial}",
        "Modality": "MR",
        "InstitutionName": order.institution,
        "InstitutionAddress": "1 Synthetic Street, Nowhere",
        "ReferringPhysicianName": "SYNTHETIC^REFERRER",
        "StationName": f"SYNMR{serial % 7 + 1}",
        "StudyDescription": "SYNTHETIC MR trunk",
        "PerformingPhysicianName": "SYNTHETIC^RADIOLOGIST",
        "OperatorsName": "SYNTHETIC^OPERATOR",
        "ManufacturerModelName": order.model,
        "PatientName": order.patient_name,
        "PatientID": order.patient_id,
        "PatientBirthDate": order.birth_date,
        "PatientSex": order.sex,
        "PatientAge": _age(order.birth_date, order.exam_date),
        "PatientSize": "1.72",
        "PatientWeight": "74",
        "PatientComments": "SYNTHETIC PHANTOM, NO PATIENT",
        "PatientAddress": "2 Synthetic Street, Nowhere",
        "PatientTelephoneNumbers": "SYNTHETIC-000",
        "MagneticFieldStrength": decimal(order.field_strength_t),
        "DeviceSerialNumber": f"SYN{serial}",
        "PatientPosition": "HFS",
        "StudyInstanceUID": exam.uid("study"),
        "StudyID": "1",
        "FrameOfReferenceUID": exam.uid("frame of reference"),
        "PositionReferenceIndicator": "",
    }


def series_elements(exam: SyntheticExam, kind: SeriesKind, number: int, description: str) -> dict[str, Any]:
    """What identifies a series."""
    start = clock(exam, START_SECONDS[kind])
    return {
        "SeriesInstanceUID": exam.uid("series", kind),
        "SeriesNumber": number,
        "SeriesDescription": description,
        "ProtocolName": description,
        "SeriesDate": exam.prescription.exam_date,
        "SeriesTime": start,
        "ContentDate": exam.prescription.exam_date,
        "ContentTime": start,
        "BodyPartExamined": "ABDOMEN",
    }


def pixel_elements(grid: Grid, *, bits_stored: int = 12, signed: int = 0) -> dict[str, Any]:
    """The pixel module."""
    return {
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": grid.matrix,
        "Columns": grid.matrix,
        "BitsAllocated": 16,
        "BitsStored": bits_stored,
        "HighBit": bits_stored - 1,
        "PixelRepresentation": signed,
    }


_TIMING: Final[dict[str, dict[str, Any]]] = {
    "t2": {
        "ScanningSequence": "SE",
        "SequenceVariant": ["SK", "SP"],
        "ScanOptions": "FS",
        "MRAcquisitionType": "2D",
        "RepetitionTime": "3800",
        "EchoTime": "92",
        "EchoTrainLength": 25,
        "FlipAngle": "150",
        "NumberOfAverages": "1",
    },
    "dwi": {
        "ScanningSequence": "EP",
        "SequenceVariant": "SK",
        "ScanOptions": ["PFP", "FS"],
        "MRAcquisitionType": "2D",
        "RepetitionTime": "6200",
        "EchoTime": "66",
        "EchoTrainLength": 64,
        "FlipAngle": "90",
        "NumberOfAverages": "4",
    },
    "t1_ce": {
        "ScanningSequence": "GR",
        "SequenceVariant": ["SP", "OSP"],
        "ScanOptions": ["PFP", "FS"],
        "MRAcquisitionType": "3D",
        "RepetitionTime": "4.1",
        "EchoTime": "1.9",
        "EchoTrainLength": 1,
        "FlipAngle": "10",
        "NumberOfAverages": "1",
    },
}
_TIMING["adc"] = _TIMING["dwi"]


def timing(kind: SeriesKind) -> dict[str, Any]:
    """Sequence parameters of a series."""
    return _TIMING[kind]


def contrast_agent(kind: SeriesKind) -> dict[str, Any]:
    """The contrast agent, in the series that has one."""
    if kind != "t1_ce":
        return {}
    return {
        "ContrastBolusAgent": "Gadolinium chelate",
        "ContrastBolusRoute": "IV",
        "ContrastBolusVolume": "15",
    }


def grid_of(exam: SyntheticExam, kind: SeriesKind) -> Grid:
    """The grid of a series."""
    return {"t2": exam.t2_grid, "t1_ce": exam.t1_grid}.get(kind, exam.grid)


def clock(exam: SyntheticExam, seconds: int) -> str:
    """DICOM time, `seconds` into the visit."""
    moment = 8 * 3600 + exam.prescription.seed * 977 % 28_800 + seconds
    return f"{moment // 3600:02d}{moment // 60 % 60:02d}{moment % 60:02d}.000000"


def b_range(exam: SyntheticExam) -> str:
    """The b-values as they stand in protocol names, such as ``50_600_1000``."""
    return "_".join(f"{b:.0f}" for b in exam.prescription.b_values)


def _age(birth: str, day: str) -> str:
    years = int(day[:4]) - int(birth[:4]) - (day[4:] < birth[4:])
    return f"{max(years, 0):03d}Y"
