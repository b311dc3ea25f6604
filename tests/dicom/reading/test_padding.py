from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.padding import padded, padding_of
from adcurate.dicom.reading.pixels import load_adc_map

Build = Callable[..., Any]
ADC = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]


def header(vr: str, signed: int, bits: int, value: int, limit: int | None = None) -> Dataset:
    found = Dataset()
    found.BitsStored, found.PixelRepresentation = bits, signed
    found.add_new(0x00280120, vr, value)
    if limit is not None:
        found.add_new(0x00280121, vr, limit)
    return found


@pytest.mark.parametrize(
    ("vr", "signed", "bits", "value", "limit", "ends"),
    [
        ("US", 0, 16, 65535, None, (65535, 65535)),
        ("SS", 1, 16, -32768, None, (-32768, -32768)),
        ("US", 1, 16, 63536, None, (-2000, -2000)),
        ("SS", 0, 16, -1, None, (65535, 65535)),
        ("SS", 1, 12, -2048, None, (-2048, -2048)),
        ("US", 0, 16, 4000, 4095, (4000, 4095)),
        ("SS", 1, 16, -1, -100, (-100, -1)),
        ("US", 0, 16, 0, None, (0, 0)),
    ],
)
def test_padding_is_what_the_pixels_bits_say(
    vr: str, signed: int, bits: int, value: int, limit: int | None, ends: tuple[int, int]
) -> None:
    assert padding_of(header(vr, signed, bits, value, limit)) == ends


def test_an_object_without_padding_has_none() -> None:
    assert padding_of(Dataset()) is None
    assert padded(np.arange(4), None) is None
    assert padded(np.arange(4), (9, 12)) is None


def test_floating_point_padding_has_its_own_elements() -> None:
    found = Dataset()
    found.FloatPixelPaddingValue = -1.0
    assert padding_of(found) == (-1.0, -1.0)


@given(st.integers(-32768, 32767), st.sampled_from(["US", "SS"]))
def test_a_signed_padding_value_is_the_same_in_either_representation(value: int, vr: str) -> None:
    written = value if vr == "SS" else value % 65536
    assert padding_of(header(vr, 1, 16, written)) == (value, value)


def loaded_map(mr_object: Build, pixels: Any, **how: Any) -> Any:
    (series,) = read_exams([mr_object(1, pixels=pixels, ImageType=ADC, **how)]).exams[0].series
    return load_adc_map(series).values[0]


def test_padding_of_a_map_is_no_estimate_whatever_the_rescale(mr_object: Build) -> None:
    stored = np.full((4, 5), 900, np.int16)
    stored[0, 0] = -32768
    values = loaded_map(
        mr_object,
        stored,
        PixelPaddingValue=-32768,
        RescaleSlope=2,
        RescaleIntercept=100,
        PixelRepresentation=1,
    )
    assert np.isnan(values[0, 0])
    assert np.count_nonzero(values == 1900) == 19


def test_a_stored_zero_is_no_estimate_whatever_the_intercept(mr_object: Build) -> None:
    stored = np.full((4, 5), 1900, np.uint16)
    stored[1, 1] = 0
    values = loaded_map(mr_object, stored, RescaleSlope=1, RescaleIntercept=-1000)
    assert values[1, 1] == 0
    assert values[0, 0] == 900


@pytest.mark.parametrize("repeats", [1, 2])
@pytest.mark.parametrize("slope", [1, 2])
def test_padding_of_a_signal_is_no_signal(mr_object: Build, repeats: int, slope: int) -> None:
    objects = []
    for n, b in enumerate((0.0, 800.0) * repeats):
        stored = np.full((4, 5), 1000 if b == 0 else 400, np.uint16)
        if n == 1:
            stored[2, 3] = 65535
        objects.append(
            mr_object(
                n,
                pixels=stored,
                DiffusionBValue=b,
                ImageType=["DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"],
                PixelPaddingValue=65535,
                RescaleSlope=slope,
                RescaleIntercept=0,
            )
        )
    stack = load_diffusion(read_exams(objects).exams[0].series)
    assert stack.volumes[0].min() == 1000 * slope
    assert stack.volumes[1][0, 2, 3] == 0
    assert np.count_nonzero(stack.volumes[1] == 400 * slope) == 19


def test_images_of_different_bits_in_one_series_keep_their_values(mr_object: Build) -> None:
    eight = np.full((4, 5), 200, np.uint8)
    low = mr_object(
        1,
        pixels=eight,
        DiffusionBValue=0.0,
        ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION"],
        z_mm=0.0,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelData=eight.tobytes(),
    )
    high = mr_object(
        2,
        z_mm=5.0,
        pixels=np.full((4, 5), 3000, np.uint16),
        DiffusionBValue=0.0,
        ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION"],
    )
    stack = load_diffusion(read_exams([low, high]).exams[0].series)
    assert stack.volumes[0][:, 0, 0].tolist() == [200, 3000]
