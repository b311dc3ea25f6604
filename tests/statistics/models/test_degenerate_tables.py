"""Tiny, tied and nearly separated tables: the maximum itself, or a clear error, never a wrong number."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from adcurate.errors import StatisticsError
from adcurate.statistics.models import compare_proportional_odds, fit_logistic, fit_ordinal

CODES = {
    "statistics.one-class",
    "statistics.constant",
    "statistics.collinear",
    "statistics.no-convergence",
    "statistics.too-few",
}


def tables(seed, n_tables):
    generator = np.random.default_rng(seed)
    for _ in range(n_tables):
        n, p = int(generator.integers(2, 9)), int(generator.integers(1, 4))
        scale = 10.0 ** generator.integers(-6, 7)
        x = np.round(generator.normal(size=(n, p)) * generator.choice([0.6, 3.0]))
        yield generator, x * scale + generator.choice([0.0, 1000.0]) * scale


def check_intervals(coefficients):
    for one in coefficients:
        assert np.isfinite(one.value)
        assert one.interval.low < one.value < one.interval.high
        assert 0.0 <= one.p_value <= 1.0


@pytest.mark.parametrize("penalty", ["none", "firth"])
def test_a_logistic_fit_is_the_maximum_or_an_error(penalty):
    fitted = refused = 0
    for generator, x in tables(11, 150):
        y = generator.random(x.shape[0]) < 0.5
        names = tuple(f"x{j}" for j in range(x.shape[1]))
        try:
            fit = fit_logistic(x, y, names=names, penalty=penalty)
        except StatisticsError as error:
            assert error.code in CODES
            refused += 1
            continue
        fitted += 1
        check_intervals(fit.coefficients)
        design = np.column_stack([np.ones(len(y)), x])
        probability = fit.predict(x)
        residual = y - probability
        if penalty == "firth":
            weight = probability * (1 - probability)
            root = np.sqrt(weight)[:, None] * (design / np.abs(design).max(axis=0))
            leverage = (np.linalg.qr(root)[0] ** 2).sum(axis=1)
            residual = residual + leverage * (0.5 - probability)
        score = residual @ (design / np.abs(design).max(axis=0))
        assert np.abs(score).max() < 1e-8
    assert min(fitted, refused) > 10


def test_an_ordinal_fit_is_a_maximum_or_an_error():
    fitted = refused = 0
    for generator, x in tables(12, 150):
        x = np.concatenate([x, x + generator.normal(size=x.shape)])
        grades = [str(grade) for grade in generator.integers(0, 3, size=x.shape[0])]
        names = tuple(f"x{j}" for j in range(x.shape[1]))
        order = ("0", "1", "2")
        try:
            fit = fit_ordinal(x, grades, names=names, order=order)
            tests = compare_proportional_odds(x, grades, names=names, order=order)
        except StatisticsError as error:
            assert error.code in CODES
            refused += 1
            continue
        fitted += 1
        check_intervals(fit.coefficients)
        assert len(tests.brant) == len(names)
        # At the maximum the mean probability beyond each threshold balances the share observed there.
        thresholds = np.array([one.value for one in fit.thresholds])
        slopes = np.array([one.value for one in fit.coefficients])
        cumulative = np.column_stack(
            [np.zeros(len(x)), expit(thresholds - (x @ slopes)[:, None]), np.ones(len(x))]
        )
        place = np.array([order.index(grade) for grade in grades])
        density = cumulative * (1 - cumulative)
        probability = np.diff(cumulative, axis=1)[np.arange(len(x)), place]
        pull = (density[np.arange(len(x)), place + 1] - density[np.arange(len(x)), place]) / probability
        assert np.abs(pull @ (x / np.abs(x).max(axis=0))).max() < 1e-6
    assert min(fitted, refused) > 10
