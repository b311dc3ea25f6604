"""Tables of little or odd content: an answer without a hidden warning, or an error that says why."""

import dataclasses
import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement import (
    estimate_bland_altman,
    estimate_fleiss_kappa,
    estimate_icc_forms,
    estimate_kappa,
    estimate_limits_varying_truth,
    estimate_precision,
    estimate_reproducibility,
)
from adcurate.statistics.interval import Interval

TABLES = {
    "two lesions": [[1, 2], [2, 4]],
    "two equal lesions": [[1, 1], [1, 1]],
    "crossed": [[1, 2], [2, 1]],
    "crossed, three": [[1, 2, 3], [2, 3, 1], [3, 1, 2]],
    "one reader constant": [[1, 5], [2, 5], [3, 5]],
    "all readers constant": [[1, 5], [1, 5], [1, 5]],
    "shifted": [[1, 2], [2, 3], [3, 4]],
    "shifted by a tenth": [[0.1, 0.2], [0.2, 0.3], [0.7, 0.8]],
    "scaled": [[1, 2], [2, 4], [3, 6]],
    "mirrored": [[1, -1], [2, -2], [3, -3]],
    "zeros": [[0, 0], [0, 0], [0, 1]],
    "one differs": [[1, 1, 1], [1, 1, 1], [1, 1, 2]],
    "outlier": [[1, 1], [2, 2], [3, 3], [4, 1000]],
    "tiny unit": [[1e-9, 2e-9], [2e-9, 1e-9], [3e-9, 3.5e-9]],
    "huge": [[1e12, 2e12], [2e12, 1e12], [3e12, 3.5e12]],
    "far origin": [[1e9 + 1, 1e9 + 2], [1e9 + 5, 1e9 + 4], [1e9 + 9, 1e9 + 7]],
    "rounding only": [[0.3, 0.1 + 0.2], [0.3, 0.3], [0.1 + 0.2, 0.3]],
    "negative": [[-1, -2], [-3, -2], [-5, -6]],
    "nearly equal": [[1, 1 + 1e-12], [1, 1], [1, 1 - 1e-12]],
    "ties": [[1, 1], [1, 2], [2, 1], [2, 2], [1, 1], [2, 2]],
    "NaN": [[1, math.nan], [2, 2], [3, 3]],
    "infinite": [[1, math.inf], [2, 2], [3, 3]],
    "one row": [[1, 2]],
    "one column": [[1], [2], [3]],
    "empty": [[], []],
}
UNDEFINED = {"NaN", "infinite", "one row", "one column", "empty"}


def intervals(result):
    for field in dataclasses.fields(result):
        value = getattr(result, field.name)
        if isinstance(value, Interval):
            yield value
        elif dataclasses.is_dataclass(value):
            yield from intervals(value)


def ask_all(table):
    """Every statistic of a table of numbers; a refusal must be one of ours."""
    array = np.array(table, dtype=float)
    lesion = np.repeat(np.arange(len(array)), array.shape[1])
    calls = [
        lambda: estimate_icc_forms(array),
        lambda: estimate_bland_altman(array[:, 0], array[:, 1]),
        lambda: estimate_bland_altman(array[:, 0], array[:, 1], variant="log"),
        lambda: estimate_bland_altman(array[:, 0], array[:, 1], variant="percent"),
        lambda: estimate_precision(array.ravel(), lesion),
        lambda: estimate_reproducibility(array),
        lambda: estimate_limits_varying_truth(array.ravel(), array.ravel()[::-1], lesion),
    ]
    answers = []
    for call in calls:
        try:
            answers.append(call())
        except StatisticsError:
            continue
        except IndexError:
            assert array.shape[1] < 2
    return answers


@pytest.mark.parametrize("name", TABLES)
def test_odd_tables_give_an_answer_or_an_error_and_no_warning(name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answers = ask_all(TABLES[name])
    if name in UNDEFINED:
        assert not answers
    for answer in answers:
        for interval in intervals(answer):
            assert not interval.low > interval.high


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 5), st.integers(2, 3), st.integers(1, 4), st.integers(0, 10**6))
def test_coarse_tables_give_an_answer_or_an_error_and_no_warning(n, k, n_values, seed):
    table = np.random.default_rng(seed).integers(1, n_values + 1, (n, k))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for answer in ask_all(table):
            for interval in intervals(answer):
                assert not interval.low > interval.high


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 6), st.integers(2, 3), st.integers(0, 10**6))
def test_few_calls_give_a_kappa_or_an_error_and_no_warning(n, k, seed):
    places = np.random.default_rng(seed).integers(0, 3, (n, k))
    calls = [["ABC"[place] for place in row] for row in places]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for weights in ("none", "linear", "quadratic"):
            try:
                found = estimate_kappa(
                    [row[0] for row in calls], [row[1] for row in calls], categories="ABC", weights=weights
                )
            except StatisticsError:
                continue
            assert found.interval.low <= found.value + 1e-12 and found.value <= found.interval.high + 1e-12
        try:
            several = estimate_fleiss_kappa(calls, categories="ABC")
        except StatisticsError:
            return
        assert several.interval.low <= several.value + 1e-12 <= several.interval.high + 2e-12
