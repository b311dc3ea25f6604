"""Families of p-values against R's p.adjust."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.groups import adjust_p_values

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "trend.json").read_text())
NAMES = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "hochberg",
    "benjamini-hochberg": "bh",
    "benjamini-yekutieli": "by",
}
shares = st.lists(st.floats(0.0, 1.0), min_size=1, max_size=12)


def family(p_values):
    return {f"test {i}": p for i, p in enumerate(p_values)}


@pytest.mark.parametrize("method", NAMES)
def test_adjusted_p_values_equal_p_adjust(method):
    for record in ORACLE["families"]:
        adjusted = adjust_p_values(family(record["p"]), method=method)
        assert [test.adjusted for test in adjusted.tests] == pytest.approx(
            record[NAMES[method]], rel=1e-12, abs=1e-300
        )


@settings(max_examples=80, deadline=None)
@given(shares, st.sampled_from(list(NAMES)))
def test_adjustment_keeps_the_order_and_never_lowers(p_values, method):
    adjusted = [test.adjusted for test in adjust_p_values(family(p_values), method=method).tests]
    assert all(new >= old - 1e-15 for new, old in zip(adjusted, p_values, strict=True))
    ranked = np.array(adjusted)[np.argsort(p_values, kind="stable")]
    assert np.all(np.diff(ranked) >= -1e-15)


@settings(max_examples=60, deadline=None)
@given(shares)
def test_holm_lies_between_hochberg_and_bonferroni(p_values):
    by = {
        method: [test.adjusted for test in adjust_p_values(family(p_values), method=method).tests]
        for method in ("hochberg", "holm", "bonferroni", "benjamini-hochberg")
    }
    for low, step, up, high in zip(
        by["benjamini-hochberg"], by["hochberg"], by["holm"], by["bonferroni"], strict=True
    ):
        assert low <= step + 1e-15 <= up + 2e-15 <= high + 3e-15


def test_rejections_are_counted_at_alpha():
    result = adjust_p_values({"a": 0.01, "b": 0.04, "c": 0.03}, method="benjamini-hochberg", alpha=0.05)
    assert [test.rejected for test in result.tests] == [True, True, True]
    assert (result.n_rejected, result.n_tests) == (3, 3)
    assert adjust_p_values({"a": 0.05}, method="none").tests[0].rejected


@pytest.mark.parametrize(
    ("p_values", "options", "code"),
    [
        ({}, {}, "statistics.too-few"),
        ({"a": math.nan}, {}, "statistics.not-finite"),
        ({"a": 1.2}, {}, "statistics.option"),
        ({"a": -0.1}, {}, "statistics.option"),
        ({"a": 0.1}, {"method": "sidak"}, "statistics.option"),
        ({"a": 0.1}, {"alpha": 5}, "statistics.option"),
    ],
)
def test_what_is_no_family_of_tests_is_refused(p_values, options, code):
    with pytest.raises(StatisticsError) as refused:
        adjust_p_values(p_values, **{"method": "holm", **options})
    assert refused.value.code == code
