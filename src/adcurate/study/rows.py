"""Worksheet rows in the store: without identity, as canonical JSON, and back."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Final

from adcurate.model.jsonable import as_jsonable
from adcurate.model.worksheet import WorksheetRow
from adcurate.store import StudyStore
from adcurate.store import WorksheetRow as StoredRow

_DATES = ("mri_date", "histology_date")
WITHDRAWN: Final = "withdrawn"
ERASED: Final = "withdrawn, data erased"


def stored_row(row: WorksheetRow) -> StoredRow:
    """The row as the store keeps it."""
    return StoredRow(row.subject, row.visit, row.lesion, as_jsonable(row))


def current_rows(store: StudyStore) -> tuple[WorksheetRow, ...]:
    """The rows of the worksheet that counts (none before the first), and of whoever withdrew.

    A withdrawn subject is excluded, for that reason; one whose data were erased stands in one row that says
    nothing else, so that a flow still counts it.
    """
    if store.worksheets.latest() is None:
        return ()
    withdrawn = store.withdrawals.all()
    rows = [
        dataclasses.replace(row, status="excluded", exclusion_reason=WITHDRAWN)
        if row.subject in withdrawn
        else row
        for row in stored_rows(store)
    ]
    rows += [
        WorksheetRow(code, "excluded", exclusion_reason=ERASED)
        for code, one in sorted(withdrawn.items())
        if one.extent == "erased" and one.told.get("worksheet_rows")
    ]
    return tuple(rows)


def stored_rows(store: StudyStore) -> tuple[WorksheetRow, ...]:
    """The rows of the worksheet that counts as they entered, whoever withdrew since."""
    version = store.worksheets.latest()
    return () if version is None else tuple(_row(stored) for stored in version.rows)


def rows_of_version(store: StudyStore, version: int) -> tuple[WorksheetRow, ...]:
    """The rows that an earlier worksheet had."""
    return tuple(_row(stored) for stored in store.worksheets.rows_of(version))


def _row(stored: StoredRow) -> WorksheetRow:
    days = {
        name: date.fromisoformat(stored.values[name]) if stored.values.get(name) else None for name in _DATES
    }
    return WorksheetRow(**{**stored.values, **days})
