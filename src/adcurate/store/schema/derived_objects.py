"""What was made: derived objects and their inputs, findings, runs of the steps."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from adcurate.store.schema.base import tables

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
