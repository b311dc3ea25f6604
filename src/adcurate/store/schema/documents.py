"""What people bring and decide: worksheets, links, contours, choices, protocols."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from adcurate.store.schema.base import tables

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
