"""Locks and amendments. A lock, the contours that it makes count and its log entry are one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from adcurate.errors import ReadError
from adcurate.model import canonical_json
from adcurate.model.reading.kept import Amendment, ItemStatus, Lock
from adcurate.store.database import Database
from adcurate.store.documents import Choices, Contours
from adcurate.store.reading.audit import append
from adcurate.store.reading.drafts import latest_draft
from adcurate.store.reading.status import check_not_locked, lock_of, stale, status_of, statuses_of
from adcurate.store.schema import reading_amendments, reading_locks


class Locks:
    """Readings that stand."""

    def __init__(self, database: Database, contours: Contours, choices: Choices) -> None:
        self._database = database
        self._contours = contours
        self._choices = choices

    def lock(
        self,
        lock: Lock,
        *,
        seen: Mapping[str, int],
        contours: Mapping[str, Any],
        choices: Sequence[tuple[str, Any]],
        person_id: str,
    ) -> Lock | None:
        """Lock an item on its last revision; None where another reading of the lesion was locked meanwhile.

        The lock's `version` and `at` are given here. The same key again gives the same lock.

        Parameters
        ----------
        seen
            The last lock's version of each other item that `contours` depend on.
        contours
            What is to count, by the key of `Contours`: of this reading, and of others that change with it.
        choices
            What is to be kept in `Choices` with it.

        Raises
        ------
        ReadError
            ``read.locked``, ``read.stale``, ``read.key-reused``
        """
        with self._database.begin() as connection:
            again = connection.execute(
                select(reading_locks).where(
                    reading_locks.c.item == lock.item, reading_locks.c.key == lock.key
                )
            ).first()
            if again is not None:
                return _same(lock_of(again), lock)
            check_not_locked(connection, lock.item)
            draft = latest_draft(connection, lock.item)
            if draft is None or draft.revision != lock.revision:
                raise stale(0 if draft is None else draft.revision)
            if any(_version(connection, item) != version for item, version in seen.items()):
                return None
            before = status_of(connection, lock.item).lock
            at = self._database.clock()
            row: dict[str, Any] = {
                "item": lock.item,
                "version": 1 if before is None else before.version + 1,
                "at": at,
                "person": lock.person,
                "key": lock.key,
                "revision": lock.revision,
                "draft_digest": lock.draft_digest,
                "meaning": lock.meaning,
                "numbers": canonical_json(lock.numbers),
            }
            connection.execute(reading_locks.insert().values(**row))
            for key, payload in sorted(contours.items()):
                self._contours.add_within(connection, key, payload)
            for key, payload in choices:
                self._choices.add_within(connection, key, payload)
            signed = {name: row[name] for name in ("version", "revision", "draft_digest", "meaning")}
            append(
                connection,
                at=at,
                person=person_id,
                action="reading.lock",
                object=lock.item,
                before=None
                if before is None
                else {"version": before.version, "draft_digest": before.draft_digest},
                after=signed,
            )
        return Lock(**{**row, "numbers": json.loads(row["numbers"])})

    def amend(self, item: str, person: str, reason: str, person_id: str) -> ItemStatus:
        """Open the last lock again; it stays, and so does what it made count, until the next lock.

        Raises
        ------
        ReadError
            ``read.not-locked``
        """
        with self._database.begin() as connection:
            status = status_of(connection, item)
            if status.state != "locked" or status.lock is None:
                raise ReadError(
                    "read.not-locked",
                    "The reading is not locked.",
                    remedy="Change it as it is; then lock it.",
                )
            at = self._database.clock()
            row = {"item": item, "version": status.lock.version, "at": at, "person": person, "reason": reason}
            connection.execute(reading_amendments.insert().values(**row))
            append(
                connection,
                at=at,
                person=person_id,
                action="reading.amend",
                object=item,
                before={"version": status.lock.version, "draft_digest": status.lock.draft_digest},
                after={"state": "amending"},
                reason=reason,
            )
            return status_of(connection, item)

    def status(self, item: str) -> ItemStatus:
        """How far one case is."""
        with self._database.read() as connection:
            return status_of(connection, item)

    def statuses(self, items: Sequence[str]) -> dict[str, ItemStatus]:
        """How far several cases are, seen at one moment."""
        with self._database.read() as connection:
            return statuses_of(connection, items)

    def of(self, item: str) -> tuple[Lock, ...]:
        """Every lock of a case, oldest first."""
        query = select(reading_locks).where(reading_locks.c.item == item).order_by(reading_locks.c.version)
        with self._database.read() as connection:
            return tuple(lock_of(row) for row in connection.execute(query))

    def amendments(self) -> tuple[Amendment, ...]:
        """Every amendment, oldest first."""
        query = select(reading_amendments).order_by(reading_amendments.c.at)
        with self._database.read() as connection:
            return tuple(Amendment(**row._mapping) for row in connection.execute(query))


def _version(connection: Connection, item: str) -> int:
    lock = status_of(connection, item).lock
    return 0 if lock is None else lock.version


def _same(kept: Lock, asked: Lock) -> Lock:
    if (kept.revision, kept.draft_digest, kept.person) != (asked.revision, asked.draft_digest, asked.person):
        raise ReadError(
            "read.key-reused",
            "Another reading was locked under this key.",
            remedy="Make a new key for each lock.",
        )
    return kept
