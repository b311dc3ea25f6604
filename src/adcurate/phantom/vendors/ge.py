"""GE, one slice to an object (Optima, Discovery, SIGNA).

The b-value is the first number of the private (0043,1039). Exams with more than two b-values carry it with
1e9 added, without the standard (0018,9087); the others carry it plainly, with (0018,9087) on all but b=0.
Pixels are signed. The ADC map is a derived series of its own without any b-value.
"""

from __future__ import annotations

from typing import Any, Final

from adcurate.phantom.encoding import Instance, Private, Series
from adcurate.phantom.exam import SeriesKind, SyntheticExam
from adcurate.phantom.headers import MR_IMAGE_STORAGE, b_range, classic_series, grid_of, slice_elements

B_VALUE_BIAS: Final = 1_000_000_000
_PARAMETERS = "GEMS_PARM_01"
_RELATIONS = "GEMS_RELA_01"
_IMAGE_KIND: Final = {"b0": 14, "weighted": 16}
_THREE_IN_ONE: Final = 64


def describe_series(exam: SyntheticExam) -> tuple[Series, ...]:
    """The exam's series in the order of their numbers."""
    name = f"Ax DWI b{b_range(exam).replace('_', '-')}"
    biased = len(exam.prescription.b_values) > 2
    grid = exam.grid
    weighted = tuple(
        Instance(
            exam.sop_instance_uid("dwi", order * grid.n_slices + index),
            stack[index],
            {
                **slice_elements(grid, index, order * grid.n_slices + index + 1),
                **({"DiffusionBValue": b} if b > 0 and not biased else {}),
            },
            _diffusion(b, biased=B_VALUE_BIAS if biased else 0),
        )
        for order, (b, stack) in enumerate(exam.dwi.items())
        for index in range(grid.n_slices)
    )
    return (
        _plain(exam, "t2", 3, "Ax T2 FRFSE FS", ["ORIGINAL", "PRIMARY", "OTHER"]),
        Series(
            5,
            MR_IMAGE_STORAGE,
            _shared(exam, "dwi", 5, name, ["ORIGINAL", "PRIMARY", "OTHER"]),
            weighted,
            (Private(0x0021, _RELATIONS, 0x5A, "SL", _THREE_IN_ONE),),
        ),
        _plain(exam, "t1_ce", 9, "Ax LAVA Art", ["ORIGINAL", "PRIMARY", "OTHER"]),
        _plain(exam, "adc", 500, f"ADC (10^-6 mm2/s):{name}", ["DERIVED", "SECONDARY", "PROCESSED"]),
    )


def _plain(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> Series:
    grid, stack = grid_of(exam, kind), {"t2": exam.t2, "adc": exam.adc, "t1_ce": exam.t1_ce}[kind]
    instances = tuple(
        Instance(exam.sop_instance_uid(kind, index), stack[index], slice_elements(grid, index, index + 1))
        for index in range(grid.n_slices)
    )
    return Series(number, MR_IMAGE_STORAGE, _shared(exam, kind, number, description, image_type), instances)


def _shared(
    exam: SyntheticExam, kind: SeriesKind, number: int, description: str, image_type: list[str]
) -> dict[str, Any]:
    return {
        **classic_series(exam, kind, number, description, bits_stored=16, signed=1),
        "ImageType": image_type,
        "Manufacturer": "GE MEDICAL SYSTEMS",
        "SoftwareVersions": ["25", "LX", "MR Software release:DV25.1_R02_1649.a"],
    }


def _diffusion(b: float, *, biased: int) -> tuple[Private, ...]:
    kind = "b0" if b == 0 else "weighted"
    parameters = (
        Private(0x0043, _PARAMETERS, 0x30, "SS", _IMAGE_KIND[kind]),
        Private(0x0043, _PARAMETERS, 0x39, "IS", [str(round(b) + biased), "8", "0", "0"]),
    )
    return (*parameters, Private(0x0043, _PARAMETERS, 0x7F, "DS", str(biased))) if biased else parameters
