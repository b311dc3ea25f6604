"""The tables, and nothing else. Rows never leave this folder: repositories return frozen records."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
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
)

SCHEMA_VERSION: Final = 2

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
