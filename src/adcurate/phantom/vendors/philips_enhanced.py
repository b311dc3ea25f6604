"""Philips, enhanced multi-frame objects (Ingenia, Elition; software 5 and later).

Each frame has the b-value in its diffusion sequence and, in a private sequence of its own, the scale slope to
the signal that series can share; the ADC map has a scale slope too, where using it would be wrong. The
real-world value mapping has the unit "1", which says nothing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from pydicom.dataset import Dataset

from adcurate.phantom.encoding import Elements, Private, Series, item
from adcurate.phantom.enhanced import Frames, enhanced_series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import b_range, decimal
from adcurate.phantom.vendors.philips import SCALES

_FRAME_CREATOR: Final = "Philips MR Imaging DD 005"
_MR_IMAGING: Final = "Philips MR Imaging DD 001"
_MAKER: Final = {"Manufacturer": "Philips", "SoftwareVersions": ["5.7.1", "5.7.1.2"]}


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"DWI_{b_range(exam)}_RT"
    trace = Frames(np.concatenate(list(exam.dwi.values())), exam.prescription.b_values)
    spin_echo = ["ORIGINAL", "PRIMARY", "M_SE", "M"]

    def series(
        kind: SeriesKind, number: int, description: str, image_type: list[str], frames: Frames
    ) -> Series:
        return enhanced_series(
            exam, kind, number, description, image_type, frames, maker=_MAKER, groups=_groups
        )

    return (
        series("t2", 301, "T2W_SPAIR", spin_echo, Frames(exam.t2)),
        series("dwi", 601, name, ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"], trace),
        series("adc", 602, f"dADC_{name}", ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"], Frames(exam.adc)),
        series("t1_ce", 901, "THRIVE_art", ["ORIGINAL", "PRIMARY", "M_FFE", "M"], Frames(exam.t1_ce)),
    )


def _groups(kind: SeriesKind, b: float | None) -> tuple[Elements, tuple[Private, ...]]:
    slope, scale = SCALES[kind]
    made: dict[str, Any] = {
        "PixelValueTransformationSequence": [
            item({"RescaleIntercept": "0", "RescaleSlope": decimal(slope), "RescaleType": "normalized"})
        ],
        "RealWorldValueMappingSequence": [_mapping(slope)],
    }
    if b is not None:
        direction = "NONE" if b == 0 else "ISOTROPIC"
        made["MRDiffusionSequence"] = [item({"DiffusionDirectionality": direction, "DiffusionBValue": b})]
    own = item(
        {},
        (
            Private(0x2005, _MR_IMAGING, 0x0D, "FL", 0.0),
            Private(0x2005, _MR_IMAGING, 0x0E, "FL", scale),
        ),
    )
    return made, (Private(0x2005, _FRAME_CREATOR, 0x0F, "SQ", [own], block=0x14),)


def _mapping(slope: float) -> Dataset:
    unit = {"CodeValue": "1", "CodingSchemeDesignator": "UCUM", "CodeMeaning": "no units"}
    mapped = item(
        {
            "LUTExplanation": "Philips",
            "LUTLabel": "Philips",
            "MeasurementUnitsCodeSequence": [item(unit)],
            "RealWorldValueIntercept": 0.0,
            "RealWorldValueSlope": slope,
        }
    )
    mapped.add_new("RealWorldValueFirstValueMapped", "US", 0)
    mapped.add_new("RealWorldValueLastValueMapped", "US", 4095)
    return mapped
