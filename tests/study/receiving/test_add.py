"""Adding exams: nothing is lost, nothing enters twice, and what conflicts keeps its bytes in the vault."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pydicom
import pytest

from adcurate.cli.study_view import show_added
from adcurate.errors import AdcurateError, InputError
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.add import add_exams

PRESCRIPTION = ExamPrescription(
    patient_id="A1",
    patient_name="SYNTHETIC^A1",
    birth_date="19600101",
    sex="F",
    exam_date="20240102",
    dialect="siemens-xa",
    model="MAGNETOM Vida",
    field_strength_t=3.0,
    b_values=(0.0, 800.0),
    lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
)


@pytest.fixture(scope="module")
def exams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exams")
    write_exam(simulate_exam(PRESCRIPTION), folder / "one")
    return folder


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return create_study(tmp_path / "study", key_file=tmp_path / "key" / "vault.key").folder


def test_a_second_adding_of_the_same_files_stores_nothing(study, exams):
    first, second = add_exams(study, [exams]), add_exams(study, [exams])
    assert (first.stored, first.duplicate, first.quarantined) == (4, 0, 0)
    assert (second.stored, second.duplicate, second.quarantined) == (0, 4, 0)
    assert second.n_exams == 1


def test_an_adding_that_was_broken_off_goes_on_where_it_was(study, exams, monkeypatch):
    import adcurate.study.receiving.intake as batches
    import adcurate.study.receiving.staging as module

    real, calls = module.prepare_object, []

    def breaks(source, pseudonyms, **options):
        calls.append(source)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(source, pseudonyms, **options)

    monkeypatch.setattr(module, "prepare_object", breaks)
    monkeypatch.setattr(batches, "_BATCH", 1)
    monkeypatch.setattr(batches, "_GROUP", 1)
    with pytest.raises(KeyboardInterrupt):
        add_exams(study, [exams], workers=0)
    monkeypatch.setattr(module, "prepare_object", real)
    after = add_exams(study, [exams], workers=0)
    assert (after.stored, after.duplicate) == (2, 2)


def test_the_same_uid_with_other_pixels_is_quarantined_with_the_bytes_as_received(study, exams, tmp_path):
    add_exams(study, [exams])
    path = sorted(p for p in exams.rglob("*") if p.is_file())[0]
    changed = pydicom.dcmread(path)
    pixels = bytearray(changed.PixelData)
    pixels[0] ^= 1
    changed.PixelData = bytes(pixels)
    changed.save_as(tmp_path / "again.dcm")
    added = add_exams(study, [tmp_path / "again.dcm"])
    assert (added.stored, added.quarantined) == (0, 1)
    assert added.refused[0].code == "dicom.uid-conflict"
    with study.open_store("read") as store:
        kept = store.quarantine.all()[0]
        assert study.open_vault(store).get_bytes(kept.vault_name) == (tmp_path / "again.dcm").read_bytes()


def test_a_refused_file_is_found_at_a_terminal_and_its_path_stands_nowhere_else(
    study, exams, tmp_path, monkeypatch, capsys
):
    whole = sorted(p for p in exams.rglob("*") if p.is_file())[0].read_bytes()
    broken = tmp_path / "cd" / "PLANTED_NAME" / "scan.dcm"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(whole[: len(whole) // 2])
    added = add_exams(study, [exams, tmp_path / "cd"])
    assert added.quarantined == 1
    assert list(added.places.values()) == [str(Path("PLANTED_NAME") / "scan.dcm")]
    assert list(added.places) == [added.refused[0].source_name]
    assert "PLANTED" not in str(added) + json.dumps(added.as_json())
    with study.open_store("read") as store:
        assert not [one for one in store.quarantine.all() if "PLANTED" in str(one)]
    show_added(study, added)
    printed = capsys.readouterr().out
    assert "PLANTED" not in printed and "Run in a terminal" in printed
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    show_added(study, added)
    assert "PLANTED_NAME/scan.dcm" in capsys.readouterr().out.replace("\\", "/")


def test_one_exam_under_two_patients_is_quarantined(study, exams, tmp_path):
    add_exams(study, [exams])
    other = simulate_exam(dataclasses.replace(PRESCRIPTION, patient_id="A2"))
    write_exam(other, tmp_path / "two")
    path = sorted(p for p in (tmp_path / "two").rglob("*") if p.is_file())[0]
    taken = pydicom.dcmread(sorted(p for p in exams.rglob("*") if p.is_file())[0])
    changed = pydicom.dcmread(path)
    changed.StudyInstanceUID = taken.StudyInstanceUID
    changed.save_as(tmp_path / "moved.dcm")
    added = add_exams(study, [tmp_path / "moved.dcm"])
    assert added.refused[0].code == "dicom.patient-conflict"


def test_a_folder_without_dicom_says_so(study, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as refused:
        add_exams(study, [tmp_path / "empty"])
    assert refused.value.code == "input.empty"


def test_a_study_opened_with_another_key_is_refused_before_anything_is_stored(
    study, exams, monkeypatch, tmp_path
):
    other = create_study(tmp_path / "other", key_file=tmp_path / "key" / "other.key")
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(other.key_file))
    with pytest.raises(AdcurateError) as refused:
        add_exams(study, [exams])
    assert refused.value.code == "vault.key-mismatch"
    with study.open_store("read") as store:
        assert store.instances.all() == ()


def test_workers_make_no_difference(exams, tmp_path):
    blobs = []
    for workers in (0, 2):
        key = tmp_path / "shared.key"
        folder = create_study(tmp_path / f"study{workers}", key_file=key).folder
        add_exams(folder, [exams], workers=workers)
        with folder.open_store("read") as store:
            blobs.append(sorted(record.blob for record in store.instances.all()))
    assert blobs[0] == blobs[1]
