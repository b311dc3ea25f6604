"""The log of who did what, and the triggers that keep it append-only."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, Column, Integer, String, Table, Text, event

from adcurate.store.schema.base import tables

audit = Table(
    "audit",
    tables,
    Column("sequence", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("action", String, nullable=False, index=True),
    Column("object", String, nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)

# INSERT OR REPLACE deletes without asking a trigger on DELETE: a number that exists is refused before.
AUDIT_TRIGGERS: Final = {
    "audit_no_update": (
        "CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    "audit_no_delete": (
        "CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
    "audit_next_number": (
        "CREATE TRIGGER audit_next_number BEFORE INSERT ON audit "
        "WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM audit) "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
    ),
}
for _statement in AUDIT_TRIGGERS.values():
    event.listen(audit, "after_create", DDL(_statement))  # type: ignore[no-untyped-call]
