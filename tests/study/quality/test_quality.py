"""An exam's quality: movement, noise floor and saturation that were put in are found, and nothing else is."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread
from scipy import ndimage

from adcurate.cli.entry import run
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.sources import find_objects
from adcurate.model.quality import ExamQuality
from adcurate.phantom import (
    ExamPrescription,
    LesionPrescription,
    SyntheticExam,
    contour_records,
    simulate_exam,
    write_exam,
)
from adcurate.study.quality.exam import ExaminedExam, QualityTask, examine_exam
from adcurate.study.regions.contours import as_record

ORDER = ExamPrescription(
    *("P1", "SYNTHETIC^A", "19600101", "F", "20200101", "siemens-classic", "Skyra"),
    field_strength_t=3.0,
    b_values=(50, 400, 800),
    lesions=(LesionPrescription("1", "liver", 1.1e-3, 0.7e-3),),
    snr=40,
)


def examined(
    folder: Path, change: Callable[[SyntheticExam], SyntheticExam] = lambda exam: exam, **order: object
) -> ExaminedExam:
    exam = change(simulate_exam(dataclasses.replace(ORDER, **order)))
    write_exam(exam, folder)
    sources = find_objects([folder]).sources
    uid = read_exams(sources).exams[0].study_instance_uid
    contours = tuple(as_record(one) for one in contour_records(exam))
    return examine_exam(QualityTask(uid, "S-1", tuple(sources), contours))


def codes(quality: ExamQuality) -> set[str]:
    return {finding.code for finding in quality.findings if finding.severity != "note"}


def test_a_good_exam_has_no_finding_and_its_noise_is_told(tmp_path: Path) -> None:
    found = examined(tmp_path / "good")
    assert codes(found.quality) == set()
    assert found.quality.noise_method == "background"
    (region,) = found.quality.regions
    assert region.n_noise_floor == region.n_saturated == 0 and region.snr[0] > region.snr[-1] > 3
    (picture,) = found.pictures
    assert picture.slice_index == region.slice_index and len(picture.rings) == 1
    inside = picture.adc[np.rint(picture.rings[0]).astype(int)[:, 0].min() :, :]
    assert np.isfinite(inside).any()


def test_movement_between_b_values_is_found_with_its_length(tmp_path: Path) -> None:
    def move(exam: SyntheticExam) -> SyntheticExam:
        moved = np.stack([ndimage.shift(one, (2.0, -1.5), order=1) for one in exam.dwi[800.0]])
        return dataclasses.replace(exam, dwi={**exam.dwi, 800.0: moved})

    quality = examined(tmp_path / "moved", move).quality
    assert codes(quality) == {"quality.motion"}
    pixel = 360.0 / 128
    assert quality.images[2].shift_mm == pytest.approx((2.0 * pixel, -1.5 * pixel), abs=0.5)
    assert quality.images[1].shift_mm == pytest.approx((0, 0), abs=0.5)


def test_a_region_in_the_noise_is_found_with_its_voxels(tmp_path: Path) -> None:
    found = examined(tmp_path / "noisy", snr=4.0, b_values=(50, 800, 2000))
    (region,) = found.quality.regions
    assert {"quality.noise-floor"} <= codes(found.quality)
    assert region.n_noise_floor > 0.5 * region.n_voxels
    assert found.pictures[0].floor.any()


def test_saturated_voxels_of_a_region_are_serious(tmp_path: Path) -> None:
    def saturate(exam: SyntheticExam) -> SyntheticExam:
        bright = exam.dwi[50.0].copy()
        drawn = exam.drawn[0] if hasattr(exam, "drawn") else exam.lesions[0]
        bright[drawn.slice_index][drawn.voxels] = 4095
        return dataclasses.replace(exam, dwi={**exam.dwi, 50.0: bright})

    quality = examined(tmp_path / "bright", saturate).quality
    (region,) = quality.regions
    assert region.n_saturated == region.n_voxels
    assert "quality.saturated-region" in codes(quality) and quality.worst == "serious"


def pad(exam: SyntheticExam, value: int) -> SyntheticExam:
    """A border, and the left half of the lesion, as a scanner that corrects distortion leaves them."""
    (region,) = exam.lesions
    left = region.voxels & (np.arange(region.voxels.shape[1]) < np.nonzero(region.voxels)[1].mean())
    padded = {}
    for b, volume in exam.dwi.items():
        padded[b] = volume.copy()
        border = np.ones(volume.shape[1:], dtype=bool)
        border[6:-6, 6:-6] = False
        padded[b][:, border] = value
        padded[b][region.slice_index][left] = value
    return dataclasses.replace(exam, dwi=padded)


def examined_with_padding(folder: Path, value: int, *, is_declared: bool) -> ExamQuality:
    exam = pad(simulate_exam(ORDER), value)
    for path in write_exam(exam, folder):
        header = dcmread(path)
        if is_declared:
            header.add_new(0x00280120, "US", value)
            header.save_as(path)
    sources = find_objects([folder]).sources
    uid = read_exams(sources).exams[0].study_instance_uid
    contours = tuple(as_record(one) for one in contour_records(exam))
    return examine_exam(QualityTask(uid, "S-1", tuple(sources), contours)).quality


@pytest.mark.parametrize("value", [0, 4095])
def test_padding_is_neither_noise_nor_saturated_nor_on_the_noise_floor(tmp_path: Path, value: int) -> None:
    plain = examined(tmp_path / "plain").quality
    quality = examined_with_padding(tmp_path / "padded", value, is_declared=True)
    (region,) = quality.regions
    assert codes(quality) == {"quality.padding"}
    assert 0 < region.n_padding < plain.regions[0].n_voxels
    assert region.n_voxels + region.n_padding == plain.regions[0].n_voxels
    assert region.n_saturated == region.n_noise_floor == 0
    assert [image.n_saturated for image in quality.images] == [0, 0, 0]
    assert quality.noise_method == "background"
    assert quality.sigma == pytest.approx(plain.sigma, rel=0.1)
    assert region.snr == pytest.approx(plain.regions[0].snr, rel=0.1)


def test_the_same_values_without_the_header_are_saturated_or_noise(tmp_path: Path) -> None:
    full = examined_with_padding(tmp_path / "full", 4095, is_declared=False)
    assert "quality.saturated-region" in codes(full)
    empty = examined_with_padding(tmp_path / "empty", 0, is_declared=False)
    assert "quality.noise-floor" in codes(empty)


def test_an_exam_without_diffusion_says_so(tmp_path: Path) -> None:
    quality = examine_exam(QualityTask("2.25.1", "S-1", (), ())).quality
    assert [finding.code for finding in quality.findings] == ["quality.no-signals"]


def test_the_command_writes_a_page_for_each_exam_and_the_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "key"))
    study = str(tmp_path / "study")
    assert run(["study", "create", study]) == 0
    assert run(["study", "quality", "--study", study]) == 3
    assert "no exams yet" in capsys.readouterr().err
    write_exam(simulate_exam(ORDER), tmp_path / "exam")
    assert run(["study", "add", str(tmp_path / "exam"), "--study", study]) == 0
    assert run(["study", "quality", "--study", study]) == 0
    assert "1 exams, 0 to look at" in capsys.readouterr().out
    folder = tmp_path / "study" / "results" / "quality"
    pages = sorted(path.name for path in folder.glob("*.html"))
    assert len(pages) == 2 and "report.html" in pages
    assert "Pictures" in (folder / pages[0]).read_text()
    assert "SYNTHETIC" not in "".join(path.read_text() for path in folder.glob("*.*"))


def test_exams_whose_findings_name_no_place_pass_through_worker_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "key"))
    study = str(tmp_path / "study")
    assert run(["study", "create", study]) == 0
    for dialect, patient in (("bruker", "B1"), ("ge", "G1")):
        order = dataclasses.replace(ORDER, dialect=dialect, patient_id=patient)
        write_exam(simulate_exam(order), tmp_path / dialect)
        assert run(["study", "add", str(tmp_path / dialect), "--study", study]) == 0
    assert (
        run(["study", "quality", "--study", study, "--workers", "2", "--json", str(tmp_path / "q.json")]) == 0
    )
    assert "no diffusion images" in (tmp_path / "q.json").read_text().lower()
