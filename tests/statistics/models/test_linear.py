"""Least squares and one-way analysis of variance against R, against theory, and at their edges."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.models import compare_anova, fit_linear

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "linear.json").read_text())


SUMS_OF_TENTHS = [[0.1, 0.2, 0.3], [0.7, 0.1, 0.8], [0.4, 0.5, 0.9], [0.2, 0.9, 1.1]]


def names_of(x):
    return tuple(f"x{j}" for j in range(x.shape[1]))


def test_200_random_models_equal_lm():
    for oracle in ORACLE["models"]:
        x = np.array(oracle["x"])
        fit = fit_linear(x, oracle["y"], names=names_of(x), intercept=oracle["intercept"])
        table = [[one.value, one.standard_error, one.t, one.p_value] for one in fit.coefficients]
        limits = [[one.interval.low, one.interval.high] for one in fit.coefficients]
        np.testing.assert_allclose(table, oracle["table"], rtol=1e-8, atol=1e-10)
        np.testing.assert_allclose(limits, oracle["interval"], rtol=1e-8, atol=1e-10)
        assert fit.residual_sd == pytest.approx(oracle["sd"], rel=1e-9)
        assert fit.r_squared == pytest.approx(oracle["r_squared"], rel=1e-8)
        assert fit.adjusted_r_squared == pytest.approx(oracle["adjusted"], rel=1e-8)
        assert (fit.f, fit.p_value) == pytest.approx((oracle["f"], oracle["p_value"]), rel=1e-8)


def test_200_random_tables_equal_aov():
    for oracle in ORACLE["anova"]:
        y, g = np.array(oracle["y"]), np.array(oracle["g"])
        table = compare_anova({str(group): y[g == group] for group in np.unique(g)})
        assert table.between_sum_of_squares == pytest.approx(oracle["between"], rel=1e-8)
        assert table.within_sum_of_squares == pytest.approx(oracle["within"], rel=1e-8)
        assert (table.f, table.p_value) == pytest.approx((oracle["f"], oracle["p_value"]), rel=1e-8)


def test_a_line_by_hand():
    fit = fit_linear([1.0, 2.0, 3.0], [1.0, 3.0, 2.0], names=("dose",))
    assert [one.value for one in fit.coefficients] == [1.0, 0.5]
    assert fit.residual_sum_of_squares == 1.5
    assert fit.regression_sum_of_squares == 0.5


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=4, max_size=12),
    st.integers(1, 50),
)
def test_a_change_of_unit_changes_the_coefficient_and_no_test(pairs, factor):
    x, y = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    if np.unique(x).size < 3 or np.unique(y).size < 2:
        return
    one = fit_linear(x, y, names=("x",))
    other = fit_linear(x * factor, y, names=("x",))
    assert other.coefficients[1].value * factor == pytest.approx(one.coefficients[1].value, rel=1e-13)
    assert other.p_value == pytest.approx(one.p_value, rel=1e-12, nan_ok=True)


def test_two_groups_give_the_square_of_t():
    x, y = [1.0, 1.2, 0.9, 1.4], [0.7, 0.8, 1.1]
    table = compare_anova({"a": x, "b": y})
    fit = fit_linear([0.0] * 4 + [1.0] * 3, x + y, names=("b",))
    assert table.f == pytest.approx(fit.coefficients[1].t ** 2, rel=1e-13)
    assert table.p_value == pytest.approx(fit.coefficients[1].p_value, rel=1e-12)


def test_the_order_of_cases_changes_no_bit():
    generator = np.random.default_rng(2)
    x, y = generator.normal(size=(30, 3)), generator.normal(size=30)
    order = generator.permutation(30)
    assert fit_linear(x, y, names=names_of(x)) == fit_linear(x[order], y[order], names=names_of(x))


def test_perfect_and_saturated_fits_say_so():
    perfect = fit_linear([1.0, 2.0, 3.0], [2.0, 4.0, 6.0], names=("x",))
    assert [finding.code for finding in perfect.findings] == ["linear.perfect"]
    assert (perfect.residual_sd, perfect.p_value, perfect.r_squared) == (0.0, 0.0, 1.0)
    saturated = fit_linear([1.0, 2.0], [2.0, 5.0], names=("x",))
    assert [finding.code for finding in saturated.findings] == ["linear.saturated"]
    assert saturated.coefficients[1].value == 3.0
    assert math.isnan(saturated.p_value)
    assert math.isnan(saturated.coefficients[1].interval.low)


def test_a_constant_response_has_no_r_squared():
    fit = fit_linear([1.0, 2.0, 4.0], [3.0, 3.0, 3.0], names=("x",))
    assert fit.coefficients[1].value == 0.0
    assert math.isnan(fit.r_squared)


def test_groups_that_do_not_vary_within_differ_for_certain():
    table = compare_anova({"a": [1.0, 1.0], "b": [2.0, 2.0]})
    assert (table.f, table.p_value) == (math.inf, 0.0)


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]], [1.0, 2.0, 4.0], "statistics.collinear"),
        (SUMS_OF_TENTHS, [1, 2, 3, 5], "statistics.collinear"),
        ([5.0, 5.0, 5.0], [1.0, 2.0, 4.0], "statistics.collinear"),
        ([[1.0, 2.0], [2.0, 3.0]], [1.0, 2.0], "statistics.too-few"),
        ([1.0, math.nan, 3.0], [1.0, 2.0, 3.0], "statistics.not-finite"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], "statistics.shape"),
    ],
)  # fmt: skip
def test_a_model_refuses_what_cannot_be_fitted(x, y, code):
    x = np.array(x)
    with pytest.raises(StatisticsError) as refused:
        fit_linear(x, y, names=names_of(np.atleast_2d(x.T).T))
    assert refused.value.code == code


def test_the_collinear_column_is_named():
    with pytest.raises(StatisticsError, match="'twice'"):
        fit_linear(
            [[1.0, 5.0, 2.0], [2.0, 1.0, 4.0], [3.0, 2.0, 6.0], [5.0, 2.0, 10.0]],
            [1, 2, 3, 4],
            names=("once", "other", "twice"),
        )


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ({"a": [1.0, 2.0]}, "statistics.too-few"),
        ({"a": [1.0], "b": [2.0]}, "statistics.too-few"),
        ({"a": [1.0, 1.0], "b": [1.0]}, "statistics.constant"),
        ({"a": [1.0, math.inf], "b": [1.0]}, "statistics.not-finite"),
        ({"a": [], "b": [1.0, 2.0, 3.0]}, "statistics.too-few"),
    ],
)
def test_an_analysis_of_variance_refuses_what_has_none(groups, code):
    with pytest.raises(StatisticsError) as refused:
        compare_anova(groups)
    assert refused.value.code == code


def test_an_impossible_degree_or_level_is_refused():
    for options in ({"degree": 0}, {"level": 95}):
        with pytest.raises(StatisticsError) as refused:
            fit_linear([1.0, 2.0, 3.0], [1.0, 2.0, 4.0], names=("x",), **options)
        assert refused.value.code == "statistics.option"
