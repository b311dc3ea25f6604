"""Sample sizes: what must hold of every design, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from adcurate.errors import StatisticsError
from adcurate.statistics.planning import (
    Units,
    areas_correlation,
    auc_difference_variances,
    auc_variance,
    chance_of_both,
    critical_count,
    design_effect,
    evaluate_sample_size,
    find_sample_size,
    plan_auc_difference,
    plan_auc_difference_precision,
    plan_auc_power,
    plan_auc_precision,
    plan_correlation_power,
    plan_correlation_precision,
    plan_icc_power,
    plan_icc_precision,
    plan_limits_assurance,
    plan_limits_power,
    plan_limits_precision,
    plan_logistic_model,
    plan_mann_whitney,
    plan_proportion_assurance,
    plan_proportion_power,
    plan_proportion_precision,
    plan_recruitment,
)
from adcurate.statistics.planning.binormal import bivariate_normal

SHARED = {"r_positive": 0.5, "r_negative": 0.3}
POWER = [
    plan_auc_power(0.85, null=0.7, ratio=4.0),
    plan_auc_power(0.8, variance="hanley-mcneil", ratio=0.4),
    plan_auc_power(0.8, null=0.65, variance="binormal"),
    plan_auc_difference(0.75, 0.85, **SHARED),
    plan_auc_difference(0.75, 0.85, variance="obuchowski-proc", **SHARED),
    plan_auc_difference(0.75, 0.85, variance="binormal", ratio=3.0, **SHARED),
    plan_auc_difference(0.85, 0.75, variance="hanley-mcneil", **SHARED),
    plan_proportion_power(0.9, null=0.7),
    plan_proportion_power(0.6, null=0.8, one_sided=False),
    plan_proportion_power(0.9, null=0.7, test="normal"),
    plan_proportion_assurance(0.9, half_width=0.1),
    plan_proportion_assurance(0.7, half_width=0.12, interval="wilson"),
    plan_correlation_power(-0.4),
    plan_correlation_power(0.6, null=0.3, spread="fisher-z-1.06"),
    plan_correlation_power(0.4, spread="t-test"),
    plan_icc_power(0.8, null=0.6),
    plan_icc_power(0.8, null=0.6, n_readers=3, method="exact-f"),
    plan_limits_power(0.1, 1.0, clinical_difference=2.6),
    plan_limits_power(0.1, 1.0, clinical_difference=2.6, method="exact"),
    plan_limits_assurance(1.0, half_width=0.4),
    plan_mann_whitney(0.7, ratio=2.0),
]
PRECISION = [
    (plan_auc_precision(0.87, ratio=4.0), 0.08),
    (plan_auc_precision(0.87, variance="obuchowski"), 0.08),
    (plan_auc_precision(0.87, variance="binormal"), 0.08),
    (plan_auc_difference_precision(0.75, 0.85, **SHARED), 0.08),
    (plan_proportion_precision(0.9, interval="wald"), 0.07),
    (plan_proportion_precision(0.9, interval="wilson"), 0.07),
    (plan_proportion_precision(0.9), 0.07),
    (plan_correlation_precision(0.5), 0.15),
    (plan_icc_precision(0.8), 0.1),
    (plan_icc_precision(0.6, n_readers=3, method="f"), 0.12),
    (plan_limits_precision(1.0), 0.3),
    (plan_limits_precision(1.0, method="rule-1986"), 0.3),
    (plan_limits_precision(1.0, method="exact-mean"), 0.3),
]


@pytest.mark.parametrize("design", POWER, ids=lambda design: f"{design.name}, {design.method}")
def test_the_number_reaches_its_power_and_one_less_does_not(design):
    sizes = [find_sample_size(design, power) for power in (0.6, 0.8, 0.9)]
    for power, size in zip((0.6, 0.8, 0.9), sizes, strict=True):
        assert size.reached_before < power <= size.reached + 1e-12
        assert evaluate_sample_size(design, size.units).reached == size.reached
        assert {point.units for point in size.curve} >= {size.units}
    assert [size.units.n for size in sizes] == sorted(size.units.n for size in sizes)


@pytest.mark.parametrize(("design", "wanted"), PRECISION, ids=lambda value: getattr(value, "method", None))
def test_the_number_reaches_its_width_and_one_less_does_not(design, wanted):
    size, narrower = find_sample_size(design, wanted), find_sample_size(design, wanted * 0.7)
    assert size.reached <= wanted + 1e-12 < size.reached_before
    assert narrower.units.n > size.units.n


@pytest.mark.parametrize(
    "design", [design for design in POWER if design.formula], ids=lambda design: design.method
)
def test_the_closed_form_rounded_up_is_the_number_found(design):
    size = find_sample_size(design, 0.85)
    steps = size.units.n if size.units.n_positive is None else size.units.n_positive
    # The other class is rounded up as well, which may spare a positive.
    assert math.ceil(size.formula_steps) - 1 <= steps <= math.ceil(size.formula_steps)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.52, 0.98), st.integers(5, 80), st.integers(5, 80))
def test_an_area_of_normal_classes_has_the_variance_of_its_pairs(area, m, n):
    assert auc_variance(area, m, n, method="binormal") == pytest.approx(
        auc_variance(1.0 - area, m, n, method="binormal"), rel=1e-9
    )
    assert 0.0 < auc_variance(area, m, n, method="binormal") <= area * (1.0 - area) / min(m, n)


def test_the_binormal_variance_is_that_of_simulated_areas():
    generator = np.random.default_rng(5)
    x = generator.standard_normal((40_000, 9)) + math.sqrt(2.0) * norm.ppf(0.87)
    y = generator.standard_normal((40_000, 38))
    areas = (x[:, :, None] > y[:, None, :]).mean(axis=(1, 2))
    assert areas.var() == pytest.approx(auc_variance(0.87, 9, 38, method="binormal"), rel=0.03)


def test_one_half_has_the_mann_whitney_variance():
    assert auc_variance(0.5, 9, 38) == pytest.approx(48 / (12 * 9 * 38))
    assert auc_variance(0.5, 9, 38, method="binormal") == pytest.approx(48 / (12 * 9 * 38))


def test_markers_that_share_nothing_have_independent_areas_and_copies_differ_not():
    apart = auc_difference_variances(0.8, 0.7, 20, 30, r_positive=0.0, r_negative=0.0, method="binormal")
    alone = [auc_variance(area, 20, 30, method="binormal") for area in (0.8, 0.7)]
    assert apart[1] == pytest.approx(sum(alone), rel=1e-12)
    copy = auc_difference_variances(
        0.8, 0.8, 20, 30, r_positive=1 - 1e-12, r_negative=1 - 1e-12, method="binormal"
    )
    assert copy[1] == pytest.approx(0.0, abs=1e-6)
    assert areas_correlation(0.8, 0.0) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("h", "k", "r"), [(0.0, 1.2, 0.4), (-1.0, 0.0, 0.4), (0.0, 0.0, -0.5), (-0.7, 0.9, 0.2)]
)
def test_bivariate_normal_holds_at_its_seams(h, k, r):
    shifted = bivariate_normal(h + 1e-9, k + 1e-9, r)
    assert bivariate_normal(h, k, r) == pytest.approx(shifted, abs=1e-8)
    assert bivariate_normal(h, k, r) == pytest.approx(bivariate_normal(k, h, r), abs=1e-14)
    assert bivariate_normal(h, k, 0.0) == pytest.approx(norm.cdf(h) * norm.cdf(k), abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 300), st.floats(0.05, 0.95), st.floats(0.001, 0.2))
def test_the_critical_count_is_the_first_that_rejects(n, null, alpha):
    from scipy.stats import binom

    count = critical_count(n, null, alpha)
    assert binom.sf(count - 1, n, null) <= alpha * (1 + 1e-9)
    assert count == 0 or binom.sf(count - 2, n, null) > alpha * (1 - 1e-9)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 30),
    st.integers(0, 40),
    st.floats(0.05, 0.7),
    st.floats(0.0, 0.4),
    st.floats(0.5, 0.95),
    st.floats(1.0, 2.0),
)
def test_recruitment_reaches_its_assurance_and_one_less_does_not(a, b, share, lost, sure, effect):
    plan = plan_recruitment(
        Units(a + b, a, b), prevalence=share, not_assessable=lost, assurance=sure, design_effect=effect
    )
    need = (plan.analysed.n_positive, plan.analysed.n_negative, share, 1.0 - lost)
    assert need[:2] == (math.ceil(a * effect - 1e-9), math.ceil(b * effect - 1e-9))
    assert plan.chance == chance_of_both(plan.n, *need) >= sure > chance_of_both(plan.n - 1, *need)


def test_classes_enrolled_apart_hold_together():
    plan = plan_recruitment(Units(47, 9, 38), not_assessable=0.1, assurance=0.9)
    assert plan.n == plan.n_positive + plan.n_negative
    assert plan.chance >= 0.9
    assert plan_recruitment(Units(47, 9, 38)).n == 47
    assert plan_recruitment(Units(40), not_assessable=0.2).n == 50


def test_on_average_is_said_to_be_a_coin_toss():
    plan = plan_recruitment(Units(9, 9, 0), prevalence=0.19)
    assert plan.n == plan.n_on_average == 48
    assert [finding.code for finding in plan.findings] == ["sample-size.on-average"]


def test_rileys_published_example():
    # The example of Riley et al.'s own program: 24 parameters, prevalence 0.174, Cox-Snell R² 0.288.
    size = plan_logistic_model(24, prevalence=0.174, r_squared=0.288)
    assert size.n == 662
    assert size.shrinkage_reached == pytest.approx(0.905, abs=5e-4)


def test_limits_hold_as_often_as_the_exact_power_says():
    generator = np.random.default_rng(8)
    from adcurate.statistics.agreement import limit_width

    n, drawn = 40, generator.normal(0.1, 1.0, size=(40_000, 40))
    _, far = limit_width(n, 0.95, norm.ppf(0.975))
    mean, sd = drawn.mean(axis=1), drawn.std(axis=1, ddof=1)
    simulated = np.mean((mean + far * sd < 3.0) & (mean - far * sd > -3.0))
    plan = plan_limits_power(0.1, 1.0, clinical_difference=3.0, method="exact")
    assert plan.value_at(Units(n)) == pytest.approx(simulated, abs=0.01)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: plan_auc_precision(1.0),
        lambda: plan_auc_precision(math.nan),
        lambda: plan_auc_precision(0.8, ratio=0.0),
        lambda: plan_auc_precision(0.8, level=95),
        lambda: plan_auc_precision(0.8, variance="delong"),
        lambda: plan_auc_power(0.8, null=0.8),
        lambda: plan_auc_power(0.8, alpha=0.7),
        lambda: plan_auc_difference(0.8, 0.7, r_positive=1.0, r_negative=0.5),
        lambda: plan_auc_difference(0.8, 0.8, **SHARED),
        lambda: plan_auc_difference(0.8, 0.7, variance="delong", **SHARED),
        lambda: plan_proportion_precision(0.0),
        lambda: plan_proportion_precision(0.9, interval="jeffreys"),
        lambda: plan_proportion_assurance(0.9, half_width=0.0),
        lambda: plan_proportion_power(0.9, null=0.9),
        lambda: plan_correlation_precision(1.0),
        lambda: plan_correlation_power(0.5, null=0.2, spread="t-test"),
        lambda: plan_correlation_power(0.5, spread="kendall"),
        lambda: plan_icc_precision(1.0),
        lambda: plan_icc_precision(0.8, n_readers=1),
        lambda: plan_icc_power(0.5, null=0.7),
        lambda: plan_icc_power(0.8, null=-0.1),
        lambda: plan_limits_precision(0.0),
        lambda: plan_limits_precision(1.0, method="wald"),
        lambda: plan_limits_power(0.0, 1.0, clinical_difference=1.9),
        lambda: plan_mann_whitney(0.5),
        lambda: plan_logistic_model(0, prevalence=0.2, r_squared=0.2),
        lambda: plan_logistic_model(4, prevalence=0.02, r_squared=0.5),
        lambda: plan_recruitment(Units(10), prevalence=0.2),
        lambda: plan_recruitment(Units(10, 5, 5), not_assessable=1.0),
        lambda: plan_recruitment(Units(10, 5, 5), assurance=1.0),
        lambda: plan_recruitment(Units(10), design_effect=0.5),
        lambda: design_effect(0.5, 0.2),
        lambda: design_effect(2.0, -0.1),
        lambda: find_sample_size(plan_auc_precision(0.8), 0.0),
        lambda: find_sample_size(plan_auc_precision(0.8), 1e-6),
        lambda: find_sample_size(plan_auc_power(0.8), 1.0),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(ask):
    with pytest.raises(StatisticsError) as refused:
        ask()
    assert refused.value.code == "statistics.option"


def test_too_few_units_are_refused():
    with pytest.raises(StatisticsError) as refused:
        evaluate_sample_size(plan_auc_precision(0.8), Units(3, 1, 2))
    assert refused.value.code == "statistics.too-few"
