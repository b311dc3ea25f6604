"""Planes: pixel and patient coordinates, what is refused, and which slice is nearest."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import ContourError, GeometryError
from adcurate.geometry import Plane, nearest_plane

OBLIQUE = ((0.8, 0.6, 0.0), (0.0, 0.0, 1.0))


def plane(**changes):
    fields = {
        "origin": (-100.0, 20.0, 5.0),
        "row_direction": OBLIQUE[0],
        "column_direction": OBLIQUE[1],
        "row_spacing_mm": 2.0,
        "column_spacing_mm": 1.5,
        "n_rows": 64,
        "n_columns": 48,
        "slice_thickness_mm": 4.0,
    }
    return Plane(**(fields | changes))


def test_the_first_voxel_lies_at_the_origin():
    assert plane().to_pixel([(-100.0, 20.0, 5.0)]).tolist() == [[0.0, 0.0]]


def test_a_step_down_a_column_goes_along_the_column_direction_by_the_row_spacing():
    np.testing.assert_allclose(plane().to_lps([[1.0, 0.0]]), [[-100.0, 20.0, 7.0]], atol=1e-12)
    np.testing.assert_allclose(plane().to_lps([[0.0, 1.0]]), [[-98.8, 20.9, 5.0]], atol=1e-12)


def test_dicom_values_come_in_the_standards_order():
    found = Plane.from_dicom((1, 2, 3), (0.8, 0.6, 0, 0, 0, 1), (2.0, 1.5), 64, 48, 4.0)
    assert found == plane(origin=(1.0, 2.0, 3.0))
    assert found.voxel_area_mm2 == 3.0
    assert found.shape == (64, 48)


@given(st.lists(st.tuples(st.floats(-300, 300), st.floats(-300, 300)), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_pixels_survive_the_way_to_patient_space_and_back(pixels):
    np.testing.assert_allclose(plane().to_pixel(plane().to_lps(pixels)), pixels, atol=1e-10)
    np.testing.assert_allclose(plane().distance_mm(plane().to_lps(pixels)), 0, atol=1e-10)


def test_a_point_off_the_plane_is_projected_and_its_distance_is_signed():
    above = np.array(plane().to_lps([[3.0, 4.0]])) + 1.5 * np.array(plane().normal)
    np.testing.assert_allclose(plane().to_pixel(above), [[3.0, 4.0]], atol=1e-12)
    np.testing.assert_allclose(plane().distance_mm(above), [1.5], atol=1e-12)


def test_directions_typed_with_few_digits_are_made_orthonormal():
    found = plane(row_direction=(0.7071, 0.7071, 0.0), column_direction=(0.0002, 0.0, 1.0))
    row, column = np.array(found.row_direction), np.array(found.column_direction)
    np.testing.assert_allclose([row @ row, column @ column, row @ column], [1, 1, 0], atol=1e-14)


def test_a_plane_survives_pickling_hashing_and_numpy_numbers():
    typed = plane(origin=tuple(np.array((-100.0, 20.0, 5.0))), n_rows=np.int64(64))
    assert {pickle.loads(pickle.dumps(typed)), plane()} == {plane()}
    assert type(typed.origin[0]) is float


@pytest.mark.parametrize(
    "changes",
    [
        {"row_direction": (1.0, 1.0, 0.0)},
        {"column_direction": (0.8, 0.6, 0.0)},
        {"column_direction": (0.0, 0.0, 1.01)},
        {"origin": (0.0, float("nan"), 0.0)},
        {"origin": (0.0, 0.0)},
        {"row_spacing_mm": 0.0},
        {"column_spacing_mm": -1.0},
        {"row_spacing_mm": float("inf")},
        {"slice_thickness_mm": 0.0},
        {"n_rows": 0},
        {"n_columns": 70_000},
    ],
)
def test_what_is_no_rectangular_grid_is_refused(changes):
    with pytest.raises(GeometryError) as caught:
        plane(**changes)
    assert caught.value.code == "geometry.plane"


def test_an_orientation_without_six_numbers_is_refused():
    with pytest.raises(GeometryError):
        Plane.from_dicom((0, 0, 0), (1, 0, 0), (1, 1), 4, 4)


def stack(thickness=4.0, gap=5.0):
    normal = np.array(plane().normal)
    return [
        plane(origin=tuple(np.array((-100.0, 20.0, 5.0)) + k * gap * normal), slice_thickness_mm=thickness)
        for k in range(4)
    ]


def points_at(height):
    return plane().to_lps([[1, 1], [1, 5], [5, 5]]) + height * np.array(plane().normal)


@pytest.mark.parametrize(("height", "index"), [(0.0, 0), (1.9, 0), (3.1, 1), (5.0, 1), (16.9, 3), (-2.0, 0)])
def test_a_contour_goes_to_the_slice_within_half_a_thickness(height, index):
    assert nearest_plane(stack(), points_at(height)) == index


@pytest.mark.parametrize("height", [2.5, -2.1, 17.2])
def test_a_contour_in_a_gap_or_beyond_the_stack_is_refused(height):
    with pytest.raises(ContourError) as caught:
        nearest_plane(stack(), points_at(height))
    assert caught.value.code == "contour.off-plane"


def test_of_two_slices_equally_near_the_first_is_taken():
    assert nearest_plane(stack(thickness=5.0), points_at(2.5)) == 0


def test_a_tilted_contour_that_leaves_the_slice_is_refused():
    tilted = points_at(0.0) + np.array([[0], [0], [3]]) * np.array(plane().normal)
    with pytest.raises(ContourError):
        nearest_plane(stack(), tilted)


def test_without_slices_nothing_is_near():
    with pytest.raises(ContourError):
        nearest_plane([], points_at(0.0))


def test_on_a_slice_of_unknown_thickness_a_hundredth_of_a_millimetre_is_allowed():
    thin = [plane(slice_thickness_mm=None)]
    assert nearest_plane(thin, points_at(0.009)) == 0
    with pytest.raises(ContourError):
        nearest_plane(thin, points_at(0.011))
