"""Lesions that were given to readers who had begun: told from the log, for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adcurate.findings import Finding
from adcurate.store import StudyStore
from adcurate.store.reading.designs import GAVE


def given_late(store: StudyStore) -> tuple[Finding, ...]:
    """What a report tells of lesions that were given late: how many, when, and why."""
    return tuple(
        Finding(
            "reading.given-late",
            f"{_many(len(_given_by(one.after)))} given to the readers on {one.at[:10]}, after the reading "
            f"had begun and before outcomes or results were known: {one.reason}",
            "note",
        )
        for one in store.audit.done(GAVE)
        if one.reason
    )


def _given_by(after: object) -> Sequence[str]:
    said = after.get("lesions") if isinstance(after, Mapping) else None
    return said if isinstance(said, list) else ()


def _many(n: int) -> str:
    return "1 lesion was" if n == 1 else f"{n} lesions were"
