"""The tables, and nothing else. Rows never leave this folder: repositories return frozen records."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    DDL,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
)

SCHEMA_VERSION: Final = 4

tables = MetaData()

meta = Table("meta", tables, Column("key", String, primary_key=True), Column("value", String, nullable=False))

subjects = Table("subjects", tables, Column("code", String, primary_key=True))

instances = Table(
    "instances",
    tables,
    Column("sop_instance_uid", String, primary_key=True),
    Column("series_uid", String, nullable=False, index=True),
    Column("study_uid", String, nullable=False, index=True),
    Column("subject", ForeignKey("subjects.code"), nullable=False, index=True),
    Column("exam_date", String, nullable=False),
    Column("blob", String, nullable=False),
    Column("received_digest", String, nullable=False, index=True),
)

packed = Table(
    "packed",
    tables,
    Column("blob", String, primary_key=True),
    Column("pack", String, nullable=False, index=True),
    Column("start", Integer, nullable=False),
    Column("length", Integer, nullable=False),
)

accounts = Table(
    "accounts",
    tables,
    Column("sop_instance_uid", ForeignKey("instances.sop_instance_uid"), primary_key=True),
    Column("account", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    tables,
    Column("received_digest", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("source_name", String, nullable=False),
    Column("vault_name", String, nullable=False),
    Column("receipt", ForeignKey("receipts.id"), nullable=False),
)

receipts = Table(
    "receipts",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("received", Integer, nullable=False),
    Column("stored", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
    Column("skipped", Text, nullable=False),
)

worksheets = Table(
    "worksheets",
    tables,
    Column("version", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("received_digest", String, nullable=False),
    Column("columns", Text, nullable=False),
)

worksheet_rows = Table(
    "worksheet_rows",
    tables,
    Column("version", ForeignKey("worksheets.version"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("subject", String, nullable=False),
    Column("visit", String, nullable=False),
    Column("lesion", String, nullable=False),
    Column("row", Text, nullable=False),
    UniqueConstraint("version", "subject", "visit", "lesion"),
)

links = Table(
    "links",
    tables,
    Column("id", Integer, primary_key=True),
    Column("version", Integer, nullable=False, index=True),
    Column("at", String, nullable=False),
    Column("study_uid", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("visit", String, nullable=False),
    Column("status", String, nullable=False),
    Column("decided_by", String, nullable=False),
    Column("reason", Text, nullable=False),
)

contours = Table(
    "contours",
    tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("key", "version"),
)

choices = Table(
    "choices",
    tables,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("key", "version"),
)

protocols = Table(
    "protocols",
    tables,
    Column("version", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("frozen_at", String, nullable=False),
)

derived = Table(
    "derived",
    tables,
    Column("derived_id", String, primary_key=True),
    Column("kind", String, nullable=False, index=True),
    Column("method", String, nullable=False),
    Column("parameters", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("blob", String),
    Column("payload", LargeBinary),
)

derived_inputs = Table(
    "derived_inputs",
    tables,
    Column("derived_id", ForeignKey("derived.derived_id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("input_id", String, nullable=False),
    Index("derived_by_input", "input_id"),
)

findings = Table(
    "findings",
    tables,
    Column("id", Integer, primary_key=True),
    Column("step", String, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("place", Text, nullable=False),
    UniqueConstraint("step", "code", "sentence", "place"),
)

runs = Table(
    "runs",
    tables,
    Column("id", Integer, primary_key=True),
    Column("step", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("finished_at", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("note", Text, nullable=False),
)

# People, their sessions, and the log of who did what.

people = Table(
    "people",
    tables,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("display_name", String, nullable=False),
    Column("password_hash", String, nullable=False),
    Column("second_factor", String, nullable=False),
    Column("second_factor_step", Integer, nullable=False),
    Column("issuer", String, nullable=False),
    Column("issuer_subject", String, nullable=False),
    Column("disabled", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Index("people_by_issuer", "issuer", "issuer_subject"),
)

person_roles = Table(
    "person_roles",
    tables,
    Column("person", ForeignKey("people.id"), primary_key=True),
    Column("role", String, primary_key=True),
    Column("site", String, primary_key=True),
)

sessions = Table(
    "sessions",
    tables,
    Column("token_digest", String, primary_key=True),
    Column("person", ForeignKey("people.id"), nullable=False, index=True),
    Column("begun_at", Integer, nullable=False),
    Column("used_at", Integer, nullable=False),
)

one_time_links = Table(
    "one_time_links",
    tables,
    Column("token_digest", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("person", ForeignKey("people.id")),
    Column("expires_at", Integer, nullable=False),
    Column("used_at", Integer),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    tables,
    Column("id", Integer, primary_key=True),
    Column("account", String, nullable=False),
    Column("at", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Index("attempts_by_account", "account", "at"),
)

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

# What a reader study keeps: pointers, its design, the cases of each reader, drafts, locks, decisions, seals.

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

# Subjects who withdrew. A row stays when everything else of a subject is erased; `unfinished` says what
# is still to be taken away, so that who was broken off goes on.
withdrawals = Table(
    "withdrawals",
    tables,
    Column("subject", String, primary_key=True),
    Column("at", String, nullable=False),
    Column("extent", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String, nullable=False),
    Column("told", Text, nullable=False),
    Column("unfinished", Text, nullable=False),
)

# Exams that were found to be another subject's.
exam_moves = Table(
    "exam_moves",
    tables,
    Column("id", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("study_uid", String, nullable=False, index=True),
    Column("before", String, nullable=False),
    Column("after", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String, nullable=False),
    Column("told", Text, nullable=False),
)
