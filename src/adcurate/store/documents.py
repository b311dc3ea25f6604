"""What people bring and decide: worksheets, links, contours and choices, version after version.

Nothing here is overwritten; a change is a new version, and the latest one counts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, Table, func, select

from adcurate.model import canonical_json
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.schema import choices, contours, links, worksheet_rows, worksheets

CORRECTED: Final = "worksheet.correct"

LinkStatus = Literal["matched", "awaited", "unrequested", "ambiguous"]


@dataclass(frozen=True, slots=True)
class WorksheetRow:
    """One row of the clinical worksheet under its key; `values` without identity."""

    subject: str
    visit: str
    lesion: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class WorksheetVersion:
    """One import of the worksheet; `columns` says which column was taken for what."""

    version: int
    at: str
    received_digest: str
    columns: Mapping[str, Any]
    rows: tuple[WorksheetRow, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """Cells of one column that changed, by ``subject/lesion``, and why; `person` is an id or ""."""

    column: str
    before: Mapping[str, str | float | None]
    after: Mapping[str, str | float | None]
    reason: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An exam and a worksheet row that belong together, or one that lacks the other.

    `study_uid` is "" for a row whose exam is awaited; `visit` is "" for an exam nobody asked for.
    """

    study_uid: str
    subject: str
    visit: str
    status: LinkStatus
    decided_by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class VersionedPayload:
    """One version of a contour set or a choice."""

    key: str
    version: int
    at: str
    payload: Any


class Worksheets:
    """Every import of the clinical worksheet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        rows: Sequence[WorksheetRow],
        columns: Mapping[str, Any],
        received_digest: str,
        correction: Correction | None = None,
    ) -> WorksheetVersion:
        """Store a new version, unless the latest says the same; returns the version that counts.

        A `correction` of single cells enters the audit log with it.
        """
        latest = self.latest()
        if latest is not None and latest.rows == tuple(rows) and dict(latest.columns) == dict(columns):
            return latest
        version = 1 if latest is None else latest.version + 1
        at = self._database.clock()
        with self._database.begin() as connection:
            connection.execute(
                worksheets.insert().values(
                    version=version,
                    at=at,
                    received_digest=received_digest,
                    columns=canonical_json(dict(columns)),
                )
            )
            if rows:
                connection.execute(
                    worksheet_rows.insert(),
                    [
                        {
                            "version": version,
                            "position": position,
                            "subject": row.subject,
                            "visit": row.visit,
                            "lesion": row.lesion,
                            "row": canonical_json(dict(row.values)),
                        }
                        for position, row in enumerate(rows)
                    ],
                )
            if correction is not None:
                append(
                    connection,
                    at=at,
                    person=correction.person,
                    action=CORRECTED,
                    object=correction.column,
                    before=dict(correction.before),
                    after=dict(correction.after),
                    reason=correction.reason,
                )
        return WorksheetVersion(version, at, received_digest, dict(columns), tuple(rows))

    def latest(self) -> WorksheetVersion | None:
        """The version that counts, or None."""
        with self._database.read() as connection:
            head = connection.execute(select(worksheets).order_by(worksheets.c.version.desc())).first()
        if head is None:
            return None
        columns = json.loads(head.columns)
        return WorksheetVersion(
            head.version, head.at, head.received_digest, columns, self.rows_of(head.version)
        )

    def newest(self) -> int:
        """The number of the version that counts; 0 before there is one."""
        with self._database.read() as connection:
            return connection.scalar(select(func.max(worksheets.c.version))) or 0

    def rows_of(self, version: int) -> tuple[WorksheetRow, ...]:
        """The rows of an earlier version; none where there is no such version."""
        query = select(worksheet_rows).where(worksheet_rows.c.version == version)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(worksheet_rows.c.position)).all()
        return tuple(WorksheetRow(row.subject, row.visit, row.lesion, json.loads(row.row)) for row in rows)


class Links:
    """Which exam belongs to which row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def replace(self, new: Sequence[Link]) -> int:
        """Make `new` the links that count; earlier ones stay on record. Returns the version."""
        with self._database.begin() as connection:
            version = (connection.scalar(select(func.max(links.c.version))) or 0) + 1
            at = self._database.clock()
            if new:
                connection.execute(
                    links.insert(),
                    [
                        {
                            "version": version,
                            "at": at,
                            "study_uid": link.study_uid,
                            "subject": link.subject,
                            "visit": link.visit,
                            "status": link.status,
                            "decided_by": link.decided_by,
                            "reason": link.reason,
                        }
                        for link in new
                    ],
                )
        return version

    def current(self) -> tuple[Link, ...]:
        """The links that count."""
        with self._database.read() as connection:
            newest = select(func.max(links.c.version)).scalar_subquery()
            rows = connection.execute(select(links).where(links.c.version == newest).order_by(links.c.id))
            return tuple(
                Link(row.study_uid, row.subject, row.visit, row.status, row.decided_by, row.reason)
                for row in rows
            )


