"""The accuracy of a rule with a fixed cut-off."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.diagnostic.accuracy import ConfusionTable, classify_at, estimate_accuracy
from adcurate.statistics.diagnostic.predictive import PredictiveValue
from adcurate.statistics.proportion import Proportion

ORACLES = Path(__file__).parents[2] / "oracles"
ORACLE = json.loads((ORACLES / "diagnostic.json").read_text())
COHORT = {
    found["name"][-3:]: found
    for found in json.loads((ORACLES / "cutoff.json").read_text())["cutoffs"]
    if found["name"].startswith("reconstructed")
}
cells = st.integers(1, 60)


def table_of(oracle):
    return ConfusionTable(tp=oracle["tp"], fp=oracle["fp"], fn=oracle["fn"], tn=oracle["tn"])


@pytest.mark.parametrize("oracle", ORACLE["tables"], ids=lambda o: f"prevalence {o['prevalence']:.3f}")
@pytest.mark.parametrize("quantity", ["lr_positive", "lr_negative", "ppv", "npv"])
def test_delta_intervals_equal_those_of_r(oracle, quantity):
    found = estimate_accuracy(
        table_of(oracle), interval="wilson", level=oracle["level"], prevalence=oracle["prevalence"]
    )
    estimate = getattr(found, quantity)
    assert estimate.value == pytest.approx(oracle[quantity]["value"], rel=1e-9)
    assert (estimate.interval.low, estimate.interval.high) == pytest.approx(
        oracle[quantity]["limits"], rel=1e-8
    )
    assert found.findings == ()


@pytest.mark.parametrize(
    ("column", "cutoff", "table", "percent"),
    [
        ("avg", 0.957, ConfusionTable(9, 13, 0, 25), (100.0, 65.79, 40.91, 100.0)),
        ("min", 0.378, ConfusionTable(7, 5, 2, 33), (77.78, 86.84, 58.33, 94.29)),
    ],
)
def test_the_published_accuracy_is_reproduced(column, cutoff, table, percent):
    cohort = COHORT[column]
    found = classify_at(cohort["marker"], cohort["positive"], cutoff, direction="low", resolution=1e-3)
    assert found == table
    accuracy = estimate_accuracy(found, interval="clopper-pearson")
    shares = (accuracy.sensitivity, accuracy.specificity, accuracy.ppv, accuracy.npv)
    assert tuple(round(100.0 * share.value, 2) for share in shares) == percent
    assert (accuracy.prevalence, accuracy.prevalence_source) == (9 / 47, "sample")
    assert all(
        isinstance(share, Proportion) and share.interval.method == "clopper-pearson" for share in shares
    )


def test_a_stated_prevalence_is_said_to_be_stated_and_gives_no_counts():
    found = estimate_accuracy(ConfusionTable(7, 5, 2, 33), interval="wilson", prevalence=0.05)
    assert (found.prevalence, found.prevalence_source) == (0.05, "stated")
    assert isinstance(found.ppv, PredictiveValue)
    assert found.ppv.interval.method == "logit-delta"
    assert found.sensitivity.interval.method == "wilson"
    assert found.lr_positive.interval.method == "log-delta"


@settings(max_examples=60, deadline=None)
@given(cells, cells, cells, cells, st.floats(0.01, 0.99))
def test_every_interval_contains_its_estimate(tp, fp, fn, tn, prevalence):
    found = estimate_accuracy(ConfusionTable(tp, fp, fn, tn), interval="wilson", prevalence=prevalence)
    for estimate in (found.ppv, found.npv, found.lr_positive, found.lr_negative, found.accuracy):
        assert estimate.interval.low < estimate.value < estimate.interval.high


@settings(max_examples=60, deadline=None)
@given(cells, cells, cells, cells, st.floats(0.01, 0.99))
def test_odds_after_the_test_are_odds_before_times_the_likelihood_ratio(tp, fp, fn, tn, prevalence):
    found = estimate_accuracy(ConfusionTable(tp, fp, fn, tn), interval="wilson", prevalence=prevalence)
    before = prevalence / (1.0 - prevalence)
    assert found.ppv.value / (1.0 - found.ppv.value) == pytest.approx(before * found.lr_positive.value)
    assert (1.0 - found.npv.value) / found.npv.value == pytest.approx(before * found.lr_negative.value)


@pytest.mark.parametrize(
    ("table", "prevalence", "lr_positive", "lr_negative", "without_interval"),
    [
        (ConfusionTable(5, 0, 2, 8), None, math.inf, 2 / 7, ["LR+"]),
        (ConfusionTable(9, 13, 0, 25), None, 38 / 13, 0.0, ["LR-"]),
        (ConfusionTable(9, 13, 0, 25), 0.19, 38 / 13, 0.0, ["NPV", "LR-"]),
        (ConfusionTable(5, 0, 2, 8), 0.19, math.inf, 2 / 7, ["PPV", "LR+"]),
        (ConfusionTable(4, 0, 0, 6), 0.19, math.inf, 0.0, ["PPV", "NPV", "LR+", "LR-"]),
        (ConfusionTable(0, 0, 4, 6), None, math.nan, 1.0, ["PPV", "LR+"]),
        (ConfusionTable(4, 6, 0, 0), None, 1.0, math.nan, ["NPV", "LR-"]),
        (ConfusionTable(0, 6, 4, 0), None, 0.0, math.inf, ["LR+", "LR-"]),
    ],
)
def test_a_zero_cell_is_said_and_not_filled(table, prevalence, lr_positive, lr_negative, without_interval):
    found = estimate_accuracy(table, interval="clopper-pearson", prevalence=prevalence)
    assert found.lr_positive.value == pytest.approx(lr_positive, nan_ok=True)
    assert found.lr_negative.value == pytest.approx(lr_negative, nan_ok=True)
    assert [finding.where["quantity"] for finding in found.findings] == without_interval
    assert {finding.code for finding in found.findings} == {"accuracy.zero-cell"}


def test_a_cut_off_counts_its_own_value_as_positive_in_both_directions():
    marker, positive = [1.0, 2.0, 3.0], [True, False, True]
    assert classify_at(marker, positive, 2.0, direction="low") == ConfusionTable(1, 1, 1, 0)
    assert classify_at(marker, positive, 2.0, direction="high") == ConfusionTable(1, 1, 1, 0)


def test_resolution_makes_a_typed_cut_off_equal_to_a_computed_value():
    marker, positive = np.array([0.1 + 0.2, 0.5]), [True, False]
    assert classify_at(marker, positive, 0.3, direction="low").tp == 0
    assert classify_at(marker, positive, 0.3, direction="low", resolution=1e-6).tp == 1
    assert classify_at([0.3], [True], 0.1 + 0.2, direction="high").tp == 0
    assert classify_at([0.3], [True], 0.1 + 0.2, direction="high", resolution=1e-6).tp == 1


def test_an_infinite_cut_off_calls_everybody_or_nobody():
    marker, positive = [1.0, 2.0], [True, False]
    assert classify_at(marker, positive, -math.inf, direction="low", resolution=0.1) == ConfusionTable(
        0, 0, 1, 1
    )
    assert classify_at(marker, positive, math.inf, direction="low") == ConfusionTable(1, 1, 0, 0)


@pytest.mark.parametrize(
    ("marker", "positive", "cutoff", "direction", "code"),
    [
        ([], np.zeros(0, dtype=bool), 1.0, "low", "statistics.too-few"),
        ([1.0], [True], math.nan, "low", "statistics.not-finite"),
        ([math.nan], [True], 1.0, "low", "statistics.not-finite"),
        ([1.0], [True, False], 1.0, "low", "statistics.shape"),
        ([1.0], [True], 1.0, "down", "statistics.option"),
    ],
)
def test_a_classification_without_an_answer_is_refused(marker, positive, cutoff, direction, code):
    with pytest.raises(StatisticsError) as refused:
        classify_at(marker, positive, cutoff, direction=direction)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("table", "options", "code"),
    [
        (ConfusionTable(1, 0, 1, 0), {}, "statistics.one-class"),
        (ConfusionTable(0, 1, 0, 1), {}, "statistics.one-class"),
        (ConfusionTable(1, -1, 1, 2), {}, "statistics.shape"),
        (ConfusionTable(1, 1, 1, 1), {"prevalence": 19.0}, "statistics.option"),
        (ConfusionTable(1, 1, 1, 1), {"interval": "wald"}, "statistics.option"),
        (ConfusionTable(1, 1, 1, 1), {"level": 95}, "statistics.option"),
    ],
)
def test_a_table_without_an_answer_is_refused(table, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_accuracy(table, **{"interval": "wilson", **options})
    assert refused.value.code == code
