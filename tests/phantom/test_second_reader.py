"""A made-up second reader: near the first, never the same, and without a trace in the exam itself."""

import dataclasses

import numpy as np
import pytest
import shapely

from adcurate.phantom import (
    ExamPrescription,
    LesionPrescription,
    contour_records,
    redraw_lesions,
    simulate_exam,
)

ORDER = ExamPrescription(
    patient_id="NET900",
    patient_name="SYNTHETIC^NET900",
    birth_date="19600315",
    sex="F",
    exam_date="20180612",
    dialect="siemens-classic",
    model="Aera",
    field_strength_t=1.5,
    b_values=(50.0, 600.0, 1000.0),
    lesions=(
        LesionPrescription("1", "liver", 0.957e-3, 0.210e-3, 40.0, cystic_centre=True),
        LesionPrescription("2", "pancreas", 1.122e-3, 0.651e-3),
        LesionPrescription("3", "spleen", 1.1e-3, 0.9e-3, 8.0),
    ),
    seed=11,
)


@pytest.fixture(scope="module")
def exams():
    return [simulate_exam(dataclasses.replace(ORDER, seed=seed)) for seed in range(11, 23)]


def polygon(lesion):
    return shapely.Polygon(lesion.points_lps_mm[:, :2], [hole[:, :2] for hole in lesion.holes_lps_mm])


def pairs(exams):
    return [
        pair for exam in exams for pair in zip(exam.lesions, redraw_lesions(exam, reader="R2"), strict=True)
    ]


def test_the_second_reader_draws_the_same_lesions_on_the_same_images(exams):
    for first, second in pairs(exams):
        assert second.prescription == first.prescription
        assert (second.sop_instance_uid, second.frame_number) == (first.sop_instance_uid, first.frame_number)
        assert np.unique(second.points_lps_mm[:, 2]) == np.unique(first.points_lps_mm[:, 2])
        assert len(second.holes_lps_mm) == len(first.holes_lps_mm)
        assert second.voxels.any() and polygon(second).is_valid


def test_outlines_differ_as_those_of_two_people_do(exams):
    dice, ratio = [], []
    for first, second in pairs(exams):
        a, b = polygon(first), polygon(second)
        dice.append(2 * a.intersection(b).area / (a.area + b.area))
        ratio.append(b.area / a.area)
    assert min(dice) > 0.4 and max(dice) < 0.99
    assert 0.75 < np.median(dice) < 0.95
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)


def test_no_point_comes_near_a_voxel_centre(exams):
    exam = exams[0]
    x, y, _ = exam.grid.axes_mm()
    centres = shapely.points(*[axis.ravel() for axis in np.meshgrid(x, y)])
    for lesion in redraw_lesions(exam):
        for ring in (lesion.points_lps_mm, *lesion.holes_lps_mm):
            assert np.array_equal(ring, np.round(ring, 3))
            assert (
                shapely.distance(shapely.LinearRing(ring[:, :2]), centres).min() > 1e-3 * exam.grid.pixel_mm
            )


def test_it_is_the_same_each_time_and_another_reader_draws_otherwise(exams):
    exam = exams[0]
    once, again, third = (
        contour_records(exam, reader=reader, lesions=redraw_lesions(exam, reader=reader))
        for reader in ("R2", "R2", "R3")
    )
    assert once == again
    assert [one["reader"] for one in once] == ["R2"] * 3
    assert all(a["points_lps_mm"] != b["points_lps_mm"] for a, b in zip(once, third, strict=True))


def test_the_exam_and_the_first_reader_know_nothing_of_it(exams):
    exam = exams[0]
    before = contour_records(exam)
    redraw_lesions(exam)
    assert contour_records(exam) == before == contour_records(simulate_exam(ORDER))
