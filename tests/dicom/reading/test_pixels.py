from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.dicom.reading.decoding import read_pixels
from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.mosaic import cut_tile, tile_shape
from adcurate.dicom.reading.pixels import load_adc_map, load_stack
from adcurate.errors import AdcurateError
from adcurate.model import Series

Build = Callable[..., Any]
ADC = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"]


def series_of(objects: list[Any]) -> tuple[Series, ...]:
    result = read_exams(objects)
    assert result.refused == ()
    return result.exams[0].series


def full(value: int) -> Any:
    return np.full((4, 5), value, dtype=np.uint16)


def test_slices_come_in_order_along_the_normal_whatever_their_order_in_the_series(mr_object: Build) -> None:
    (series,) = series_of([mr_object(n, z_mm=z, pixels=full(z)) for n, z in enumerate((10, 0, 5))])
    stack = load_stack(series)
    assert stack.values[:, 0, 0].tolist() == [0, 5, 10]
    assert [plane.origin[2] for plane in stack.planes] == [0, 5, 10]
    assert [origin.sop_instance_uid[-1] for origin in stack.origins] == ["1", "2", "0"]
    assert stack.values.dtype == np.uint16


def test_each_slice_has_its_own_rescale(mr_object: Build) -> None:
    slopes = (2.6e-8, 1.8e-6, 1.0)
    (series,) = series_of(
        [
            mr_object(n, z_mm=n, pixels=full(1000), ImageType=ADC, RescaleSlope=s, RescaleIntercept=n)
            for n, s in enumerate(slopes)
        ]
    )
    values = load_adc_map(series).values
    assert values.dtype == np.float64
    assert values[:, 0, 0].tolist() == [1000 * s + n for n, s in enumerate(slopes)]


@settings(max_examples=30, deadline=None)
@given(bits=st.integers(1, 16), signed=st.booleans(), seed=st.integers(0, 1000))
def test_the_fast_reading_of_pixels_equals_the_library(
    bits: int, signed: bool, seed: int, mr_dataset: Build, mr_object: Build
) -> None:
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1))) if signed else (0, 1 << bits)
    pixels = np.random.default_rng(seed).integers(low, high, (4, 5)).astype(np.int16 if signed else np.uint16)
    how = {"pixels": pixels, "BitsStored": bits, "HighBit": bits - 1}
    read = read_pixels(mr_object(1, **how))[0]
    assert np.array_equal(read, pixels)
    assert np.array_equal(read, mr_dataset(**how).pixel_array)


def test_pixels_that_do_not_fit_the_header_are_refused(mr_object: Build) -> None:
    with pytest.raises(AdcurateError) as caught:
        read_pixels(mr_object(1, Rows=5))
    assert caught.value.code == "dicom.pixel-length"
    with pytest.raises(AdcurateError) as caught:
        read_pixels(mr_object(1, leave_out=["PixelData"]))
    assert caught.value.code == "dicom.pixel-geometry"


def test_repeats_are_averaged_arithmetically_and_directions_geometrically(mr_object: Build) -> None:
    x, y = [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]
    how = [
        (0.0, None, 100),
        (0.0, None, 300),
        (1000.0, x, 10),
        (1000.0, x, 30),
        (1000.0, y, 80),
    ]
    objects = []
    for n, (b, direction, value) in enumerate(how):
        more = {} if direction is None else {"DiffusionGradientOrientation": direction}
        objects.append(mr_object(n, DiffusionBValue=b, pixels=full(value), **more))
    stack = load_diffusion(series_of(objects))
    assert stack.b_values == (0.0, 1000.0)
    assert stack.volumes[0][0, 0, 0] == pytest.approx(200)
    assert stack.volumes[1][0, 0, 0] == pytest.approx(np.sqrt(20 * 80), rel=1e-12)
    assert stack.averaging == "repeats-mean+directions-geometric-mean"


def test_the_scanners_trace_images_are_preferred_to_the_directions(mr_object: Build) -> None:
    objects = [mr_object(0, DiffusionBValue=0.0, pixels=full(100))]
    for n, direction in enumerate(([1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]), start=1):
        objects.append(
            mr_object(n, DiffusionBValue=800.0, pixels=full(n), DiffusionGradientOrientation=direction)
        )
    objects.append(mr_object(9, DiffusionBValue=800.0, pixels=full(50), DiffusionDirectionality="ISOTROPIC"))
    stack = load_diffusion(series_of(objects))
    assert stack.volumes[1][0, 0, 0] == 50
    assert stack.averaging == "none"


def test_calculated_images_and_maps_never_enter(mr_object: Build) -> None:
    objects = [mr_object(n, DiffusionBValue=b, pixels=full(100)) for n, b in enumerate((0.0, 800.0))]
    for n, word in enumerate(("ADC", "CALC_BVALUE"), start=6):
        image_type = ["DERIVED", "PRIMARY", "DIFFUSION", word]
        objects.append(mr_object(n, series=n, DiffusionBValue=1500.0, ImageType=image_type))
    series = series_of(objects)
    assert len(series) == 3
    assert load_diffusion(series).b_values == (0.0, 800.0)
    with pytest.raises(AdcurateError) as caught:
        load_diffusion(series[1:])
    assert caught.value.code == "scheme.too-few-b-values"


def test_b_values_in_series_of_their_own_make_one_stack(mr_object: Build) -> None:
    objects = [
        mr_object(
            n,
            series=n,
            z_mm=0,
            pixels=full(200 - n),
            ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION"],
            DiffusionBValue=b,
        )
        for n, b in enumerate((0.0, 400.0, 800.0))
    ]
    series = series_of(objects)
    assert [one.b_values for one in series] == [(0.0,), (400.0,), (800.0,)]
    stack = load_diffusion(series)
    assert stack.b_values == (0.0, 400.0, 800.0)
    assert [int(volume[0, 0, 0]) for volume in stack.volumes] == [200, 199, 198]
    assert len(stack.series_instance_uids) == 3
    assert stack.volumes[0].dtype == np.uint16


