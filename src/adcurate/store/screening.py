"""What people did to the list of subjects, beside its rows: entries of the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from adcurate.model.jsonable import as_jsonable
from adcurate.store.database import Database
from adcurate.store.reading.audit import append

ENTERED: Final = "worksheet.enter"
RENEWED: Final = "worksheet.renew"


class Screening:
    """Writes into the log who entered the list, took a list of requests, or named an exam."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(
        self, action: str, object: str, said: Mapping[str, Any], person_id: str, *, reason: str = ""
    ) -> None:
        """Enter that a person did this."""
        with self._database.begin() as connection:
            append(
                connection,
                at=self._database.clock(),
                person=person_id,
                action=action,
                object=object,
                after=as_jsonable(dict(said)),
                reason=reason,
            )
