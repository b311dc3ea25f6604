"""How SQLite is asked for a study's database: for writing, or from a place where nothing can be written.

A study on a read-only disk has no room for SQLite's lock and log files, so the file is opened as one that
nobody changes (``immutable``). Where another program has it open for writing, its log is there and is read.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from adcurate.errors import StoreError

_LOG, _INDEX = "-wal", "-shm"
BUSY_TIMEOUT_S: Final = 60


def can_be_written(folder: Path) -> bool:
    """Whether files can be made in a folder."""
    return os.access(folder, os.W_OK)


def reading_address(path: Path) -> str:
    """The address (URI) for a connection that only reads.

    Raises
    ------
    StoreError
        ``store.unfinished-log`` where a writer was broken off and its log cannot be brought in here.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    if can_be_written(path.parent):
        return address
    log, index = path.with_name(path.name + _LOG), path.with_name(path.name + _INDEX)
    if index.exists():
        return address
    if log.exists() and log.stat().st_size:
        raise StoreError(
            "store.unfinished-log",
            "The last writer of this study was broken off, and nothing can be written here to put it right.",
            remedy="Copy the whole study folder to a disk that can be written, and open it there.",
        )
    return f"{address}&immutable=1"
