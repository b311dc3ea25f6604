"""Typed values made by each habit are traced back to it; random ones are explained by none."""

from __future__ import annotations

import math

import numpy as np
import pytest

from adcurate.geometry import Contour, Plane
from adcurate.model.pacs_comparison import TypedValue
from adcurate.region import SliceSurroundings, predict_conventions
from adcurate.study.pacs.explanation import Difference, explain_differences, explain_each

PLANE = Plane((0, 0, 0), (1, 0, 0), (0, 1, 0), 2.0, 2.0, 40, 40, 4.0)
UNIT = 1e-3


def made_up_regions(n=60, seed=4):
    """Lesions of 30 to 150 voxels on a noisy map, with what every habit makes of each."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        turn = np.arange(30) * 2 * np.pi / 30
        radius = rng.uniform(6, 13) * (1 + 0.1 * np.cos(3 * turn))
        ring = np.stack([39 + radius * np.cos(turn), 39 + radius * np.sin(turn), np.zeros(30)], axis=1)
        level = rng.uniform(0.7e-3, 1.6e-3)
        maps = [np.abs(level + rng.normal(0, 0.15e-3, PLANE.shape)) for _ in range(3)]
        maps[0][18:22, 18] = np.nan
        around = SliceSurroundings(maps[0], maps[1], maps[2], stored=maps[0] * 1.7)
        found.append(
            predict_conventions(around, PLANE, [Contour(ring + rng.uniform(-0.9, 0.9) * np.array([1, 1, 0]))])
        )
    return found


@pytest.fixture(scope="module")
def regions():
    return made_up_regions()


def typed(value, digits, unit=UNIT):
    return TypedValue(round(value / unit, digits) * unit, 0.5 * 10**-digits * unit)


def by(name, predictions):
    return next(one for one in predictions if one.name == name)


ADC_HABITS = (
    *("any-overlap", "half", "area-weighted", "rim-left-out", "slice-before", "slice-after"),
    *("zeros-counted", "stored-values", "interpolated", "median-for-mean"),
)


@pytest.mark.parametrize("digits", [2, 3])
@pytest.mark.parametrize("habit", ADC_HABITS)
def test_each_habit_is_named_for_its_own_table(regions, habit, digits):
    rows = []
    for predictions in regions:
        one = by(habit, predictions)
        rows.append(
            Difference({"mean": typed(one.mean, digits), "minimum": typed(one.minimum, digits)}, predictions)
        )
    found = explain_differences(rows, ("mean", "minimum"))
    differing = [one for one in found if one.verdict != "agrees"]
    named = [one for one in differing if one.verdict == "explained" and one.names == (habit,)]
    assert len(named) >= 0.95 * len(differing)
    assert differing


def test_a_slip_of_the_pen_in_one_number_hides_the_habit_of_the_other_no_more(regions):
    rows = [
        Difference({"mean": typed(by("any-overlap", p).mean, 3), "minimum": typed(p[0].minimum * 1.37, 3)}, p)
        for p in regions
    ]
    assert {one.verdict for one in explain_differences(rows, ("mean", "minimum"))} == {"not explained"}
    found = explain_each(rows, ("mean", "minimum"))
    differing = [one["mean"] for one in found if one["mean"].verdict != "agrees"]
    assert sum(one.names == ("any-overlap",) for one in differing) >= 0.95 * len(differing) > 0
    assert {one["minimum"].verdict for one in found} <= {"not explained", "possible"}


def test_what_explains_both_is_named_for_both_and_what_agrees_agrees(regions):
    habit = [by("slice-after", p) for p in regions]
    rows = [
        Difference({"mean": typed(one.mean, 3), "minimum": typed(one.minimum, 3)}, p)
        for one, p in zip(habit, regions, strict=True)
    ]
    for one in explain_each(rows, ("mean", "minimum")):
        assert all(each.verdict == "agrees" or each.names == ("slice-after",) for each in one.values())
    alone = explain_each(
        [Difference({"mean": row.theirs["mean"]}, row.predictions) for row in rows], ("mean", "minimum")
    )
    assert {one["minimum"].verdict for one in alone} == {"not given"}


@pytest.mark.parametrize("factor", [1e3, 1e-3, 1e6, 1e-6])
def test_a_slip_of_unit_is_named(regions, factor):
    rows = [
        Difference({"mean": typed(p[0].mean * factor, 9), "minimum": typed(p[0].minimum * factor, 9)}, p)
        for p in regions
    ]
    found = explain_differences(rows, ("mean", "minimum"))
    assert all((one.verdict, one.factor) == ("explained", factor) for one in found)


def test_a_cut_off_digit_is_named(regions):
    def cut(value):
        return TypedValue(math.floor(value / UNIT * 100) / 100 * UNIT, 0.005 * UNIT)

    rows = [Difference({"mean": cut(p[0].mean), "minimum": cut(p[0].minimum)}, p) for p in regions]
    differing = [one for one in explain_differences(rows, ("mean", "minimum")) if one.verdict != "agrees"]
    named = [one for one in differing if one.names == ("cut-off",)]
    assert len(named) >= 0.95 * len(differing) > 0


@pytest.mark.parametrize("habit", ["any-overlap", "half", "rim-left-out", "outline-area"])
def test_an_area_is_traced_to_its_definition(regions, habit):
    rows = [Difference({"area": typed(by(habit, p).area_mm2, 1, 1.0)}, p) for p in regions]
    differing = [one for one in explain_differences(rows, ("area",)) if one.verdict != "agrees"]
    assert sum(one.names == (habit,) for one in differing) >= 0.95 * len(differing) > 0


def test_our_own_values_agree(regions):
    rows = [Difference({"mean": typed(p[0].mean, 2), "minimum": typed(p[0].minimum, 2)}, p) for p in regions]
    assert {one.verdict for one in explain_differences(rows, ("mean", "minimum"))} == {"agrees"}


@pytest.mark.parametrize("digits", [2, 3])
@pytest.mark.parametrize("quantities", [("mean", "minimum"), ("mean",)])
def test_random_values_are_explained_by_nothing(regions, digits, quantities):
    rng = np.random.default_rng(8)
    for _ in range(20):
        rows = []
        for p in regions:
            values = {
                "mean": p[0].mean * rng.uniform(0.8, 1.2),
                "minimum": p[0].minimum * rng.uniform(0.7, 1.3),
            }
            rows.append(Difference({name: typed(values[name], digits) for name in quantities}, p))
        found = explain_differences(rows, ("mean", "minimum"))
        assert "explained" not in {one.verdict for one in found}


def test_what_was_not_typed_is_not_judged(regions):
    (found,) = explain_differences([Difference({}, regions[0])], ("area",))
    assert found.verdict == "not given"
