"""What each object of a batch is: new, known already, or refused. One set of queries for the whole batch.

`Sorting` decides inside the writer's transaction and only gathers rows; `Instances` writes them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Select, select

from adcurate.store.packs import StagedBlob
from adcurate.store.received import Fate, KnownObject, NewInstance, NewRefusal, Outcome
from adcurate.store.schema import instances, quarantine, subjects, withdrawals
from adcurate.store.withdrawals import exam_mark, marks_of_erased

_CONFLICTS = {
    "dicom.uid-conflict": "An object with this UID is stored already, with another content.",
    "dicom.patient-conflict": "The same exam arrived before under another Patient ID.",
    "study.withdrawn": "The subject withdrew: nothing more of it is taken, and its bytes are not kept.",
}
# SQLite takes at most 999 values in one statement everywhere.
_MOST_VALUES = 900


class Sorting:
    """What the store has of a batch's objects, and the rows that the batch adds."""

    def __init__(
        self,
        connection: Connection,
        prepared: Sequence[NewInstance],
        others: Iterable[NewRefusal | KnownObject] = (),
    ) -> None:
        uids = {item.sop_instance_uid for item in prepared}
        studies = {item.study_uid for item in prepared}
        codes = {item.subject for item in prepared}
        digests = {item.received_digest for item in (*prepared, *others)}
        known = select(instances.c.sop_instance_uid, instances.c.blob, instances.c.received_digest)
        owners = select(instances.c.study_uid, instances.c.subject).distinct()
        self._erased = marks_of_erased(connection)
        held = select(quarantine.c.received_digest, quarantine.c.code, quarantine.c.sentence)
        self._known = {
            uid: (blob, digest)
            for uid, blob, digest in _rows(connection, known, instances.c.sop_instance_uid, uids)
        }
        self._owner = dict(_rows(connection, owners, instances.c.study_uid, studies))
        self._subjects = {
            code for (code,) in _rows(connection, select(subjects.c.code), subjects.c.code, codes)
        }
        self._withdrawn = {
            code for (code,) in _rows(connection, select(withdrawals.c.subject), withdrawals.c.subject, codes)
        }
        self._held = {
            digest: (code, sentence)
            for digest, code, sentence in _rows(connection, held, quarantine.c.received_digest, digests)
        }
        self.outcomes: list[Outcome] = []
        self.blobs: list[StagedBlob] = []
        self.subject_rows: list[dict[str, object]] = []
        self.instance_rows: list[dict[str, object]] = []
        self.account_rows: list[dict[str, object]] = []
        self.refusals: list[tuple[NewInstance | NewRefusal, dict[str, object]]] = []

    def sort_instance(self, item: NewInstance, blob: StagedBlob) -> None:
        """Store an object, unless it is known or contradicts one that is."""
        known = self._known.get(item.sop_instance_uid)
        if known is not None:
            if blob.digest == known[0] or item.received_digest == known[1]:
                self._add("duplicate", item)
            else:
                self._conflict(item, "dicom.uid-conflict")
            return
        if item.subject in self._withdrawn or exam_mark(item.study_uid) in self._erased:
            self._conflict(item, "study.withdrawn")
            return
        if self._owner.setdefault(item.study_uid, item.subject) != item.subject:
            self._conflict(item, "dicom.patient-conflict")
            return
        if item.subject not in self._subjects:
            self._subjects.add(item.subject)
            self.subject_rows.append({"code": item.subject})
        self._known[item.sop_instance_uid] = (blob.digest, item.received_digest)
        self.blobs.append(blob)
        self.instance_rows.append(
            {
                "sop_instance_uid": item.sop_instance_uid,
                "series_uid": item.series_uid,
                "study_uid": item.study_uid,
                "subject": item.subject,
                "exam_date": item.exam_date,
                "blob": blob.digest,
                "received_digest": item.received_digest,
            }
        )
        if item.account:
            self.account_rows.append({"sop_instance_uid": item.sop_instance_uid, "account": item.account})
        self._add("stored", item)

    def sort_refusal(self, item: NewRefusal) -> None:
        """Hold a refused object back, unless it is held already."""
        self._refuse(item, item.code, item.sentence)

    def sort_known(self, item: KnownObject) -> None:
        """Count bytes that were met before; if they were refused then, the reason is said again."""
        code, sentence = self._held.get(item.received_digest, ("", ""))
        self.outcomes.append(Outcome("duplicate", item.source_name, code, sentence))

    def _conflict(self, item: NewInstance, code: str) -> None:
        self._refuse(item, code, _CONFLICTS[code])

    def _refuse(self, item: NewInstance | NewRefusal, code: str, sentence: str) -> None:
        digest = item.received_digest
        if digest in self._held:
            self.outcomes.append(Outcome("duplicate", item.source_name, code, sentence))
            return
        self._held[digest] = (code, sentence)
        row = {"received_digest": digest, "code": code, "sentence": sentence, "source_name": item.source_name}
        self.refusals.append((item, dict(row)))
        self.outcomes.append(Outcome("quarantined", item.source_name, code, sentence))

    def _add(self, fate: Fate, item: NewInstance) -> None:
        outcome = Outcome(
            fate,
            item.source_name,
            subject=item.subject,
            study_uid=item.study_uid,
            series_uid=item.series_uid,
        )
        self.outcomes.append(outcome)


def _rows(
    connection: Connection, query: Select[Any], column: Column[Any], values: Iterable[str]
) -> Iterator[Any]:
    """The rows of a query whose `column` is one of `values`."""
    wanted = sorted(values)
    for start in range(0, len(wanted), _MOST_VALUES):
        yield from connection.execute(query.where(column.in_(wanted[start : start + _MOST_VALUES])))
