"""Who saw others' readings of a lesion, as somebody who decides: told from the log of openings."""

from __future__ import annotations

from adcurate.model.reading.audit_entry import AuditEntry
from adcurate.model.reading.design import ReadItem
from adcurate.store import StudyStore

OPENED = "dispute.open"


def has_seen_others(store: StudyStore, person_id: str, case: ReadItem) -> bool:
    """Whether a person opened a dispute of the lesion of `case`, whichever readings it was between."""
    items = {one.item for one in store.reading.designs.items_of_lesion(case.subject, case.lesion)}
    return any(entry.person == person_id and items & disputed(entry) for entry in store.audit.done(OPENED))


def disputed(entry: AuditEntry) -> frozenset[str]:
    """The cases whose readings an opening showed."""
    said = entry.after
    cases = said.get("cases", ()) if isinstance(said, dict) else ()
    return frozenset(str(one) for one in cases) if isinstance(cases, list) else frozenset()
