"""One way in for many at once: exact counts, and nothing answered for that is not kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adcurate.dicom.received.sources import FileSource, Skipped
from adcurate.errors import AdcurateError, StoreError
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.store import BlobFolder
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving import staging
from adcurate.study.receiving.intake import Intake

PRESCRIPTION = ExamPrescription(
    patient_id="A1",
    patient_name="SYNTHETIC^A1",
    birth_date="19600101",
    sex="F",
    exam_date="20240102",
    dialect="ge",
    model="Phantom",
    field_strength_t=1.5,
    b_values=(0.0, 800.0),
    lesions=(LesionPrescription("1", "liver", 0.0010, 0.0007),),
)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, ...]:
    """The 50 objects of one exam."""
    folder = tmp_path_factory.mktemp("exam")
    write_exam(simulate_exam(PRESCRIPTION), folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    assert len(files) >= 50
    return tuple(path.read_bytes() for path in files[:50])


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    return create_study(tmp_path / "study", key_file=tmp_path / "key" / "vault.key").folder


def counts(intake: Intake) -> tuple[int, int, int, int]:
    totals = intake.totals
    return totals.received, totals.stored, totals.duplicate, totals.quarantined


def test_what_is_received_is_answered_with_its_codes_once_it_is_kept(study, objects):
    with Intake(study, source="dimse") as intake:
        outcome = intake.receive(objects[0], "object 1")
        with study.open_store("read") as reader:
            (record,) = reader.instances.all()
            assert reader.blobs.get(record.blob)
    assert (outcome.fate, outcome.source_name) == ("stored", "object 1")
    assert (outcome.subject, outcome.study_uid, outcome.series_uid) == (
        record.subject,
        record.study_uid,
        record.series_uid,
    )
    assert outcome.subject.startswith("S-")


def test_twenty_clients_that_send_the_same_exam_five_times_leave_one_exam(study, objects):
    def client(number: int) -> list[str]:
        order = objects[number:] + objects[:number]
        return [intake.receive(one, f"client {number}").fate for _ in range(5) for one in order]

    with Intake(study, source="dimse") as intake:
        with ThreadPoolExecutor(20) as pool:
            fates = [fate for fates in pool.map(client, range(20)) for fate in fates]
        assert counts(intake) == (5000, 50, 4950, 0)
    assert (fates.count("stored"), fates.count("duplicate")) == (50, 4950)
    with study.open_store() as store:
        records = store.instances.all()
        assert store.instances.verify() == ()
        assert (len(records), len({record.study_uid for record in records})) == (50, 1)
        assert [one.digest for one in store.blobs] == sorted(record.blob for record in records)
        files = {path for path in store.blobs.folder.rglob("*") if path.is_file()}
        assert files == {source.path for source in store.instances.sources()}
        totals = store.instances.totals()
        assert (totals.received, totals.stored, totals.duplicate) == (5000, 50, 4950)


def test_those_that_wait_together_share_one_transaction(study, objects, monkeypatch):
    together = threading.Barrier(9)
    real = staging.Stager.__call__

    def waits(self, sources):
        staged = real(self, sources)
        together.wait(10)
        return staged

    monkeypatch.setattr(staging.Stager, "__call__", waits)
    with Intake(study, source="dimse") as intake:
        intake._write_lock.acquire()
        with ThreadPoolExecutor(8) as pool:
            answers = [pool.submit(intake.receive, one, "object") for one in objects[:8]]
            together.wait(10)
            while len(intake._waiting) < 8:
                assert not any(answer.done() for answer in answers)
            intake._write_lock.release()
            assert {answer.result().fate for answer in answers} == {"stored"}
        with study.open_store("read") as reader, reader._database.read() as connection:
            assert connection.exec_driver_sql("SELECT received FROM receipts").fetchall() == [(8,)]


def test_what_is_no_image_is_skipped_with_its_reason_and_what_is_broken_is_quarantined(study, objects):
    with Intake(study, source="stow") as intake:
        intake.skip([Skipped("DICOMDIR", "dicomdir")])
        cut = intake.receive(objects[0][:-100], "object 1")
        nothing = intake.receive(b"not DICOM at all", "object 2")
        again = intake.receive(objects[0][:-100], "object 3")
        other = intake.receive(
            objects[0]
            .replace(b"1.2.840.10008.5.1.4.1.1.4", b"1.2.840.10008.5.1.4.1.1.2")
            .replace(b"CS\x02\x00MR", b"CS\x02\x00CT"),
            "object 4",
        )
        assert (cut.fate, cut.code) == ("quarantined", "dicom.truncated")
        assert (nothing.fate, nothing.code) == ("quarantined", "dicom.not-dicom")
        assert (again.fate, again.code) == ("duplicate", "dicom.truncated")
        assert (other.fate, other.code) == ("skipped", "not-mr")
        assert counts(intake) == (3, 0, 1, 2)
        assert intake.totals.skipped == {"dicomdir": 1, "not-mr": 1}
    with study.open_store("read") as store:
        assert store.instances.totals().skipped == {"dicomdir": 1, "not-mr": 1}
        vault = study.open_vault(store)
        kept = {record.code: vault.get_bytes(record.vault_name) for record in store.quarantine.all()}
    assert kept == {"dicom.truncated": objects[0][:-100], "dicom.not-dicom": b"not DICOM at all"}


def test_an_object_on_which_our_own_code_stumbles_is_quarantined_and_the_next_gets_its_turn(
    study, objects, monkeypatch
):
    real = staging.prepare_object

    def stumbles(source, pseudonyms, **options):
        if source.name == "object 1":
            raise RecursionError("SYNTHETIC^A1")
        return real(source, pseudonyms, **options)

    monkeypatch.setattr(staging, "prepare_object", stumbles)
    with Intake(study, source="dimse") as intake:
        first, second = (intake.receive(objects[n], f"object {n + 1}") for n in range(2))
    assert (first.fate, first.code, second.fate) == ("quarantined", "internal.bug", "stored")
    assert "SYNTHETIC" not in first.sentence


def test_a_full_disk_refuses_one_object_and_a_failing_one_all_that_follow(study, objects, monkeypatch):
    def fails(code):
        def stage_all(self, contents):
            raise StoreError(code, "Planted.", remedy="None.")

        return stage_all

    with Intake(study, source="dimse") as intake:
        for code in ("store.disk-full", "store.disk"):
            with monkeypatch.context() as patch:
                patch.setattr(BlobFolder, "stage_all", fails(code))
                with pytest.raises(StoreError) as refused:
                    intake.receive(objects[0], "object 1")
                assert refused.value.code == code
            if code == "store.disk-full":
                assert intake.receive(objects[0], "object 1").fate == "stored"
            else:
                with pytest.raises(StoreError):
                    intake.receive(objects[1], "object 2")
        assert counts(intake) == (1, 1, 0, 0)
    with Intake(study, source="dimse") as intake:
        assert intake.receive(objects[1], "object 2").fate == "stored"


def test_trouble_of_a_shared_write_reaches_everyone_who_waited_for_it(study, objects, monkeypatch):
    with Intake(study, source="dimse") as intake:

        def fails(batch):
            raise StoreError("store.disk-full", "Planted.", remedy="None.")

        monkeypatch.setattr(intake._keeper, "keep", fails)
        with ThreadPoolExecutor(4) as pool:
            answers = [pool.submit(intake.receive, one, "object") for one in objects[:4]]
        assert {answer.exception().code for answer in answers} == {"store.disk-full"}
        assert counts(intake) == (0, 0, 0, 0)
        assert not list((study.store / "objects" / "incoming").iterdir())


def test_an_interrupt_reaches_one_thread_and_the_others_learn_that_nothing_was_written(
    study, objects, monkeypatch
):
    with Intake(study, source="dimse") as intake:
        real = intake._keeper.keep

        def interrupted(batch):
            raise KeyboardInterrupt

        monkeypatch.setattr(intake._keeper, "keep", interrupted)
        with intake._write_lock, ThreadPoolExecutor(3) as pool:
            answers = [pool.submit(intake.receive, one, "object") for one in objects[:3]]
            while len(intake._waiting) < 3:
                pass
            intake._write_lock.release()
            kinds = sorted(type(answer.exception()).__name__ for answer in answers)
            intake._write_lock.acquire()
        assert kinds == ["InternalError", "InternalError", "KeyboardInterrupt"]
        monkeypatch.setattr(intake._keeper, "keep", real)
        assert intake.receive(objects[0], "object").fate == "stored"


def test_a_second_intake_is_refused_while_one_is_open(study):
    with (
        Intake(study, source="dimse"),
        pytest.raises(AdcurateError) as refused,
        Intake(study, source="folder"),
    ):
        pass
    assert refused.value.code == "store.locked"


def test_what_is_known_is_not_looked_into_again(study, objects, monkeypatch, tmp_path):
    sources = []
    for number, content in enumerate(objects[:20]):
        (tmp_path / f"{number}").write_bytes(content)
        sources.append(FileSource(tmp_path / f"{number}", f"file {number}"))
    with Intake(study, source="folder") as intake:
        intake.receive_many(sources)
    monkeypatch.setattr(staging, "prepare_object", None)
    with Intake(study, source="folder") as intake:
        assert intake.receive_many(sources) == ()
        assert counts(intake) == (20, 0, 20, 0)


def test_a_count_that_an_earlier_run_left_wrong_stops_the_next_at_once(study, objects):
    import sqlite3

    with Intake(study, source="dimse") as intake:
        intake.receive(objects[0], "object 1")
    with sqlite3.connect(study.store / "study.sqlite") as connection:
        connection.execute("DELETE FROM accounts")
        connection.execute("DELETE FROM instances")
    with pytest.raises(StoreError) as refused, Intake(study, source="dimse"):
        pass
    assert refused.value.code == "store.integrity"


def test_what_a_broken_off_run_had_staged_is_taken_away(study, objects):
    with Intake(study, source="dimse") as intake:
        (result,) = intake._stager([staging.HeldObject(objects[0], "object 1")])
        assert result.content.path.is_file()
    with Intake(study, source="dimse"):
        assert not result.content.path.exists()
