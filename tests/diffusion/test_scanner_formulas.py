import numpy as np
import pytest

from adcurate.diffusion import (
    SCANNER_FORMULAS,
    FitStatus,
    fit_adc_loglinear,
    fit_adc_scanner_formula,
    geometric_mean_over_directions,
    predict_signal,
)
from adcurate.errors import FitError, SignalError

DIRECTIONS = np.array([[900.0, 250.0, 300.0, 600.0], [500.0, 80.0, 90.0, 85.0]])
B_DIRECTIONS = [0, 1000, 1000, 1000]


def line_through(y, b):
    return -np.polyfit(b, y, 1)[0]


@pytest.mark.parametrize(
    ("name", "offset"), [("loglinear", 0.0), ("siemens-inline", 1.0), ("siemens-inline-stored", 1.5)]
)
def test_an_offset_formula_is_the_line_through_the_lifted_logs(name, offset):
    rng = np.random.default_rng(0)
    signal, b = rng.integers(2, 600, (50, 3)), np.array([50.0, 400.0, 800.0])
    found = fit_adc_scanner_formula(signal, b, formula=name)
    expected = [line_through(np.log(s + offset), b) for s in signal]
    np.testing.assert_allclose(found.adc, expected, rtol=1e-9, atol=1e-13)


def test_the_offset_lowers_weak_signals_most():
    signal = predict_signal(np.array([2000.0, 200.0, 20.0]), 1e-3, [0, 1000])
    ratio = fit_adc_scanner_formula(signal, [0, 1000], formula="siemens-inline").adc / 1e-3
    np.testing.assert_allclose(ratio, [0.9991, 0.9915, 0.9214], atol=1e-4)


def test_a_signal_of_zero_is_estimated_where_the_offset_lifts_it():
    found = fit_adc_scanner_formula([[9.0, 0.0], [9.0, -1.0]], [0, 1000], formula="siemens-inline")
    assert found.adc[0] == pytest.approx(np.log(10) / 1000)
    assert found.s0[0] == pytest.approx(9.0)
    assert found.status.tolist() == [FitStatus.ESTIMATED, FitStatus.NO_SIGNAL]


def test_directions_are_averaged_geometrically_or_arithmetically():
    geometric = fit_adc_scanner_formula(DIRECTIONS, B_DIRECTIONS, formula="geometric-mean-directions").adc
    arithmetic = fit_adc_scanner_formula(DIRECTIONS, B_DIRECTIONS, formula="arithmetic-mean-directions").adc
    of_directions = np.log(DIRECTIONS[:, :1] / DIRECTIONS[:, 1:]) / 1000
    np.testing.assert_allclose(geometric, of_directions.mean(axis=1), rtol=1e-12)
    np.testing.assert_allclose(
        arithmetic, np.log(DIRECTIONS[:, 0] / DIRECTIONS[:, 1:].mean(axis=1)) / 1000, rtol=1e-12
    )
    assert (arithmetic < geometric).all()


def test_with_one_signal_at_each_b_value_the_means_are_the_plain_fit():
    signal, b = [[800.0, 500.0, 300.0]], [0, 500, 1000]
    plain = fit_adc_loglinear(signal, b).adc
    for name in ("geometric-mean-directions", "arithmetic-mean-directions"):
        np.testing.assert_allclose(fit_adc_scanner_formula(signal, b, formula=name).adc, plain, rtol=1e-12)


def test_more_directions_at_one_b_value_do_not_weigh_more_in_the_mean():
    b = [0, 500, 1000, 1000, 1000]
    signal = [[1000.0, 700.0, 300.0, 300.0, 300.0]]
    found = fit_adc_scanner_formula(signal, b, formula="geometric-mean-directions").adc
    np.testing.assert_allclose(found, fit_adc_loglinear([[1000.0, 700.0, 300.0]], [0, 500, 1000]).adc)
    assert abs(fit_adc_scanner_formula(signal, b, formula="loglinear").adc[0] - found[0]) > 1e-5


def test_every_formula_says_what_it_is_and_names_its_fit():
    for name, formula in SCANNER_FORMULAS.items():
        assert formula.name == name
        assert formula.description.endswith(".")
        fit = fit_adc_scanner_formula([[9.0, 5.0]], [0, 1000], formula=name)
        assert fit.method == f"scanner-formula-{name}/1"


def test_an_unknown_formula_is_refused():
    with pytest.raises(FitError) as refused:
        fit_adc_scanner_formula([[9.0, 5.0]], [0, 1000], formula="magic")
    assert refused.value.code == "fit.option"


def test_the_geometric_mean_is_taken_along_the_named_axis():
    signal = np.random.default_rng(1).uniform(1, 99, (3, 4, 5))
    expected = np.prod(signal, axis=1) ** 0.25
    np.testing.assert_allclose(geometric_mean_over_directions(signal, axis=1), expected)
    np.testing.assert_allclose(geometric_mean_over_directions(signal, axis=-2), expected)


@pytest.mark.parametrize("odd", [0, -3, np.nan, np.inf])
def test_a_direction_without_signal_makes_the_mean_nan(odd):
    assert np.isnan(geometric_mean_over_directions([5.0, odd]))


@pytest.mark.parametrize(
    ("signal", "axis", "code"),
    [
        (["a"], -1, "signal.type"),
        ([1.0, 2.0], 1, "signal.shape"),
        (np.empty((3, 0)), -1, "signal.shape"),
        (1.0, -1, "signal.shape"),
    ],
)
def test_signals_without_directions_are_refused(signal, axis, code):
    with pytest.raises(SignalError) as refused:
        geometric_mean_over_directions(signal, axis=axis)
    assert refused.value.code == code
