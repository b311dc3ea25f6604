"""Logistic regression against glm, brglm2 and profiles calculated in R; separation; Firth's maxima."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import chdtrc, expit

from adcurate.errors import StatisticsError
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.models import compare_nested, fit_logistic
from adcurate.statistics.models.binary_likelihood import maximise_binary
from adcurate.statistics.models.logistic import find_class_separation

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "logistic.json").read_text())
NAMED = ORACLE["named"]


def names_of(x):
    return tuple(f"x{j}" for j in range(x.shape[1]))


def fit_of(oracle, penalty, **options):
    x = np.array(oracle["x"], dtype=float)
    return fit_logistic(x, oracle["y"], names=names_of(x), penalty=penalty, **options)


def check_profile(fit, profile):
    low = [one.interval.low for one in fit.coefficients]
    high = [one.interval.high for one in fit.coefficients]
    np.testing.assert_allclose(low, profile["low"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(high, profile["high"], rtol=1e-8, atol=1e-10)
    chi_squared = np.array(profile["chi_squared"])
    # A chi-squared near 0 is a difference of equal numbers.
    clear = chi_squared > 1e-6
    p_values = np.array([one.p_value for one in fit.coefficients])
    np.testing.assert_allclose(p_values[clear], chdtrc(1, chi_squared[clear]), rtol=1e-8)
    assert fit.model_test.chi_squared == pytest.approx(profile["model"], rel=1e-8, abs=1e-12)


@pytest.mark.parametrize("oracle", [one for one in NAMED if "ml" in one], ids=lambda one: one["name"])
def test_maximum_likelihood_equals_glm(oracle):
    fit, ml = fit_of(oracle, "none"), oracle["ml"]
    np.testing.assert_allclose([one.value for one in fit.coefficients], ml["values"], rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose([one.standard_error for one in fit.coefficients], ml["errors"], rtol=1e-8)
    np.testing.assert_allclose([one.wald_p_value for one in fit.coefficients], ml["wald_p"], rtol=1e-8)
    assert fit.log_likelihood == pytest.approx(ml["log_likelihood"], rel=1e-12)
    assert fit.penalized_log_likelihood == fit.log_likelihood
    assert fit.null_log_likelihood == pytest.approx(ml["null"], rel=1e-12)
    assert fit.aic == pytest.approx(ml["aic"], rel=1e-12)
    assert fit.nagelkerke_r2 == pytest.approx(ml["nagelkerke"], rel=1e-9)
    assert fit.tjur_r2 == pytest.approx(ml["tjur"], rel=1e-9)
    check_profile(fit, ml["profile"])


@pytest.mark.parametrize("oracle", NAMED, ids=lambda one: one["name"])
def test_firth_equals_brglm2_and_its_profiles(oracle):
    fit, firth = fit_of(oracle, "firth"), oracle["firth"]
    np.testing.assert_allclose(
        [one.value for one in fit.coefficients], firth["values"], rtol=1e-8, atol=1e-10
    )
    np.testing.assert_allclose([one.standard_error for one in fit.coefficients], firth["errors"], rtol=1e-8)
    assert fit.log_likelihood == pytest.approx(firth["log_likelihood"], rel=1e-10)
    assert fit.penalized_log_likelihood == pytest.approx(firth["penalized"], rel=1e-10)
    assert fit.flic_intercept == pytest.approx(firth["flic"], rel=1e-8, abs=1e-10)
    assert math.isnan(fit.aic)
    check_profile(fit, firth["profile"])


def test_200_random_sets_equal_r():
    for oracle in ORACLE["random"]:
        for penalty, key in (("none", "ml"), ("firth", "firth")):
            expected = oracle[key]
            fit = fit_of(oracle, penalty, interval="profile" if "profile" in expected else "wald")
            values = [one.value for one in fit.coefficients]
            np.testing.assert_allclose(values, expected["values"], rtol=1e-8, atol=1e-10)
            errors = [one.standard_error for one in fit.coefficients]
            np.testing.assert_allclose(errors, expected["errors"], rtol=1e-8)
            assert fit.log_likelihood == pytest.approx(expected["log_likelihood"], rel=1e-10)
            if "profile" in expected:
                check_profile(fit, expected["profile"])


@pytest.mark.parametrize("oracle", [one for one in NAMED if one["separated"]], ids=lambda one: one["name"])
def test_separation_is_refused_by_maximum_likelihood_and_said_by_firth(oracle):
    with pytest.raises(StatisticsError) as refused:
        fit_of(oracle, "none")
    assert refused.value.code == "statistics.no-convergence"
    fit = fit_of(oracle, "firth")
    assert "logistic.separation" in [finding.code for finding in fit.findings]
    assert max(abs(one.value) for one in fit.coefficients) < 1e3


def separable_by_search(x, y):
    """Whether a line in some of many directions splits two predictors, or one touches both classes."""
    angles = np.linspace(0, np.pi, 20_001)
    scores = x @ np.stack([np.cos(angles), np.sin(angles)])
    low, high = scores[y].min(axis=0), scores[y].max(axis=0)
    return bool(((low > scores[~y].max(axis=0)) | (high < scores[~y].min(axis=0))).any())


def test_separation_is_found_in_small_tables_of_two_predictors():
    generator = np.random.default_rng(6)
    found = {"none": 0, "quasi-complete": 0, "complete": 0}
    for _ in range(150):
        x, y = generator.normal(size=(9, 2)), generator.random(9) < 0.4
        if y.sum() in (0, 9):
            continue
        kind = find_class_separation(x, y, names=("a", "b"))
        found[kind] += 1
        assert (kind == "complete") == separable_by_search(x, y)
    assert found["none"] > 20
    assert found["complete"] > 20


@pytest.mark.parametrize(
    ("x", "y", "kind"),
    [
        ([1, 2, 3, 4], [0, 0, 1, 1], "complete"),
        ([4, 3, 2, 1], [0, 0, 1, 1], "complete"),
        ([1, 2, 2, 3], [0, 0, 1, 1], "quasi-complete"),
        ([1, 2, 3, 4], [0, 1, 0, 1], "none"),
        ([1, 1, 1, 2], [0, 1, 0, 1], "quasi-complete"),
        ([1, 2, 3, 3.0000001], [0, 1, 1, 0], "none"),
    ],
)
def test_separation_by_one_predictor(x, y, kind):
    assert find_class_separation(np.array(x, dtype=float), y, names=("x",)) == kind


def test_an_indicator_gives_the_odds_ratio_of_its_table():
    x, y = [0.0] * 12 + [1.0] * 10, [0] * 9 + [1] * 3 + [0] * 4 + [1] * 6
    fit = fit_logistic(x, y, names=("treated",), penalty="none", interval="wald")
    assert fit.coefficients[1].odds_ratio == pytest.approx((6 * 9) / (4 * 3), rel=1e-12)
    assert fit.coefficients[1].standard_error == pytest.approx(
        math.sqrt(1 / 9 + 1 / 3 + 1 / 4 + 1 / 6), rel=1e-12
    )
    # Firth in a two by two table: one half is added to each cell.
    firth = fit_logistic(x, y, names=("treated",))
    assert firth.coefficients[1].odds_ratio == pytest.approx((6.5 * 9.5) / (4.5 * 3.5), rel=1e-10)


def test_a_category_of_two_cases_has_two_maxima_and_says_so():
    rows = load_reconstructed_cohort()
    # Two lesions came from the first vendor, one positive and one negative.
    x = np.array([[r.mean_adc, r.age, r.vendor == "Philips", r.vendor == "SIEMENS"] for r in rows])
    y = np.array([r.who_grade == "G3" for r in rows])
    names = ("mean", "age", "philips", "siemens")
    fit = fit_logistic(x, y, names=names)
    assert "logistic.several-maxima" in [finding.code for finding in fit.findings]
    design = np.column_stack([np.ones(47), (x - x.mean(axis=0)) / x.std(axis=0)])
    ends = [
        maximise_binary(design, y, firth=True, start=np.random.default_rng(seed).normal(size=5) * 2)
        for seed in range(20)
    ]
    highest = max(float(end.objective[0]) for end in ends)
    assert fit.penalized_log_likelihood - np.log(x.std(axis=0)).sum() == pytest.approx(highest, abs=1e-9)
    assert len({round(float(end.coefficients[0, 3]), 4) for end in ends}) == 2
    for name in names:
        assert compare_nested(x, y, names=names, left_out=(name,)).chi_squared > 0.0
    assert all(one.interval.low < one.value < one.interval.high for one in fit.coefficients)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["none", "firth"]))
def test_a_change_of_unit_changes_the_coefficient_and_no_test(seed, penalty):
    generator = np.random.default_rng(seed)
    x, y = generator.normal(size=30), generator.random(30) < 0.4
    if find_class_separation(x, y, names=("x",)) != "none":
        return
    one = fit_logistic(x, y, names=("x",), penalty=penalty)
    other = fit_logistic(x * 1e-3 + 5.0, y, names=("x",), penalty=penalty, units=(1e-3,))
    assert other.coefficients[1].odds_ratio == pytest.approx(one.coefficients[1].odds_ratio, rel=1e-7)
    assert other.coefficients[1].p_value == pytest.approx(one.coefficients[1].p_value, rel=1e-7)
    ends = (other.coefficients[1].odds_ratio_interval, one.coefficients[1].odds_ratio_interval)
    assert (ends[0].low, ends[0].high) == pytest.approx((ends[1].low, ends[1].high), rel=1e-7)


def test_exchanging_the_classes_turns_every_sign():
    oracle = NAMED[0]
    for penalty in ("none", "firth"):
        there = fit_of(oracle, penalty)
        back = fit_of({**oracle, "y": [1 - y for y in oracle["y"]]}, penalty)
        for one, other in zip(there.coefficients, back.coefficients, strict=True):
            assert other.value == pytest.approx(-one.value, rel=1e-8)
            assert other.interval.low == pytest.approx(-one.interval.high, rel=1e-8)


def test_an_interval_that_touches_zero_has_the_p_value_of_its_level():
    fit = fit_of(NAMED[1], "firth")
    p_value = fit.coefficients[1].p_value
    touching = fit_of(NAMED[1], "firth", level=1 - p_value)
    ends = touching.coefficients[1].interval
    assert min(abs(ends.low), abs(ends.high)) < 1e-6


def test_predictions_of_the_corrected_intercept_average_to_the_share():
    fit = fit_of(NAMED[0], "firth")
    x = np.array(NAMED[0]["x"])
    assert fit.predict(x, flic=True).mean() == pytest.approx(9 / 47, rel=1e-10)
    assert fit.predict(x).mean() > 9 / 47
    assert fit.predict(x) == pytest.approx(expit(fit.linear_predictor(x)))


def test_nested_tests_add_up_for_maximum_likelihood():
    x, y = np.array(NAMED[9]["x"]), NAMED[9]["y"]
    names = names_of(x)
    fit = fit_logistic(x, y, names=names, penalty="none", interval="wald")
    steps = [fit_logistic(x[:, :j], y, names=names[:j], penalty="none", interval="wald") for j in (1, 2, 3)]
    test = compare_nested(x, y, names=names, left_out=names[1:], penalty="none")
    assert test.chi_squared == pytest.approx(2 * (fit.log_likelihood - steps[0].log_likelihood), rel=1e-10)
    assert all(a.log_likelihood <= b.log_likelihood for a, b in pairwise(steps))
    assert (test.df, test.p_value) == (2, pytest.approx(chdtrc(2, test.chi_squared)))


def test_a_batch_gives_each_fit_that_one_gives():
    x, y = np.array(NAMED[0]["x"]), np.array(NAMED[0]["y"], dtype=bool)
    design = np.column_stack([np.ones(47), (x - x.mean(axis=0)) / x.std(axis=0)])
    drawn = np.random.default_rng(1).integers(0, 47, size=(40, 47))
    counts = np.stack([np.bincount(row, minlength=47) for row in drawn]).astype(float)
    batch = maximise_binary(design, y, firth=True, counts=counts)
    for row, coefficients, converged in zip(drawn, batch.coefficients, batch.converged, strict=True):
        alone = maximise_binary(design[row], y[row], firth=True)
        assert bool(alone.converged[0]) == bool(converged)
        np.testing.assert_allclose(alone.coefficients[0], coefficients, rtol=1e-7, atol=1e-9)


def test_a_batch_leaves_out_what_has_no_fit():
    design = np.column_stack([np.ones(6), np.arange(6.0) - 2.5])
    y = np.arange(6) > 2
    counts = np.array([[1, 1, 1, 0, 0, 0], [1, 0, 0, 0, 0, 0], [2, 1, 1, 1, 1, 0]], dtype=float)
    plain = maximise_binary(design, y, firth=False, counts=counts)
    firth = maximise_binary(design, y, firth=True, counts=counts)
    assert plain.converged.tolist() == [False, False, False]
    assert firth.converged.tolist() == [False, False, True]
    assert np.isnan(plain.coefficients).all()


@pytest.mark.parametrize(
    ("x", "y", "options", "code"),
    [
        ([1.0, 2.0, 3.0], [True, True, True], {}, "statistics.one-class"),
        ([1.0, 1.0, 1.0], [True, False, True], {}, "statistics.constant"),
        ([[1.0, 2.0], [2.0, 4.0], [5.0, 10.0]], [True, False, True], {}, "statistics.collinear"),
        ([[1.0, 2.0], [2.0, 5.0]], [True, False], {}, "statistics.collinear"),
        ([1.0, math.nan, 3.0], [True, False, True], {}, "statistics.not-finite"),
        ([1.0, 2.0], [True, False, True], {}, "statistics.shape"),
        ([1.0, 2.0, 3.0], [0.0, 0.5, 1.0], {}, "statistics.shape"),
        ([1.0, 2.0, 3.0], [True, False, True], {"penalty": "ridge"}, "statistics.option"),
        ([1.0, 2.0, 3.0], [True, False, True], {"interval": "score"}, "statistics.option"),
        ([1.0, 2.0, 3.0], [True, False, True], {"level": 95}, "statistics.option"),
        ([1.0, 2.0, 3.0], [True, False, True], {"units": (0.0,)}, "statistics.option"),
    ],
)
def test_a_model_refuses_what_cannot_be_fitted(x, y, options, code):
    x = np.array(x)
    with pytest.raises(StatisticsError) as refused:
        fit_logistic(x, y, names=names_of(np.atleast_2d(x.T).T), **options)
    assert refused.value.code == code


def test_the_collinear_column_and_its_partner_are_named():
    x = np.array([[1.0, 7.0, 2.0], [2.0, 3.0, 4.0], [5.0, 1.0, 10.0], [3.0, 2.0, 6.0]])
    with pytest.raises(StatisticsError, match="'twice' is a linear combination of 'once'"):
        fit_logistic(x, [True, False, True, False], names=("once", "other", "twice"))


def test_few_events_are_said():
    assert [finding.code for finding in fit_of(NAMED[0], "firth").findings] == ["logistic.few-events"]
    assert fit_of(NAMED[9], "none").findings == ()
