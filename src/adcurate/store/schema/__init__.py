"""The tables, and nothing else. Rows never leave the store: repositories return frozen records."""

from __future__ import annotations

from adcurate.store.schema.audit_log import AUDIT_TRIGGERS, audit
from adcurate.store.schema.base import SCHEMA_VERSION, meta, tables
from adcurate.store.schema.derived_objects import derived, derived_inputs, findings, runs
from adcurate.store.schema.documents import choices, contours, links, protocols, worksheet_rows, worksheets
from adcurate.store.schema.people_and_sessions import (
    one_time_links,
    people,
    person_roles,
    sessions,
    sign_in_attempts,
)
from adcurate.store.schema.reading import (
    outcome_openings,
    outcome_seals,
    reading_amendments,
    reading_decisions,
    reading_designs,
    reading_drafts,
    reading_items,
    reading_locks,
    reading_pointers,
)
from adcurate.store.schema.received import accounts, instances, packed, quarantine, receipts, subjects
from adcurate.store.schema.withdrawn_and_moved import exam_moves, withdrawals

__all__ = [
    "AUDIT_TRIGGERS",
    "SCHEMA_VERSION",
    "accounts",
    "audit",
    "choices",
    "contours",
    "derived",
    "derived_inputs",
    "exam_moves",
    "findings",
    "instances",
    "links",
    "meta",
    "one_time_links",
    "outcome_openings",
    "outcome_seals",
    "packed",
    "people",
    "person_roles",
    "protocols",
    "quarantine",
    "reading_amendments",
    "reading_decisions",
    "reading_designs",
    "reading_drafts",
    "reading_items",
    "reading_locks",
    "reading_pointers",
    "receipts",
    "runs",
    "sessions",
    "sign_in_attempts",
    "subjects",
    "tables",
    "withdrawals",
    "worksheet_rows",
    "worksheets",
]
