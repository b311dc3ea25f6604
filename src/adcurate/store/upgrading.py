"""An earlier version's store brought to this version's schema: every step, in one transaction.

Broken off anywhere the store is what it was, since SQLite undoes a transaction that did not end. It knows
nothing of numbers: whether one moves is found by who runs it on a copy first.
"""

from __future__ import annotations

from sqlalchemy import select

from adcurate.store.database import Database
from adcurate.store.schema import SCHEMA_VERSION, meta
from adcurate.store.schema.steps import UpgradeStep, steps_from


def upgrade(database: Database) -> tuple[UpgradeStep, ...]:
    """Bring a store up to this schema: all of it, or nothing; returns the steps that were made."""
    with database.begin() as connection:
        found = int(str(connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))))
        steps = steps_from(found)
        for step in steps:
            step.change(connection)
        connection.execute(meta.update().where(meta.c.key == "schema").values(value=str(SCHEMA_VERSION)))
    return steps
