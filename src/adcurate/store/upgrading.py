"""From the schema of an earlier version to this one: each step in words, all of them in one transaction.

Broken off anywhere the store is what it was, since SQLite undoes a transaction that did not end. It knows
nothing of numbers: whether one moves is found by who runs it on a copy first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, select

from adcurate.store.schema import SCHEMA_VERSION, meta, tables

if TYPE_CHECKING:
    from adcurate.store.database import Database

Change = Callable[[Connection], None]


def _add_tables(connection: Connection) -> None:
    tables.create_all(connection)


@dataclass(frozen=True, slots=True)
class UpgradeStep:
    """From one schema to the next; `sentence` says what becomes of what is there."""

    before: int
    sentence: str
    change: Change


STEPS: Final = (
    UpgradeStep(
        1, "A table for what was taken off each object is added; nothing stored changes.", _add_tables
    ),
    UpgradeStep(
        2,
        "Tables for packs, people, readings and the audit log are added; nothing stored changes.",
        _add_tables,
    ),
    UpgradeStep(
        3, "Tables for withdrawn subjects and moved exams are added; nothing stored changes.", _add_tables
    ),
)
EARLIER_SCHEMAS: Final = frozenset(str(step.before) for step in STEPS)


def steps_from(schema: int) -> tuple[UpgradeStep, ...]:
    """What lies between a schema and this version's."""
    return tuple(step for step in STEPS if step.before >= schema)


def upgrade(database: Database) -> tuple[UpgradeStep, ...]:
    """Bring a store up to this schema: all of it, or nothing; returns the steps that were made."""
    with database.begin() as connection:
        found = int(str(connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))))
        steps = steps_from(found)
        for step in steps:
            step.change(connection)
        connection.execute(meta.update().where(meta.c.key == "schema").values(value=str(SCHEMA_VERSION)))
    return steps
