"""A mask and its outline along voxel edges mean the same voxels, whatever the rule."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.geometry import (
    VOXEL_RULES,
    Contour,
    Plane,
    join_voxels,
    outline_mask,
    place_contour,
    voxels_inside,
)
from adcurate.geometry.mask_outline import CUT_PIXELS

PLANE = Plane((3.0, -7.0, 20.0), (0.8, 0.6, 0.0), (-0.6, 0.8, 0.0), 1.3, 0.7, 11, 12, 2.0)


def voxels_meant(mask, rule):
    found = None
    for part in outline_mask(mask):
        contour = Contour(PLANE.to_lps(part.outer), [PLANE.to_lps(hole) for hole in part.holes])
        voxels = voxels_inside(place_contour(contour, PLANE).rings, PLANE.shape, rule)
        found = voxels if found is None else join_voxels(found, voxels)
    return found


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.97))
def test_the_outline_means_the_mask_under_every_rule(seed, share):
    mask = np.random.default_rng(seed).random(PLANE.shape) < share
    if not mask.any():
        return
    for rule in VOXEL_RULES:
        voxels = voxels_meant(mask, rule)
        assert (voxels.mask() == mask).all()
        assert np.abs(voxels.weights - 1).max() < 4 * CUT_PIXELS**2


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_the_outline_has_the_mask_s_area_by_shapely(seed):
    mask = np.random.default_rng(seed).random((9, 9)) < 0.6
    area = sum(shapely.Polygon(part.outer, part.holes).area for part in outline_mask(mask))
    assert area == pytest.approx(mask.sum(), abs=1e-3)


def test_parts_that_meet_at_a_corner_are_apart_and_a_ring_has_its_hole():
    assert len(outline_mask(np.eye(3, dtype=bool))) == 3
    ring = np.ones((3, 3), dtype=bool)
    ring[1, 1] = False
    (part,) = outline_mask(ring)
    assert len(part.holes) == 1
    assert outline_mask(np.zeros((3, 3), dtype=bool)) == ()
