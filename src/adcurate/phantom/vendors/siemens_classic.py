"""Siemens, one slice to an object (Avanto, Aera, Skyra; software VB to VE).

The b-value is only in the private (0019,100C); the standard (0018,9087) is absent. All b-values share one
series. The ADC map has no rescale elements and keeps the highest b-value it was computed from.
"""

from __future__ import annotations

from typing import Any

from adcurate.phantom.encoding import Instance, Private, Series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, b_range, classic_series, grid_of, slice_elements

_CREATOR = "SIEMENS MR HEADER"


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    highest = exam.prescription.b_values[-1]
    name = f"ep2d_diff_b{b_range(exam)}_tra"
    grid = exam.grid
    trace = [
        Instance(
            exam.sop_instance_uid("dwi", order * grid.n_slices + index),
            stack[index],
            {
                **slice_elements(grid, index, order * grid.n_slices + index + 1),
                "SequenceName": "*ep_b0" if b == 0 else f"*ep_b{b:.0f}t",
            },
            _diffusion(b),
        )
        for order, (b, stack) in enumerate(exam.dwi.items())
        for index in range(grid.n_slices)
    ]
    adc_name = f"*ep_b{exam.prescription.b_values[0]:.0f}_{highest:.0f}"
    return (
        _plain(exam, "t2", 3, "t2_blade_fs_tra", ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS2D"]),
        Series(
            6,
            MR_IMAGE_STORAGE,
            _shared(
                exam,
                "dwi",
                6,
                f"{name}_TRACEW",
                ["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW", "NORM", "DIS2D"],
            ),
            tuple(trace),
        ),
        _plain(
            exam,
            "adc",
            7,
            f"{name}_ADC",
            ["DERIVED", "PRIMARY", "DIFFUSION", "ADC", "NORM", "DIS2D"],
            {"SequenceName": adc_name},
            _diffusion(highest),
        ),
        _plain(exam, "t1_ce", 12, "t1_vibe_fs_tra_art", ["ORIGINAL", "PRIMARY", "M", "NORM", "DIS3D"]),
    )


def _plain(
    exam: SyntheticExam,
    kind: SeriesKind,
    number: int,
    description: str,
    image_type: list[str],
    extra: dict[str, Any] | None = None,
    private: tuple[Private, ...] = (),
) -> Series:
    grid, stack = grid_of(exam, kind), {"t2": exam.t2, "adc": exam.adc, "t1_ce": exam.t1_ce}[kind]
    instances = tuple(
        Instance(exam.sop_instance_uid(kind, index), stack[index], slice_elements(grid, index, index + 1))
        for index in range(grid.n_slices)
    )
    shared = {**_shared(exam, kind, number, description, image_type), **(extra or {})}
    return Series(number, MR_IMAGE_STORAGE, shared, instances, private)


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    return {
        **classic_series(exam, kind, number, description),
        "ImageType": image_type,
        "Manufacturer": "SIEMENS",
        "SoftwareVersions": "syngo MR E11" if exam.prescription.field_strength_t > 2 else "syngo MR B19",
    }


def _diffusion(b: float) -> tuple[Private, ...]:
    return (
        Private(0x0019, _CREATOR, 0x0C, "IS", f"{b:.0f}"),
        Private(0x0019, _CREATOR, 0x0D, "CS", "NONE" if b == 0 else "ISOTROPIC"),
    )
