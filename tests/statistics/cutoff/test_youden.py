"""The Youden cut-off and its bootstrap."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.cutoff import youden
from adcurate.statistics.cutoff.youden import estimate_youden
from adcurate.statistics.diagnostic.accuracy import classify_at
from adcurate.statistics.marker import count_by_value
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_indices,
    jackknife_indices,
    percentile_interval,
)
from adcurate.statistics.roc.curve import estimate_roc

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "cutoff.json").read_text())
CUTOFFS = [pytest.param(found, id=f"{found['name']}, {found['direction']}") for found in ORACLE["cutoffs"]]
COHORT = {found["name"][-3:]: found for found in ORACLE["cutoffs"] if found["name"].startswith("recon")}


@st.composite
def cases(draw):
    n_positive, n_negative = draw(st.integers(1, 10)), draw(st.integers(1, 10))
    n = n_positive + n_negative
    marker = np.array(draw(st.lists(st.integers(-6, 6), min_size=n, max_size=n)), dtype=float)
    marker[-1] = 7.0
    return marker, np.arange(n) < n_positive


def youden_by_trial(marker, positive, direction, ties):
    """Try every value that some case has, from the most suspicious on."""
    values = np.unique(marker) if direction == "low" else np.unique(marker)[::-1]
    if positive.all() or not positive.any():
        return np.nan, np.nan
    called = [marker <= value if direction == "low" else marker >= value for value in values]
    pairs = int(positive.sum()) * int((~positive).sum())
    scores = [
        int((c & positive).sum()) * int((~positive).sum()) - int((c & ~positive).sum()) * int(positive.sum())
        for c in called
    ]
    best = [i for i, score in enumerate(scores) if score == max(scores)]
    chosen = best[0] if ties == "most-specific" else best[-1]
    return values[chosen], scores[chosen] / pairs


@pytest.mark.parametrize("oracle", CUTOFFS)
def test_cut_offs_equal_cutpointr(oracle):
    found = estimate_youden(
        oracle["marker"], oracle["positive"], direction=oracle["direction"], interval="none"
    )
    finite = [cutoff for cutoff in oracle["cutoffs"] if isinstance(cutoff, float | int)]
    assert sorted(found.tied_cutoffs) == pytest.approx(finite, abs=1e-12)
    assert found.j == pytest.approx(oracle["j"], abs=1e-12)
    at = oracle["cutoffs"].index(pytest.approx(found.cutoff))
    assert found.sensitivity == pytest.approx(oracle["sensitivity"][at], abs=1e-12)
    assert found.specificity == pytest.approx(oracle["specificity"][at], abs=1e-12)


@pytest.mark.parametrize("oracle", CUTOFFS)
def test_cut_offs_are_those_of_proc_spelled_as_observed_values(oracle):
    question = {"direction": oracle["direction"]}
    found = estimate_youden(oracle["marker"], oracle["positive"], interval="none", **question)
    curve = estimate_roc(oracle["marker"], oracle["positive"], **question)
    midpoints = curve.midpoints()[np.isin(curve.cutoffs, found.tied_cutoffs)]
    expected = [m for m in oracle["proc_midpoints"] if isinstance(m, float | int)]
    assert sorted(midpoints[np.isfinite(midpoints)]) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("column", "cutoff", "j", "sensitivity", "specificity"),
    [("avg", 0.957, 0.6579, 1.0, 0.6579), ("min", 0.378, 0.6462, 0.7778, 0.8684)],
)
def test_the_published_cut_offs_are_reproduced(column, cutoff, j, sensitivity, specificity):
    oracle = COHORT[column]
    found = estimate_youden(
        oracle["marker"], oracle["positive"], direction="low", interval="none", resolution=1e-3
    )
    assert (found.rule, found.cutoff, round(found.j, 4)) == ("<=", cutoff, j)
    assert (round(found.sensitivity, 4), round(found.specificity, 4)) == (sensitivity, specificity)
    assert found.tied_cutoffs == (cutoff,)


def test_the_tie_policy_decides_between_equal_cut_offs():
    marker, positive = [1.0, 2.0, 3.0, 4.0], [True, False, True, False]
    specific = estimate_youden(marker, positive, direction="low", interval="none")
    sensitive = estimate_youden(marker, positive, direction="low", interval="none", ties="most-sensitive")
    assert specific.tied_cutoffs == sensitive.tied_cutoffs == (1.0, 3.0)
    assert (specific.cutoff, specific.specificity) == (1.0, 1.0)
    assert (sensitive.cutoff, sensitive.sensitivity) == (3.0, 1.0)


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from(["low", "high"]), st.sampled_from(["most-specific", "most-sensitive"]))
def test_the_cut_off_is_the_best_of_all_that_were_tried(drawn, direction, ties):
    marker, positive = drawn
    if np.unique(marker).size == 1:
        return
    found = estimate_youden(marker, positive, direction=direction, interval="none", ties=ties)
    cutoff, j = youden_by_trial(marker, positive, direction, ties)
    assert (found.cutoff, found.j) == (cutoff, j)
    assert found.j == pytest.approx(found.sensitivity + found.specificity - 1.0, abs=1e-12)
    table = classify_at(marker, positive, found.cutoff, direction=direction)
    assert found.sensitivity == table.tp / table.n_positive
    assert found.specificity == table.tn / table.n_negative


@pytest.mark.parametrize("direction", ["low", "high"])
@pytest.mark.parametrize("ties", ["most-specific", "most-sensitive"])
@pytest.mark.parametrize("interval", ["percentile-bootstrap", "bca-bootstrap"])
@pytest.mark.parametrize("decimals", [0, 1])
def test_the_bootstrap_equals_one_made_replicate_by_replicate(direction, ties, interval, decimals):
    generator = np.random.default_rng(8)
    marker = np.round(generator.normal(size=16), decimals)
    positive = np.arange(16) < 4
    suspicious = marker if direction == "low" else -marker
    canonical = np.lexsort((suspicious, ~positive))
    marker, positive = marker[canonical], positive[canonical]

    def found_in(rows):
        return np.array([youden_by_trial(marker[row], positive[row], direction, ties) for row in rows])

    replicates = found_in(bootstrap_indices(16, 300, np.random.default_rng(3)))
    if interval == "bca-bootstrap":
        left_out = found_in(jackknife_indices(16))
        expected = [
            bca_interval(estimate, replicates[:, i], left_out[:, i])
            for i, estimate in enumerate(youden_by_trial(marker, positive, direction, ties))
        ]
    else:
        expected = [percentile_interval(replicates[:, i]) for i in (0, 1)]
    found = estimate_youden(
        marker,
        positive,
        direction=direction,
        interval=interval,
        ties=ties,
        rng=np.random.default_rng(3),
        n_resamples=300,
    )
    assert found.n_dropped == np.isnan(replicates[:, 1]).sum() > 0
    for limits, wanted in zip((found.cutoff_interval, found.j_interval), expected, strict=True):
        assert (limits.low, limits.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)
        assert limits.method == wanted.method


@pytest.mark.parametrize("ties", ["most-specific", "most-sensitive"])
@pytest.mark.parametrize("name", ["_BLOCK_DRAWS", "_PIECE_DRAWS"])
@pytest.mark.parametrize("draws", [1, 20, 47, 100, 5_000, 1 << 20])
def test_how_many_draws_are_handled_at_once_never_changes_the_interval(ties, name, draws, monkeypatch):
    oracle = COHORT["avg"]
    question = {"direction": "low", "interval": "bca-bootstrap", "ties": ties, "n_resamples": 203}

    def estimate():
        return estimate_youden(
            oracle["marker"], oracle["positive"], rng=np.random.default_rng(4), resolution=0.05, **question
        )

    usual = estimate()
    monkeypatch.setattr(youden, name, draws)
    assert estimate() == usual


def test_a_resample_too_large_for_one_piece_is_drawn_as_every_resample_is():
    generator = np.random.default_rng(2)
    n = youden._PIECE_DRAWS + 1_001
    marker, positive = np.sort(np.round(generator.normal(size=n), 2)), np.arange(n) % 3 == 0
    canonical = np.lexsort((marker, ~positive))
    marker, positive = marker[canonical], positive[canonical]
    found = youden._resampled(
        count_by_value(marker, positive, direction="low"), "most-specific", 4, np.random.default_rng(3)
    )
    rows = bootstrap_indices(n, 4, np.random.default_rng(3))
    expected = [estimate_youden(marker[row], positive[row], direction="low", interval="none") for row in rows]
    assert found.tolist() == [[e.cutoff, e.j] for e in expected]


def test_a_marker_that_points_the_other_way_has_replicates_like_any_other():
    marker, positive = np.arange(30.0), np.arange(30) >= 18
    canonical = np.lexsort((marker, ~positive))
    rows = bootstrap_indices(30, 200, np.random.default_rng(3))
    for ties in ("most-specific", "most-sensitive"):
        found = youden._resampled(
            count_by_value(marker, positive, direction="low"), ties, 200, np.random.default_rng(3)
        )
        expected = [
            youden_by_trial(marker[canonical][row], positive[canonical][row], "low", ties) for row in rows
        ]
        assert found == pytest.approx(np.array(expected), nan_ok=True, abs=1e-12)


def test_the_jackknife_counts_every_one_of_the_cases_that_share_a_value():
    marker = np.repeat([1.0, 2.0, 3.0, 4.0, 2.0, 3.0, 4.0, 5.0], [5, 4, 1, 2, 1, 2, 14, 11])
    positive = np.arange(40) < 12
    rows = np.vstack([np.arange(40)[None, :], bootstrap_indices(40, 2000, np.random.default_rng(6))])
    j, *replicates = [youden_by_trial(marker[row], positive[row], "low", "most-specific")[1] for row in rows]
    left_out = [
        youden_by_trial(marker[row], positive[row], "low", "most-specific")[1]
        for row in jackknife_indices(40)
    ]
    expected = bca_interval(j, np.array(replicates), np.array(left_out))
    found = estimate_youden(
        marker,
        positive,
        direction="low",
        interval="bca-bootstrap",
        rng=np.random.default_rng(6),
        n_resamples=2000,
    )
    assert (found.j_interval.low, found.j_interval.high) == pytest.approx(
        (expected.low, expected.high), abs=1e-12
    )


@settings(max_examples=80, deadline=None)
@given(cases(), st.sampled_from(["low", "high"]), st.sampled_from(["most-specific", "most-sensitive"]))
def test_each_case_left_out_gives_the_best_of_the_others(drawn, direction, ties):
    marker, positive = drawn
    if min(positive.sum(), (~positive).sum()) < 2 or np.unique(marker).size == 1:
        return
    canonical = np.lexsort((marker if direction == "low" else -marker, ~positive))
    marker, positive = marker[canonical], positive[canonical]
    found = youden._without_one(count_by_value(marker, positive, direction=direction), ties)
    rows = jackknife_indices(marker.size)
    expected = [youden_by_trial(marker[row], positive[row], direction, ties) for row in rows]
    assert found.tolist() == [list(pair) for pair in expected]


@pytest.mark.parametrize("interval", ["percentile-bootstrap", "bca-bootstrap"])
def test_the_same_seed_gives_the_same_bits_for_any_order_of_the_cases(interval):
    oracle = COHORT["min"]
    marker, positive = np.array(oracle["marker"]), np.array(oracle["positive"])
    shuffled = np.random.default_rng(0).permutation(marker.size)
    question = {"direction": "low", "interval": interval, "n_resamples": 500}
    first = estimate_youden(marker, positive, rng=np.random.default_rng(9), **question)
    second = estimate_youden(marker[shuffled], positive[shuffled], rng=np.random.default_rng(9), **question)
    assert first == second


@pytest.mark.parametrize("column", ["avg", "min"])
def test_bootstrap_intervals_of_the_cohort_hold_the_estimate(column):
    oracle = COHORT[column]
    found = estimate_youden(
        oracle["marker"],
        oracle["positive"],
        direction="low",
        interval="bca-bootstrap",
        rng=np.random.default_rng(1),
        n_resamples=2000,
    )
    assert found.cutoff_interval.low <= found.cutoff <= found.cutoff_interval.high
    assert found.j_interval.low <= found.j <= found.j_interval.high
    assert found.n_resamples == 2000


def test_perfect_separation_is_found_and_its_replicates_agree():
    found = estimate_youden(
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        [True, True, True, False, False, False],
        direction="low",
        interval="percentile-bootstrap",
        rng=np.random.default_rng(1),
        n_resamples=500,
    )
    assert (found.cutoff, found.j) == (3.0, 1.0)
    assert (found.j_interval.low, found.j_interval.high) == (1.0, 1.0)
    assert (found.cutoff_interval.low, found.cutoff_interval.high) == (1.0, 3.0)


@pytest.mark.parametrize("ties", ["most-specific", "most-sensitive"])
def test_a_marker_that_points_the_other_way_gains_nothing_and_says_so(ties):
    found = estimate_youden(
        [1.0, 2.0, 3.0, 4.0], [True, True, False, False], direction="high", interval="none", ties=ties
    )
    assert (found.j, found.cutoff, found.tied_cutoffs) == (0.0, 1.0, (1.0,))
    assert [finding.code for finding in found.findings] == ["youden.no-gain"]


def test_two_cases_have_a_cut_off():
    found = estimate_youden([1.0, 2.0], [True, False], direction="low", interval="none")
    assert (found.cutoff, found.j) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("marker", "positive", "options", "code"),
    [
        ([1.0, 1.0, 1.0], [True, False, False], {"interval": "none"}, "statistics.constant"),
        ([1.0001, 1.0], [True, False], {"interval": "none", "resolution": 0.01}, "statistics.constant"),
        ([1.0, 2.0], [False, False], {"interval": "none"}, "statistics.one-class"),
        ([1.0, np.nan], [True, False], {"interval": "none"}, "statistics.not-finite"),
        ([1.0, 2.0], [True, False], {"interval": "delong"}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"interval": "none", "ties": "median"}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"interval": "none", "level": 0.0}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"interval": "bca-bootstrap"}, "statistics.option"),
        (
            [1.0, 2.0],
            [True, False],
            {"interval": "percentile-bootstrap", "rng": np.random.default_rng(1), "n_resamples": 0},
            "statistics.option",
        ),
        (
            [1.0, 2.0, 3.0],
            [True, False, False],
            {"interval": "bca-bootstrap", "rng": np.random.default_rng(1)},
            "statistics.too-few",
        ),
    ],
)
def test_a_cut_off_that_does_not_exist_is_refused(marker, positive, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_youden(marker, positive, direction="low", **options)
    assert refused.value.code == code
