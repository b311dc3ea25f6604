"""One line of the audit log, what a check of the log finds, and the hash that chains the lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adcurate.model.provenance import Json, canonical_json, content_digest

EMPTY_HEAD: Final = "0" * 64
"""The head of a log without entries."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what, when, to which object, what it was before and after, and why.

    `person` is a person's id, or "" for the program itself. `before` and `after` are JSON; None says
    that there was nothing. `hash` covers everything here and the hash of the entry before.
    """

    sequence: int
    at: str
    person: str
    action: str
    object: str
    before: Json
    after: Json
    reason: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The last entry's number and hash: kept elsewhere, it proves later that no entry before it changed."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditFault:
    """One place where the log is not what it was."""

    sequence: int
    sentence: str


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """What a check of the whole log found; without `faults` it is as it was written."""

    head: AuditHead
    faults: tuple[AuditFault, ...]


def entry_hash(previous: str, row: Mapping[str, object]) -> str:
    """SHA-256 over the hash of the entry before and the entry's own row as canonical JSON."""
    return content_digest((previous + canonical_json(dict(row))).encode())
