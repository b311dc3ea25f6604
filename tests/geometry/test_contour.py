"""Contours: what is refused, by which code, and at which point."""

import pickle

import numpy as np
import pytest

from adcurate.errors import ContourError
from adcurate.geometry import Contour, Plane, place_contour

PLANE = Plane((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), 1.0, 1.0, 40, 40, 4.0)
SQUARE = [(10, 10), (20, 10), (20, 20), (10, 20)]
HOLE = [(13, 13), (13, 16), (16, 16), (16, 13)]


def lps(points, height=0.0):
    return [(float(x), float(y), height) for x, y in points]


def refusal(outer, holes=(), height=0.0):
    with pytest.raises(ContourError) as caught:
        place_contour(Contour(lps(outer, height), [lps(hole, height) for hole in holes]), PLANE)
    return caught.value


def test_a_square_is_placed_as_rows_and_columns():
    placed = place_contour(Contour(lps(SQUARE)), PLANE)
    np.testing.assert_allclose(placed.rings[0], [(y, x) for x, y in SQUARE])


def test_a_ring_may_repeat_its_first_point_at_the_end():
    assert Contour(lps([*SQUARE, SQUARE[0]])) == Contour(lps(SQUARE))


def test_rings_may_run_either_way_round():
    placed = place_contour(
        Contour(lps(SQUARE[::-1]), [lps(HOLE), lps([(18, 18), (19, 18), (18, 19)])]), PLANE
    )
    assert len(placed.rings) == 3


def test_a_contour_is_immutable_hashable_and_survives_pickling():
    contour = Contour(lps(SQUARE), [lps(HOLE)])
    assert {contour, pickle.loads(pickle.dumps(contour))} == {contour}
    with pytest.raises(ValueError, match="read-only"):
        contour.outer[0, 0] = 1.0
    with pytest.raises(AttributeError):
        contour.outer = contour.outer
    assert contour != Contour(lps(SQUARE))


@pytest.mark.parametrize(
    ("outer", "point"),
    [
        ([], None),
        (SQUARE[:2], None),
        ([*SQUARE[:2], SQUARE[0]], None),
        ([(10, 10), (15, 15), (20, 20)], None),
        ([(10, 10), (20, 10), (20, 10), (20, 20)], 3),
        ([(10, 10), (20, 10), (20, 20), (10, 10), (10, 10)], 1),
        ([(10, 10), (float("nan"), 10), (20, 20)], 2),
        ([(10, 10), (20, 10), (20, float("inf"))], 3),
    ],
    ids=["empty", "two", "two closed", "line", "twice", "twice at the end", "nan", "infinite"],
)
def test_a_ring_that_is_no_polygon_is_refused_at_its_point(outer, point):
    error = refusal(outer)
    assert error.code == "contour.shape"
    assert error.facts["point"] == point


def test_the_hole_is_named_when_the_hole_is_wrong():
    error = refusal(SQUARE, [HOLE, HOLE[:2]])
    assert (error.code, error.facts["ring"]) == ("contour.shape", 2)


def test_ten_thousand_points_are_accepted_and_one_more_is_refused():
    def circle(n):
        angle = np.arange(n) * 2 * np.pi / n
        return np.stack((20 + 9 * np.cos(angle), 20 + 9 * np.sin(angle), 0 * angle), 1)

    assert len(place_contour(Contour(circle(10_000)), PLANE).rings[0]) == 10_000
    with pytest.raises(ContourError) as caught:
        Contour(circle(10_001))
    assert caught.value.code == "contour.shape"


@pytest.mark.parametrize("points", [[(1, 2), (3, 4), (5, 6)], [1, 2, 3], "abc", [[1, 2, 3], [4, 5]]])
def test_points_without_three_coordinates_are_refused(points):
    with pytest.raises(ContourError) as caught:
        Contour(points)
    assert caught.value.code == "contour.shape"


