"""The linear mixed model against lme4, lmerTest and nlme, against theory, and at its limits."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.models.mixed import compare_mixed_columns, fit_mixed

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "mixed.json").read_text("utf-8"))
ONE = [*ORACLE["random"], *ORACLE["detailed"]]
CASES = [pytest.param(case, id=str(i)) for i, case in enumerate(ONE)]
TWO = [pytest.param(case, id=str(i)) for i, case in enumerate(ORACLE["two"])]


def close(value, rel=1e-6, floor=1e-12):
    return pytest.approx(value, rel=rel, abs=floor)


def number(value):
    return math.inf if value == "Inf" else float(value)


def model_of(case):
    return case["y"], {"g": case["g"]}, {f"x{i}": column for i, column in enumerate(case["x"])}


FITS = {}


def fitted(case, estimation="reml"):
    """One fit for all tests of it: there are hundreds."""
    key = id(case), estimation
    if key not in FITS:
        FITS[key] = fit_mixed(*model_of(case), estimation=estimation)
    return FITS[key]


def codes(fit):
    return [finding.code for finding in fit.findings]


@pytest.mark.parametrize("estimation", ["reml", "ml"])
@pytest.mark.parametrize("case", CASES)
def test_one_grouping_equals_lme4(case, estimation):
    oracle = case["answer"][estimation]
    fit = fitted(case, estimation)
    group, residual = fit.components
    assert group.sd / residual.sd == close(oracle["theta"], floor=1e-9)
    assert residual.sd == close(oracle["sigma"])
    assert [effect.value for effect in fit.fixed] == close(oracle["beta"])
    assert [effect.standard_error for effect in fit.fixed] == close(oracle["se"])
    assert fit.minus_two_log_likelihood == close(oracle["deviance"])
    low, high = (number(limit) for limit in oracle["theta_95"])
    assert fit.icc_interval.low == close(low**2 / (1 + low**2), floor=1e-9)
    assert fit.icc_interval.high == close(1.0 if math.isinf(high) else high**2 / (1 + high**2))
    assert group.is_zero == (oracle["theta"] == 0)
    assert ("mixed.singular" in codes(fit)) == group.is_zero


@pytest.mark.parametrize("case", [case for case in CASES if "df" in case.values[0]["answer"]])
def test_degrees_of_freedom_and_p_values_equal_lmertest(case):
    # lmerTest differentiates numerically at lme4's stopping point, which costs it the sixth digit.
    answer = case["answer"]
    fit = fitted(case)
    assert [effect.df for effect in fit.fixed] == close(answer["df"], rel=2e-5)
    assert [effect.p_value for effect in fit.fixed] == close(answer["p"], rel=2e-5)
    if "f" in answer:
        test = compare_mixed_columns(*model_of(case), [f"x{i}" for i in range(len(case["x"]))])
        assert [test.f, test.df_denominator, test.p_value] == close(answer["f"], rel=2e-5)


@pytest.mark.parametrize("case", [case for case in CASES if "lr" in case.values[0]["answer"]])
def test_the_likelihood_ratio_equals_lme4(case):
    test = compare_mixed_columns(*model_of(case), [f"x{i}" for i in range(len(case["x"]))])
    assert test.likelihood_ratio == close(case["answer"]["lr"], floor=1e-9)


@pytest.mark.parametrize("case", [case for case in CASES if "nlme" in case.values[0]["answer"]])
def test_nlme_and_the_profile_of_lme4_agree(case):
    nlme = case["answer"]["nlme"]
    fit = fitted(case)
    assert [effect.value for effect in fit.fixed] == close(nlme["beta"])
    assert [effect.standard_error for effect in fit.fixed] == close(nlme["se"])
    assert -fit.minus_two_log_likelihood / 2 == close(nlme["log_likelihood"])
    # nlme works in the log of the SD and cannot reach zero; lme4's profile is a spline.
    assert [part.sd for part in fit.components] == pytest.approx(nlme["sd"], rel=1e-5, abs=1e-4)
    ml = fitted(case, "ml")
    limits = [limit for part in ml.components for limit in (part.interval.low, part.interval.high)]
    assert limits == pytest.approx(
        [number(limit) for limit in case["answer"]["profile_sd"]], rel=2e-3, abs=1e-6
    )


@pytest.mark.parametrize("case", TWO)
def test_two_groupings_crossed_or_nested_equal_lme4(case):
    fit = fit_mixed(case["y"], {"g": case["g"], "h": case["h"]}, {"x1": case["x1"]})
    sds = [part.sd / fit.residual.sd for part in fit.components[:-1]]
    assert sds == close(case["theta"], floor=1e-6)
    assert fit.residual.sd == close(case["sigma"])
    assert [effect.value for effect in fit.fixed] == close(case["beta"])
    assert [effect.standard_error for effect in fit.fixed] == close(case["se"])
    assert [effect.df for effect in fit.fixed] == close(case["df"], rel=2e-5)
    assert fit.minus_two_log_likelihood == close(case["deviance"])
    assert fit.icc_interval is None


def balanced(n_groups, n_each, sd, seed):
    generator = np.random.default_rng(seed)
    group = np.repeat(np.arange(n_groups), n_each)
    return generator.normal(0, sd, n_groups)[group] + generator.normal(size=group.size), group


@pytest.mark.parametrize("seed", range(6))
def test_a_balanced_design_gives_the_analysis_of_variance(seed):
    y, group = balanced(8, 3, 1.0, seed)
    means = y.reshape(8, 3).mean(axis=1)
    within = float(((y.reshape(8, 3) - means[:, None]) ** 2).sum() / 16)
    between = 3 * float(means.var(ddof=1))
    fit = fit_mixed(y, {"subject": [str(g) for g in group]})
    if between > within:
        assert fit.residual.variance == close(within, rel=1e-10)
        assert fit.components[0].variance == close((between - within) / 3, rel=1e-10)
        assert fit.fixed[0].df == close(7.0, rel=1e-8)
        assert fit.fixed[0].standard_error == close(math.sqrt(between / 24), rel=1e-10)
    else:
        assert fit.components[0].is_zero
    assert fit.fixed[0].value == close(y.mean(), rel=1e-10)


def test_a_subject_level_class_in_a_balanced_design_gives_the_t_test_of_subject_means():
    y, group = balanced(10, 4, 2.0, 3)
    high = group % 2
    means = y.reshape(10, 4).mean(axis=1)
    first, second = means[1::2], means[::2]
    pooled = (first.var(ddof=1) + second.var(ddof=1)) / 2
    fit = fit_mixed(y, {"subject": [str(g) for g in group]}, {"high": high})
    effect = fit.effect("high")
    assert effect.value == close(first.mean() - second.mean(), rel=1e-9)
    assert effect.standard_error == close(math.sqrt(2 * pooled / 5), rel=1e-8)
    assert effect.df == close(8.0, rel=1e-7)


def test_a_zero_variance_gives_ordinary_least_squares_and_says_so():
    y = np.array([1.0, 2.0, 3.0, 1.1, 2.1, 2.9, 0.9, 1.9, 3.1])
    fit = fit_mixed(y, {"subject": ["a"] * 3 + ["b"] * 3 + ["c"] * 3})
    assert fit.components[0].variance == 0.0
    assert fit.components[0].interval.low == 0.0
    assert fit.residual.variance == close(y.var(ddof=1), rel=1e-12)
    assert (fit.icc, fit.variance_p, fit.fixed[0].df) == (0.0, 1.0, pytest.approx(8.0))
    assert codes(fit) == ["mixed.singular", "mixed.few-groups"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.floats(-1e3, 1e3), st.sampled_from([1e-4, 1.0, 1e3]))
def test_shift_and_scale_move_only_what_they_must(seed, shift, scale):
    y, group = balanced(6, 3, 0.7, seed)
    names = {"subject": [str(g) for g in group]}
    plain = fit_mixed(y, names, {"x": group % 2})
    moved = fit_mixed((y + shift) * scale, names, {"x": group % 2})
    assert moved.effect("x").value == pytest.approx(
        plain.effect("x").value * scale, rel=1e-6, abs=1e-10 * scale
    )
    assert moved.icc == pytest.approx(plain.icc, rel=1e-6, abs=1e-7)
    assert moved.effect("x").p_value == pytest.approx(plain.effect("x").p_value, rel=1e-5)


def test_the_order_of_rows_and_names_of_groups_do_not_matter():
    y, group = balanced(7, 3, 0.7, 5)
    fit = fit_mixed(y, {"subject": [str(g) for g in group]}, {"x": group % 2})
    shuffled = np.random.default_rng(0).permutation(y.size)
    again = fit_mixed(
        y[shuffled], {"subject": [f"p{9 - group[i]}" for i in shuffled]}, {"x": (group % 2)[shuffled]}
    )
    assert again.effect("x").value == close(fit.effect("x").value, rel=1e-10)
    assert again.icc == close(fit.icc, rel=1e-8)


def test_a_column_far_from_zero_is_no_trouble():
    y, group = balanced(9, 3, 0.7, 6)
    x = np.random.default_rng(1).normal(size=y.size)
    near = fit_mixed(y, {"subject": [str(g) for g in group]}, {"x": x})
    far = fit_mixed(y, {"subject": [str(g) for g in group]}, {"x": x * 1e-3 + 1e4})
    assert far.effect("x").value == close(near.effect("x").value * 1e3, rel=1e-5)


@pytest.mark.parametrize(
    ("y", "groups", "fixed", "code"),
    [
        ([1.0, 2.0], {"s": ["a", "a"]}, {}, "statistics.too-few"),
        ([1.0, 2.0, 3.0], {"s": ["a", "b", "c"]}, {}, "statistics.too-few"),
        ([1.0, 2.0, 3.0], {"s": ["a", "a", "a"]}, {}, "statistics.too-few"),
        ([1.0, 1.0, 1.0], {"s": ["a", "a", "b"]}, {}, "statistics.constant"),
        ([1.0, 1.0, 2.0, 2.0], {"s": ["a", "a", "b", "b"]}, {}, "statistics.constant"),
        ([1.0, 1.0, 2.0, 2.0], {"s": ["a", "a", "b", "b"]}, {"x": [0, 0, 1, 1]}, "statistics.constant"),
        ([1.0, math.nan, 2.0], {"s": ["a", "a", "b"]}, {}, "statistics.not-finite"),
        ([1.0, 3.0, 2.0], {"s": ["a", "a"]}, {}, "statistics.shape"),
        ([1.0, 3.0, 2.0], {"s": ["a", "a", "b"]}, {"x": [1.0]}, "statistics.shape"),
        ([1.0, 3.0, 2.0, 5.0], {"s": ["a", "a", "b", "b"]}, {"x": [2, 2, 2, 2]}, "statistics.collinear"),
        (
            [1.0, 3.0, 2.0, 5.0, 4.0],
            {"s": ["a", "a", "b", "b", "b"]},
            {"x": [1, 0, 0, 1, 1], "y": [0, 1, 1, 0, 0]},
            "statistics.collinear",
        ),
        ([1.0, 3.0, 2.0], {"s": ["a", "a", "b"]}, {"x": [1, 0, 0], "y": [0, 1, 0]}, "statistics.too-few"),
        (
            [1.0, 3.0, 2.0, 5.0],
            {"s": ["a", "a", "b", "b"], "t": ["c", "c", "d", "d"]},
            {},
            "statistics.collinear",
        ),
        ([1.0, 3.0, 2.0], {}, {}, "statistics.option"),
    ],
)
def test_a_model_that_cannot_be_fitted_is_refused(y, groups, fixed, code):
    with pytest.raises(StatisticsError) as refused:
        fit_mixed(y, groups, fixed)
    assert refused.value.code == code


def test_unknown_options_are_refused():
    question = ([1.0, 3.0, 2.0, 5.0], {"s": ["a", "a", "b", "b"]})
    for options in ({"estimation": "mcmc"}, {"level": 95}):
        with pytest.raises(StatisticsError) as refused:
            fit_mixed(*question, **options)
        assert refused.value.code == "statistics.option"
    with pytest.raises(StatisticsError):
        compare_mixed_columns(*question, {"x": [1, 0, 0, 1]}, ["z"])
    with pytest.raises(StatisticsError):
        fit_mixed(*question).effect("z")
