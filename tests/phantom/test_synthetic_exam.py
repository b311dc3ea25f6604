"""Exams in memory: exact lesions, honest noise, contours that mean the same voxels to anyone."""

import dataclasses
import math
from collections.abc import Callable

import numpy as np
import pytest
import shapely

from adcurate.errors import AdcurateError
from adcurate.phantom import (
    ExamPrescription,
    LesionPrescription,
    SyntheticExam,
    contour_records,
    organs,
    simulate_exam,
)
from adcurate.phantom.drawing import draw_contour
from adcurate.phantom.grid import centred_grid
from adcurate.phantom.lesion import place_lesions

LESION = LesionPrescription("1", "liver", 0.957e-3, 0.210e-3, 40.0, cystic_centre=True)
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
    lesions=(LESION, LesionPrescription("2", "pancreas", 1.122e-3, 0.651e-3)),
    seed=11,
)


def crosses(point: tuple[float, float], ring: list[tuple[float, float]]) -> bool:
    """Even-odd test, one point and one edge at a time: a second opinion on the voxel rule."""
    x, y = point
    inside = False
    for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (y0 <= y) != (y1 <= y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
            inside = not inside
    return inside


def enclosed(exam: SyntheticExam, record: dict) -> set[tuple[int, int]]:
    pixel, (left, top, _) = exam.grid.pixel_mm, exam.grid.first_centre_mm
    outer = [(x, y) for x, y, _ in record["points_lps_mm"]]
    holes = [[(x, y) for x, y, _ in hole] for hole in record["holes_lps_mm"]]
    return {
        (row, column)
        for row in range(exam.grid.matrix)
        for column in range(exam.grid.matrix)
        if crosses((left + column * pixel, top + row * pixel), outer)
        and not any(crosses((left + column * pixel, top + row * pixel), hole) for hole in holes)
    }


@pytest.fixture(scope="module")
def exam() -> SyntheticExam:
    return simulate_exam(ORDER)


def test_each_lesion_has_exactly_the_prescribed_mean_and_minimum_inside_the_written_contour(
    exam: SyntheticExam,
) -> None:
    for lesion, record in zip(exam.lesions, contour_records(exam), strict=True):
        voxels = enclosed(exam, record)
        values = [int(exam.adc[lesion.slice_index][voxel]) for voxel in voxels]
        assert sum(values) == len(values) * lesion.prescription.stored_mean
        assert min(values) == lesion.prescription.stored_minimum
        assert voxels == {(int(r), int(c)) for r, c in zip(*np.nonzero(lesion.voxels), strict=True)}


def test_no_contour_comes_near_a_voxel_centre() -> None:
    grid = centred_grid(12, 128, fov_mm=360.0, slab_mm=72.0, filled=0.8)
    x, y, _ = grid.axes_mm()
    centres = shapely.points(*[axis.ravel() for axis in np.meshgrid(x, y)])
    for seed in range(80):
        rng = np.random.default_rng(seed)
        (outline,) = place_lesions((LESION,), 1, grid, rng)
        drawing = draw_contour(outline, LESION, grid, rng)
        assert 30 <= len(drawing.outer) <= 60
        for ring in (drawing.outer, *drawing.holes):
            assert np.array_equal(ring, np.round(ring, 3))
            line = shapely.LinearRing(ring[:, :2])
            assert line.is_simple
            assert shapely.distance(line, centres).min() > 1e-3 * grid.pixel_mm


def test_a_cystic_centre_is_bright_on_the_map_and_left_out_of_the_contour(exam: SyntheticExam) -> None:
    lesion = exam.lesions[0]
    (hole,) = lesion.holes_lps_mm
    column, row = (
        np.rint((hole.mean(axis=0)[:2] - exam.grid.first_centre_mm[:2]) / exam.grid.pixel_mm)
    ).astype(int)
    assert not lesion.voxels[row, column]
    assert exam.true_adc[lesion.slice_index, row, column] > 2000
    assert exam.lesions[1].holes_lps_mm == ()


def test_a_refit_without_noise_gives_the_truth_back() -> None:
    silent = simulate_exam(dataclasses.replace(ORDER, snr=math.inf))
    b = np.array(list(silent.dwi))
    bright = silent.dwi[1000.0] > 150
    signal = np.stack([stack[bright] for stack in silent.dwi.values()], axis=-1).astype(float)
    slope = np.linalg.lstsq(np.stack([np.ones_like(b), -b], axis=1), np.log(signal).T, rcond=None)[0][1]
    error = slope * 1e6 - silent.true_adc[bright]
    assert np.abs(error).max() < 5.0  # what rounding the signals to integers costs
    assert abs(error.mean()) < 0.1


def test_the_noise_is_the_prescribed_one_in_tissue_and_in_air() -> None:
    noisy = simulate_exam(dataclasses.replace(ORDER, snr=40.0))
    silent = simulate_exam(dataclasses.replace(ORDER, snr=math.inf))
    liver = noisy.liver & silent.liver
    signal = silent.dwi[50.0][liver].astype(float)
    residual = noisy.dwi[50.0][liver] - signal
    assert liver.sum() > 5000
    assert signal.mean() / residual.std() == pytest.approx(40.0, rel=0.03)
    air = noisy.dwi[1000.0][:, :12, :12].astype(float)
    assert air.mean() == pytest.approx(noisy.noise_sd * math.sqrt(math.pi / 2), rel=0.06)


def test_the_scanner_map_says_nothing_about_air(exam: SyntheticExam) -> None:
    assert not exam.adc[:, :10].any()
    assert not exam.true_adc[:, :10].any()
    assert exam.adc.min() >= 0
    assert exam.adc.max() <= 4095


def test_the_body_is_not_flat_and_its_organs_are_where_they_belong(exam: SyntheticExam) -> None:
    liver = np.nonzero(exam.liver)
    assert np.median(liver[2]) < exam.grid.matrix / 2  # the patient's right is the image's left
    assert np.median(exam.true_adc[exam.liver]) == pytest.approx(1280, abs=60)
    assert exam.true_adc[exam.liver].std() > 20
    assert exam.t2.shape != exam.adc.shape
    assert exam.t1_ce.shape[0] != exam.t2.shape[0]


def test_lesions_stand_out_at_the_highest_b_value(exam: SyntheticExam) -> None:
    lesion = exam.lesions[0]
    image = exam.dwi[1000.0]
    assert image[lesion.slice_index][lesion.voxels].mean() > 1.8 * image[exam.liver].mean()


@pytest.mark.parametrize("organ", organs())
@pytest.mark.parametrize("seed", [1, 2])
def test_every_organ_can_hold_a_lesion(organ: str, seed: int) -> None:
    lesion = LesionPrescription("1", organ, 0.9e-3, 0.3e-3, 26.0)
    made = simulate_exam(dataclasses.replace(ORDER, lesions=(lesion,), seed=seed))
    drawn = made.lesions[0]
    assert made.adc[drawn.slice_index][drawn.voxels].min() == 300
    assert drawn.voxels.sum() >= 15


def test_the_same_seed_gives_the_same_exam_and_another_seed_another(exam: SyntheticExam) -> None:
    again = simulate_exam(ORDER)
    other = simulate_exam(dataclasses.replace(ORDER, seed=12))
    assert np.array_equal(again.adc, exam.adc)
    assert contour_records(again) == contour_records(exam)
    assert not np.array_equal(other.dwi[50.0], exam.dwi[50.0])


def _lesion(**changes: object) -> Callable[[ExamPrescription], ExamPrescription]:
    return lambda order: dataclasses.replace(order, lesions=(dataclasses.replace(LESION, **changes),))


def _exam(**changes: object) -> Callable[[ExamPrescription], ExamPrescription]:
    return lambda order: dataclasses.replace(order, **changes)


@pytest.mark.parametrize(
    "spoil",
    [
        _lesion(minimum_adc=1.0e-3),
        _lesion(minimum_adc=0.0),
        _lesion(mean_adc=0.9571234e-3),
        _lesion(mean_adc=3.2e-3),
        _lesion(mean_adc=math.nan),
        _lesion(organ="antler"),
        _lesion(long_axis_mm=300.0),
        _lesion(long_axis_mm=12.0),  # too short for a cystic centre
        _exam(patient_name="DOE^JANE"),
        _exam(b_values=(800.0,)),
        _exam(b_values=(1000.0, 50.0)),
        _exam(snr=0.0),
        _exam(n_slices=3),
        _exam(exam_date="12 June"),
        _exam(dialect="nobody"),
        _exam(lesions=(LESION, LESION)),
        _exam(lesions=tuple(LesionPrescription(str(k), "spleen", 1e-3, 1e-3) for k in range(2))),
        _exam(lesions=tuple(LesionPrescription(str(k), "liver", 1e-3, 1e-3, 79.0) for k in range(3))),
    ],
)
def test_what_cannot_be_made_is_refused(spoil: Callable[[ExamPrescription], ExamPrescription]) -> None:
    with pytest.raises(AdcurateError) as caught:
        simulate_exam(spoil(ORDER))
    assert caught.value.code == "phantom.prescription"
    assert "DOE" not in str(caught.value)
