"""Scanner effects, strata and pairs within scanners: by hand, by property and at the edges."""

import json
import math
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.roc import estimate_auc
from adcurate.statistics.scanners import (
    compare_classes_over_strata,
    estimate_scanner_effect,
    estimate_within_auc,
    leave_one_stratum_out,
    summarize_strata,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "scanners.json").read_text("utf-8"))
SMALL = [pytest.param(case, id=str(i)) for i, case in enumerate(ORACLE["degenerate"])]


@st.composite
def cohorts(draw):
    n = draw(st.integers(6, 24))
    values = draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n))
    high = draw(st.lists(st.booleans(), min_size=n, max_size=n))
    strata = draw(st.lists(st.sampled_from("ABC"), min_size=n, max_size=n))
    high[:2], strata[:2] = [True, False], ["A", "A"]
    return np.array(values, dtype=float), np.array(high), strata


def within_by_enumeration(values, high, strata):
    """Share of all relabellings within strata whose wins are as far from half of the pairs."""
    strata, suspicion = np.array(strata), -values
    wins = []
    for name in np.unique(strata):
        own, flags = suspicion[strata == name], high[strata == name]
        if flags.all() or not flags.any():
            continue
        everyone = range(own.size)
        one = {}
        for chosen in combinations(everyone, int(flags.sum())):
            rest = [i for i in everyone if i not in chosen]
            sign = np.sign(own[list(chosen)][:, None] - own[rest][None, :])
            one[chosen] = float(sign.sum())
        wins.append((list(one.values()), one[tuple(np.flatnonzero(flags).tolist())]))
    observed = sum(actual for _, actual in wins)
    sums = [sum(parts) for parts in product(*(every for every, _ in wins))]
    return float(np.mean([abs(total) >= abs(observed) - 1e-9 for total in sums]))


@pytest.mark.parametrize("case", SMALL)
def test_the_exact_test_within_strata_equals_an_enumeration(case):
    strata = [" · ".join(pair) for pair in zip(case["vendor"], case["field"], strict=True)]
    if "within" not in case["answer"]:
        return
    values, high = np.array(case["y"]), np.array(case["x"])
    found = estimate_within_auc(values, high, strata, direction="low")
    assert found.p_value == pytest.approx(within_by_enumeration(values, high, strata), rel=1e-10)


@pytest.mark.parametrize("case", [*ORACLE["random"], ORACLE["large"]])
def test_the_normal_test_of_many_cases_equals_coin(case, monkeypatch):
    if case["answer"].get("within", {}).get("sum_p", "NA") == "NA":
        return
    monkeypatch.setattr("adcurate.statistics.scanners.within._MOST_ADDITIONS", 0)
    strata = [" · ".join(pair) for pair in zip(case["vendor"], case["field"], strict=True)]
    found = estimate_within_auc(case["y"], case["x"], strata, direction="low")
    assert found.p_method == "normal approximation, within strata"
    assert found.p_value == pytest.approx(case["answer"]["within"]["sum_p"], rel=1e-8)


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_a_shift_of_a_whole_scanner_changes_nothing_within_scanners(cohort):
    values, high, strata = cohort
    moved = values + np.array([{"A": 0.0, "B": 40.0, "C": -70.0}[name] for name in strata])
    first = estimate_within_auc(values, high, strata, direction="low")
    second = estimate_within_auc(moved, high, strata, direction="low")
    assert (first.value, first.p_value, first.van_elteren_p) == (
        second.value,
        second.p_value,
        second.van_elteren_p,
    ) or math.isnan(first.van_elteren_p)
    assert first.standard_error == second.standard_error


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_one_scanner_gives_the_ordinary_area(cohort):
    values, high, _ = cohort
    within = estimate_within_auc(values, high, ["A"] * values.size, direction="low")
    plain = estimate_auc(values, high, direction="low", interval="none")
    assert within.value == plain.value
    assert (within.concordant_pairs, within.tied_pairs) == (plain.concordant_pairs, plain.tied_pairs)


