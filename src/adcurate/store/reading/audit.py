"""The audit log: append-only, each entry chained to the one before, written with what it tells of.

`append` takes the connection of the caller's transaction, so that a change and its entry are on disk
together or not at all::

    with database.begin() as connection:
        connection.execute(...)
        append(connection, at=database.clock(), person=person_id, action="draft.save", object=item, after=...)

Triggers refuse UPDATE and DELETE. Who edits the file with another program breaks the chain; who cuts off
its end is found by a head that was kept outside the database: reports name it, and a file of the server's.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Row, select, text

from adcurate.model.provenance import Json, canonical_json
from adcurate.model.reading.audit_entry import (
    EMPTY_HEAD,
    AuditCheck,
    AuditEntry,
    AuditFault,
    AuditHead,
    entry_hash,
)
from adcurate.store.database import Database
from adcurate.store.schema import AUDIT_TRIGGERS, audit

CLOCK_SET_BACK: Final = "clock.set-back"
BLANK: Final = {"before": "null", "after": '"erased"', "reason": ""}
"""What an entry says once its subject was erased. A later entry names it, or it is a fault."""
_NAMES_BLANKS: Final = "subject.erase"


def append(
    connection: Connection,
    *,
    at: str,
    person: str,
    action: str,
    object: str,
    before: Json = None,
    after: Json = None,
    reason: str = "",
) -> AuditHead:
    """Add an entry inside the caller's transaction; gives the new head.

    Parameters
    ----------
    at
        The store's clock now. Where it lies before the last entry's, an entry ``clock.set-back`` comes first:
        the order is told by the numbers, never by the clock.
    person
        A person's id, or "" for the program itself.
    action
        Dotted lower case, such as ``draft.save``.
    object
        What it was done to.
    """
    last = connection.execute(
        select(audit.c.sequence, audit.c.at, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
    ).first()
    head = AuditHead(last.sequence, last.hash) if last else AuditHead(0, EMPTY_HEAD)
    if last and at < last.at:
        head = _insert(connection, head, at, "", CLOCK_SET_BACK, "", last.at, at, "")
    return _insert(connection, head, at, person, action, object, before, after, reason)


class Audit:
    """Reading and checking the log. Writing is `append`, in the transaction of what is told of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, action: str, object: str, *, person: str, after: Json = None) -> AuditHead:
        """Enter what somebody did that changed nothing in the store."""
        with self._database.begin() as connection:
            at = self._database.clock()
            return append(connection, at=at, person=person, action=action, object=object, after=after)

    def head(self) -> AuditHead:
        """The last entry's number and hash, for a report to name."""
        query = select(audit.c.sequence, audit.c.hash).order_by(audit.c.sequence.desc()).limit(1)
        with self._database.read() as connection:
            last = connection.execute(query).first()
        return AuditHead(last.sequence, last.hash) if last else AuditHead(0, EMPTY_HEAD)

    def entries(self, *, after: int = 0, limit: int | None = None) -> tuple[AuditEntry, ...]:
        """Entries whose number is above `after`, oldest first."""
        query = select(audit).where(audit.c.sequence > after).order_by(audit.c.sequence).limit(limit)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def about(self, object: str, *, actions: Iterable[str] = ()) -> tuple[AuditEntry, ...]:
        """Entries about one object, oldest first; those of some actions only where they are named."""
        query = select(audit).where(audit.c.object == object).order_by(audit.c.sequence)
        named = list(actions)
        if named:
            query = query.where(audit.c.action.in_(named))
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def done(self, *actions: str) -> tuple[AuditEntry, ...]:
        """Entries of these actions, oldest first."""
        query = select(audit).where(audit.c.action.in_(actions)).order_by(audit.c.sequence)
        with self._database.read() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def check(self, anchors: Iterable[AuditHead] = ()) -> AuditCheck:
        """Recompute the whole chain and compare it with heads that were kept elsewhere."""
        wanted: dict[int, set[str]] = {}
        for anchor in anchors:
            wanted.setdefault(anchor.sequence, set()).add(anchor.hash)
        faults: list[AuditFault] = []
        head = AuditHead(0, EMPTY_HEAD)
        with self._database.read() as connection:
            faults.extend(_missing_triggers(connection))
            blanked = _blanked(connection)
            for row in connection.execute(select(audit).order_by(audit.c.sequence)):
                faults.extend(_faults(head, row, blanked))
                head = AuditHead(row.sequence, row.hash)
                others = wanted.pop(row.sequence, set()) - {row.hash}
                if others:
                    faults.append(AuditFault(row.sequence, "The entry differs from a head kept elsewhere."))
        wanted.pop(0, None)
        faults.extend(
            AuditFault(sequence, "The entry is gone; a head kept elsewhere names it.")
            for sequence in sorted(wanted)
        )
        return AuditCheck(head, tuple(faults))


def _insert(
    connection: Connection,
    head: AuditHead,
    at: str,
    person: str,
    action: str,
    object: str,
    before: Json,
    after: Json,
    reason: str,
) -> AuditHead:
    row: dict[str, Any] = {
        "sequence": head.sequence + 1,
        "at": at,
        "person": person,
        "action": action,
        "object": object,
        "before": canonical_json(before),
        "after": canonical_json(after),
        "reason": reason,
    }
    new = AuditHead(head.sequence + 1, entry_hash(head.hash, row))
    connection.execute(audit.insert().values(**row, previous=head.hash, hash=new.hash))
    return new


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(
        row.sequence,
        row.at,
        row.person,
        row.action,
        row.object,
        json.loads(row.before),
        json.loads(row.after),
        row.reason,
        row.hash,
    )


def _blanked(connection: Connection) -> dict[int, int]:
    """The entries that an erasure blanked, each with the number of the entry that says so."""
    query = select(audit.c.sequence, audit.c.after).where(audit.c.action == _NAMES_BLANKS)
    named: dict[int, int] = {}
    for row in connection.execute(query):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            named.update((int(one), row.sequence) for one in json.loads(row.after)["entries"])
    return named


def _faults(head: AuditHead, row: Row[Any], blanked: Mapping[int, int]) -> Iterator[AuditFault]:
    if row.sequence != head.sequence + 1:
        yield AuditFault(row.sequence, f"Entries are missing after number {head.sequence}.")
    if row.previous != head.hash:
        yield AuditFault(row.sequence, "The entry does not follow the one before it.")
    is_blank = all(getattr(row, name) == value for name, value in BLANK.items())
    if is_blank and blanked.get(row.sequence, 0) > row.sequence:
        # Its hash stays, and the next entry is chained to it.
        return
    told = {name: value for name, value in row._mapping.items() if name not in ("previous", "hash")}
    try:
        found = entry_hash(row.previous, told)
    except TypeError:
        found = ""
    if found != row.hash:
        yield AuditFault(row.sequence, "The entry is not what was written.")


def _missing_triggers(connection: Connection) -> Iterator[AuditFault]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    there = {row.name: row.sql for row in connection.execute(query)}
    for name, statement in AUDIT_TRIGGERS.items():
        if there.get(name) != statement:
            yield AuditFault(0, "The guard against changes of the log was taken off.")
            return
