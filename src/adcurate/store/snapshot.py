"""The database as it was at one moment, copied while others write, and the files of objects it names.

Objects never change and a row is only written after its object, so that all that a copy of the database
names is in the folder by then. It reads stores of any schema: a backup comes before an upgrade.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from adcurate.store.database_address import BUSY_TIMEOUT_S, reading_address
from adcurate.store.database_error import store_error
from adcurate.store.packs import BlobPlace
from adcurate.store.portable import sync_folder

OBJECTS = "objects"


@dataclass(frozen=True, slots=True)
class ObjectFile:
    """A file of objects below the store's folder, and what has to lie in it.

    A blob of length -1 is the whole file. `is_remade` says that nothing in it was received: who misses it
    makes it again.
    """

    path: str
    blobs: tuple[BlobPlace, ...]
    is_remade: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a copy of the database says of itself."""

    schema: int
    study_id: str
    n_objects: int
    n_exams: int
    n_subjects: int
    n_derived: int
    audit_entries: int
    audit_hash: str
    files: tuple[ObjectFile, ...]


def take_snapshot(database: Path, target: Path) -> Snapshot:
    """Copy the database into a new file, synced, and read what it names.

    Raises
    ------
    StoreError
        ``store.disk``, ``store.disk-full``, ``store.locked``, ``store.unfinished-log``
    """
    try:
        with (
            contextlib.closing(
                sqlite3.connect(reading_address(database), uri=True, timeout=BUSY_TIMEOUT_S)
            ) as source,
            contextlib.closing(sqlite3.connect(target)) as copy,
        ):
            # All pages in one step are one moment.
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA synchronous=FULL")
            found = _read(copy)
    except sqlite3.Error as trouble:
        raise store_error(str(trouble)) from trouble
    with target.open("rb+") as stream:
        os.fsync(stream.fileno())
    sync_folder(target.parent)
    return found


def faults_of_database(database: Path) -> tuple[str, ...]:
    """What SQLite finds wrong with a database's own structure.

    Raises
    ------
    StoreError
        ``store.unfinished-log``
    """
    try:
        with contextlib.closing(sqlite3.connect(reading_address(database), uri=True)) as connection:
            rows = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
            rows += [f"foreign key of {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]
    except sqlite3.Error as trouble:
        return (str(trouble),)
    return tuple(row for row in rows if row != "ok")


def _read(copy: sqlite3.Connection) -> Snapshot:
    tables = {str(row[0]) for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def one(query: str, table: str) -> tuple[object, ...]:
        row = copy.execute(query).fetchone() if table in tables else None
        return (0, "") if row is None else tuple(row)

    counts = one(
        "SELECT count(*), count(DISTINCT study_uid), count(DISTINCT subject) FROM instances", "instances"
    )
    said = one("SELECT payload, version FROM choices WHERE key = 'study' ORDER BY version DESC", "choices")
    head = one("SELECT sequence, hash FROM audit ORDER BY sequence DESC", "audit")
    return Snapshot(
        schema=int(str(one("SELECT value, key FROM meta WHERE key = 'schema'", "meta")[0])),
        study_id=str(json.loads(str(said[0])).get("id", "")) if said[0] else "",
        n_objects=int(str(counts[0])),
        n_exams=int(str(counts[1])),
        n_subjects=int(str(counts[2])),
        n_derived=int(str(one("SELECT count(*), '' FROM derived", "derived")[0])),
        audit_entries=int(str(head[0])),
        audit_hash=str(head[1]),
        files=tuple(_files(copy, tables)),
    )


def _files(copy: sqlite3.Connection, tables: set[str]) -> Iterator[ObjectFile]:
    received = {str(row[0]) for row in copy.execute("SELECT blob FROM instances")}
    made = {str(row[0]) for row in copy.execute("SELECT blob FROM derived WHERE blob IS NOT NULL")}
    packs: dict[str, list[BlobPlace]] = {}
    if "packed" in tables:
        query = "SELECT blob, pack, start, length FROM packed ORDER BY pack, start"
        for row in copy.execute(query):
            packs.setdefault(str(row[1]), []).append(BlobPlace(*row))
    in_packs = {place.blob for places in packs.values() for place in places}
    for blob in sorted((received | made) - in_packs):
        whole = BlobPlace(blob, "", 0, -1)
        yield ObjectFile(f"{OBJECTS}/{blob[:2]}/{blob[2:]}", (whole,), blob not in received)
    for pack, places in sorted(packs.items()):
        yield ObjectFile(f"{OBJECTS}/packs/{pack}", tuple(places), False)
