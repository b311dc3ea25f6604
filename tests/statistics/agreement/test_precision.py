"""Within-lesion precision, repeatability and reproducibility coefficients, and claims by organ."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import (
    REPEATABILITY_CLAIMS,
    estimate_precision,
    estimate_reproducibility,
    find_repeatability_claim,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "agreement.json").read_text())
REPEATED = [pytest.param(item, id=str(i)) for i, item in enumerate(ORACLE["precision"])]
DESIGNS = [pytest.param(item, id=str(i)) for i, item in enumerate(ORACLE["designs"])]


def flat(*estimates):
    return [x for e in estimates for x in (e.value, e.interval.low, e.interval.high)]


def codes(found):
    return [finding.code for finding in found.findings]


@pytest.mark.parametrize("item", REPEATED)
def test_precision_equals_the_analysis_of_variance_in_r(item):
    found = estimate_precision(item["y"], item["id"])
    mine = flat(found.wsd, found.rc, found.wcv_rms, found.wcv_log, found.fall, found.rise)
    assert mine == pytest.approx(item["numbers"], rel=1e-8)
    counts = np.unique(item["id"], return_counts=True)[1]
    assert (found.n_lesions, found.n_single) == (int((counts > 1).sum()), int((counts == 1).sum()))


@pytest.mark.parametrize("item", DESIGNS)
def test_components_over_readers_equal_the_analysis_of_variance_in_r(item):
    found = estimate_reproducibility(item["readings"])
    parts = found.components
    mine = [parts.lesion, parts.reader, parts.lesion_by_reader, parts.residual]
    expected = [math.nan if x == "NA" else x for x in item["components"]]
    assert mine == pytest.approx(expected, rel=1e-8, abs=1e-12, nan_ok=True)
    assert flat(found.sd) == pytest.approx(item["sd"], rel=1e-8)
    assert found.rdc.value == pytest.approx(1.96 * math.sqrt(2) * item["sd"][0], rel=1e-8)


def test_components_equal_reml_where_none_is_at_its_bound():
    compared = 0
    for item in ORACLE["designs"]:
        known = [x for x in item["components"] if x != "NA"]
        if item["lmer"] is None or min(known) < 0.02:
            continue
        expected = [x for x in item["lmer"] if x != "NA"]
        parts = estimate_reproducibility(item["readings"]).components
        mine = [x for x in (parts.lesion, parts.reader, parts.lesion_by_reader, parts.residual) if x == x]
        assert mine == pytest.approx(expected, rel=1e-3)
        compared += 1
    assert compared >= 15


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=2, max_size=15))
def test_two_readings_of_each_lesion_are_half_the_mean_squared_difference(pairs):
    table = np.array(pairs, dtype=float)
    found = estimate_precision(table.ravel(), np.repeat(np.arange(len(table)), 2))
    assert found.wsd.value == pytest.approx(
        math.sqrt(np.mean((table[:, 0] - table[:, 1]) ** 2) / 2), abs=1e-12
    )


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([1e-3, 12.0]))
def test_relative_precision_does_not_depend_on_the_unit(seed, factor):
    rng = np.random.default_rng(seed)
    lesion = np.repeat(np.arange(6), 2)
    values = rng.lognormal(0, 0.4, 6)[lesion] * np.exp(rng.normal(0, 0.1, 12))
    plain, scaled = estimate_precision(values, lesion), estimate_precision(values * factor, lesion)
    assert flat(scaled.wcv_log, scaled.fall) == pytest.approx(flat(plain.wcv_log, plain.fall), rel=1e-7)
    assert flat(scaled.rc) == pytest.approx([x * factor for x in flat(plain.rc)], rel=1e-9)


def test_a_rise_undoes_a_fall():
    found = estimate_precision([1.0, 1.3, 0.8, 0.7, 2.0, 2.2], [1, 1, 2, 2, 3, 3])
    assert (1 + found.fall.value) * (1 + found.rise.value) == pytest.approx(1.0)
    assert -1 < found.fall.value < 0 < found.rise.value
    assert -found.fall.value < found.percent_rc.value < found.rise.value


@pytest.mark.parametrize("kind", ["wsd", "wcv_log", "fall"])
def test_intervals_hold_their_level(kind):
    rng = np.random.default_rng(21)
    lesion = np.repeat(np.arange(10), 2)
    sd = 0.12
    truth = {
        "wsd": sd,
        "wcv_log": math.sqrt(math.expm1(sd**2)),
        "fall": math.expm1(-1.96 * math.sqrt(2) * sd),
    }[kind]
    held = 0
    for _ in range(800):
        values = 2.0 + rng.normal(0, 0.3, 10)[lesion] + rng.normal(0, sd, 20)
        interval = getattr(
            estimate_precision(values if kind == "wsd" else np.exp(values), lesion), kind
        ).interval
        held += interval.low <= truth <= interval.high
    assert 0.93 <= held / 800 <= 0.97


def test_the_interval_of_the_reproducibility_sd_holds_its_level():
    rng = np.random.default_rng(22)
    held, truth = 0, math.sqrt(0.3**2 + 0.2**2 + 0.4**2)
    for _ in range(600):
        table = rng.normal(5, 1, (8, 1, 1)) + rng.normal(0, 0.3, (1, 5, 1)) + rng.normal(0, 0.2, (8, 5, 1))
        found = estimate_reproducibility(table + rng.normal(0, 0.4, (8, 5, 2)))
        held += found.sd.interval.low <= truth <= found.sd.interval.high
    assert 0.93 <= held / 600 <= 0.98


def test_zero_and_negative_readings_have_no_relative_precision():
    found = estimate_precision([0.0, 0.1, 1.0, 1.2], ["a", "a", "b", "b"])
    assert math.isnan(found.wcv_rms.value) and found.wcv_log.interval is None and found.wsd.value > 0
    assert "precision.not-positive" in codes(found)
    over = estimate_reproducibility([[0.0, 0.1], [1.0, 1.2]])
    assert math.isnan(over.fall.value) and over.rdc.value > 0


def test_copied_readings_are_noticed():
    found = estimate_precision([0.9, 0.9, 1.4, 1.4], [1, 1, 2, 2])
    assert found.wsd.value == 0.0 and "precision.no-error" in codes(found)


def test_reproducibility_is_positive_even_where_a_component_is_not():
    found = estimate_reproducibility([[1.0, 1.4], [2.0, 1.6], [3.0, 3.3], [4.0, 3.7]])
    assert found.components.reader < 0 < found.sd.value
    assert "reproducibility.negative-component" in codes(found)


@pytest.mark.parametrize(
    ("values", "lesion", "code"),
    [
        ([1.0, 2.0], [1, 1], "statistics.too-few"),
        ([1.0, 2.0, 3.0], [1, 2, 3], "statistics.too-few"),
        ([1.0, 2.0, 3.0, math.nan], [1, 1, 2, 2], "statistics.not-finite"),
        ([1.0, 2.0, 3.0], [1, 1], "statistics.shape"),
    ],
)
def test_readings_without_repeats_have_no_precision(values, lesion, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_precision(values, lesion)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ([[1.0, 2.0]], "statistics.too-few"),
        ([[1.0], [2.0]], "statistics.too-few"),
        ([1.0, 2.0], "statistics.shape"),
        ([[1.0, math.nan], [2.0, 3.0]], "statistics.not-finite"),
    ],
)
def test_designs_without_a_reproducibility(table, code):
    with pytest.raises(StatisticsError) as refused:
        estimate_reproducibility(table)
    assert refused.value.code == code


def test_no_claim_is_borrowed_for_an_organ_that_has_none():
    assert {claim.organ: claim.smallest_true_change for claim in REPEATABILITY_CLAIMS} == {
        "brain": 0.08,
        "liver": 0.27,
        "prostate": 0.27,
        "breast": 0.15,
    }
    assert find_repeatability_claim(" Prostate ").smallest_true_change == 0.27
    for organ in ("pancreas", "neuroendocrine", "", "kidney", "liver metastasis"):
        assert find_repeatability_claim(organ) is None
