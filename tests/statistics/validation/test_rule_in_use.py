"""What a rule says in other populations: predictive values, net benefit, published cut-offs."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.diagnostic import ConfusionTable, estimate_accuracy, predictive_values
from adcurate.statistics.resampling import bootstrap_indices
from adcurate.statistics.validation import (
    compare_external_cutoff,
    estimate_decision_curve,
    estimate_prevalence_curve,
    net_benefit,
)
from adcurate.statistics.validation.external_cutoff import fisher_exact_p, newcombe_interval

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "validation.json").read_text())
BANDS = {"logit-delta": "logit", "adjusted-logit": "adjusted", "confidence-box": "box"}
TABLES = st.tuples(*[st.integers(0, 30)] * 4).filter(lambda t: t[0] + t[2] > 0 and t[1] + t[3] > 0)


def table_of(cells):
    tp, fp, fn, tn = cells
    return ConfusionTable(tp=tp, fp=fp, fn=fn, tn=tn)


def numbers(values):
    return [math.nan if value in (None, "NaN", "NA") else value for value in values]


@pytest.mark.parametrize("oracle", ORACLE["curves"])
@pytest.mark.parametrize("band", BANDS)
def test_predictive_values_and_bands_equal_r(oracle, band):
    found = estimate_prevalence_curve(
        table_of(oracle["table"]), prevalences=oracle["prevalence"], band=band, level=oracle["level"]
    )
    for name in ("ppv", "npv"):
        curve = getattr(found, name)
        assert curve.value == pytest.approx(numbers(oracle[name]), rel=1e-10, nan_ok=True)
        low, high = (numbers(row) for row in oracle[BANDS[curve.band]][name])
        assert curve.low == pytest.approx(low, rel=1e-8, abs=1e-12)
        assert curve.high == pytest.approx(high, rel=1e-8, abs=1e-12)


@settings(max_examples=80, deadline=None)
@given(TABLES, st.floats(0.001, 0.999))
def test_the_curve_is_bayes_theorem_and_equals_the_table_at_one_prevalence(cells, prevalence):
    table = table_of(cells)
    found = estimate_prevalence_curve(table, prevalences=[prevalence])
    known = predictive_values(found.sensitivity, found.specificity, prevalence)
    assert (found.ppv.value[0], found.npv.value[0]) == pytest.approx((known.ppv, known.npv), nan_ok=True)
    stated = estimate_accuracy(table, interval="wilson", prevalence=prevalence)
    for curve, other in ((found.ppv, stated.ppv), (found.npv, stated.npv)):
        if curve.band == "logit-delta":
            assert (curve.low[0], curve.high[0]) == pytest.approx(
                (other.interval.low, other.interval.high), rel=1e-8
            )
        else:
            assert math.isnan(other.interval.low)


@settings(max_examples=80, deadline=None)
@given(TABLES, st.sampled_from(["adjusted-logit", "confidence-box", "logit-delta"]))
def test_bands_always_exist_rise_with_prevalence_and_hold_the_value(cells, band):
    found = estimate_prevalence_curve(table_of(cells), band=band)
    for curve, sign in ((found.ppv, 1), (found.npv, -1)):
        for line in (curve.low, curve.high):
            assert np.isfinite(line).all() and (line >= 0).all() and (line <= 1).all()
            assert (sign * np.diff(line) >= -1e-12).all()
        assert (curve.low <= curve.high).all()
        if not np.isnan(curve.value).any() and curve.band != "adjusted-logit":
            assert (curve.low <= curve.value + 1e-12).all() and (curve.value <= curve.high + 1e-12).all()


def test_at_the_sample_prevalence_the_curve_is_the_sample():
    table = ConfusionTable(tp=7, fp=5, fn=2, tn=33)
    found = estimate_prevalence_curve(table, prevalences=[9 / 47])
    assert (found.ppv.value[0], found.npv.value[0]) == pytest.approx((7 / 12, 33 / 35))


def test_a_sensitivity_of_one_is_said_to_be_a_trap():
    found = estimate_prevalence_curve(ConfusionTable(tp=9, fp=13, fn=0, tn=25))
    assert (found.ppv.band, found.npv.band) == ("logit-delta", "confidence-box")
    assert [finding.code for finding in found.findings] == ["prevalence.no-variance", "prevalence.zero-cell"]
    assert (found.npv.value == 1.0).all() and (found.npv.high == 1.0).all()
    assert found.npv.low[-1] < 0.2  # at a prevalence of 99 % a negative result may well be wrong


def test_the_confidence_box_covers_at_least_as_often_as_it_says():
    """All tables of 9 and 38 cases, weighted by their chance: at all prevalences at once."""
    from scipy.stats import binom

    sensitivity, specificity, grid = 0.9, 0.7, np.array([0.05, 0.5, 0.95])
    covered = 0.0
    truth = [predictive_values(sensitivity, specificity, p) for p in grid]
    for tp in range(10):
        for tn in range(39):
            chance = binom.pmf(tp, 9, sensitivity) * binom.pmf(tn, 38, specificity)
            found = estimate_prevalence_curve(
                ConfusionTable(tp=tp, fp=38 - tn, fn=9 - tp, tn=tn), prevalences=grid, band="confidence-box"
            )
            inside = all(
                curve.low[i] - 1e-12 <= getattr(at, name) <= curve.high[i] + 1e-12
                for name, curve in (("ppv", found.ppv), ("npv", found.npv))
                for i, at in enumerate(truth)
            )
            covered += chance * inside
    assert covered >= 0.95


@pytest.mark.parametrize(
    ("table", "options", "code"),
    [
        (ConfusionTable(0, 1, 0, 1), {}, "statistics.one-class"),
        (ConfusionTable(1, 0, 1, 0), {}, "statistics.one-class"),
        (ConfusionTable(-1, 1, 2, 1), {}, "statistics.shape"),
        (ConfusionTable(1, 1, 1, 1), {"band": "wald"}, "statistics.option"),
        (ConfusionTable(1, 1, 1, 1), {"prevalences": [0.0]}, "statistics.option"),
        (ConfusionTable(1, 1, 1, 1), {"prevalences": []}, "statistics.option"),
        (ConfusionTable(1, 1, 1, 1), {"level": 1.0}, "statistics.option"),
    ],
)
def test_a_curve_over_prevalence_that_cannot_be_drawn_is_refused(table, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_prevalence_curve(table, **options)
    assert refused.value.code == code


@pytest.mark.parametrize("oracle", ORACLE["decisions"])
def test_net_benefit_equals_r(oracle):
    y, rule = np.array(oracle["y"], dtype=bool), np.array(oracle["rule"], dtype=bool)
    question = {"rules": {"rule": rule}, "risks": {"risk": oracle["risk"]}, "thresholds": oracle["t"]}
    found = estimate_decision_curve(y, **question)
    stated = estimate_decision_curve(y, prevalence=0.15, **question)
    assert found.strategies["risk"].value == pytest.approx(oracle["by_count"], abs=1e-12)
    assert found.strategies["rule"].value == pytest.approx(oracle["of_rule"], abs=1e-12)
    assert found.treat_all == pytest.approx(oracle["all"], abs=1e-12)
    assert stated.strategies["risk"].value == pytest.approx(oracle["at_stated"], abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
def test_a_rule_has_the_net_benefit_of_its_sensitivity_and_specificity(pairs):
    y, rule = np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])
    if y.all() or not y.any():
        return
    found = estimate_decision_curve(y, rules={"rule": rule, "all": np.ones(y.size, dtype=bool)})
    formula = net_benefit(rule[y].mean(), 1 - rule[~y].mean(), y.mean(), found.thresholds)
    assert found.strategies["rule"].value == pytest.approx(formula, abs=1e-12)
    assert found.strategies["all"].value == pytest.approx(found.treat_all, abs=1e-12)
    same = estimate_decision_curve(y, rules={"rule": rule}, prevalence=y.mean())
    assert same.strategies["rule"].value == pytest.approx(formula, abs=1e-12)
    avoided = found.avoided_per_100("all")
    assert avoided == pytest.approx(np.zeros(avoided.size), abs=1e-9)


@pytest.mark.parametrize("prevalence", [None, 0.1])
def test_the_band_of_net_benefit_equals_one_made_resample_by_resample(prevalence):
    generator = np.random.default_rng(2)
    y = np.arange(20) < 4
    risk = np.round(generator.random(20), 2)
    t = np.array([0.1, 0.3])
    rows = bootstrap_indices(20, 200, np.random.default_rng(5))
    replicates = []
    for row in rows:
        hits, false_calls = ((risk[row] >= c) & y[row] for c in t), ((risk[row] >= c) & ~y[row] for c in t)
        hits, false_calls = np.array([h.sum() for h in hits]), np.array([f.sum() for f in false_calls])
        if prevalence is None:
            replicates.append(hits / 20 - false_calls / 20 * t / (1 - t))
        elif y[row].any() and not y[row].all():
            hits, false_calls = hits / y[row].sum(), false_calls / (~y[row]).sum()
            replicates.append(prevalence * hits - (1 - prevalence) * false_calls * t / (1 - t))
    found = estimate_decision_curve(
        y,
        risks={"risk": risk},
        thresholds=t,
        prevalence=prevalence,
        rng=np.random.default_rng(5),
        n_resamples=200,
    )
    low, high = np.quantile(replicates, [0.025, 0.975], axis=0)
    assert found.strategies["risk"].low == pytest.approx(low, abs=1e-12)
    assert found.strategies["risk"].high == pytest.approx(high, abs=1e-12)
    assert found.n_undefined == 200 - len(replicates)


@pytest.mark.parametrize(
    ("positive", "options", "code"),
    [
        ([True, True], {"rules": {"a": [True, False]}}, "statistics.one-class"),
        ([True, False], {}, "statistics.option"),
        ([True, False], {"rules": {"a": [1.0, 0.0]}}, "statistics.shape"),
        ([True, False], {"rules": {"a": [True]}}, "statistics.shape"),
        ([True, False], {"risks": {"a": [0.5, 1.2]}}, "statistics.shape"),
        ([True, False], {"risks": {"a": [0.5, math.nan]}}, "statistics.not-finite"),
        ([True, False], {"risks": {"a": [0.5, 0.1]}, "thresholds": [1.0]}, "statistics.option"),
        ([True, False], {"risks": {"a": [0.5, 0.1]}, "prevalence": 1.0}, "statistics.option"),
        ([True, False], {"risks": {"a": [0.5, 0.1]}, "n_resamples": 10}, "statistics.option"),
    ],
)
def test_a_decision_curve_that_cannot_be_drawn_is_refused(positive, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_decision_curve(positive, **options)
    assert refused.value.code == code


@pytest.mark.parametrize("oracle", ORACLE["pairs"])
def test_two_shares_are_compared_as_r_does(oracle):
    assert fisher_exact_p(*oracle["counts"]) == pytest.approx(oracle["fisher"], rel=1e-8)
    found = newcombe_interval(*oracle["counts"])
    assert (found.low, found.high) == pytest.approx(oracle["newcombe"], rel=1e-8, abs=1e-10)


def test_newcombes_own_example():
    """Newcombe 1998, table II, example (a): 56/70 and 48/80."""
    found = newcombe_interval(56, 70, 48, 80)
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_a_published_cut_off_is_applied_as_it_was_printed():
    found = compare_external_cutoff(
        [0.6, 0.95, 0.9501, 1.2, 1.3],
        [True, True, False, False, False],
        0.95,
        direction="low",
        study="Guo 2017",
        printed_sensitivity=0.72,
        printed_specificity=0.2,
        n_positive=25,
        n_negative=10,
        resolution=1e-3,
    )
    assert (found.table.tp, found.table.fp, found.table.tn) == (2, 1, 2)
    assert found.sensitivity.printed_count == 18
    assert found.sensitivity.difference == pytest.approx(1.0 - 0.72)
    assert not found.sensitivity.is_outside
    assert found.specificity.p_value == pytest.approx(fisher_exact_p(2, 3, 2, 10))
    assert found.findings == ()


def test_a_printed_value_outside_the_interval_is_said_so_without_the_other_studys_number():
    found = compare_external_cutoff(
        np.arange(60.0), np.arange(60) < 30, 14.0, direction="low", printed_sensitivity=0.9
    )
    assert found.sensitivity.here.value == 0.5
    assert found.sensitivity.is_outside and found.sensitivity.p_value is None
    assert math.isnan(found.specificity.printed) and not found.specificity.is_outside


def test_doubtful_entries_are_found():
    found = compare_external_cutoff(
        [0.6, 0.9, 1.1],
        [True, False, False],
        950.0,
        direction="low",
        printed_sensitivity=0.55,
        n_positive=4,
    )
    assert [finding.code for finding in found.findings] == [
        "external-cutoff.not-a-count",
        "external-cutoff.beyond-range",
    ]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"printed_sensitivity": 72.3}, "statistics.option"),
        ({"printed_sensitivity": 0.7, "n_positive": 0}, "statistics.option"),
        ({"cutoff": math.nan}, "statistics.not-finite"),
        ({"positive": [True, True]}, "statistics.one-class"),
        ({"interval": "wald"}, "statistics.option"),
        ({"direction": "down"}, "statistics.option"),
    ],
)
def test_a_published_cut_off_that_cannot_be_applied_is_refused(options, code):
    question = {"marker": [1.0, 2.0], "positive": [True, False], "cutoff": 1.5, "direction": "low", **options}
    with pytest.raises(StatisticsError) as refused:
        compare_external_cutoff(
            question.pop("marker"), question.pop("positive"), question.pop("cutoff"), **question
        )
    assert refused.value.code == code