def test_philips_series_of_different_scalings_meet_on_the_floating_point_scale(mr_object: Build) -> None:
    objects = []
    for n, (b, slope, scale, stored) in enumerate([(0.0, 2.0, 0.5, 1000), (800.0, 4.0, 0.25, 500)]):
        objects.append(
            mr_object(
                n,
                series=n,
                Manufacturer="Philips",
                ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION"],
                DiffusionBValue=b,
                pixels=full(stored),
                RescaleSlope=slope,
                RescaleIntercept=0,
                private=[(0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", scale)],
            )
        )
    stack = load_diffusion(series_of(objects))
    assert [volume[0, 0, 0] for volume in stack.volumes] == [1000 / 0.5, 500 / 0.25]


def test_slices_without_every_b_value_are_left_out(mr_object: Build) -> None:
    objects = [mr_object(n, z_mm=5 * n, DiffusionBValue=0.0) for n in range(3)]
    objects += [mr_object(5 + n, z_mm=5 * n, DiffusionBValue=800.0) for n in range(2)]
    stack = load_diffusion(series_of(objects))
    assert stack.volumes[0].shape == (2, 4, 5)
    assert [plane.origin[2] for plane in stack.planes] == [0, 5]


def test_interleaved_maps_are_not_taken_for_one_volume(mr_object: Build) -> None:
    (series,) = series_of([mr_object(n, z_mm=n // 2, ImageType=ADC) for n in range(4)])
    with pytest.raises(AdcurateError) as caught:
        load_adc_map(series)
    assert caught.value.code == "geometry.mixed"
    assert load_stack(series, frames=series.frames[::2]).values.shape == (2, 4, 5)


@pytest.mark.parametrize(
    ("n", "rows", "columns", "grid", "shape"),
    [
        (25, 640, 640, "square", (128, 128)),
        (20, 480, 640, "square", (96, 128)),
        (20, 256, 320, "filled", (64, 64)),
        (1, 64, 64, "square", (64, 64)),
    ],
)
def test_mosaics_are_laid_out_as_the_vendor_does(
    n: int, rows: int, columns: int, grid: Any, shape: tuple[int, int]
) -> None:
    assert tile_shape(n, rows, columns, grid) == shape
    image = np.arange(rows * columns).reshape(rows, columns)
    across = columns // shape[1]
    last = cut_tile(image, n - 1, shape)
    row, column = divmod(n - 1, across)
    assert last.shape == shape
    assert last[0, 0] == row * shape[0] * columns + column * shape[1]


@pytest.mark.parametrize("n", [0, -1, 3, 10**6])
def test_a_mosaic_that_does_not_divide_is_refused(n: int) -> None:
    with pytest.raises(AdcurateError) as caught:
        tile_shape(n, 639, 641, "square")
    assert caught.value.code == "dicom.pixel-geometry"


def test_a_siemens_mosaic_becomes_slices_at_their_places(mr_object: Build) -> None:
    big = np.zeros((8, 10), dtype=np.uint16)
    big[:4, :5], big[:4, 5:], big[4:, :5] = 1, 2, 3
    objects = [
        mr_object(
            n,
            pixels=big,
            ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "MOSAIC"],
            SpacingBetweenSlices=6,
            private=[
                (0x0019, "SIEMENS MR HEADER", 0x0A, "US", 3),
                (0x0019, "SIEMENS MR HEADER", 0x0C, "IS", b),
            ],
        )
        for n, b in enumerate((0, 1000))
    ]
    (series,) = series_of(objects)
    assert len(series.frames) == 6
    stack = load_diffusion([series])
    assert stack.volumes[1][:, 0, 0].tolist() == [1, 2, 3]
    # from the mosaic's corner to the first tile's: half the difference of their sizes, 5 and 4 voxels of 2 mm
    assert [plane.origin for plane in stack.planes] == [(5.0, 4.0, 0.0), (5.0, 4.0, 6.0), (5.0, 4.0, 12.0)]


@pytest.mark.parametrize("signed", [False, True])
def test_a_signal_in_the_upper_bits_of_a_word_is_brought_down(mr_object: Build, *, signed: bool) -> None:
    truth = np.arange(-10, 10, dtype=np.int16) if signed else np.arange(4076, 4096, dtype=np.uint16)
    shifted = (truth.reshape(4, 5) * 16).astype(truth.dtype)
    held = mr_object(1, pixels=shifted, BitsStored=12, HighBit=15)
    assert np.array_equal(read_pixels(held)[0], truth.reshape(4, 5))


@pytest.mark.parametrize(("stored", "high"), [(12, 10), (12, 16), (16, 11)])
def test_a_high_bit_that_fits_no_reading_is_refused(mr_object: Build, stored: int, high: int) -> None:
    with pytest.raises(AdcurateError) as refused:
        read_pixels(mr_object(1, BitsStored=stored, HighBit=high))
    assert refused.value.code == "dicom.pixel-geometry"


@pytest.mark.parametrize("signed", [False, True])
def test_bits_below_the_signal_that_are_in_use_put_all_values_in_doubt(
    mr_object: Build, *, signed: bool
) -> None:
    pixels = np.full((4, 5), 4095, np.int16 if signed else np.uint16)
    with pytest.raises(AdcurateError) as refused:
        read_pixels(mr_object(1, pixels=pixels, BitsStored=12, HighBit=15))
    assert refused.value.code == "dicom.pixel-geometry"
