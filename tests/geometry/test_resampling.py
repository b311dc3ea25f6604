"""A slice on another's grid: exact for what is linear, itself on its own grid, nothing made up outside."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.arrays import Floats
from adcurate.geometry import Plane, matching_slices, resample_bilinear

OBLIQUE = ((0.8, 0.6, 0.0), (0.0, 0.0, -1.0))


def plane(
    n: int, spacing: float, *, origin: tuple[float, float, float] = (0.0, 0.0, 0.0), axes=OBLIQUE
) -> Plane:
    return Plane(origin, *axes, spacing, spacing, n, n, 5.0)


def linear(on: Plane) -> Floats:
    rows, columns = np.mgrid[: on.n_rows, : on.n_columns]
    points = on.to_lps(np.column_stack([rows.ravel(), columns.ravel()]))
    return (points @ np.array([0.3, -0.2, 0.7]) + 4).reshape(on.shape)


@given(spacing=st.floats(0.4, 3.0), n=st.integers(2, 12))
def test_what_is_linear_in_space_is_reproduced_on_any_grid_inside(spacing: float, n: int) -> None:
    coarse = plane(9, 2.0)
    fine = plane(n, spacing)
    found = resample_bilinear(linear(coarse), coarse, fine)
    inside = np.isfinite(found)
    assert inside[0, 0]
    assert np.allclose(found[inside], linear(fine)[inside], atol=1e-9)
    reach = (np.arange(n) * spacing <= 16.0 + 1e-9).sum()
    assert inside.sum() == reach * reach


def test_on_its_own_grid_a_slice_is_itself_even_beside_unknown_voxels() -> None:
    values = np.random.default_rng(1).normal(size=(5, 5))
    values[2, 3] = np.nan
    on = plane(5, 1.5)
    assert np.array_equal(resample_bilinear(values, on, on), values, equal_nan=True)


def test_between_a_known_and_an_unknown_voxel_nothing_is_known() -> None:
    values = np.array([[1.0, np.nan], [1.0, 1.0]])
    found = resample_bilinear(values, plane(2, 2.0), plane(3, 1.0))
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1, 1])
    assert found[2].tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(("distance", "pairs"), [(0.0, 1), (2.4, 1), (2.6, 0)])
def test_slices_belong_together_within_half_a_thickness(distance: float, pairs: int) -> None:
    here = plane(4, 1.0)
    away = plane(8, 0.5, origin=tuple(distance * part for part in here.normal))  # type: ignore[arg-type]
    assert len(matching_slices([here], [away])) == pairs


def test_slices_at_an_angle_never_belong_together() -> None:
    tilted = plane(4, 1.0, axes=((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    assert matching_slices([plane(4, 1.0)], [tilted]) == []
