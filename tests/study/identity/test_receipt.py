"""The receipt: counts that add up, a proof that can be computed again, a page and a file without a person."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pydicom
import pytest

from adcurate.cli.entry import run
from adcurate.errors import StudyError
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.identity.receipt import study_receipt, write_receipt
from adcurate.study.receiving.add import add_exams

EXAM = {
    "birth_date": "19600101",
    "sex": "F",
    "exam_date": "20240102",
    "model": "MAGNETOM Vida",
    "field_strength_t": 3.0,
    "b_values": (0.0, 800.0),
    "matrix": 64,
    "lesions": (LesionPrescription("1", "liver", 0.0010, 0.0007),),
}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    folder = tmp_path_factory.mktemp("receipt")
    for patient in ("A1", "A2"):
        prescription = ExamPrescription(
            patient_id=patient, patient_name=f"SYNTHETIC^{patient}", dialect="siemens-classic", **EXAM
        )
        write_exam(simulate_exam(prescription), folder / "in" / patient)
    whole = next(path for path in (folder / "in").rglob("*") if path.is_file())
    (folder / "in" / "cut.dcm").write_bytes(whole.read_bytes()[:-50])
    made = create_study(folder / "study", key_file=folder / "vault.key").folder
    add_exams(made, [folder / "in"], workers=0)
    return made


def test_a_receipt_accounts_for_every_object(study) -> None:
    receipt = study_receipt(study)
    assert receipt.received == receipt.stored + receipt.duplicate + sum(receipt.quarantined.values())
    assert sum(exam.n_objects for exam in receipt.exams) == receipt.stored > 0
    assert len(receipt.exams) == 2
    assert sum(one.count for one in receipt.removed) == sum(exam.n_removed for exam in receipt.exams)
    assert receipt.replaced["subject"] == 2 * receipt.stored
    assert receipt.facts["b-values"] > 0
    assert receipt.facts["geometry"] > 10 * receipt.stored


def test_the_digest_of_an_exam_can_be_computed_again_from_its_objects(study) -> None:
    exam = study_receipt(study).exams[0]
    with study.open_store("read") as store:
        contents = [source.read() for source in store.instances.sources(study_uid=exam.study_uid)]
    objects = [pydicom.dcmread(io.BytesIO(content)) for content in contents]
    objects.sort(key=lambda one: (one.SeriesInstanceUID, one.SOPInstanceUID))
    digest = hashlib.sha256()
    for one in objects:
        pixels = hashlib.sha256(one.PixelData[: one.Rows * one.Columns * 2]).hexdigest()
        digest.update(f"{one.SOPInstanceUID} {pixels}\n".encode())
    assert digest.hexdigest() == exam.pixels_sha256


def test_adding_twice_counts_nothing_twice(study) -> None:
    before = study_receipt(study)
    add_exams(study, [study.path.parent / "in"], workers=0)
    after = study_receipt(study)
    assert after.exams == before.exams
    assert after.removed == before.removed
    assert after.duplicate > before.duplicate


def test_page_and_file_name_no_person_and_hold_together(study, tmp_path: Path) -> None:
    receipt = study_receipt(study)
    page = write_receipt(receipt, tmp_path)
    text = page.read_text("utf-8")
    file = json.loads((tmp_path / "receipt.json").read_text())
    for word in ("SYNTHETIC", "19600101", "20240102"):
        assert word not in text
        assert f'"{word}' not in json.dumps(file)
    for exam in receipt.exams:
        assert exam.subject in text
        assert exam.pixels_sha256[:16] in text
    assert "113107" in text
    assert file["proved"] == receipt.facts
    assert file["objects"]["stored"] == receipt.stored


def test_a_study_without_exams_says_what_to_do(tmp_path: Path) -> None:
    empty = create_study(tmp_path / "study", key_file=tmp_path / "vault.key").folder
    with pytest.raises(StudyError) as refused:
        study_receipt(empty)
    assert refused.value.code == "study.no-exams"


def test_the_command_writes_both_files_and_says_what_comes_next(study, tmp_path, capsys) -> None:
    assert run(["study", "receipt", "--study", str(study.path), "--output", str(tmp_path / "r")]) == 0
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == ["receipt.html", "receipt.json"]
    assert "Next: open" in capsys.readouterr().out
