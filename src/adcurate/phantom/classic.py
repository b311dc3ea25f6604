"""Classic objects, one slice each: what Siemens, GE and Philips have in common in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adcurate.phantom.encoding import Elements, Instance, Private
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.grid import AXIAL, Grid
from adcurate.phantom.headers import (
    START_SECONDS,
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


def classic_series(
    exam: SyntheticExam,
    kind: SeriesKind,
    number: int,
    description: str,
    *,
    bits_stored: int = 12,
    signed: int = 0,
) -> dict[str, Any]:
    """What the objects of a classic (one slice, one object) series share."""
    grid = grid_of(exam, kind)
    centre, width = WINDOWS[kind]
    return {
        **person_and_visit(exam),
        **series_elements(exam, kind, number, description),
        **pixel_elements(grid, bits_stored=bits_stored, signed=signed),
        **contrast_agent(kind),
        "AcquisitionDate": exam.prescription.exam_date,
        "AcquisitionTime": clock(exam, START_SECONDS[kind]),
        "AcquisitionNumber": 1,
        "SliceThickness": decimal(grid.slice_thickness_mm),
        "SpacingBetweenSlices": decimal(grid.slice_spacing_mm),
        "PixelSpacing": [decimal(grid.pixel_mm)] * 2,
        "ImageOrientationPatient": [decimal(cosine) for cosine in AXIAL],
        "WindowCenter": str(centre),
        "WindowWidth": str(width),
        "ImagedNucleus": "1H",
        "EchoNumbers": 1,
        **timing(kind),
    }


def slice_elements(grid: Grid, slice_index: int, instance_number: int) -> Elements:
    """What changes from slice to slice."""
    position = grid.position_mm(slice_index)
    return {
        "InstanceNumber": instance_number,
        "ImagePositionPatient": [decimal(value) for value in position],
        "SliceLocation": decimal(position[2]),
    }


def slice_instances(exam: SyntheticExam, kind: SeriesKind) -> tuple[Instance, ...]:
    """The objects of a series with one image for each slice."""
    grid, stack = grid_of(exam, kind), {"t2": exam.t2, "adc": exam.adc, "t1_ce": exam.t1_ce}[kind]
    return tuple(
        Instance(exam.sop_instance_uid(kind, index), stack[index], slice_elements(grid, index, index + 1))
        for index in range(grid.n_slices)
    )


def trace_instances(
    exam: SyntheticExam, describe: Callable[[float], tuple[Elements, tuple[Private, ...]]]
) -> tuple[Instance, ...]:
    """The diffusion images, b-value by b-value; `describe` gives the elements that tell a b-value."""
    n_slices = exam.grid.n_slices
    instances = []
    for order, (b, stack) in enumerate(exam.dwi.items()):
        elements, private = describe(b)
        for index in range(n_slices):
            number = order * n_slices + index
            own = {**slice_elements(exam.grid, index, number + 1), **elements}
            instances.append(Instance(exam.sop_instance_uid("dwi", number), stack[index], own, private))
    return tuple(instances)
