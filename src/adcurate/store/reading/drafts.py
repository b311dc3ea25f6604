"""Drafts: every save is a revision of its own, and none is ever changed or lost.

What one case may take in all is bounded, far above what a hand draws, so that no program fills the disk.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, func, select

from adcurate.errors import ReadError
from adcurate.model import canonical_json, content_digest
from adcurate.model.reading.draft import Draft, parse_draft
from adcurate.model.reading.kept import SavedDraft
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.reading.status import check_not_locked, stale
from adcurate.store.schema import reading_drafts as table

# A stroke takes some ten thousand bytes: room for tens of thousands of saves of one case.
MOST_BYTES_OF_A_CASE: Final = 256 * 2**20
# Of the row, and of the log's line beside it.
_BYTES_BESIDE: Final = 1024


class Drafts:
    """What readers drew so far."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taken_at: dict[str, tuple[int, int]] = {}

    def save(
        self,
        item: str,
        base_revision: int,
        key: str,
        draft: Draft,
        series: Sequence[str],
        person_id: str,
    ) -> int:
        """Keep a revision on top of `base_revision`; the same `key` again gives the same answer.

        Raises
        ------
        ReadError
            ``read.stale``: something was saved since; ``read.locked``,
            ``read.key-reused``: the key came with another draft, ``read.case-full``.
        """
        payload, names = draft.text, canonical_json(list(series))
        digest = content_digest(payload.encode())
        with self._database.begin() as connection:
            again = connection.execute(
                select(table.c.revision, table.c.digest).where(table.c.item == item, table.c.key == key)
            ).first()
            if again is not None:
                if again.digest != digest:
                    raise ReadError(
                        "read.key-reused",
                        "Another draft was saved under this key.",
                        remedy="Make a new key for each save.",
                    )
                return int(again.revision)
            check_not_locked(connection, item)
            last = connection.execute(
                select(table.c.revision, table.c.digest)
                .where(table.c.item == item)
                .order_by(table.c.revision.desc())
            ).first()
            revision = 0 if last is None else last.revision
            if base_revision != revision:
                raise stale(revision)
            size = self._taken(connection, item, revision) + len(payload) + _BYTES_BESIDE
            if size > MOST_BYTES_OF_A_CASE:
                raise _full(revision)
            at, revision = self._database.clock(), revision + 1
            connection.execute(
                table.insert().values(
                    item=item,
                    revision=revision,
                    at=at,
                    key=key,
                    digest=digest,
                    series=names,
                    payload=payload,
                )
            )
            append(
                connection,
                at=at,
                person=person_id,
                action="draft.save",
                object=item,
                before=None if last is None else {"revision": last.revision, "digest": last.digest},
                after={"revision": revision, "digest": digest},
            )
        self._taken_at[item] = revision, size
        return revision

    def _taken(self, connection: Connection, item: str, revision: int) -> int:
        """What the case takes up to its last revision; counted in the file once, since that reads it all."""
        known = self._taken_at.get(item)
        if known is None or known[0] != revision:
            counted = select(func.coalesce(func.sum(func.length(table.c.payload) + _BYTES_BESIDE), 0))
            known = revision, int(connection.execute(counted.where(table.c.item == item)).scalar_one())
            self._taken_at[item] = known
        return known[1]

    def latest(self, item: str) -> SavedDraft | None:
        """The last revision, or None."""
        with self._database.read() as connection:
            return latest_draft(connection, item)

    def at(self, item: str, revision: int) -> SavedDraft | None:
        """One revision, or None."""
        query = select(table).where(table.c.item == item, table.c.revision == revision)
        with self._database.read() as connection:
            row = connection.execute(query).first()
            return None if row is None else _saved(row)

    def history(self, item: str) -> tuple[SavedDraft, ...]:
        """Every revision, oldest first."""
        query = select(table).where(table.c.item == item).order_by(table.c.revision)
        with self._database.read() as connection:
            return tuple(_saved(row) for row in connection.execute(query))

    def spans(self) -> dict[str, tuple[str, int]]:
        """When each item was first saved, and how many revisions it has."""
        query = select(table.c.item, func.min(table.c.at), func.count()).group_by(table.c.item)
        with self._database.read() as connection:
            return {item: (at, n) for item, at, n in connection.execute(query)}


def _full(revision: int) -> ReadError:
    return ReadError(
        "read.case-full",
        f"The saves of this case take more than {MOST_BYTES_OF_A_CASE // 2**20} MB: no more are kept.",
        remedy="All saves so far are kept, and the last one can be locked. Tell the coordinator.",
        revision=revision,
    )


def latest_draft(connection: Connection, item: str) -> SavedDraft | None:
    """The last revision of a draft, inside a transaction."""
    query = select(table).where(table.c.item == item).order_by(table.c.revision.desc())
    row = connection.execute(query).first()
    return None if row is None else _saved(row)


def _saved(row: Any) -> SavedDraft:
    return SavedDraft(
        row.item,
        row.revision,
        row.at,
        row.key,
        parse_draft(json.loads(row.payload)),
        tuple(json.loads(row.series)),
    )
