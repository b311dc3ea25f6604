"""Modalities compared over readers and cases."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.clusters import compare_clustered_aucs
from adcurate.statistics.readers import average_curves, compare_modalities, estimate_reader_areas
from adcurate.statistics.roc import estimate_auc, estimate_roc

SETS = json.loads((Path(__file__).parents[2] / "oracles" / "readers.json").read_text())["sets"]
NAMED = [pytest.param(entry, id=entry["name"]) for entry in SETS]
NAN = float("nan")


def number(value):
    """R's NaN, NA and Inf, as jsonlite writes them."""
    return (
        {None: NAN, "NaN": NAN, "NA": NAN, "Inf": math.inf}[value]
        if value in (None, "NaN", "NA", "Inf")
        else value
    )


def areas_of(oracle, covariance):
    t, r, n = oracle["t"], oracle["r"], len(oracle["sick"])
    return estimate_reader_areas(
        np.array(oracle["ratings"], float).reshape(t, r, n),
        np.array(oracle["sick"]) == 1,
        modalities=tuple(f"m{i}" for i in range(t)),
        readers=tuple(f"r{i}" for i in range(r)),
        directions=("high",) * t,
        covariance=covariance,
    )


def half_width(found):
    return max(found.interval.high - found.difference, found.difference - found.interval.low)


@pytest.mark.parametrize("oracle", NAMED)
@pytest.mark.parametrize("covariance", ["delong", "jackknife"])
def test_the_analysis_equals_its_formulas_in_r(oracle, covariance):
    areas, expected = areas_of(oracle, covariance), oracle[covariance]
    assert areas.values.ravel() == pytest.approx(oracle["areas"], rel=1e-12)
    by_design = {
        design: compare_modalities(areas, readers=design[0], cases=design[1])
        for design in (("random", "random"), ("fixed", "random"), ("random", "fixed"))
    }
    names = {("random", "random"): "rrrc", ("fixed", "random"): "frrc", ("random", "fixed"): "rrfc"}
    for design, test in by_design.items():
        for own, reference in zip(test.areas, expected["own"], strict=True):
            assert own.value == pytest.approx(reference["mean"], rel=1e-12)
            numbers = reference[names[design]]
            standard_error = number(numbers if design[0] == "fixed" else numbers[0])
            assert own.standard_error == pytest.approx(standard_error, rel=1e-8, abs=1e-15)
            if design == ("random", "random") and own.ms_reader > 0.0:
                assert own.df == pytest.approx(number(numbers[1]), rel=1e-8)
        if oracle["t"] == 1:
            assert math.isnan(test.f) and test.differences == ()
            continue
        numbers = [number(value) for value in expected[names[design]]]
        reached = math.sqrt(2 / oracle["r"]) * 1e-15
        if by_design["random", "fixed"].components.ms_interaction == 0.0 and design != ("fixed", "random"):
            continue  # R's ratios are of rounding errors there; the next test says what is wanted
        assert test.f == pytest.approx(numbers[0], rel=1e-8, abs=1e-20)
        if design == ("random", "random"):
            assert test.denominator_df == pytest.approx(numbers[1], rel=1e-8)
        assert test.p_value == pytest.approx(numbers[-2], rel=1e-8)
        for difference in test.differences:
            low = max(-1.0, difference.difference - numbers[-1])
            high = min(1.0, difference.difference + numbers[-1])
            assert difference.interval.low == pytest.approx(low, rel=1e-8, abs=reached)
            assert difference.interval.high == pytest.approx(high, rel=1e-8, abs=reached)
    if oracle["t"] > 1:
        found = by_design["random", "random"].components
        own = (found.variance, found.cov1, found.cov2, found.cov3)
        assert own == pytest.approx(expected["components"][:4], rel=1e-8, abs=1e-14)
        squares = (found.ms_modality, found.ms_reader, found.ms_interaction)
        assert squares == pytest.approx(expected["components"][4:], rel=1e-8, abs=1e-20)


@st.composite
def readings(draw, n_modalities=2, n_readers=3):
    n = draw(st.integers(6, 16))
    block = draw(
        st.lists(
            st.integers(0, 9), min_size=n_modalities * n_readers * n, max_size=n_modalities * n_readers * n
        )
    )
    positive = np.arange(n) < draw(st.integers(2, n - 2))
    return np.array(block, float).reshape(n_modalities, n_readers, n), positive


def analysed(ratings, positive, covariance="delong", **options):
    t, r = len(ratings), len(ratings[0])
    areas = estimate_reader_areas(
        ratings,
        positive,
        modalities=tuple("ABC"[:t]),
        readers=tuple(f"R{i}" for i in range(r)),
        directions=("low",) * t,
        covariance=covariance,
    )
    return compare_modalities(areas, **options)


