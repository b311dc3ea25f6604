"""One subject's rows taken out for good, in one transaction with the tombstone that stays.

Readings and the audit log refuse every change; here, and only here, their guards are taken off inside the
transaction and put back as they were. Entries of the log keep their place, number, time and hash, so that
the chain still holds: what they said of the subject is blanked, and the last entry names them.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, func, select, text

from adcurate.model import canonical_json
from adcurate.store import schema
from adcurate.store.database import Database
from adcurate.store.documents import CORRECTED
from adcurate.store.joined_columns import is_joined_column, without_subject
from adcurate.store.mentions import mentions
from adcurate.store.reading.audit import BLANK, append
from adcurate.store.subject_rows import Belongings, belongings, packs_of
from adcurate.store.withdrawals import ERASED, MARKS, Withdrawal, exam_mark, write_withdrawal

# Tables whose rows go where their text speaks of the subject.
_SPEAKING: Final[tuple[tuple[Table, tuple[str, ...]], ...]] = (
    (schema.contours, ("key", "payload")),
    (schema.choices, ("key", "payload")),
    (schema.findings, ("sentence", "place")),
    (schema.links, ("subject", "study_uid")),
    (schema.exam_moves, ("study_uid", "before", "after")),
)


@dataclass(frozen=True, slots=True)
class Erasure:
    """What is to be erased, and what the tombstone says beside the counts (`told`).

    `refused` are received digests of quarantined objects that are the subject's, `decisions` ids of
    adjudications between its readings, `vault_files` records of the vault that go, as paths below its folder.
    """

    subject: str
    reason: str
    person: str
    refused: Collection[str]
    decisions: Collection[str]
    vault_files: Collection[str]
    told: Mapping[str, Any]


def erase_rows(database: Database, asked: Erasure) -> Withdrawal:
    """Take out every row of a subject and write its tombstone, which lists what is still to be taken away."""
    subject = asked.subject
    with database.begin() as connection, _guards_off(connection):
        own = belongings(connection, subject)
        packs, alone = packs_of(connection, own.blobs)
        n_refused = _delete(connection, schema.quarantine.c.received_digest, asked.refused)
        n_rows = _delete(connection, schema.worksheet_rows.c.subject, [subject])
        _delete_objects(connection, own)
        _delete_readings(connection, own, asked.decisions)
        _delete_speaking(connection, own)
        _delete_derived(connection, own)
        _note_receipt(connection, database.clock(), own.n_objects, n_refused)
        entries = _blank_log(connection, own, asked.decisions)
        counts: dict[str, Any] = {
            "objects": own.n_objects,
            "exams": len(own.exams),
            "quarantined": n_refused,
            "worksheet_rows": n_rows,
            "readings": len(own.items),
            "locked_readings": own.n_locks,
            "maps": own.n_maps,
            "measurements": own.n_measurements,
            "analyses": list(own.analyses),
            MARKS: sorted(exam_mark(uid) for uid in own.exams),
        }
        unfinished = {"packs": list(packs), "alone": list(alone), "vault": sorted(asked.vault_files)}
        at = database.clock()
        stone = Withdrawal(
            subject, at, "erased", asked.reason, asked.person, {**asked.told, **counts}, unfinished
        )
        write_withdrawal(connection, stone)
        append(
            connection,
            at=at,
            person=asked.person,
            action=ERASED,
            object=subject,
            after={"entries": entries, "objects": own.n_objects, "readings": len(own.items)},
            reason=asked.reason,
        )
    return stone


@contextmanager
def _guards_off(connection: Connection) -> Iterator[None]:
    query = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    guards = {str(row.name): str(row.sql) for row in connection.execute(query)}
    for name in guards:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for statement in guards.values():
        connection.exec_driver_sql(statement)


def _delete(connection: Connection, column: Any, values: Collection[str]) -> int:
    """Delete the rows whose column is one of the values."""
    return sum(connection.execute(delete(column.table).where(column == one)).rowcount for one in values)


def _delete_objects(connection: Connection, own: Belongings) -> None:
    objects = [
        row[0]
        for row in connection.execute(
            select(schema.instances.c.sop_instance_uid).where(schema.instances.c.subject == own.subject)
        )
    ]
    _delete(connection, schema.accounts.c.sop_instance_uid, objects)
    _delete(connection, schema.instances.c.subject, [own.subject])
    _delete(connection, schema.packed.c.blob, own.blobs)
    _delete(connection, schema.subjects.c.code, [own.subject])


def _delete_readings(connection: Connection, own: Belongings, decisions: Collection[str]) -> None:
    for table in (
        schema.reading_drafts,
        schema.reading_locks,
        schema.reading_amendments,
        schema.reading_items,
    ):
        _delete(connection, table.c.item, own.items)
    _delete(connection, schema.reading_pointers.c.subject, [own.subject])
    _delete(connection, schema.reading_decisions.c.id, decisions)
    # What was sealed and opened again lies in the rows; the sealed copy held the subject's as well.
    opened = select(schema.outcome_openings.c.id)
    connection.execute(
        schema.outcome_seals.update().where(schema.outcome_seals.c.id.in_(opened)).values(sealed=b"")
    )


def _delete_speaking(connection: Connection, own: Belongings) -> None:
    for table, columns in _SPEAKING:
        for row in connection.execute(select(table)).all():
            if not any(mentions(getattr(row, column), own.names) for column in columns):
                continue
            if table is schema.choices and is_joined_column(row.key):
                # Others have cells in it as well: the subject's go, from every version.
                left = canonical_json(without_subject(json.loads(row.payload), own.subject))
                connection.execute(table.update().where(table.c.id == row.id).values(payload=left))
            else:
                connection.execute(delete(table).where(table.c.id == row.id))
    for row in connection.execute(select(schema.runs)).all():
        if mentions(row.note, own.names):
            connection.execute(schema.runs.update().where(schema.runs.c.id == row.id).values(note=""))


def _delete_derived(connection: Connection, own: Belongings) -> None:
    _delete(connection, schema.derived_inputs.c.derived_id, own.derived_ids)
    _delete(connection, schema.derived.c.derived_id, own.derived_ids)


def _note_receipt(connection: Connection, at: str, n_stored: int, n_refused: int) -> None:
    """A receipt that takes back what was counted, so that the count still adds up."""
    number = (connection.scalar(select(func.max(schema.receipts.c.id))) or 0) + 1
    connection.execute(
        schema.receipts.insert().values(
            id=number,
            at=at,
            received=-(n_stored + n_refused),
            stored=-n_stored,
            duplicate=0,
            quarantined=-n_refused,
            skipped="{}",
        )
    )


def _blank_log(connection: Connection, own: Belongings, decisions: Collection[str]) -> list[int]:
    """Blank what the log's entries say of the subject; their numbers."""
    about = {*own.items, *decisions}
    blanked = []
    for row in connection.execute(select(schema.audit).order_by(schema.audit.c.sequence)).all():
        is_about = row.object in about or mentions(row.object.split("/")[0], {own.subject})
        says = any(mentions(said, own.uids) for said in (row.object, row.before, row.after, row.reason))
        # A correction names its cells by subject and lesion, with what the worksheet said of them.
        corrects = row.action == CORRECTED and mentions(row.before + row.after, {own.subject})
        if says or corrects or (is_about and row.reason):
            blanked.append(int(row.sequence))
            blank = {**BLANK, "object": ""} if mentions(row.object, own.uids) else BLANK
            connection.execute(
                schema.audit.update().where(schema.audit.c.sequence == row.sequence).values(**blank)
            )
    return blanked
