"""United Imaging (uMR 570 to uMR 790), diffusion images one slice to an object or tiled.

The b-value stands only in private elements: what was played out in (0065,1009), what was chosen in
(0065,100A), several percent apart. Tiled images (VFRAME) leave off the empty rows of tiles, have no position
of their own, and list each tile's in (0065,1051). The ADC map has no b-value and no unit.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from adcurate.phantom.classic import classic_series, slice_instances, trace_instances
from adcurate.phantom.encoding import Instance, Private, Series, item
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, decimal
from adcurate.phantom.prescription import played_out
from adcurate.phantom.signals import Int16s

_CREATOR: Final = "Image Private Header"


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series, diffusion images one slice to an object."""
    instances = trace_instances(exam, lambda b: ({}, _diffusion(exam, b)))
    return _with_diffusion(exam, instances, {})


def describe_mosaic_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series, the diffusion images of a b-value tiled into one."""
    grid = exam.grid
    across = math.ceil(math.sqrt(grid.n_slices))
    down = math.ceil(grid.n_slices / across)
    positions = [
        item({"ImagePositionPatient": [decimal(v) for v in grid.position_mm(index)]})
        for index in range(grid.n_slices)
    ]
    tiles = (
        Private(0x0065, _CREATOR, 0x50, "DS", str(grid.n_slices)),
        Private(0x0065, _CREATOR, 0x51, "SQ", positions),
    )
    instances = tuple(
        Instance(
            exam.sop_instance_uid("dwi", order),
            _tiled(stack, across, down),
            {"InstanceNumber": order + 1},
            (*_diffusion(exam, b), *tiles),
        )
        for order, (b, stack) in enumerate(exam.dwi.items())
    )
    size = {"Rows": down * grid.matrix, "Columns": across * grid.matrix}
    return _with_diffusion(exam, instances, {**size, "ImageType": ["ORIGINAL", "PRIMARY", "M", "VFRAME"]})


def _with_diffusion(
    exam: SyntheticExam, diffusion: tuple[Instance, ...], elements: dict[str, Any]
) -> tuple[Series, ...]:
    t2 = _shared(exam, "t2", 3, "t2_fse_tra_fs", ["ORIGINAL", "PRIMARY", "M"])
    dwi = {**_shared(exam, "dwi", 5, "epi_dwi_tra", ["ORIGINAL", "PRIMARY", "M"]), **elements}
    adc = _shared(exam, "adc", 6, "epi_dwi_tra_ADC", ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"])
    t1_ce = _shared(exam, "t1_ce", 9, "t1_quick3d_tra_fs_art", ["ORIGINAL", "PRIMARY", "M"])
    return (
        Series(3, MR_IMAGE_STORAGE, t2, slice_instances(exam, "t2")),
        Series(5, MR_IMAGE_STORAGE, dwi, diffusion),
        Series(6, MR_IMAGE_STORAGE, adc, slice_instances(exam, "adc")),
        Series(9, MR_IMAGE_STORAGE, t1_ce, slice_instances(exam, "t1_ce")),
    )


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    return {
        **classic_series(exam, kind, number, description),
        "ImageType": image_type,
        "Manufacturer": "UIH",
        "SoftwareVersions": "R002",
    }


def _diffusion(exam: SyntheticExam, b: float) -> tuple[Private, ...]:
    return (
        Private(0x0065, _CREATOR, 0x09, "FD", played_out(exam.prescription.dialect, b)),
        Private(0x0065, _CREATOR, 0x0A, "FD", b),
        Private(0x0065, _CREATOR, 0x37, "FD", [0.0, 0.0, 0.0]),
    )


def _tiled(stack: Int16s, across: int, down: int) -> Int16s:
    n, height, width = stack.shape
    image = np.zeros((down * height, across * width), dtype=np.int16)
    for index in range(n):
        row, column = divmod(index, across)
        image[row * height : (row + 1) * height, column * width : (column + 1) * width] = stack[index]
    return image