@settings(max_examples=60, deadline=None)
@given(readings(n_readers=1))
def test_one_fixed_reader_is_delongs_paired_test(case):
    ratings, positive = case
    test = analysed(ratings, positive, readers="fixed").differences[0]
    pair = compare_clustered_aucs(
        ratings[0, 0], ratings[1, 0], positive, np.arange(positive.size), directions=("low", "low")
    )
    assert test.difference == pytest.approx(pair.difference, abs=1e-14)
    assert test.standard_error == pytest.approx(pair.standard_error, rel=1e-7, abs=1e-9)
    if pair.standard_error > 1e-6:
        assert test.p_value == pytest.approx(pair.p_value, rel=1e-6)


@settings(max_examples=60, deadline=None)
@given(readings())
def test_each_readers_area_and_error_are_those_of_the_roc_room(case):
    ratings, positive = case
    areas = estimate_reader_areas(
        ratings,
        positive,
        modalities=("A", "B"),
        readers=("x", "y", "z"),
        directions=("low", "high"),
        covariance="delong",
    )
    for i, direction in enumerate(("low", "high")):
        for j in range(3):
            alone = estimate_auc(ratings[i, j], positive, direction=direction, interval="delong")
            assert areas.values[i, j] == alone.value
            assert areas.standard_error(i, j) == pytest.approx(alone.standard_error, rel=1e-12, abs=1e-15)
            limits = areas.interval(i, j)
            assert (limits.low, limits.high) == pytest.approx(
                (alone.interval.low, alone.interval.high), abs=1e-12
            )


@settings(max_examples=60, deadline=None)
@given(readings(), st.sampled_from(["delong", "jackknife"]), st.randoms(use_true_random=False))
def test_the_order_of_cases_and_readers_changes_nothing(case, covariance, random):
    ratings, positive = case
    order = list(range(positive.size))
    random.shuffle(order)
    there = analysed(ratings, positive, covariance)
    back = analysed(ratings[:, ::-1][:, :, order], positive[order], covariance)
    assert back.differences[0].difference == pytest.approx(there.differences[0].difference, abs=1e-14)
    assert back.differences[0].standard_error == pytest.approx(
        there.differences[0].standard_error, rel=1e-6, abs=1e-9
    )


@settings(max_examples=60, deadline=None)
@given(readings())
def test_the_p_value_of_two_modalities_agrees_with_their_interval(case):
    test = analysed(*case)
    (difference,) = test.differences
    if math.isnan(test.p_value):
        return
    assert difference.p_value == pytest.approx(test.p_value, rel=1e-6, abs=1e-12)
    outside = difference.interval.low > 0 or difference.interval.high < 0
    if abs(test.p_value - 0.05) > 1e-9:
        assert outside == (test.p_value < 0.05)


@settings(max_examples=40, deadline=None)
@given(readings())
def test_equal_modalities_do_not_differ(case):
    ratings, positive = case
    test = analysed(np.stack([ratings[0], ratings[0]]), positive)
    assert test.differences[0].difference == 0.0
    assert not test.p_value < 1.0


def test_readers_who_agree_exactly_leave_nothing_to_test():
    one = [1.0, 4.0, 2.0, 3.0, 6.0, 5.0]
    other = [2.0, 1.0, 5.0, 3.0, 4.0, 6.0]
    positive = np.arange(6) < 3
    test = analysed(np.array([[one, one], [other, other]]), positive, cases="fixed")
    assert math.isnan(test.f) and math.isnan(test.p_value) and math.isnan(test.differences[0].interval.low)
    assert "readers.no-variance" in [finding.code for finding in test.findings]


def test_perfect_readers_have_no_error_and_say_so():
    ratings = np.tile(np.arange(6.0), (2, 3, 1))
    test = analysed(ratings, np.arange(6) < 3)
    assert [area.value for area in test.areas] == [1.0, 1.0]
    assert math.isnan(test.p_value)
    assert "readers.no-variance" in [finding.code for finding in test.findings]


def test_a_single_case_of_a_class_leaves_only_readers_to_vary():
    ratings = np.random.default_rng(1).normal(size=(2, 3, 6))
    test = analysed(ratings, np.arange(6) < 1)
    assert math.isnan(test.f) and math.isnan(test.areas[0].standard_error)
    assert [finding.code for finding in test.findings] == ["readers.single-case"]
    fixed = analysed(ratings, np.arange(6) < 1, cases="fixed")
    assert fixed.areas[0].standard_error > 0.0


def test_two_readers_hardly_speak_for_all():
    test = analysed(np.random.default_rng(1).normal(size=(1, 2, 20)), np.arange(20) < 9)
    assert [finding.code for finding in test.findings] == ["readers.few-readers"]
    assert test.differences == () and test.areas[0].interval.method == "obuchowski-rockette"


