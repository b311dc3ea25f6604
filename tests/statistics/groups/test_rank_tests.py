"""Rank tests agree with R, with enumeration and with the published study, and refuse what has no order."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.groups import compare_dunn, compare_kruskal_wallis, compare_mann_whitney
from adcurate.statistics.ranks import midranks

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "groups.json").read_text())
TWO = [pytest.param(case, id=case["name"]) for case in ORACLE["two_groups"]]
SEVERAL = [pytest.param(case, id=case["name"]) for case in ORACLE["several_groups"]]

tied_values = st.lists(st.integers(0, 6), min_size=1, max_size=7)


def cohort(marker: str) -> dict[str, list[float]]:
    (case,) = (c for c in ORACLE["several_groups"] if c["name"] == f"reconstructed cohort, {marker}")
    return case["groups"]


def two_distinct(values: list[int]) -> bool:
    return len(set(values)) > 1


@pytest.mark.parametrize("case", TWO)
@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("exact", "exact"),
        ("auto", "exact"),
        ("asymptotic", "asymptotic"),
        ("asymptotic-continuity", "asymptotic_continuity"),
    ],
)
def test_mann_whitney_equals_r(case: dict[str, Any], method: Any, key: str) -> None:
    result = compare_mann_whitney(case["x"], case["y"], method=method)
    assert result.p_value == pytest.approx(case[key], rel=1e-8)
    assert result.u_x == case["u_x"]
    assert result.u_x + result.u_y == len(case["x"]) * len(case["y"])
    assert (result.n_x, result.n_y) == (len(case["x"]), len(case["y"]))
    assert result.has_ties == (case["stats_exact"] is None)
    assert result.note == ""
    if method != "asymptotic-continuity":
        assert result.z == pytest.approx(case["z"], rel=1e-8, abs=1e-12)
    if key == "exact" and case["stats_exact"] is not None:
        assert result.p_value == pytest.approx(case["stats_exact"], rel=1e-8)


@pytest.mark.parametrize("case", SEVERAL)
def test_kruskal_wallis_equals_r(case: dict[str, Any]) -> None:
    result = compare_kruskal_wallis(case["groups"])
    assert result.h == pytest.approx(case["h"], rel=1e-8)
    assert result.df == case["df"]
    assert result.p_value == pytest.approx(case["p_value"], rel=1e-8)
    assert result.mean_ranks == pytest.approx(case["mean_ranks"], rel=1e-8)
    assert result.sizes == tuple(len(values) for values in case["groups"].values())
    assert result.groups == tuple(case["groups"])


@pytest.mark.parametrize("case", SEVERAL)
@pytest.mark.parametrize("adjust", ["none", "bonferroni", "holm"])
def test_dunn_equals_an_independent_calculation_in_r(case: dict[str, Any], adjust: Any) -> None:
    pairs = compare_dunn(case["groups"], adjust=adjust)
    dunn = case["dunn"]
    assert [p.first for p in pairs] == dunn["first"]
    assert [p.second for p in pairs] == dunn["second"]
    assert [p.z for p in pairs] == pytest.approx(dunn["z"], rel=1e-8)
    assert [p.p_unadjusted for p in pairs] == pytest.approx(dunn["none"], rel=1e-8)
    assert [p.p_value for p in pairs] == pytest.approx(dunn[adjust], rel=1e-8)
    assert {p.adjust for p in pairs} == {adjust}


@pytest.mark.parametrize(
    ("marker", "published"), [("avg", (0.058, None, 0.117)), ("min", (0.110, None, 0.089))]
)
def test_dunn_reproduces_the_published_pairwise_p_values(
    marker: str, published: tuple[float | None, ...]
) -> None:
    pairs = compare_dunn(cohort(marker), adjust="bonferroni")
    assert [(p.first, p.second) for p in pairs] == [("G1", "G2"), ("G1", "G3"), ("G2", "G3")]
    for pair, p_value in zip(pairs, published, strict=True):
        if p_value is None:
            assert pair.p_value < 0.001
        else:
            assert round(pair.p_value, 3) == p_value


@pytest.mark.parametrize("marker", ["avg", "min"])
def test_mann_whitney_reproduces_the_published_low_against_high_grade(marker: str) -> None:
    groups = cohort(marker)
    result = compare_mann_whitney(groups["G1"] + groups["G2"], groups["G3"], method="asymptotic")
    assert result.u_x == 298
    assert round(result.p_value, 4) == 0.0006
    assert "SPSS" in result.equals


def test_exact_p_equals_enumeration_of_every_assignment() -> None:
    x, y = [1.0, 2.0, 2.0, 5.0], [2.0, 3.0, 5.0, 5.0, 7.0]
    ranks = midranks(np.array(x + y))
    centre = 4 * 10 / 2
    sums = np.array([ranks[list(chosen)].sum() for chosen in combinations(range(9), 4)])
    expected = np.mean(np.abs(sums - centre) >= abs(ranks[:4].sum() - centre))
    assert compare_mann_whitney(x, y, method="exact").p_value == pytest.approx(float(expected), rel=1e-13)


def test_separated_groups_have_the_two_smallest_assignments() -> None:
    result = compare_mann_whitney([5, 6, 7], [1, 2, 3, 4])
    assert result.p_value == pytest.approx(2 / math.comb(7, 3), rel=1e-14)
    assert result.method == "exact"
    assert result.z > 0
    assert (result.mean_rank_x, result.mean_rank_y) == (6.0, 2.5)


@pytest.mark.parametrize("method", ["auto", "exact"])
def test_too_many_values_for_the_exact_distribution_become_asymptotic_with_a_note(method: Any) -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=300), rng.normal(size=300)
    result = compare_mann_whitney(x, y, method=method)
    assert result.method == "asymptotic"
    assert "too many" in result.note
    assert result.p_value == compare_mann_whitney(x, y, method="asymptotic").p_value


def test_exact_stays_feasible_for_nine_against_two_thousand() -> None:
    rng = np.random.default_rng(6)
    result = compare_mann_whitney(rng.normal(size=9), rng.normal(size=2000).round(2), method="auto")
    assert (result.method, result.has_ties) == ("exact", True)


@given(tied_values, tied_values, st.sampled_from(["exact", "asymptotic", "asymptotic-continuity"]))
@settings(max_examples=60, deadline=None)
def test_exchanging_the_groups_exchanges_u_and_keeps_p(x: list[int], y: list[int], method: Any) -> None:
    if not two_distinct(x + y):
        return
    one, other = compare_mann_whitney(x, y, method=method), compare_mann_whitney(y, x, method=method)
    assert (one.u_x, one.u_y) == (other.u_y, other.u_x)
    assert one.z == -other.z
    assert one.p_value == pytest.approx(other.p_value, rel=1e-12)
    assert 0.0 < one.p_value <= 1.0


@given(tied_values, tied_values)
@settings(max_examples=60, deadline=None)
def test_rank_tests_ignore_a_rising_transform(x: list[int], y: list[int]) -> None:
    if not two_distinct(x + y):
        return
    bent_x, bent_y = [math.exp(v) for v in x], [math.exp(v) for v in y]
    assert compare_mann_whitney(x, y) == compare_mann_whitney(bent_x, bent_y)
    assert compare_kruskal_wallis({"x": x, "y": y}) == compare_kruskal_wallis({"x": bent_x, "y": bent_y})


@given(tied_values, tied_values)
@settings(max_examples=60, deadline=None)
def test_two_groups_give_the_same_asymptotic_answer_by_all_three_tests(x: list[int], y: list[int]) -> None:
    if not two_distinct(x + y):
        return
    mann_whitney = compare_mann_whitney(x, y, method="asymptotic")
    kruskal = compare_kruskal_wallis({"x": x, "y": y})
    (pair,) = compare_dunn({"x": x, "y": y})
    assert kruskal.h == pytest.approx(mann_whitney.z**2, rel=1e-9, abs=1e-12)
    assert kruskal.p_value == pytest.approx(mann_whitney.p_value, rel=1e-9)
    assert pair.z == pytest.approx(mann_whitney.z, rel=1e-9, abs=1e-12)


@given(st.lists(tied_values, min_size=2, max_size=4))
@settings(max_examples=50, deadline=None)
def test_adjusted_p_values_are_ordered_and_at_most_one(lists: list[list[int]]) -> None:
    if not two_distinct([v for values in lists for v in values]):
        return
    groups = {f"g{i}": values for i, values in enumerate(lists)}
    for raw, holm, bonferroni in zip(
        compare_dunn(groups, adjust="none"),
        compare_dunn(groups, adjust="holm"),
        compare_dunn(groups, adjust="bonferroni"),
        strict=True,
    ):
        assert 0.0 <= raw.p_value <= holm.p_value <= bonferroni.p_value <= 1.0


@pytest.mark.parametrize(
    ("x", "y", "code"),
    [
        ([], [1.0], "statistics.too-few"),
        ([1.0], [], "statistics.too-few"),
        ([1.0, math.nan], [2.0], "statistics.not-finite"),
        ([1.0], [math.inf], "statistics.not-finite"),
        ([2.0, 2.0], [2.0], "statistics.constant"),
        ([[1.0, 2.0]], [3.0], "statistics.shape"),
        (["low"], [3.0], "statistics.shape"),
        ([True, False], [3.0], "statistics.shape"),
        ([[1.0], [1.0, 2.0]], [3.0], "statistics.shape"),
    ],
)
def test_what_cannot_be_ranked_is_refused_by_code(x: Any, y: Any, code: str) -> None:
    with pytest.raises(StatisticsError) as caught:
        compare_mann_whitney(x, y)
    assert caught.value.code == code
    with pytest.raises(StatisticsError) as caught:
        compare_kruskal_wallis({"x": x, "y": y})
    assert caught.value.code == code


def test_one_group_and_unknown_options_are_refused() -> None:
    with pytest.raises(StatisticsError, match="at least 2"):
        compare_kruskal_wallis({"G1": [1.0, 2.0]})
    with pytest.raises(StatisticsError) as caught:
        compare_mann_whitney([1.0], [2.0], method="t")  # type: ignore[arg-type]
    assert caught.value.code == "statistics.option"
    with pytest.raises(StatisticsError) as caught:
        compare_dunn({"a": [1.0], "b": [2.0]}, adjust="sidak")  # type: ignore[arg-type]
    assert caught.value.code == "statistics.option"
