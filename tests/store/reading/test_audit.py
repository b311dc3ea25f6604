"""The audit log: what is written stays, and whatever is done to the file is found."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from adcurate.model.reading.audit_entry import AuditHead, entry_hash
from adcurate.store.database import Database
from adcurate.store.reading.audit import CLOCK_SET_BACK, Audit, append
from adcurate.store.schema import AUDIT_TRIGGERS, subjects

COLUMNS = ("sequence", "at", "person", "action", "object", "before", "after", "reason", "previous", "hash")


def database_with(path: Path, n_entries: int) -> Database:
    database = Database(path)
    database.create()
    for number in range(n_entries):
        with database.begin() as connection:
            append(
                connection,
                at=f"2026-01-01T00:{number // 60:02d}:{number % 60:02d}+00:00",
                person=f"p{number % 3}",
                action="draft.save",
                object=f"item-{number % 7}",
                before=None if number < 7 else {"revision": number // 7},
                after={"revision": number // 7 + 1, "text": "größer"},
                reason="seen again" if number % 5 == 0 else "",
            )
    return database


def test_a_log_as_it_was_written_has_no_fault(tmp_path: Path) -> None:
    audit = Audit(database_with(tmp_path / "a.sqlite", 12))
    check = audit.check([audit.head()])
    assert (check.faults, check.head.sequence) == ((), 12)
    entry = audit.entries(after=7, limit=1)[0]
    assert (entry.sequence, entry.before, entry.after) == (
        8,
        {"revision": 1},
        {"revision": 2, "text": "größer"},
    )
    assert [one.sequence for one in audit.about("item-0")] == [1, 8]
    assert audit.done("nothing") == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET reason = 'other' WHERE sequence = 2",
        "DELETE FROM audit WHERE sequence = 3",
        "DELETE FROM audit",
        "INSERT OR REPLACE INTO audit SELECT sequence, at, 'other', action, object, before, after, reason, "
        "previous, hash FROM audit WHERE sequence = 2",
        "INSERT INTO audit SELECT sequence + 10, at, person, action, object, before, after, reason, "
        "previous, hash FROM audit WHERE sequence = 3",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(tmp_path: Path, statement: str) -> None:
    database = database_with(tmp_path / "a.sqlite", 3)
    with pytest.raises(IntegrityError, match="append-only"), database.begin() as connection:
        connection.execute(text(statement))
    assert Audit(database).check().faults == ()


def test_a_change_and_its_entry_are_one_transaction(tmp_path: Path) -> None:
    database = database_with(tmp_path / "a.sqlite", 1)
    with pytest.raises(RuntimeError), database.begin() as connection:
        connection.execute(subjects.insert().values(code="S-1"))
        append(connection, at=database.clock(), person="p", action="subject.add", object="S-1")
        raise RuntimeError
    with database.read() as connection:
        assert connection.execute(subjects.select()).all() == []
    assert Audit(database).head().sequence == 1


def test_a_clock_that_was_set_back_is_told_and_the_order_is_kept(tmp_path: Path) -> None:
    database = database_with(tmp_path / "a.sqlite", 2)
    with database.begin() as connection:
        append(connection, at="2025-12-31T23:00:00+00:00", person="p1", action="draft.save", object="item-1")
    told = Audit(database).entries(after=1)
    assert [one.action for one in told] == ["draft.save", CLOCK_SET_BACK, "draft.save"]
    assert (told[1].before, told[1].after) == ("2026-01-01T00:00:01+00:00", "2025-12-31T23:00:00+00:00")
    assert Audit(database).check().faults == ()


def _rows(connection: sqlite3.Connection) -> list[tuple[object, ...]]:
    return connection.execute("SELECT * FROM audit ORDER BY sequence").fetchall()


def _tamper(connection: sqlite3.Connection, chance: random.Random, n_entries: int) -> str:
    """Do one thing to the log that nobody may do."""
    where = chance.randrange(1, n_entries + 1)
    kind = chance.choice(["edit", "edit", "edit", "delete", "tail", "swap", "insert", "all"])
    if kind == "edit":
        column = chance.choice(COLUMNS)
        other = {"sequence": where + 10 * n_entries}.get(column, f"x{chance.random()}")
        connection.execute(f"UPDATE audit SET {column} = ? WHERE sequence = ?", (other, where))
    elif kind == "delete":
        connection.execute("DELETE FROM audit WHERE sequence = ?", (where,))
    elif kind == "tail":
        connection.execute("DELETE FROM audit WHERE sequence >= ?", (where,))
    elif kind == "all":
        connection.execute("DELETE FROM audit")
    elif kind == "insert":
        connection.execute(
            "INSERT INTO audit VALUES (?, 'now', 'p9', 'draft.lock', 'item-1', 'null', 'null', '', ?, ?)",
            (n_entries + 1, "0" * 64, "1" * 64),
        )
    else:
        other = where % n_entries + 1
        for now, then in ((where, -1), (other, where), (-1, other)):
            connection.execute("UPDATE audit SET sequence = ? WHERE sequence = ?", (then, now))
    return kind


def test_a_thousand_random_changes_of_the_file_are_found(tmp_path: Path) -> None:
    n_entries = 20
    database = database_with(tmp_path / "a.sqlite", n_entries)
    database.close()
    original = tmp_path / "plain.sqlite"
    with sqlite3.connect(tmp_path / "a.sqlite") as source, sqlite3.connect(original) as target:
        source.backup(target)
    plain = Database(original)
    anchor = Audit(plain).head()
    plain.close()
    chance = random.Random(2026)
    missed = []
    for _ in range(1000):
        shutil.copyfile(original, tmp_path / "tampered.sqlite")
        with closing(sqlite3.connect(tmp_path / "tampered.sqlite", isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.execute("BEGIN")
            before = _rows(connection)
            for name in AUDIT_TRIGGERS:
                connection.execute(f"DROP TRIGGER {name}")
            kind = _tamper(connection, chance, n_entries)
            assert _rows(connection) != before, kind
            for statement in AUDIT_TRIGGERS.values():
                connection.execute(statement)
            connection.execute("COMMIT")
        tampered = Database(tmp_path / "tampered.sqlite")
        if not Audit(tampered).check([anchor]).faults:
            missed.append(kind)
        tampered.close()
    assert missed == []


def _forge(path: Path, sequences: range) -> None:
    """Change an entry, and write the next ones anew as far as `sequences` goes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("DROP TRIGGER audit_no_update")
        for sequence in sequences:
            row = dict(connection.execute("SELECT * FROM audit WHERE sequence = ?", (sequence,)).fetchone())
            if sequence == sequences[0]:
                row["reason"] = "forged"
            else:
                before = "SELECT hash FROM audit WHERE sequence = ?"
                row["previous"] = connection.execute(before, (sequence - 1,)).fetchone()["hash"]
            told = {name: value for name, value in row.items() if name not in ("previous", "hash")}
            changed = (row["reason"], row["previous"], entry_hash(row["previous"], told), sequence)
            connection.execute(
                "UPDATE audit SET reason = ?, previous = ?, hash = ? WHERE sequence = ?", changed
            )
        connection.execute(AUDIT_TRIGGERS["audit_no_update"])


