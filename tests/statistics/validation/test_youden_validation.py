"""Corrections of a chosen cut-off: optimism bootstrap, .632, .632+, leave-one-out, cross-validation."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from adcurate.errors import StatisticsError
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.marker import count_by_value
from adcurate.statistics.roc import estimate_auc
from adcurate.statistics.validation import (
    correct_optimism,
    cross_validate_youden,
    describe_stability,
    leave_one_out_youden,
    repeat_youden,
)
from adcurate.statistics.validation.selection import QUANTITIES, choose_rules

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "validation.json").read_text())
SETS = [pytest.param(found, id=f"random {i}") for i, found in enumerate(ORACLE["random"])] + [
    pytest.param(found, id=f"degenerate {i}") for i, found in enumerate(ORACLE["degenerate"])
]
CLOSE = {"rel": 1e-8, "abs": 1e-10, "nan_ok": True}


def cases_of(oracle):
    return np.array(oracle["x"], dtype=float), np.array(oracle["y"], dtype=bool)


def replicates_of(oracle):
    marker, positive = cases_of(oracle)
    return repeat_youden(
        marker, positive, direction="low", direction_chosen=oracle["turn"], draws=oracle["draws"]
    )


def numbers(values):
    return [math.nan if value is None else value for value in values]


@pytest.mark.parametrize("oracle", SETS)
def test_bootstrap_corrections_on_given_resamples_equal_r(oracle):
    if all(cut is None for cut in oracle["cuts"]):
        with pytest.raises(StatisticsError) as refused:
            replicates_of(oracle)
        assert refused.value.code == "statistics.too-few"
        return
    made = replicates_of(oracle)
    found = correct_optimism(made)
    assert (found.cutoff, found.direction) == (oracle["cut"], oracle["side"])
    for i, quantity in enumerate(QUANTITIES):
        assert found.out_of_bag[quantity] == pytest.approx(numbers(oracle["outside"])[i], **CLOSE)
        if quantity == "auc" and not oracle["turn"]:
            fixed = found.of("auc", "nothing-fitted")
            assert fixed.apparent == fixed.corrected == pytest.approx(oracle["apparent"][0], **CLOSE)
            assert fixed.optimism == 0.0
            continue
        ordinary, half, plus = (found.of(quantity, m) for m in ("optimism-bootstrap", ".632", ".632+"))
        assert ordinary.apparent == pytest.approx(oracle["apparent"][i], **CLOSE)
        assert ordinary.optimism == pytest.approx(oracle["optimism"][i], **CLOSE)
        assert half.corrected == pytest.approx(numbers(oracle["p632"])[i], **CLOSE)
        if oracle["plus"][i] is not None:
            assert plus.corrected == pytest.approx(oracle["plus"][i], **CLOSE)
            assert found.overfitting[quantity] == pytest.approx(oracle["over"][i], **CLOSE)


@pytest.mark.parametrize("oracle", SETS)
def test_chosen_cut_offs_and_unstable_calls_equal_r(oracle):
    if all(cut is None for cut in oracle["cuts"]):
        return
    made = replicates_of(oracle)
    chosen = [math.nan if p < 0 else made.counts.values[p] for p in made.resamples.position]
    assert chosen == pytest.approx(numbers(oracle["cuts"]), nan_ok=True)
    usable = [
        bool(side) for cut, side in zip(oracle["cuts"], oracle["reversed"], strict=True) if cut is not None
    ]
    assert made.resamples.flipped[made.resamples.position >= 0].tolist() == usable
    stability = describe_stability(made)
    by_value = dict(zip(stability.values.tolist(), stability.instability.tolist(), strict=True))
    assert [by_value[x] for x in oracle["x"]] == pytest.approx(oracle["differs"], **CLOSE)
    assert stability.mean_instability == pytest.approx(np.mean(oracle["differs"]), **CLOSE)
    times = [np.count_nonzero(np.array(numbers(oracle["cuts"])) == value) for value in stability.values]
    assert stability.share == pytest.approx(np.array(times) / sum(times), **CLOSE)


@pytest.mark.parametrize("oracle", SETS)
def test_leave_one_out_equals_r(oracle):
    marker, positive = cases_of(oracle)
    question = {"direction": "low", "direction_chosen": oracle["turn"]}
    if not oracle["loo"]:
        with pytest.raises(StatisticsError) as refused:
            leave_one_out_youden(marker, positive, **question)
        assert refused.value.code == "statistics.too-few"
        return
    found = leave_one_out_youden(marker, positive, **question)
    assert [found.of(q).corrected for q in ("auc", "sensitivity", "specificity")] == pytest.approx(
        oracle["loo"], **CLOSE
    )
    assert [found.of(q).apparent for q in QUANTITIES] == pytest.approx(oracle["apparent"], **CLOSE)
    assert sum(found.times) == marker.size


@pytest.mark.parametrize("oracle", SETS)
def test_cross_validation_on_given_folds_equals_r(oracle):
    if not oracle["folds"]:
        return
    marker, positive = cases_of(oracle)
    found = cross_validate_youden(
        marker,
        positive,
        direction="low",
        direction_chosen=oracle["turn"],
        n_folds=1 + max(map(max, oracle["folds"])),
        folds=oracle["folds"],
    )
    wanted = np.array(oracle["cv"], dtype=float)
    assert found.repeats[:, 1:3] == pytest.approx(wanted[:, 1:], **CLOSE)
    if oracle["turn"]:
        assert found.repeats[:, 0] == pytest.approx(wanted[:, 0], **CLOSE)
    else:
        assert found.of("auc").optimism == 0.0
    assert found.of("j").corrected == pytest.approx(wanted[:, 1:].sum(axis=1).mean() - 1.0, **CLOSE)


@pytest.mark.parametrize("oracle", ORACLE["cutpointr"])
def test_cut_offs_in_resamples_are_those_of_cutpointr(oracle):
    marker, positive = cases_of(oracle)
    made = repeat_youden(marker, positive, direction="low", draws=oracle["draws"])
    chosen = [math.nan if p < 0 else made.counts.values[p] for p in made.resamples.position]
    assert chosen == pytest.approx(numbers(oracle["cuts"]), abs=1e-12, nan_ok=True)


@st.composite
def cases(draw):
    n_positive, n_negative = draw(st.integers(2, 9)), draw(st.integers(2, 9))
    n = n_positive + n_negative
    marker = np.array(draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n)), dtype=float)
    marker[-1] = 6.0
    return marker, np.arange(n) < n_positive


@settings(max_examples=60, deadline=None)
@given(cases(), st.sampled_from(["low", "high"]), st.sampled_from(["most-specific", "most-sensitive"]))
def test_the_repeated_choice_is_the_choice_of_the_cut_off_itself(drawn, direction, ties):
    marker, positive = drawn
    if np.unique(marker).size == 1:
        return
    whole = estimate_youden(marker, positive, direction=direction, interval="none", ties=ties)
    made = repeat_youden(
        marker, positive, direction=direction, ties=ties, n_resamples=3, rng=np.random.default_rng(1)
    )
    assert made.cutoff == whole.cutoff
    assert (made.sample.sensitivity[0], made.sample.specificity[0]) == (whole.sensitivity, whole.specificity)


@settings(max_examples=40, deadline=None)
@given(cases())
def test_a_chosen_direction_is_a_stated_one_turned_round(drawn):
    marker, positive = drawn
    counts = count_by_value(marker, positive, direction="low")
    choice = choose_rules(
        counts.positives[None, :], counts.negatives[None, :], "most-specific", direction_chosen=True
    )
    side = "high" if choice.flipped[0] else "low"
    area = estimate_auc(marker, positive, direction=side, interval="none")
    if np.unique(marker).size == 1:
        return
    whole = estimate_youden(marker, positive, direction=side, interval="none")
    assert area.value >= 0.5 and choice.auc[0] == area.value
    assert counts.values[choice.position[0]] == whole.cutoff
    assert (choice.sensitivity[0], choice.specificity[0]) == (whole.sensitivity, whole.specificity)


@settings(max_examples=30, deadline=None)
@given(cases(), st.sampled_from(["cases", "stratified"]))
def test_the_order_of_the_cases_and_a_rising_change_move_nothing(drawn, resampling):
    marker, positive = drawn
    if np.unique(marker).size == 1:
        return
    shuffled = np.random.default_rng(0).permutation(marker.size)

    def corrected(x, y):
        made = repeat_youden(
            x, y, direction="low", resampling=resampling, n_resamples=200, rng=np.random.default_rng(5)
        )
        return correct_optimism(made).corrections

    first = corrected(marker, positive)
    assert first == corrected(marker[shuffled], positive[shuffled])
    assert first == corrected(np.exp(marker / 3.0), positive)


@settings(max_examples=30, deadline=None)
@given(cases())
def test_low_is_high_of_the_negated_marker(drawn):
    marker, positive = drawn
    if np.unique(marker).size == 1:
        return
    low, high = (
        correct_optimism(
            repeat_youden(x, positive, direction=side, n_resamples=100, rng=np.random.default_rng(2))
        )
        for x, side in ((marker, "low"), (-marker, "high"))
    )
    assert low.corrections == high.corrections
    assert (
        leave_one_out_youden(marker, positive, direction="low").corrections
        == leave_one_out_youden(-marker, positive, direction="high").corrections
    )


def test_given_resamples_and_drawn_ones_agree_for_any_size_of_a_block(monkeypatch):
    generator = np.random.default_rng(4)
    marker, positive = np.round(generator.normal(size=30), 1), np.arange(30) < 8
    question = {"direction": "low", "direction_chosen": True, "n_resamples": 333}
    whole = repeat_youden(marker, positive, rng=np.random.default_rng(1), **question)
    monkeypatch.setattr("adcurate.statistics.validation.replicates._BLOCK_CELLS", 1000)
    parts = repeat_youden(marker, positive, rng=np.random.default_rng(1), **question)
    np.testing.assert_array_equal(whole.resamples.position, parts.resamples.position)
    np.testing.assert_array_equal(whole.out_of_bag_wrong, parts.out_of_bag_wrong)
    assert whole.pair_auc == pytest.approx(parts.pair_auc, abs=1e-14)


def test_a_useless_marker_loses_its_apparent_j():
    """Analytic truth: independent of the outcome, every rule has J = 0 in new cases."""
    generator = np.random.default_rng(20)
    apparent, corrected = [], {"optimism-bootstrap": [], ".632+": [], "loo": [], "cv": []}
    for _ in range(150):
        marker, positive = generator.normal(size=47), np.arange(47) < 9
        made = correct_optimism(
            repeat_youden(marker, positive, direction="low", n_resamples=200, rng=generator)
        )
        apparent.append(made.of("j").apparent)
        for method in ("optimism-bootstrap", ".632+"):
            corrected[method].append(made.of("j", method).corrected)
        corrected["loo"].append(leave_one_out_youden(marker, positive, direction="low").of("j").corrected)
        corrected["cv"].append(
            cross_validate_youden(marker, positive, direction="low", n_repeats=10, rng=generator)
            .of("j")
            .corrected
        )
    assert np.mean(apparent) > 0.15
    assert abs(np.mean(corrected["loo"])) < 0.06
    assert abs(np.mean(corrected["cv"])) < 0.05
    assert np.mean(corrected["optimism-bootstrap"]) < 0.6 * np.mean(apparent)
    assert np.mean(corrected[".632+"]) < 0.5 * np.mean(apparent)


def test_a_large_sample_has_no_optimism_left():
    generator = np.random.default_rng(2)
    marker = np.concatenate([generator.normal(0.8, 0.2, 800), generator.normal(1.1, 0.2, 1200)])
    positive = np.arange(2000) < 800
    found = correct_optimism(repeat_youden(marker, positive, direction="low", n_resamples=200, rng=generator))
    cutoff = found.cutoff
    truth = ndtr((cutoff - 0.8) / 0.2) + ndtr((1.1 - cutoff) / 0.2) - 1.0
    for method in ("optimism-bootstrap", ".632", ".632+"):
        assert found.of("j", method).corrected == pytest.approx(truth, abs=0.03)
        assert abs(found.of("j", method).optimism) < 0.02


def test_a_direction_that_was_chosen_makes_even_the_area_optimistic():
    generator = np.random.default_rng(7)
    gains = []
    for _ in range(100):
        marker, positive = generator.normal(size=30), np.arange(30) < 8
        made = correct_optimism(
            repeat_youden(
                marker, positive, direction="low", direction_chosen=True, n_resamples=100, rng=generator
            )
        )
        assert made.of("auc").apparent >= 0.5
        gains.append([made.of("auc").apparent, made.of("auc", ".632+").corrected])
    apparent, corrected = np.mean(gains, axis=0)
    assert apparent - corrected > 0.04


def test_leave_one_out_is_followed_by_hand():
    """All positives lie at or below 0.957: leaving out the highest moves the cut-off below it."""
    marker = [0.6, 0.7, 0.957, 0.9, 1.1, 1.2, 1.3]
    positive = [True, True, True, False, False, False, False]
    found = leave_one_out_youden(marker, positive, direction="low")
    assert found.of("sensitivity").apparent == 1.0
    assert (found.true_positives, found.true_negatives) == (2, 4 - 1)
    assert found.cutoffs == (0.7, 0.957)
    # Without a far negative both cut-offs have J = 2/3, and the more specific one is taken.
    assert found.times == (4, 3)


def test_the_smallest_set_of_cut_offs_holds_the_level():
    generator = np.random.default_rng(3)
    marker, positive = np.round(generator.normal(size=40), 1), np.arange(40) < 12
    found = describe_stability(
        repeat_youden(marker, positive, direction="low", n_resamples=2000, rng=np.random.default_rng(1)),
        level=0.9,
    )
    inside = np.sort(found.share[found.in_covering_set])
    assert found.covering_share >= 0.9 > found.covering_share - inside[0]
    assert inside[0] >= found.share[~found.in_covering_set].max()
    assert found.share.sum() == pytest.approx(1.0)
    assert found.cutoff_share == found.share[found.values == found.cutoff][0]
    assert np.all(np.diff(found.values) > 0)


def test_folds_are_stratified_and_every_case_is_called_once():
    from adcurate.statistics.marker import case_codes
    from adcurate.statistics.validation.nested import _divide

    counts = count_by_value(np.arange(47.0), np.arange(47) < 9, direction="low")
    folds = _divide(case_codes(counts), 5, 50, np.random.default_rng(1))
    for part, size in ((folds[:, :9], 9), (folds[:, 9:], 38)):
        each = np.stack([(part == fold).sum(axis=1) for fold in range(5)])
        assert each.min() >= size // 5 and each.max() <= -(-size // 5)
    together = np.stack([(folds == fold).sum(axis=1) for fold in range(5)])
    assert together.max() - together.min() <= 1


def test_replicates_without_a_class_are_counted_and_left_out():
    made = repeat_youden(
        [1.0, 2.0, 3.0, 4.0],
        [True, False, False, False],
        direction="low",
        n_resamples=2000,
        rng=np.random.default_rng(1),
    )
    found = correct_optimism(made)
    assert 400 < found.n_undefined < 800  # (3/4)^4 = 32 % and 0.4 %
    assert found.of("j").n_used + found.of("j").n_undefined == 2000
    assert math.isnan(found.of("j", ".632").corrected)  # the only positive is in every usable resample
    assert "validation.undefined-replicates" in [finding.code for finding in found.findings]
    assert "validation.never-out-of-bag" in [finding.code for finding in found.findings]


def test_ten_thousand_resamples_of_a_study_are_quick():
    import time

    generator = np.random.default_rng(1)
    marker, positive = generator.normal(size=47), np.arange(47) < 9
    start = time.perf_counter()
    correct_optimism(repeat_youden(marker, positive, direction="low", rng=generator))
    assert time.perf_counter() - start < 5.0  # about 0.05 s on an idle core


@pytest.mark.parametrize(
    ("marker", "positive", "options", "code"),
    [
        ([1.0, 1.0, 1.0], [True, False, False], {}, "statistics.constant"),
        ([1.0, 2.0, 3.0], [True, True, True], {}, "statistics.one-class"),
        ([1.0, math.nan], [True, False], {}, "statistics.not-finite"),
        ([1.0, 2.0], [True, False], {"ties": "median"}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"resampling": "blocks"}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"n_resamples": 0}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"rng": None}, "statistics.option"),
        ([1.0, 2.0], [True, False], {"draws": [[0, 2]]}, "statistics.shape"),
        ([1.0, 2.0], [True, False], {"draws": [0, 1]}, "statistics.shape"),
        ([1.0, 2.0], [True, False], {"draws": [[0, 0], [1, 1]]}, "statistics.too-few"),
    ],
)
def test_a_choice_that_cannot_be_repeated_is_refused(marker, positive, options, code):
    with pytest.raises(StatisticsError) as refused:
        repeat_youden(marker, positive, direction="low", **{"rng": np.random.default_rng(1), **options})
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"n_folds": 1}, "statistics.option"),
        ({"n_repeats": 0}, "statistics.option"),
        ({"n_folds": 3}, "statistics.too-few"),
        ({"rng": None}, "statistics.option"),
        ({"folds": [[0, 1, 0]]}, "statistics.shape"),
        ({"folds": [[0, 0, 1, 1]]}, "statistics.too-few"),
        ({"folds": [[0, 1, 2, 0]]}, "statistics.shape"),
    ],
)
def test_a_division_that_cannot_be_made_is_refused(options, code):
    with pytest.raises(StatisticsError) as refused:
        cross_validate_youden(
            [1.0, 2.0, 3.0, 4.0],
            [True, True, False, False],
            direction="low",
            **{"n_folds": 2, "rng": np.random.default_rng(1), **options},
        )
    assert refused.value.code == code
