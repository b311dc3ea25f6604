"""What is a subject's: rows and objects by its code and UIDs, derived things by what they were made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, select

from adcurate.store.mentions import mentions
from adcurate.store.schema import derived, derived_inputs, instances, packed, reading_items, reading_locks


@dataclass(frozen=True, slots=True)
class Belongings:
    """What is a subject's. `names` are its code and every UID of its exams; `blobs` are digests of bytes."""

    subject: str
    uids: frozenset[str]
    exams: frozenset[str]
    n_objects: int
    blobs: frozenset[str]
    items: frozenset[str]
    n_locks: int
    derived_ids: frozenset[str]
    n_maps: int
    n_measurements: int
    analyses: tuple[str, ...]

    @property
    def names(self) -> frozenset[str]:
        """The words by which stored text speaks of the subject."""
        return self.uids | {self.subject}


def belongings(connection: Connection, subject: str, exams: Iterable[str] | None = None) -> Belongings:
    """All that is a subject's, or what belongs to some of its `exams` only."""
    query = select(instances).where(instances.c.subject == subject)
    rows = connection.execute(query).all()
    if exams is not None:
        wanted = frozenset(exams)
        rows = [row for row in rows if row.study_uid in wanted]
    uids = frozenset(uid for row in rows for uid in (row.sop_instance_uid, row.series_uid, row.study_uid))
    studies = frozenset(row.study_uid for row in rows)
    objects = frozenset(row.blob for row in rows)
    of_subject = reading_items.c.subject == subject
    of_exam = reading_items.c.study_instance_uid.in_(studies)
    where = of_exam if exams is not None else of_subject | of_exam
    items = frozenset(connection.scalars(select(reading_items.c.item).where(where)))
    locks = connection.scalars(select(reading_locks.c.item))
    made = _made_of(connection, objects, uids | ({subject} if exams is None else frozenset()))
    kinds = {
        row.derived_id: row
        for row in connection.execute(
            select(derived.c.derived_id, derived.c.kind, derived.c.blob, derived.c.parameters)
        )
        if row.derived_id in made
    }
    bytes_of_made = {row.blob for row in kinds.values() if row.blob}
    return Belongings(
        subject=subject,
        uids=uids,
        exams=studies,
        n_objects=len(rows),
        blobs=objects | bytes_of_made,
        items=items,
        n_locks=sum(item in items for item in locks),
        derived_ids=made,
        n_maps=sum(row.kind == "adc-map" for row in kinds.values()),
        n_measurements=sum(row.kind == "measurement" for row in kinds.values()),
        analyses=tuple(sorted({_name(row.parameters) for row in kinds.values() if row.kind == "analysis"})),
    )


def packs_of(connection: Connection, blobs: frozenset[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The packs that hold some of the blobs, and those blobs that are files of their own."""
    rows = [row for row in connection.execute(select(packed.c.blob, packed.c.pack)) if row.blob in blobs]
    alone = blobs - {row.blob for row in rows}
    return tuple(sorted({row.pack for row in rows})), tuple(sorted(alone))


def _made_of(connection: Connection, objects: frozenset[str], names: frozenset[str]) -> frozenset[str]:
    """Everything derived from these objects, or that speaks of these names, and all made of that in turn."""
    users: dict[str, list[str]] = {}
    for row in connection.execute(select(derived_inputs.c.derived_id, derived_inputs.c.input_id)):
        users.setdefault(row.input_id, []).append(row.derived_id)
    query = select(derived.c.derived_id, derived.c.parameters, derived.c.payload)
    waiting = [
        row.derived_id
        for row in connection.execute(query)
        if mentions(row.parameters, names) or mentions(row.payload, names)
    ]
    waiting += [user for one in objects for user in users.get(one, ())]
    made: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one not in made:
            made.add(one)
            waiting += users.get(one, ())
    return frozenset(made)


def _name(parameters: str) -> str:
    said = json.loads(parameters)
    return f"{said['marker']['name']}, {said['map']} map"
