"""De-identify here, send there: what leaves names nobody, what arrives with the key stays as it is."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pydicom
import pytest

import adcurate.study.identity.deidentify as module
from adcurate.cli.entry import run
from adcurate.errors import AdcurateError
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.identity.deidentify import deidentify_for_sending, make_key
from adcurate.study.receiving.add import add_exams


@pytest.fixture(scope="module")
def exams(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exams")
    for patient in ("A1", "A2"):
        prescription = ExamPrescription(
            patient_id=f"HOSPITAL-{patient}",
            patient_name=f"KOWALSKA^SYNTHETIC {patient}",
            birth_date="19600101",
            sex="F",
            exam_date="20240102",
            dialect="ge",
            model="SIGNA Pioneer",
            field_strength_t=3.0,
            b_values=(0.0, 800.0),
            matrix=64,
            lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
        )
        write_exam(simulate_exam(prescription), folder / patient)
    return folder


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "safe" / "study.key")
    return tmp_path / "safe" / "study.key"


def objects_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.dcm"))}


def blobs(study: StudyFolder) -> list[tuple[str, str, str]]:
    with study.open_store("read") as store:
        return sorted((one.subject, one.sop_instance_uid, one.blob) for one in store.instances.all())


def test_what_is_sent_names_nobody_and_is_complete(exams, key, tmp_path) -> None:
    sending = deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    n_received = sum(path.is_file() for path in exams.rglob("*"))
    sent = objects_in(tmp_path / "out")
    assert len(sent) == sending.n_written == sending.receipt.stored == n_received
    for path in (tmp_path / "out").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for word in (b"KOWALSKA", b"HOSPITAL", b"19600101", b"20240102"):
            assert word not in content + str(path.relative_to(tmp_path / "out")).encode()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"objects", "receipt.html", "receipt.json"}


def test_a_centre_with_the_key_stores_what_was_sent_and_what_came_by_itself_as_one(
    exams, key, tmp_path
) -> None:
    deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    by_mail = create_study(tmp_path / "mail", key_file=key).folder
    direct = create_study(tmp_path / "direct", key_file=key).folder
    add_exams(by_mail, [tmp_path / "out"], workers=0)
    add_exams(direct, [exams], workers=0)
    assert blobs(by_mail) == blobs(direct)
    again = add_exams(by_mail, [exams], workers=0)
    assert (again.stored, again.quarantined) == (0, 0)


def test_a_centre_with_another_key_codes_anew_and_links_by_the_sender_s_codes(exams, key, tmp_path) -> None:
    deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    there = create_study(tmp_path / "there", key_file=tmp_path / "there.key").folder
    add_exams(there, [tmp_path / "out"], workers=0)
    sent = {path.name for path in (tmp_path / "out" / "objects").iterdir()}
    with there.open_store("read") as store:
        vault = there.open_vault(store)
        assert not set(store.instances.subjects()) & sent
        assert {vault.identity(code).patient_id for code in store.instances.subjects()} == sent


def test_broken_off_it_goes_on_and_gives_the_same(exams, key, tmp_path, monkeypatch) -> None:
    whole = deidentify_for_sending([exams], tmp_path / "whole", key, workers=0)
    real, copied = module._copy, []

    def breaks(source: Path, target: Path) -> None:
        if len(copied) == 3:
            target.write_bytes(b"half")
            raise KeyboardInterrupt
        copied.append(target)
        real(source, target)

    monkeypatch.setattr(module, "_copy", breaks)
    with pytest.raises(KeyboardInterrupt):
        deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    monkeypatch.setattr(module, "_copy", real)
    after = deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    assert after.n_written == whole.n_written - 3
    assert objects_in(tmp_path / "out") == objects_in(tmp_path / "whole")
    assert deidentify_for_sending([exams], tmp_path / "out", key, workers=0).n_written == 0


def test_the_table_of_persons_is_for_the_sender_alone(exams, key, tmp_path, capsys) -> None:
    out, table = str(tmp_path / "out"), tmp_path / "safe" / "persons.csv"
    command = ["deidentify", str(exams), out, "--key-file", str(key), "--workers", "0"]
    assert run([*command, "--subject-table", str(tmp_path / "out" / "persons.csv")]) == 2
    assert not (tmp_path / "out").exists()
    assert run([*command, "--subject-table", str(table)]) == 0
    rows = list(csv.DictReader(table.open(encoding="utf-8-sig")))
    assert {row["patient_id"] for row in rows} == {"HOSPITAL-A1", "HOSPITAL-A2"}
    assert {row["code"] for row in rows} == {path.name for path in (tmp_path / "out" / "objects").iterdir()}
    assert "KOWALSKA" not in capsys.readouterr().out
    assert table.stat().st_mode & 0o077 == 0
    kept = b"".join(path.read_bytes() for path in (tmp_path / "safe").rglob("*") if path.is_file())
    assert b"KOWALSKA" not in kept.replace(table.read_bytes(), b"")


def test_refused_objects_are_listed_and_their_bytes_stay_with_the_sender(
    exams, key, tmp_path, capsys
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    path = next(path for path in sorted(exams.rglob("*")) if path.is_file())
    (bad / "cut.dcm").write_bytes(path.read_bytes()[:-60])
    (bad / "whole.dcm").write_bytes(path.read_bytes())
    out = str(tmp_path / "out")
    assert run(["deidentify", str(bad), out, "--key-file", str(key), "--json", "-", "--workers", "0"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert [one["source"] for one in told["refused"]] == ["file 1"]
    assert told["objects_written"] == 1
    assert len(objects_in(tmp_path / "out")) == 1


@pytest.mark.parametrize(
    ("where", "code"),
    [
        ("key", "usage.option"),
        ("records", "usage.option"),
        ("inside", "usage.option"),
        ("full", "output.exists"),
    ],
)
def test_places_that_would_give_somebody_away_are_refused(exams, key, tmp_path, where, code) -> None:
    destination, key_file, records = tmp_path / "out", key, None
    if where == "key":
        key_file = tmp_path / "out" / "study.key"
    elif where == "records":
        records = tmp_path / "out" / "records"
    elif where == "inside":
        destination = exams / "out"
    else:
        destination.mkdir()
        (destination / "letter.txt").write_text("hello")
    with pytest.raises(AdcurateError) as refused:
        deidentify_for_sending([exams], destination, key_file, records=records, workers=0)
    assert refused.value.code == code


def test_a_key_is_not_made_where_it_must_not_lie(exams, tmp_path) -> None:
    for _ in range(2):
        with pytest.raises(AdcurateError) as refused:
            deidentify_for_sending(
                [exams], tmp_path / "out", tmp_path / "out" / "new.key", new_key=True, workers=0
            )
        assert refused.value.code == "usage.option"
    assert not (tmp_path / "out").exists()
    deidentify_for_sending([exams], tmp_path / "out", tmp_path / "safe" / "new.key", new_key=True, workers=0)


def test_a_missing_key_a_present_key_and_another_key_are_refused(exams, key, tmp_path) -> None:
    with pytest.raises(AdcurateError) as missing:
        deidentify_for_sending([exams], tmp_path / "out", tmp_path / "none.key", workers=0)
    assert missing.value.code == "vault.key-missing"
    with pytest.raises(AdcurateError) as present:
        make_key(key)
    assert present.value.code == "output.exists"
    deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    make_key(tmp_path / "safe" / "second.key")
    with pytest.raises(AdcurateError) as other:
        deidentify_for_sending([exams], tmp_path / "out", tmp_path / "safe" / "second.key", workers=0)
    assert other.value.code == "vault.key-mismatch"


def test_what_was_sent_still_says_what_was_measured(exams, key, tmp_path) -> None:
    deidentify_for_sending([exams], tmp_path / "out", key, workers=0)
    sent = [pydicom.dcmread(path) for path in (tmp_path / "out").rglob("*.dcm")]
    came = [pydicom.dcmread(path) for path in exams.rglob("*") if path.is_file()]
    assert sorted(one.PixelData for one in sent) == sorted(one.PixelData for one in came)
