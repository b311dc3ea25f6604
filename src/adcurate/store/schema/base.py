"""The schema's version, and what every table belongs to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, MetaData, String, Table

SCHEMA_VERSION: Final = 4

tables = MetaData()

meta = Table("meta", tables, Column("key", String, primary_key=True), Column("value", String, nullable=False))
