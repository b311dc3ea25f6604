"""Results that were made in the room, and who took them: entries of the log, and nothing beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adcurate.model.jsonable import as_jsonable
from adcurate.model.reading.audit_entry import AuditEntry
from adcurate.store.database import Database
from adcurate.store.reading.audit import Audit, append

_OBJECT: Final = "results"
MADE: Final = "results.make"


class ToldResults:
    """What the log says of results."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, action: str, said: Mapping[str, Any], person_id: str) -> None:
        """Enter that results were made, or one of their files was taken."""
        with self._database.begin() as connection:
            append(
                connection,
                at=self._database.clock(),
                person=person_id,
                action=action,
                object=_OBJECT,
                after=as_jsonable(dict(said)),
            )

    def latest(self) -> AuditEntry | None:
        """The entry of the results that were made last."""
        made = Audit(self._database).about(_OBJECT, actions=[MADE])
        return made[-1] if made else None

    def all(self, action: str) -> tuple[AuditEntry, ...]:
        """Every entry of one kind, oldest first."""
        return Audit(self._database).about(_OBJECT, actions=[action])
