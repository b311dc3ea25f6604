import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.diffusion import FitStatus, fit_adc_loglinear, fit_adc_volume, fit_adc_weighted, predict_signal
from adcurate.errors import FitError, SchemeError, SignalError

REFERENCES = {"loglinear": fit_adc_loglinear, "weighted": fit_adc_weighted}
SCHEMES = [
    (50, 600, 1000),
    (50, 400, 800),
    (0, 1000),
    (0, 50),
    (0, 10),
    (1000, 0, 500),
    (0, 0, 1000, 1000),
    (0, 50, 500, 1000),
    (0, 100, 200),
    (0, 10, 30),
    (0, 50, 100, 200, 400, 800, 1000),
]


def random_volumes(rng, n_b, kind, shape=(3, 40, 50)):
    """Signals over the whole range of the type, low ones, zeros, and negatives where the type has any."""
    info = np.iinfo(kind)
    wide = np.exp(rng.uniform(0, np.log(info.max), (n_b, *shape)))
    low = rng.integers(0, 40, (n_b, *shape))
    values = np.where(rng.random((n_b, *shape)) < 0.5, wide, low).astype(np.int64)
    if info.min < 0:
        values[rng.random((n_b, *shape)) < 0.03] *= -1
    return list(values.astype(kind))


def assert_equal_to_reference(volumes, b_values, method):
    reference = REFERENCES[method](np.stack(volumes, axis=-1), b_values)
    found = fit_adc_volume(volumes, b_values, method=method)
    np.testing.assert_array_equal(found.status, reference.status)
    np.testing.assert_array_equal(np.isnan(found.adc), np.isnan(reference.adc))
    estimated = reference.estimated
    difference = np.abs(found.adc[estimated] - reference.adc[estimated])
    assert (difference <= np.maximum(5e-9, 1e-5 * np.abs(reference.adc[estimated]))).all()


@pytest.mark.parametrize("method", REFERENCES)
@pytest.mark.parametrize("kind", [np.int16, np.uint16, np.uint8])
@pytest.mark.parametrize("b_values", SCHEMES, ids=str)
def test_the_fast_map_equals_the_reference(method, kind, b_values):
    rng = np.random.default_rng(11)
    assert_equal_to_reference(random_volumes(rng, len(b_values), kind), b_values, method)


@pytest.mark.parametrize("method", REFERENCES)
@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    b_values=st.sampled_from(SCHEMES),
    kind=st.sampled_from([np.int16, np.uint16]),
)
def test_the_fast_map_equals_the_reference_on_any_volume(method, seed, b_values, kind):
    rng = np.random.default_rng(seed)
    assert_equal_to_reference(random_volumes(rng, len(b_values), kind, (2, 9, 13)), b_values, method)


@pytest.mark.parametrize("method", REFERENCES)
@pytest.mark.parametrize("b_values", [(0, 10), (0, 5, 10), (0, 2, 4, 8, 10)], ids=str)
def test_b_values_close_together_keep_the_promised_precision(method, b_values):
    rng = np.random.default_rng(15)
    volumes = [rng.integers(30_000, 32_000, (2, 50, 60)).astype(np.int16) for _ in b_values]
    assert_equal_to_reference(volumes, b_values, method)


@pytest.mark.parametrize("method", REFERENCES)
def test_a_phantom_gives_the_truth_within_rounding(method):
    adc = np.linspace(0.3e-3, 2.5e-3, 600).reshape(2, 15, 20)
    signal = predict_signal(20_000.0, adc, [50, 600, 1000])
    volumes = [np.rint(signal[..., i]).astype(np.uint16) for i in range(3)]
    np.testing.assert_allclose(fit_adc_volume(volumes, [50, 600, 1000], method=method).adc, adc, atol=1e-6)


@pytest.mark.parametrize("method", REFERENCES)
@pytest.mark.parametrize("kind", [np.int16, np.uint16])
def test_every_value_of_a_16_bit_signal_is_fitted_right(method, kind):
    every = np.arange(np.iinfo(kind).min, np.iinfo(kind).max + 1).astype(kind).reshape(1, 256, 256)
    others = [np.full_like(every, 700), np.full_like(every, 300)]
    for position in range(3):
        volumes = others.copy()
        volumes.insert(position, every)
        assert_equal_to_reference(volumes, [50, 600, 1000], method)