@pytest.mark.parametrize("covariance", ["delong", "jackknife"])
def test_the_test_keeps_its_level(covariance):
    generator = np.random.default_rng(8)
    rejected = 0
    positive = np.arange(60) < 24
    for _ in range(300):
        case = generator.normal(size=60) - positive
        skill = generator.normal(scale=0.2, size=(2, 4, 1))
        ratings = (1.0 + skill) * case + generator.normal(size=(2, 4, 60))
        rejected += analysed(ratings, positive, covariance).p_value < 0.05
    assert 3 <= rejected <= 28


@settings(max_examples=40, deadline=None)
@given(readings(n_modalities=1, n_readers=4))
def test_the_area_under_the_average_curve_is_the_average_area(case):
    ratings, positive = case
    curves = [estimate_roc(row, positive, direction="low") for row in ratings[0]]
    average = average_curves(curves)
    area = np.trapezoid(average.sensitivity, 1.0 - average.specificity)
    expected = np.mean(
        [estimate_auc(row, positive, direction="low", interval="none").value for row in ratings[0]]
    )
    assert area == pytest.approx(expected, abs=1e-12)
    assert np.all(np.diff(average.sensitivity) >= -1e-12)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"covariance": "bootstrap"}, "statistics.option"),
        ({"readers": ("x",)}, "statistics.shape"),
        ({"directions": ("low",)}, "statistics.shape"),
        ({"ratings": [[[1, 2], [1]], [[1, 2], [1, 2]]]}, "statistics.shape"),
        ({"ratings": np.full((2, 2, 4), np.nan)}, "statistics.not-finite"),
        ({"positive": [True] * 4}, "statistics.one-class"),
        ({"positive": [True, False, False, False], "covariance": "jackknife"}, "statistics.too-few"),
    ],
)
def test_readers_areas_refuse_what_has_none(change, code):
    asked = {
        "ratings": np.arange(16.0).reshape(2, 2, 4),
        "positive": [True, True, False, False],
        "modalities": ("A", "B"),
        "readers": ("x", "y"),
        "directions": ("low", "low"),
        "covariance": "delong",
        **change,
    }
    with pytest.raises(StatisticsError) as refused:
        estimate_reader_areas(asked.pop("ratings"), asked.pop("positive"), **asked)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("n_readers", "options", "code"),
    [
        (2, {"readers": "fixed", "cases": "fixed"}, "statistics.option"),
        (2, {"readers": "some"}, "statistics.option"),
        (2, {"level": 95}, "statistics.option"),
        (1, {}, "statistics.too-few"),
    ],
)
def test_a_comparison_refuses_an_impossible_design(n_readers, options, code):
    with pytest.raises(StatisticsError) as refused:
        analysed(np.random.default_rng(1).normal(size=(2, n_readers, 8)), np.arange(8) < 3, **options)
    assert refused.value.code == code


@st.composite
def coarse_readings(draw):
    """Two grades of suspicion, few cases, readers and modalities that may be copies of each other."""
    n = draw(st.integers(4, 8))
    column = st.lists(st.integers(0, 1), min_size=n, max_size=n)
    kinds = draw(st.lists(column, min_size=1, max_size=3))
    block = [[draw(st.sampled_from(kinds)) for _ in range(3)] for _ in range(2)]
    return np.array(block, float), np.arange(n) < draw(st.integers(1, n - 1))


OPPOSED = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0]
TURNED = [1.0 - value for value in OPPOSED]


@example(
    (np.array([[OPPOSED, OPPOSED, OPPOSED], [OPPOSED, TURNED, OPPOSED]]), np.arange(8) < 2), "jackknife", "RR"
)
@settings(max_examples=300, deadline=None)
@given(coarse_readings(), st.sampled_from(["delong", "jackknife"]), st.sampled_from(["RR", "FR", "RF"]))
def test_a_degenerate_layout_gives_an_answer_or_says_why_not(case, covariance, design):
    ratings, positive = case
    options = {
        "readers": "fixed" if design[0] == "F" else "random",
        "cases": "fixed" if design[1] == "F" else "random",
    }
    try:
        test = analysed(ratings, positive, covariance, **options)
    except StatisticsError as error:
        assert error.code == "statistics.too-few"
        return
    (difference,) = test.differences
    if math.isnan(test.p_value):
        assert math.isnan(difference.p_value) and math.isnan(test.f)
        assert {finding.code for finding in test.findings} & {"readers.no-variance", "readers.single-case"}
    else:
        assert 0.0 <= test.p_value <= 1.0
        assert difference.standard_error > 1e-8
        assert difference.interval.low <= difference.difference <= difference.interval.high
    for area in test.areas:
        if not math.isnan(area.interval.low):
            assert 0.0 <= area.interval.low <= area.value + 1e-12
            assert area.value - 1e-12 <= area.interval.high <= 1.0
