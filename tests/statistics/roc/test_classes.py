"""Three classes and more: pairs, the ordinal C-index, the volume."""

import json
import math
from itertools import pairwise, permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.groups import compare_mann_whitney
from adcurate.statistics.roc import (
    compare_class_pairs,
    estimate_auc,
    estimate_ordered_volume,
    estimate_ordinal_c,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "roc_depth.json").read_text())
SETS = [
    pytest.param(item, id=str(i))
    for i, item in enumerate(ORACLE["sets"])
    if isinstance(item["classes"], dict)
]


def classes_of(item, sign=1.0):
    marker, grade = sign * np.array(item["markers"][1]), np.array(item["grade"])
    return {f"G{g}": marker[grade == g] for g in range(3)}


three_classes = st.lists(
    st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=6), min_size=3, max_size=4
)


def share_in_order(classes):
    """Every chain of one case of each class, ties as one over the factorial of their number."""
    total = 0.0
    for chain in product(*classes):
        weight, run = 1.0, 1
        for first, second in pairwise(chain):
            run = run + 1 if first == second else 1
            weight = 0.0 if first > second else weight / run
        total += weight
    return total / math.prod(len(own) for own in classes)


@pytest.mark.parametrize("item", SETS)
def test_volume_and_c_index_equal_r(item):
    oracle = item["classes"]
    for sign, direction in ((1.0, "high"), (-1.0, "low")):
        classes = classes_of(item, sign)
        volume = estimate_ordered_volume(classes, direction=direction, interval="none")
        assert volume.value == pytest.approx(oracle["volume"], rel=1e-8, abs=1e-12)
        c = estimate_ordinal_c(classes, direction=direction, interval="wald")
        assert c.value == pytest.approx(oracle["c_index"], rel=1e-8, abs=1e-12)
        assert 2 * c.standard_error == pytest.approx(oracle["sd"], rel=1e-8, abs=1e-7)


