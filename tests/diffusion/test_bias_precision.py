"""Bias and precision by cell: worked by hand, by properties, and at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.diffusion.bias_precision import assess_bias_precision
from adcurate.errors import AdcurateError


def test_bias_and_spread_are_those_worked_by_hand() -> None:
    found = assess_bias_precision([[1.2, 0.9, 3.0, 2.0]], [1.0, 1.0, 2.0, 2.0], [0, 0, 1, 1])
    assert found.bias.tolist() == pytest.approx([0.05, 0.5])
    assert found.sd.tolist() == pytest.approx([np.std([1.2, 0.9], ddof=1), np.std([3.0, 2.0], ddof=1)])
    assert np.isnan(found.repeat_sd).all()


def test_repeats_give_the_standard_deviation_within_a_voxel() -> None:
    found = assess_bias_precision([[1.0, 2.0], [1.2, 2.2], [1.4, 2.4]], [1.0, 1.0], [0, 0])
    assert found.repeat_sd[0] == pytest.approx(0.2)
    assert found.n_voxels.tolist() == [6]


@given(
    st.lists(st.floats(1e-5, 5e-3), min_size=2, max_size=40),
    st.floats(1e-4, 3e-3),
    st.floats(-1e-4, 1e-4),
)
def test_a_shift_moves_the_bias_and_nothing_else(values: list[float], truth: float, shift: float) -> None:
    level, cells = np.full(len(values), truth), np.zeros(len(values), int)
    plain = assess_bias_precision([values], level, cells)
    moved = assess_bias_precision([np.asarray(values) + shift], level, cells)
    assert moved.bias[0] - plain.bias[0] == pytest.approx(shift, abs=1e-12)
    assert moved.sd[0] == pytest.approx(plain.sd[0], abs=1e-12)


def test_a_voxel_not_estimated_is_left_out_and_counted() -> None:
    found = assess_bias_precision([[np.nan, 1.0, np.inf]], [1.0, 1.0, 2.0], [0, 0, 1])
    assert (found.n_voxels.tolist(), found.n_estimated.tolist()) == ([2, 1], [1, 0])
    assert found.bias[0] == 0.0 and np.isnan(found.sd[0]) and np.isnan(found.bias[1])


def test_voxels_in_no_cell_do_not_count() -> None:
    found = assess_bias_precision([[5.0, 1.0]], [np.nan, 1.0], [-1, 0])
    assert (found.truth.tolist(), found.bias.tolist()) == ([1.0], [0.0])


@pytest.mark.parametrize(("maps", "cells"), [([], [0]), ([[1.0, 2.0]], [0]), ([[1.0]], [0, 1])])
def test_grids_that_differ_are_refused(maps: list[list[float]], cells: list[int]) -> None:
    with pytest.raises(AdcurateError, match="one shape"):
        assess_bias_precision(maps, [1.0], cells)
