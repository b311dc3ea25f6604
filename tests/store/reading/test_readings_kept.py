"""Drafts and locks on disk: no save is lost, none overwritten, nothing changes after a lock."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from adcurate.errors import ReadError
from adcurate.model.reading.design import ReadDesign, ReadItem
from adcurate.model.reading.draft import Draft
from adcurate.model.reading.kept import SIGNATURE_MEANING, Lock
from adcurate.store import StudyStore
from adcurate.store.reading import drafts
from adcurate.store.reading.drafts import MOST_BYTES_OF_A_CASE

ITEMS = ("case-a", "case-b")


def begun(folder: Path, items: tuple[str, ...] = ITEMS) -> StudyStore:
    """A store in which one reader has these cases."""
    store = StudyStore.create(folder)
    read = [
        ReadItem(item, "anna", 1, number, "read", f"S{number}", "1", "1", f"1.2.{number}")
        for number, item in enumerate(items, start=1)
    ]
    store.reading.designs.start(ReadDesign(("anna",)), read, "id-carla")
    return store


def signed(item: str, revision: int, draft: Draft, key: str) -> Lock:
    return Lock(item, 0, "", "anna", key, revision, draft.digest, SIGNATURE_MEANING, {"numbers": []})


def lock(store: StudyStore, item: str, key: str, contours: dict | None = None) -> Lock:
    saved = store.reading.drafts.latest(item)
    assert saved is not None
    kept = store.reading.locks.lock(
        signed(item, saved.revision, saved.draft, key),
        seen={},
        contours=contours or {},
        choices=(),
        person_id="id-anna",
    )
    assert kept is not None
    return kept


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StudyStore]:
    with begun(tmp_path / "store") as opened:
        yield opened


class Readings(RuleBasedStateMachine):
    """Saves from two pages, repeats of them, locks, amendments and restarts, against a plain list."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.store = begun(self.folder / "store")
        self.kept: dict[str, list[str]] = {item: [] for item in ITEMS}
        self.locked: dict[str, bool] = dict.fromkeys(ITEMS, False)
        self.n_locks: dict[str, int] = dict.fromkeys(ITEMS, 0)
        self.sent: list[tuple[str, int, str, Draft, int]] = []
        self.n = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    @rule(item=st.sampled_from(ITEMS), behind=st.integers(0, 2))
    def save(self, item: str, behind: int) -> None:
        self.n += 1
        base, draft, key = len(self.kept[item]) - behind, Draft(comment=f"{self.n}"), f"key{self.n}"
        try:
            revision = self.store.reading.drafts.save(item, base, key, draft, ("n1",), "id-anna")
        except ReadError as refused:
            assert refused.code == ("read.locked" if self.locked[item] else "read.stale")
            assert self.locked[item] or (behind and refused.facts == {"revision": len(self.kept[item])})
        else:
            assert not behind and not self.locked[item]
            self.kept[item].append(draft.comment)
            self.sent.append((item, base, key, draft, revision))

    @precondition(lambda self: self.sent)
    @rule(pick=st.randoms(use_true_random=False))
    def send_again(self, pick) -> None:
        item, base, key, draft, revision = pick.choice(self.sent)
        assert self.store.reading.drafts.save(item, base, key, draft, (), "id-anna") == revision
        with pytest.raises(ReadError, match="Another draft"):
            self.store.reading.drafts.save(item, base, key, Draft(comment="else"), (), "id-anna")

    @rule(item=st.sampled_from(ITEMS))
    def lock(self, item: str) -> None:
        if not self.kept[item]:
            return
        self.n += 1
        if self.locked[item]:
            with pytest.raises(ReadError, match="locked"):
                lock(self.store, item, f"key{self.n}")
            return
        kept = lock(self.store, item, f"key{self.n}", {f"S/1/{item}": [{"n": self.n, "reader": "anna"}]})
        assert kept == self.store.reading.locks.of(item)[-1]
        assert lock(self.store, item, f"key{self.n}") == kept
        self.locked[item] = True
        self.n_locks[item] += 1

    @rule(item=st.sampled_from(ITEMS))
    def amend(self, item: str) -> None:
        if self.locked[item]:
            status = self.store.reading.locks.amend(item, "anna", "wrong lesion", "id-anna")
            assert status.state == "amending" and status.revision == len(self.kept[item])
            self.locked[item] = False
        else:
            with pytest.raises(ReadError, match="not locked"):
                self.store.reading.locks.amend(item, "anna", "wrong lesion", "id-anna")

    @rule()
    def restart(self) -> None:
        self.store.close()
        self.store = StudyStore.open(self.folder / "store")

    @invariant()
    def everything_is_there(self) -> None:
        for item in ITEMS:
            history = self.store.reading.drafts.history(item)
            assert [one.draft.comment for one in history] == self.kept[item]
            assert [one.revision for one in history] == list(range(1, len(history) + 1))
            assert (self.store.reading.locks.status(item).state == "locked") == self.locked[item]
            locks = self.store.reading.locks.of(item)
            assert [one.version for one in locks] == list(range(1, self.n_locks[item] + 1))
            told = self.store.audit.about(item, actions=["draft.save"])
            assert [one.after["digest"] for one in told] == [one.draft.digest for one in history]
            locked = self.store.audit.about(item, actions=["reading.lock"])
            assert [one.after["draft_digest"] for one in locked] == [one.draft_digest for one in locks]
        assert self.store.audit.check().faults == ()


TestReadings = Readings.TestCase
TestReadings.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)


