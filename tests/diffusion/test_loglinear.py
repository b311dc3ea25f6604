import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.diffusion import (
    FitStatus,
    fit_adc_loglinear,
    fit_adc_nonlinear,
    fit_adc_weighted,
    predict_signal,
)
from adcurate.errors import SchemeError, SignalError

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "adc_fits.json").read_text(encoding="utf-8"))
FITS = {"loglinear": fit_adc_loglinear, "weighted": fit_adc_weighted, "nonlinear": fit_adc_nonlinear}
CLOSED = [fit_adc_loglinear, fit_adc_weighted]
EVERY = [*CLOSED, fit_adc_nonlinear]
SCHEMES = st.sampled_from(
    [(0, 1000), (50, 600, 1000), (50, 400, 800), (0, 50, 100, 200, 400, 800), (0, 0, 700, 700)]
)
noisy = st.integers(0, 2**32 - 1)


def signals(seed: int, n_b: int, n: int = 40) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 4000, (n, n_b)).astype(np.float64)


@pytest.mark.parametrize("fit", EVERY)
@pytest.mark.parametrize("b_values", [(0, 1000), (50, 600, 1000), (1000, 0, 0, 500), (0, 10)])
@pytest.mark.parametrize("adc", [-0.4e-3, 0.0, 0.3e-3, 1.1e-3, 3.0e-3])
def test_a_noise_free_phantom_gives_the_truth(fit, b_values, adc):
    truth = np.full((2, 3), adc)
    s0 = np.array([[1.0, 850.0, 3e4], [0.01, 120.0, 5.0]])
    found = fit(predict_signal(s0, truth, b_values), b_values)
    np.testing.assert_allclose(found.adc, truth, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(found.s0, s0, rtol=1e-9)
    assert found.n_estimated == 6


@pytest.mark.parametrize("method", FITS)
@pytest.mark.parametrize("case", ORACLE["cases"], ids=lambda c: str(c["signal"]))
def test_estimates_equal_those_of_r(method, case):
    expected = case[method]
    if expected["adc"] is None:
        pytest.skip("R has no estimate for this case")
    found = FITS[method](case["signal"], case["b_values"])
    assert found.adc == pytest.approx(expected["adc"], rel=1e-8)
    assert found.s0 == pytest.approx(expected["s0"], rel=1e-8)


@pytest.mark.parametrize("fit", EVERY)
@settings(max_examples=30, deadline=None)
@given(seed=noisy, b_values=SCHEMES, scale=st.floats(1e-3, 1e3))
def test_adc_does_not_change_with_the_scale_of_the_signal_and_s0_scales_along(fit, seed, b_values, scale):
    signal = signals(seed, len(b_values))
    one, other = fit(signal, b_values), fit(signal * scale, b_values)
    both = one.estimated & other.estimated
    assert both.sum() >= 0.8 * both.size
    np.testing.assert_allclose(other.adc[both], one.adc[both], rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(other.s0[both], one.s0[both] * scale, rtol=1e-6)


@pytest.mark.parametrize("fit", CLOSED)
@settings(max_examples=30, deadline=None)
@given(seed=noisy, b_values=SCHEMES)
def test_the_order_of_b_values_does_not_matter(fit, seed, b_values):
    signal = signals(seed, len(b_values))
    order = np.random.default_rng(seed).permutation(len(b_values))
    shuffled = fit(signal[:, order], np.array(b_values)[order])
    np.testing.assert_allclose(shuffled.adc, fit(signal, b_values).adc, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("fit", CLOSED)
@settings(max_examples=20, deadline=None)
@given(seed=noisy, b_values=SCHEMES)
def test_measuring_everything_twice_changes_nothing(fit, seed, b_values):
    signal = signals(seed, len(b_values))
    twice = fit(np.concatenate([signal, signal], axis=-1), [*b_values, *b_values])
    np.testing.assert_allclose(twice.adc, fit(signal, b_values).adc, rtol=1e-9, atol=1e-12)


def test_with_two_b_values_all_methods_are_the_log_ratio():
    signal = signals(3, 2)
    ratio = np.log(signal[:, 0] / signal[:, 1]) / 900
    for fit in EVERY:
        found = fit(signal, [100, 1000])
        np.testing.assert_allclose(found.adc[found.estimated], ratio[found.estimated], rtol=1e-7, atol=1e-10)


def test_weights_pull_the_estimate_towards_the_strong_signals():
    signal = [1000.0, 1000.0 * np.exp(-0.5), 1000.0 * np.exp(-1.0) + 60.0]
    assert fit_adc_loglinear(signal, [0, 500, 1000]).adc < fit_adc_weighted(signal, [0, 500, 1000]).adc < 1e-3


@pytest.mark.parametrize("fit", EVERY)
@pytest.mark.parametrize(
    ("signal", "status"),
    [
        ([100, 0], FitStatus.NO_SIGNAL),
        ([0, 0], FitStatus.NO_SIGNAL),
        ([-5, -3], FitStatus.NO_SIGNAL),
        ([100, np.nan], FitStatus.NOT_FINITE),
        ([np.inf, 10], FitStatus.NOT_FINITE),
        ([np.nan, 0], FitStatus.NOT_FINITE),
        ([100, 100], FitStatus.ESTIMATED),
        ([100, 120], FitStatus.ESTIMATED),
    ],
)
def test_a_voxel_not_estimated_is_nan_and_says_why(fit, signal, status):
    found = fit([signal], [0, 1000])
    assert found.status[0] == status
    assert np.isnan(found.adc[0]) == np.isnan(found.s0[0]) == (status != FitStatus.ESTIMATED)


@pytest.mark.parametrize("fit", EVERY)
def test_negative_estimates_are_kept(fit):
    assert fit([[100.0, 120.0]], [0, 1000]).adc[0] == pytest.approx(np.log(100 / 120) / 1000)


@pytest.mark.parametrize("fit", EVERY)
def test_voxels_outside_the_mask_are_nan_and_the_others_unmoved(fit):
    signal = signals(4, 3)
    mask = np.arange(40) % 3 == 0
    part, whole = fit(signal, [0, 500, 1000], mask=mask), fit(signal, [0, 500, 1000])
    assert part.n_with(FitStatus.MASKED_OUT) == (~mask).sum()
    assert np.isnan(part.adc[~mask]).all()
    np.testing.assert_array_equal(part.adc[mask], whole.adc[mask])


def test_a_signal_that_outweighs_all_others_leaves_too_few():
    found = fit_adc_weighted([[1.0, 1e-200, 1e-200]], [0, 500, 1000])
    assert found.status[0] == FitStatus.TOO_FEW_SIGNALS
    assert np.isnan(found.adc[0])


def test_an_estimate_beyond_float64_is_not_finite():
    found = fit_adc_loglinear([[1e300, 1.0]], [1000, 1010])
    assert found.status[0] == FitStatus.NOT_FINITE


@pytest.mark.parametrize("fit", EVERY)
def test_an_empty_grid_gives_empty_maps(fit):
    found = fit(np.empty((0, 4, 2)), [0, 1000])
    assert found.adc.shape == found.status.shape == (0, 4)
    assert found.n_estimated == 0


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.uint16, np.int32, np.float32])
def test_every_real_type_gives_float64_maps(kind):
    found = fit_adc_loglinear(np.array([[200, 100]], dtype=kind), [0, 1000])
    assert found.adc.dtype == np.float64
    assert found.adc[0] == pytest.approx(np.log(2) / 1000)


@pytest.mark.parametrize("fit", EVERY)
@pytest.mark.parametrize(
    ("b_values", "code"),
    [
        ([1000], "scheme.too-few-b-values"),
        ([800, 800], "scheme.too-few-b-values"),
        ([], "scheme.too-few-b-values"),
        ([-1, 1000], "scheme.b-value-range"),
        ([0, np.nan], "scheme.b-value-range"),
        ([0, np.inf], "scheme.b-value-range"),
        ([0, 1e9 + 800], "scheme.b-value-range"),
        ([[0, 1000]], "scheme.b-value-range"),
        (["0", "1000"], "scheme.b-value-range"),
    ],
)
def test_b_values_no_fit_can_use_are_refused(fit, b_values, code):
    with pytest.raises(SchemeError) as refused:
        fit(np.ones((3, len(b_values))), np.array(b_values, dtype=float if not b_values else None))
    assert refused.value.code == code


@pytest.mark.parametrize("fit", EVERY)
@pytest.mark.parametrize(
    ("signal", "mask", "code"),
    [
        (np.ones((4, 3)), None, "signal.shape"),
        (np.float64(1.0), None, "signal.shape"),
        (np.ones((4, 2), complex), None, "signal.type"),
        (np.ones((4, 2), bool), None, "signal.type"),
        (np.array([["1", "2"]]), None, "signal.type"),
        (np.ones((4, 2)), np.ones(4, int), "signal.type"),
        (np.ones((4, 2)), np.ones((4, 2), bool), "signal.shape"),
    ],
)
def test_signals_and_masks_of_the_wrong_form_are_refused(fit, signal, mask, code):
    with pytest.raises(SignalError) as refused:
        fit(signal, [0, 1000], mask=mask)
    assert refused.value.code == code


def test_a_fit_names_its_method_and_b_values():
    assert [fit([[2, 1]], [0, 1000]).method for fit in EVERY] == [
        "adc-loglinear/1",
        "adc-weighted/1",
        "adc-nonlinear/1",
    ]
    np.testing.assert_array_equal(fit_adc_loglinear([[2, 1]], [0, 1000]).b_values, [0.0, 1000.0])
