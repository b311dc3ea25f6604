"""The bivariate model of sensitivity and specificity, against metafor, lme4, integration and identities."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.meta import (
    accuracy_counts,
    count_of_percentage,
    pool_accuracy,
    summary_region,
    summary_roc,
)
from adcurate.statistics.meta.binomial_normal import _fit, _rule, log_likelihood

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "meta.json").read_text())
SETS = ORACLE["bivariate"]


def counts_of(oracle):
    return accuracy_counts(oracle["tp"], oracle["fn"], oracle["fp"], oracle["tn"])


def close(number, wanted, size, rel):
    return abs(number - wanted) <= rel * max(abs(wanted), size)


@pytest.mark.parametrize(
    ("key", "continuity"), [("all", "all-if-any-zero"), ("only_zero", "zero-studies-only")]
)
@pytest.mark.parametrize("oracle", SETS)
def test_the_approximate_model_equals_metafor(oracle, key, continuity):
    pooled = pool_accuracy(counts_of(oracle), model="approximate", continuity=continuity)
    sens, spec, v11, v12, v22, sd1, sd2, rho, ll = oracle[key]
    if abs(rho) > 0.995:
        assert not pooled.joint
        return
    assert close(pooled.logit_sensitivity, sens, 1.0, 1e-8)
    assert close(pooled.logit_specificity, spec, 1.0, 1e-8)
    assert close(pooled.covariance[0][0], v11, 1e-3, 1e-7)
    assert close(pooled.covariance[0][1], v12, 1e-3, 1e-6)
    assert close(pooled.covariance[1][1], v22, 1e-3, 1e-7)
    assert close(pooled.sd_sensitivity, sd1, 0.1, 1e-7)
    assert close(pooled.sd_specificity, sd2, 0.1, 1e-7)
    assert close(pooled.correlation, rho, 0.1, 1e-6)
    assert close(pooled.log_likelihood, ll, 1.0, 1e-10)


@pytest.mark.parametrize("oracle", [oracle for oracle in SETS if oracle.get("fit")])
def test_the_exact_model_equals_lme4(oracle):
    pooled = pool_accuracy(counts_of(oracle), model="exact")
    sens, spec, sd1, sd2, rho, ll = oracle["fit"]
    if not pooled.joint:
        assert rho is None or abs(rho) > 0.99
        return
    # lme4 stops where its optimizer does; the likelihood here is never below its own.
    assert pooled.log_likelihood >= ll - 1e-8
    assert close(pooled.logit_sensitivity, sens, 1.0, 3e-6)
    assert close(pooled.logit_specificity, spec, 1.0, 3e-6)
    assert close(pooled.sd_sensitivity, sd1, 0.1, 3e-6)
    assert close(pooled.sd_specificity, sd2, 0.1, 3e-6)
    assert close(pooled.correlation, rho, 0.1, 3e-6)
    assert close(pooled.log_likelihood, ll, 1.0, 1e-8)
    if oracle.get("covariance"):
        v11, v12, v22 = oracle["covariance"]
        assert close(pooled.covariance[0][0], v11, 1e-2, 1e-4)
        assert close(pooled.covariance[0][1], v12, 1e-2, 1e-4)
        assert close(pooled.covariance[1][1], v22, 1e-2, 1e-4)


@pytest.mark.parametrize(("key", "points"), [("laplace", 1), ("points_15", 15)])
@pytest.mark.parametrize("oracle", ORACLE["alone"])
def test_one_proportion_alone_equals_lme4_by_either_rule(oracle, key, points):
    yes = np.array(oracle["yes"], dtype=float)[:, None]
    total = yes + np.array(oracle["no"], dtype=float)[:, None]
    mean, _, between, _ = _fit(yes, total, points)
    assert close(mean[0], oracle[key][0], 1.0, 1e-6)
    assert close(math.sqrt(between[0, 0]), oracle[key][1], 0.1, 1e-6)


def test_quadrature_in_two_directions_equals_integration():
    oracle = ORACLE["integrated"]
    tp, fn, fp, tn = oracle["counts"]
    events, totals = np.array([[tp, tn]], dtype=float), np.array([[tp + fn, tn + fp]], dtype=float)
    lower = np.array(oracle["lower"]).reshape(2, 2)
    found = [
        log_likelihood(events, totals, np.array(oracle["mean"]), lower, *_rule(points, 2))
        for points in (1, 9, 21)
    ]
    assert found[2] == pytest.approx(oracle["log_likelihood"], rel=1e-10)
    assert found[1] == pytest.approx(oracle["log_likelihood"], rel=1e-7)
    assert found[0] == pytest.approx(oracle["log_likelihood"], rel=5e-3)


@pytest.fixture(scope="module")
def pooled():
    return pool_accuracy(counts_of(SETS[0]), model="approximate")


def test_the_summary_curve_passes_through_the_summary_point(pooled):
    at = summary_roc(pooled, np.array([pooled.specificity]))
    assert at[0] == pytest.approx(pooled.sensitivity, rel=1e-12)


def test_hsroc_variances_give_back_the_spread(pooled):
    a, t, shape = pooled.hsroc.accuracy_variance, pooled.hsroc.threshold_variance, pooled.hsroc.shape
    covariance = pooled.correlation * pooled.sd_sensitivity * pooled.sd_specificity
    assert a / 4 - t == pytest.approx(covariance, rel=1e-10)
    assert math.exp(shape) == pytest.approx(pooled.sd_specificity / pooled.sd_sensitivity)


def test_regions_lie_where_their_quadratic_form_is_constant(pooled):
    sens, spec = summary_region(pooled, "confidence", 37)
    points = np.column_stack([np.log(sens / (1 - sens)), np.log(spec / (1 - spec))])
    points -= [pooled.logit_sensitivity, pooled.logit_specificity]
    form = np.einsum("ki,ij,kj->k", points, np.linalg.inv(np.array(pooled.covariance)), points)
    assert np.sqrt(form) == pytest.approx(pooled.region_factor, rel=1e-9)


def test_the_radius_of_regions_by_each_name():
    counts = counts_of(SETS[0])
    chi = pool_accuracy(counts, model="approximate", region="chi-squared")
    f = pool_accuracy(counts, model="approximate", region="f")
    assert chi.region_factor**2 == pytest.approx(5.991464547107979)
    assert f.region_factor > chi.region_factor


def test_exchanging_the_classes_exchanges_the_results():
    oracle = SETS[1]
    there = pool_accuracy(counts_of(oracle), model="approximate")
    back = pool_accuracy(
        accuracy_counts(oracle["tn"], oracle["fp"], oracle["fn"], oracle["tp"]), model="approximate"
    )
    assert back.sensitivity == pytest.approx(there.specificity, rel=1e-7)
    assert back.sd_sensitivity == pytest.approx(there.sd_specificity, rel=1e-6)
    assert back.log_likelihood == pytest.approx(there.log_likelihood, rel=1e-9)


def test_three_studies_are_pooled_apart_and_it_is_said():
    counts = accuracy_counts([9, 11, 11], [1, 2, 0], [13, 8, 3], [25, 89, 16])
    for model in ("approximate", "exact"):
        pooled = pool_accuracy(counts, model=model)
        assert not pooled.joint
        assert pooled.hsroc is None
        assert math.isnan(pooled.correlation)
        assert "meta.pooled-apart" in [finding.code for finding in pooled.findings]
        assert "pooled apart" in pooled.method
        assert np.all(np.isnan(summary_roc(pooled, np.array([0.5]))))


def test_two_studies_have_no_region():
    pooled = pool_accuracy(accuracy_counts([9, 11], [1, 2], [13, 8], [25, 89]), model="approximate")
    assert math.isnan(pooled.region_factor)
    assert np.all(np.isnan(summary_region(pooled, "confidence")[0]))


def test_identical_studies_pool_to_their_own_share_by_the_exact_model():
    pooled = pool_accuracy(accuracy_counts([30] * 6, [10] * 6, [8] * 6, [32] * 6), model="exact")
    assert (pooled.sensitivity, pooled.specificity) == pytest.approx((0.75, 0.8), rel=1e-6)
    assert pooled.sensitivity_interval.low == pytest.approx(
        1 / (1 + math.exp(-(math.log(3) - 1.959963984540054 * math.sqrt(1 / 180 + 1 / 60)))), rel=1e-5
    )


def test_a_sensitivity_of_all_everywhere_has_no_exact_estimate():
    counts = accuracy_counts([9, 11, 11], [0, 0, 0], [13, 8, 3], [25, 89, 16])
    with pytest.raises(StatisticsError) as refused:
        pool_accuracy(counts, model="exact")
    assert refused.value.code == "statistics.no-convergence"
    corrected = pool_accuracy(counts, model="approximate")
    assert corrected.n_corrected == 3
    assert "meta.continuity-corrected" in [finding.code for finding in corrected.findings]


def test_thirty_sparse_sets_give_an_answer_or_a_clear_error():
    rng = np.random.default_rng(7)
    n_answers = 0
    for _ in range(30):
        k = int(rng.integers(2, 7))
        n1, n0 = rng.integers(1, 8, k), rng.integers(1, 8, k)
        tp, tn = rng.binomial(n1, 0.9), rng.binomial(n0, 0.85)
        counts = accuracy_counts(tp, n1 - tp, n0 - tn, tn)
        for model in ("approximate", "exact"):
            try:
                pooled = pool_accuracy(counts, model=model)
            except StatisticsError as error:
                assert error.code == "statistics.no-convergence"
                continue
            n_answers += 1
            assert (
                0.0 < pooled.sensitivity_interval.low < pooled.sensitivity < pooled.sensitivity_interval.high
            )
            assert 0.0 < pooled.specificity < 1.0
    assert n_answers > 30


@pytest.mark.parametrize(
    ("percent", "n", "decimals", "count"),
    [
        (65.79, 38, 2, 25),
        (100, 9, 0, 9),
        (92, 97, 0, 89),
        (84.2, 19, 1, 16),
        (91.6, 12, 1, 11),
        (72.3, 12, 1, None),
        (50, 1000, 0, None),
        (50, 7, 2, None),
        (math.nan, 7, 2, None),
    ],
)
def test_a_percentage_becomes_a_count_only_when_one_prints_as_it(percent, n, decimals, count):
    assert count_of_percentage(percent, n, decimals) == count


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: accuracy_counts([1.5], [1], [1], [1]), "statistics.option"),
        (lambda: accuracy_counts([-1], [1], [1], [1]), "statistics.option"),
        (lambda: accuracy_counts([0], [0], [1], [1]), "statistics.one-class"),
        (lambda: accuracy_counts([1, 2], [1], [1], [1]), "statistics.shape"),
        (lambda: pool_accuracy(accuracy_counts([3], [1], [1], [3]), model="exact"), "statistics.too-few"),
        (lambda: pool_accuracy(counts_of(SETS[0]), model="hsroc"), "statistics.option"),
        (lambda: pool_accuracy(counts_of(SETS[0]), model="exact", quadrature_points=0), "statistics.option"),
        (lambda: pool_accuracy(counts_of(SETS[0]), model="approximate", continuity="x"), "statistics.option"),
    ],
)
def test_what_has_no_answer_is_refused(call, code):
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code
