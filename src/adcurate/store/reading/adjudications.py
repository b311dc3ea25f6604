"""What was decided where two readings of a lesion differ, with the contours that it makes count."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from adcurate.errors import ReadError
from adcurate.model import canonical_json
from adcurate.model.reading.draft import parse_draft
from adcurate.model.reading.kept import Decision
from adcurate.store.database import Database
from adcurate.store.documents import Choices, Contours
from adcurate.store.reading.audit import append
from adcurate.store.schema import audit
from adcurate.store.schema import reading_decisions as table


class Adjudications:
    """Decisions by the id of what was disputed; each is final."""

    def __init__(self, database: Database, contours: Contours, choices: Choices) -> None:
        self._database = database
        self._contours = contours
        self._choices = choices

    def decide(
        self,
        decision: Decision,
        *,
        contours: Mapping[str, Any],
        choices: Sequence[tuple[str, Any]],
        person_id: str,
    ) -> Decision:
        """Keep a decision, what it makes count and its line in the log, or nothing.

        Raises
        ------
        ReadError
            ``read.adjudicated``
        """
        at = self._database.clock()
        said = None if decision.draft is None else decision.draft.as_json()
        with self._database.begin() as connection:
            if connection.execute(select(table.c.id).where(table.c.id == decision.id)).first():
                raise ReadError(
                    "read.adjudicated", "This was decided already.", remedy="The first decision stands."
                )
            connection.execute(
                table.insert().values(
                    id=decision.id,
                    at=at,
                    person=decision.person,
                    choice=decision.choice,
                    reason=decision.reason,
                    draft=canonical_json(said),
                )
            )
            for key, payload in sorted(contours.items()):
                self._contours.add_within(connection, key, payload)
            for key, payload in choices:
                self._choices.add_within(connection, key, payload)
            append(
                connection,
                at=at,
                person=person_id,
                action="reading.adjudicate",
                object=decision.id,
                after={
                    "choice": decision.choice,
                    "draft_digest": None if decision.draft is None else decision.draft.digest,
                },
                reason=decision.reason,
            )
        return Decision(decision.id, at, decision.person, decision.choice, decision.reason, decision.draft)

    def note_opened(self, dispute_id: str, cases: Sequence[str], person_id: str) -> None:
        """Enter, once for each person, that the readings of `cases` were shown side by side."""
        with self._database.begin() as connection:
            known = select(audit.c.sequence).where(
                audit.c.action == "dispute.open",
                audit.c.object == dispute_id,
                audit.c.person == person_id,
            )
            if connection.execute(known).first() is None:
                append(
                    connection,
                    at=self._database.clock(),
                    person=person_id,
                    action="dispute.open",
                    object=dispute_id,
                    after={"cases": list(cases)},
                )

    def all(self) -> dict[str, Decision]:
        """Every decision, by id."""
        with self._database.read() as connection:
            return {row.id: _decision(row) for row in connection.execute(select(table).order_by(table.c.at))}


def _decision(row: Any) -> Decision:
    said = json.loads(row.draft)
    draft = None if said is None else parse_draft(said)
    return Decision(row.id, row.at, row.person, row.choice, row.reason, draft)
