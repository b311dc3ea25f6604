"""Philips, one slice to an object (Achieva, Ingenia).

The b-value stands in the private (2001,1003) and in (0018,9087), b=0 as 0. Stored numbers have a rescale
slope to display values and a second, private scale slope (2005,100E) to the signal that series can share;
the ADC map has one too, and using it there would be wrong. A real-world value mapping is present with the
unit "1", which says nothing.
"""

from __future__ import annotations

from typing import Any, Final

from adcurate.phantom.classic import classic_series, slice_instances, trace_instances
from adcurate.phantom.encoding import Elements, Private, Series, item
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, b_range, decimal

_IMAGING = "Philips Imaging DD 001"
_MR_IMAGING = "Philips MR Imaging DD 001"
# rescale slope and private scale slope of each series
SCALES: Final[dict[str, tuple[float, float]]] = {
    "t2": (1.29841, 0.01874),
    "dwi": (1.51477, 0.02693),
    "adc": (1.0, 0.73261),
    "t1_ce": (2.05128, 0.00417),
}


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"DWI_{b_range(exam)}_RT"
    spin_echo = ["ORIGINAL", "PRIMARY", "M_SE", "M", "SE"]
    t2 = _shared(exam, "t2", 301, "T2W_SPAIR", spin_echo)
    trace = _shared(exam, "dwi", 601, name, spin_echo)
    adc = _shared(exam, "adc", 602, f"dADC_{name}", ["DERIVED", "PRIMARY", "ADC", "ADC", "UNSPECIFIED"])
    t1_ce = _shared(exam, "t1_ce", 901, "THRIVE_art", ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"])
    return (
        Series(301, MR_IMAGE_STORAGE, t2, slice_instances(exam, "t2"), _scale("t2")),
        Series(601, MR_IMAGE_STORAGE, trace, trace_instances(exam, _tell_b_value), _scale("dwi")),
        Series(602, MR_IMAGE_STORAGE, adc, slice_instances(exam, "adc"), _scale("adc")),
        Series(901, MR_IMAGE_STORAGE, t1_ce, slice_instances(exam, "t1_ce"), _scale("t1_ce")),
    )


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    slope = SCALES[kind][0]
    older = exam.prescription.field_strength_t < 2
    unit = {"CodeValue": "1", "CodingSchemeDesignator": "UCUM", "CodeMeaning": "no units"}
    mapping = {
        "LUTExplanation": "Philips",
        "LUTLabel": "Philips",
        "MeasurementUnitsCodeSequence": [item(unit)],
        "RealWorldValueIntercept": 0.0,
        "RealWorldValueSlope": slope,
    }
    mapped = item(mapping)
    mapped.add_new("RealWorldValueFirstValueMapped", "US", 0)
    mapped.add_new("RealWorldValueLastValueMapped", "US", 4095)
    return {
        **classic_series(exam, kind, number, description),
        "ImageType": image_type,
        "Manufacturer": "Philips Medical Systems" if older else "Philips Healthcare",
        "SoftwareVersions": ["5.3.1", "5.3.1.2"],
        "RescaleIntercept": "0",
        "RescaleSlope": decimal(slope),
        "RescaleType": "normalized",
        "RealWorldValueMappingSequence": [mapped],
    }


def _tell_b_value(b: float) -> tuple[Elements, tuple[Private, ...]]:
    private = (Private(0x2001, _IMAGING, 0x03, "FL", b), Private(0x2001, _IMAGING, 0x04, "CS", "I"))
    return {"DiffusionBValue": b, "DiffusionDirectionality": "NONE" if b == 0 else "ISOTROPIC"}, private


def _scale(kind: SeriesKind) -> tuple[Private, ...]:
    return (
        Private(0x2005, _MR_IMAGING, 0x0D, "FL", 0.0),
        Private(0x2005, _MR_IMAGING, 0x0E, "FL", SCALES[kind][1]),
    )
