"""The proportional-odds model against clm and polr, Brant's test against R, and the model's edges."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from scipy.special import logit

from adcurate.errors import StatisticsError
from adcurate.statistics.models import compare_proportional_odds, fit_logistic, fit_ordinal

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "ordinal.json").read_text())
EVERY = [*ORACLE["named"], *ORACLE["random"]]


def ask(oracle, question, **options):
    x = np.array(oracle["x"], dtype=float)
    order = tuple(str(grade) for grade in range(1, max(oracle["g"]) + 1))
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    return question(x, [str(grade) for grade in oracle["g"]], names=names, order=order, **options)


def numbers(values):
    return np.array([math.nan if value is None else value for value in values], dtype=float)


def test_coefficients_errors_and_likelihoods_equal_clm():
    for oracle in EVERY:
        fit = ask(oracle, fit_ordinal, interval="profile" if oracle["profile"] else "wald")
        terms = [*fit.thresholds, *fit.coefficients]
        np.testing.assert_allclose([one.value for one in terms], oracle["values"], rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose([one.standard_error for one in terms], oracle["errors"], rtol=1e-8)
        assert fit.log_likelihood == pytest.approx(oracle["log_likelihood"], rel=1e-12)
        assert fit.null_log_likelihood == pytest.approx(oracle["null"], rel=1e-12)
        assert fit.aic == pytest.approx(oracle["aic"], rel=1e-12)
        if oracle["profile"]:
            limits = [[one.interval.low, one.interval.high] for one in fit.coefficients]
            np.testing.assert_allclose(np.transpose(limits), oracle["profile"], rtol=1e-8, atol=1e-9)


def test_coefficients_equal_polr():
    oracle = ORACLE["named"][0]
    fit = ask(oracle, fit_ordinal)
    values = [one.value for one in (*fit.thresholds, *fit.coefficients)]
    # polr stops when its numerical search does.
    np.testing.assert_allclose(values, oracle["polr"]["values"], rtol=1e-4)
    assert fit.log_likelihood == pytest.approx(oracle["polr"]["log_likelihood"], rel=1e-9)


def test_probabilities_and_their_intervals_equal_clm():
    for oracle in EVERY:
        fit = ask(oracle, fit_ordinal, interval="wald")
        rows = np.array(oracle["x"], dtype=float)[[0, -1]]
        low, high = fit.predict_interval(rows)
        np.testing.assert_allclose(fit.predict(rows), oracle["predicted"], rtol=1e-8)
        np.testing.assert_allclose(low, oracle["low"], rtol=1e-8)
        np.testing.assert_allclose(high, oracle["high"], rtol=1e-8)


def test_brant_and_likelihood_ratio_tests_equal_r():
    compared = {"brant": 0, "ratio": 0}
    for oracle in EVERY:
        tests = ask(oracle, compare_proportional_odds)
        if tests.brant_omnibus is None:
            continue
        for name, mine in (
            ("brant", (*tests.brant, tests.brant_omnibus)),
            ("ratio", (*tests.likelihood_ratio, tests.likelihood_ratio_omnibus)),
        ):
            expected = numbers(oracle[name] or [None] * len(mine))
            found = np.array([test.chi_squared for test in mine])
            # R's fits fail a little before the maximum is lost; where ours says so, R's must have failed.
            assert not np.any(np.isnan(found) & ~np.isnan(expected))
            both = ~np.isnan(expected)
            np.testing.assert_allclose(found[both], expected[both], rtol=1e-6, atol=1e-9)
            compared[name] += int(both.sum())
    assert min(compared.values()) > 400


def test_two_grades_are_the_logistic_model():
    oracle = ORACLE["named"][1]
    fit = ask(oracle, fit_ordinal)
    plain = fit_logistic(
        np.array(oracle["x"]), np.array(oracle["g"]) == 2, names=("x0",), penalty="none"
    ).coefficients
    assert fit.coefficients[0].value == pytest.approx(plain[1].value, rel=1e-9)
    assert fit.coefficients[0].p_value == pytest.approx(plain[1].p_value, rel=1e-8)
    assert fit.thresholds[0].value == pytest.approx(-plain[0].value, rel=1e-9)
    tests = ask(oracle, compare_proportional_odds)
    assert (tests.brant, tests.brant_omnibus, tests.likelihood_ratio) == ((), None, ())


def test_without_an_effect_the_thresholds_are_the_cumulated_shares():
    grades = ["a", "b", "c"] * 6
    x = np.repeat([0.0, 1.0], 9)
    fit = fit_ordinal(x, grades, names=("x",), order=("a", "b", "c"))
    assert fit.coefficients[0].value == pytest.approx(0.0, abs=1e-12)
    assert [one.value for one in fit.thresholds] == pytest.approx([logit(1 / 3), logit(2 / 3)], rel=1e-10)
    assert fit.predict([0.3])[0] == pytest.approx([1 / 3] * 3)


def test_reversing_the_order_of_grades_turns_the_sign():
    oracle = ORACLE["random"][0]
    x = np.array(oracle["x"])
    names = tuple(f"x{j}" for j in range(x.shape[1]))
    order = tuple(str(grade) for grade in range(1, max(oracle["g"]) + 1))
    grades = [str(grade) for grade in oracle["g"]]
    there = fit_ordinal(x, grades, names=names, order=order)
    back = fit_ordinal(x, grades, names=names, order=order[::-1])
    for one, other in zip(there.coefficients, back.coefficients, strict=True):
        assert other.value == pytest.approx(-one.value, rel=1e-9)
        assert other.interval.low == pytest.approx(-one.interval.high, rel=1e-8)


def test_a_unit_changes_the_ratio_and_nothing_else():
    oracle = ORACLE["named"][0]
    plain, scaled = ask(oracle, fit_ordinal), ask(oracle, fit_ordinal, units=(0.1,))
    assert scaled.coefficients[0].odds_ratio == pytest.approx(plain.coefficients[0].odds_ratio ** 0.1)
    assert scaled.coefficients[0].p_value == plain.coefficients[0].p_value


def test_probabilities_add_up_and_lie_in_their_intervals():
    fit = ask(ORACLE["named"][0], fit_ordinal)
    rows = np.linspace(-5.0, 6.0, 40)
    probability = fit.predict(rows)
    low, high = fit.predict_interval(rows)
    np.testing.assert_allclose(probability.sum(axis=1), 1.0, rtol=1e-12)
    assert np.all((low <= probability) & (probability <= high))


@pytest.mark.parametrize(
    "x", [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 2.0, 2.0, 3.0, 3.0, 4.0], [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]]
)
def test_grades_in_order_without_error_have_no_estimate(x):
    with pytest.raises(StatisticsError) as refused:
        fit_ordinal(x, ["a", "a", "b", "b", "c", "c"], names=("x",), order=("a", "b", "c"))
    assert refused.value.code == "statistics.no-convergence"


def test_a_division_that_separates_leaves_brant_out_and_says_so():
    x = [1.0, 2.0, 1.5, 2.5, 2.2, 1.8, 5.0, 6.0, 7.0]
    grades = ["a", "b", "a", "b", "a", "b", "c", "c", "c"]
    tests = compare_proportional_odds(x, grades, names=("x",), order=("a", "b", "c"))
    assert math.isnan(tests.brant[0].p_value)
    assert "ordinal.brant-separated" in [finding.code for finding in tests.findings]


@pytest.mark.parametrize(
    ("x", "grades", "options", "code"),
    [
        ([1.0, 2.0, 3.0], ["a", "b", "a"], {"order": ("a", "b", "c")}, "statistics.too-few"),
        ([1.0, 2.0, 3.0], ["a", "b", "d"], {"order": ("a", "b", "c")}, "statistics.option"),
        ([1.0, 2.0, 3.0], ["a", "a", "a"], {"order": ("a",)}, "statistics.option"),
        ([1.0, 1.0, 1.0], ["a", "b", "a"], {"order": ("a", "b")}, "statistics.constant"),
        ([1.0, math.nan, 3.0], ["a", "b", "a"], {"order": ("a", "b")}, "statistics.not-finite"),
        ([1.0, 2.0], ["a", "b", "a"], {"order": ("a", "b")}, "statistics.shape"),
        ([1.0, 2.0, 3.0], ["a", "b", "a"], {"order": ("a", "b"), "interval": "x"}, "statistics.option"),
        ([1.0, 2.0, 3.0], ["a", "b", "a"], {"order": ("a", "b"), "units": (-1.0,)}, "statistics.option"),
    ],
)
def test_an_ordinal_model_refuses_what_cannot_be_fitted(x, grades, options, code):
    with pytest.raises(StatisticsError) as refused:
        fit_ordinal(x, grades, names=("x",), **options)
    assert refused.value.code == code
