"""What concerns one subject as a whole: what is its own, and taking all of it away for good."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import select

from adcurate.errors import StoreError
from adcurate.store.blobs import BlobFolder
from adcurate.store.database import Database
from adcurate.store.documents import Contours
from adcurate.store.erasing import Erasure, erase_rows
from adcurate.store.instances import Instances
from adcurate.store.moving import ExamMove, Moved, move_rows
from adcurate.store.schema import derived, instances
from adcurate.store.subject_rows import Belongings, belongings
from adcurate.store.withdrawals import Withdrawal


class Subjects:
    """Subjects, with everything that hangs on them."""

    def __init__(
        self, database: Database, instances: Instances, blobs: BlobFolder, contours: Contours
    ) -> None:
        self._database = database
        self._instances = instances
        self._blobs = blobs
        self._contours = contours

    def belongings(self, subject: str, exams: Iterable[str] | None = None) -> Belongings:
        """All that is a subject's, or that belongs to some of its exams only."""
        with self._database.read() as connection:
            return belongings(connection, subject, exams)

    def erase_rows(self, asked: Erasure) -> Withdrawal:
        """Take out every row and leave the tombstone; `take_away_objects` comes next."""
        return erase_rows(self._database, asked)

    def move_exam(self, asked: ExamMove) -> Moved:
        """Give an exam to another subject, and take away the bytes that it had before."""
        moved = move_rows(self._database, self._blobs, self._contours, asked)
        self.take_away_objects(moved.packs, moved.alone)
        return moved

    def take_away_objects(self, packs: Collection[str], alone: Collection[str]) -> None:
        """Take away the bytes that no row names any more; what else lay in their packs gets a new place.

        Broken off anywhere it can be done again.
        """
        for pack in packs:
            self._instances.put_again(self._blobs.stage_all(self._whole(self._instances.in_pack(pack))))
        self._blobs.erase_packs(packs)
        named = self._named()
        self._blobs.erase(blob for blob in alone if blob not in named)

    def leave_no_trace(self) -> None:
        """Write the database anew without its free pages, and empty its log."""
        self._database.write_anew()

    def _whole(self, blobs: Iterable[str]) -> Iterator[bytes]:
        """The bytes of each; one that was damaged before is left behind, for verify to name."""
        for blob in blobs:
            try:
                yield self._blobs.get(blob)
            except StoreError as trouble:
                if trouble.code != "store.integrity":
                    raise

    def _named(self) -> frozenset[str]:
        with self._database.read() as connection:
            made = connection.scalars(select(derived.c.blob).where(derived.c.blob.is_not(None)))
            return frozenset((*connection.scalars(select(instances.c.blob)), *(str(one) for one in made)))
