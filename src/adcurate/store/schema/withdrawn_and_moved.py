"""Subjects who withdrew, and exams that were found to be another subject's."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table, Text

from adcurate.store.schema.base import tables

# A row stays when everything else of a subject is erased; `unfinished` says what is still to be taken away,
# so that who was broken off goes on.
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
