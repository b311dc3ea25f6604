"""Normalized ADC: the ratio to reference tissue, and what nothing is divided by."""

from __future__ import annotations

import math
from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.errors import RegionError
from adcurate.region import LEAST_REFERENCE, normalize_numbers, summarize_region


def ratios(lesion, reference):
    own = summarize_region(np.asarray(lesion), voxel_area_mm2=1.0)
    other = summarize_region(np.asarray(reference), voxel_area_mm2=1.0)
    return normalize_numbers(mean=own.mean, minimum=own.minimum, median=own.median, reference_mean=other.mean)


def test_a_phantom_of_two_tissues_gives_the_ratio_of_their_adc():
    found = ratios([0.6e-3, 0.9e-3, 0.9e-3, 1.2e-3], [1.1e-3, 1.3e-3])
    assert found.mean_over_reference == pytest.approx(0.9 / 1.2, rel=1e-12)
    assert found.minimum_over_reference == pytest.approx(0.5, rel=1e-12)
    assert found.median_over_reference == pytest.approx(0.75, rel=1e-12)


TISSUE = st.lists(st.floats(0.2e-3, 3.5e-3), min_size=1, max_size=30)


@given(TISSUE, TISSUE, st.floats(0.5, 2.0))
def test_what_multiplies_a_whole_map_leaves_the_ratio(lesion, reference, factor):
    before = ratios(lesion, reference)
    after = ratios(np.array(lesion) * factor, np.array(reference) * factor)
    assert astuple(after) == pytest.approx(astuple(before), rel=1e-9)


@given(TISSUE)
def test_a_lesion_that_is_its_own_reference_is_one(lesion):
    assert ratios(lesion, lesion).mean_over_reference == pytest.approx(1.0, rel=1e-12)


@pytest.mark.parametrize(
    "reference",
    [0.0, -0.0, -1e-3, 1e-300, 5e-324, math.nextafter(LEAST_REFERENCE, 0), math.nan, math.inf, -math.inf],
)
def test_a_reference_that_no_tissue_can_be_gives_no_ratio_and_never_an_infinite_one(reference):
    with pytest.raises(RegionError) as error:
        normalize_numbers(mean=1e-3, minimum=1e-3, median=1e-3, reference_mean=reference)
    assert error.value.code == "region.reference"


@pytest.mark.parametrize(
    ("mean", "expected"), [(1e-3, 10.0), (0.0, 0.0), (-1e-4, -1.0), (math.nan, math.nan)]
)
def test_at_the_least_reference_a_ratio_is_what_it_is(mean, expected):
    found = normalize_numbers(mean=mean, minimum=mean, median=mean, reference_mean=LEAST_REFERENCE)
    assert found.mean_over_reference == pytest.approx(expected, nan_ok=True)
