"""Which lesion is meant: a point on an image for each lesion, version after version."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from sqlalchemy import Connection, select

from adcurate.model import canonical_json
from adcurate.model.jsonable import as_jsonable
from adcurate.model.reading.design import Pointer
from adcurate.store.database import Database
from adcurate.store.reading.audit import append
from adcurate.store.schema import exam_moves, instances
from adcurate.store.schema import reading_pointers as table

_OWNERS_OF_MOVED = select(instances.c.sop_instance_uid, instances.c.subject).join(
    exam_moves, exam_moves.c.study_uid == instances.c.study_uid
)
_IN_PAYLOAD = ("sop_instance_uid", "frame_number", "point_lps_mm", "organ")


class Pointers:
    """Points on images, placed by a coordinator; the latest of a lesion counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def place(self, pointer: Pointer, person_id: str) -> Pointer:
        """Keep a new version of a lesion's pointer, with when it was placed."""
        at = self._database.clock()
        said = {name: as_jsonable(getattr(pointer, name)) for name in _IN_PAYLOAD}
        with self._database.begin() as connection:
            before = _latest(connection, pointer.subject, pointer.lesion)
            version = 1 if before is None else before.version + 1
            connection.execute(
                table.insert().values(
                    subject=pointer.subject,
                    lesion=pointer.lesion,
                    version=version,
                    at=at,
                    person=pointer.person,
                    payload=canonical_json(said),
                )
            )
            append(
                connection,
                at=at,
                person=person_id,
                action="pointer.place",
                object=f"{pointer.subject}/{pointer.lesion}",
                before=None if before is None else as_jsonable(before),
                after=said,
            )
        return dataclasses.replace(pointer, version=version, at=at)

    def of(self, subject: str, lesion: str) -> Pointer | None:
        """The pointer of a lesion, or None; none that lies on an exam which is another subject's now."""
        return self.all().get((subject, lesion))

    def all(self) -> dict[tuple[str, str], Pointer]:
        """Every lesion's pointer, by subject and lesion."""
        with self._database.read() as connection:
            rows = connection.execute(select(table).order_by(table.c.version))
            found = {(row.subject, row.lesion): _pointer(row) for row in rows}
            owner = {row.sop_instance_uid: row.subject for row in connection.execute(_OWNERS_OF_MOVED)}
        return {key: one for key, one in found.items() if owner.get(one.sop_instance_uid, key[0]) == key[0]}


def _latest(connection: Connection, subject: str, lesion: str) -> Pointer | None:
    row = connection.execute(
        select(table)
        .where(table.c.subject == subject, table.c.lesion == lesion)
        .order_by(table.c.version.desc())
    ).first()
    return None if row is None else _pointer(row)


def _pointer(row: Any) -> Pointer:
    said = json.loads(row.payload)
    x, y, z = said["point_lps_mm"]
    return Pointer(
        row.subject,
        row.lesion,
        row.version,
        row.at,
        row.person,
        said["sop_instance_uid"],
        said["frame_number"],
        (x, y, z),
        said["organ"],
    )
