"""People, their roles, sessions, one-time links and tries to sign in."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from adcurate.store.schema.base import tables

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