@pytest.mark.parametrize("method", REFERENCES)
@pytest.mark.parametrize("pair", [(0, 0), (0, 5), (5, 0), (-4, -2), (-4, 2), (4, -2)])
def test_a_signal_that_is_not_positive_gives_nan_and_no_signal(method, pair):
    volumes = [np.full((1, 3, 3), s, np.int16) for s in pair]
    found = fit_adc_volume(volumes, [0, 1000], method=method)
    assert np.isnan(found.adc).all()
    assert (found.status == FitStatus.NO_SIGNAL).all()
    assert found.n_estimated == 0


def test_negative_estimates_are_kept():
    found = fit_adc_volume([np.full((1, 1, 1), 100, np.int16), np.full((1, 1, 1), 150, np.int16)], [0, 1000])
    assert found.adc[0, 0, 0] == pytest.approx(-np.log(1.5) / 1000, rel=1e-5)


@pytest.mark.parametrize("method", REFERENCES)
@pytest.mark.parametrize("b_values", [(50, 600, 1000), (0, 100, 200)])
def test_the_number_of_threads_moves_no_bit(method, b_values):
    volumes = random_volumes(np.random.default_rng(12), 3, np.int16, (5, 150, 200))
    one = fit_adc_volume(volumes, b_values, method=method, threads=1).adc
    for threads in (2, 5):
        np.testing.assert_array_equal(
            fit_adc_volume(volumes, b_values, method=method, threads=threads).adc, one
        )


def test_volumes_in_another_memory_order_or_byte_order_give_the_same_map():
    volumes = random_volumes(np.random.default_rng(13), 3, np.int16)
    expected = fit_adc_volume(volumes, [0, 500, 1000]).adc
    swapped = [np.asfortranarray(volumes[0]), volumes[1].astype(">i2"), volumes[2][:, ::-1][:, ::-1]]
    np.testing.assert_array_equal(fit_adc_volume(swapped, [0, 500, 1000]).adc, expected)


@pytest.mark.parametrize("method", REFERENCES)
@pytest.mark.parametrize("b_values", [(50, 600, 1000), (0, 100, 200)])
def test_extra_memory_is_the_map_and_block_buffers(method, b_values):
    volumes = [np.random.default_rng(i).integers(1, 900, (20, 256, 256)).astype(np.int16) for i in range(3)]
    fit_adc_volume([v[:1] for v in volumes], b_values, method=method)
    tracemalloc.start()
    found = fit_adc_volume(volumes, b_values, method=method)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found.adc.nbytes <= peak <= found.adc.nbytes + 4 * 2**20


def test_a_map_is_float32_and_inputs_stay_untouched():
    volumes = random_volumes(np.random.default_rng(14), 2, np.int16)
    before = [v.copy() for v in volumes]
    found = fit_adc_volume(volumes, [0, 1000])
    assert (found.adc.dtype, found.status.dtype) == (np.float32, np.uint8)
    assert found.method == "adc-loglinear-volume/1"
    for kept, given_volume in zip(before, volumes, strict=True):
        np.testing.assert_array_equal(kept, given_volume)


def test_an_empty_volume_gives_an_empty_map():
    assert fit_adc_volume([np.empty((0, 4, 4), np.int16)] * 2, [0, 1000]).adc.shape == (0, 4, 4)


GOOD = np.ones((1, 2, 2), np.int16)


@pytest.mark.parametrize(
    ("volumes", "b_values", "options", "error", "code"),
    [
        ([GOOD], [0, 1000], {}, SignalError, "signal.shape"),
        ([GOOD, GOOD[0]], [0, 1000], {}, SignalError, "signal.shape"),
        ([GOOD, GOOD.astype(float)], [0, 1000], {}, SignalError, "signal.type"),
        ([GOOD, GOOD.astype(np.int32)], [0, 1000], {}, SignalError, "signal.type"),
        ([GOOD, GOOD], [1000, 1000], {}, SchemeError, "scheme.too-few-b-values"),
        ([GOOD, GOOD], [0, 1e9], {}, SchemeError, "scheme.b-value-range"),
        ([GOOD, GOOD], [0, 1000], {"method": "magic"}, FitError, "fit.option"),
        ([GOOD, GOOD], [0, 1000], {"threads": 0}, FitError, "fit.option"),
    ],
)
def test_input_the_fast_fit_cannot_use_is_refused(volumes, b_values, options, error, code):
    with pytest.raises(error) as refused:
        fit_adc_volume(volumes, b_values, **options)
    assert refused.value.code == code
