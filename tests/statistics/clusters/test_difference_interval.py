"""The interval of a difference of clustered areas."""

import math

import numpy as np
import pytest

from adcurate.statistics.clusters import compare_clustered_aucs
from adcurate.statistics.roc import compare_paired_aucs

RNG = np.random.default_rng(11)
POSITIVE = np.arange(40) % 3 == 0
FIRST = np.round(RNG.normal(1.1 - 0.3 * POSITIVE, 0.2), 2)
SECOND = np.round(RNG.normal(0.8 - 0.1 * POSITIVE, 0.2), 2)


def test_with_one_lesion_a_subject_it_is_delongs() -> None:
    found = compare_clustered_aucs(FIRST, SECOND, POSITIVE, np.arange(40), directions=("low", "low"))
    markers, directions = {"first": FIRST, "second": SECOND}, {"first": "low", "second": "low"}
    (pair,) = compare_paired_aucs(markers, POSITIVE, directions=directions, method="delong").pairs
    # Obuchowski's variance divides by the number of subjects of a class less one, as DeLong's does by cases.
    assert found.difference == pytest.approx(pair.difference, abs=1e-12)
    assert found.standard_error == pytest.approx(pair.standard_error, rel=1e-8)
    assert found.interval.low == pytest.approx(pair.interval.low, rel=1e-8)
    assert found.interval.high == pytest.approx(pair.interval.high, rel=1e-8)


@pytest.mark.parametrize(("level", "z"), [(0.95, 1.959963984540054), (0.9, 1.6448536269514722)])
def test_it_reaches_as_far_as_its_level_says(level: float, z: float) -> None:
    subject = np.arange(40) // 2
    found = compare_clustered_aucs(FIRST, SECOND, POSITIVE, subject, directions=("low", "low"), level=level)
    assert found.interval.low == pytest.approx(found.difference - z * found.standard_error, rel=1e-12)
    assert found.interval.high == pytest.approx(found.difference + z * found.standard_error, rel=1e-12)


def test_without_a_variance_there_is_no_interval() -> None:
    found = compare_clustered_aucs(FIRST, FIRST, POSITIVE, np.arange(40), directions=("low", "low"))
    assert found.difference == 0.0
    assert math.isnan(found.interval.low) and math.isnan(found.interval.high) and math.isnan(found.p_value)