def test_a_stale_save_gets_what_was_saved_and_changes_nothing(store: StudyStore) -> None:
    store.reading.drafts.save("case-a", 0, "key-one", Draft(comment="left tab"), (), "id-anna")
    with pytest.raises(ReadError) as stale:
        store.reading.drafts.save("case-a", 0, "key-two", Draft(comment="right tab"), (), "id-anna")
    assert stale.value.code == "read.stale"
    assert stale.value.http_status == 409 and stale.value.facts == {"revision": 1}
    assert len(store.reading.drafts.history("case-a")) == 1


def test_a_lock_of_an_older_revision_is_refused(store: StudyStore) -> None:
    for number in (0, 1):
        store.reading.drafts.save(
            "case-a", number, f"key-{number}", Draft(comment=str(number)), (), "id-anna"
        )
    asked = signed("case-a", 1, Draft(comment="0"), "key-lock")
    with pytest.raises(ReadError, match="saved elsewhere"):
        store.reading.locks.lock(asked, seen={}, contours={}, choices=(), person_id="id-anna")


def test_a_lock_that_hangs_on_another_reading_waits_for_it(store: StudyStore) -> None:
    for item in ITEMS:
        store.reading.drafts.save(item, 0, f"key-{item}", Draft(comment=item), (), "id-anna")
    asked = signed("case-a", 1, Draft(comment="case-a"), "key-lock")
    lock(store, "case-b", "key-b")
    kept = store.reading.locks.lock(
        asked, seen={"case-b": 0}, contours={"k": []}, choices=(), person_id="id-anna"
    )
    assert kept is None and store.contours.all() == ()
    assert store.reading.locks.lock(
        asked, seen={"case-b": 1}, contours={"k": []}, choices=(), person_id="id-anna"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reading_drafts SET payload = '{}'",
        "DELETE FROM reading_drafts",
        "UPDATE reading_locks SET numbers = '{}'",
        "DELETE FROM reading_locks",
        "UPDATE reading_items SET lesion = '2'",
        "DELETE FROM reading_items",
    ],
)
def test_no_statement_changes_what_was_kept_of_a_reading(store: StudyStore, statement: str) -> None:
    store.reading.drafts.save("case-a", 0, "key-one", Draft(), (), "id-anna")
    lock(store, "case-a", "key-lock")
    with (
        sqlite3.connect(store.folder / "study.sqlite") as other,
        pytest.raises(sqlite3.IntegrityError, match="append-only"),
    ):
        other.execute(statement)


def run_together(n: int, work: Callable[[int], None]) -> None:
    """Let `n` threads begin at once; the first error of any is raised here."""
    ready, troubles = threading.Barrier(n), []

    def one(number: int) -> None:
        ready.wait()
        try:
            work(number)
        except BaseException as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def test_many_readers_save_at_once_and_every_save_is_kept(tmp_path: Path) -> None:
    items = tuple(f"case-{number}" for number in range(40))
    took: list[float] = []
    with begun(tmp_path / "store", items) as store:

        def read(number: int) -> None:
            for base in range(5):
                start = time.perf_counter()
                store.reading.drafts.save(
                    items[number], base, f"key-{base}", Draft(comment=str(base)), (), f"id-{number}"
                )
                took.append(time.perf_counter() - start)

        run_together(len(items), read)
        for item in items:
            assert [one.draft.comment for one in store.reading.drafts.history(item)] == list("01234")
        assert len(store.audit.done("draft.save")) == 200 and store.audit.check().faults == ()
    assert sorted(took)[int(0.95 * len(took))] < 2.0


def test_of_two_pages_that_save_at_once_one_is_told(store: StudyStore) -> None:
    outcomes: list[str] = []

    def page(number: int) -> None:
        try:
            store.reading.drafts.save("case-a", 0, f"key-{number}", Draft(comment=str(number)), (), "id-anna")
            outcomes.append("kept")
        except ReadError:
            outcomes.append("told")

    run_together(8, page)
    assert sorted(outcomes) == ["kept", *["told"] * 7]


def test_a_reader_of_the_database_waits_for_no_writer(store: StudyStore) -> None:
    seen = []
    with store._database.begin():
        thread = threading.Thread(target=lambda: seen.append(store.reading.designs.items("anna")))
        thread.start()
        thread.join(5)
    assert len(seen[0]) == 2


def test_a_case_takes_thousands_of_saves_and_then_says_that_it_is_full(
    store: StudyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_BYTES_OF_A_CASE > 10_000 * 20_000
    draft = Draft(comment="a" * 2000)
    for number in range(3):
        store.reading.drafts.save(ITEMS[0], number, f"key-{number}", draft, (), "id-anna")
    monkeypatch.setattr(drafts, "MOST_BYTES_OF_A_CASE", 5 * (len(draft.text) + 1024))
    with StudyStore.open(store.folder, "read") as reader:
        assert len(reader.reading.drafts.history(ITEMS[0])) == 3
    for again in (store.reading.drafts, drafts.Drafts(store.reading.drafts._database)):
        number = len(again.history(ITEMS[0]))
        assert again.save(ITEMS[0], number, f"key-{number}", draft, (), "id-anna") == number + 1
    with pytest.raises(ReadError) as refused:
        store.reading.drafts.save(ITEMS[0], 5, "key-5", draft, (), "id-anna")
    assert refused.value.code == "read.case-full"
    assert store.reading.drafts.save(ITEMS[0], 4, "key-4", draft, (), "id-anna") == 5
    assert store.reading.drafts.save(ITEMS[1], 0, "key-6", draft, (), "id-anna") == 1
    assert lock(store, ITEMS[0], "lock-1").revision == 5
