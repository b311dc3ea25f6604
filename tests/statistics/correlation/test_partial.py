"""Partial rank correlation against residuals of lm on ranks."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import estimate_partial_spearman, estimate_spearman

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "trend.json").read_text())


def named(columns):
    return {f"z{i}": column for i, column in enumerate(columns)}


def test_partial_rho_equals_residuals_of_lm():
    for record in ORACLE["partial"]:
        found = estimate_partial_spearman(record["x"], record["y"], named(record["z"]), interval="fisher-z")
        assert found.rho == pytest.approx(record["rho"], rel=1e-8, abs=1e-11)
        assert found.t == pytest.approx(record["t"], rel=1e-8, abs=1e-10)
        assert found.p_value == pytest.approx(record["p"], rel=1e-8)
        assert found.rho_unadjusted == pytest.approx(record["unadjusted"], rel=1e-10, abs=1e-12)
        limits = (found.interval.low, found.interval.high)
        expected = [math.nan if limit is None else limit for limit in (record["low"], record["high"])]
        assert limits == pytest.approx(expected, rel=1e-8, abs=1e-10, nan_ok=True)


def test_one_covariate_equals_the_textbook_formula():
    rng = np.random.default_rng(4)
    x, y, z = rng.normal(size=(3, 25))
    xy, xz, yz = (estimate_spearman(a, b, interval="none").rho for a, b in ((x, y), (x, z), (y, z)))
    found = estimate_partial_spearman(x, y, {"z": z}, interval="none")
    assert found.rho == pytest.approx((xy - xz * yz) / math.sqrt((1 - xz**2) * (1 - yz**2)), abs=1e-12)


def test_a_covariate_that_goes_with_nothing_changes_nothing():
    x, y, z = [1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4, 3, 6, 5, 8, 7], [1, 4, 4, 1, 1, 4, 4, 1]
    ranks = np.array([x, y, z], dtype=float)
    assert np.corrcoef(ranks)[2, :2] == pytest.approx([0.0, 0.0], abs=1e-12)
    found = estimate_partial_spearman(x, y, {"z": z}, interval="none")
    assert found.rho == pytest.approx(found.rho_unadjusted, abs=1e-12)


def test_the_bootstrap_does_not_depend_on_the_order_of_the_cases():
    rng = np.random.default_rng(6)
    x, z = rng.normal(size=(2, 30))
    y = np.round(x + z + rng.normal(size=30))
    shuffled = rng.permutation(30)
    options = {"interval": "bca-bootstrap", "n_resamples": 400}
    first = estimate_partial_spearman(x, y, {"z": z}, rng=np.random.default_rng(1), **options)
    second = estimate_partial_spearman(
        x[shuffled], y[shuffled], {"z": z[shuffled]}, rng=np.random.default_rng(1), **options
    )
    assert first == second
    assert first.interval.low < first.rho < first.interval.high


def test_few_cases_for_many_covariates_are_noted():
    rng = np.random.default_rng(6)
    x, y, a, b = rng.normal(size=(4, 12))
    found = estimate_partial_spearman(x, y, {"a": a, "b": b}, interval="none")
    assert found.df == 8
    assert [finding.code for finding in found.findings] == ["correlation.few-cases"]


@pytest.mark.parametrize(
    ("x", "y", "z", "code"),
    [
        ([1, 2, 3, 4], [2, 1, 4, 3], {"z": [1, 2, 3, 4]}, "statistics.too-few"),
        ([1, 2, 3, 4, 5], [2, 1, 4, 3, 5], {}, "statistics.too-few"),
        ([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 5, 6], {"z": [1, 1, 1, 1, 1, 1]}, "statistics.constant"),
        ([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 5, 6], {"z": [10, 20, 30, 40, 50, 60]}, "statistics.collinear"),
        (
            [1, 2, 3, 4, 5, 6, 7],
            [2, 1, 4, 3, 5, 7, 6],
            {"a": [3, 1, 2, 5, 4, 7, 6], "b": [30, 10, 20, 50, 40, 70, 60]},
            "statistics.collinear",
        ),
        ([1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 5, 6], {"z": [1, 2, 3]}, "statistics.shape"),
        ([1, 2, 3, 4, 5, math.nan], [2, 1, 4, 3, 5, 6], {"z": [2, 1, 4, 3, 6, 5]}, "statistics.not-finite"),
    ],
)
def test_what_has_no_partial_rho_is_refused(x, y, z, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_partial_spearman(x, y, z, interval="none")
    assert refused.value.code == code
