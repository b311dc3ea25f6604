"""Bruker ParaVision, one slice to an object (BioSpec, PharmaScan), scanning the trunk that the others scan.

Classic exports hold no b-value anywhere: a person must give them. The ADC map is stored with a rescale slope
of its own on every slice, which brings it to mm²/s; the rescale type ``US`` does not say so.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from adcurate.phantom.classic import classic_series, slice_elements, slice_instances, trace_instances
from adcurate.phantom.encoding import Instance, Series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, decimal
from adcurate.phantom.prescription import ADC_UNIT

HIGHEST_STORED: Final = 32_000


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    original = ["ORIGINAL", "PRIMARY", "OTHER"]
    t2 = _shared(exam, "t2", 196609, "T2_TurboRARE", original)
    dwi = _shared(exam, "dwi", 327681, "DWI_EPI", [*original[:2], "DIFFUSION"])
    adc = _shared(exam, "adc", 327682, "DWI_EPI", ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"])
    t1_ce = _shared(exam, "t1_ce", 458753, "T1_FLASH_post", original)
    return (
        Series(196609, MR_IMAGE_STORAGE, t2, slice_instances(exam, "t2")),
        Series(327681, MR_IMAGE_STORAGE, dwi, trace_instances(exam, lambda b: ({}, ()))),
        Series(327682, MR_IMAGE_STORAGE, adc, _map_instances(exam)),
        Series(458753, MR_IMAGE_STORAGE, t1_ce, slice_instances(exam, "t1_ce")),
    )


def map_slope(exam: SyntheticExam, slice_index: int) -> float:
    """mm²/s for one stored unit of a slice of the ADC map."""
    highest = max(int(exam.adc[slice_index].max()), 1)
    return float(decimal(highest * ADC_UNIT / HIGHEST_STORED))


def _map_instances(exam: SyntheticExam) -> tuple[Instance, ...]:
    instances = []
    for index in range(exam.grid.n_slices):
        slope = map_slope(exam, index)
        stored = np.rint(exam.adc[index] * (ADC_UNIT / slope)).astype(np.int16)
        rescale = {"RescaleIntercept": "0", "RescaleSlope": decimal(slope), "RescaleType": "US"}
        own = {**slice_elements(exam.grid, index, index + 1), **rescale}
        instances.append(Instance(exam.sop_instance_uid("adc", index), stored, own))
    return tuple(instances)


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    return {
        **classic_series(exam, kind, number, description, bits_stored=16, signed=1),
        "ImageType": image_type,
        "Manufacturer": "Bruker BioSpin MRI GmbH",
        "SoftwareVersions": "ParaVision 6.0.1",
    }
