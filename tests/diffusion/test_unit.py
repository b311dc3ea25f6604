import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.diffusion import (
    UNIT_CANDIDATES,
    compare_maps,
    explain_scanner_map,
    fit_adc_loglinear,
    fit_adc_scanner_formula,
    predict_signal,
    simulate_rician,
)
from adcurate.errors import FitError, SignalError

B = [50, 400, 800]


def refit_map(seed=0, shape=(2, 20, 20)):
    return np.random.default_rng(seed).uniform(0.4e-3, 2.6e-3, shape)


def prostate_like(seed=1, n=4000):
    rng = np.random.default_rng(seed)
    clean = predict_signal(rng.uniform(60, 400, n), rng.uniform(0.6e-3, 2.0e-3, n), B)
    return simulate_rician(clean, 2.0, rng)


@pytest.mark.parametrize("unit", UNIT_CANDIDATES)
@settings(max_examples=10, deadline=None)
@given(bias=st.floats(-0.12, 0.12), seed=st.integers(0, 2**32 - 1))
def test_every_unit_is_found_in_spite_of_bias_and_noise(unit, bias, seed):
    refit = refit_map(seed)
    noise = np.random.default_rng(seed).normal(1.0, 0.03, refit.shape)
    found = compare_maps(refit * (1 + bias) * noise / unit, refit)
    assert found.unit_mm2_per_s == unit
    assert found.reason == ""
    assert found.unit_error == pytest.approx(bias, abs=0.02)


def test_an_exact_map_has_slope_one_over_the_unit_and_r_one():
    refit = refit_map()
    found = compare_maps(refit * 1e6, refit)
    assert found.slope == pytest.approx(1e6)
    assert found.ratio_iqr == pytest.approx((1e6, 1e6))
    assert found.line_slope == pytest.approx(1e6)
    assert found.line_intercept == pytest.approx(0.0, abs=1e-6)
    assert found.r == pytest.approx(1.0)
    assert (found.n, found.n_not_estimated) == (800, 0)


def test_an_offset_of_the_map_shows_in_the_intercept():
    refit = refit_map()
    assert compare_maps(refit * 1e6 + 50, refit).line_intercept == pytest.approx(50, rel=1e-6)


def test_slope_and_r_equal_those_of_numpy():
    refit = refit_map(2)
    scanner = refit * 1e6 + np.random.default_rng(3).normal(0, 90, refit.shape)
    found = compare_maps(scanner, refit)
    line = np.polyfit(refit.ravel(), scanner.ravel(), 1)
    assert (found.line_slope, found.line_intercept) == pytest.approx(tuple(line))
    assert found.r == pytest.approx(np.corrcoef(refit.ravel(), scanner.ravel())[0, 1])
    assert found.slope == pytest.approx(np.median(scanner / refit))


def test_zeros_of_the_scanner_map_are_not_estimates():
    refit = refit_map()
    scanner = refit * 1e6
    scanner[0] = 0
    scanner[1, 0, :3] = [-5, np.nan, np.inf]
    found = compare_maps(scanner, refit)
    assert (found.n, found.n_not_estimated) == (397, 403)
    assert found.slope == pytest.approx(1e6)


def test_voxels_without_a_refit_and_outside_the_mask_are_left_out():
    refit = refit_map()
    refit[0, 0, :3] = [np.nan, -1e-4, 0.0]
    mask = np.ones(refit.shape, bool)
    mask[1] = False
    found = compare_maps(np.full(refit.shape, 0.0) + refit_map() * 1e6, refit, mask=mask)
    assert (found.n, found.n_not_estimated) == (397, 0)


