"""Five maps of each slice in one series, each slice with its own rescale, as Bruker writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from tests.dicom.conftest import HeldObject, build_object
from tests.dicom.vendors.contract import held, ingested

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.interleaved_maps import separate_maps
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.reading.unit_proof import prove_adc_unit
from adcurate.model import Exam

N = 24
N_MAPS = 5
TRUE = 0.8e-3 + 1.2e-3 * np.linspace(0, 1, N)[:, None] * np.linspace(1, 0.2, N)[None, :]


def bruker(
    number: int, position: int, series: int, values: Any, slope: float = 1.0, **how: Any
) -> HeldObject:
    header = build_object(
        number,
        series=series,
        z_mm=6.0 * position,
        Manufacturer="Bruker BioSpin MRI GmbH",
        RescaleSlope=f"{slope:.10g}",
        RescaleIntercept="0",
        RescaleType="US",
        pixels=np.rint(values / slope).astype(np.uint16),
        **how,
    )
    return held(header, f"{series} {number}")


def maps(n_slices: int, adc_at: int = 3) -> list[HeldObject]:
    objects = []
    for position in range(n_slices):
        adc = TRUE * (1 + 0.1 * position)
        s0 = 900 + 100 * np.cos(np.arange(N * N).reshape(N, N))
        others = [s0, 0.01 * s0, 0.02e-3 + 0 * adc, 1e-3 * s0 / s0.max()]
        stack = [*others[: adc_at - 1], adc, *others[adc_at - 1 :]]
        for turn, values in enumerate(stack):
            slope = float(f"{values.max() / 30_000 * (1 + 0.1 * position):.10g}")
            kind = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]
            objects.append(bruker(position * N_MAPS + turn + 1, position, 9, values, slope, ImageType=kind))
    return objects


def signals(n_slices: int) -> list[HeldObject]:
    objects = []
    for volume, b in enumerate((0.0, 1000.0)):
        for position in range(n_slices):
            values = 3000 * np.exp(-b * TRUE * (1 + 0.1 * position))
            number = 100 + volume * n_slices + position
            objects.append(bruker(number, position, 5, values, DiffusionBValue=b))
    return objects


def exam_of(objects: Sequence[HeldObject]) -> Exam:
    result = read_exams(objects)
    assert result.refused == ()
    (exam,) = result.exams
    return exam


@pytest.mark.parametrize("adc_at", [1, 3, 5])
def test_the_refit_tells_which_of_the_maps_is_the_adc(adc_at: int) -> None:
    received = [*signals(3), *maps(3, adc_at)]
    for objects in (received, ingested(received)):
        exam = separate_maps(exam_of(objects))
        (adc,) = exam.of_kind("adc")
        assert len(adc.frames) == 3
        (said,) = [one for one in adc.findings if one.code == "series.map-told-by-refit"]
        assert dict(said.where) == {"maps": "5", "map": str(adc_at)}
        unit = prove_adc_unit(adc, exam.of_kind("dwi")).unit
        assert (unit.evidence, unit.mm2_per_s_per_stored_unit) == ("refit", 1.0)
        values = load_adc_map(adc).values
        for position in range(3):
            assert np.abs(values[position] - TRUE * (1 + 0.1 * position)).max() < 0.1e-6
        (rest,) = exam.of_kind("other")
        assert len(rest.frames) == 12


def test_without_diffusion_images_no_map_is_guessed() -> None:
    before = exam_of(maps(3))
    assert separate_maps(before) == before
    assert "geometry.slice-twice" in {one.code for one in before.series[0].findings}


def test_maps_that_do_not_stand_equally_often_are_left_alone() -> None:
    before = exam_of([*signals(3), *maps(3)[:-1]])
    assert separate_maps(before) == before
