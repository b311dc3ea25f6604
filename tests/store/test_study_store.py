"""The research zone on disk: nothing lost, nothing twice, nothing overwritten."""

from __future__ import annotations

import errno
import functools
import os
import pickle
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy.engine import Transaction

from adcurate.errors import StoreError
from adcurate.findings import Finding
from adcurate.model import Derivation, content_digest
from adcurate.store import Link, StudyStore, WorksheetRow, blobs, portable
from adcurate.store.blob_source import BlobSource
from adcurate.store.blobs import BlobFolder
from adcurate.store.packs import write_pack


@dataclass(frozen=True)
class Ready:
    """What ingest hands over."""

    sop_instance_uid: str
    content: bytes = b"pixels"
    subject: str = "S-1"
    study_uid: str = "2.25.1"
    series_uid: str = "2.25.2"
    exam_date: str = "20150101"
    source_name: str = "file 1"
    received: str = ""
    account: str = ""

    @property
    def received_digest(self) -> str:
        return content_digest(f"{self.sop_instance_uid}{self.received}".encode() + self.content)


@dataclass(frozen=True)
class Refused:
    received_digest: str
    code: str = "dicom.truncated"
    sentence: str = "The object ends before its last element does."
    source_name: str = "file 2"


def keep(item: object, code: str) -> str:
    return f"quarantine/{item.received_digest}"  # type: ignore[attr-defined]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StudyStore]:
    with StudyStore.create(tmp_path / "store", clock=lambda: "2030-01-01T00:00:00+00:00") as opened:
        yield opened


def flip(source: BlobSource) -> None:
    """One bit of a stored object, wherever it lies."""
    with source.path.open("r+b") as stream:
        stream.seek(source.start)
        (byte,) = stream.read(1)
        stream.seek(source.start)
        stream.write(bytes([byte ^ 1]))


def counts(receipt: object) -> tuple[int, int, int, int]:
    return receipt.received, receipt.stored, receipt.duplicate, receipt.quarantined  # type: ignore[attr-defined]


def test_a_batch_given_twice_is_all_duplicates(store: StudyStore) -> None:
    batch = [Ready(f"2.25.{number}", bytes([number])) for number in range(9)]
    refused = [Refused("a" * 64)]
    assert counts(store.instances.add_batch(batch, refused, keep_refused=keep)) == (10, 9, 0, 1)
    assert counts(store.instances.add_batch(batch, refused, keep_refused=keep)) == (10, 0, 10, 0)
    assert counts(store.instances.totals()) == (20, 9, 10, 1)
    assert len(store.instances.all()) == 9
    assert store.instances.verify() == ()


def test_the_same_object_twice_in_one_batch_is_one(store: StudyStore) -> None:
    receipt = store.instances.add_batch([Ready("2.25.5"), Ready("2.25.5")], keep_refused=keep)
    assert counts(receipt) == (2, 1, 1, 0)


