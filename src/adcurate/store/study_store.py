"""The research zone of one study on disk: a database, a folder of blobs, and one writer at a time."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Self

from adcurate.errors import StoreError
from adcurate.store.accounts import Accounts
from adcurate.store.blobs import BlobFolder
from adcurate.store.data_locks import DataLocks
from adcurate.store.database import Clock, Database, utc_now
from adcurate.store.derived import DerivedObjects
from adcurate.store.documents import Choices, Contours, Links, Worksheets
from adcurate.store.instances import Instances
from adcurate.store.joined_columns import JoinedColumns
from adcurate.store.journal import Findings, Runs
from adcurate.store.known import KnownObjects, PlacesInPacks
from adcurate.store.portable import disk_errors, refuse_network_drive, sync_folder, take_lock
from adcurate.store.protocols import Protocols
from adcurate.store.quarantine import Quarantine
from adcurate.store.reading.audit import Audit
from adcurate.store.reading.one_time_links import OneTimeLinks
from adcurate.store.reading.people import People
from adcurate.store.reading.records import ReadingRecords
from adcurate.store.reading.sessions import Sessions, SignInAttempts
from adcurate.store.screening import Screening
from adcurate.store.subjects import Subjects
from adcurate.store.withdrawals import Withdrawals

DATABASE_NAME = "study.sqlite"
OBJECTS_NAME = "objects"
LOCK_NAME = "writer.lock"

Access = Literal["write", "read"]


class StudyStore:
    """Everything the research zone knows, by repository. Use it as a context manager."""

    def __init__(self, folder: Path, lock: IO[bytes] | None, clock: Clock) -> None:
        self.folder = folder
        self._lock = lock
        self._database = Database(folder / DATABASE_NAME, clock)
        self._places = PlacesInPacks(folder / DATABASE_NAME)
        self.blobs = BlobFolder(folder / OBJECTS_NAME, self._places)
        self.instances = Instances(self._database, self.blobs)
        self.accounts = Accounts(self._database)
        self.known = KnownObjects(folder / DATABASE_NAME)
        self.quarantine = Quarantine(self._database)
        self.worksheets = Worksheets(self._database)
        self.links = Links(self._database)
        self.screening = Screening(self._database)
        self.contours = Contours(self._database)
        self.choices = Choices(self._database)
        self.data_locks = DataLocks(self._database, self.choices)
        self.joined_columns = JoinedColumns(self._database, self.choices)
        self.protocols = Protocols(self._database)
        self.derived = DerivedObjects(self._database, self.blobs)
        self.findings = Findings(self._database)
        self.runs = Runs(self._database)
        self.reading = ReadingRecords(self._database, self.contours, self.choices)
        self.withdrawals = Withdrawals(self._database)
        self.subjects = Subjects(self._database, self.instances, self.blobs, self.contours)
        self.clock = clock
        self.audit = Audit(self._database)
        self.people = People(self._database)
        self.one_time_links = OneTimeLinks(self._database)
        self.sessions = Sessions(self._database)
        self.sign_in_attempts = SignInAttempts(self._database)

    @classmethod
    def create(cls, folder: Path, *, clock: Clock = utc_now) -> Self:
        """Make an empty store in `folder` (made if it is not there) and open it for writing.

        Raises
        ------
        StoreError
            ``store.network-drive``, ``store.locked``, ``store.disk-full``, ``store.disk``,
            ``store.integrity`` where a store is there already
        """
        refuse_network_drive(folder)
        if (folder / DATABASE_NAME).exists():
            raise StoreError(
                "store.integrity", "There is a study in this folder already.", remedy="Choose another folder."
            )
        with disk_errors():
            (folder / OBJECTS_NAME).mkdir(parents=True, exist_ok=True)
        store = cls(folder, take_lock(folder / LOCK_NAME), clock)
        try:
            store._database.create()
            with disk_errors():
                sync_folder(folder)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, folder: Path, access: Access = "write", *, clock: Clock = utc_now) -> Self:
        """Open the store in `folder`; ``"read"`` takes no lock and must not be written through.

        Raises
        ------
        StoreError
            ``store.not-found``, ``store.network-drive``, ``store.locked``, ``store.schema-version``
        """
        if not (folder / DATABASE_NAME).is_file():
            raise StoreError(
                "store.not-found", "There is no study in this folder.", remedy="Check the folder's path."
            )
        refuse_network_drive(folder)
        lock = take_lock(folder / LOCK_NAME) if access == "write" else None
        store = cls(folder, lock, clock)
        try:
            store._database.check_version()
            if access == "write":
                store.blobs.clear_incoming()
                store.blobs.clear_unnamed(store.instances.packs())
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the database and the lock."""
        self.known.close()
        self._places.close()
        self._database.close()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
