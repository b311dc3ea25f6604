"""The derivation graph: every derived object under the hash of its inputs, parameters and method.

Compute, cache, trace and replay are one question here: is there an object with this id? If so it is
returned as it was made; if not it is made, stored and linked to its inputs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select, text

from adcurate.errors import StoreError
from adcurate.model import Derivation, canonical_json
from adcurate.store.blobs import BlobFolder
from adcurate.store.database import Database
from adcurate.store.schema import derived, derived_inputs

Content = bytes | Any
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class DerivedRecord:
    """One node of the graph; `blob` is the digest of its bytes, or "" where it holds JSON."""

    derived_id: str
    kind: str
    method: str
    parameters: Any
    inputs: tuple[str, ...]
    at: str
    blob: str


class DerivedObjects:
    """Maps, summaries, analyses, figures and reports, each made once."""

    def __init__(self, database: Database, blobs: BlobFolder) -> None:
        self._database = database
        self._blobs = blobs

    def get_or_make(self, derivation: Derivation, make: Callable[[], Content]) -> Content:
        """The object of a derivation, from the store or made now.

        `make` returns bytes or what JSON can hold; JSON comes back as JSON gives it (lists for tuples),
        the first time as well as later.

        Raises
        ------
        StoreError
            ``store.integrity`` where stored bytes are gone or changed.
        """
        if self.has(derivation.derived_id) and derivation.derived_id not in self.lost():
            return self.get(derivation.derived_id)
        return self.put(derivation, make())

    def put(self, derivation: Derivation, content: Content) -> Content:
        """Store what a derivation made. One that is there stays as it is; bytes that are gone come back."""
        if isinstance(content, bytes):
            blob, payload = self._blobs.put(content), None
        else:
            blob, payload = None, canonical_json(content).encode()
        derived_id = derivation.derived_id
        with self._database.begin() as connection:
            if connection.execute(select(derived.c.kind).where(derived.c.derived_id == derived_id)).first():
                return content if payload is None else json.loads(payload)
            connection.execute(
                derived.insert().values(
                    derived_id=derived_id,
                    kind=derivation.kind,
                    method=derivation.method,
                    parameters=canonical_json(dict(derivation.parameters)),
                    at=self._database.clock(),
                    blob=blob,
                    payload=payload,
                )
            )
            if derivation.inputs:
                connection.execute(
                    derived_inputs.insert(),
                    [
                        {"derived_id": derived_id, "position": position, "input_id": input_id}
                        for position, input_id in enumerate(derivation.inputs)
                    ],
                )
        return content if payload is None else json.loads(payload)

    def has(self, derived_id: str) -> bool:
        """Whether the object is in the store."""
        with self._database.read() as connection:
            row = connection.execute(select(derived.c.kind).where(derived.c.derived_id == derived_id)).first()
        return row is not None

    def get(self, derived_id: str) -> Content:
        """The object as it was made.

        Raises
        ------
        StoreError
            ``store.not-found``, ``store.integrity``
        """
        with self._database.read() as connection:
            row = connection.execute(
                select(derived.c.blob, derived.c.payload).where(derived.c.derived_id == derived_id)
            ).first()
        if row is None:
            raise _not_found()
        return self._blobs.get(row.blob) if row.blob else json.loads(row.payload)

    def record(self, derived_id: str) -> DerivedRecord:
        """How the object came to be.

        Raises
        ------
        StoreError
            ``store.not-found``
        """
        with self._database.read() as connection:
            row = connection.execute(select(derived).where(derived.c.derived_id == derived_id)).first()
            inputs = connection.scalars(
                select(derived_inputs.c.input_id)
                .where(derived_inputs.c.derived_id == derived_id)
                .order_by(derived_inputs.c.position)
            ).all()
        if row is None:
            raise _not_found()
        return DerivedRecord(
            row.derived_id,
            row.kind,
            row.method,
            json.loads(row.parameters),
            tuple(inputs),
            row.at,
            row.blob or "",
        )

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """Ids of all objects of a kind, oldest first."""
        query = select(derived.c.derived_id).where(derived.c.kind == kind)
        with self._database.read() as connection:
            return tuple(connection.scalars(query.order_by(derived.c.at, derived.c.derived_id)))

    def contents(self, kind: str) -> tuple[tuple[Any, Any], ...]:
        """(parameters, content) of each object of a kind that holds JSON, in the order they were made."""
        query = (
            select(derived.c.parameters, derived.c.payload)
            .where(derived.c.kind == kind, derived.c.payload.is_not(None))
            .order_by(text("rowid"))
        )
        with self._database.read() as connection:
            return tuple((json.loads(row[0]), json.loads(row[1])) for row in connection.execute(query))

    def forget_all(self) -> None:
        """Take every object out, so that all are made again: for a copy of a study that proves itself."""
        with self._database.begin() as connection:
            connection.execute(derived_inputs.delete())
            connection.execute(derived.delete())

    def payloads(self, kind: str, without: Collection[str] = ()) -> tuple[tuple[str, Any], ...]:
        """(id, JSON) of all objects of a kind, oldest first, but for those whose ids are known already."""
        new = [one for one in self.of_kind(kind) if one not in without]
        found = []
        with self._database.read() as connection:
            for start in range(0, len(new), _AT_ONCE):
                some = new[start : start + _AT_ONCE]
                query = select(derived.c.derived_id, derived.c.payload).where(derived.c.derived_id.in_(some))
                rows = {row[0]: row[1] for row in connection.execute(query)}
                found += [(one, json.loads(rows[one])) for one in some if rows.get(one)]
        return tuple(found)

    def blobs(self) -> tuple[tuple[str, str], ...]:
        """(id, digest of its bytes) of each object that has bytes."""
        query = select(derived.c.derived_id, derived.c.blob).where(derived.c.blob.is_not(None))
        with self._database.read() as connection:
            return tuple((row[0], row[1]) for row in connection.execute(query.order_by(derived.c.derived_id)))

    def lost(self) -> frozenset[str]:
        """Ids of the objects whose bytes are gone: who makes them again gets the same."""
        return frozenset(derived_id for derived_id, blob in self.blobs() if not self._blobs.is_there(blob))

    def drop_damaged(self) -> int:
        """Take away bytes that are not what they were, so that they are made again; returns of how many."""
        damaged = self._blobs.verify({blob for _, blob in self.blobs()})
        self._blobs.take_away(damaged)
        return sum(blob in damaged for _, blob in self.blobs())

    def trace(self, derived_id: str) -> tuple[DerivedRecord, ...]:
        """The object and everything it was made from, nearest first.

        Inputs that are no derived objects (digests of stored content) end a branch; they stand in the
        ``inputs`` of the records.

        Raises
        ------
        StoreError
            ``store.not-found``
        """
        found = {derived_id: self.record(derived_id)}
        waiting = [derived_id]
        while waiting:
            for input_id in found[waiting.pop(0)].inputs:
                if input_id not in found and self.has(input_id):
                    found[input_id] = self.record(input_id)
                    waiting.append(input_id)
        return tuple(found.values())


def _not_found() -> StoreError:
    return StoreError(
        "store.not-found", "The store has no object with this id.", remedy="Run the step that makes it."
    )
