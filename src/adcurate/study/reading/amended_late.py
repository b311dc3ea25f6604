"""Readings that were amended when their reader had begun to read again: told from the log, for the report.

An amendment stays possible until the results are told. But agreement of a reader with the own earlier reading
is only worth what it says while the earlier one was not redrawn with the later one in mind.
"""

from __future__ import annotations

from collections import Counter

from adcurate.findings import Finding
from adcurate.model.reading.audit_entry import AuditEntry
from adcurate.model.reading.design import ReadItem
from adcurate.store import StudyStore

_AMENDED = "reading.amend"
_SAVED = "draft.save"


def amended_late(store: StudyStore) -> tuple[Finding, ...]:
    """One finding for each reader and session of which readings were amended after later ones had begun."""
    items = {one.item: one for one in store.reading.designs.items() if one.kind == "read"}
    entries = store.audit.done(_AMENDED, _SAVED)
    first_saved: dict[str, int] = {}
    for one in entries:
        if one.action == _SAVED:
            first_saved.setdefault(one.object, one.sequence)
    late = {
        one.object
        for one in entries
        if one.action == _AMENDED and one.object in items and _is_late(one, items, first_saved)
    }
    counts = Counter((items[item].reader, items[item].session) for item in late)
    return tuple(
        Finding(
            "reading.amended-late",
            f"{reader} amended {n} reading{'s' * (n > 1)} of session {session} after having begun to read "
            "again: agreement of this reader with the own readings may look better than it is.",
            "warning",
            {"reader": reader, "session": str(session)},
        )
        for (reader, session), n in sorted(counts.items())
    )


def _is_late(amendment: AuditEntry, items: dict[str, ReadItem], first_saved: dict[str, int]) -> bool:
    """Whether a later session, or a repeat of the same lesion, had begun before the amendment."""
    own = items[amendment.object]
    return any(
        first_saved.get(one.item, amendment.sequence) < amendment.sequence
        for one in items.values()
        if one.reader == own.reader
        and (one.session > own.session or (one.key == own.key and one.number > own.number))
    )
