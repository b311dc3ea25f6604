"""A band for the whole curve."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from adcurate.errors import StatisticsError
from adcurate.statistics.roc import estimate_roc, estimate_roc_band, estimate_simultaneous_band
from adcurate.statistics.roc.band import ks_distance

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc_depth.json").read_text())
BOTH = ["kolmogorov-smirnov", "fixed-width-bootstrap"]


def drawn(seed, n_positive=20, n_negative=30, shift=1.0, digits=2):
    rng = np.random.default_rng(seed)
    marker = np.concatenate([rng.normal(-shift, 1, n_positive), rng.normal(0, 1, n_negative)])
    return np.round(marker, digits), np.arange(marker.size) < n_positive


@pytest.mark.parametrize(("n", "level", "distance"), ORACLE["ks"])
def test_the_distance_is_the_exact_kolmogorov_smirnov_quantile(n, level, distance):
    assert ks_distance(int(n), level) == pytest.approx(distance, rel=1e-8)


def test_the_ks_band_is_the_envelope_of_rectangles_by_hand():
    marker, positive = drawn(1)
    band = estimate_simultaneous_band(marker, positive, direction="low", method="kolmogorov-smirnov")
    curve = estimate_roc(marker, positive, direction="low")
    x, y = 1 - curve.specificity, curve.sensitivity
    d, e = ks_distance(20, 0.95**0.5), ks_distance(30, 0.95**0.5)
    assert (band.half_sensitivity, band.half_specificity) == (d, e)
    for specificity, low, high in zip(band.specificity, band.low, band.high, strict=True):
        t = 1 - specificity
        above = y[x <= t + e + 1e-12].max() + d
        below = y[x >= t - e - 1e-12].min() - d
        assert (low, high) == pytest.approx((max(0.0, below), min(1.0, above)), abs=1e-12)


@pytest.mark.parametrize("method", BOTH)
@pytest.mark.parametrize("seed", range(8))
def test_a_band_holds_its_curve_and_rises_with_it(method, seed):
    marker, positive = drawn(seed, shift=seed / 3, digits=seed % 3)
    band = estimate_simultaneous_band(
        marker, positive, direction="low", method=method, rng=np.random.default_rng(0), n_resamples=200
    )
    assert np.all((band.low <= band.sensitivity) & (band.sensitivity <= band.high))
    # Specificity falls along the arrays' end to start; sensitivity must not fall with it.
    assert np.all(np.diff(band.low[::-1]) >= -1e-12)
    assert np.all(np.diff(band.high[::-1]) >= -1e-12)
    assert band.low.min() >= 0.0 and band.high.max() <= 1.0


def test_a_simultaneous_band_is_wider_than_a_pointwise_one_and_ks_the_widest():
    marker, positive = drawn(3, 60, 60)
    grid = np.linspace(0.1, 0.9, 17)
    asked = {"direction": "low", "specificities": grid}
    point = estimate_roc_band(
        marker, positive, method="stratified-bootstrap", rng=np.random.default_rng(0), **asked
    )
    fixed = estimate_simultaneous_band(
        marker, positive, method="fixed-width-bootstrap", rng=np.random.default_rng(0), **asked
    )
    ks = estimate_simultaneous_band(marker, positive, method="kolmogorov-smirnov", **asked)
    widths = [np.mean(band.high - band.low) for band in (point, fixed, ks)]
    assert widths == sorted(widths)
    assert fixed.half_sensitivity < ks.half_sensitivity


def test_perfect_separation_keeps_a_width():
    positive = np.arange(20) < 8
    band = estimate_simultaneous_band(
        np.arange(20.0),
        positive,
        direction="low",
        method="fixed-width-bootstrap",
        rng=np.random.default_rng(0),
        n_resamples=100,
    )
    assert band.half_sensitivity == pytest.approx(1 - 0.05 ** (1 / 8))
    assert band.low.min() == 0.0


@pytest.mark.parametrize("method", BOTH)
def test_the_band_does_not_depend_on_the_order_of_cases(method):
    marker, positive = drawn(4)
    shuffled = np.random.default_rng(1).permutation(marker.size)
    asked = {"direction": "low", "method": method, "n_resamples": 100}
    first = estimate_simultaneous_band(marker, positive, rng=np.random.default_rng(3), **asked)
    second = estimate_simultaneous_band(
        marker[shuffled], positive[shuffled], rng=np.random.default_rng(3), **asked
    )
    np.testing.assert_array_equal(first.low, second.low)
    np.testing.assert_array_equal(first.high, second.high)


@pytest.mark.parametrize(("method", "least"), [("kolmogorov-smirnov", 0.97), ("fixed-width-bootstrap", 0.9)])
def test_the_true_curve_lies_inside_as_often_as_said(method, least):
    rng = np.random.default_rng(12)
    t = np.linspace(0, 1, 101)
    truth = np.concatenate([[0.0], ndtr(1.0 + ndtri(t[1:-1])), [1.0]])
    positive = np.arange(50) < 15
    inside = 0
    for _ in range(60):
        marker = np.concatenate([rng.normal(1.0, 1.0, 15), rng.normal(0.0, 1.0, 35)])
        band = estimate_simultaneous_band(
            marker,
            positive,
            direction="high",
            method=method,
            specificities=1 - t,
            rng=rng,
            n_resamples=200,
        )
        inside += bool(np.all((band.low <= truth + 1e-9) & (truth <= band.high + 1e-9)))
    assert inside / 60 >= least


@pytest.mark.parametrize(
    "change", [{"method": "working-hotelling"}, {"specificities": [95.0]}, {"level": 1.0}]
)
def test_a_band_refuses_an_impossible_option(change):
    asked = {"method": "kolmogorov-smirnov"} | change
    with pytest.raises(StatisticsError) as refused:
        estimate_simultaneous_band([1.0, 2.0], [True, False], direction="low", **asked)
    assert refused.value.code == "statistics.option"
