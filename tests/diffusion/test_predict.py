import numpy as np
import pytest

from adcurate.diffusion import predict_signal, simulate_rician
from adcurate.errors import FitError, SchemeError


def test_the_signal_decays_by_e_when_b_times_adc_is_one():
    np.testing.assert_allclose(predict_signal(100.0, 1e-3, [0, 1000]), [100.0, 100.0 / np.e])


def test_the_b_value_axis_comes_last():
    assert predict_signal(np.ones((2, 3)), np.ones((2, 3)) * 1e-3, [0, 500, 1000, 1500]).shape == (2, 3, 4)


def test_unusable_b_values_are_refused_before_predicting():
    with pytest.raises(SchemeError):
        predict_signal(1.0, 1e-3, [-5, 10])


@pytest.mark.parametrize("clean", [0.0, 3.0, 50.0])
def test_rician_noise_has_its_known_mean_square_and_air_its_known_mean(clean):
    noisy = simulate_rician(np.full(400_000, clean), 5.0, np.random.default_rng(0))
    assert np.mean(noisy**2) == pytest.approx(clean**2 + 2 * 25.0, rel=0.01)
    if clean == 0.0:
        assert noisy.mean() == pytest.approx(5.0 * np.sqrt(np.pi / 2), rel=0.005)


def test_the_same_seed_gives_the_same_noise_and_no_noise_gives_the_signal():
    signal = np.linspace(0, 100, 50)
    one, two = (simulate_rician(signal, 4.0, np.random.default_rng(9)) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(simulate_rician(signal, 0.0, np.random.default_rng(9)), signal)


@pytest.mark.parametrize("sigma", [-1.0, np.nan, np.inf])
def test_impossible_noise_is_refused(sigma):
    with pytest.raises(FitError) as refused:
        simulate_rician([1.0], sigma, np.random.default_rng(0))
    assert refused.value.code == "fit.option"
