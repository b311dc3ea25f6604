"""Cohen's and Fleiss' kappa."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import KAPPA_WEIGHTS, estimate_fleiss_kappa, estimate_icc, estimate_kappa

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "agreement_kappa.json").read_text())
PAIRS = [pytest.param(item, id=item["name"]) for item in ORACLE["pairs"]]
SEVERAL = [pytest.param(item, id=str(i)) for i, item in enumerate(ORACLE["fleiss"])]
LETTERS = "ABCDE"


def expand(counts):
    """Pairs of calls from a table of counts."""
    calls = [
        (LETTERS[i], LETTERS[j])
        for i, row in enumerate(counts)
        for j, count in enumerate(row)
        for _ in range(count)
    ]
    return [a for a, _ in calls], [b for _, b in calls]


def spread_out(counts):
    return [[LETTERS[j] for j, count in enumerate(row) for _ in range(count)] for row in counts]


def codes(found):
    return [finding.code for finding in found.findings]


@pytest.mark.parametrize("weights", KAPPA_WEIGHTS)
@pytest.mark.parametrize("item", PAIRS)
def test_kappa_and_both_standard_errors_equal_r(item, weights):
    first, second = expand(item["counts"])
    found = estimate_kappa(first, second, categories=LETTERS[: len(item["counts"])], weights=weights)
    value, error, null, observed, expected = item[weights]
    assert found.value == pytest.approx(value, rel=1e-8, abs=1e-12)
    if error > 1e-6:
        assert found.standard_error == pytest.approx(error, rel=1e-8)
    else:
        # The root of a rounding error in R.
        assert found.standard_error < 1e-6
    assert found.null_standard_error == pytest.approx(null, rel=1e-8)
    assert (found.observed, found.expected) == pytest.approx((observed, expected), rel=1e-10)
    place = KAPPA_WEIGHTS.index(weights)
    assert found.value == pytest.approx(item["psych"][place], rel=1e-8, abs=1e-12)
    vcd_value, vcd_error = item["vcd"][2 * place : 2 * place + 2]
    assert found.value == pytest.approx(vcd_value, rel=1e-8, abs=1e-12)
    if found.standard_error > 1e-6:
        assert found.standard_error == pytest.approx(vcd_error, rel=1e-8)
    if weights == "none" and found.standard_error > 1e-6:
        assert found.standard_error**2 == pytest.approx(item["psych"][3], rel=1e-8)
    assert np.array(found.table).tolist() == item["counts"]


def test_the_example_of_fleiss_cohen_and_everitt():
    first, second = expand([[106, 10, 4], [22, 28, 10], [2, 12, 6]])
    found = estimate_kappa(first, second, categories="ABC")
    assert round(found.value, 3) == 0.429
    assert (found.exact.numerator, found.n) == (140, 200)


@pytest.mark.parametrize("item", SEVERAL)
def test_fleiss_kappa_equals_the_formulas_in_r(item):
    found = estimate_fleiss_kappa(spread_out(item["counts"]), categories=LETTERS[: len(item["counts"][0])])
    value, error, null = item["overall"]
    assert found.value == pytest.approx(value, rel=1e-8, abs=1e-12)
    assert found.standard_error == pytest.approx(error, rel=1e-8, abs=1e-9)
    assert found.null_standard_error == pytest.approx(null, rel=1e-8)
    for category, (each, _) in zip(found.by_category, item["each"], strict=True):
        expected = math.nan if each == "NA" else each
        assert category.value == pytest.approx(expected, rel=1e-8, abs=1e-12, nan_ok=True)
        assert category.null_standard_error == pytest.approx(item["each_null"], rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), min_size=3, max_size=40))
def test_kappa_is_symmetric_and_its_weights_agree_on_full_agreement(calls):
    first, second = [a for a, _ in calls], [b for _, b in calls]
    if len(set(first + second)) == 1:
        return
    for weights in KAPPA_WEIGHTS:
        there = estimate_kappa(first, second, categories="ABC", weights=weights)
        back = estimate_kappa(second, first, categories="ABC", weights=weights)
        assert there.value == pytest.approx(back.value, abs=1e-12)
        assert there.standard_error == pytest.approx(back.standard_error, abs=1e-9)
        assert -1 - 1e-9 <= there.value <= 1 + 1e-9
        if len(set(first)) > 1:
            same = estimate_kappa(first, first, categories="ABC", weights=weights)
            assert same.value == pytest.approx(1.0) and same.standard_error == 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("AB")), min_size=3, max_size=40))
def test_an_unused_category_changes_nothing(calls):
    first, second = [a for a, _ in calls], [b for _, b in calls]
    if len(set(first + second)) == 1:
        return
    two = estimate_kappa(first, second, categories="AB", weights="linear")
    three = estimate_kappa(first, second, categories="ABC", weights="linear")
    assert three.value == pytest.approx(two.value)
    assert three.standard_error == pytest.approx(two.standard_error, abs=1e-9)
    assert two.value == pytest.approx(estimate_kappa(first, second, categories="AB").value)


def test_quadratic_weights_come_close_to_the_intraclass_correlation():
    rng = np.random.default_rng(6)
    truth = rng.normal(size=3000)
    calls = [np.digitize(truth + rng.normal(0, 0.5, 3000), [-0.8, 0, 0.8]) for _ in range(2)]
    named = [[LETTERS[i] for i in call] for call in calls]
    kappa = estimate_kappa(*named, categories="ABCD", weights="quadratic").value
    assert kappa == pytest.approx(estimate_icc(np.column_stack(calls), form="2,1").value, abs=1e-3)


def test_fleiss_kappa_of_two_categories_is_that_of_each():
    calls = [list("AAB"), list("ABB"), list("AAA"), list("BBB"), list("ABA")]
    found = estimate_fleiss_kappa(calls, categories="AB")
    assert [category.value for category in found.by_category] == pytest.approx([found.value] * 2)
    assert found.n_unanimous == 2


def test_the_interval_of_fleiss_kappa_follows_the_jackknife():
    rng = np.random.default_rng(9)
    truth = rng.normal(size=60)
    calls = [[LETTERS[int(i)] for i in np.digitize(x + rng.normal(0, 0.8, 4), [-0.5, 0.5])] for x in truth]
    found = estimate_fleiss_kappa(calls, categories="ABC")
    left_out = np.array(
        [estimate_fleiss_kappa(calls[:i] + calls[i + 1 :], categories="ABC").value for i in range(60)]
    )
    jackknife = math.sqrt(59 / 60 * np.sum((left_out - left_out.mean()) ** 2))
    assert found.standard_error == pytest.approx(jackknife, rel=0.03)


@pytest.mark.parametrize("truth_noise", [0.4, 1.5])
def test_the_interval_of_kappa_holds_its_level(truth_noise):
    rng = np.random.default_rng(10)

    def calls(n):
        x = rng.normal(size=n)
        return [["A" if v > 0.4 else "B" for v in x + rng.normal(0, truth_noise, n)] for _ in range(2)]

    truth = estimate_kappa(*calls(200_000), categories="AB").value
    held = 0
    for _ in range(500):
        interval = estimate_kappa(*calls(80), categories="AB").interval
        held += interval.low <= truth <= interval.high
    assert 0.92 <= held / 500 <= 0.98


def test_full_agreement_has_an_interval_that_says_nothing():
    found = estimate_kappa(list("ABAB"), list("ABAB"), categories="AB")
    assert (found.value, found.interval.low, found.interval.high) == (1.0, 1.0, 1.0)
    assert "kappa.no-variance" in codes(found)
    several = estimate_fleiss_kappa([list("AAA"), list("BBB")], categories="AB")
    assert several.value == 1.0 and "kappa.no-variance" in codes(several)


def test_one_reader_who_always_says_the_same_agrees_as_chance_does():
    found = estimate_kappa(list("AAAA"), list("ABAB"), categories="AB")
    assert found.value == pytest.approx(0.0) and found.exact.value == 0.5
    assert math.isnan(found.p_value)


def test_an_interval_beyond_one_is_cut_and_said():
    found = estimate_kappa(list("AAAABBBBAB"), list("AAAABBBBAA"), categories="AB")
    assert found.interval.high == 1.0 and "kappa.interval-cut" in codes(found)


@pytest.mark.parametrize(
    ("first", "second", "asked", "code"),
    [
        ("AAA", "AAA", {}, "statistics.constant"),
        ("A", "B", {}, "statistics.too-few"),
        ("AAB", "AB", {}, "statistics.shape"),
        ("AAC", "ABA", {}, "statistics.shape"),
        ("AAB", "ABA", {"categories": "A"}, "statistics.option"),
        ("AAB", "ABA", {"categories": "AA"}, "statistics.option"),
        ("AAB", "ABA", {"weights": "cubic"}, "statistics.option"),
    ],
)
def test_calls_that_no_kappa_fits(first, second, asked, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_kappa(list(first), list(second), **{"categories": "AB", **asked})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        (["AAA", "AAA"], "statistics.constant"),
        (["AAB"], "statistics.too-few"),
        (["AAB", "AB"], "statistics.shape"),
        (["A", "B"], "statistics.shape"),
        (["AAC", "ABB"], "statistics.shape"),
    ],
)
def test_tables_that_no_fleiss_kappa_fits(calls, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_fleiss_kappa([list(row) for row in calls], categories="AB")
    assert refused.value.code == code
