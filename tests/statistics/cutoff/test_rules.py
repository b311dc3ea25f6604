"""Cut-offs by a named rule."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.cutoff import choose_cutoff, estimate_youden
from adcurate.statistics.resampling import percentile_interval, stratified_bootstrap_indices

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc_depth.json").read_text())
SETS = [
    pytest.param(item, marker, direction, name, id=f"{i}, {name}")
    for i, item in enumerate(ORACLE["sets"])
    for marker, direction, name in ((0, "high", "one"), (2, "low", "low"))
]
COST, PREVALENCE = ORACLE["weights"]


def all_cutoffs(marker, positive, direction):
    """Each observed value and nobody: cut-off, pROC's midpoint, sensitivity, specificity."""
    values = np.unique(marker)
    values = values if direction == "low" else values[::-1]
    nobody = -math.inf if direction == "low" else math.inf
    between = [nobody, *((values[:-1] + values[1:]) / 2), -nobody]
    for cutoff, next_cut in zip([nobody, *values], [nobody, *between[1:]], strict=True):
        called = marker <= cutoff if direction == "low" else marker >= cutoff
        yield cutoff, next_cut, called[positive].mean(), 1 - called[~positive].mean()


@pytest.mark.parametrize(("item", "column", "direction", "name"), SETS)
def test_best_cutoffs_are_among_those_of_proc(item, column, direction, name):
    marker = np.array(item["markers"][column])
    positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
    if np.unique(marker).size == 1:
        return
    every = list(all_cutoffs(marker, positive, direction))
    for by, key, priced in (
        ("youden", "youden", {}),
        ("youden", "youden_priced", {"cost_ratio": COST, "prevalence": PREVALENCE}),
        ("closest-corner", "corner", {}),
        ("closest-corner", "corner_priced", {"cost_ratio": COST, "prevalence": PREVALENCE}),
    ):
        best = choose_cutoff(marker, positive, direction=direction, by=by, interval="none", **priced)
        weight = (1 - PREVALENCE) / (COST * PREVALENCE) if priced else 1.0

        def criterion(sensitivity, specificity, by=by, weight=weight):
            if by == "youden":
                return sensitivity + weight * specificity - 1
            return -((1 - sensitivity) ** 2 + weight * (1 - specificity) ** 2)

        proc = [float(threshold) for threshold in item[name][key]]
        reached = [
            criterion(se, sp) for _, middle, se, sp in every if np.isclose(middle, proc, atol=1e-9).any()
        ]
        ours = criterion(best.sensitivity, best.specificity)
        assert ours == pytest.approx(max(reached), abs=1e-10)
        assert ours == pytest.approx(max(criterion(se, sp) for _, _, se, sp in every), abs=1e-10)
        # pROC compares doubles and may keep fewer of several that are equal.
        middles = {middle for cut, middle, _, _ in every if cut in best.tied_cutoffs} | {best.midpoint}
        assert {threshold for threshold in proc if np.isfinite(threshold)} <= {
            threshold for threshold in proc if np.isclose(threshold, list(middles), atol=1e-9).any()
        }


@pytest.mark.parametrize(("item", "column", "direction", "name"), SETS[::3])
@pytest.mark.parametrize("target", [0.5, 0.9, 1.0])
def test_fixed_rules_equal_a_search_of_every_cutoff(item, column, direction, name, target):
    marker = np.array(item["markers"][column])
    positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
    if np.unique(marker).size == 1:
        return
    every = list(all_cutoffs(marker, positive, direction))
    asked = {"direction": direction, "target": target, "interval": "none"}
    sensitive = choose_cutoff(marker, positive, by="fixed-sensitivity", **asked)
    expected = max((row for row in every if row[2] >= target - 1e-12), key=lambda row: row[3])
    assert (sensitive.cutoff, sensitive.midpoint) == expected[:2]
    assert (sensitive.sensitivity, sensitive.specificity) == pytest.approx(expected[2:])
    specific = choose_cutoff(marker, positive, by="fixed-specificity", **asked)
    expected = max((row for row in every if row[3] >= target - 1e-12), key=lambda row: row[2])
    assert (specific.cutoff, specific.sensitivity) == (expected[0], pytest.approx(expected[2]))
    codes = [finding.code for finding in specific.findings]
    assert codes == (["cutoff.nobody"] if math.isinf(expected[0]) else [])


