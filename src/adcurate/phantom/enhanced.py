"""Enhanced objects, one for each series: what Siemens, Philips, GE and others have in common in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset

from adcurate.phantom.encoding import Elements, Instance, Private, Series, item
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.grid import AXIAL
from adcurate.phantom.headers import (
    ENHANCED_MR_IMAGE_STORAGE,
    WINDOWS,
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


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one object: volume after volume, each at a b-value (None: not diffusion-weighted)."""

    pixels: Int16s
    b_values: tuple[float | None, ...] = (None,)


Groups = Callable[[SeriesKind, float | None], tuple[Elements, tuple[Private, ...]]]
"""The maker's own functional groups of a frame of that kind and b-value, and its private elements."""


def enhanced_series(
    exam: SyntheticExam,
    kind: SeriesKind,
    number: int,
    description: str,
    image_type: list[str],
    frames: Frames,
    *,
    maker: Elements,
    groups: Groups,
    private: tuple[Private, ...] = (),
) -> Series:
    """One series as one multi-frame object; `maker` holds the elements that say who made it."""
    grid = grid_of(exam, kind)
    organization = exam.uid("dimensions", kind)
    pointers = ((0x00209056, 0x00209111), (0x00209057, 0x00209111), (0x00209128, 0x00209111))
    per_frame = [
        _frame(exam, kind, image_type, index, volume, groups(kind, b))
        for volume, b in enumerate(frames.b_values)
        for index in range(grid.n_slices)
    ]
    elements: dict[str, Any] = {
        **person_and_visit(exam),
        **series_elements(exam, kind, number, description),
        **pixel_elements(grid),
        "ImageType": image_type,
        **maker,
        "InstanceNumber": 1,
        "AcquisitionDateTime": exam.prescription.exam_date + clock(exam, 300),
        "AcquisitionNumber": 1,
        "PixelPresentation": "MONOCHROME",
        "VolumetricProperties": "VOLUME",
        "VolumeBasedCalculationTechnique": "NONE",
        "ComplexImageComponent": "MAGNITUDE",
        "AcquisitionContrast": contrast(kind),
        "ContentQualification": "PRODUCT",
        "MRAcquisitionType": timing(kind)["MRAcquisitionType"],
        "ResonantNucleus": "1H",
        "BurnedInAnnotation": "NO",
        "LossyImageCompression": "00",
        "PresentationLUTShape": "IDENTITY",
        "NumberOfFrames": len(per_frame),
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
        "PerFrameFunctionalGroupsSequence": per_frame,
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
    instance = Instance(exam.sop_instance_uid(kind, 0), frames.pixels, {})
    return Series(number, ENHANCED_MR_IMAGE_STORAGE, elements, (instance,), private)


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
    own: tuple[Elements, tuple[Private, ...]],
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
        "MREchoSequence": [item({"EffectiveEchoTime": float(timing(kind)["EchoTime"])})],
        "MRImageFrameTypeSequence": [
            item(
                {
                    "FrameType": image_type,
                    "PixelPresentation": "MONOCHROME",
                    "VolumetricProperties": "VOLUME",
                    "VolumeBasedCalculationTechnique": "NONE",
                    "ComplexImageComponent": "MAGNITUDE",
                    "AcquisitionContrast": contrast(kind),
                }
            )
        ],
        **own[0],
    }
    return item(groups, own[1])


def contrast(kind: SeriesKind) -> str:
    """The Acquisition Contrast of a series."""
    return {"t2": "T2", "t1_ce": "T1"}.get(kind, "DIFFUSION")
