"""What was taken off each stored object and what was proved of it: counts and digests, never values."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from adcurate.store.database import Database
from adcurate.store.schema import accounts, instances


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """The account of one stored object, as de-identification wrote it (JSON)."""

    sop_instance_uid: str
    series_uid: str
    study_uid: str
    subject: str
    account: str


class Accounts:
    """One account for each stored object, written in the transaction that stores it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self, *, study_uid: str | None = None) -> tuple[AccountRecord, ...]:
        """The accounts of all objects, or of those of one exam, in a fixed order."""
        query = (
            select(
                instances.c.sop_instance_uid,
                instances.c.series_uid,
                instances.c.study_uid,
                instances.c.subject,
                accounts.c.account,
            )
            .join(accounts, accounts.c.sop_instance_uid == instances.c.sop_instance_uid)
            .order_by(
                instances.c.subject,
                instances.c.study_uid,
                instances.c.series_uid,
                instances.c.sop_instance_uid,
            )
        )
        if study_uid is not None:
            query = query.where(instances.c.study_uid == study_uid)
        with self._database.read() as connection:
            return tuple(AccountRecord(*row) for row in connection.execute(query))
