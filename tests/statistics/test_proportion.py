"""Proportions with their interval."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.proportion import clopper_pearson_interval, estimate_proportion, wilson_interval

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "diagnostic.json").read_text())


@pytest.mark.parametrize("oracle", ORACLE["proportions"], ids=lambda o: f"{o['count']} of {o['n']}")
@pytest.mark.parametrize(
    ("make", "name"), [(clopper_pearson_interval, "clopper_pearson"), (wilson_interval, "wilson")]
)
def test_intervals_equal_those_of_r(oracle, make, name):
    interval = make(oracle["count"], oracle["n"], oracle["level"])
    assert (interval.low, interval.high) == pytest.approx(oracle[name], abs=1e-10)
    assert interval.method == name.replace("_", "-")


def test_no_success_in_n_has_a_closed_form():
    assert clopper_pearson_interval(0, 9).high == pytest.approx(1.0 - 0.025 ** (1.0 / 9.0), abs=1e-14)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 200), st.data(), st.sampled_from(["clopper-pearson", "wilson"]))
def test_an_interval_contains_its_share_and_mirrors_its_complement(n, data, interval):
    count = data.draw(st.integers(0, n))
    share = estimate_proportion(count, n, interval=interval)
    other = estimate_proportion(n - count, n, interval=interval)
    assert 0.0 <= share.interval.low <= share.value <= share.interval.high <= 1.0
    assert share.interval.low == pytest.approx(1.0 - other.interval.high, abs=1e-10)


@pytest.mark.parametrize("interval", ["clopper-pearson", "wilson"])
def test_a_share_of_no_cases_is_not_a_number(interval):
    share = estimate_proportion(0, 0, interval=interval)
    assert math.isnan(share.value)
    assert math.isnan(share.interval.low)
    assert math.isnan(share.interval.high)


@pytest.mark.parametrize(
    ("count", "n", "interval", "code"),
    [
        (3, 2, "wilson", "statistics.shape"),
        (-1, 2, "clopper-pearson", "statistics.shape"),
        (1, 2, "wald", "statistics.option"),
    ],
)
def test_an_impossible_share_is_refused(count, n, interval, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_proportion(count, n, interval=interval)
    assert refused.value.code == code
