"""Areas over lesions of subjects that have several."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.clusters import compare_clustered_aucs, estimate_clustered_auc
from adcurate.statistics.roc import estimate_auc

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "clusters.json").read_text())
SETS = ORACLE["sets"]


def lesions(oracle):
    first, second = np.array(oracle["first"], float), np.array(oracle["second"], float)
    return first, second, np.array(oracle["positive"]) == 1, oracle["subject"]


@st.composite
def several_lesions(draw):
    n = draw(st.integers(4, 20))
    marker = draw(st.lists(st.integers(-4, 4), min_size=n, max_size=n))
    subject = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    positive = [*draw(st.lists(st.booleans(), min_size=n - 2, max_size=n - 2)), True, False]
    return np.array(marker, float), np.array(positive), np.array(subject)


@pytest.mark.parametrize("oracle", SETS, ids=[entry["name"] for entry in SETS])
def test_areas_and_variances_equal_a_count_pair_by_pair(oracle):
    first, second, positive, subject = lesions(oracle)
    covariance = [np.nan if value is None else value for value in oracle["covariance"]]
    for marker, area, variance in zip(
        (first, second), oracle["areas"], (covariance[0], covariance[3]), strict=True
    ):
        found = estimate_clustered_auc(marker, positive, subject, direction="high")
        assert found.value == pytest.approx(area, rel=1e-12)
        assert found.standard_error**2 == pytest.approx(variance, rel=1e-8, abs=1e-30, nan_ok=True)
        half = 1.959963984540054 * found.standard_error
        if not math.isnan(half):
            expected = (max(0.0, area - half), min(1.0, area + half))
            assert (found.interval.low, found.interval.high) == pytest.approx(expected, abs=1e-12)
    test = compare_clustered_aucs(first, second, positive, subject, directions=("high", "high"))
    expected = oracle["difference_variance"]
    expected = np.nan if expected is None else expected
    assert test.difference == pytest.approx(oracle["areas"][0] - oracle["areas"][1], abs=1e-14)
    assert test.standard_error**2 == pytest.approx(expected, rel=1e-8, abs=1e-17, nan_ok=True)


@pytest.mark.parametrize(
    "oracle", [entry for entry in SETS if "proc" in entry], ids=lambda entry: entry["name"]
)
def test_one_lesion_a_subject_is_delong_as_proc_has_it(oracle):
    first, second, positive, subject = lesions(oracle)
    variance, other, covariance = oracle["proc"]
    test = compare_clustered_aucs(first, second, positive, subject, directions=("high", "high"))
    one = estimate_clustered_auc(first, positive, subject, direction="high")
    assert one.standard_error**2 == pytest.approx(variance, rel=1e-8, abs=1e-30)
    assert test.standard_error**2 == pytest.approx(variance + other - 2 * covariance, rel=1e-8, abs=1e-17)
    if test.standard_error > 1e-8:
        assert test.p_value == pytest.approx(oracle["proc_p"], rel=1e-8)


@settings(max_examples=80, deadline=None)
@given(several_lesions(), st.sampled_from(["low", "high"]))
def test_with_one_lesion_a_subject_it_is_exactly_delong(cohort, direction):
    marker, positive, _ = cohort
    alone = estimate_clustered_auc(marker, positive, np.arange(marker.size), direction=direction)
    delong = estimate_auc(marker, positive, direction=direction, interval="delong")
    assert alone.value == delong.value
    assert alone.standard_error == pytest.approx(delong.standard_error, rel=1e-12, abs=0.0, nan_ok=True)
    assert alone.independent_standard_error == pytest.approx(alone.standard_error, rel=1e-12, nan_ok=True)


@settings(max_examples=80, deadline=None)
@given(several_lesions())
def test_the_order_of_rows_and_the_names_of_subjects_change_nothing(cohort):
    marker, positive, subject = cohort
    there = estimate_clustered_auc(marker, positive, subject, direction="low")
    order = np.random.default_rng(1).permutation(marker.size)
    names = [f"s{9 - code}" for code in subject[order]]
    back = estimate_clustered_auc(marker[order], positive[order], names, direction="low")
    assert back.value == there.value
    assert back.standard_error == pytest.approx(there.standard_error, rel=1e-12, abs=1e-15, nan_ok=True)


@settings(max_examples=80, deadline=None)
@given(several_lesions())
def test_a_lesion_counted_twice_adds_nothing_to_the_standard_error(cohort):
    marker, positive, subject = cohort
    once = estimate_clustered_auc(marker, positive, subject, direction="low")
    twice = estimate_clustered_auc(
        np.tile(marker, 2), np.tile(positive, 2), np.tile(subject, 2), direction="low"
    )
    assert twice.value == once.value
    assert twice.standard_error == pytest.approx(once.standard_error, rel=1e-10, abs=1e-15, nan_ok=True)


@settings(max_examples=60, deadline=None)
@given(several_lesions())
def test_a_marker_compared_with_itself_has_no_difference_and_no_variance(cohort):
    marker, positive, subject = cohort
    test = compare_clustered_aucs(marker, marker, positive, subject, directions=("low", "low"))
    assert test.difference == 0.0
    assert test.standard_error == 0.0 or math.isnan(test.standard_error)
    assert math.isnan(test.p_value)


def test_the_logit_interval_stays_inside():
    marker, positive = [1, 2, 3, 5, 4, 6, 7, 8], [True] * 4 + [False] * 4
    found = estimate_clustered_auc(
        marker, positive, list("aabbccdd"), direction="low", interval="obuchowski-logit"
    )
    assert 0.0 < found.interval.low < found.value < found.interval.high < 1.0
    assert found.interval.method == "obuchowski-logit"


def test_perfect_separation_has_no_variance_and_says_so():
    found = estimate_clustered_auc([1, 2, 3, 4], [True, True, False, False], list("abcd"), direction="low")
    assert (found.value, found.standard_error) == (1.0, 0.0)
    assert math.isnan(found.p_value) and math.isnan(found.design_effect)
    assert [finding.code for finding in found.findings] == ["auc.no-variance", "clusters.few-subjects"]


def test_a_class_of_one_subject_has_an_area_and_no_standard_error():
    found = estimate_clustered_auc([1, 3, 2, 4], [True, True, False, False], list("aabc"), direction="low")
    assert found.value == 0.75
    assert math.isnan(found.standard_error) and math.isnan(found.interval.low)
    assert found.findings[0].code == "clusters.single-subject"


def test_subjects_are_counted_by_what_they_hold():
    found = estimate_clustered_auc(
        [1, 3, 2, 4, 5], [True, True, False, False, False], list("aabbc"), direction="low"
    )
    assert (found.n_subjects, found.n_subjects_positive, found.n_subjects_negative) == (3, 1, 2)
    mixed = estimate_clustered_auc([1, 3, 2, 4], [True, False, True, False], list("aabb"), direction="low")
    assert mixed.n_subjects_both == 2


@pytest.mark.parametrize("alike", [0.0, 0.6])
def test_the_interval_covers_where_delongs_does_not(alike):
    n_subjects = 40
    generator = np.random.default_rng(5)
    hits = {"clustered": 0, "alone": 0}
    truth = 0.7602499389065233  # of a standard normal shift of 1
    for _ in range(400):
        size = generator.integers(1, 6, n_subjects)
        subject = np.repeat(np.arange(n_subjects), size)
        positive = np.repeat(np.arange(n_subjects) % 2 == 0, size)
        person = generator.normal(size=n_subjects)[subject]
        value = math.sqrt(alike) * person + math.sqrt(1 - alike) * generator.normal(size=subject.size)
        marker = value + positive
        for name, whose in (("clustered", subject), ("alone", np.arange(subject.size))):
            interval = estimate_clustered_auc(marker, positive, whose, direction="high").interval
            hits[name] += interval.low <= truth <= interval.high
    assert hits["clustered"] / 400 > 0.90
    assert (hits["alone"] / 400 > 0.90) == (alike == 0.0)


@pytest.mark.parametrize(
    ("marker", "positive", "subject", "options", "code"),
    [
        ([1, 2], [True, True], ["a", "b"], {}, "statistics.one-class"),
        ([1, math.nan], [True, False], ["a", "b"], {}, "statistics.not-finite"),
        ([1, 2], [True, False], ["a"], {}, "statistics.shape"),
        ([1, 2], [True, False], ["a", ""], {}, "statistics.shape"),
        ([1, 2], [True, False], [1.5, 2.5], {}, "statistics.shape"),
        ([[1, 2]], [True, False], ["a", "b"], {}, "statistics.shape"),
        ([1, 2], [True, False], ["a", "b"], {"interval": "wald"}, "statistics.option"),
        ([1, 2], [True, False], ["a", "b"], {"level": 95}, "statistics.option"),
        ([1, 2], [True, False], ["a", "b"], {"direction": "left"}, "statistics.option"),
    ],
)
def test_a_clustered_area_refuses_what_has_none(marker, positive, subject, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_clustered_auc(marker, positive, subject, **{"direction": "low", **options})
    assert refused.value.code == code
