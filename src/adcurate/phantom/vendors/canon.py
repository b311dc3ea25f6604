"""Canon (Vantage Galan, Orian) and the older Toshiba (Titan), one slice to an object.

Canon writes the b-value as (0018,9087) on every diffusion image and again in the image comment, with the
direction. Toshiba leaves the element off its b = 0 images, and writes the highest b-value on the ADC map,
which has no rescale and so no unit.
"""

from __future__ import annotations

from typing import Any

from adcurate.phantom.classic import classic_series, slice_instances, trace_instances
from adcurate.phantom.encoding import Elements, Private, Series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series as Canon writes them."""
    return _series(
        exam, "CANON_MEC", "V6.0SP2000*", _tell_b_value, {"RescaleIntercept": "0", "RescaleSlope": "1"}, {}
    )


def describe_older_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series as Toshiba wrote them."""
    highest = {"DiffusionBValue": exam.prescription.b_values[-1]}
    return _series(exam, "TOSHIBA_MEC", "V2.21SP003*", _tell_if_weighted, {}, highest)


def _series(
    exam: SyntheticExam,
    maker: str,
    software: str,
    tell: Any,
    rescale: Elements,
    on_the_map: Elements,
) -> tuple[Series, ...]:
    def shared(kind: SeriesKind, number: int, description: str, image_type: list[str]) -> dict[str, Any]:
        return {
            **classic_series(exam, kind, number, description, bits_stored=16, signed=1),
            "ImageType": image_type,
            "Manufacturer": maker,
            "SoftwareVersions": software,
            **rescale,
        }

    original = ["ORIGINAL", "PRIMARY", "OTHER"]
    t2 = shared("t2", 1000, "FSE2D T2 FatSat", original)
    dwi = shared("dwi", 3000, "DWI", original)
    adc = {**shared("adc", 3001, "ADC", ["DERIVED", "SECONDARY", "ADC"]), **on_the_map}
    t1_ce = shared("t1_ce", 6000, "Quick3D arterial", original)
    return (
        Series(1000, MR_IMAGE_STORAGE, t2, slice_instances(exam, "t2")),
        Series(3000, MR_IMAGE_STORAGE, dwi, trace_instances(exam, tell)),
        Series(3001, MR_IMAGE_STORAGE, adc, slice_instances(exam, "adc")),
        Series(6000, MR_IMAGE_STORAGE, t1_ce, slice_instances(exam, "t1_ce")),
    )


def _tell_b_value(b: float) -> tuple[Elements, tuple[Private, ...]]:
    comment = f"b={b:.0f}" if b == 0 else f"b={b:.0f}(0.000,0.000,0.000)"
    return {"DiffusionBValue": b, "ImageComments": comment}, ()


def _tell_if_weighted(b: float) -> tuple[Elements, tuple[Private, ...]]:
    return {"DiffusionBValue": b} if b > 0 else {}, ()
