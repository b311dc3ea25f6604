"""Which objects the study holds, and the count that must add up: received = stored + duplicate + quarantined.

A batch is stored as one: blobs first, then the bytes of what is refused, then one transaction with every
row and the receipt. Broken off anywhere, the same batch can be given again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection, func, select

from adcurate.errors import StoreError
from adcurate.model import canonical_json
from adcurate.store.blobs import BlobFolder, BlobSource
from adcurate.store.database import Database
from adcurate.store.received import (
    InstanceRecord,
    NewInstance,
    NewRefusal,
    Outcome,
    QuarantineRecord,
    Receipt,
)
from adcurate.store.schema import instances, quarantine, receipts, subjects

# Gets the object, its code, and returns the name under which the vault keeps its bytes, durably.
KeepRefused = Callable[[NewInstance | NewRefusal, str], str]

_CONFLICTS = {
    "dicom.uid-conflict": "An object with this UID is stored already, with another content.",
    "dicom.patient-conflict": "The same exam arrived before under another Patient ID.",
}


class Instances:
    """The objects of the study."""

    def __init__(self, database: Database, blobs: BlobFolder) -> None:
        self._database = database
        self._blobs = blobs

    def add_batch(
        self,
        prepared: Sequence[NewInstance],
        refused: Sequence[NewRefusal] = (),
        *,
        keep_refused: KeepRefused,
        skipped: Mapping[str, int] | None = None,
    ) -> Receipt:
        """Store a batch and its receipt.

        An object known by its received bytes, or whose research object is the same, is a duplicate; so
        is one quarantined before. The same UID with another content is quarantined as
        ``dicom.uid-conflict``, an exam known under another subject as ``dicom.patient-conflict``.

        Parameters
        ----------
        keep_refused
            Puts the bytes of a quarantined object into the vault, before any row says that it did.
        skipped
            How many things that are no MR image were left alone, by reason.

        Raises
        ------
        StoreError
            ``store.integrity`` if the count does not add up; ``store.disk-full``, ``store.disk``.
        """
        digests = self._blobs.put_all(item.content for item in prepared)
        with self._database.begin() as connection:
            receipt_id = self._next_receipt(connection)
            rows: list[dict[str, object]] = []
            outcomes = [
                self._add(connection, item, blob, rows) for item, blob in zip(prepared, digests, strict=True)
            ]
            outcomes += [
                self._refuse(connection, refusal, refusal.code, refusal.sentence, rows) for refusal in refused
            ]
            everything: list[NewInstance | NewRefusal] = [*prepared, *refused]
            by_digest = {item.received_digest: item for item in everything}
            for row in rows:
                code = str(row["code"])
                row["vault_name"] = keep_refused(by_digest[str(row["received_digest"])], code)
                row["receipt"] = receipt_id
            receipt = _receipt(len(everything), outcomes, skipped or {})
            connection.execute(
                receipts.insert().values(
                    id=receipt_id,
                    at=self._database.clock(),
                    received=receipt.received,
                    stored=receipt.stored,
                    duplicate=receipt.duplicate,
                    quarantined=receipt.quarantined,
                    skipped=canonical_json(dict(receipt.skipped)),
                )
            )
            if rows:
                connection.execute(quarantine.insert(), rows)
            _check_conservation(connection)
        return receipt

    def all(self, *, study_uid: str | None = None, subject: str | None = None) -> tuple[InstanceRecord, ...]:
        """The stored objects, or those of one exam or subject, in a fixed order."""
        query = select(instances).order_by(
            instances.c.subject, instances.c.study_uid, instances.c.series_uid, instances.c.sop_instance_uid
        )
        if study_uid is not None:
            query = query.where(instances.c.study_uid == study_uid)
        if subject is not None:
            query = query.where(instances.c.subject == subject)
        with self._database.read() as connection:
            return tuple(InstanceRecord(*row) for row in connection.execute(query))

    def sources(self, *, study_uid: str | None = None, subject: str | None = None) -> tuple[BlobSource, ...]:
        """The stored objects as sources of bytes, in the order of `all`."""
        records = self.all(study_uid=study_uid, subject=subject)
        return tuple(self._blobs.source(record.blob, record.sop_instance_uid) for record in records)

    def subjects(self) -> tuple[str, ...]:
        """The codes of all subjects, sorted."""
        with self._database.read() as connection:
            return tuple(connection.scalars(select(subjects.c.code).order_by(subjects.c.code)))

    def totals(self) -> Receipt:
        """All receipts added up."""
        with self._database.read() as connection:
            rows = connection.execute(select(receipts)).all()
        skipped: dict[str, int] = {}
        for row in rows:
            for reason, count in json.loads(row.skipped).items():
                skipped[reason] = skipped.get(reason, 0) + count
        return Receipt(
            sum(row.received for row in rows),
            sum(row.stored for row in rows),
            sum(row.duplicate for row in rows),
            sum(row.quarantined for row in rows),
            dict(sorted(skipped.items())),
        )

    def verify(self) -> tuple[str, ...]:
        """UIDs of stored objects whose bytes are gone or changed; also checks the count.

        Raises
        ------
        StoreError
            ``store.integrity``
        """
        with self._database.read() as connection:
            _check_conservation(connection)
        records = self.all()
        damaged = set(self._blobs.verify({record.blob for record in records}))
        return tuple(record.sop_instance_uid for record in records if record.blob in damaged)

    def _add(
        self, connection: Connection, item: NewInstance, blob: str, rows: list[dict[str, object]]
    ) -> Outcome:
        known = connection.execute(
            select(instances.c.blob, instances.c.received_digest).where(
                instances.c.sop_instance_uid == item.sop_instance_uid
            )
        ).first()
        if known is not None:
            if item.received_digest == known.received_digest or blob == known.blob:
                return Outcome("duplicate", item.source_name)
            return self._conflict(connection, item, "dicom.uid-conflict", rows)
        owners = set(
            connection.scalars(
                select(instances.c.subject).where(instances.c.study_uid == item.study_uid).distinct()
            )
        )
        if owners - {item.subject}:
            return self._conflict(connection, item, "dicom.patient-conflict", rows)
        if not connection.scalar(select(func.count()).where(subjects.c.code == item.subject)):
            connection.execute(subjects.insert().values(code=item.subject))
        connection.execute(
            instances.insert().values(
                sop_instance_uid=item.sop_instance_uid,
                series_uid=item.series_uid,
                study_uid=item.study_uid,
                subject=item.subject,
                exam_date=item.exam_date,
                blob=blob,
                received_digest=item.received_digest,
            )
        )
        return Outcome("stored", item.source_name)

    def _conflict(
        self, connection: Connection, item: NewInstance, code: str, rows: list[dict[str, object]]
    ) -> Outcome:
        return self._refuse(connection, item, code, _CONFLICTS[code], rows)

    def _refuse(
        self,
        connection: Connection,
        item: NewInstance | NewRefusal,
        code: str,
        sentence: str,
        rows: list[dict[str, object]],
    ) -> Outcome:
        digest = item.received_digest
        known = connection.scalar(select(func.count()).where(quarantine.c.received_digest == digest))
        if known or any(row["received_digest"] == digest for row in rows):
            return Outcome("duplicate", item.source_name, code, sentence)
        rows.append(
            {"received_digest": digest, "code": code, "sentence": sentence, "source_name": item.source_name}
        )
        return Outcome("quarantined", item.source_name, code, sentence)

    @staticmethod
    def _next_receipt(connection: Connection) -> int:
        return (connection.scalar(select(func.max(receipts.c.id))) or 0) + 1


class Quarantine:
    """The objects that were refused, each with its reason."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[QuarantineRecord, ...]:
        """Every quarantined object, in the order in which they came."""
        query = select(
            quarantine.c.received_digest,
            quarantine.c.code,
            quarantine.c.sentence,
            quarantine.c.source_name,
            quarantine.c.vault_name,
        ).order_by(quarantine.c.receipt, quarantine.c.received_digest)
        with self._database.read() as connection:
            return tuple(QuarantineRecord(*row) for row in connection.execute(query))

    def counts(self) -> Mapping[str, int]:
        """How many objects each code holds back."""
        query = (
            select(quarantine.c.code, func.count()).group_by(quarantine.c.code).order_by(quarantine.c.code)
        )
        with self._database.read() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _receipt(received: int, outcomes: Sequence[Outcome], skipped: Mapping[str, int]) -> Receipt:
    fates = [outcome.fate for outcome in outcomes]
    return Receipt(
        received,
        fates.count("stored"),
        fates.count("duplicate"),
        fates.count("quarantined"),
        dict(sorted(skipped.items())),
        tuple(outcomes),
    )


def _check_conservation(connection: Connection) -> None:
    """received = stored + duplicate + quarantined, and the rows are as many as the receipts say."""
    row = connection.execute(
        select(
            func.coalesce(func.sum(receipts.c.received), 0),
            func.coalesce(func.sum(receipts.c.stored), 0),
            func.coalesce(func.sum(receipts.c.duplicate), 0),
            func.coalesce(func.sum(receipts.c.quarantined), 0),
        )
    ).one()
    received, stored, duplicate, refused = row
    n_instances = connection.scalar(select(func.count()).select_from(instances))
    n_quarantined = connection.scalar(select(func.count()).select_from(quarantine))
    if received != stored + duplicate + refused or n_instances != stored or n_quarantined != refused:
        raise StoreError(
            "store.integrity",
            "The count of received objects does not add up.",
            remedy="Restore the study folder from a backup and report this.",
            received=received,
            stored=stored,
            duplicate=duplicate,
            quarantined=refused,
        )
