"""Scanner effects, strata, within-scanner areas and confounding equal R over random and degenerate sets."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.scanners import (
    compare_classes_over_strata,
    estimate_scanner_effect,
    estimate_within_auc,
    summarize_strata,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "scanners.json").read_text("utf-8"))
SETS = [*ORACLE["random"], ORACLE["large"], *ORACLE["degenerate"]]
CASES = [pytest.param(case, id=str(i)) for i, case in enumerate(SETS)]


def close(value, rel=1e-8, floor=1e-12):
    return pytest.approx(value, rel=rel, abs=floor)


def strata_of(case):
    return [" · ".join(pair) for pair in zip(case["vendor"], case["field"], strict=True)]


def is_same_test(found, oracle):
    if oracle is None or oracle == "NA":
        return True  # R has no answer; ours is None or was refused
    if oracle["explained"] > 1 - 1e-12:
        return found is None  # a perfect fit leaves nothing to judge by; R prints rounding noise
    assert (found.df, found.df_residual) == (oracle["df"], oracle["df_residual"])
    if oracle["f"] == "NA":  # R's gain is negative rounding noise
        assert found.explained < 1e-14
        return True
    assert found.f == close(oracle["f"])
    assert found.p_value == close(oracle["p"])
    assert found.likelihood_ratio == close(oracle["lr"], floor=1e-9)
    assert found.explained == close(oracle["explained"])
    return True


@pytest.mark.parametrize("case", CASES)
def test_the_scanner_effect_equals_nested_linear_models(case):
    answer = case["answer"]
    try:
        effect = estimate_scanner_effect(
            case["y"], case["x"], {"vendor": case["vendor"], "field": case["field"]}
        )
    except StatisticsError as refused:
        assert refused.code in ("statistics.too-few", "statistics.constant")
        assert len(case["y"]) < 10
        return
    assert is_same_test(effect.factors[0].test, answer.get("vendor"))
    assert is_same_test(effect.factors[0].beside_others, answer.get("vendor_beside_field"))
    assert is_same_test(effect.combined.test, answer.get("combined"))
    assert is_same_test(effect.combined.interaction, answer.get("interaction"))
    value, se, _, p, low, high = answer["unadjusted"]
    found = effect.unadjusted
    assert (found.value, found.standard_error, found.p_value) == close((value, se, p))
    assert (found.interval.low, found.interval.high) == close((low, high))
    if "adjusted" in answer:
        value, se, _, p, df, low, high = answer["adjusted"]
        found = effect.adjusted
        assert (found.value, found.standard_error, found.p_value, found.df) == close((value, se, p, df))
        assert (found.interval.low, found.interval.high) == close((low, high))


@pytest.mark.parametrize("case", CASES)
def test_each_stratum_equals_welch_and_proc(case):
    rows = summarize_strata(case["y"], case["x"], strata_of(case), direction="low")
    assert [(-row.n, row.name) for row in rows] == sorted((-row.n, row.name) for row in rows)
    by_name = {row.name: row for row in rows}
    for oracle in case["rows"]:
        row = by_name[oracle["name"]]
        if "auc" in oracle:
            assert row.auc.value == close(oracle["auc"])
        else:
            assert row.auc is None
            assert row.gap != ""
        if "welch" in oracle:
            value, df, p, low, high = oracle["welch"]
            found = row.difference
            assert (found.value, found.df, found.p_value) == close((value, df, p))
            assert (found.interval.low, found.interval.high) == close((low, high))
        elif row.difference is not None:
            assert math.isnan(row.difference.interval.low)


@pytest.mark.parametrize("case", CASES)
def test_the_within_area_equals_stratified_concordance_and_van_elteren(case):
    oracle = case["answer"].get("within")
    if oracle is None:
        with pytest.raises(StatisticsError) as refused:
            estimate_within_auc(case["y"], case["x"], strata_of(case), direction="low")
        assert refused.value.code == "statistics.collinear"
        return
    found = estimate_within_auc(case["y"], case["x"], strata_of(case), direction="low")
    assert (found.n_pairs, found.tied_pairs) == (oracle["pairs"], oracle["tied"])
    assert found.value == close(oracle["value"])
    assert found.standard_error == close(oracle["se"])
    if oracle.get("van_elteren_z", "NA") != "NA":
        assert found.van_elteren_z == close(oracle["van_elteren_z"], floor=1e-9)
        assert found.van_elteren_p == close(oracle["van_elteren_p"])


@pytest.mark.parametrize("case", CASES)
def test_the_association_of_scanner_and_class_equals_fisher(case):
    found = compare_classes_over_strata(case["x"], strata_of(case), rng=np.random.default_rng(4))
    if len(case["x"]) > 100:
        assert found.method == "fisher, tables drawn at random"
        assert found.p_value == pytest.approx(case["answer"]["fisher"], abs=0.02)
    else:
        assert found.method == "fisher-exact"
        assert found.p_value == close(case["answer"]["fisher"])
    if case["answer"]["cramers_v"] != "NA":
        assert found.cramers_v == close(case["answer"]["cramers_v"])
