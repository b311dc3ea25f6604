"""Worksheet rows in the store: without identity, as canonical JSON, and back."""

from __future__ import annotations

from datetime import date

from adcurate.model.jsonable import as_jsonable
from adcurate.model.worksheet import WorksheetRow
from adcurate.store import StudyStore
from adcurate.store import WorksheetRow as StoredRow

_DATES = ("mri_date", "histology_date")


def stored_row(row: WorksheetRow) -> StoredRow:
    """The row as the store keeps it."""
    return StoredRow(row.subject, row.visit, row.lesion, as_jsonable(row))


def current_rows(store: StudyStore) -> tuple[WorksheetRow, ...]:
    """The rows of the worksheet that counts (none before the first)."""
    version = store.worksheets.latest()
    if version is None:
        return ()
    rows = []
    for stored in version.rows:
        days = {
            name: date.fromisoformat(stored.values[name]) if stored.values.get(name) else None
            for name in _DATES
        }
        rows.append(WorksheetRow(**{**stored.values, **days}))
    return tuple(rows)
