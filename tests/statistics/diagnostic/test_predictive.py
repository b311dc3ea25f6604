"""Predictive values at a stated prevalence."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.diagnostic.predictive import predictive_values

# Mebis et al. 2020, the cut-offs of other studies at a prevalence of 19 %: percent, as printed.
PUBLISHED = [
    ("Besa 2016, mean", 100.0, 84.21, 59.77, 100.0),
    ("Guo 2017, mean", 72.3, 91.6, 66.88, 93.38),
    ("Lotfalizadeh 2016, mean", 100.0, 92.0, 74.57, 100.0),
    ("Kulali 2017, mean", 100.0, 84.2, 59.75, 100.0),
    ("Besa 2016, minimum", 50.0, 84.21, 42.62, 87.78),
]


@pytest.mark.parametrize(
    ("study", "sensitivity", "specificity", "ppv", "npv"), PUBLISHED, ids=[row[0] for row in PUBLISHED]
)
def test_published_predictive_values_are_reproduced(study, sensitivity, specificity, ppv, npv):
    at = predictive_values(sensitivity / 100.0, specificity / 100.0, 0.19)
    assert (round(100.0 * at.ppv, 2), round(100.0 * at.npv, 2)) == (ppv, npv)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 50), st.integers(1, 50), st.integers(1, 50), st.integers(1, 50))
def test_at_the_prevalence_of_the_sample_bayes_gives_the_shares_of_the_table(tp, fp, fn, tn):
    at = predictive_values(tp / (tp + fn), tn / (tn + fp), (tp + fn) / (tp + fp + fn + tn))
    assert at.ppv == pytest.approx(tp / (tp + fp), rel=1e-12)
    assert at.npv == pytest.approx(tn / (tn + fn), rel=1e-12)


def test_a_rule_that_never_calls_positive_has_no_ppv():
    at = predictive_values(0.0, 1.0, 0.2)
    assert math.isnan(at.ppv)
    assert at.npv == pytest.approx(0.8)


def test_a_worthless_rule_leaves_the_prevalence_as_it_was():
    at = predictive_values(0.3, 0.7, 0.2)
    assert (at.ppv, at.npv) == pytest.approx((0.2, 0.8))


@pytest.mark.parametrize(
    "shares", [(0.5, 0.5, 0.0), (0.5, 0.5, 1.0), (0.5, 0.5, 19.0), (1.1, 0.5, 0.2), (0.5, math.nan, 0.2)]
)
def test_a_share_outside_its_range_is_refused(shares):
    with pytest.raises(StatisticsError) as refused:
        predictive_values(*shares)
    assert refused.value.code == "statistics.option"
