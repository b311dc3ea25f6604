"""What a reader study keeps: pointers, designs, the cases of each reader, drafts, locks, decisions, seals."""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

from adcurate.store.schema.base import tables

reading_pointers = Table(
    "reading_pointers",
    tables,
    Column("id", Integer, primary_key=True),
    Column("subject", String, nullable=False),
    Column("lesion", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("subject", "lesion", "version"),
)

reading_designs = Table(
    "reading_designs",
    tables,
    Column("version", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("payload", Text, nullable=False),
)

reading_items = Table(
    "reading_items",
    tables,
    Column("item", String, primary_key=True),
    Column("reader", String, nullable=False),
    Column("session", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("visit", String, nullable=False),
    Column("lesion", String, nullable=False),
    Column("study_instance_uid", String, nullable=False),
    Column("number", Integer, nullable=False),
    UniqueConstraint("reader", "session", "position"),
    Index("items_by_lesion", "subject", "lesion"),
)

reading_drafts = Table(
    "reading_drafts",
    tables,
    Column("item", ForeignKey("reading_items.item"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("key", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("series", Text, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("item", "key"),
)

reading_locks = Table(
    "reading_locks",
    tables,
    Column("item", ForeignKey("reading_items.item"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("key", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("draft_digest", String, nullable=False),
    Column("meaning", Text, nullable=False),
    Column("numbers", Text, nullable=False),
    UniqueConstraint("item", "key"),
)

reading_amendments = Table(
    "reading_amendments",
    tables,
    Column("item", ForeignKey("reading_items.item"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("reason", Text, nullable=False),
)

reading_decisions = Table(
    "reading_decisions",
    tables,
    Column("id", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("choice", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("draft", Text, nullable=False),
)

outcome_seals = Table(
    "outcome_seals",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("sealer", String, nullable=False),
    Column("n_rows", Integer, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

outcome_openings = Table(
    "outcome_openings",
    tables,
    Column("id", ForeignKey("outcome_seals.id"), primary_key=True),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("reason", Text, nullable=False),
)

# No statement of any program that respects triggers changes what was once kept of a reading.
for _table in (
    reading_pointers,
    reading_items,
    reading_drafts,
    reading_locks,
    reading_amendments,
    reading_decisions,
    outcome_seals,
    outcome_openings,
):
    for _verb in ("UPDATE", "DELETE"):
        event.listen(
            _table,
            "after_create",
            DDL(  # type: ignore[no-untyped-call]
                f"CREATE TRIGGER {_table.name}_no_{_verb.lower()} BEFORE {_verb} ON {_table.name} "
                "BEGIN SELECT RAISE(ABORT, 'readings are append-only'); END"
            ),
        )
