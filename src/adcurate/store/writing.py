"""Bytes to disk: opened for their owner alone, written whole, synced, and taken away again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from adcurate.store.portable import disk_errors, sync_folder

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def write_durably(path: Path, content: bytes) -> None:
    """Temporary file, fsync, rename. The caller syncs the folder."""
    part = path.with_name(path.name + ".part")
    try:
        descriptor = open_new(part)
        try:
            write_all(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(path)
    except BaseException:
        remove_all([part])
        raise


def open_new(path: Path) -> int:
    """A descriptor of a new, empty file."""
    return os.open(path, _FLAGS, 0o600)


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte, however many calls that takes."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def remove_all(paths: Iterable[Path]) -> None:
    """Take files away that no row names."""
    for path in paths:
        # What cannot be taken away is harmless.
        with contextlib.suppress(OSError):
            path.unlink()


def erase_files(paths: Iterable[Path]) -> None:
    """Take files away for good; a file that is gone already is no error.

    Raises
    ------
    StoreError
        ``store.disk`` for a file that stays.
    """
    folders = set()
    with disk_errors():
        for path in paths:
            path.unlink(missing_ok=True)
            folders.add(path.parent)
        for folder in folders:
            if folder.is_dir():
                sync_folder(folder)
