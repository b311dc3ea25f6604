"""The design of a reader study, version after version, and the cases that it gave each reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from adcurate.errors import ReadError
from adcurate.model import canonical_json
from adcurate.model.jsonable import as_jsonable
from adcurate.model.reading.design import ReadDesign, ReadItem, StoredDesign
from adcurate.store.database import Database
from adcurate.store.documents import Choices
from adcurate.store.protocols import freeze_within
from adcurate.store.reading.audit import append
from adcurate.store.schema import (
    exam_moves,
    instances,
    reading_designs,
    reading_drafts,
    reading_items,
    withdrawals,
)

GAVE: Final = "design.give"
"""What the log calls it when lesions are given to readers who have begun."""


class Designs:
    """What the coordinator decided; from the start on only readers and adjudicators may be added."""

    def __init__(self, database: Database, choices: Choices) -> None:
        self._database = database
        self._choices = choices

    def latest(self) -> StoredDesign | None:
        """The version that counts, or None."""
        with self._database.read() as connection:
            return _latest(connection)

    def set(self, design: ReadDesign, person_id: str) -> StoredDesign:
        """Keep a version of a design that has not begun.

        Raises
        ------
        ReadError
            ``read.design-started``
        """
        with self._database.begin() as connection:
            before = _latest(connection)
            if before is not None and before.started_at:
                raise started()
            return self._add(connection, design, "", before, person_id, "design.set", None)

    def start(
        self,
        design: ReadDesign,
        items: Sequence[ReadItem],
        person_id: str,
        *,
        left_out: Sequence[str] = (),
        choices: Sequence[tuple[str, Any]] = (),
    ) -> StoredDesign:
        """Begin, or go on with readers who were added: design, cases, `choices` and the freeze, or nothing.

        Raises
        ------
        ReadError
            ``read.design-started`` where one of the readers has cases already.
        """
        with self._database.begin() as connection:
            before = _latest(connection)
            new = {one.reader for one in items}
            if connection.execute(select(reading_items).where(reading_items.c.reader.in_(new))).first():
                raise started()
            at = before.started_at if before is not None else ""
            begun = at or self._database.clock()
            order = {
                "cases": {
                    reader: [one.item for one in items if one.reader == reader] for reader in sorted(new)
                },
                "left_out": list(left_out),
            }
            stored = self._add(connection, design, begun, before, person_id, "design.start", order)
            if items:
                connection.execute(reading_items.insert(), [as_jsonable(one) for one in items])
            for key, payload in choices:
                self._choices.add_within(connection, key, payload)
            freeze_within(connection, stored.at, person_id)
        return stored

    def give(
        self, items: Sequence[ReadItem], person_id: str, *, before: StoredDesign, reason: str
    ) -> StoredDesign:
        """Give the readers further cases of lesions that are new to them: cases and their entry, or nothing.

        Raises
        ------
        ReadError
            ``read.design`` where meanwhile the design changed, or a session began that was to have repeats.
        """
        order = {
            "lesions": sorted({one.key for one in items}),
            "cases": {
                reader: [one.item for one in items if one.reader == reader]
                for reader in before.design.readers
            },
        }
        first = {(one.reader, one.key): one.session for one in items if one.number == 1}
        unbegun = {(one.reader, one.session) for one in items if one.session > first[one.reader, one.key]}
        with self._database.begin() as connection:
            if _latest(connection) != before or any(_is_begun(connection, *one) for one in unbegun):
                raise ReadError(
                    "read.design",
                    "The reading went on while the lesions were to be given.",
                    remedy="Give them again.",
                )
            stored = self._add(
                connection, before.design, before.started_at, before, person_id, GAVE, order, reason
            )
            connection.execute(reading_items.insert(), [as_jsonable(one) for one in items])
        return stored

    def ever_given(self) -> tuple[ReadItem, ...]:
        """Every case that was given, of withdrawn subjects and moved exams too."""
        with self._database.read() as connection:
            return tuple(ReadItem(**row._mapping) for row in connection.execute(select(reading_items)))

    def items(self, reader: str | None = None) -> tuple[ReadItem, ...]:
        """Every reader's cases, or one's, in their order; no withdrawn subject's, no moved exam's."""
        query = select(reading_items).order_by(
            reading_items.c.reader, reading_items.c.session, reading_items.c.position
        )
        if reader is not None:
            query = query.where(reading_items.c.reader == reader)
        moved = select(exam_moves.c.id).where(
            exam_moves.c.study_uid == reading_items.c.study_instance_uid,
            exam_moves.c.before == reading_items.c.subject,
        )
        still = select(instances.c.sop_instance_uid).where(
            instances.c.study_uid == reading_items.c.study_instance_uid,
            instances.c.subject == reading_items.c.subject,
        )
        query = query.where(
            reading_items.c.subject.not_in(select(withdrawals.c.subject)), ~moved.exists() | still.exists()
        )
        with self._database.read() as connection:
            return tuple(ReadItem(**row._mapping) for row in connection.execute(query))

    def items_of_lesion(self, subject: str, lesion: str) -> tuple[ReadItem, ...]:
        """The cases that are this lesion, of any reader."""
        query = (
            select(reading_items)
            .where(reading_items.c.subject == subject, reading_items.c.lesion == lesion)
            .order_by(reading_items.c.reader, reading_items.c.session, reading_items.c.position)
        )
        with self._database.read() as connection:
            return tuple(ReadItem(**row._mapping) for row in connection.execute(query))

    def items_by_lesion(self) -> dict[tuple[str, str], tuple[ReadItem, ...]]:
        """`items_of_lesion` of every (subject, lesion) that has cases, asked once."""
        query = select(reading_items).order_by(
            reading_items.c.reader, reading_items.c.session, reading_items.c.position
        )
        found: dict[tuple[str, str], list[ReadItem]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                found.setdefault((row.subject, row.lesion), []).append(ReadItem(**row._mapping))
        return {lesion: tuple(items) for lesion, items in found.items()}

    def item(self, item: str) -> ReadItem | None:
        """One case, or None."""
        with self._database.read() as connection:
            row = connection.execute(select(reading_items).where(reading_items.c.item == item)).first()
            return None if row is None else ReadItem(**row._mapping)

    def _add(
        self,
        connection: Connection,
        design: ReadDesign,
        started_at: str,
        before: StoredDesign | None,
        person_id: str,
        action: str,
        order: Any,
        reason: str = "",
    ) -> StoredDesign:
        at = self._database.clock()
        version = 1 if before is None else before.version + 1
        said = as_jsonable(design)
        connection.execute(
            reading_designs.insert().values(
                version=version, at=at, started_at=started_at, payload=canonical_json(said)
            )
        )
        append(
            connection,
            at=at,
            person=person_id,
            action=action,
            object=f"design {version}",
            before=None if before is None else as_jsonable(before.design),
            after=said if order is None else {"design": said, **order},
            reason=reason,
        )
        return StoredDesign(version, at, design, started_at)


def started() -> ReadError:
    """``read.design-started``"""
    return ReadError(
        "read.design-started",
        "The reading has begun: its design stands.",
        remedy="Readers and adjudicators may still be added; anything else is another study.",
    )


def _is_begun(connection: Connection, reader: str, session: int) -> bool:
    own = (reading_items.c.reader == reader) & (reading_items.c.session == session)
    query = select(reading_drafts.c.item).join(reading_items, reading_items.c.item == reading_drafts.c.item)
    return connection.execute(query.where(own)).first() is not None


def _latest(connection: Connection) -> StoredDesign | None:
    row = connection.execute(select(reading_designs).order_by(reading_designs.c.version.desc())).first()
    if row is None:
        return None
    said: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in json.loads(row.payload).items()
    }
    return StoredDesign(row.version, row.at, ReadDesign(**said), row.started_at)
