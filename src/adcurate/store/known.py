"""Whether bytes were met before: one look-up by their keyed digest, from any thread or process.

It only reads, and waits for no writer; what it does not know yet, the writer's transaction still finds.
"""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

_BUSY_TIMEOUT_S = 60
_QUERY = (
    "SELECT 1 FROM instances WHERE received_digest = :digest"
    " UNION ALL SELECT 1 FROM quarantine WHERE received_digest = :digest LIMIT 1"
)


class KnownObjects:
    """The digests of everything that was stored or quarantined. Picklable, for worker processes."""

    def __init__(self, database: Path) -> None:
        self._path = database
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def __contains__(self, received_digest: object) -> bool:
        with self._lock:
            if self._connection is None:
                address = f"{self._path.absolute().as_uri()}?mode=ro"
                self._connection = sqlite3.connect(
                    address, uri=True, timeout=_BUSY_TIMEOUT_S, check_same_thread=False
                )
            return self._connection.execute(_QUERY, {"digest": received_digest}).fetchone() is not None

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
