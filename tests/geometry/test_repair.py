"""Repair: the same points enclosed, by contours that do not cross."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import ContourError
from adcurate.geometry import Contour, Plane, measure_extent, place_contour, repair_contour, voxels_inside

PLANE = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0, 60, 60, 4.0)


def repaired(outer, holes=()):
    drawn = Contour(PLANE.to_lps(outer), [PLANE.to_lps(hole) for hole in holes])
    return [place_contour(part, PLANE) for part in repair_contour(drawn, PLANE)]


def area(parts):
    return sum(measure_extent(part).area_mm2 for part in parts)


def nonzero_area(ring):
    """Area of the cells round which the ring winds, by shapely."""
    lines = shapely.node(shapely.LineString([*ring, ring[0]]))
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    total = 0.0
    closed = np.array([*ring, ring[0]], dtype=float)
    for cell in cells:
        point = cell.representative_point()
        angle = np.unwrap(np.arctan2(closed[:, 1] - point.y, closed[:, 0] - point.x))
        if round((angle[-1] - angle[0]) / (2 * np.pi)):
            total += cell.area
    return total


def test_a_valid_contour_stays_as_it_is():
    parts = repaired([[10, 10], [10, 20], [20, 20], [20, 10]], [[[12, 12], [12, 15], [15, 15]]])
    assert len(parts) == 1
    assert len(parts[0].rings) == 2
    assert area(parts) == pytest.approx(100 - 4.5)


def test_a_figure_of_eight_becomes_two_contours_the_larger_first():
    parts = repaired([[10, 10], [20, 20], [20, 10], [10, 24]])
    assert len(parts) == 2
    assert measure_extent(parts[0]).area_mm2 > measure_extent(parts[1]).area_mm2


def test_an_overrun_at_the_closing_point_changes_nothing():
    parts = repaired([[10, 10], [10, 20], [20, 20], [20, 10], [10, 10], [10, 15], [12, 15], [12, 10]])
    assert len(parts) == 1
    assert area(parts) == pytest.approx(100)


def test_a_spike_and_a_point_drawn_there_and_back_are_removed():
    parts = repaired([[10, 10], [10, 20], [10, 30], [10, 20], [20, 20], [20, 10]])
    assert (len(parts), area(parts)) == (1, pytest.approx(100))


def test_a_band_whose_ends_overlap_encloses_a_hole():
    outward = [[20, 10], [40, 10], [40, 40], [10, 40], [10, 10], [30, 10]]
    back = [[30, 15], [15, 15], [15, 35], [35, 35], [35, 15], [20, 15]]
    parts = repaired(outward + back)
    assert [len(part.rings) for part in parts] == [2]
    assert area(parts) == pytest.approx(30 * 30 - 20 * 20)


def test_a_hole_across_the_outer_ring_becomes_a_dent():
    parts = repaired([[10, 10], [10, 20], [20, 20], [20, 10]], [[[12, 15], [12, 25], [15, 25], [15, 15]]])
    assert (len(parts), len(parts[0].rings)) == (1, 1)
    assert area(parts) == pytest.approx(100 - 15)


def test_holes_that_overlap_are_joined():
    holes = [[[12, 12], [12, 15], [15, 15], [15, 12]], [[14, 14], [14, 18], [18, 18], [18, 14]]]
    parts = repaired([[10, 10], [10, 20], [20, 20], [20, 10]], holes)
    assert len(parts[0].rings) == 2
    assert area(parts) == pytest.approx(100 - 9 - 16 + 1)


scribbles = st.lists(st.tuples(st.floats(2, 57), st.floats(2, 57)), min_size=4, max_size=14, unique=True)
on_grid = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=10)


@given(st.one_of(scribbles, on_grid))
@settings(max_examples=60, deadline=None)
def test_a_scribble_keeps_its_points_and_its_area(points):
    ring = np.array(points, dtype=float)
    if ring.max() <= 6:
        ring = 3 + 8 * ring
    try:
        drawn = Contour(PLANE.to_lps(ring))
        parts = [place_contour(part, PLANE) for part in repair_contour(drawn, PLANE)]
    except ContourError as error:
        assert error.code == "contour.shape"
        return
    assert area(parts) == pytest.approx(nonzero_area(ring.tolist()), abs=1e-5)
    united = np.zeros(PLANE.shape, dtype=bool)
    for part in parts:
        united |= voxels_inside(part.rings, PLANE.shape).mask()
    raw = voxels_inside([PLANE.to_pixel(drawn.outer)], PLANE.shape).mask()
    assert not np.any(united & ~raw)


def test_a_thousand_crossings_are_too_many():
    tangle = Contour(PLANE.to_lps(np.random.default_rng(0).uniform(2, 57, (10_000, 2))))
    for refuse in (place_contour, repair_contour):
        with pytest.raises(ContourError) as caught:
            refuse(tangle, PLANE)
        assert caught.value.code == "contour.self-crossing"
