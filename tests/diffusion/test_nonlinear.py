import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.diffusion import FitStatus, fit_adc_nonlinear, fit_adc_weighted, predict_signal, simulate_rician
from adcurate.errors import FitError

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "adc_fits.json").read_text(encoding="utf-8"))
B = np.array([0.0, 250.0, 500.0, 1000.0])


def cost(fit, signal, b_values, floor=0.0):
    clean = fit.s0[..., None] * np.exp(-np.asarray(b_values) * fit.adc[..., None])
    return np.square(signal - np.hypot(clean, floor)).sum(axis=-1)


def floor_cases():
    return [c for c in ORACLE["cases"] if c["nonlinear_floor"]["adc"] is not None]


@pytest.mark.parametrize("case", floor_cases(), ids=lambda c: str(c["signal"]))
def test_estimates_with_a_noise_floor_equal_those_of_r(case):
    found = fit_adc_nonlinear(case["signal"], case["b_values"], noise_floor=case["noise_floor"])
    assert found.adc == pytest.approx(case["nonlinear_floor"]["adc"], rel=1e-8)
    assert found.s0 == pytest.approx(case["nonlinear_floor"]["s0"], rel=1e-8)


def test_signals_on_a_floor_give_the_truth_when_the_floor_is_known():
    adc = np.linspace(0.2e-3, 3e-3, 15)
    signal = np.hypot(predict_signal(400.0, adc, B), 30.0)
    found = fit_adc_nonlinear(signal, B, noise_floor=30.0)
    np.testing.assert_allclose(found.adc, adc, rtol=1e-7)
    np.testing.assert_allclose(found.s0, 400.0, rtol=1e-7)
    assert (fit_adc_nonlinear(signal, B).adc < adc).all()


def test_a_floor_of_zero_is_no_floor():
    signal = np.random.default_rng(5).integers(50, 900, (30, 4))
    without, zero = fit_adc_nonlinear(signal, B), fit_adc_nonlinear(signal, B, noise_floor=0.0)
    np.testing.assert_array_equal(without.adc, zero.adc)
    assert (without.method, zero.method) == ("adc-nonlinear/1", "adc-nonlinear-noise-floor/1")


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), floor=st.sampled_from([0.0, 15.0]))
def test_no_nearby_parameters_fit_better(seed, floor):
    rng = np.random.default_rng(seed)
    signal = simulate_rician(
        predict_signal(rng.uniform(200, 900, 30), rng.uniform(0.3e-3, 2e-3, 30), B), 12.0, rng
    )
    found = fit_adc_nonlinear(signal, B, noise_floor=floor)
    here = cost(found, signal, B, floor)
    for by_s0, by_adc in [
        (1.001, 1.0),
        (0.999, 1.0),
        (1.0, 1.001),
        (1.0, 0.999),
        (1.001, 1.001),
        (0.999, 1.001),
    ]:
        clean = (found.s0 * by_s0)[:, None] * np.exp(-B * (found.adc * by_adc)[:, None])
        there = np.square(signal - np.hypot(clean, floor)).sum(axis=-1)
        assert (there[found.estimated] >= here[found.estimated] - 1e-6).all()


def test_it_never_fits_the_signal_worse_than_the_weighted_fit():
    rng = np.random.default_rng(6)
    signal = simulate_rician(
        predict_signal(rng.uniform(100, 900, 500), rng.uniform(0, 3e-3, 500), B), 20.0, rng
    )
    nonlinear, weighted = fit_adc_nonlinear(signal, B), fit_adc_weighted(signal, B)
    both = nonlinear.estimated & weighted.estimated
    assert both.sum() > 490
    assert (cost(nonlinear, signal, B) <= cost(weighted, signal, B) + 1e-6)[both].all()


def test_near_air_the_floor_takes_more_than_half_of_the_bias_away():
    rng = np.random.default_rng(7)
    sigma, truth = 20.0, 2.0e-3
    signal = simulate_rician(predict_signal(np.full(4000, 200.0), truth, [0, 500, 1000, 1500]), sigma, rng)
    floor = sigma * np.sqrt(np.pi / 2)
    plain = np.median(fit_adc_nonlinear(signal, [0, 500, 1000, 1500]).adc)
    fit = fit_adc_nonlinear(signal, [0, 500, 1000, 1500], noise_floor=floor)
    assert abs(np.median(fit.adc[fit.estimated]) - truth) < 0.5 * abs(plain - truth)


@pytest.mark.parametrize("signal", [[9.0, 8.0, 9.0, 7.0], [5.0, 5.0, 5.0, 5.0]])
def test_signals_under_the_floor_determine_nothing(signal):
    found = fit_adc_nonlinear([signal], B, noise_floor=10.0)
    assert found.status[0] == FitStatus.NOT_CONVERGED
    assert np.isnan(found.adc[0])


def test_voxels_fitted_in_parts_equal_the_whole(monkeypatch):
    signal = np.random.default_rng(8).integers(20, 900, (50, 4))
    whole = fit_adc_nonlinear(signal, B)
    monkeypatch.setattr("adcurate.diffusion.nonlinear._VOXELS_AT_ONCE", 7)
    np.testing.assert_array_equal(fit_adc_nonlinear(signal, B).adc, whole.adc)


@pytest.mark.parametrize("floor", [-1.0, np.nan, np.inf])
def test_an_impossible_noise_floor_is_refused(floor):
    with pytest.raises(FitError) as refused:
        fit_adc_nonlinear([[2.0, 1.0]], [0, 1000], noise_floor=floor)
    assert refused.value.code == "fit.option"