def test_half_a_slice_thickness_off_is_accepted_and_more_is_refused():
    place_contour(Contour(lps(SQUARE, 2.0)), PLANE)
    error = refusal(SQUARE, height=-2.1)
    assert (error.code, error.facts["point"]) == ("contour.off-plane", 1)


def test_one_point_off_the_plane_is_named():
    points = lps(SQUARE)
    points[2] = (20.0, 20.0, 2.5)
    with pytest.raises(ContourError) as caught:
        place_contour(Contour(points), PLANE)
    assert caught.value.facts["point"] == 3


def test_a_contour_upright_on_the_slice_encloses_nothing_there():
    upright = [(10.0, 10.0, -1.0), (20.0, 10.0, -1.0), (20.0, 10.0, 1.0), (10.0, 10.0, 1.0)]
    with pytest.raises(ContourError) as caught:
        place_contour(Contour(upright), PLANE)
    assert caught.value.code == "contour.shape"


@pytest.mark.parametrize(
    ("outer", "point", "part"),
    [
        ([(-1, 10), (20, 10), (20, 20)], 1, "partly"),
        ([(10, 10), (40, 10), (20, 20)], 2, "partly"),
        ([(10, 10), (20, 10), (20, 39.6)], 3, "partly"),
        ([(50, 50), (60, 50), (60, 60)], 1, "wholly"),
    ],
)
def test_a_contour_outside_the_image_is_refused(outer, point, part):
    error = refusal(outer)
    assert (error.code, error.facts["point"]) == ("contour.outside", point)
    assert part in error.sentence


def test_the_image_reaches_half_a_voxel_beyond_the_outermost_centres():
    place_contour(Contour(lps([(-0.5, -0.5), (39.5, -0.5), (39.5, 39.5), (-0.5, 39.5)])), PLANE)


@pytest.mark.parametrize(
    ("outer", "pair"),
    [
        ([(10, 10), (20, 20), (20, 10), (10, 20)], (1, 3)),
        ([(10, 10), (20, 10), (20, 20), (15, 10), (10, 20)], (1, 3)),
        ([(10, 10), (20, 10), (30, 10), (20, 10.0), (15, 20)], (1, 3)),
        ([(10, 10), (20, 10), (20, 20), (10, 10), (5, 20)], (1, 3)),
        ([(10, 10), (20, 10), (20, 20), (25, 20), (20, 20), (10, 20)], (2, 4)),
    ],
    ids=["eight", "touches a side", "spike along a side", "touches a corner", "spike"],
)
def test_a_ring_that_crosses_or_touches_itself_is_refused_with_its_lines(outer, pair):
    error = refusal(outer)
    assert error.code == "contour.self-crossing"
    assert (error.facts["point"], error.facts["other_point"]) == pair


def test_a_hole_that_crosses_the_outer_ring_is_refused():
    error = refusal(SQUARE, [[(15, 15), (25, 15), (15, 18)]])
    assert (error.code, error.facts["ring"], error.facts["other_ring"]) == ("contour.self-crossing", 0, 1)


@pytest.mark.parametrize(
    "holes",
    [
        [[(25, 25), (28, 25), (28, 28)]],
        [HOLE, [(14, 14), (15, 14), (15, 15)]],
        [[(5, 5), (25, 5), (25, 25), (5, 25)]],
        [HOLE, HOLE],
    ],
    ids=["beside", "in a hole", "around", "the same hole twice"],
)
def test_a_hole_must_lie_inside_the_outer_ring_and_apart(holes):
    assert refusal(SQUARE, holes).code in ("contour.shape", "contour.self-crossing")


def test_holes_may_touch_the_outer_ring_and_each_other():
    holes = [[(10, 15), (12, 14), (12, 16)], [(12, 14), (13, 12), (14, 14)]]
    assert len(place_contour(Contour(lps(SQUARE), [lps(hole) for hole in holes]), PLANE).rings) == 3


def test_no_error_carries_a_coordinate():
    error = refusal([(12.345678, 10), (12.345678, 10), (20, 20)])
    assert "12.345" not in str(error.as_json())
