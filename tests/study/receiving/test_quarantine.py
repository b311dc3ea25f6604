"""Quarantine as a person meets it: listed by reason, bytes as received, another try; and verification."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from adcurate.cli.entry import run
from adcurate.dicom.received.sources import FileSource
from adcurate.errors import AdcurateError
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.store import BlobSource
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving import staging
from adcurate.study.receiving.intake import Intake
from adcurate.study.receiving.mend import Mended, mend_study
from adcurate.study.receiving.quarantine import export_quarantine, list_quarantine, try_again
from adcurate.study.receiving.verify import Damage, verify_study

PRESCRIPTION = ExamPrescription(
    patient_id="A1",
    patient_name="SYNTHETIC^A1",
    birth_date="19600101",
    sex="F",
    exam_date="20240102",
    dialect="ge",
    model="Phantom",
    field_strength_t=1.5,
    b_values=(0.0, 400.0, 800.0),
    lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    folder = tmp_path_factory.mktemp("exam")
    write_exam(simulate_exam(PRESCRIPTION), folder)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return create_study(tmp_path / "study", key_file=tmp_path / "key" / "vault.key").folder


@pytest.fixture
def with_refusals(study: StudyFolder, files: tuple[Path, ...]) -> StudyFolder:
    with Intake(study, source="dimse") as intake:
        intake.receive(files[0].read_bytes(), "object 1")
        for number in (1, 2):
            intake.receive(files[number].read_bytes()[:-100], f"object {number + 1}")
        intake.receive(b"nothing of the kind", "object 4")
    return study


def test_what_is_held_back_is_listed_by_reason_with_a_remedy(with_refusals):
    often, once = list_quarantine(with_refusals)
    assert (often.code, len(often.objects), once.code, len(once.objects)) == (
        *("dicom.truncated", 2),
        *("dicom.not-dicom", 1),
    )
    assert often.remedy and once.sentence
    assert [record.source_name for record in often.objects] == ["object 2", "object 3"] or [
        record.source_name for record in often.objects
    ] == ["object 3", "object 2"]


def test_a_study_that_refused_nothing_says_so(study, capsys):
    assert list_quarantine(study) == ()
    assert run(["study", "quarantine", "--study", str(study.path)]) == 0
    assert "Nothing is in quarantine" in capsys.readouterr().out


def test_the_bytes_come_out_as_they_were_received(with_refusals, files, tmp_path):
    assert export_quarantine(with_refusals, tmp_path / "out") == 3
    written = {path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert written == {
        files[1].read_bytes()[:-100],
        files[2].read_bytes()[:-100],
        b"nothing of the kind",
    }
    with pytest.raises(AdcurateError) as refused:
        export_quarantine(with_refusals, tmp_path / "out")
    assert refused.value.code == "output.exists"
    with pytest.raises(AdcurateError) as refused:
        export_quarantine(with_refusals, with_refusals.path / "results" / "out")
    assert refused.value.code == "output.not-writable"


def test_a_way_round_into_the_study_is_refused_and_one_out_of_it_is_not(with_refusals, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(with_refusals.path, target_is_directory=True)
    (tmp_path / "elsewhere").mkdir()
    ways = [tmp_path / "link" / "out", tmp_path / "elsewhere" / ".." / with_refusals.path.name / "out"]
    for way in ways:
        with pytest.raises(AdcurateError, match="not written into the study"):
            export_quarantine(with_refusals, way)
    monkeypatch.chdir(with_refusals.path / "store")
    assert export_quarantine(with_refusals, Path("../../out")) == 3


def test_one_object_is_named_by_its_first_digits(with_refusals, tmp_path):
    _, once = list_quarantine(with_refusals)
    assert export_quarantine(with_refusals, tmp_path / "one", [once.objects[0].received_digest[:12]]) == 1
    for wrong in ("", "zz"):
        with pytest.raises(AdcurateError) as refused:
            export_quarantine(with_refusals, tmp_path / "none", [wrong])
        assert refused.value.code == "usage.option"


def test_another_try_stores_what_passes_now_and_the_count_still_holds(study, files, monkeypatch):
    real = staging.prepare_object

    def stumbles(source, pseudonyms, **options):
        raise RecursionError

    monkeypatch.setattr(staging, "prepare_object", stumbles)
    with Intake(study, source="dimse") as intake:
        for number in range(3):
            intake.receive(files[number].read_bytes(), f"object {number}")
        intake.receive(b"nothing of the kind", "object 4")
    monkeypatch.setattr(staging, "prepare_object", real)
    tried = try_again(study, "a newer version reads them")
    assert tried.as_json() == {
        "tried": 4,
        "stored": 3,
        "duplicate": 0,
        "still_refused": 1,
        "left_in_quarantine": 1,
    }
    with study.open_store("read") as store:
        totals = store.instances.totals()
        assert (totals.received, totals.stored, totals.quarantined) == (4, 3, 1)
        assert store.instances.verify() == ()
        assert store.runs.latest("add").note == "tried again: a newer version reads them"
    assert try_again(study, "once more").as_json()["tried"] == 1


def test_another_try_does_not_overrule_a_contradiction(study, files):
    changed = bytearray(files[0].read_bytes())
    changed[-1] ^= 1
    with Intake(study, source="dimse") as intake:
        intake.receive(files[0].read_bytes(), "object 1")
        assert intake.receive(bytes(changed), "object 2").code == "dicom.uid-conflict"
    tried = try_again(study, "perhaps")
    assert [outcome.code for outcome in tried.outcomes] == ["dicom.uid-conflict"]
    with study.open_store("read") as store:
        assert store.instances.verify() == ()
        assert len(store.quarantine.all()) == 1


def test_the_commands_say_what_to_do(with_refusals, tmp_path, capsys):
    place = ["--study", str(with_refusals.path)]
    assert run(["study", "quarantine", *place]) == 0
    shown = capsys.readouterr().out
    assert "dicom.truncated" in shown and "Next:" in shown
    assert run(["study", "quarantine", *place, "--export", str(tmp_path / "out")]) == 0
    assert "name patients" in capsys.readouterr().out
    assert run(["study", "quarantine", *place, "--try-again"]) == 2
    assert run(["study", "quarantine", *place, "--try-again", "--why", "newer version"]) == 1
    assert "3 still refused" in capsys.readouterr().out


def test_each_of_200_flipped_bits_is_found(study, files):
    rng = random.Random(5)
    with Intake(study, source="folder") as intake:
        intake.receive_many([FileSource(path, f"file {n}") for n, path in enumerate(files)])
    with study.open_store("read") as store:
        sources = store.instances.sources()
        for _ in range(200):
            path = rng.choice(sorted({source.path for source in sources}))
            whole = path.read_bytes()
            bit = rng.randrange(8 * len(whole))
            torn = bytearray(whole)
            torn[bit // 8] ^= 1 << bit % 8
            path.write_bytes(torn)
            assert store.instances.verify() or store.blobs.damaged_packs()
            path.write_bytes(whole)
    verified = verify_study(study)
    assert verified.is_whole and verified.n_objects == len(files)
    damage(source := sources[0])
    assert verify_study(study).damaged == (Damage("object", source.name),)


def damage(source: BlobSource) -> None:
    with source.path.open("r+b") as stream:
        stream.seek(source.start + source.n_bytes() - 1)
        (byte,) = stream.read(1)
        stream.seek(-1, 1)
        stream.write(bytes([byte ^ 1]))


@pytest.mark.parametrize("n_damaged", [1, 3, 50])
def test_damaged_objects_are_put_right_from_their_originals_and_nothing_else_enters(
    study, files, capsys, n_damaged
):
    place = ["--study", str(study.path)]
    sources = [FileSource(path, f"file {n}") for n, path in enumerate(files)]
    with Intake(study, source="folder") as intake:
        intake.receive_many(sources[:-1])
    with study.open_store("read") as store:
        before = {one.name: one.read() for one in store.instances.sources()}
        for source in store.instances.sources()[:n_damaged]:
            damage(source)
    assert run(["study", "verify", *place]) == 4
    assert "--mend" in capsys.readouterr().out
    originals = [part for path in files for part in ("--mend", str(path))]
    assert run(["study", "verify", *place, *originals]) == 0
    shown = capsys.readouterr().out
    assert f"Put right from their originals: {min(n_damaged, len(files) - 1)} objects." in shown
    with study.open_store("read") as store:
        assert {one.name: one.read() for one in store.instances.sources()} == before
        assert not list((store.blobs.folder / "incoming").iterdir())
    assert run(["study", "verify", *place, *originals]) == 0
    assert "Put right from their originals: 0 objects." in capsys.readouterr().out


@pytest.mark.parametrize("how", ["cut in the middle", "directory", "emptied"])
@pytest.mark.parametrize("n_more", [0, 1])
def test_a_torn_file_of_many_objects_is_put_right(study, files, how, n_more):
    kept = files[: len(files) - n_more]
    with Intake(study, source="folder") as intake:
        intake.receive_many([FileSource(path, f"file {n}") for n, path in enumerate(kept)])
    with study.open_store("read") as store:
        before = {one.name: one.read() for one in store.instances.sources()}
        pack = store.instances.sources()[0].path
    content = pack.read_bytes()
    torn = {
        "cut in the middle": content[: len(content) // 2],
        "directory": content[:-30] + bytes([content[-30] ^ 1]) + content[-29:],
        "emptied": b"",
    }[how]
    pack.write_bytes(torn)
    assert not verify_study(study).is_whole
    mend_study(study, files)
    assert verify_study(study).is_whole
    with study.open_store("read") as store:
        assert {one.name: one.read() for one in store.instances.sources()} == before


def test_an_object_that_is_gone_altogether_is_put_right_too(study, files):
    with Intake(study, source="folder") as intake:
        intake.receive_many([FileSource(path, f"file {n}") for n, path in enumerate(files)])
    with study.open_store("read") as store:
        for path in {source.path for source in store.instances.sources()}:
            path.unlink()
    assert not verify_study(study).is_whole
    assert mend_study(study, files) == Mended(len(files), 0)
    assert verify_study(study).is_whole


def test_verification_ends_with_exit_code_4_and_names_what_is_gone(with_refusals, capsys):
    place = ["--study", str(with_refusals.path)]
    assert run(["study", "verify", *place]) == 0
    assert "Everything is what was stored." in capsys.readouterr().out
    record = next(path for path in sorted(with_refusals.vault.glob("??/*")))
    record.write_bytes(record.read_bytes()[:-1] + b"x")
    next(with_refusals.store.glob("objects/??*/*")).unlink()
    assert run(["study", "verify", *place]) == 4
    shown = capsys.readouterr().out
    assert "vault" in shown and "object" in shown and "Next:" in shown
