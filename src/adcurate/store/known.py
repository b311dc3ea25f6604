"""Single look-ups in the database, from any thread or process: was this met before, where does that lie?

They only read, and wait for no writer; what they do not know yet, the writer's transaction still finds.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import Any

from adcurate.store.database_address import BUSY_TIMEOUT_S, reading_address
from adcurate.store.database_error import store_error
from adcurate.store.packs import BlobPlace

_MET = (
    "SELECT 1 FROM instances WHERE received_digest = :value"
    " UNION ALL SELECT 1 FROM quarantine WHERE received_digest = :value LIMIT 1"
)
_PLACE = "SELECT pack, start, length FROM packed WHERE blob = :value"


class _LookUp:
    """One query with one value, over a connection of its own. Picklable, for worker processes."""

    def __init__(self, database: Path) -> None:
        self._path = database
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def _row(self, query: str, value: object) -> tuple[Any, ...] | None:
        with self._lock:
            try:
                if self._connection is None:
                    self._connection = sqlite3.connect(
                        reading_address(self._path),
                        uri=True,
                        timeout=BUSY_TIMEOUT_S,
                        check_same_thread=False,
                    )
                row: tuple[Any, ...] | None = self._connection.execute(query, {"value": value}).fetchone()
            except sqlite3.Error as trouble:
                raise store_error(str(trouble)) from trouble
            return row

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def __getstate__(self) -> Path:
        return self._path

    def __setstate__(self, database: Path) -> None:
        self.__init__(database)  # type: ignore[misc]


class KnownObjects(_LookUp):
    """The digests of everything that was stored or quarantined, as it was received."""

    def __contains__(self, received_digest: object) -> bool:
        return self._row(_MET, received_digest) is not None


class PlacesInPacks(_LookUp):
    """Where the blobs lie that are no files of their own."""

    def __call__(self, digest: str) -> BlobPlace | None:
        row = self._row(_PLACE, digest)
        return None if row is None else BlobPlace(digest, *row)
