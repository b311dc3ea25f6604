"""The pictures behind a measurement show the region where it was measured, the right way up."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.sources import FileSource
from adcurate.model import content_digest
from adcurate.model.cohort import Measurement
from adcurate.model.contour_record import ContourRecord
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.derive import derive_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.panel import region_panel, typical_members


@pytest.fixture(scope="module", params=["siemens-classic", "philips", "siemens-xa"])
def panel(request, tmp_path_factory):
    exam = simulate_exam(
        ExamPrescription(
            patient_id="P1",
            patient_name="SYNTHETIC^P1",
            birth_date="19600101",
            sex="F",
            exam_date="20240102",
            dialect=request.param,
            model="Aera",
            field_strength_t=1.5,
            b_values=(0.0, 800.0),
            lesions=(LesionPrescription("1", "liver", 0.0009, 0.0003, 30.0),),
            seed=3,
        )
    )
    paths = write_exam(exam, tmp_path_factory.mktemp("exam"))
    sources = tuple(FileSource(path, f"file {i}") for i, path in enumerate(paths))
    uid = read_exams(sources[:1]).exams[0].study_instance_uid
    lesion = exam.lesions[0]
    points = tuple((float(x), float(y), float(z)) for x, y, z in lesion.points_lps_mm)
    contour = ContourRecord("S", "1", "R1", "lesion", lesion.sop_instance_uid, points, lesion.frame_number)
    digests = tuple(content_digest(path.read_bytes()) for path in paths)
    task = ExamTask(uid, "S", sources, digests, (contour,), AdcRule(), RegionRule())
    record = next(
        one.record for one in derive_exam(task).measurements if one.record["map_source"] == "scanner"
    )
    adc = np.where(exam.adc == 0, np.nan, exam.adc * 1e-6)
    member = SimpleNamespace(
        subject="S", grade="G3", study_instance_uid=uid, row=SimpleNamespace(lesion_site="liver")
    )
    return region_panel(member, Measurement(**record), adc, sources, [contour])


def _at(panel, name: str, x: float, y: float) -> float:
    """The pixel of an image at a place in mm, read through the extent that the picture is drawn with."""
    left, right, bottom, top = panel.extents_mm[name]
    n_rows, n_columns = panel.images[name].shape
    row = int((y - top) / (bottom - top) * n_rows)
    column = int((x - left) / (right - left) * n_columns)
    return float(panel.images[name][row, column])


def test_all_four_images_are_there(panel):
    assert set(panel.images) == {"t2", "high_b", "adc", "t1_ce"}
    assert panel.b_value == 800.0


def test_the_cross_stands_on_the_lowest_voxel(panel):
    assert _at(panel, "adc", *panel.minimum_at_mm) == pytest.approx(0.0003)


def test_the_contour_lies_around_the_lesion_on_every_image(panel):
    ring = panel.rings_mm[0]
    middle = ring.mean(axis=0)
    assert np.hypot(*(np.array(panel.minimum_at_mm) - middle)) < 25
    far = np.array([middle[0], middle[1] + 45.0])
    for name, brighter in (("high_b", True), ("t2", True), ("t1_ce", True), ("adc", False)):
        inside = np.mean([_at(panel, name, *(middle + 0.6 * (point - middle))) for point in ring])
        assert (inside > _at(panel, name, *far)) == brighter, name


def test_left_of_the_picture_is_the_patients_right_and_up_is_the_front(panel):
    left, right, bottom, top = panel.extents_mm["adc"]
    assert (left < 0 < right, bottom < 0 < top) == (True, True)
    # The liver lies on the patient's right; a ring drawn there stands left of the middle.
    assert panel.rings_mm[0][:, 0].mean() < 0


def test_the_typical_member_of_a_grade_is_the_one_nearest_to_its_median():
    def member(grade: str, mean: float):
        return SimpleNamespace(grade=grade, measurements={"scanner": SimpleNamespace(values={"mean": mean})})

    members = [member("G1", mean) for mean in (1.0, 1.4, 2.0)] + [member("G3", 0.7)]
    chosen = typical_members(members, ("G1", "G2", "G3"), "scanner")
    assert [one.measurements["scanner"].values["mean"] for one in chosen] == [1.4, 0.7]
