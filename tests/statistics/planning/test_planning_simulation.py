"""Studies drawn from a pilot: each equals a real analysis, and together they reach what they should."""

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.planning import (
    Units,
    plan_auc_precision,
    simulate_auc,
    simulate_auc_difference,
    simulate_spearman,
)
from adcurate.statistics.planning.delong_rows import delong_covariance, midranks_of_rows, placements_of_rows
from adcurate.statistics.ranks import midranks
from adcurate.statistics.roc import compare_paired_aucs, estimate_auc

RNG = np.random.default_rng(17)
POSITIVE = np.arange(60) < 20
MARKER = np.round(np.where(POSITIVE, 1.0, 1.3) + 0.25 * RNG.standard_normal(60), 2)
OTHER = np.round(MARKER + 0.2 * RNG.standard_normal(60), 2)


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("decimals", [0, 1, 6])
def test_ranks_of_rows_are_midranks(decimals):
    values = np.round(RNG.standard_normal((20, 15)), decimals)
    assert midranks_of_rows(values).tolist() == [midranks(row).tolist() for row in values]


@pytest.mark.parametrize("decimals", [0, 1, 6])
def test_every_row_equals_estimate_auc_and_the_paired_test(decimals):
    values = np.round(RNG.standard_normal((12, 2, 19)) + 0.0, decimals)
    positive = np.arange(19) < 7
    found = [placements_of_rows(values[:, i, :7], values[:, i, 7:]) for i in (0, 1)]
    variance = sum(delong_covariance(one, one) for one in found) - 2 * delong_covariance(*found)
    for row in range(12):
        alone = [estimate_auc(values[row, i], positive, direction="high", interval="none") for i in (0, 1)]
        for i in (0, 1):
            assert found[i].area[row] == pytest.approx(alone[i].value, abs=1e-14)
            own = delong_covariance(found[i], found[i])[row]
            assert own == pytest.approx(alone[i].standard_error ** 2, rel=1e-9, abs=1e-15)
        paired = compare_paired_aucs(
            {"a": values[row, 0], "b": values[row, 1]},
            positive,
            directions={"a": "high", "b": "high"},
            method="delong",
        ).pairs[0]
        assert variance[row] == pytest.approx(paired.standard_error**2, rel=1e-9, abs=1e-14)


@pytest.mark.parametrize("drawing", ["resample", "smoothed", "binormal"])
def test_large_studies_hold_the_pilots_own_value_at_the_level(drawing):
    found = simulate_auc(MARKER, POSITIVE, [Units(240, 80, 160)], direction="low", rng=rng(), drawing=drawing)
    (one,) = found.sizes
    assert one.coverage == pytest.approx(0.95, abs=0.02)
    assert one.mean_estimate == pytest.approx(found.truth, abs=0.005)
    assert one.power == 1.0 and one.n_undefined == 0
    assert one.power_interval.high == 1.0 and one.power_interval.low > 0.99


def test_the_binormal_world_agrees_with_the_binormal_formula():
    pilot = np.concatenate([np.linspace(0.6, 1.4, 30), np.linspace(0.9, 1.7, 30)])
    positive = np.arange(60) < 30
    found = simulate_auc(
        pilot, positive, [Units(160, 80, 80)], direction="low", rng=rng(), drawing="binormal"
    )
    plan = plan_auc_precision(found.truth, variance="binormal")
    assert found.sizes[0].half_width == pytest.approx(plan.value_at(Units(160, 80, 80)), rel=0.02)


def test_power_at_no_difference_is_the_size_of_the_test():
    flat = np.tile(np.linspace(0, 1, 20), 2)
    found = simulate_auc(
        flat, np.arange(40) < 20, [Units(120, 60, 60)], direction="high", rng=rng(), n_simulations=4000
    )
    assert found.truth == pytest.approx(0.5, abs=1e-12)
    assert found.sizes[0].power == pytest.approx(0.025, abs=0.01)


def test_the_order_of_rows_and_of_sizes_that_follow_changes_nothing():
    shuffled = np.random.default_rng(0).permutation(60)
    sizes = [Units(30, 10, 20), Units(60, 20, 40)]
    ask = {"direction": "low", "n_simulations": 300}
    first = simulate_auc(MARKER, POSITIVE, sizes, rng=rng(), **ask)
    again = simulate_auc(MARKER[shuffled], POSITIVE[shuffled], sizes[:1], rng=rng(), **ask)
    assert first.sizes[0] == again.sizes[0]


