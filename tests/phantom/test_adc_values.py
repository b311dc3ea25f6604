"""Whole numbers that hit a mean and a minimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import PhantomError
from adcurate.phantom.adc_values import solve_adc


def _pattern(n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    pattern = rng.standard_normal(n)
    pattern = (pattern - pattern.mean()) / pattern.std()
    distance = rng.uniform(0.8, 6.0, n)
    distance[int(rng.integers(n))] = 0.0
    return pattern, distance


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(6, 400),
    seed=st.integers(0, 10_000),
    mean=st.integers(300, 2400),
    share=st.floats(0.01, 1.0),
)
def test_mean_and_minimum_are_exact_for_any_lesion(n: int, seed: int, mean: int, share: float) -> None:
    minimum = max(1, int(mean * share))
    values = solve_adc(*_pattern(n, seed), mean=mean, minimum=minimum)
    assert values.sum() == n * mean
    assert values.min() == minimum
    assert values.max() <= 4095


def test_values_look_like_a_lesion_not_like_an_arithmetic_trick() -> None:
    pattern, distance = _pattern(60, 3)
    values = solve_adc(pattern, distance, mean=1000, minimum=400)
    assert 0.10 < values.std() / values.mean() < 0.25
    assert np.corrcoef(values, pattern)[0, 1] > 0.7
    assert np.count_nonzero(values == 400) <= 3
    assert values[distance == 0].item() == 400


def test_a_uniform_lesion_has_its_mean_everywhere() -> None:
    assert set(solve_adc(*_pattern(9, 1), mean=800, minimum=800)) == {800}


@pytest.mark.parametrize(("n", "mean", "minimum"), [(1, 900, 800), (9, 800, 900)])
def test_impossible_pairs_are_refused(n: int, mean: int, minimum: int) -> None:
    with pytest.raises(PhantomError, match=r"No values") as caught:
        solve_adc(np.zeros(n), np.arange(n, dtype=float), mean=mean, minimum=minimum)
    assert caught.value.code == "phantom.prescription"
