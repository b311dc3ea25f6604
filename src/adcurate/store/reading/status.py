"""Whether a case is open, drafted, locked or being amended: told from what was kept, no field of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adcurate.errors import ReadError
from adcurate.model.reading.design import ItemState
from adcurate.model.reading.kept import ItemStatus, Lock
from adcurate.store.schema import reading_amendments, reading_drafts, reading_locks

_AT_ONCE: Final = 5_000


def status_of(connection: Connection, item: str) -> ItemStatus:
    """How far one case is."""
    return statuses_of(connection, [item])[item]


def statuses_of(connection: Connection, items: Sequence[str]) -> dict[str, ItemStatus]:
    """How far several cases are; a database names so many in one question and no more."""
    found: dict[str, ItemStatus] = {}
    for start in range(0, len(items), _AT_ONCE):
        found |= _statuses_of(connection, items[start : start + _AT_ONCE])
    return found


def _statuses_of(connection: Connection, items: Sequence[str]) -> dict[str, ItemStatus]:
    revisions, amended = (
        {
            row.item: row.last
            for row in connection.execute(
                select(table.c.item, func.max(column).label("last"))
                .where(table.c.item.in_(items))
                .group_by(table.c.item)
            )
        }
        for table, column in (
            (reading_drafts, reading_drafts.c.revision),
            (reading_amendments, reading_amendments.c.version),
        )
    )
    query = select(reading_locks).where(reading_locks.c.item.in_(items)).order_by(reading_locks.c.version)
    locks = {row.item: lock_of(row) for row in connection.execute(query)}
    found = {}
    for item in items:
        lock, revision = locks.get(item), revisions.get(item, 0)
        state: ItemState = "drafted" if revision else "open"
        if lock is not None:
            state = "amending" if amended.get(item) == lock.version else "locked"
        found[item] = ItemStatus(state, revision, lock)
    return found


def check_not_locked(connection: Connection, item: str) -> None:
    """Refuse a write to a case whose last lock stands.

    Raises
    ------
    ReadError
        ``read.locked``
    """
    locked = connection.scalar(select(func.max(reading_locks.c.version)).where(reading_locks.c.item == item))
    if locked is None:
        return
    amended = connection.scalar(
        select(func.max(reading_amendments.c.version)).where(reading_amendments.c.item == item)
    )
    if amended != locked:
        raise ReadError(
            "read.locked",
            "The reading is locked.",
            remedy="To change it, amend it and say why; the locked version stays.",
        )


def stale(revision: int) -> ReadError:
    """``read.stale``: another revision than the last was meant; `revision` is the last."""
    return ReadError(
        "read.stale",
        "The draft was saved elsewhere since this page loaded it.",
        remedy="Look at both, and keep one of them.",
        revision=revision,
    )


def lock_of(row: Any) -> Lock:
    """A lock from its row."""
    return Lock(**{**row._mapping, "numbers": json.loads(row.numbers)})