def test_a_difference_keeps_what_the_markers_share():
    found = simulate_auc_difference(
        MARKER, OTHER, POSITIVE, [Units(180, 60, 120)], directions=("low", "low"), rng=rng()
    )
    (one,) = found.sizes
    assert one.coverage == pytest.approx(0.95, abs=0.02)
    swapped = simulate_auc_difference(
        OTHER, MARKER, POSITIVE, [Units(180, 60, 120)], directions=("low", "low"), rng=rng()
    )
    assert swapped.truth == pytest.approx(-found.truth)
    copied = simulate_auc_difference(
        MARKER, MARKER, POSITIVE, [Units(30, 10, 20)], directions=("low", "low"), rng=rng()
    )
    assert (copied.truth, copied.sizes[0].n_undefined, copied.sizes[0].power) == (0.0, 2000, 0.0)
    assert [finding.code for finding in copied.findings][-1] == "sample-size.no-interval"


@pytest.mark.parametrize("drawing", ["resample", "binormal"])
def test_correlations_are_those_of_estimate_spearman(drawing):
    found = simulate_spearman(MARKER, OTHER, [Units(100)], rng=rng(), drawing=drawing)
    if drawing == "resample":
        own = estimate_spearman(MARKER, OTHER, interval="none").rho
        assert found.truth == pytest.approx(own, abs=1e-14)
    assert found.sizes[0].mean_estimate == pytest.approx(found.truth, abs=0.02)
    assert found.sizes[0].coverage == pytest.approx(0.95, abs=0.03)
    assert found.n_positive is None


def test_perfect_separation_has_no_interval_and_shows_nothing():
    found = simulate_auc(
        np.arange(20.0), np.arange(20) < 8, [Units(15, 5, 10)], direction="low", rng=rng(), n_simulations=200
    )
    (one,) = found.sizes
    assert (one.n_undefined, one.power, one.mean_estimate) == (200, 0.0, 1.0)
    assert np.isnan(one.half_width)
    assert "sample-size.no-interval" in [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (
            lambda: simulate_auc(MARKER, POSITIVE, [Units(30)], direction="low", rng=rng()),
            "statistics.option",
        ),
        (
            lambda: simulate_auc(
                MARKER, POSITIVE, [Units(30, 10, 20)], direction="low", rng=rng(), drawing="kernel"
            ),
            "statistics.option",
        ),
        (
            lambda: simulate_auc(
                MARKER, POSITIVE, [Units(30, 10, 20)], direction="low", rng=rng(), n_simulations=10
            ),
            "statistics.too-few",
        ),
        (
            lambda: simulate_auc(MARKER, POSITIVE, [Units(30, 1, 29)], direction="low", rng=rng()),
            "statistics.too-few",
        ),
        (
            lambda: simulate_auc(
                [1.0, 2.0, 3.0], [True, False, False], [Units(9, 3, 6)], direction="low", rng=rng()
            ),
            "statistics.too-few",
        ),
        (
            lambda: simulate_auc([1.0, 2.0], [True, True], [Units(9, 3, 6)], direction="low", rng=rng()),
            "statistics.one-class",
        ),
        (
            lambda: simulate_auc([1.0, np.nan], [True, False], [Units(9, 3, 6)], direction="low", rng=rng()),
            "statistics.not-finite",
        ),
        (lambda: simulate_spearman([1.0] * 5, [1, 2, 3, 4, 5], [Units(9)], rng=rng()), "statistics.constant"),
        (
            lambda: simulate_spearman(MARKER, OTHER, [Units(9)], rng=rng(), drawing="smoothed"),
            "statistics.option",
        ),
        (
            lambda: simulate_spearman(MARKER, OTHER, [Units(9)], rng=rng(), spread="kendall"),
            "statistics.option",
        ),
    ],
)
def test_a_pilot_of_which_nothing_can_be_drawn_is_refused(ask, code):
    with pytest.raises(StatisticsError) as refused:
        ask()
    assert refused.value.code == code
