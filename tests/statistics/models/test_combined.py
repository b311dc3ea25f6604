"""A score of several markers: its optimism and cross-validation against the same done case by case."""

from __future__ import annotations

import math

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.models import combine_markers, compare_nested, fit_logistic
from adcurate.statistics.resampling import percentile_interval
from adcurate.statistics.roc import estimate_auc

ROWS = load_reconstructed_cohort()
MARKERS = np.array([[row.mean_adc, row.minimum_adc] for row in ROWS])
HIGH = np.array([row.who_grade == "G3" for row in ROWS])
NAMES, LOW = ("mean", "minimum"), ("low", "low")


def combine(x=MARKERS, y=HIGH, seed=3, **options):
    options = {"n_resamples": 60, "repeats": 4, "names": NAMES, "directions": LOW, **options}
    return combine_markers(x, y, rng=np.random.default_rng(seed), **options)


def canonical(x, y):
    """The order in which cases are drawn from: positives first, each class by its markers."""
    order = np.lexsort((*x.T[::-1], ~y))
    return x[order], y[order]


def area(score, y):
    difference = np.subtract.outer(score[y], score[~y])
    return (np.count_nonzero(difference > 0) + 0.5 * np.count_nonzero(difference == 0)) / difference.size


def test_the_optimism_equals_refits_sample_by_sample():
    both = combine()
    x, y = canonical(MARKERS, HIGH)
    drawn = np.random.default_rng(3).integers(0, 47, size=(60, 47), dtype=np.int64)
    inside, optimism, chosen = [], [], []
    for row in drawn:
        fit = fit_logistic(x[row], y[row], names=NAMES, interval="wald")
        inside.append(area(fit.linear_predictor(x[row]), y[row]))
        optimism.append(inside[-1] - area(fit.linear_predictor(x), y))
        alone = [area(-column[row], y[row]) for column in x.T]
        best = int(np.argmax(alone))
        chosen.append(alone[best] - area(-x[:, best], y))
    assert both.n_dropped == 0
    assert both.optimism == pytest.approx(np.mean(optimism), abs=1e-10)
    assert both.corrected_auc == pytest.approx(both.apparent.value - np.mean(optimism), abs=1e-10)
    assert both.best_single_optimism == pytest.approx(np.mean(chosen), abs=1e-10)
    raw = percentile_interval(np.array(inside))
    assert both.corrected_interval.low == pytest.approx(raw.low - both.optimism, abs=1e-10)
    assert both.corrected_interval.high == pytest.approx(raw.high - both.optimism, abs=1e-10)


def test_cross_validation_equals_refits_fold_by_fold():
    both = combine(repeats=3)
    x, y = canonical(MARKERS, HIGH)
    rng = np.random.default_rng(3)
    rng.integers(0, 47, size=(60, 47), dtype=np.int64)
    fold = np.empty((3, 47), dtype=int)
    for members in (np.flatnonzero(y), np.flatnonzero(~y)):
        fold[:, members] = rng.permuted(np.tile(np.arange(members.size) % 5, (3, 1)), axis=1)
    areas = []
    for repeat in fold:
        won = pairs = 0.0
        for left_out in range(5):
            held = repeat == left_out
            fit = fit_logistic(x[~held], y[~held], names=NAMES, interval="wald")
            here = y[held].sum() * (~y[held]).sum()
            won += area(fit.linear_predictor(x[held]), y[held]) * here
            pairs += here
        areas.append(won / pairs)
    assert both.cross_validated_auc == pytest.approx(np.mean(areas), abs=1e-10)
    assert both.cross_validated_sd == pytest.approx(np.std(areas, ddof=1), abs=1e-10)


def test_the_parts_are_those_of_the_questions_asked_alone():
    both = combine()
    fit = fit_logistic(MARKERS, HIGH, names=NAMES)
    assert both.fit == fit
    assert both.score == pytest.approx(fit.linear_predictor(MARKERS))
    assert both.apparent.value == pytest.approx(area(np.array(both.score), HIGH))
    single = estimate_auc(MARKERS[:, 0], HIGH, direction="low", interval="delong")
    assert both.singles[0] == single
    assert both.nested.p_value == compare_nested(MARKERS, HIGH, names=NAMES, left_out=("minimum",)).p_value


def test_noise_looks_good_until_it_is_cross_validated():
    generator = np.random.default_rng(8)
    found = []
    for seed in range(14):
        x = generator.normal(size=(47, 4))
        both = combine(
            x,
            np.arange(47) < 9,
            seed,
            names=("a", "b", "c", "d"),
            directions=("low",) * 4,
            n_resamples=40,
            repeats=4,
        )
        found.append((both.apparent.value, both.corrected_auc, both.cross_validated_auc))
    apparent, corrected, crossed = np.mean(found, axis=0)
    # With nine events the bootstrap takes off too little; the folds, which share no case, do not.
    assert apparent > corrected + 0.06 > crossed
    assert abs(crossed - 0.5) < 0.1


def test_the_order_of_cases_changes_no_drawn_number():
    order = np.random.default_rng(0).permutation(47)
    one, other = combine(), combine(MARKERS[order], HIGH[order])
    assert one.optimism == pytest.approx(other.optimism, abs=1e-12)
    assert one.cross_validated_auc == pytest.approx(other.cross_validated_auc, abs=1e-12)


def test_repeated_rows_tie():
    x = np.round(MARKERS * 1e4) / 1e4
    both = combine(np.concatenate([x, x]), np.concatenate([HIGH, HIGH]))
    assert both.apparent.value == pytest.approx(area(np.array(both.score), np.concatenate([HIGH, HIGH])))


def test_separated_classes_are_said_and_still_scored():
    x = np.column_stack([np.arange(12.0), np.tile([1.0, 2.0, 3.0], 4)])
    both = combine(x, np.arange(12) < 4, folds=10)
    assert both.apparent.value == 1.0
    assert both.folds == 4
    assert "logistic.separation" in [finding.code for finding in both.findings]
    assert both.corrected_interval.high <= 1.0


def test_a_single_positive_cannot_be_cross_validated():
    x = MARKERS[:20]
    both = combine(x, np.arange(20) == 7)
    assert math.isnan(both.cross_validated_auc)
    assert both.folds == 0
    assert "combined.no-folds" in [finding.code for finding in both.findings]
    assert both.n_dropped > 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"x": MARKERS[:, :1], "names": ("mean",), "directions": ("low",)}, "statistics.too-few"),
        ({"directions": ("low",)}, "statistics.shape"),
        ({"folds": 1}, "statistics.option"),
        ({"n_resamples": 0}, "statistics.option"),
        ({"n_resamples": 10}, "statistics.too-few"),
        ({"level": 95}, "statistics.option"),
        ({"directions": ("low", "up")}, "statistics.option"),
        ({"y": np.ones(47, dtype=bool)}, "statistics.one-class"),
        ({"x": MARKERS[:, [0, 0]]}, "statistics.collinear"),
    ],
)
def test_a_combination_refuses_what_it_cannot_do(options, code):
    with pytest.raises(StatisticsError) as refused:
        combine(**options)
    assert refused.value.code == code