@pytest.mark.parametrize("item", SETS)
def test_pairs_equal_proc(item):
    oracle = item["classes"]
    pairs = compare_class_pairs(classes_of(item), direction="high")
    for pair, (value, p_value, low, high) in zip(pairs, oracle["areas"], strict=True):
        assert pair.area.value == pytest.approx(value, rel=1e-12)
        if isinstance(p_value, str):
            assert (pair.test, pair.area.interval.method) == ("mann-whitney", "exact-binomial")
            assert {f.code for f in pair.findings} >= {"classes.other-test", "classes.exact-interval"}
            continue
        assert pair.p_value == pytest.approx(p_value, rel=1e-8)
        assert [pair.area.interval.low, pair.area.interval.high] == pytest.approx([low, high], abs=1e-10)
    if not isinstance(oracle["holm"][0], str):
        assert [pair.p_adjusted for pair in pairs] == pytest.approx(oracle["holm"], rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(three_classes)
def test_the_volume_equals_a_count_of_every_chain(drawn):
    classes = {str(i): own for i, own in enumerate(drawn)}
    found = estimate_ordered_volume(classes, direction="high", interval="none")
    assert found.value == pytest.approx(share_in_order(drawn), rel=1e-12, abs=1e-15)
    assert found.of_chance == 1 / math.factorial(len(drawn))


@settings(max_examples=60, deadline=None)
@given(three_classes)
def test_all_orders_of_the_classes_together_make_one(drawn):
    total = sum(
        estimate_ordered_volume(dict(order), direction="low", interval="none").value
        for order in permutations([(str(i), own) for i, own in enumerate(drawn)])
    )
    assert total == pytest.approx(1.0, rel=1e-12)


@settings(max_examples=60, deadline=None)
@given(three_classes)
def test_the_c_index_counts_pairs_of_different_classes(drawn):
    classes = {str(i): own for i, own in enumerate(drawn)}
    concordant = tied = total = 0
    for i, lower in enumerate(drawn):
        for higher in drawn[i + 1 :]:
            for x, y in product(lower, higher):
                concordant, tied, total = concordant + (x < y), tied + (x == y), total + 1
    found = estimate_ordinal_c(classes, direction="high", interval="none")
    assert (found.concordant_pairs, found.tied_pairs, found.n_pairs) == (concordant, tied, total)
    assert found.value == pytest.approx((concordant + tied / 2) / total)
    turned = estimate_ordinal_c(classes, direction="low", interval="none")
    assert found.value + turned.value == pytest.approx(1.0)


def test_two_classes_give_the_area():
    rng = np.random.default_rng(0)
    low, high = np.round(rng.normal(size=14), 1), np.round(rng.normal(1, 1, size=9), 1)
    area = estimate_auc(
        np.concatenate([high, low]), np.arange(23) < 9, direction="high", interval="none"
    ).value
    assert estimate_ordinal_c({"a": low, "b": high}, direction="high", interval="none").value == area


def test_intervals_of_the_c_index_agree_in_a_large_sample():
    rng = np.random.default_rng(5)
    classes = {f"G{g}": rng.normal(-0.5 * g, 1.0, size=150) for g in range(3)}
    limits = [
        estimate_ordinal_c(classes, direction="low", interval=name, rng=np.random.default_rng(1)).interval
        for name in ("wald", "fisher-z", "percentile-bootstrap")
    ]
    for limit in limits:
        assert [limit.low, limit.high] == pytest.approx([limits[0].low, limits[0].high], abs=0.01)


def test_perfect_order_has_no_variance_and_says_so():
    classes = {"G1": [5.0, 6.0, 7.0], "G2": [3.0, 4.0], "G3": [1.0, 2.0, 2.5]}
    c = estimate_ordinal_c(classes, direction="low", interval="fisher-z")
    assert (c.value, c.standard_error) == (1.0, 0.0)
    assert math.isnan(c.p_value) and math.isnan(c.interval.low)
    volume = estimate_ordered_volume(
        classes,
        direction="low",
        interval="percentile-bootstrap",
        rng=np.random.default_rng(0),
        n_resamples=100,
    )
    assert (volume.value, volume.standard_error) == (pytest.approx(1.0), 0.0)
    assert [f.code for f in (*c.findings, *volume.findings)] == ["classes.no-variance"] * 2
    pair = compare_class_pairs(classes, direction="low")[1]
    assert pair.p_value == compare_mann_whitney(classes["G1"], classes["G3"]).p_value == pytest.approx(0.1)


def test_a_constant_marker_is_worth_what_chance_is():
    classes = {"G1": [1.0] * 3, "G2": [1.0] * 2, "G3": [1.0] * 4}
    assert estimate_ordered_volume(classes, direction="low", interval="none").value == pytest.approx(1 / 6)
    assert estimate_ordinal_c(classes, direction="low", interval="none").value == 0.5
    assert [pair.p_adjusted for pair in compare_class_pairs(classes, direction="low")] == [1.0] * 3


def test_the_order_of_cases_changes_no_bit():
    rng = np.random.default_rng(2)
    classes = {f"G{g}": np.round(rng.normal(-g, 1, size=12), 1) for g in range(3)}
    moved = {name: rng.permutation(values) for name, values in classes.items()}
    for estimate in (estimate_ordinal_c, estimate_ordered_volume):
        asked = {"direction": "low", "interval": "percentile-bootstrap", "n_resamples": 200}
        assert estimate(classes, rng=np.random.default_rng(1), **asked) == estimate(
            moved, rng=np.random.default_rng(1), **asked
        )


def test_a_hundred_thousand_cases_need_no_triples():
    rng = np.random.default_rng(2)
    classes = {f"G{g}": rng.normal(size=33_000) for g in range(3)}
    assert estimate_ordered_volume(classes, direction="low", interval="none").value == pytest.approx(
        1 / 6, abs=0.01
    )
    assert estimate_ordinal_c(classes, direction="low", interval="wald").value == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(
    ("estimate", "options"),
    [
        (compare_class_pairs, {"test": "t"}),
        (estimate_ordinal_c, {"interval": "delong"}),
        (estimate_ordered_volume, {"interval": "delong"}),
        (estimate_ordinal_c, {"interval": "percentile-bootstrap"}),
    ],
)
def test_classes_refuse_an_impossible_option(estimate, options):
    classes = {"G1": [1.0, 2.0], "G2": [2.0, 3.0], "G3": [3.0, 4.0]}
    with pytest.raises(StatisticsError) as refused:
        estimate(classes, direction="low", **options)
    assert refused.value.code == "statistics.option"


@pytest.mark.parametrize(
    ("classes", "code"),
    [
        ({"G1": [1.0], "G2": [2.0]}, "statistics.too-few"),
        ({"G1": [1.0], "G2": [], "G3": [2.0]}, "statistics.too-few"),
        ({"G1": [1.0], "G2": [math.nan], "G3": [2.0]}, "statistics.not-finite"),
    ],
)
def test_a_volume_refuses_classes_without_cases(classes, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_ordered_volume(classes, direction="low", interval="none")
    assert refused.value.code == code
