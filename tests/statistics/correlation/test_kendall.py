"""Kendall's tau and its relatives against cor.test, the two-way table and all pairs."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import estimate_kendall
from adcurate.statistics.correlation.kendall import tau_b_of_resamples
from adcurate.statistics.correlation.pairs import count_case_pairs, dense_ranks
from adcurate.statistics.resampling import bca_interval, bootstrap_indices, jackknife_indices

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "trend.json").read_text())
pairs_of_numbers = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), min_size=3, max_size=14).filter(
    lambda rows: len({x for x, _ in rows}) > 1 and len({y for _, y in rows}) > 1
)


def by_definition(x, y):
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    sign_x, sign_y = np.sign(x[:, None] - x), np.sign(y[:, None] - y)
    return np.sum(sign_x * sign_y) / math.sqrt(np.sum(sign_x**2) * np.sum(sign_y**2))


def test_tau_b_and_its_tests_equal_cor_test():
    for record in ORACLE["kendall"]:
        x, y = record["x"], record["y"]
        plain = estimate_kendall(x, y, interval="none", method="asymptotic")
        corrected = estimate_kendall(x, y, interval="none", method="asymptotic-continuity")
        assert plain.tau_b.value == pytest.approx(record["tau"], rel=1e-10, abs=1e-14)
        assert plain.z == pytest.approx(record["z"], rel=1e-10, abs=1e-12)
        assert plain.p_value == pytest.approx(record["p"], rel=1e-9)
        assert corrected.p_value == pytest.approx(record["p_continuity"], rel=1e-9)
        if record["p_exact"] is not None:
            exact = estimate_kendall(x, y, interval="none")
            assert exact.p_method == "exact"
            assert exact.p_value == pytest.approx(record["p_exact"], rel=1e-9)


@pytest.mark.parametrize("name", ["tau_b", "tau_c", "gamma", "somers_d"])
def test_coefficients_and_standard_errors_equal_those_of_the_table(name):
    for record in ORACLE["kendall"]:
        found = getattr(estimate_kendall(record["x"], record["y"], interval="none"), name)
        value, error = (math.nan if number is None else number for number in record[name])
        assert found.value == pytest.approx(value, rel=1e-9, abs=1e-13, nan_ok=True)
        # A variance that is zero but for rounding is zero here; its root is what is left in R.
        assert found.standard_error == pytest.approx(error, rel=1e-8, abs=2e-8, nan_ok=True)


def test_somers_d_equals_hmisc():
    records = [*ORACLE["kendall"][:20], ORACLE["kendall"][201]]
    for record, expected in zip(records, ORACLE["somers_by_hmisc"], strict=True):
        # rcorr.cens(predictor, outcome) leaves out pairs tied in the outcome.
        found = estimate_kendall(record["x"], record["y"], interval="none").somers_d.value
        assert found == pytest.approx(expected, abs=1e-12)


@settings(max_examples=80, deadline=None)
@given(pairs_of_numbers)
def test_pairs_are_all_counted(rows):
    x, y = zip(*rows, strict=True)
    found = estimate_kendall(x, y, interval="none")
    n = len(rows)
    assert found.tau_b.value == pytest.approx(by_definition(x, y), abs=1e-13)
    counted = found.concordant + found.discordant + found.tied_x_only + found.tied_y_only + found.tied_both
    assert counted == n * (n - 1) // 2
    assert estimate_kendall(x, [-v for v in y], interval="none").s == -found.s
    assert estimate_kendall(y, x, interval="none").tau_b.value == pytest.approx(found.tau_b.value, abs=1e-13)


def test_many_resamples_are_counted_as_one_by_one():
    rng = np.random.default_rng(5)
    x, y = np.round(rng.normal(size=30), 1), rng.integers(0, 4, 30).astype(float)
    rows = bootstrap_indices(30, 40, rng)
    found = tau_b_of_resamples(dense_ranks(x), dense_ranks(y), rows)
    assert found == pytest.approx([by_definition(x[row], y[row]) for row in rows], abs=1e-13)


def test_four_numbers_of_each_case():
    counted = count_case_pairs(np.array([[0, 1, 1, 2]]), np.array([[1, 0, 1, 2]]))
    assert counted.concordant.tolist() == [[1, 1, 1, 3]]
    assert counted.discordant.tolist() == [[1, 1, 0, 0]]
    assert counted.tied_x.tolist() == [[0, 1, 1, 0]]
    assert counted.tied_y.tolist() == [[1, 0, 1, 0]]


def test_fiellers_interval_by_hand():
    found = estimate_kendall([1, 2, 3, 4, 5, 6], [1, 3, 2, 4, 6, 5], interval="fieller")
    reach = 1.959963984540054 * math.sqrt(0.437 / 2)
    z = math.atanh(11 / 15)
    limits = (found.interval.low, found.interval.high)
    assert limits == pytest.approx((math.tanh(z - reach), math.tanh(z + reach)))


def test_the_bootstrap_is_one_of_cases_whatever_their_order():
    rng = np.random.default_rng(8)
    x, y = np.round(rng.normal(size=25), 1), rng.integers(0, 3, 25).astype(float)
    shuffled = rng.permutation(25)
    options = {"interval": "bca-bootstrap", "n_resamples": 500}
    first = estimate_kendall(x, y, rng=np.random.default_rng(1), **options)
    second = estimate_kendall(x[shuffled], y[shuffled], rng=np.random.default_rng(1), **options)
    order = np.lexsort((y, x))
    ordered_x, ordered_y = x[order], y[order]
    draws = bootstrap_indices(25, 500, np.random.default_rng(1))
    replicates = np.array([by_definition(ordered_x[row], ordered_y[row]) for row in draws])
    left_out = np.array([by_definition(ordered_x[row], ordered_y[row]) for row in jackknife_indices(25)])
    expected = bca_interval(first.tau_b.value, replicates, left_out)
    assert first == second
    assert (first.interval.low, first.interval.high) == pytest.approx(
        (expected.low, expected.high), abs=1e-10
    )


def test_a_hundred_thousand_cases_take_no_table_of_pairs():
    rng = np.random.default_rng(0)
    x = rng.normal(size=100_000)
    found = estimate_kendall(x, x, interval="delta")
    assert found.s == 100_000 * 99_999 // 2
    assert [finding.code for finding in found.findings] == ["kendall.no-variance"]


def test_perfect_agreement_has_no_interval_and_says_so():
    found = estimate_kendall([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], interval="fieller")
    assert (found.tau_b.value, found.p_value) == (1.0, 2 / 120)
    assert math.isnan(found.interval.low)
    assert "kendall.no-variance" in [finding.code for finding in found.findings]


def test_an_exact_test_of_ties_says_that_it_is_not():
    found = estimate_kendall([1, 1, 2, 3], [1, 2, 3, 4], interval="none", method="exact")
    assert found.p_method == "asymptotic, tie-corrected"
    assert "kendall.not-exact" in [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    ("x", "y", "options", "code"),
    [
        ([1.0], [2.0], {}, "statistics.too-few"),
        ([1.0, 1.0, 1.0], [1.0, 2.0, 3.0], {}, "statistics.constant"),
        ([1.0, math.nan, 2.0], [1.0, 2.0, 3.0], {}, "statistics.not-finite"),
        ([1.0, 2.0], [1.0, 2.0, 3.0], {}, "statistics.shape"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], {"interval": "fieller"}, "statistics.too-few"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], {"interval": "wald"}, "statistics.option"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], {"method": "monte-carlo"}, "statistics.option"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], {"interval": "bca-bootstrap"}, "statistics.option"),
    ],
)
def test_what_has_no_tau_is_refused(x, y, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_kendall(x, y, **{"interval": "none", **options})
    assert refused.value.code == code
