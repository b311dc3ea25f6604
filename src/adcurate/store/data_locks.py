"""Locks of the study's data: which digest was handed over, when and why; each enters the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adcurate.store.database import Database
from adcurate.store.documents import Choices, VersionedPayload
from adcurate.store.reading.audit import append

ACTION: Final = "data.lock"
_KEY: Final = "data-lock"


@dataclass(frozen=True, slots=True)
class DataLock:
    """One lock. `content_id` is the derived object that holds the data; `reason` says why another came."""

    version: int
    at: str
    digest: str
    content_id: str
    reason: str


class DataLocks:
    """Every lock of the data, none overwritten."""

    def __init__(self, database: Database, choices: Choices) -> None:
        self._database = database
        self._choices = choices

    def keep(self, digest: str, content_id: str, *, reason: str = "", person: str = "") -> DataLock:
        """Lock these data; the same as the last lock stays that lock.

        Parameters
        ----------
        person
            A person's id, or "" where no page knows who it is.
        """
        before = self.latest()
        if before is not None and before.digest == digest:
            return before
        payload = {"digest": digest, "content": content_id, "reason": reason}
        with self._database.begin() as connection:
            kept = self._choices.add_within(connection, _KEY, payload)
            append(
                connection,
                at=kept.at,
                person=person,
                action=ACTION,
                object="data",
                before=None if before is None else {"digest": before.digest},
                after={"digest": digest, "content": content_id},
                reason=reason,
            )
        return _lock(kept)

    def latest(self) -> DataLock | None:
        """The lock that stands, or None."""
        kept = self._choices.latest(_KEY)
        return None if kept is None else _lock(kept)

    def all(self) -> tuple[DataLock, ...]:
        """Every lock, oldest first."""
        return tuple(_lock(one) for one in self._choices.history(_KEY))


def _lock(kept: VersionedPayload) -> DataLock:
    said = kept.payload
    return DataLock(kept.version, kept.at, said["digest"], said["content"], said["reason"])
