"""One exam derived: the maps, the numbers of its regions, and what is said when something is missing."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import pydicom
import pytest

from adcurate.dicom.received.sources import FileSource
from adcurate.errors import RegistrationError, SignalError, StoreError
from adcurate.model import content_digest
from adcurate.model.contour_record import ContourRecord
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.phantom import ExamPrescription, LesionPrescription, SyntheticExam, simulate_exam, write_exam
from adcurate.study.derive import derive_exam
from adcurate.study.exam_task import ExamTask
from adcurate.study.maps import affine_lps

PRESCRIPTION = ExamPrescription(
    patient_id="D1",
    patient_name="SYNTHETIC^D1",
    birth_date="19600101",
    sex="F",
    exam_date="20240102",
    dialect="siemens-classic",
    model="Aera",
    field_strength_t=1.5,
    b_values=(50.0, 400.0, 800.0),
    lesions=(LesionPrescription("1", "liver", 0.001010, 0.000640, 30.0),),
    seed=5,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[SyntheticExam, tuple[Path, ...]]:
    exam = simulate_exam(PRESCRIPTION)
    return exam, write_exam(exam, tmp_path_factory.mktemp("exam"))


def _contour(exam: SyntheticExam, **changes: object) -> ContourRecord:
    lesion = exam.lesions[0]
    points = tuple((float(x), float(y), float(z)) for x, y, z in lesion.points_lps_mm)
    record = ContourRecord("D1", "1", "R1", "lesion", lesion.sop_instance_uid, points, lesion.frame_number)
    return dataclasses.replace(record, **changes)


def _task(paths: tuple[Path, ...], *contours: ContourRecord, adc: AdcRule | None = None) -> ExamTask:
    sources = tuple(FileSource(path, f"file {i}") for i, path in enumerate(paths))
    digests = tuple(content_digest(path.read_bytes()) for path in paths)
    from adcurate.dicom.reading.exams import read_exams

    uid = read_exams(sources[:1]).exams[0].study_instance_uid
    return ExamTask(uid, "S-CODE", sources, digests, contours, adc or AdcRule(), RegionRule())


def _by_map(derived) -> dict[str, dict]:
    return {one.record["map_source"]: one.record for one in derived.measurements}


def _codes(derived) -> set[str]:
    return {finding["code"] for finding in derived.facts["findings"]}


def test_the_scanner_map_says_exactly_what_was_prescribed_and_the_refit_nearly(written):
    exam, paths = written
    derived = derive_exam(_task(paths, _contour(exam)))
    records = _by_map(derived)
    assert records["scanner"]["values"]["mean"] == pytest.approx(0.001010, abs=1e-12)
    assert records["scanner"]["values"]["minimum"] == pytest.approx(0.000640, abs=1e-12)
    assert records["refit"]["values"]["mean"] == pytest.approx(0.001010, rel=0.03)
    assert records["scanner"]["values"]["n_voxels"] == int(exam.lesions[0].voxels.sum())
    assert derived.facts["unit"]["evidence"] == "refit"
    assert derived.facts["unit"]["mm2_per_s_per_stored_unit"] == 1e-6
    assert derived.facts["scanner"]["b_values"] == [50.0, 400.0, 800.0]


def test_a_stored_scanner_map_has_no_zero_and_each_map_leads_to_the_objects_of_its_series(written):
    exam, paths = written
    task = _task(paths, _contour(exam))
    for one in derive_exam(task).maps:
        values = np.load(io.BytesIO(one.content), allow_pickle=False)
        assert values.dtype == np.float32
        if one.source == "scanner":  # a scanner's zero means not estimated; a refit may truly be zero
            assert np.isnan(values).any()
            assert not (values == 0).any()
        assert set(one.derivation.inputs) < set(task.digests)
        assert len(one.derivation.inputs) == (12 if one.source == "scanner" else 36)


def test_a_contour_drawn_on_the_high_b_image_is_measured_on_the_nearest_slice_and_said_so(written):
    exam, paths = written
    position = exam.lesions[0].slice_index
    weighted = next(
        header
        for header in (pydicom.dcmread(path, stop_before_pixels=True) for path in paths)
        if "TRACEW" in header.ImageType
        and abs(float(header.ImagePositionPatient[2]) - exam.lesions[0].points_lps_mm[0, 2]) < 0.01
    )
    drawn = _contour(exam, sop_instance_uid=str(weighted.SOPInstanceUID))
    derived = derive_exam(_task(paths, drawn))
    assert "contour.projected" in _codes(derived)
    assert _by_map(derived)["scanner"]["slice_index"] == position
    assert _by_map(derived)["scanner"]["values"]["mean"] == pytest.approx(0.001010, abs=1e-12)


@pytest.mark.parametrize("shift_mm", [6.0, -6.0, 500.0])
def test_a_contour_off_the_image_it_names_is_measured_on_no_map(written, shift_mm):
    exam, paths = written
    away = tuple((x, y, z + shift_mm) for x, y, z in _contour(exam).points_lps_mm)
    derived = derive_exam(_task(paths, _contour(exam, points_lps_mm=away)))
    assert "contour.off-plane" in _codes(derived)
    assert derived.measurements == ()
    assert {one.source for one in derived.maps} == {"scanner", "refit"}


def test_a_tilted_contour_is_refused(written):
    exam, paths = written
    tilted = tuple(
        (x, y, z + 0.9 * (x - exam.lesions[0].points_lps_mm[0, 0]))
        for x, y, z in _contour(exam).points_lps_mm
    )
    derived = derive_exam(_task(paths, _contour(exam, points_lps_mm=tilted)))
    assert "contour.off-plane" in _codes(derived)
    assert derived.measurements == ()


def test_a_frame_that_the_image_does_not_have_is_refused(written):
    exam, paths = written
    derived = derive_exam(_task(paths, _contour(exam, frame_number=99)))
    assert "contour.image" in _codes(derived)
    assert derived.measurements == ()


def test_both_maps_are_measured_on_the_same_place(written):
    exam, paths = written
    records = _by_map(derive_exam(_task(paths, _contour(exam))))
    assert records["scanner"]["slice_index"] == records["refit"]["slice_index"]


def test_without_diffusion_images_the_unit_is_plausible_at_best_and_there_is_no_refit(written):
    exam, paths = written
    no_dwi = tuple(path for path in paths if b"TRACEW" not in path.read_bytes())
    assert len(no_dwi) == len(paths) - 36
    derived = derive_exam(_task(no_dwi, _contour(exam)))
    assert derived.facts["unit"]["evidence"] == "plausibility"
    assert {"adc-unit.plausibility", "refit.impossible"} <= _codes(derived)
    assert set(_by_map(derived)) == {"scanner"}


def test_the_protocol_can_name_the_b_values_and_is_told_when_one_is_missing(written):
    exam, paths = written
    two = derive_exam(_task(paths, _contour(exam), adc=AdcRule(b_values=(50.0, 800.0))))
    assert two.facts["scanner"]["b_values"] == [50.0, 800.0]
    none = derive_exam(_task(paths, _contour(exam), adc=AdcRule(b_values=(0.0, 800.0))))
    assert "refit.impossible" in _codes(none)
    assert set(_by_map(none)) == {"scanner"}


@pytest.mark.parametrize("fit", ["weighted", "nonlinear"])
def test_every_fit_of_the_protocol_agrees_where_signal_is_strong(written, fit):
    exam, paths = written
    plain = _by_map(derive_exam(_task(paths, _contour(exam))))["refit"]
    other = _by_map(derive_exam(_task(paths, _contour(exam), adc=AdcRule(fit=fit))))["refit"]
    assert other["values"]["mean"] == pytest.approx(plain["values"]["mean"], rel=0.02)
    assert other["map_id"] != plain["map_id"]


def test_an_exclusion_contour_takes_its_voxels_away(written):
    exam, paths = written
    lesion = np.asarray(_contour(exam).points_lps_mm)
    middle = lesion.mean(axis=0)
    inner = tuple(tuple(float(v) for v in middle + 0.4 * (point - middle)) for point in lesion)
    whole = _by_map(derive_exam(_task(paths, _contour(exam))))["scanner"]["values"]
    less = _by_map(
        derive_exam(_task(paths, _contour(exam), _contour(exam, role="exclusion", points_lps_mm=inner)))
    )["scanner"]["values"]
    assert 0 < less["n_voxels"] < whole["n_voxels"]


def test_an_exam_without_any_object_left_is_said_and_gives_nothing(written):
    exam, paths = written
    task = dataclasses.replace(_task(paths, _contour(exam)), study_instance_uid="1.2.3.4")
    derived = derive_exam(task)
    assert "adc-map.none" in _codes(derived)
    assert derived.maps == derived.measurements == ()


def test_ids_follow_what_goes_in_and_nothing_else(written):
    exam, paths = written
    task = _task(paths, _contour(exam))
    again = _task(tuple(reversed(paths)), _contour(exam))
    moved = _task(paths, _contour(exam, reader="R2"))
    assert task.derivation.derived_id == again.derivation.derived_id
    assert task.derivation.derived_id != moved.derivation.derived_id
    first, second = derive_exam(task), derive_exam(again)
    assert [m.derivation.derived_id for m in first.measurements] == [
        m.derivation.derived_id for m in second.measurements
    ]
    assert [one.content for one in first.maps] == [one.content for one in second.maps]


def test_the_affine_takes_a_voxel_to_where_its_plane_says(written):
    exam, _ = written
    planes = [exam.grid.plane(i) for i in range(12)]
    matrix = np.array(affine_lps(planes))
    assert matrix @ [7, 31, 45, 1] == pytest.approx([*planes[7].to_lps([[31, 45]])[0], 1.0], abs=1e-9)


def _moved(folder: Path, rows: int) -> tuple[SyntheticExam, tuple[Path, ...]]:
    """The exam whose highest b-value was taken after the patient had moved by whole pixels."""
    exam = simulate_exam(PRESCRIPTION)
    highest = {800.0: np.roll(exam.dwi[800.0], rows, axis=1)}
    exam = dataclasses.replace(exam, dwi={**exam.dwi, **highest})
    return exam, write_exam(exam, folder)


def test_registration_gives_a_map_beside_the_plain_one_and_says_how_far_it_moved(tmp_path: Path) -> None:
    exam, paths = _moved(tmp_path / "moved", 3)
    rule = AdcRule(registration="rigid")
    derived = derive_exam(_task(paths, _contour(exam), adc=rule))
    records = _by_map(derived)
    assert set(records) == {"scanner", "refit", "refit-registered"}
    truth = 0.001010
    plain, moved = (abs(records[one]["values"]["mean"] - truth) for one in ("refit", "refit-registered"))
    assert moved < 0.06 * truth < plain
    said = [one for one in derived.facts["findings"] if one["code"] == "registration.moved"]
    assert {one["where"]["b_value"]: one["severity"] for one in said} == {"400": "note", "800": "warning"}
    assert float(said[1]["sentence"].split(" by ")[1].split(" mm")[0]) == pytest.approx(3 * 2.8125, abs=0.6)


def test_the_plain_refit_is_the_same_whether_registration_is_on_or_off(tmp_path: Path) -> None:
    exam, paths = _moved(tmp_path / "moved", 2)
    off, on = (
        derive_exam(_task(paths, _contour(exam), adc=AdcRule(registration=choice)))
        for choice in ("off", "translation")
    )
    assert _by_map(off)["refit"]["measurement_id"] == _by_map(on)["refit"]["measurement_id"]
    for derived in (off, on):
        stored = {one.source: one.derivation.derived_id for one in derived.maps}
        assert {name: one["map_id"] for name, one in _by_map(derived).items()} == stored
    assert "refit-registered" not in _by_map(off)


def test_which_map_is_shown_beside_the_map_of_record() -> None:
    assert AdcRule("scanner").beside == "refit" and AdcRule("refit").beside == "scanner"
    for record in ("scanner", "refit"):
        assert AdcRule(record, registration="rigid").beside == "refit-registered"
    assert AdcRule("refit-registered", registration="rigid").beside == "refit"


def _with_wide_signals(paths: tuple[Path, ...], folder: Path) -> tuple[Path, ...]:
    """The exam with its signals written as 32-bit words, beyond what 16 bits hold."""
    wide = []
    for path in paths:
        held = pydicom.dcmread(path)
        if "TRACEW" in held.ImageType:
            stored = held.pixel_array.astype("<u4") * 40
            held.BitsAllocated, held.BitsStored, held.HighBit, held.PixelRepresentation = 32, 32, 31, 0
            held.PixelData = stored.tobytes()
        wide.append(folder / path.name)
        held.save_as(wide[-1])
    return tuple(wide)


def test_signals_of_32_bits_are_refitted_like_any_other(written, tmp_path):
    exam, paths = written
    plain = derive_exam(_task(paths, _contour(exam)))
    wide = derive_exam(_task(_with_wide_signals(paths, tmp_path), _contour(exam)))
    assert _by_map(wide)["refit"]["values"]["mean"] == pytest.approx(
        _by_map(plain)["refit"]["values"]["mean"], rel=1e-4
    )


_MAP_TROUBLE = (
    SignalError("signal.type", "These signals cannot be used.", remedy="Leave the exam out."),
    ZeroDivisionError("patient text"),
)


@pytest.mark.parametrize("trouble", _MAP_TROUBLE)
@pytest.mark.parametrize(
    ("step", "maps_left"),
    [
        ("prove_adc_unit", {"refit"}),
        ("scanner_map", {"refit"}),
        ("load_signals", {"scanner"}),
        ("refit", {"scanner"}),
        ("measure_regions", {"scanner", "refit"}),
        ("read_exams", set()),
    ],
)
def test_an_error_of_one_exam_is_its_finding_and_stops_nothing(
    written, monkeypatch, step, maps_left, trouble
):
    exam, paths = written
    task = _task(paths, _contour(exam))

    def fails(*_arguments, **_options):
        raise trouble

    home = "derive" if step == "measure_regions" else "exam_maps"
    monkeypatch.setattr(f"adcurate.study.{home}.{step}", fails)
    derived = derive_exam(task)
    assert {one.source for one in derived.maps} == maps_left
    code = trouble.code if isinstance(trouble, SignalError) else "exam.failed"
    (found,) = (one for one in derived.facts["findings"] if one["code"] == code)
    assert found["severity"] == "serious"
    assert "patient text" not in found["sentence"]


@pytest.mark.parametrize(
    "trouble",
    [
        StoreError("store.integrity", "Objects are gone.", remedy="Restore them."),
        RegistrationError("registration.missing", "It is not installed.", remedy="Install it."),
    ],
)
def test_a_damaged_store_and_a_missing_library_stop_the_run(written, monkeypatch, trouble):
    exam, paths = written
    task = _task(paths, _contour(exam))

    def fails(*_arguments, **_options):
        raise trouble

    monkeypatch.setattr("adcurate.study.exam_maps.refit", fails)
    with pytest.raises(type(trouble)):
        derive_exam(task)
