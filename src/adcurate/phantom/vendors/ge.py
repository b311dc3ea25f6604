"""GE, one slice to an object (Optima, Discovery, SIGNA).

The b-value is the first number of the private (0043,1039). Exams with more than two b-values carry it with
1e9 added, without the standard (0018,9087); the others carry it plainly, with (0018,9087) on all but b=0.
Pixels are signed. The ADC map is a derived series of its own without any b-value.
"""

from __future__ import annotations

from typing import Any, Final

from adcurate.phantom.classic import classic_series, slice_instances, trace_instances
from adcurate.phantom.encoding import Elements, Private, Series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, b_range

B_VALUE_BIAS: Final = 1_000_000_000
_PARAMETERS = "GEMS_PARM_01"
_RELATIONS = "GEMS_RELA_01"
_IMAGE_KIND: Final = {"b0": 14, "weighted": 16}
_THREE_IN_ONE: Final = 64


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"Ax DWI b{b_range(exam).replace('_', '-')}"
    original = ["ORIGINAL", "PRIMARY", "OTHER"]
    t2 = _shared(exam, "t2", 3, "Ax T2 FRFSE FS", original)
    trace = _shared(exam, "dwi", 5, name, original)
    t1_ce = _shared(exam, "t1_ce", 9, "Ax LAVA Art", original)
    adc = _shared(exam, "adc", 500, f"ADC (10^-6 mm2/s):{name}", ["DERIVED", "SECONDARY", "PROCESSED"])
    tell = _tell_biased if len(exam.prescription.b_values) > 2 else _tell_plain
    direction = (Private(0x0021, _RELATIONS, 0x5A, "SL", _THREE_IN_ONE),)
    return (
        Series(3, MR_IMAGE_STORAGE, t2, slice_instances(exam, "t2")),
        Series(5, MR_IMAGE_STORAGE, trace, trace_instances(exam, tell), direction),
        Series(9, MR_IMAGE_STORAGE, t1_ce, slice_instances(exam, "t1_ce")),
        Series(500, MR_IMAGE_STORAGE, adc, slice_instances(exam, "adc")),
    )


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    return {
        **classic_series(exam, kind, number, description, bits_stored=16, signed=1),
        "ImageType": image_type,
        "Manufacturer": "GE MEDICAL SYSTEMS",
        "SoftwareVersions": ["25", "LX", "MR Software release:DV25.1_R02_1649.a"],
    }


def _tell_plain(b: float) -> tuple[Elements, tuple[Private, ...]]:
    return {"DiffusionBValue": b} if b > 0 else {}, _parameters(b, round(b))


def _tell_biased(b: float) -> tuple[Elements, tuple[Private, ...]]:
    bias = Private(0x0043, _PARAMETERS, 0x7F, "DS", str(B_VALUE_BIAS))
    return {}, (*_parameters(b, round(b) + B_VALUE_BIAS), bias)


def _parameters(b: float, written: int) -> tuple[Private, ...]:
    return (
        Private(0x0043, _PARAMETERS, 0x30, "SS", _IMAGE_KIND["b0" if b == 0 else "weighted"]),
        Private(0x0043, _PARAMETERS, 0x39, "IS", [str(written), "8", "0", "0"]),
    )