def test_a_copy_with_another_header_but_the_same_science_is_a_duplicate(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.5", received="one")], keep_refused=keep)
    receipt = store.instances.add_batch([Ready("2.25.5", received="other")], keep_refused=keep)
    assert counts(receipt) == (1, 0, 1, 0)


def test_another_content_under_the_same_uid_never_overwrites(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.5", b"first")], keep_refused=keep)
    receipt = store.instances.add_batch([Ready("2.25.5", b"second")], keep_refused=keep)
    assert counts(receipt) == (1, 0, 0, 1)
    assert receipt.outcomes[0].code == "dicom.uid-conflict"
    (record,) = store.instances.all()
    assert store.blobs.get(record.blob) == b"first"
    (held,) = store.quarantine.all()
    assert (held.code, held.vault_name) == ("dicom.uid-conflict", f"quarantine/{held.received_digest}")


def test_one_exam_under_two_subjects_is_quarantined(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.5")], keep_refused=keep)
    receipt = store.instances.add_batch([Ready("2.25.6", subject="S-2")], keep_refused=keep)
    assert receipt.outcomes[0].code == "dicom.patient-conflict"
    assert store.instances.subjects() == ("S-1",)
    assert store.quarantine.counts() == {"dicom.patient-conflict": 1}


def test_broken_off_before_the_rows_the_same_batch_can_be_given_again(store: StudyStore) -> None:
    def fails(item: object, code: str) -> str:
        raise OSError("power")

    batch = [Ready("2.25.5", b"one"), Ready("2.25.6", b"two")]
    with pytest.raises(OSError, match="power"):
        store.instances.add_batch(batch, [Refused("b" * 64)], keep_refused=fails)
    assert store.instances.all() == ()
    assert store.quarantine.all() == ()
    assert len(list(store.blobs)) == 2
    assert counts(store.instances.add_batch(batch, [Refused("b" * 64)], keep_refused=keep)) == (3, 2, 0, 1)


@pytest.mark.parametrize("step", range(1, 6))
def test_a_disk_that_fills_up_at_any_step_leaves_a_store_that_goes_on(
    store: StudyStore, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    calls = 0

    def failing(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls == step:
                raise OSError(errno.ENOSPC, "No space left on device")
            return original(*arguments, **options)

        return call

    batch = [Ready(f"2.25.{number}", bytes([number])) for number in range(3)]
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync))
        patch.setattr(Path, "replace", failing(Path.replace))
        try:
            store.instances.add_batch(batch, keep_refused=keep)
            acknowledged = True
        except StoreError as trouble:
            assert trouble.code == "store.disk-full"
            acknowledged = False
    assert len(store.instances.all()) == (3 if acknowledged else 0)
    assert acknowledged == (step > 4)
    store.instances.add_batch(batch, keep_refused=keep)
    assert store.instances.verify() == ()
    assert len(store.instances.all()) == 3


def test_each_object_is_on_disk_before_its_row(store: StudyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []

    def noting(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            steps.append(name)
            return original(*arguments, **options)

        return call

    monkeypatch.setattr(os, "fsync", noting("fsync", os.fsync))
    monkeypatch.setattr(Path, "replace", noting("rename", Path.replace))
    monkeypatch.setattr(store._database, "begin", noting("begin", store._database.begin))
    monkeypatch.setattr(Transaction, "commit", noting("commit", Transaction.commit))
    store.instances.add_batch([Ready("2.25.5")], keep_refused=keep)
    assert steps == ["fsync", "begin", "rename", "fsync", "fsync", "commit"]


def test_skipped_things_are_counted_by_reason(store: StudyStore) -> None:
    for _ in range(2):
        store.instances.add_batch([], keep_refused=keep, skipped={"not-image": 2, "dicomdir": 1})
    assert store.instances.totals().skipped == {"dicomdir": 2, "not-image": 4}


def test_a_count_that_does_not_add_up_is_noticed(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.5")], keep_refused=keep)
    with sqlite3.connect(store.folder / "study.sqlite") as connection:
        connection.execute("DELETE FROM instances")
    with pytest.raises(StoreError) as trouble:
        store.instances.verify()
    assert trouble.value.code == "store.integrity"


class Conservation(RuleBasedStateMachine):
    """received = stored + duplicate + quarantined, whatever comes in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self.place = tempfile.TemporaryDirectory()
        self.store = StudyStore.create(Path(self.place.name) / "store")
        self.first: dict[str, bytes] = {}
        self.vault: set[str] = set()

    def keep(self, item: object, code: str) -> str:
        self.vault.add(item.received_digest)  # type: ignore[attr-defined]
        return "kept"

    @rule(
        uids=st.lists(st.integers(1, 4), max_size=4),
        content=st.sampled_from([b"a", b"b"]),
        subject=st.sampled_from(["S-1", "S-2"]),
        refused=st.lists(st.sampled_from("cd"), max_size=2),
    )
    def ingest(self, uids: list[int], content: bytes, subject: str, refused: list[str]) -> None:
        batch = [Ready(f"2.25.{uid}", content, subject, study_uid=f"2.25.9{uid % 2}") for uid in uids]
        receipt = self.store.instances.add_batch(
            batch, [Refused(letter * 64) for letter in refused], keep_refused=self.keep
        )
        assert receipt.received == len(uids) + len(refused)
        assert receipt.received == receipt.stored + receipt.duplicate + receipt.quarantined

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = StudyStore.open(Path(self.place.name) / "store")

    @invariant()
    def everything_is_accounted_for(self) -> None:
        assert self.store.instances.verify() == ()
        assert {record.received_digest for record in self.store.quarantine.all()} <= self.vault
        for record in self.store.instances.all():
            assert self.first.setdefault(record.sop_instance_uid, self.store.blobs.get(record.blob)) == (
                self.store.blobs.get(record.blob)
            )

    def teardown(self) -> None:
        self.store.close()
        self.place.cleanup()


Conservation.TestCase.settings = settings(max_examples=12, stateful_step_count=8, deadline=None)
TestConservation = Conservation.TestCase


def test_a_flipped_bit_is_found_and_never_served(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.5", b"one"), Ready("2.25.6", b"two")], keep_refused=keep)
    (source,) = [one for one in store.instances.sources() if one.name == "2.25.5"]
    assert pickle.loads(pickle.dumps(source)).read() == b"one"
    flip(source)
    assert store.instances.verify() == ("2.25.5",)
    with pytest.raises(StoreError, match="not what was stored"):
        source.read()


def test_a_blob_is_written_once_and_leaves_no_part_behind(tmp_path: Path) -> None:
    folder = BlobFolder(tmp_path)
    digests = [folder.put(content) for content in (b"one", b"two", b"one")]
    assert digests == [content_digest(b"one"), content_digest(b"two"), content_digest(b"one")]
    assert [one.digest for one in folder] == sorted(set(digests))
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "AB" * 32, "a" * 63])
def test_only_a_digest_names_a_blob(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError):
        BlobFolder(tmp_path).source(name)


def test_only_one_writes_at_a_time_and_readers_may_look(store: StudyStore) -> None:
    with pytest.raises(StoreError) as trouble:
        StudyStore.open(store.folder)
    assert trouble.value.code == "store.locked"
    with StudyStore.open(store.folder, "read") as reader:
        assert reader.instances.all() == ()
    store.close()
    StudyStore.open(store.folder).close()


def test_a_reader_waits_for_no_writer(store: StudyStore) -> None:
    with store._database.begin(), StudyStore.open(store.folder, "read") as reader:
        assert reader.instances.all() == ()


def test_another_schema_is_refused(store: StudyStore) -> None:
    store.close()
    with sqlite3.connect(store.folder / "study.sqlite") as connection:
        connection.execute("UPDATE meta SET value = '99'")
    with pytest.raises(StoreError) as trouble:
        StudyStore.open(store.folder)
    assert trouble.value.code == "store.schema-version"


@pytest.mark.parametrize("access", ["write", "read"])
def test_an_earlier_schema_is_named_with_the_way_up_and_nothing_is_changed(
    store: StudyStore, access: Literal["write", "read"]
) -> None:
    store.close()
    with sqlite3.connect(store.folder / "study.sqlite") as connection:
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'schema'")
    for _ in range(2):
        with pytest.raises(StoreError) as trouble:
            StudyStore.open(store.folder, access)
        assert trouble.value.code == "store.needs-upgrade"


def test_a_folder_without_a_study_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as trouble:
        StudyStore.open(tmp_path)
    assert trouble.value.code == "store.not-found"


def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portable, "file_system_of", lambda path: "nfs4")
    with pytest.raises(StoreError) as trouble:
        StudyStore.create(tmp_path / "store")
    assert trouble.value.code == "store.network-drive"


def test_the_database_keeps_its_promises(store: StudyStore) -> None:
    with store._database.begin() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_worksheets_are_versions_and_the_same_again_is_none(store: StudyStore) -> None:
    rows = [WorksheetRow("S-1", "1", "L1", {"ki67": 3, "organ": "pancreas"})]
    assert store.worksheets.latest() is None
    assert store.worksheets.add(rows, {"ki67": "Ki-67"}, "d1").version == 1
    assert store.worksheets.add(rows, {"ki67": "Ki-67"}, "d1").version == 1
    changed = store.worksheets.add([WorksheetRow("S-1", "1", "L1", {"ki67": 4})], {}, "d2")
    assert store.worksheets.latest() == changed
    assert changed.version == 2


def test_links_and_contours_keep_their_history(store: StudyStore) -> None:
    store.links.replace([Link("2.25.1", "S-1", "1", "matched", "rule")])
    store.links.replace([Link("2.25.1", "S-1", "2", "matched", "person", "two exams in a week")])
    assert [link.visit for link in store.links.current()] == ["2"]
    store.links.replace([])
    for points in ([[0, 0], [1, 0], [1, 1]], [[0, 0], [2, 0], [2, 2]], [[0, 0], [2, 0], [2, 2]]):
        store.contours.add("S-1/1/L1/reader-1", {"points": points})
    assert [item.version for item in store.contours.history("S-1/1/L1/reader-1")] == [1, 2]
    assert store.contours.all()[0].payload == {"points": [[0, 0], [2, 0], [2, 2]]}
    store.choices.add("2.25.1/adc", {"series": "2.25.2", "confirmed": False})
    assert store.choices.latest("2.25.1/adc").version == 1


def test_a_frozen_protocol_changes_only_with_a_reason(store: StudyStore) -> None:
    store.protocols.add("one")
    store.protocols.add("two")
    store.protocols.freeze()
    with pytest.raises(StoreError):
        store.protocols.add("three")
    amended = store.protocols.add("three", "a b-value was misprinted")
    assert (amended.version, bool(amended.frozen_at)) == (3, True)
    assert [version.text for version in store.protocols.history()] == ["one", "two", "three"]


def test_a_derived_object_is_made_once_and_traced_to_its_inputs(store: StudyStore) -> None:
    made = []

    def make(content: object) -> object:
        made.append(content)
        return content

    source = content_digest(b"instance")
    adc = Derivation("map", "loglinear/1", {"b": [50, 800]}, (source,))
    summary = Derivation("summary", "centre-in/1", {}, (adc.derived_id,))
    for _ in range(2):
        assert store.derived.get_or_make(adc, lambda: make(b"map bytes")) == b"map bytes"
        assert store.derived.get_or_make(summary, lambda: make({"mean": 0.001, "n": (1, 2)})) == {
            "mean": 0.001,
            "n": [1, 2],
        }
    assert len(made) == 2
    traced = store.derived.trace(summary.derived_id)
    assert [record.kind for record in traced] == ["summary", "map"]
    assert traced[-1].inputs == (source,)
    assert store.derived.of_kind("map") == (adc.derived_id,)
    with pytest.raises(StoreError):
        store.derived.get("0" * 64)


def test_a_changed_parameter_is_another_object(store: StudyStore) -> None:
    for rule_name in ("centre-in", "any-overlap"):
        store.derived.get_or_make(Derivation("summary", rule_name, {}, ()), lambda: rule_name)  # noqa: B023
    assert len(store.derived.of_kind("summary")) == 2


def test_runs_say_how_they_ended(store: StudyStore) -> None:
    with store.runs.record("ingest"):
        pass
    with pytest.raises(StoreError), store.runs.record("derive"):
        store.derived.get("0" * 64)
    with pytest.raises(ZeroDivisionError), store.runs.record("derive"):
        1 / 0  # noqa: B018
    assert [run.outcome for run in store.runs.all()] == ["done", "store.not-found", "internal.bug"]
    assert store.runs.latest("ingest").outcome == "done"


def test_findings_are_kept_once_and_replaced_by_step(store: StudyStore) -> None:
    finding = Finding("b-value.conflict", "Two tags disagree.", "warning", {"series": "2.25.2"})
    store.findings.add("ingest", [finding, finding])
    store.findings.add("ingest", [finding])
    assert store.findings.all() == (finding,)
    store.findings.replace("ingest", [])
    assert store.findings.all("ingest") == ()


def test_a_deleted_value_is_gone_from_the_file(store: StudyStore) -> None:
    store.findings.add("ingest", [Finding("x.y", "Quittenmarmelade")])
    store.findings.replace("ingest", [])
    store.close()
    content = b"".join(path.read_bytes() for path in store.folder.glob("study.sqlite*"))
    assert b"Quittenmarmelade" not in content


def test_what_is_not_stored_leaves_no_bytes_behind(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.5", b"first")], keep_refused=keep)
    batch = [Ready("2.25.5", b"second"), Ready("2.25.5", b"first"), Ready("2.25.6", b"x", subject="S-2")]
    receipt = store.instances.add_batch(batch, keep_refused=keep)
    assert counts(receipt) == (3, 0, 1, 2)
    (record,) = store.instances.all()
    files = [path for path in store.blobs.folder.rglob("*") if path.is_file()]
    assert files == [store.blobs.source(record.blob).path]


def test_what_was_staged_together_is_one_file_of_which_each_object_is_read(store: StudyStore) -> None:
    batch = [Ready(f"2.25.{number}", b"object %d" % number) for number in range(20)]
    store.instances.add_batch(batch, keep_refused=keep)
    assert len({source.path for source in store.instances.sources()}) == 1
    found = {source.name: source.read() for source in store.instances.sources()}
    assert found == {one.sop_instance_uid: one.content for one in batch}
    assert [one.digest for one in store.blobs] == sorted(content_digest(one.content) for one in batch)


def test_of_what_was_staged_together_only_what_is_stored_stays(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.1", b"first")], keep_refused=keep)
    receipt = store.instances.add_batch(
        [Ready("2.25.2", b"two"), Ready("2.25.1", b"secret of another"), Ready("2.25.3", b"three")],
        keep_refused=keep,
    )
    assert counts(receipt) == (3, 2, 0, 1)
    held = b"".join(path.read_bytes() for path in store.blobs.folder.rglob("*") if path.is_file())
    assert b"secret of another" not in held
    assert [source.read() for source in store.instances.sources()] == [b"first", b"two", b"three"]


def test_equal_bytes_of_two_objects_are_found_whichever_came_first(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.1", b"same"), Ready("2.25.2", b"other")], keep_refused=keep)
    store.instances.add_batch([Ready("2.25.3", b"same"), Ready("2.25.4", b"more")], keep_refused=keep)
    assert [one.read() for one in store.instances.sources()] == [b"same", b"other", b"same", b"more"]
    assert store.instances.verify() == ()


def test_a_file_of_a_run_that_was_broken_off_goes_when_the_study_is_opened_again(store: StudyStore) -> None:
    lost, other = [Ready(f"2.25.{n}", b"%d" % n) for n in (1, 2)], Ready("2.25.3", b"3")
    store.blobs.place(store.blobs.stage_all(one.content for one in lost))
    assert len(list(store.blobs)) == 2
    store.close()
    with StudyStore.open(store.folder) as opened:
        assert list(opened.blobs) == []
        opened.instances.add_batch([*lost, other], keep_refused=keep)
        assert len(list(opened.blobs)) == 3
    with StudyStore.open(store.folder) as opened:
        assert opened.instances.verify() == ()


@pytest.mark.parametrize("torn", [b"", b"X"])
def test_what_lies_under_the_same_name_is_trusted_only_if_it_is_the_same(
    store: StudyStore, torn: bytes
) -> None:
    batch = [Ready(f"2.25.{n}", b"object %d" % n) for n in range(4)]
    store.blobs.place(store.blobs.stage_all(one.content for one in batch))
    (pack,) = (store.blobs.folder / "packs").iterdir()
    pack.write_bytes(torn + pack.read_bytes()[1:] if torn else b"")
    store.instances.add_batch(batch, keep_refused=keep)
    assert store.instances.verify() == ()


def test_what_a_person_s_computer_leaves_beside_packs_is_no_damage(store: StudyStore) -> None:
    store.instances.add_batch([Ready(f"2.25.{n}", b"%d" % n) for n in range(3)], keep_refused=keep)
    (store.blobs.folder / "packs" / ".DS_Store").write_bytes(b"x")
    assert store.blobs.damaged_packs() == ()
    assert len(list(store.blobs)) == 3


def test_a_full_disk_leaves_nothing_of_a_file_that_was_written_anew(
    store: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = store.blobs.stage_all([b"one", b"two", b"three"])

    def full(folder: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(blobs, "sync_folder", full)
    with pytest.raises(StoreError):
        store.blobs.place(staged[:2])
    assert not [path for path in store.blobs.folder.rglob("*") if path.is_file()]


def test_a_place_over_damaged_bytes_that_fails_takes_nothing_away(
    store: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = [Ready(f"2.25.{n}", b"object %d" % n) for n in range(4)]
    store.instances.add_batch(batch, keep_refused=keep)
    staged = store.blobs.stage_all(one.content for one in batch)

    def fails(folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(blobs, "sync_folder", fails)
        with pytest.raises(StoreError):
            store.instances.put_again(staged)
    assert store.instances.verify() == ()


def test_a_disk_that_does_not_answer_is_no_damage(store: StudyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.instances.add_batch([Ready("2.25.1", b"one")], keep_refused=keep)

    def busy(*_: Any, **__: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(Path, "open", busy)
    with pytest.raises(StoreError) as trouble:
        store.instances.verify()
    assert trouble.value.code == "store.disk"


def test_a_database_that_cannot_be_read_is_an_error_with_a_name(store: StudyStore) -> None:
    store.instances.add_batch([Ready("2.25.1", b"one")], keep_refused=keep)
    store._places.close()
    store._places._path = store.folder / "nowhere.sqlite"
    with pytest.raises(StoreError) as trouble:
        store.blobs.get("a" * 64)
    assert trouble.value.code == "store.disk"


def test_a_damaged_directory_of_a_file_of_many_is_found(store: StudyStore) -> None:
    store.instances.add_batch([Ready(f"2.25.{n}", b"%d" % n) for n in range(5)], keep_refused=keep)
    assert store.blobs.damaged_packs() == ()
    (path,) = (store.blobs.folder / "packs").iterdir()
    content = path.read_bytes()
    for at in range(5, len(content)):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        assert store.blobs.damaged_packs() == (path.name,), at
    path.write_bytes(content)
    assert store.instances.verify() == ()


def test_a_batch_larger_than_one_query_takes_is_one_batch(store: StudyStore) -> None:
    batch = [Ready(f"2.25.{number}", b"%d" % number) for number in range(2000)]
    assert counts(store.instances.add_batch(batch, keep_refused=keep)) == (2000, 2000, 0, 0)
    assert counts(store.instances.add_batch(batch, keep_refused=keep)) == (2000, 0, 2000, 0)
    assert store.instances.size().n_objects == 2000


def test_what_leaves_quarantine_is_counted_once(store: StudyStore) -> None:
    late = Ready("2.25.5")
    store.instances.add_batch([], [Refused(late.received_digest)], keep_refused=keep)
    receipt = store.instances.add_batch([late], keep_refused=keep, released=[late.received_digest])
    assert counts(receipt) == (0, 1, 0, -1)
    assert counts(store.instances.totals()) == (1, 1, 0, 0)
    assert store.quarantine.all() == ()
    assert store.instances.verify() == ()


def test_findings_come_with_the_batch_or_not_at_all(store: StudyStore) -> None:
    odd = Finding("dicom.preamble", "Odd.", "note", {})

    def fails(item: object, code: str) -> str:
        raise OSError("power")

    with pytest.raises(OSError, match="power"):
        store.instances.add_batch([Ready("2.25.5")], [Refused("b" * 64)], keep_refused=fails, findings=[odd])
    assert store.findings.all() == ()
    store.instances.add_batch([Ready("2.25.5")], keep_refused=keep, findings=[odd])
    assert store.findings.all() == (odd,)


def test_bytes_are_known_from_any_thread_and_after_a_journey_to_another_process(store: StudyStore) -> None:
    one, other = Ready("2.25.5"), Ready("2.25.6")
    store.instances.add_batch([one], [Refused("c" * 64)], keep_refused=keep)
    there = pickle.loads(pickle.dumps(store.known))
    for known in (store.known, there):
        assert one.received_digest in known
        assert "c" * 64 in known
        assert other.received_digest not in known
    there.close()


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EIO])
def test_a_sync_that_fails_leaves_nothing_staged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    monkeypatch.setattr(blobs, "write_pack", functools.partial(write_pack, largest=4))
    folder = BlobFolder(tmp_path)
    real, calls = os.fsync, []

    def fsync(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError(fault, "Planted")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StoreError) as trouble:
        folder.stage_all([b"%d" % number for number in range(20)])
    assert trouble.value.code == ("store.disk-full" if fault == errno.ENOSPC else "store.disk")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
