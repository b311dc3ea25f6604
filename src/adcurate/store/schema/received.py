"""Objects that came: subjects, instances, packs, accounts of what was removed, quarantine, receipts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from adcurate.store.schema.base import tables

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