@settings(max_examples=60, deadline=None)
@given(cohorts())
def test_low_is_high_of_the_negated_marker(cohort):
    values, high, strata = cohort
    low = estimate_within_auc(values, high, strata, direction="low")
    other = estimate_within_auc(-values, high, strata, direction="high")
    assert (low.value, low.standard_error, low.p_value) == (other.value, other.standard_error, other.p_value)


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_a_shift_of_a_whole_scanner_does_not_move_the_adjusted_difference(cohort):
    values, high, strata = cohort
    moved = values + np.array([{"A": 0.0, "B": 40.0, "C": -70.0}[name] for name in strata])
    try:
        first = estimate_scanner_effect(values, high, {"scanner": strata}).adjusted
        second = estimate_scanner_effect(moved, high, {"scanner": strata}).adjusted
    except StatisticsError as refused:
        assert refused.code in ("statistics.too-few", "statistics.constant")
        return
    assert second.value == pytest.approx(first.value, abs=1e-9)
    assert second.standard_error == pytest.approx(first.standard_error, rel=1e-6, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(cohorts())
def test_strata_add_up_and_leaving_out_equals_the_rest_alone(cohort):
    values, high, strata = cohort
    rows = summarize_strata(values, high, strata, direction="low")
    assert sum(row.n for row in rows) == values.size
    assert sum(row.n_positive for row in rows) == high.sum()
    if len(rows) < 2:
        return
    found = leave_one_stratum_out(values, high, strata, direction="low")
    names = np.array(strata)
    for row in found.strata:
        kept = names != row.name
        if row.auc is None:
            assert high[kept].all() or not high[kept].any()
            continue
        assert row.auc.value == estimate_auc(values[kept], high[kept], direction="low", interval="none").value
        if row.youden is not None:
            cutoff = estimate_youden(values[kept], high[kept], direction="low", interval="none").cutoff
            assert row.youden.cutoff == cutoff
            own = values[~kept]
            assert row.sensitivity.numerator == np.sum((own <= cutoff) & high[~kept])
            assert row.specificity.numerator == np.sum((own > cutoff) & ~high[~kept])


@settings(max_examples=40, deadline=None)
@given(cohorts(), st.randoms())
def test_the_order_of_cases_does_not_matter(cohort, random):
    values, high, strata = cohort
    order = list(range(values.size))
    random.shuffle(order)
    again = values[order], high[order], [strata[i] for i in order]
    first = estimate_within_auc(values, high, strata, direction="low")
    second = estimate_within_auc(*again, direction="low")
    assert (first.value, first.p_value) == (second.value, second.p_value)
    assert compare_classes_over_strata(high, strata) == compare_classes_over_strata(again[1], again[2])


def test_scanners_that_hold_one_class_each_are_said_to_be_confounded():
    values, high = [1.0, 1.1, 1.2, 0.7, 0.8, 0.6], [False] * 3 + [True] * 3
    strata = ["A"] * 3 + ["B"] * 3
    effect = estimate_scanner_effect(values, high, {"vendor": strata})
    assert effect.adjusted is None
    assert effect.combined.test is None
    assert [finding.code for finding in effect.findings] == ["scanners.confounded"]
    with pytest.raises(StatisticsError) as refused:
        estimate_within_auc(values, high, strata, direction="low")
    assert refused.value.code == "statistics.collinear"


def test_perfect_separation_within_scanners_has_an_exact_test_and_no_interval():
    found = estimate_within_auc(
        [0.8, 0.9, 1.2, 1.8, 1.9, 2.2], [True, False, False] * 2, ["A"] * 3 + ["B"] * 3, direction="low"
    )
    assert (found.value, found.p_value) == (1.0, pytest.approx(2 / 9))
    assert math.isnan(found.interval.low)
    assert [finding.code for finding in found.findings] == ["within.no-variance"]


def test_a_stratum_without_a_class_says_which():
    rows = summarize_strata(
        [0.8, 0.9, 1.2, 1.4, 0.7],
        [True, False, False, False, True],
        ["A", "A", "B", "B", "C"],
        direction="low",
        minimum=2,
    )
    assert [(row.name, row.gap, row.is_small) for row in rows] == [
        ("A", "", False),
        ("B", "no-positive", False),
        ("C", "no-negative", True),
    ]
    assert rows[1].difference is None
    assert rows[1].auc is None
    assert math.isnan(rows[0].difference.interval.low)
    assert rows[0].auc.interval.method == "exact-binomial"


def test_all_values_tied_leave_no_difference_to_judge():
    high, strata = [True, False, True, False], ["A", "A", "B", "B"]
    with pytest.raises(StatisticsError) as refused:
        estimate_scanner_effect([1.0] * 4, high, {"vendor": strata})
    assert refused.value.code == "statistics.constant"
    found = estimate_within_auc([1.0] * 4, high, strata, direction="low")
    assert (found.value, found.p_value) == (0.5, 1.0)
    assert all(
        row.youden is None for row in leave_one_stratum_out([1.0] * 4, high, strata, direction="low").strata
    )


def test_many_tables_are_drawn_at_random_and_need_a_generator():
    high = np.arange(300) % 3 == 0
    strata = [f"S{i % 11}" for i in range(300)]
    with pytest.raises(StatisticsError) as refused:
        compare_classes_over_strata(high, strata)
    assert refused.value.code == "statistics.option"
    first, second = (
        compare_classes_over_strata(high, strata, rng=np.random.default_rng(3), n_resamples=999)
        for _ in range(2)
    )
    assert first == second
    assert first.n_resamples == 999
    assert first.p_value > 0.5


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda: estimate_within_auc([1.0, 2.0], [True, False], ["A"], direction="low"), "statistics.shape"),
        (
            lambda: estimate_within_auc([1.0, 2.0], [True, False], ["A", None], direction="low"),
            "statistics.shape",
        ),
        (
            lambda: estimate_within_auc([1.0, 2.0], [True, False], ["A", "A"], direction="down"),
            "statistics.option",
        ),
        (lambda: estimate_within_auc([], np.zeros(0, bool), [], direction="low"), "statistics.too-few"),
        (
            lambda: estimate_within_auc([1.0, math.nan], [True, False], ["A"] * 2, direction="low"),
            "statistics.not-finite",
        ),
        (lambda: estimate_scanner_effect([1.0, 2.0], [True, False], {}), "statistics.shape"),
        (
            lambda: estimate_scanner_effect([1.0, 2.0], [True, True], {"v": ["A", "B"]}),
            "statistics.one-class",
        ),
        (lambda: estimate_scanner_effect([1.0, 2.0], [True, False], {"v": ["A", "A"]}), "statistics.too-few"),
        (
            lambda: leave_one_stratum_out([1.0, 2.0], [True, False], ["A", "A"], direction="low"),
            "statistics.too-few",
        ),
        (lambda: summarize_strata([1.0], [True], ["A"], direction="low", minimum=0), "statistics.option"),
        (
            lambda: summarize_strata([1.0], [True], ["A"], direction="low", interval="wald"),
            "statistics.option",
        ),
        (lambda: compare_classes_over_strata([True, True], ["A", "B"]), "statistics.one-class"),
        (lambda: compare_classes_over_strata([0.5, 1.0], ["A", "B"]), "statistics.shape"),
    ],
)
def test_impossible_questions_are_refused(ask, code):
    with pytest.raises(StatisticsError) as refused:
        ask()
    assert refused.value.code == code
