"""Interval-censored regression against survreg, least squares and its own likelihood."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import interval_values
from adcurate.statistics.models.censored import fit_interval_regression, predict_line

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "ki67.json").read_text())


def ends(record):
    low = np.array([-math.inf if end is None else end for end in record["low"]])
    high = np.array([math.inf if end is None else end for end in record["high"]])
    return interval_values(low, high)


def named(columns):
    return {f"x{i}": column for i, column in enumerate(columns)}


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_coefficients_errors_and_likelihoods_equal_survreg(start):
    for record in ORACLE["regression"][start : start + 50]:
        fit = fit_interval_regression(ends(record), named(record["x"]))
        assert [term.estimate for term in fit.terms] == pytest.approx(
            record["coefficients"], rel=1e-6, abs=1e-7
        )
        assert fit.sigma == pytest.approx(record["sigma"], rel=1e-6)
        errors = [*(term.standard_error for term in fit.terms), fit.log_sigma_error]
        assert errors == pytest.approx(record["se"], rel=1e-6)
        assert fit.log_likelihood == pytest.approx(record["loglik"], rel=1e-8, abs=1e-8)
        assert fit.likelihood_ratio == pytest.approx(
            2 * (record["loglik"] - record["null"]), rel=1e-6, abs=1e-7
        )
        assert [term.likelihood_ratio for term in fit.terms[1:]] == pytest.approx(
            record["lr"], rel=1e-6, abs=1e-7
        )


def test_a_line_through_every_interval_is_refused_where_survreg_ends_silently():
    assert ORACLE["no_maximum"]
    for record in ORACLE["no_maximum"]:
        with pytest.raises(StatisticsError) as refused:
            fit_interval_regression(ends(record), named(record["x"]))
        assert refused.value.code == "statistics.no-convergence"


def test_exact_values_alone_are_least_squares():
    rng = np.random.default_rng(1)
    x = rng.normal(size=30) * 1e-3
    y = 3.0 + 2000.0 * x + rng.normal(size=30)
    fit = fit_interval_regression(interval_values(y, y), {"x": x})
    design = np.column_stack([np.ones(30), x])
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    sigma = math.sqrt(np.mean((y - design @ beta) ** 2))
    assert [term.estimate for term in fit.terms] == pytest.approx(beta.tolist(), rel=1e-10)
    assert fit.sigma == pytest.approx(sigma, rel=1e-10)
    assert fit.terms[1].standard_error == pytest.approx(
        sigma * math.sqrt(np.linalg.inv(design.T @ design)[1, 1]), rel=1e-8
    )
    assert fit.log_sigma_error == pytest.approx(math.sqrt(1 / 60), rel=1e-8)


def test_narrow_ranges_tend_to_exact_values():
    rng = np.random.default_rng(2)
    x = rng.normal(size=25)
    y = x + rng.normal(size=25)
    exact = fit_interval_regression(interval_values(y, y), {"x": x})
    narrow = fit_interval_regression(interval_values(y - 5e-6, y + 5e-6), {"x": x})
    assert narrow.terms[1].estimate == pytest.approx(exact.terms[1].estimate, abs=1e-5)
    assert narrow.sigma == pytest.approx(exact.sigma, rel=1e-5)


def test_units_move_the_coefficients_and_nothing_else():
    record = ORACLE["regression"][3]
    values = ends(record)
    plain = fit_interval_regression(values, named(record["x"]))
    moved = fit_interval_regression(
        interval_values(10 + 5 * values.low, 10 + 5 * values.high),
        {name: 1000.0 * np.array(column) - 7.0 for name, column in named(record["x"]).items()},
    )
    assert moved.terms[1].estimate == pytest.approx(plain.terms[1].estimate * 5 / 1000, rel=1e-9)
    assert moved.terms[1].standard_error == pytest.approx(plain.terms[1].standard_error * 5 / 1000, rel=1e-8)
    assert moved.sigma == pytest.approx(5 * plain.sigma, rel=1e-9)
    assert moved.likelihood_ratio == pytest.approx(plain.likelihood_ratio, rel=1e-8)


def test_the_truth_is_found_in_a_large_sample_that_midpoints_miss():
    rng = np.random.default_rng(3)
    x = rng.normal(size=20_000)
    y = 1.0 - 0.7 * x + 0.5 * rng.normal(size=20_000)
    low, high = np.where(y < 1.0, -np.inf, np.floor(y)), np.where(y < 1.0, 1.0, np.floor(y) + 1.0)
    fit = fit_interval_regression(interval_values(low, high), {"x": x})
    assert fit.terms[1].estimate == pytest.approx(-0.7, abs=0.02)
    assert fit.sigma == pytest.approx(0.5, abs=0.02)
    assert (fit.n_left, fit.n_exact) == (int(np.sum(y < 1.0)), 0)


def test_the_band_of_the_line_is_narrowest_inside():
    record = ORACLE["regression"][0]
    fit = fit_interval_regression(ends(record), {"x": record["x"][0]})
    line = predict_line(fit, {"x": [-3.0, 0.0, 3.0]})
    width = line.high - line.low
    assert line.location[1] == pytest.approx(fit.terms[0].estimate)
    assert width[1] == pytest.approx(2 * 1.959963984540054 * fit.terms[0].standard_error)
    assert width[1] < width[0]
    assert width[1] < width[2]
    with pytest.raises(StatisticsError):
        predict_line(fit, {"z": [0.0]})


@pytest.mark.parametrize(
    ("low", "high", "x", "code"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4], {}, "statistics.too-few"),
        ([1, 2, 3], [1, 2, 3], {"x": [1, 2, 4]}, "statistics.too-few"),
        ([1, 2, 3, 5], [1, 2, 3, 5], {"x": [1, 1, 1, 1]}, "statistics.constant"),
        ([0, 0, 0, 0], [9, 9, 9, 9], {"x": [1, 2, 3, 5]}, "statistics.constant"),
        ([2, 2, 2, 2], [2, 2, 2, 2], {"x": [1, 2, 3, 5]}, "statistics.constant"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"x": [1, 2, 3, 4]}, "statistics.no-convergence"),
        ([0, 1, 2, 3], [1, 2, 3, 4], {"x": [1, 2, 3, 4]}, "statistics.no-convergence"),
        (
            [1, 2, 4, 3, 5],
            [1, 2, 4, 3, 5],
            {"a": [1, 2, 3, 5, 4], "b": [2, 4, 6, 10, 8]},
            "statistics.collinear",
        ),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"x": [1, 2, 3]}, "statistics.shape"),
        ([1, 2, 3, 4], [1, 2, 3, 4], {"x": [1, 2, 3, math.nan]}, "statistics.not-finite"),
    ],
)
def test_what_has_no_line_is_refused(low, high, x, code):
    with pytest.raises(StatisticsError) as refused:
        fit_interval_regression(interval_values(low, high), x)
    assert refused.value.code == code


def test_bounds_alone_on_either_side_have_no_line():
    low, high = [-math.inf, -math.inf, 2.0, 2.0, 2.0], [1.0, 1.0, math.inf, math.inf, math.inf]
    with pytest.raises(StatisticsError) as refused:
        fit_interval_regression(interval_values(low, high), {"x": [1, 2, 3, 4, 6]})
    assert refused.value.code == "statistics.no-convergence"
