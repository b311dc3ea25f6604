"""The empirical ROC curve and its band."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.marker import case_codes, count_by_value
from adcurate.statistics.resampling import percentile_interval, stratified_bootstrap_indices
from adcurate.statistics.roc.curve import estimate_roc, estimate_roc_band

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc.json").read_text())
CURVES = [pytest.param(curve, id=f"{curve['name']}, {curve['direction']}") for curve in ORACLE["curves"]]


def as_numbers(values):
    """Read JSON numbers, of which R writes the infinite ones as strings."""
    return np.array([float(str(value).replace("Inf", "inf")) for value in values])


@st.composite
def cases(draw):
    n_positive, n_negative = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    n = n_positive + n_negative
    marker = draw(st.lists(st.integers(-6, 6), min_size=n, max_size=n))
    return np.array(marker, dtype=float), np.arange(n) < n_positive


@pytest.mark.parametrize("oracle", CURVES)
def test_points_equal_proc(oracle):
    curve = estimate_roc(oracle["marker"], oracle["positive"], direction=oracle["direction"])
    np.testing.assert_allclose(curve.sensitivity, oracle["sensitivities"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(curve.specificity, oracle["specificities"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("oracle", CURVES)
def test_midpoints_equal_the_thresholds_of_proc(oracle):
    curve = estimate_roc(oracle["marker"], oracle["positive"], direction=oracle["direction"])
    np.testing.assert_allclose(curve.midpoints(), as_numbers(oracle["thresholds"]), rtol=0, atol=1e-12)


@pytest.mark.parametrize("oracle", CURVES)
def test_sensitivity_at_a_specificity_equals_proc(oracle):
    curve = estimate_roc(oracle["marker"], oracle["positive"], direction=oracle["direction"])
    found = curve.sensitivity_at([0.9, 0.75, 0.5, 0.25])
    np.testing.assert_allclose(found, oracle["sensitivity_at"], rtol=0, atol=1e-12)


def test_a_curve_of_four_cases_is_the_one_drawn_by_hand():
    curve = estimate_roc([0.7, 0.9, 0.9, 1.2], [True, True, False, False], direction="low")
    assert curve.cutoffs.tolist() == [-np.inf, 0.7, 0.9, 1.2]
    assert curve.sensitivity.tolist() == [0.0, 0.5, 1.0, 1.0]
    assert curve.specificity.tolist() == [1.0, 1.0, 0.5, 0.0]
    assert curve.rule == "<="
    assert (curve.n_positive, curve.n_negative) == (2, 2)


def test_high_values_are_called_positive_when_the_direction_is_high():
    curve = estimate_roc([0.7, 0.9, 1.2], [False, False, True], direction="high")
    assert curve.cutoffs.tolist() == [np.inf, 1.2, 0.9, 0.7]
    assert curve.sensitivity.tolist() == [0.0, 1.0, 1.0, 1.0]
    assert curve.rule == ">="


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from(["low", "high"]))
def test_each_point_is_what_its_cut_off_does(drawn, direction):
    marker, positive = drawn
    curve = estimate_roc(marker, positive, direction=direction)
    for cutoff, sensitivity, specificity in zip(
        curve.cutoffs, curve.sensitivity, curve.specificity, strict=True
    ):
        called = marker <= cutoff if direction == "low" else marker >= cutoff
        assert sensitivity == called[positive].mean()
        assert specificity == pytest.approx((~called[~positive]).mean(), abs=1e-15)


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from(["low", "high"]))
def test_sensitivity_rises_and_specificity_falls_along_the_curve(drawn, direction):
    curve = estimate_roc(*drawn, direction=direction)
    assert (np.diff(curve.sensitivity) >= 0).all()
    assert (np.diff(curve.specificity) <= 0).all()
    assert (curve.sensitivity[0], curve.specificity[0]) == (0.0, 1.0)
    assert (curve.sensitivity[-1], curve.specificity[-1]) == (1.0, 0.0)


def test_resolution_decides_which_values_are_ties():
    marker, positive = [0.9561, 0.9564, 1.2], [True, False, False]
    assert estimate_roc(marker, positive, direction="low").cutoffs.size == 4
    rounded = estimate_roc(marker, positive, direction="low", resolution=1e-3)
    assert rounded.cutoffs.tolist() == [-np.inf, 0.956, 1.2]


def test_values_that_differ_by_less_than_a_bit_of_decimal_are_not_split_by_resolution():
    marker = [0.1 + 0.2, 0.3, 0.5]
    assert estimate_roc(marker, [True, False, False], direction="low").cutoffs.size == 4
    assert estimate_roc(marker, [True, False, False], direction="low", resolution=1e-6).cutoffs.size == 3


@pytest.mark.parametrize(
    ("marker", "positive", "direction", "code"),
    [
        ([1.0, 2.0], [True, True], "low", "statistics.one-class"),
        ([1.0, 2.0], [False, False], "low", "statistics.one-class"),
        ([], [], "low", "statistics.shape"),
        ([], np.zeros(0, dtype=bool), "low", "statistics.one-class"),
        ([1.0, np.nan], [True, False], "low", "statistics.not-finite"),
        ([1.0, 2.0, 3.0], [True, False], "low", "statistics.shape"),
        ([1.0, 2.0], ["G3", "G1"], "low", "statistics.shape"),
        ([1.0, 2.0], [0, 2], "low", "statistics.shape"),
        ([1.0, 2.0], [1.0, np.nan], "low", "statistics.shape"),
        ([1.0, 2.0], [True, False], "<=", "statistics.option"),
        ([1.0, 2.0], [True, False], None, "statistics.option"),
    ],
)
def test_a_question_without_an_answer_is_refused(marker, positive, direction, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_roc(marker, positive, direction=direction)
    assert refused.value.code == code


def test_zeros_and_ones_are_accepted_as_a_reference_standard():
    assert estimate_roc([1, 2], np.array([1, 0]), direction="low").n_positive == 1


def test_a_constant_marker_has_only_the_two_ends():
    curve = estimate_roc([1.0, 1.0, 1.0], [True, False, False], direction="low")
    assert curve.cutoffs.tolist() == [-np.inf, 1.0]


def test_the_exact_band_is_the_binomial_interval_of_each_sensitivity():
    marker, positive = [0.7, 0.9, 1.0, 1.2, 1.3, 1.4], [True, True, False, False, False, False]
    band = estimate_roc_band(
        marker, positive, direction="low", method="clopper-pearson", specificities=[1.0, 0.5]
    )
    assert band.sensitivity.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(band.low, [0.025**0.5] * 2, rtol=1e-12)
    assert band.high.tolist() == [1.0, 1.0]
    assert band.n_resamples == 0


def test_the_bootstrap_band_equals_one_read_replicate_by_replicate():
    generator = np.random.default_rng(5)
    marker = np.round(generator.normal(size=30), 1)
    positive = np.arange(30) < 11
    grid = np.array([0.0, 0.3, 0.9, 1.0])
    band = estimate_roc_band(
        marker,
        positive,
        direction="high",
        method="stratified-bootstrap",
        specificities=grid,
        n_resamples=200,
        rng=np.random.default_rng(7),
    )
    counts = count_by_value(marker, positive, direction="high")
    cases = case_codes(counts)
    ordered_marker = counts.values[cases.codes % counts.values.size]
    ordered_positive = cases.codes < counts.values.size
    drawn = stratified_bootstrap_indices(ordered_positive, 200, np.random.default_rng(7))
    replicates = [
        estimate_roc(ordered_marker[row], ordered_positive[row], direction="high").sensitivity_at(grid)
        for row in drawn
    ]
    for column, low, high in zip(np.array(replicates).T, band.low, band.high, strict=True):
        limits = percentile_interval(column)
        assert (low, high) == pytest.approx((limits.low, limits.high), abs=1e-12)


@pytest.mark.parametrize("method", ["clopper-pearson", "stratified-bootstrap"])
def test_a_band_holds_the_curve(method):
    oracle = ORACLE["curves"][-1]
    band = estimate_roc_band(
        oracle["marker"],
        oracle["positive"],
        direction="low",
        method=method,
        rng=np.random.default_rng(1),
        n_resamples=500,
    )
    assert band.specificity.size == 101
    assert (band.low <= band.sensitivity).all()
    assert (band.sensitivity <= band.high).all()


def test_a_band_does_not_depend_on_the_order_of_the_cases():
    oracle = ORACLE["curves"][-1]
    marker, positive = np.array(oracle["marker"]), np.array(oracle["positive"])
    shuffled = np.random.default_rng(0).permutation(marker.size)
    bands = [
        estimate_roc_band(
            marker[order],
            positive[order],
            direction="low",
            method="stratified-bootstrap",
            rng=np.random.default_rng(1),
            n_resamples=100,
        )
        for order in (np.arange(marker.size), shuffled)
    ]
    assert np.array_equal(bands[0].low, bands[1].low)
    assert np.array_equal(bands[0].high, bands[1].high)


@pytest.mark.parametrize(
    "options",
    [
        {"method": "stratified-bootstrap"},
        {"method": "normal"},
        {"method": "clopper-pearson", "level": 95},
        {"method": "clopper-pearson", "specificities": [1.2]},
        {"method": "clopper-pearson", "specificities": [np.nan]},
    ],
)
def test_a_band_refuses_an_impossible_option(options):
    with pytest.raises(StatisticsError) as refused:
        estimate_roc_band([1.0, 2.0], [True, False], direction="low", **options)
    assert refused.value.code == "statistics.option"
