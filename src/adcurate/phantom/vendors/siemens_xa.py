"""Siemens, enhanced multi-frame objects (MAGNETOM Vida and later; software XA).

One object for each series. The b-value stands only in each frame's diffusion sequence; the ADC map has the
sequence without a b-value. Rescale stands per frame with slope 1 and type US: the unit is nowhere.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from adcurate.phantom.encoding import Instance, Private, Series, item
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.grid import AXIAL
from adcurate.phantom.headers import (
    ENHANCED_MR_IMAGE_STORAGE,
    WINDOWS,
    b_range,
    clock,
    contrast_agent,
    decimal,
    grid_of,
    person_and_visit,
    pixel_elements,
    series_elements,
    timing,
)
from adcurate.phantom.signals import Int16s

_FRAME_CREATOR = "SIEMENS MR SDI 02"


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"ep2d_diff_b{b_range(exam)}_tra"
    trace = np.concatenate(list(exam.dwi.values()))
    none: tuple[float | None, ...] = (None,)
    return (
        _series(exam, "t2", 3, "t2_blade_fs_tra", ["ORIGINAL", "PRIMARY", "M", "NONE"], exam.t2, none),
        _series(
            exam,
            "dwi",
            6,
            f"{name}_TRACEW",
            ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"],
            trace,
            exam.prescription.b_values,
        ),
        _series(exam, "adc", 7, f"{name}_ADC", ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"], exam.adc, none),
        _series(
            exam, "t1_ce", 12, "t1_vibe_fs_tra_art", ["ORIGINAL", "PRIMARY", "M", "NONE"], exam.t1_ce, none
        ),
    )


def _series(
    exam: SyntheticExam,
    kind: SeriesKind,
    number: int,
    description: str,
    image_type: list[str],
    frames: Int16s,
    b_values: tuple[float | None, ...],
) -> Series:
    grid = grid_of(exam, kind)
    organization = exam.uid("dimensions", kind)
    pointers = ((0x00209056, 0x00209111), (0x00209057, 0x00209111), (0x00209128, 0x00209111))
    groups = [
        _frame(exam, kind, image_type, index, volume, b)
        for volume, b in enumerate(b_values)
        for index in range(grid.n_slices)
    ]
    elements: dict[str, Any] = {
        **person_and_visit(exam),
        **series_elements(exam, kind, number, description),
        **pixel_elements(grid),
        "ImageType": image_type,
        "Manufacturer": "SIEMENS",
        "SoftwareVersions": "syngo MR XA11",
        "InstanceNumber": 1,
        "AcquisitionDateTime": exam.prescription.exam_date + clock(exam, 300),
        "AcquisitionNumber": 1,
        "PixelPresentation": "MONOCHROME",
        "VolumetricProperties": "VOLUME",
        "VolumeBasedCalculationTechnique": "NONE",
        "ComplexImageComponent": "MAGNITUDE",
        "AcquisitionContrast": _contrast(kind),
        "ContentQualification": "PRODUCT",
        "MRAcquisitionType": timing(kind)["MRAcquisitionType"],
        "ResonantNucleus": "1H",
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
        "PresentationLUTShape": "IDENTITY",
        "NumberOfFrames": len(groups),
        "DimensionOrganizationSequence": [item({"DimensionOrganizationUID": organization})],
        "DimensionIndexSequence": [
            item(
                {
                    "DimensionOrganizationUID": organization,
                    "DimensionIndexPointer": pointer,
                    "FunctionalGroupPointer": group,
                }
            )
            for pointer, group in pointers
        ],
        "AcquisitionContextSequence": [],
        "SharedFunctionalGroupsSequence": [_shared_group(kind)],
        "PerFrameFunctionalGroupsSequence": groups,
    }
    if agent := contrast_agent(kind):
        elements["ContrastBolusAgentSequence"] = [
            item(
                {
                    "CodeValue": "C-B03CB",
                    "CodingSchemeDesignator": "SRT",
                    "CodeMeaning": agent["ContrastBolusAgent"],
                }
            )
        ]
        elements["ContrastBolusAgent"] = agent["ContrastBolusAgent"]
    instance = Instance(exam.sop_instance_uid(kind, 0), frames, {})
    return Series(number, ENHANCED_MR_IMAGE_STORAGE, elements, (instance,))


def _shared_group(kind: SeriesKind) -> Dataset:
    parameters = timing(kind)
    anatomy = item({"CodeValue": "T-D4000", "CodingSchemeDesignator": "SRT", "CodeMeaning": "Abdomen"})
    return item(
        {
            "MRTimingAndRelatedParametersSequence": [
                item({name: parameters[name] for name in ("RepetitionTime", "EchoTrainLength", "FlipAngle")})
            ],
            "FrameAnatomySequence": [item({"AnatomicRegionSequence": [anatomy], "FrameLaterality": "U"})],
            "MRFOVGeometrySequence": [
                item(
                    {
                        "InPlanePhaseEncodingDirection": "COLUMN",
                        "PercentSampling": "100",
                        "PercentPhaseFieldOfView": "100",
                    }
                )
            ],
        }
    )


def _frame(
    exam: SyntheticExam,
    kind: SeriesKind,
    image_type: list[str],
    slice_index: int,
    volume: int,
    b: float | None,
) -> Dataset:
    grid = grid_of(exam, kind)
    centre, width = WINDOWS[kind]
    groups: dict[str, Any] = {
        "FrameContentSequence": [
            item(
                {
                    "StackID": "1",
                    "InStackPositionNumber": slice_index + 1,
                    "TemporalPositionIndex": volume + 1,
                    "DimensionIndexValues": [1, slice_index + 1, volume + 1],
                }
            )
        ],
        "PlanePositionSequence": [
            item({"ImagePositionPatient": [decimal(value) for value in grid.position_mm(slice_index)]})
        ],
        "PlaneOrientationSequence": [
            item({"ImageOrientationPatient": [decimal(cosine) for cosine in AXIAL]})
        ],
        "PixelMeasuresSequence": [
            item(
                {
                    "SliceThickness": decimal(grid.slice_thickness_mm),
                    "SpacingBetweenSlices": decimal(grid.slice_spacing_mm),
                    "PixelSpacing": [decimal(grid.pixel_mm)] * 2,
                }
            )
        ],
        "FrameVOILUTSequence": [item({"WindowCenter": str(centre), "WindowWidth": str(width)})],
        "PixelValueTransformationSequence": [
            item({"RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "US"})
        ],
        "MREchoSequence": [item({"EffectiveEchoTime": float(timing(kind)["EchoTime"])})],
        "MRImageFrameTypeSequence": [
            item(
                {
                    "FrameType": image_type,
                    "PixelPresentation": "MONOCHROME",
                    "VolumetricProperties": "VOLUME",
                    "VolumeBasedCalculationTechnique": "NONE",
                    "ComplexImageComponent": "MAGNITUDE",
                    "AcquisitionContrast": _contrast(kind),
                }
            )
        ],
    }
    if kind == "adc":
        groups["MRDiffusionSequence"] = [item({"DiffusionDirectionality": "ISOTROPIC"})]
    if b is not None:
        direction = "NONE" if b == 0 else "ISOTROPIC"
        groups["MRDiffusionSequence"] = [item({"DiffusionDirectionality": direction, "DiffusionBValue": b})]
    name = {"adc": f"ep_b{exam.prescription.b_values[0]:.0f}_{exam.prescription.b_values[-1]:.0f}"}.get(
        kind, "ep_b0" if b == 0 else f"ep_b{b or 0:.0f}t"
    )
    private = Private(0x0021, _FRAME_CREATOR, 0x77, "LO", name)
    own = item({}, (private,)) if kind in ("dwi", "adc") else None
    if own is None:
        return item(groups)
    holder = Private(0x0021, _FRAME_CREATOR, 0xFE, "SQ", [own])
    return item(groups, (holder,))


def _contrast(kind: SeriesKind) -> str:
    return {"t2": "T2", "t1_ce": "T1"}.get(kind, "DIFFUSION")
