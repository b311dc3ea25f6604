"""Columns of values that came back from outside, version after version; each enters the audit log."""

from __future__ import annotations

from typing import Any, Final

from adcurate.model import canonical_json, content_digest
from adcurate.store.database import Database
from adcurate.store.documents import Choices
from adcurate.store.reading.audit import append

ACTION: Final = "data.join"
_KEY: Final = "joined-column/"


class JoinedColumns:
    """The columns by name; the latest version counts, and earlier ones stay."""

    def __init__(self, database: Database, choices: Choices) -> None:
        self._database = database
        self._choices = choices

    def keep(self, name: str, payload: Any, *, reason: str, person: str = "") -> None:
        """Keep a column; the log holds the digests of what it was before and is now.

        Parameters
        ----------
        person
            A person's id, or "" where no page knows who it is.
        """
        before = self._choices.latest(_KEY + name)
        with self._database.begin() as connection:
            kept = self._choices.add_within(connection, _KEY + name, payload)
            if before is not None and kept.version == before.version:
                return
            append(
                connection,
                at=kept.at,
                person=person,
                action=ACTION,
                object=name,
                before=None if before is None else {"digest": _digest(before.payload)},
                after={"digest": _digest(payload)},
                reason=reason,
            )

    def all(self) -> dict[str, Any]:
        """Every column's payload, by name."""
        return {
            one.key.removeprefix(_KEY): one.payload for one in self._choices.all() if one.key.startswith(_KEY)
        }


def is_joined_column(key: str) -> bool:
    """Whether a choice of this key is a joined column."""
    return key.startswith(_KEY)


def without_subject(payload: Any, subject: str) -> Any:
    """A column without a subject's cells, and without the words that only these said."""
    values = [cell for cell in payload["values"] if cell[0] != subject]
    said = {cell[2] for cell in values}
    codes = [pair for pair in payload["variable"]["codes"] if pair[0] in said]
    return {"variable": {**payload["variable"], "codes": codes}, "values": values}


def _digest(payload: Any) -> str:
    return content_digest(canonical_json(payload).encode())
