"""The Jonckheere-Terpstra test against complete enumeration, cor.test and Kendall's tau."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.correlation import estimate_kendall
from adcurate.statistics.groups import compare_jonckheere_terpstra, compare_mann_whitney
from adcurate.statistics.groups.trend import _exact_p

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "trend.json").read_text())


def in_groups(record):
    value, group = np.array(record["value"], dtype=float), np.array(record["group"])
    return {str(g): value[group == g] for g in np.unique(group)}


@st.composite
def ordered_groups(draw):
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    groups = {
        str(i): np.array(draw(st.lists(st.integers(0, 5), min_size=size, max_size=size)), dtype=float)
        for i, size in enumerate(sizes)
    }
    if len(set(np.concatenate(list(groups.values())))) < 2:
        groups["0"][0] += 1.5
    return groups


def test_exact_p_values_equal_complete_enumeration():
    for record in ORACLE["jt_exact"]:
        for side in ("two_sided", "increasing", "decreasing"):
            trend = compare_jonckheere_terpstra(
                in_groups(record), alternative=side.replace("_", "-"), method="exact"
            )
            assert trend.method == "exact"
            assert trend.p_value == pytest.approx(record[side], rel=1e-10)
        assert trend.statistic == record["statistic"]
        assert trend.expected == pytest.approx(record["expected"], rel=1e-12)
        assert trend.standard_deviation**2 == pytest.approx(record["variance"], rel=1e-10)


def test_the_normal_approximation_equals_cor_test():
    for record in ORACLE["jt_asymptotic"]:
        two = compare_jonckheere_terpstra(in_groups(record), alternative="two-sided", method="asymptotic")
        up = compare_jonckheere_terpstra(in_groups(record), alternative="increasing", method="asymptotic")
        down = compare_jonckheere_terpstra(in_groups(record), alternative="decreasing", method="asymptotic")
        assert two.statistic == record["statistic"]
        assert two.z == pytest.approx(record["z"], rel=1e-10, abs=1e-12)
        assert two.p_value == pytest.approx(record["two_sided"], rel=1e-10)
        assert up.p_value == pytest.approx(record["increasing"], rel=1e-10)
        assert up.p_value + down.p_value == pytest.approx(1.0, abs=1e-14)


def test_the_published_example_of_hollander_and_wolfe():
    trend = compare_jonckheere_terpstra(
        in_groups(ORACLE["hundal"]), alternative="increasing", method="asymptotic"
    )
    exact = compare_jonckheere_terpstra(in_groups(ORACLE["hundal"]), alternative="increasing")
    assert trend.statistic == 79.0
    assert trend.p_value == pytest.approx(ORACLE["hundal"]["increasing"], rel=1e-10)
    assert exact.method == "exact"
    assert exact.p_value == pytest.approx(trend.p_value, abs=5e-4)
    # The book's table holds without ties: P(J >= 79) for three groups of six.
    untied = _exact_p([6, 6, 6], np.ones(18, dtype=np.int64), 108, 2 * 79, "increasing")
    assert round(untied, 4) == 0.0231


@settings(max_examples=60, deadline=None)
@given(ordered_groups())
def test_the_statistic_counts_pairs_and_mirrors(groups):
    names = list(groups)
    counted = sum(
        np.sum(groups[a][:, None] < groups[b]) + 0.5 * np.sum(groups[a][:, None] == groups[b])
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    )
    up = compare_jonckheere_terpstra(groups, alternative="increasing")
    mirrored = compare_jonckheere_terpstra(
        {name: -values for name, values in groups.items()}, alternative="decreasing"
    )
    assert up.statistic == counted
    assert up.statistic + mirrored.statistic == up.n_pairs
    assert up.p_value == pytest.approx(mirrored.p_value, rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(ordered_groups())
def test_it_is_the_test_of_kendalls_tau_against_the_order(groups):
    order = np.repeat(np.arange(len(groups)), [values.size for values in groups.values()])
    trend = compare_jonckheere_terpstra(groups, alternative="two-sided", method="asymptotic")
    tau = estimate_kendall(order, np.concatenate(list(groups.values())), interval="none", method="asymptotic")
    assert tau.z == pytest.approx(trend.z, abs=1e-12)
    assert tau.somers_d.value == pytest.approx(2 * trend.share - 1, abs=1e-14)


def test_two_groups_are_a_mann_whitney_test():
    x, y = [1.0, 2.0, 2.0, 5.0], [2.0, 4.0, 6.0, 7.0, 8.0]
    trend = compare_jonckheere_terpstra({"x": x, "y": y}, alternative="two-sided")
    pair = compare_mann_whitney(x, y, method="exact")
    assert trend.statistic == pair.u_y
    assert trend.p_value == pytest.approx(pair.p_value, rel=1e-10)


def test_a_cohort_of_47_is_exact_and_a_large_one_says_that_it_is_not():
    values = np.random.default_rng(3).normal(size=600)
    small = compare_jonckheere_terpstra(
        {"a": values[:21], "b": values[21:38], "c": values[38:47]}, alternative="two-sided"
    )
    large = compare_jonckheere_terpstra(
        {"a": values[:200], "b": values[200:400], "c": values[400:]},
        alternative="two-sided",
        method="exact",
    )
    assert small.method == "exact"
    assert small.p_value == pytest.approx(2 * (1 - 0.5 * math.erfc(-abs(small.z) / math.sqrt(2))), abs=0.02)
    assert large.method == "asymptotic"
    assert [finding.code for finding in large.findings] == ["trend.asymptotic"]


def test_the_resolution_decides_ties():
    groups = {"a": [1.0, 2.0], "b": [2.0004, 3.0]}
    assert not compare_jonckheere_terpstra(groups, alternative="two-sided").has_ties
    assert compare_jonckheere_terpstra(groups, alternative="two-sided", resolution=0.001).has_ties


@pytest.mark.parametrize(
    ("groups", "options", "code"),
    [
        ({"a": [1.0, 2.0]}, {}, "statistics.too-few"),
        ({"a": [1.0, 2.0], "b": []}, {}, "statistics.too-few"),
        ({"a": [1.0, 1.0], "b": [1.0]}, {}, "statistics.constant"),
        ({"a": [1.0, math.nan], "b": [2.0]}, {}, "statistics.not-finite"),
        ({"a": [1.0], "b": [2.0]}, {"alternative": "greater"}, "statistics.option"),
        ({"a": [1.0], "b": [2.0]}, {"method": "monte-carlo"}, "statistics.option"),
    ],
)
def test_what_has_no_trend_is_refused(groups, options, code):
    with pytest.raises(StatisticsError) as refused:
        compare_jonckheere_terpstra(groups, **{"alternative": "two-sided", **options})
    assert refused.value.code == code


def test_two_values_have_a_trend_with_p_of_one():
    assert compare_jonckheere_terpstra({"a": [1.0], "b": [2.0]}, alternative="two-sided").p_value == 1.0
