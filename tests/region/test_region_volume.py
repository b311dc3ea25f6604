"""A region over several slices: all voxels together, its volume, and where its minimum lies."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import RegionError
from adcurate.geometry import VoxelSet
from adcurate.region import SliceOfRegion, measure_volume, summarize_voxels


def one_slice(index, values, mask, step=4.0, area=2.0):
    return SliceOfRegion(index, values, {"centre": VoxelSet.from_mask(mask)}, step, area)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_statistics_are_those_of_all_voxels_together(seed, n):
    rng = np.random.default_rng(seed)
    values, masks = rng.uniform(1e-4, 3e-3, (n, 8, 9)), rng.random((n, 8, 9)) < 0.4
    masks[:, 4, 4] = True
    values[0, 0, 0] = np.nan
    found = measure_volume([one_slice(at, values[at], masks[at]) for at in range(n)])
    own = values[masks]
    own = own[np.isfinite(own)]
    assert found.summary.n_voxels == len(own)
    assert found.summary.mean == pytest.approx(own.mean(), rel=1e-12)
    assert found.summary.sd == pytest.approx(own.std(ddof=1), rel=1e-9, nan_ok=True)
    assert found.summary.median == pytest.approx(np.median(own), rel=1e-12)
    assert found.volume_mm3 == pytest.approx(len(own) * 2.0 * 4.0)
    assert values[(found.minimum_slice, *found.summary.minimum_at)] == found.summary.minimum == own.min()
    assert sum(share.n_voxels for share in found.slices) == len(own)
    assert found.summary.area_mm2 == max(share.area_mm2 for share in found.slices)


def test_one_slice_says_what_a_slice_says():
    rng = np.random.default_rng(3)
    values, mask = rng.uniform(1e-4, 3e-3, (8, 9)), rng.random((8, 9)) < 0.6
    found = measure_volume([one_slice(2, values, mask)])
    assert found.summary == summarize_voxels(values, VoxelSet.from_mask(mask), voxel_area_mm2=2.0)


def test_nothing_is_eroded_or_joined_through_the_plane():
    full = np.ones((3, 3), dtype=bool)
    values = (np.arange(9.0).reshape(3, 3) + 1) * 1e-4
    found = measure_volume([one_slice(0, values, full), one_slice(1, values, full)])
    assert found.fragility.eroded.n_voxels == 2
    assert found.summary.lowest_3x3_mean == pytest.approx(5e-4)


def test_no_slice_two_sizes_and_a_slice_twice_are_refused():
    a, b = np.ones((3, 3)), np.ones((4, 3))
    for slices, code in (
        ([], "region.empty"),
        ([one_slice(0, a, a > 0), one_slice(1, b, b > 0)], "region.option"),
        ([one_slice(0, a, a > 0), one_slice(0, a, a > 0)], "region.option"),
        ([one_slice(0, a * np.nan, a > 0)], "region.empty"),
    ):
        with pytest.raises(RegionError) as caught:
            measure_volume(slices)
        assert caught.value.code == code
