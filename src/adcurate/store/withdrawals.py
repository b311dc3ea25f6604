"""Subjects who withdrew: which, when, how far, why, and what is still to be taken away of one.

The row of an erased subject is its tombstone: the only thing of the subject that stays.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, delete, select

from adcurate.model import canonical_json, content_digest
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.schema import withdrawals

Extent = Literal["stopped", "erased"]
STOPPED: Final = "subject.withdraw"
ERASED: Final = "subject.erase"
MARKS: Final = "exam_marks"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One subject who withdrew; `told` counts what there was and names what depended on it.

    Under `MARKS` it has the marks of erased exams.
    """

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

    def erased_exams(self) -> frozenset[str]:
        """The marks of every exam that was erased with its subject: `exam_mark`."""
        with self._database.read() as connection:
            return marks_of_erased(connection)

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


def exam_mark(study_uid: str) -> str:
    """What stays of an erased exam, to know it again when it comes under another Patient ID.

    The UID in the study is itself made with the vault's key: nobody finds the exam by its mark without it.
    """
    return content_digest(f"erased exam {study_uid}".encode())


def marks_of_erased(connection: Connection) -> frozenset[str]:
    """The marks of erased exams, inside a transaction."""
    told = connection.scalars(select(withdrawals.c.told).where(withdrawals.c.extent == "erased"))
    return frozenset(mark for one in told for mark in json.loads(one).get(MARKS, ()))


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
