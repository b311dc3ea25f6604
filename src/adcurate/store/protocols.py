"""The study protocol, version after version. Once it is frozen, a change is an amendment, told to the log."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from adcurate.errors import StoreError
from adcurate.model import content_digest
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.schema import protocols


@dataclass(frozen=True, slots=True)
class ProtocolVersion:
    """One version of the study protocol; `frozen_at` is "" until the first blinded read."""

    version: int
    at: str
    digest: str
    text: str
    reason: str
    frozen_at: str


class Protocols:
    """The study protocol, version after version."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, text: str, reason: str = "", *, person_id: str = "") -> ProtocolVersion:
        """Store a new version; after a freeze it is an amendment, needs a reason and enters the log.

        Raises
        ------
        StoreError
            ``store.integrity`` for an amendment without a reason (the caller asks for one first).
        """
        with self._database.begin() as connection:
            latest = _latest(connection)
            if latest is not None and latest.text == text:
                return latest
            at = self._database.clock()
            version = 1 if latest is None else latest.version + 1
            digest = content_digest(text.encode())
            is_frozen = latest is not None and bool(latest.frozen_at)
            if is_frozen and not reason.strip():
                raise StoreError(
                    "store.integrity",
                    "The protocol is frozen; a change of it is an amendment with a reason.",
                    remedy="Give the reason.",
                )
            record = ProtocolVersion(version, at, digest, text, reason, at if is_frozen else "")
            row = {name: getattr(record, name) for name in ProtocolVersion.__slots__}
            connection.execute(protocols.insert().values(**row))
            if latest is not None and is_frozen:
                append(
                    connection,
                    at=at,
                    person=person_id,
                    action="protocol.amend",
                    object=f"protocol {version}",
                    before={"version": latest.version, "digest": latest.digest},
                    after={"version": version, "digest": digest},
                    reason=reason,
                )
        return record

    def freeze(self) -> None:
        """From now on every change is an amendment."""
        with self._database.begin() as connection:
            freeze_within(connection, self._database.clock(), "")

    def latest(self) -> ProtocolVersion | None:
        """The version that counts, or None."""
        with self._database.read() as connection:
            return _latest(connection)

    def history(self) -> tuple[ProtocolVersion, ...]:
        """Every version, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(select(protocols).order_by(protocols.c.version))
            return tuple(ProtocolVersion(*row) for row in rows)

    def amendments(self) -> tuple[ProtocolVersion, ...]:
        """The versions that came after the freeze, oldest first."""
        frozen = [one for one in self.history() if one.frozen_at]
        return tuple(frozen[1:])


def freeze_within(connection: Connection, at: str, person_id: str) -> None:
    """Freeze the version that counts, as a part of the caller's transaction; once is enough."""
    latest = _latest(connection)
    if latest is None or latest.frozen_at:
        return
    connection.execute(protocols.update().where(protocols.c.version == latest.version).values(frozen_at=at))
    append(
        connection,
        at=at,
        person=person_id,
        action="protocol.freeze",
        object=f"protocol {latest.version}",
        after={"version": latest.version, "digest": latest.digest},
    )


def _latest(connection: Connection) -> ProtocolVersion | None:
    row = connection.execute(select(protocols).order_by(protocols.c.version.desc())).first()
    return None if row is None else ProtocolVersion(*row)
