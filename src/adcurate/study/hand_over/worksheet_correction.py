"""One column of the worksheet corrected by a returned file: a new version of it, told in the audit log."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from adcurate.model.worksheet import WorksheetRow
from adcurate.store import StudyStore
from adcurate.store.documents import Correction
from adcurate.study.rows import stored_row, stored_rows


def correct_worksheet(
    store: StudyStore,
    row_of: Mapping[str, WorksheetRow],
    name: str,
    values: Mapping[str, Any],
    digest: str,
    why: str,
    person: str,
) -> None:
    """Store the worksheet with one column corrected; `values` are by case, `digest` is the file's."""
    latest = store.worksheets.latest()
    assert latest is not None
    # As they entered: that a subject withdrew is no word of the worksheet's.
    rows = stored_rows(store)
    wanted = {_key(row_of[case]): value for case, value in values.items()}
    corrected = [
        dataclasses.replace(row, **{name: wanted[_key(row)]}) if _key(row) in wanted else row for row in rows
    ]
    pairs = [(old, new) for old, new in zip(rows, corrected, strict=True) if old != new]
    correction = Correction(
        column=name,
        before={f"{old.subject}/{old.lesion}": getattr(old, name) for old, _ in pairs},
        after={f"{new.subject}/{new.lesion}": getattr(new, name) for _, new in pairs},
        reason=why.strip(),
        person=person,
    )
    stored = [stored_row(row) for row in corrected]
    store.worksheets.add(stored, latest.columns, f"{latest.received_digest}+{digest}", correction)


def _key(row: WorksheetRow) -> tuple[str, str, str]:
    return row.subject, row.visit, row.lesion
