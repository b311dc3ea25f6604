"""Sensitivity and specificity over lesions, the correlation within subjects, and one lesion a subject."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.clusters import (
    choose_one_lesion,
    estimate_clustered_accuracy,
    estimate_clustered_proportion,
    estimate_subject_icc,
)
from adcurate.statistics.proportion import wilson_interval

SETS = json.loads((Path(__file__).parents[2] / "oracles" / "clusters.json").read_text())["sets"]
NAMED = [pytest.param(entry, id=entry["name"]) for entry in SETS]


def both_ends(interval):
    return interval.low, interval.high


@pytest.mark.parametrize("oracle", NAMED)
def test_shares_equal_the_survey_package(oracle):
    first, subject = np.array(oracle["first"], float), np.array(oracle["subject"])
    positive = np.array(oracle["positive"]) == 1
    called = first >= oracle["cutoff"]
    for name, kept, right in (("sensitivity", positive, called), ("specificity", ~positive, ~called)):
        expected = oracle[name]
        if expected is None:
            continue
        found = estimate_clustered_proportion(right[kept], subject[kept])
        assert found.value == pytest.approx(expected["value"], rel=1e-12)
        assert found.standard_error**2 == pytest.approx(expected["variance"], rel=1e-8, abs=1e-30)
        assert both_ends(found.interval) == pytest.approx(expected["wilson"], rel=1e-8, abs=1e-12)
        if 0.0 < found.value < 1.0:
            assert found.design_effect == pytest.approx(expected["effect"], rel=1e-8, abs=1e-25)
            logit = estimate_clustered_proportion(right[kept], subject[kept], interval="logit").interval
            assert both_ends(logit) == pytest.approx(expected["logit"], rel=1e-8)
        together = estimate_clustered_accuracy(called, positive, subject)
        assert getattr(together, name) == found


@pytest.mark.parametrize("oracle", NAMED)
def test_the_correlation_within_subjects_equals_the_analysis_of_variance_of_r(oracle):
    found = estimate_subject_icc(oracle["first"], oracle["subject"]).value
    if oracle["icc"] is None or oracle["icc"] == "NaN":
        assert math.isnan(found)
    else:
        assert found == pytest.approx(oracle["icc"], rel=1e-8, abs=1e-12)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.booleans(), min_size=2, max_size=30))
def test_one_lesion_a_subject_is_wilsons_interval(success):
    found = estimate_clustered_proportion(success, np.arange(len(success)))
    wilson = wilson_interval(sum(success), len(success))
    assert both_ends(found.interval) == pytest.approx((wilson.low, wilson.high), abs=1e-12)
    if 0 < sum(success) < len(success):
        assert found.design_effect == pytest.approx(1.0, rel=1e-12)
        assert found.effective_n == pytest.approx(len(success), rel=1e-12)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=20))
def test_a_lesion_counted_twice_moves_no_limit(rows):
    success, subject = zip(*rows, strict=True)
    once = estimate_clustered_proportion(success, subject, interval="wald")
    twice = estimate_clustered_proportion(success * 2, subject * 2, interval="wald")
    assert twice.value == once.value
    assert both_ends(twice.interval) == pytest.approx(both_ends(once.interval), abs=1e-12, nan_ok=True)


def test_lesions_that_are_all_alike_within_subjects_count_as_their_subjects():
    found = estimate_clustered_proportion(
        [True] * 4 + [False] * 4 + [True] * 4, ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    )
    assert found.icc.value == pytest.approx(1.0)
    assert found.effective_n == pytest.approx(12 / (11 / 2))  # (n - 1)/(I - 1) is the largest design effect


def test_a_share_of_all_lesions_is_judged_on_subjects():
    found = estimate_clustered_proportion([True] * 6, list("aabbcc"))
    wilson = wilson_interval(3, 3)
    assert (found.value, found.standard_error, found.effective_n) == (1.0, 0.0, 3.0)
    assert both_ends(found.interval) == (wilson.low, wilson.high)
    assert math.isnan(found.design_effect)
    assert [finding.code for finding in found.findings] == ["clusters.all-alike"]


def test_a_single_subject_has_a_share_and_no_interval():
    found = estimate_clustered_proportion([True, False], ["a", "a"])
    assert found.value == 0.5
    assert math.isnan(found.standard_error) and math.isnan(found.interval.low)
    assert [finding.code for finding in found.findings] == ["clusters.single-subject"]


@pytest.mark.parametrize(
    ("success", "subject", "options", "code"),
    [
        ([], [], {}, "statistics.too-few"),
        ([1, 0], ["a", "b"], {}, "statistics.shape"),
        ([True], ["a", "b"], {}, "statistics.shape"),
        ([True, False], ["a", "b"], {"interval": "exact"}, "statistics.option"),
        ([True, False], ["a", "b"], {"level": 1.0}, "statistics.option"),
    ],
)
def test_a_clustered_share_refuses_what_has_none(success, subject, options, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_clustered_proportion(success, subject, **options)
    assert refused.value.code == code


def test_sensitivity_needs_both_classes():
    with pytest.raises(StatisticsError) as refused:
        estimate_clustered_accuracy([True, False], [True, True], ["a", "b"])
    assert refused.value.code == "statistics.one-class"


@pytest.mark.parametrize("values", [[1.0, 1.0, 1.0], [1.0, 2.0, 3.0]])
def test_a_correlation_that_cannot_be_seen_is_not_a_number(values):
    assert math.isnan(estimate_subject_icc(values, [1, 2, 3]).value)
    assert math.isnan(estimate_subject_icc(values, [1, 1, 1]).value)


def test_the_largest_lesion_stands_for_its_subject_and_the_first_of_equals():
    subject = ["b", "a", "b", "a", "c", "b"]
    assert choose_one_lesion(subject, choice="largest", size=[3, 5, 9, 5, 1, 9]).tolist() == [1, 2, 4]
    assert choose_one_lesion(subject, choice="first").tolist() == [0, 1, 4]


@pytest.mark.parametrize("options", [{"choice": "largest"}, {"choice": "smallest"}])
def test_one_lesion_a_subject_needs_a_known_choice_and_a_size(options):
    with pytest.raises(StatisticsError) as refused:
        choose_one_lesion(["a", "b"], **options)
    assert refused.value.code == "statistics.option"