@pytest.mark.parametrize(
    ("scanner", "refit", "says"),
    [
        (refit_map()[:1, :9] * 1e6, refit_map()[:1, :9], "Only 180 voxels"),
        (refit_map(5) * 1e6, refit_map(6), "do not vary together"),
        (-refit_map() * 1e6 + 4000, refit_map(), "do not vary together"),
        (np.full((2, 20, 20), 1000.0), refit_map(), "do not vary together"),
        (refit_map() * 1.3e6, refit_map(), "+30.0 %"),
        (refit_map() * 0.4e6, refit_map(), "-60.0 %"),
        (np.zeros((2, 20, 20)), refit_map(), "No voxel"),
    ],
)
def test_without_proof_there_is_no_unit_but_a_reason(scanner, refit, says):
    found = compare_maps(scanner, refit)
    assert found.unit_mm2_per_s is None
    assert says in found.reason


def test_maps_on_different_grids_are_refused():
    with pytest.raises(SignalError) as refused:
        compare_maps(np.ones((2, 3)), np.ones((3, 2)))
    assert refused.value.code == "signal.shape"


def test_maps_that_are_no_numbers_are_refused():
    with pytest.raises(SignalError) as refused:
        compare_maps(np.array(["a"]), np.ones(1))
    assert refused.value.code == "signal.type"


def test_a_siemens_map_is_explained_by_its_offset_and_keeps_its_bias():
    unrounded = prostate_like()
    scanner = np.floor(fit_adc_scanner_formula(unrounded, B, formula="siemens-inline").adc * 1e6)
    stored = np.floor(unrounded)
    agreements = explain_scanner_map(scanner, stored, B, unit_mm2_per_s=1e-6)
    by_name = {a.formula: a for a in agreements}
    assert agreements[0].formula == "siemens-inline-stored"
    assert abs(agreements[0].bias_percent) < 0.5
    assert by_name["loglinear"].bias_percent > 1.5
    assert compare_maps(scanner, fit_adc_loglinear(stored, B).adc).unit_mm2_per_s == 1e-6


def test_a_map_of_many_directions_is_explained_by_their_geometric_mean():
    rng = np.random.default_rng(8)
    along = rng.uniform(0.3e-3, 1.6e-3, (3000, 6))
    b = [0, *[1500] * 6]
    signal = 5000 * np.exp(-np.concatenate([np.zeros((3000, 1)), 1500 * along], axis=1))
    agreements = explain_scanner_map(along.mean(axis=1) * 1e6, signal, b, unit_mm2_per_s=1e-6)
    assert agreements[0].formula in ("geometric-mean-directions", "loglinear")
    assert agreements[-1].formula == "arithmetic-mean-directions"
    assert agreements[-1].bias_mm2_s < -20e-6
    assert agreements[0].within_2_percent == 1.0


def test_the_bias_is_formula_minus_map():
    signal = prostate_like(9)
    scanner = fit_adc_loglinear(signal, B).adc * 1e6 - 30.0
    plain = next(
        a for a in explain_scanner_map(scanner, signal, B, unit_mm2_per_s=1e-6) if a.formula == "loglinear"
    )
    assert plain.bias_mm2_s == pytest.approx(30e-6, rel=1e-6)
    assert plain.spread_mm2_s == pytest.approx(30e-6, rel=1e-6)
    assert plain.n == np.count_nonzero(scanner > 0)


def test_a_map_without_estimates_explains_nothing():
    agreements = explain_scanner_map(np.zeros(5), np.ones((5, 3)), B, unit_mm2_per_s=1e-6)
    assert all(a.n == 0 and np.isnan(a.bias_percent) for a in agreements)


@pytest.mark.parametrize("unit", [0.0, -1e-6, np.nan])
def test_an_impossible_unit_is_refused(unit):
    with pytest.raises(FitError) as refused:
        explain_scanner_map(np.ones(5), np.ones((5, 3)), B, unit_mm2_per_s=unit)
    assert refused.value.code == "fit.option"


@pytest.mark.parametrize("unit", [1.1e-6, 1.4e-6, 5e-5])
def test_a_stated_unit_within_the_tolerance_is_proved_itself(unit):
    refit = refit_map()
    scanner = refit * 1.05 / unit
    assert compare_maps(scanner, refit, stated_mm2_per_s=unit).unit_mm2_per_s == unit
    assert compare_maps(scanner, refit, stated_mm2_per_s=unit * 2).unit_mm2_per_s != unit * 2
