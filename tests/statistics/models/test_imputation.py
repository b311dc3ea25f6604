"""Multiple imputation: what is kept, what is drawn, and whether intervals hold what they promise."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.models.imputation import impute_chained
from adcurate.statistics.models.pooling import pool_rubin

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "missing.json").read_text())
HOLES = {
    name: np.array([math.nan if value is None else value for value in column], dtype=float)
    for name, column in ORACLE["holes"].items()
}


def regressions(filled, outcome, *predictors):
    """Coefficients and variances of least squares in each table."""
    found = []
    for i in range(filled.n_imputations):
        y = filled.tables[outcome][i]
        x = np.column_stack([np.ones(y.size), *(filled.tables[name][i] for name in predictors)])
        beta, *_ = np.linalg.lstsq(x, y, rcond=None)
        variance = np.sum((y - x @ beta) ** 2) / (y.size - x.shape[1]) * np.diag(np.linalg.inv(x.T @ x))
        found.append((beta, variance))
    return np.array([one for one, _ in found]), np.array([one for _, one in found])


@pytest.mark.parametrize(("index", "method"), [(0, "normal"), (1, "predictive-mean-matching")])
def test_pooled_regressions_come_near_to_those_of_mice(index, method):
    oracle = ORACLE["mice"][index]
    filled = impute_chained(
        HOLES, n_imputations=100, iterations=5, rng=np.random.default_rng(7), method=method
    )
    estimates, variances = regressions(filled, "y", "x", "z")
    for j in range(3):
        pooled = pool_rubin(estimates[:, j], variances[:, j], df_complete=117)
        # Both are random: a fifth of a standard error is some four standard errors of 100 draws.
        assert abs(pooled.value - oracle["estimate"][j]) < 0.2 * oracle["se"][j]
        assert pooled.standard_error == pytest.approx(oracle["se"][j], rel=0.12)
    assert np.mean(filled.tables["b"]) == pytest.approx(oracle["share_b"], abs=0.02)


def test_known_values_are_kept_and_imputed_ones_are_values_that_were_seen():
    filled = impute_chained(HOLES, n_imputations=3, iterations=4, rng=np.random.default_rng(1))
    for name, column in HOLES.items():
        known = np.isfinite(column)
        assert np.all(filled.tables[name][:, known] == column[known])
        assert np.isin(filled.tables[name][:, ~known], column[known]).all()
        if not known.all():
            assert filled.n_imputed[name] == np.count_nonzero(~known)
            assert filled.chain_means[name].shape == (4, 3)


def test_the_order_of_the_rows_changes_nothing():
    shuffled = np.random.default_rng(2).permutation(120)
    first = impute_chained(HOLES, n_imputations=3, iterations=3, rng=np.random.default_rng(1))
    second = impute_chained(
        {name: column[shuffled] for name, column in HOLES.items()},
        n_imputations=3,
        iterations=3,
        rng=np.random.default_rng(1),
    )
    for name in HOLES:
        assert np.array_equal(first.tables[name][:, shuffled], second.tables[name])


@pytest.mark.parametrize("method", ["normal", "predictive-mean-matching"])
def test_pooled_intervals_hold_the_truth_about_as_often_as_they_say(method):
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(200):
        x = rng.normal(size=60)
        y = 0.5 * x + rng.normal(size=60)
        y[rng.random(60) < 1 / (1 + np.exp(1.0 - x))] = np.nan
        filled = impute_chained({"y": y, "x": x}, n_imputations=8, iterations=1, rng=rng, method=method)
        pooled = pool_rubin(*(part[:, 1] for part in regressions(filled, "y", "x")), df_complete=58)
        hits += pooled.interval.low <= 0.5 <= pooled.interval.high
    assert 0.88 <= hits / 200 <= 0.99


def test_nothing_missing_is_nothing_imputed():
    filled = impute_chained(
        {"a": np.arange(9.0), "b": np.arange(9.0) ** 2},
        n_imputations=2,
        iterations=1,
        rng=np.random.default_rng(1),
    )
    assert filled.n_imputed == {}
    assert np.array_equal(filled.tables["a"][1], np.arange(9.0))


def test_separated_classes_are_imputed_without_running_away():
    x = np.linspace(-1.0, 1.0, 30)
    b = (x > 0).astype(float)
    b[[3, 20]] = np.nan
    filled = impute_chained({"b": b, "x": x}, n_imputations=20, iterations=1, rng=np.random.default_rng(3))
    assert filled.tables["b"][:, 3].mean() < 0.3
    assert filled.tables["b"][:, 20].mean() > 0.6


@pytest.mark.parametrize(
    ("columns", "options", "code"),
    [
        ({"a": [1.0, math.nan, 2.0, 4.0, 5.0]}, {}, "statistics.too-few"),
        ({"a": [1.0, math.nan, 2.0], "b": [1.0, 2.0, 3.0]}, {}, "statistics.too-few"),
        ({"a": [1.0, 1.0, 1.0, 1.0, 1.0, math.nan], "b": [1, 2, 3, 4, 5, 6]}, {}, "statistics.constant"),
        ({"a": [1.0, 2.0, math.inf], "b": [1, 2, 3]}, {}, "statistics.not-finite"),
        ({"a": [1.0, 2.0, 3.0], "b": [1, 2]}, {}, "statistics.shape"),
        ({"a": ["x", "y", "z"], "b": [1, 2, 3]}, {}, "statistics.shape"),
        ({"a": [1.0, 2.0, 3.0], "b": [1, 2, 3]}, {"n_imputations": 1}, "statistics.option"),
        ({"a": [1.0, 2.0, 3.0], "b": [1, 2, 3]}, {"method": "mean"}, "statistics.option"),
    ],
)
def test_what_cannot_be_imputed_is_refused(columns, options, code):
    with pytest.raises(StatisticsError) as refused:
        impute_chained(
            columns,
            **{"n_imputations": 5, "iterations": 2, "rng": np.random.default_rng(1), **options},
        )
    assert refused.value.code == code
