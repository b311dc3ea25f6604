"""From the schema of an earlier version to this one: each step in words, and how it changes the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection

from adcurate.store.schema.base import tables

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
