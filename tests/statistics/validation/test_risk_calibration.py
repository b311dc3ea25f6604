"""Predicted risks beside outcomes, and models refitted in resamples."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from adcurate.errors import StatisticsError
from adcurate.statistics.models import fit_logistic
from adcurate.statistics.validation import assess_calibration, correct_model_optimism, predict_left_out
from adcurate.statistics.validation.smoothing import smooth_locally

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "validation.json").read_text())
RISKS = [pytest.param(item, id=f"risks {i}") for i, item in enumerate(ORACLE["calibrations"])]


def assessed(oracle, **options):
    return assess_calibration(oracle["risk"], np.array(oracle["y"], dtype=bool), **options)


@pytest.mark.parametrize("oracle", RISKS)
def test_level_line_and_score_equal_rms_and_glm(oracle):
    found = assessed(oracle)
    large, line = found.in_the_large, (found.intercept, found.slope)
    assert (large.value, large.standard_error) == pytest.approx(oracle["large"], rel=1e-6, abs=1e-8)
    if oracle["line"][2] > 1e3:  # separated: glm stops at large numbers and warns
        assert math.isnan(found.slope.value)
        return
    assert [number.value for number in line] == pytest.approx(oracle["line"][:2], rel=1e-6, abs=1e-8)
    assert [number.standard_error for number in line] == pytest.approx(oracle["line"][2:], rel=1e-6)
    assert found.brier.value == pytest.approx(oracle["brier"], rel=1e-10)
    assert found.spiegelhalter_z == pytest.approx(oracle["z"], rel=1e-8, abs=1e-10)
    assert found.spiegelhalter_p == pytest.approx(oracle["p"], rel=1e-8)


@pytest.mark.parametrize("oracle", RISKS)
def test_groups_and_their_test_equal_r(oracle):
    found = assessed(oracle, n_groups=oracle["groups"])
    assert [group.observed.numerator for group in found.groups] == oracle["seen"]
    assert [group.observed.denominator for group in found.groups] == oracle["size"]
    assert [group.mean_risk for group in found.groups] == pytest.approx(oracle["said"], rel=1e-10)
    assert found.hosmer_lemeshow.chi_squared == pytest.approx(oracle["hl"], rel=1e-8)
    assert found.hosmer_lemeshow.p_value == pytest.approx(oracle["hl_p"], rel=1e-8)


@pytest.mark.parametrize("oracle", RISKS)
def test_the_smooth_curve_is_lowess(oracle):
    risks, y = np.array(oracle["risk"]), np.array(oracle["y"], dtype=float)
    wanted = np.interp(risks, oracle["smooth_x"], oracle["smooth_y"])
    assert smooth_locally(risks, y) == pytest.approx(wanted, abs=1e-8)
    assert assessed(oracle).mean_error == pytest.approx(
        np.mean(np.abs(np.clip(wanted, 0, 1) - risks)), abs=1e-8
    )


@pytest.mark.parametrize("oracle", ORACLE["models"])
def test_a_refitted_model_equals_rms_validate(oracle):
    x = np.array(oracle["x"], dtype=float)
    found = correct_model_optimism(
        x,
        np.array(oracle["y"], dtype=bool),
        names=tuple(f"x{i}" for i in range(x.shape[1])),
        draws=oracle["draws"],
    )
    quantities = [found.of(name) for name in ("auc", "brier", "intercept", "slope")]
    assert [item.apparent for item in quantities] == pytest.approx(oracle["apparent"], rel=1e-6, abs=1e-7)
    assert [item.corrected for item in quantities] == pytest.approx(oracle["corrected"], rel=1e-6, abs=1e-7)
    assert found.n_undefined == 0


@pytest.mark.parametrize("penalty", ["none", "firth"])
def test_a_left_out_case_is_predicted_by_the_model_of_the_others(penalty):
    generator = np.random.default_rng(4)
    x = generator.normal(size=(25, 2))
    y = generator.random(25) < expit(x[:, 0])
    risks = predict_left_out(x, y, names=("a", "b"), penalty=penalty)
    for i in (0, 7, 24):
        others = np.arange(25) != i
        fit = fit_logistic(x[others], y[others], names=("a", "b"), penalty=penalty, interval="wald")
        assert risks[i] == pytest.approx(fit.predict(x[i : i + 1])[0], rel=1e-7)


def test_a_model_that_needs_every_case_is_refused():
    with pytest.raises(StatisticsError) as refused:
        predict_left_out([1.0, 2, 3, 4], [True, False, True, False], names=("x",))
    assert refused.value.code == "statistics.no-convergence"


def test_one_marker_has_its_optimism_in_closed_form():
    generator = np.random.default_rng(6)
    x = generator.normal(size=50)
    y = generator.random(50) < expit(x)
    draws = generator.integers(0, 50, size=(30, 50))
    slope = fit_logistic(x, y, names=("x",), penalty="none", interval="wald").coefficients[1].value
    ratios = [
        slope
        / fit_logistic(x[row], y[row], names=("x",), penalty="none", interval="wald").coefficients[1].value
        for row in draws
    ]
    found = correct_model_optimism(x, y, names=("x",), draws=draws)
    assert found.of("slope").corrected == pytest.approx(np.mean(ratios), rel=1e-6)
    assert found.of("slope").apparent == pytest.approx(1.0, abs=1e-8)


def test_noise_predictors_shrink_the_slope():
    generator = np.random.default_rng(8)
    x = generator.normal(size=(60, 5))
    y = generator.random(60) < 0.4
    found = correct_model_optimism(x, y, names=tuple("abcde"), rng=generator, n_resamples=200)
    assert found.of("slope").corrected < 0.6
    assert found.of("auc").corrected < found.of("auc").apparent - 0.05
    assert found.of("brier").corrected > found.of("brier").apparent


def test_separated_resamples_are_counted_and_firth_keeps_them():
    x = np.array([1.0, 2, 3, 4, 5, 6, 7, 8])
    y = np.array([True, True, True, False, True, False, False, False])
    plain = correct_model_optimism(x, y, names=("x",), rng=np.random.default_rng(1), n_resamples=200)
    firth = correct_model_optimism(
        x, y, names=("x",), penalty="firth", rng=np.random.default_rng(1), n_resamples=200
    )
    assert plain.n_undefined > 20
    assert plain.findings[0].code == "validation.undefined-replicates"
    assert plain.findings[0].severity == "warning"
    assert plain.n_resamples == 200
    assert firth.of("auc").n_used >= plain.of("auc").n_used


def test_right_risks_are_found_right():
    generator = np.random.default_rng(3)
    risk = expit(generator.normal(-1.0, 1.0, 20_000))
    found = assess_calibration(risk, generator.random(20_000) < risk)
    assert found.in_the_large.interval.low < 0.0 < found.in_the_large.interval.high
    assert found.slope.value == pytest.approx(1.0, abs=0.06)
    assert found.mean_error < 0.02
    assert len(found.groups) == 10


def test_risks_that_are_too_extreme_have_a_slope_of_one_half():
    generator = np.random.default_rng(3)
    line = generator.normal(-1.0, 1.0, 20_000)
    found = assess_calibration(expit(2.0 * line), generator.random(20_000) < expit(line))
    assert found.slope.value == pytest.approx(0.5, abs=0.04)


def test_a_model_is_calibrated_on_its_own_cases_by_construction():
    generator = np.random.default_rng(3)
    x = generator.normal(size=40)
    y = generator.random(40) < expit(x)
    found = assess_calibration(fit_logistic(x, y, names=("x",), penalty="none").predict(x), y)
    assert (found.in_the_large.value, found.intercept.value, found.slope.value) == pytest.approx(
        (0.0, 0.0, 1.0), abs=1e-7
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 19), st.booleans()), min_size=4, max_size=40), st.integers(2, 8))
def test_the_parts_of_the_brier_score_add_up(pairs, n_groups):
    risks, y = np.array([p / 20 for p, _ in pairs]), np.array([seen for _, seen in pairs])
    if y.all() or not y.any():
        return
    found = assess_calibration(risks, y, n_groups=n_groups)
    score = found.brier
    assert score.value == pytest.approx(
        score.reliability - score.resolution + score.uncertainty + score.within_groups, abs=1e-12
    )
    assert score.reliability >= 0 and score.resolution >= 0
    assert sum(group.observed.denominator for group in found.groups) == y.size
    assert sum(group.observed.numerator for group in found.groups) == y.sum()
    # Turning the question round turns the risks round.
    turned = assess_calibration(1.0 - risks, ~y, n_groups=n_groups)
    assert turned.brier.value == pytest.approx(score.value, abs=1e-12)
    assert turned.slope.value == pytest.approx(found.slope.value, rel=1e-5, abs=1e-7, nan_ok=True)
    assert turned.in_the_large.value == pytest.approx(-found.in_the_large.value, abs=1e-7)


def test_the_level_alone_is_found_when_risks_do_not_differ():
    found = assess_calibration([0.2] * 10, np.arange(10) < 4)
    assert found.in_the_large.value == pytest.approx(logit(0.4) - logit(0.2), abs=1e-9)
    assert math.isnan(found.slope.value)
    assert [finding.code for finding in found.findings] == ["calibration.no-slope"]
    assert found.hosmer_lemeshow is None and len(found.groups) == 1
    assert found.curve_observed == pytest.approx(0.4)


def test_perfect_separation_has_no_slope_and_says_so():
    found = assess_calibration([0.1, 0.2, 0.3, 0.7, 0.8, 0.9], np.arange(6) >= 3)
    assert math.isnan(found.slope.value) and math.isnan(found.intercept.interval.low)
    assert [finding.code for finding in found.findings] == ["calibration.no-slope"]
    assert found.brier.value == pytest.approx(0.14 / 3)


@pytest.mark.parametrize(
    ("risks", "positive", "options", "code"),
    [
        ([0.0, 0.5], [True, False], {}, "statistics.option"),
        ([0.5, 1.5], [True, False], {}, "statistics.option"),
        ([0.5, math.nan], [True, False], {}, "statistics.not-finite"),
        ([0.5, 0.6], [True, True], {}, "statistics.one-class"),
        ([0.5, 0.6], [True], {}, "statistics.shape"),
        ([0.5, 0.6], [True, False], {"n_groups": 1}, "statistics.option"),
        ([0.5, 0.6], [True, False], {"span": 0.0}, "statistics.option"),
        ([0.5, 0.6], [True, False], {"level": 95}, "statistics.option"),
    ],
)
def test_risks_that_cannot_be_judged_are_refused(risks, positive, options, code):
    with pytest.raises(StatisticsError) as refused:
        assess_calibration(risks, positive, **options)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("x", "y", "options", "code"),
    [
        ([1.0, 2, 3, 4], [True, True, False, False], {}, "statistics.no-convergence"),
        ([1.0, 1, 1, 1], [True, True, False, False], {}, "statistics.constant"),
        ([1.0, 2, 3, 4], [True, True, True, True], {}, "statistics.one-class"),
        ([1.0, 2, 3, 4], [True, False, True, False], {"penalty": "ridge"}, "statistics.option"),
        ([1.0, 2, 3, 4], [True, False, True, False], {"rng": None}, "statistics.option"),
        ([1.0, 2, 3, 4], [True, False, True, False], {"draws": [[0, 4]]}, "statistics.shape"),
        ([1.0, 2, 3, 4], [True, False, True, False], {"draws": [[0, 0, 0, 0]]}, "statistics.too-few"),
    ],
)
def test_a_model_that_cannot_be_refitted_is_refused(x, y, options, code):
    with pytest.raises(StatisticsError) as refused:
        correct_model_optimism(x, y, names=("x",), **{"rng": np.random.default_rng(1), **options})
    assert refused.value.code == code
