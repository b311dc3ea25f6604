"""An exam given to another subject: rows, objects anew, drawings set aside, and the line in the log."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select

from adcurate.model import canonical_json
from adcurate.store.blobs import BlobFolder
from adcurate.store.database import Database
from adcurate.store.documents import Contours
from adcurate.store.packs import StagedBlob
from adcurate.store.reading.audit import append
from adcurate.store.schema import contours, exam_moves, instances, packed, subjects
from adcurate.store.subject_rows import packs_of

MOVED = "exam.move"


@dataclass(frozen=True, slots=True)
class ExamMove:
    """Which exam goes where, and why. `objects` has each object's new bytes (staged) and day."""

    study_uid: str
    before: str
    after: str
    reason: str
    person: str
    objects: Mapping[str, tuple[StagedBlob, str]]
    told: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """Keys of the drawings that were set aside, and where bytes lie that no row names any more."""

    regions: tuple[str, ...]
    packs: tuple[str, ...]
    alone: tuple[str, ...]


def move_rows(database: Database, blobs: BlobFolder, drawn: Contours, asked: ExamMove) -> Moved:
    """Make the move, all of it or nothing."""
    with database.begin() as connection:
        mine = instances.c.study_uid == asked.study_uid
        rows = connection.execute(select(instances).where(mine)).all()
        uids = frozenset(row.sop_instance_uid for row in rows)
        old = frozenset(row.blob for row in rows)
        packs, alone = packs_of(connection, old)
        places = blobs.place([staged for staged, _ in asked.objects.values()])
        connection.execute(
            subjects.insert().prefix_with("OR IGNORE").values(code=asked.after),
        )
        for uid, (staged, day) in sorted(asked.objects.items()):
            connection.execute(
                instances.update()
                .where(instances.c.sop_instance_uid == uid)
                .values(subject=asked.after, exam_date=day, blob=staged.digest)
            )
        for digest in old:
            connection.execute(delete(packed).where(packed.c.blob == digest))
        if places:
            connection.execute(packed.insert(), [place._asdict() for place in places])
        regions = _regions_on(connection, uids)
        for key in regions:
            drawn.add_within(connection, key, [])
        at = database.clock()
        told = {**asked.told, "objects": len(rows), "regions": list(regions)}
        connection.execute(
            exam_moves.insert().values(
                at=at,
                study_uid=asked.study_uid,
                before=asked.before,
                after=asked.after,
                reason=asked.reason,
                person=asked.person,
                told=canonical_json(told),
            )
        )
        append(
            connection,
            at=at,
            person=asked.person,
            action=MOVED,
            object=asked.study_uid,
            before={"subject": asked.before},
            after={"subject": asked.after, "regions": list(regions)},
            reason=asked.reason,
        )
    return Moved(regions, packs, alone)


def _regions_on(connection: Connection, uids: frozenset[str]) -> tuple[str, ...]:
    """Keys of the drawings that count now and lie on these images."""
    query = select(contours.c.key, contours.c.payload).order_by(contours.c.version)
    latest: dict[str, Sequence[Any]] = {row.key: json.loads(row.payload) for row in connection.execute(query)}
    return tuple(
        sorted(key for key, drawn in latest.items() if any(one["sop_instance_uid"] in uids for one in drawn))
    )