@pytest.mark.parametrize("item", ORACLE["sets"][:100], ids=range(100))
def test_fixed_rules_equal_cutpointr(item):
    positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
    for by in ("fixed-sensitivity", "fixed-specificity"):
        best = choose_cutoff(
            item["markers"][0], positive, direction="high", by=by, target=0.8, interval="none"
        )
        oracle = [float(cutoff) for cutoff in item["constrained"][by.replace("-", "_")]]
        if math.isinf(best.cutoff):
            assert math.inf in oracle
        elif best.criterion == 0.0:
            # cutpointr gives 0 to cut-offs that do not reach the constraint, so here all of them tie.
            assert set(best.tied_cutoffs) <= set(oracle)
        else:
            assert sorted(best.tied_cutoffs) == pytest.approx([c for c in oracle if math.isfinite(c)])


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 100_000),
    st.sampled_from(["low", "high"]),
    st.sampled_from(["most-specific", "most-sensitive"]),
)
def test_the_unpriced_youden_rule_is_the_youden_cutoff(seed, direction, ties):
    rng = np.random.default_rng(seed)
    marker, positive = np.round(rng.normal(size=18), rng.integers(0, 3)), np.arange(18) < rng.integers(2, 16)
    if np.unique(marker).size == 1:
        return
    plain = estimate_youden(
        marker,
        positive,
        direction=direction,
        interval="percentile-bootstrap",
        ties=ties,
        rng=np.random.default_rng(1),
        n_resamples=60,
    )
    by_rule = choose_cutoff(
        marker,
        positive,
        direction=direction,
        by="youden",
        interval="percentile-bootstrap",
        ties=ties,
        rng=np.random.default_rng(1),
        n_resamples=60,
    )
    assert (by_rule.cutoff, by_rule.tied_cutoffs) == (plain.cutoff, plain.tied_cutoffs)
    assert by_rule.criterion == pytest.approx(plain.j, abs=1e-12)
    assert by_rule.cutoff_interval == plain.cutoff_interval
    assert by_rule.n_dropped == plain.n_dropped


@pytest.mark.parametrize(
    ("by", "options"),
    [
        ("closest-corner", {}),
        ("youden", {"cost_ratio": 3.0, "prevalence": 0.4}),
        ("fixed-sensitivity", {"target": 0.8}),
    ],
)
def test_intervals_equal_those_taken_replicate_by_replicate(by, options):
    rng = np.random.default_rng(7)
    marker = np.round(np.concatenate([rng.normal(0.8, 0.2, 9), rng.normal(1.2, 0.3, 16)]), 2)
    positive = np.arange(25) < 9
    canonical = np.lexsort((marker, ~positive))
    marker, positive = marker[canonical], positive[canonical]
    asked = {"direction": "low", "by": by, **options}
    drawn = stratified_bootstrap_indices(positive, 200, np.random.default_rng(2))
    replicates = np.array(
        [
            (found.cutoff, found.sensitivity, found.specificity)
            for found in (
                choose_cutoff(marker[row], positive[row], interval="none", **asked) for row in drawn
            )
        ]
    )
    best = choose_cutoff(
        marker,
        positive,
        interval="percentile-bootstrap",
        resampling="within-classes",
        rng=np.random.default_rng(2),
        n_resamples=200,
        **asked,
    )
    for limits, column in zip(
        (best.cutoff_interval, best.sensitivity_interval, best.specificity_interval),
        replicates.T,
        strict=True,
    ):
        expected = percentile_interval(column)
        assert (limits.low, limits.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert best.n_dropped == 0


def test_dear_false_alarms_call_nobody_positive():
    marker, positive = [1.0, 2.0, 3.0, 4.0], [False, True, True, False]
    best = choose_cutoff(
        marker, positive, direction="low", by="youden", cost_ratio=0.1, prevalence=0.1, interval="none"
    )
    assert (best.cutoff, best.sensitivity, best.specificity) == (-math.inf, 0.0, 1.0)
    assert [finding.code for finding in best.findings] == ["cutoff.nobody"]


def test_a_limit_is_infinite_where_many_resamples_reach_nothing():
    rng = np.random.default_rng(0)
    marker, positive = np.round(rng.normal(size=24), 2), np.arange(24) < 8
    best = choose_cutoff(
        marker,
        positive,
        direction="low",
        by="fixed-specificity",
        target=1.0,
        interval="percentile-bootstrap",
        rng=rng,
        n_resamples=400,
    )
    assert best.cutoff_interval.low == -math.inf
    assert "cutoff.sometimes-nobody" in {finding.code for finding in best.findings}
    assert best.cutoff_interval.high < math.inf


def test_the_same_seed_gives_the_same_bits_for_any_order_of_the_cases():
    rng = np.random.default_rng(0)
    marker, positive = np.round(rng.normal(size=24), 2), np.arange(24) < 8
    shuffled = rng.permutation(24)
    asked = {
        "direction": "low",
        "by": "closest-corner",
        "interval": "percentile-bootstrap",
        "n_resamples": 100,
    }
    first = choose_cutoff(marker, positive, rng=np.random.default_rng(9), **asked)
    second = choose_cutoff(marker[shuffled], positive[shuffled], rng=np.random.default_rng(9), **asked)
    assert first == second


@pytest.mark.parametrize(
    "change",
    [
        {"by": "dor"},
        {"by": "fixed-sensitivity"},
        {"target": 0.9},
        {"by": "fixed-sensitivity", "target": 90.0},
        {"cost_ratio": 2.0},
        {"cost_ratio": 2.0, "prevalence": 1.0},
        {"interval": "bca-bootstrap"},
        {"interval": "percentile-bootstrap"},
        {"resampling": "jackknife"},
    ],
)
def test_a_rule_refuses_an_impossible_option(change):
    asked = {"by": "youden", "interval": "none"} | change
    with pytest.raises(StatisticsError) as refused:
        choose_cutoff([1.0, 2.0, 3.0], [True, False, True], direction="low", **asked)
    assert refused.value.code == "statistics.option"


def test_a_constant_marker_has_no_cutoff():
    with pytest.raises(StatisticsError) as refused:
        choose_cutoff([1.0, 1.0], [True, False], direction="low", by="youden", interval="none")
    assert refused.value.code == "statistics.constant"