class VersionedPayloads:
    """JSON under a key, version after version; a payload equal to the latest adds none."""

    def __init__(self, database: Database, table: Table) -> None:
        self._database = database
        self._table = table

    def add(self, key: str, payload: Any) -> VersionedPayload:
        """Store a new version of `key`; returns the version that counts."""
        with self._database.begin() as connection:
            return self.add_within(connection, key, payload)

    def add_logged(self, key: str, payload: Any, action: str, person_id: str) -> VersionedPayload:
        """`add`, with an entry of the log where it says something new."""
        with self._database.begin() as connection:
            before = self._latest(connection, key)
            kept = self.add_within(connection, key, payload)
            if before is None or before.version < kept.version:
                append(
                    connection,
                    at=kept.at,
                    person=person_id,
                    action=action,
                    object=key,
                    before=None if before is None else before.payload,
                    after=kept.payload,
                )
            return kept

    def add_within(self, connection: Connection, key: str, payload: Any) -> VersionedPayload:
        """`add`, as a part of the caller's transaction."""
        text = canonical_json(payload)
        latest = self._latest(connection, key)
        if latest is not None and canonical_json(latest.payload) == text:
            return latest
        version = 1 if latest is None else latest.version + 1
        at = self._database.clock()
        connection.execute(self._table.insert().values(key=key, version=version, at=at, payload=text))
        return VersionedPayload(key, version, at, json.loads(text))

    def latest(self, key: str) -> VersionedPayload | None:
        """The version of `key` that counts, or None."""
        with self._database.read() as connection:
            return self._latest(connection, key)

    def history(self, key: str) -> tuple[VersionedPayload, ...]:
        """Every version of `key`, oldest first."""
        table = self._table
        with self._database.read() as connection:
            rows = connection.execute(select(table).where(table.c.key == key).order_by(table.c.version))
            return tuple(_payload(row) for row in rows)

    def all(self) -> tuple[VersionedPayload, ...]:
        """The latest version of every key, by key."""
        table = self._table
        newest = (
            select(table.c.key, func.max(table.c.version).label("version")).group_by(table.c.key).subquery()
        )
        query = (
            select(table)
            .join(newest, (table.c.key == newest.c.key) & (table.c.version == newest.c.version))
            .order_by(table.c.key)
        )
        with self._database.read() as connection:
            return tuple(_payload(row) for row in connection.execute(query))

    def _latest(self, connection: Connection, key: str) -> VersionedPayload | None:
        table = self._table
        row = connection.execute(
            select(table).where(table.c.key == key).order_by(table.c.version.desc())
        ).first()
        return None if row is None else _payload(row)


class Contours(VersionedPayloads):
    """What readers drew, by a key of the caller's (lesion and reading)."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, contours)


class Choices(VersionedPayloads):
    """Which series or exam was used, as proposed and as confirmed."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, choices)


def _payload(row: Any) -> VersionedPayload:
    return VersionedPayload(row.key, row.version, row.at, json.loads(row.payload))
