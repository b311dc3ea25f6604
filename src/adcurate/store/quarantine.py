"""The objects that were refused, each with its reason; their bytes lie in the vault."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from adcurate.store.database import Database
from adcurate.store.received import QuarantineRecord
from adcurate.store.schema import quarantine


class Quarantine:
    """What was refused, to be listed and counted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[QuarantineRecord, ...]:
        """Every quarantined object, in the order in which they came."""
        query = select(
            quarantine.c.received_digest,
            quarantine.c.code,
            quarantine.c.sentence,
            quarantine.c.source_name,
            quarantine.c.vault_name,
        ).order_by(quarantine.c.receipt, quarantine.c.received_digest)
        with self._database.read() as connection:
            return tuple(QuarantineRecord(*row) for row in connection.execute(query))

    def counts(self) -> Mapping[str, int]:
        """How many objects each code holds back."""
        query = (
            select(quarantine.c.code, func.count()).group_by(quarantine.c.code).order_by(quarantine.c.code)
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}
