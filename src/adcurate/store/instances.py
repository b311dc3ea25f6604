"""Which objects the study holds, and the count that must add up.

received = stored + duplicate + quarantined, batch by batch and in all.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, func, select

from adcurate.findings import Finding
from adcurate.store.batch import Batch, KeepRefused, count_error, store_batch
from adcurate.store.blob_source import BlobSource
from adcurate.store.blobs import BlobFolder
from adcurate.store.database import Database
from adcurate.store.packs import StagedBlob
from adcurate.store.received import (
    ExamRecord,
    InstanceRecord,
    KnownObject,
    NewInstance,
    NewRefusal,
    Receipt,
    StoreSize,
)
from adcurate.store.schema import instances, packed, quarantine, receipts, subjects


class Instances:
    """The objects of the study."""

    def __init__(self, database: Database, blobs: BlobFolder) -> None:
        self._database = database
        self._blobs = blobs

    def add_batch(
        self,
        prepared: Sequence[NewInstance],
        refused: Sequence[NewRefusal] = (),
        known: Sequence[KnownObject] = (),
        *,
        keep_refused: KeepRefused,
        skipped: Mapping[str, int] | None = None,
        findings: Iterable[Finding] = (),
        step: str = "add",
        released: Sequence[str] = (),
    ) -> Receipt:
        """Store a batch and its receipt; outcomes in the order prepared, refused, known.

        An object known by its received bytes, or whose research object is the same, is a duplicate; so
        is one quarantined before. The same UID with another content is quarantined as
        ``dicom.uid-conflict``, an exam known under another subject as ``dicom.patient-conflict``.

        Parameters
        ----------
        known
            Objects whose received bytes `KnownObjects` has: counted as duplicates.
        keep_refused
            Puts the bytes of a quarantined object into the vault, before any row says that it did.
        skipped
            How many things that are no MR image were left alone, by reason.
        findings
            What the step `step` found in the batch: kept with it or not at all.
        released
            Received digests of the batch's objects that leave quarantine by it. They were counted when they
            came, so the receipt counts them as quarantined once less and not as received again.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``, ``store.locked``: then nothing of the batch is in the store.
        """
        batch = Batch(
            tuple(prepared),
            tuple(refused),
            tuple(known),
            keep_refused,
            dict(sorted((skipped or {}).items())),
            tuple(findings),
            step,
            tuple(released),
        )
        return store_batch(self._database, self._blobs, batch)

    def put_again(self, staged: Sequence[StagedBlob]) -> None:
        """Give bytes that are damaged or gone a place once more; their objects are stored already.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``, ``store.locked``: then nothing was changed.
        """
        if not staged:
            return
        with self._database.begin() as connection:
            rows = [place._asdict() for place in self._blobs.place(staged, over=True)]
            for one in staged:
                connection.execute(packed.delete().where(packed.c.blob == one.digest))
            if rows:
                connection.execute(packed.insert(), rows)
        # What lay alone and lies in a pack now is not looked at any more.
        self._blobs.take_away([str(row["blob"]) for row in rows])

    def in_pack(self, pack: str) -> tuple[str, ...]:
        """Digests of the stored objects that lie in a pack, in its order."""
        with self._database.read() as connection:
            query = select(packed.c.blob).where(packed.c.pack == pack).order_by(packed.c.start)
            return tuple(connection.scalars(query))

    def size(self) -> StoreSize:
        """How many objects, exams and subjects there are."""
        with self._database.read() as connection:
            n_objects = connection.scalar(select(func.count()).select_from(instances)) or 0
            n_exams = connection.scalar(select(func.count(instances.c.study_uid.distinct()))) or 0
            n_subjects = connection.scalar(select(func.count(instances.c.subject.distinct()))) or 0
        return StoreSize(n_objects, n_exams, n_subjects)

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

    def exams(self) -> tuple[ExamRecord, ...]:
        """Every exam with the number of its objects, by subject; no object is looked at."""
        query = (
            select(
                instances.c.study_uid,
                instances.c.subject,
                func.max(instances.c.exam_date),
                func.count(),
            )
            .group_by(instances.c.study_uid)
            .order_by(instances.c.subject, instances.c.study_uid)
        )
        with self._database.read() as connection:
            return tuple(ExamRecord(*row) for row in connection.execute(query))

    def sources(self, *, study_uid: str | None = None, subject: str | None = None) -> tuple[BlobSource, ...]:
        """The stored objects as sources of bytes, in the order of `all`."""
        records = self.all(study_uid=study_uid, subject=subject)
        return tuple(self._blobs.source(record.blob, record.sop_instance_uid) for record in records)

    def packs(self) -> frozenset[str]:
        """The names of the packs that hold stored objects."""
        with self._database.read() as connection:
            return frozenset(connection.scalars(select(packed.c.pack).distinct()))

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

    def check_count(self) -> None:
        """Hold the rows against the receipts.

        Raises
        ------
        StoreError
            ``store.integrity``
        """
        with self._database.read() as connection:
            _check_conservation(connection)

    def verify(self) -> tuple[str, ...]:
        """UIDs of stored objects whose bytes are gone or changed; also checks the count.

        Raises
        ------
        StoreError
            ``store.integrity``
        """
        self.check_count()
        records = self.all()
        damaged = set(self._blobs.verify({record.blob for record in records}))
        return tuple(record.sop_instance_uid for record in records if record.blob in damaged)


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
        raise count_error(Receipt(received, stored, duplicate, refused, {}))
