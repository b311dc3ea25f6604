"""Subjects who withdrew: which, when, how far, why, and what is still to be taken away of one.

The row of an erased subject is its tombstone: the only thing of the subject that stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, delete, select

from adcurate.model import canonical_json
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.schema import withdrawals

Extent = Literal["stopped", "erased"]
STOPPED: Final = "subject.withdraw"
ERASED: Final = "subject.erase"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One subject who withdrew; `told` counts what there was and names what depended on it."""

    subject: str
    at: str
    extent: Extent
    reason: str
    person: str
    told: Mapping[str, Any]
    unfinished: Mapping[str, Any]


class Withdrawals:
    """The withdrawn subjects of a study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> dict[str, Withdrawal]:
        """Every withdrawn subject, by code."""
        with self._database.read() as connection:
            rows = connection.execute(select(withdrawals).order_by(withdrawals.c.at)).all()
        return {
            row.subject: Withdrawal(
                row.subject,
                row.at,
                row.extent,
                row.reason,
                row.person,
                json.loads(row.told),
                json.loads(row.unfinished),
            )
            for row in rows
        }

    def stop(self, subject: str, reason: str, person: str, told: Mapping[str, Any]) -> None:
        """Take a subject out of use; what there is of it stays."""
        with self._database.begin() as connection:
            at = self._database.clock()
            write_withdrawal(connection, Withdrawal(subject, at, "stopped", reason, person, told, {}))
            after = {"extent": "stopped"}
            append(
                connection, at=at, person=person, action=STOPPED, object=subject, after=after, reason=reason
            )

    def finished(self, subject: str) -> None:
        """Note that nothing of an erased subject is left to be taken away."""
        with self._database.begin() as connection:
            here = withdrawals.c.subject == subject
            connection.execute(withdrawals.update().where(here).values(unfinished="{}"))


def write_withdrawal(connection: Connection, one: Withdrawal) -> None:
    """Write a subject's row, in place of an earlier one."""
    connection.execute(delete(withdrawals).where(withdrawals.c.subject == one.subject))
    connection.execute(
        withdrawals.insert().values(
            subject=one.subject,
            at=one.at,
            extent=one.extent,
            reason=one.reason,
            person=one.person,
            told=canonical_json(dict(one.told)),
            unfinished=canonical_json(dict(one.unfinished)),
        )
    )
