"""Siemens, one slice to an object (Avanto, Aera, Skyra; software VB to VE).

The b-value is only in the private (0019,100C); the standard (0018,9087) is absent. All b-values share one
series. The ADC map has no rescale elements and keeps the highest b-value it was computed from.
"""

from __future__ import annotations

from typing import Any

from adcurate.phantom.classic import classic_series, slice_instances, trace_instances
from adcurate.phantom.encoding import Elements, Private, Series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, b_range

_CREATOR = "SIEMENS MR HEADER"


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    lowest, highest = exam.prescription.b_values[0], exam.prescription.b_values[-1]
    name = f"ep2d_diff_b{b_range(exam)}_tra"
    derived = ["DERIVED", "PRIMARY", "DIFFUSION"]
    t2 = _shared(exam, "t2", 3, "t2_blade_fs_tra", ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"])
    trace = _shared(exam, "dwi", 6, f"{name}_TRACEW", [*derived, "TRACEW", "NORM", "DIS2D"])
    adc = _shared(exam, "adc", 7, f"{name}_ADC", [*derived, "ADC", "NORM", "DIS2D"])
    adc["SequenceName"] = f"*ep_b{lowest:.0f}_{highest:.0f}"
    t1_ce = _shared(exam, "t1_ce", 12, "t1_vibe_fs_tra_art", ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS3D"])
    return (
        Series(3, MR_IMAGE_STORAGE, t2, slice_instances(exam, "t2")),
        Series(6, MR_IMAGE_STORAGE, trace, trace_instances(exam, _tell_b_value)),
        Series(7, MR_IMAGE_STORAGE, adc, slice_instances(exam, "adc"), _diffusion(highest)),
        Series(12, MR_IMAGE_STORAGE, t1_ce, slice_instances(exam, "t1_ce")),
    )


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    return {
        **classic_series(exam, kind, number, description),
        "ImageType": image_type,
        "Manufacturer": "SIEMENS",
        "SoftwareVersions": "syngo MR E11" if exam.prescription.field_strength_t > 2 else "syngo MR B19",
    }


def _tell_b_value(b: float) -> tuple[Elements, tuple[Private, ...]]:
    return {"SequenceName": "*ep_b0" if b == 0 else f"*ep_b{b:.0f}t"}, _diffusion(b)


def _diffusion(b: float) -> tuple[Private, ...]:
    return (
        Private(0x0019, _CREATOR, 0x0C, "IS", f"{b:.0f}"),
        Private(0x0019, _CREATOR, 0x0D, "CS", "NONE" if b == 0 else "ISOTROPIC"),
    )
