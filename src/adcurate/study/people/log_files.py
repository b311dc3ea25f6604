"""The whole audit log as a file: a table to read, or lines that anybody can check without Adcurate.

Each line of the second holds what the entry's hash covers, as it was hashed, with the hash before and the
person's name: SHA-256 of the hash before and the other fields as JSON with sorted keys and no blanks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from adcurate.model.provenance import canonical_json
from adcurate.model.reading.audit_entry import EMPTY_HEAD, AuditEntry
from adcurate.report.tables import write_csv
from adcurate.store import StudyStore

_AT_ONCE: Final = 1000
_HEAD: Final = ("number", "at", "person", "name", "action", "object", "before", "after", "reason", "hash")
_CSV_MARK: Final = b"\xef\xbb\xbf"


def log_as_csv(store: StudyStore) -> Iterator[bytes]:
    """The log as CSV for a spreadsheet program, in parts; text that would run as a formula is not left so."""
    names = _names(store)

    def rows(entries: tuple[AuditEntry, ...]) -> bytes:
        cells = [
            (
                *(one.sequence, one.at, one.person, names.get(one.person, ""), one.action),
                *(names.get(one.object, one.object), canonical_json(one.before), canonical_json(one.after)),
                *(one.reason, one.hash),
            )
            for one in entries
        ]
        part = write_csv(_HEAD, cells).removeprefix(_CSV_MARK)
        return part.partition(b"\r\n")[2]

    yield write_csv(_HEAD, [])
    yield from _parts(store, rows)


def log_as_lines(store: StudyStore) -> Iterator[bytes]:
    """The log as one JSON object a line, in parts, with everything that proves the chain."""
    names, previous = _names(store), EMPTY_HEAD

    def lines(entries: tuple[AuditEntry, ...]) -> bytes:
        nonlocal previous
        part = []
        for one in entries:
            line = {
                "sequence": one.sequence,
                "at": one.at,
                "person": one.person,
                "action": one.action,
                "object": one.object,
                "before": canonical_json(one.before),
                "after": canonical_json(one.after),
                "reason": one.reason,
                "previous": previous,
                "hash": one.hash,
                "name": names.get(one.person, ""),
            }
            part.append(canonical_json(line) + "\n")
            previous = one.hash
        return "".join(part).encode()

    yield from _parts(store, lines)


def _parts(store: StudyStore, written: Callable[[tuple[AuditEntry, ...]], bytes]) -> Iterator[bytes]:
    after = 0
    while entries := store.audit.entries(after=after, limit=_AT_ONCE):
        yield written(entries)
        after = entries[-1].sequence


def _names(store: StudyStore) -> dict[str, str]:
    return {one.id: one.name for one in store.people.all()}