def test_a_forger_must_write_all_that_follows_anew_and_is_found_by_a_kept_head(tmp_path: Path) -> None:
    for upto in range(3, 9):
        path = tmp_path / f"{upto}.sqlite"
        database = database_with(path, 8)
        kept = Audit(database).head()
        database.close()
        _forge(path, range(3, upto + 1))
        if upto < 8:
            assert [one.sequence for one in Audit(database).check().faults] == [upto + 1]
        else:
            assert Audit(database).check().faults == ()
        assert Audit(database).check([kept]).faults != ()


def test_an_entry_s_hash_covers_the_one_before() -> None:
    assert entry_hash("0" * 64, {"sequence": 1}) != entry_hash("1" * 64, {"sequence": 1})


def test_a_guard_that_was_taken_off_is_found(tmp_path: Path) -> None:
    for name in AUDIT_TRIGGERS:
        path = tmp_path / f"{name}.sqlite"
        database = database_with(path, 2)
        with sqlite3.connect(path, isolation_level=None) as connection:
            connection.execute(f"DROP TRIGGER {name}")
        assert [one.sequence for one in Audit(database).check().faults] == [0]


def test_a_cut_off_end_needs_a_head_that_was_kept_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    database = database_with(path, 9)
    kept = Audit(database).head()
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("DROP TRIGGER audit_no_delete")
        connection.execute("DELETE FROM audit WHERE sequence > 6")
        connection.execute(AUDIT_TRIGGERS["audit_no_delete"])
    assert Audit(database).check().faults == ()
    assert [one.sequence for one in Audit(database).check([kept]).faults] == [9]
    assert Audit(database).check([AuditHead(6, "f" * 64)]).faults != ()
