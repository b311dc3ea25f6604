"""What backups that were killed left behind: half-written files beside the whole ones."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from adcurate.errors import StoreError
from adcurate.store.portable import disk_errors, take_lock

SUFFIX: Final = ".adcurate"
PART: Final = ".part"
_YOUNG_S: Final = 60.0
# A copy of the database waits beside the archive, under its name and the number of the process.
_DATABASE: Final = re.compile(r"(.+)\.[0-9]+\.part\.sqlite(-journal|-wal|-shm)?")


def clear_leftovers(file: Path, study_name: str) -> None:
    """Remove the halves of this study's backups beside `file`, but for those that are being written.

    Who writes one holds its lock; a young one is left alone, since its writer may be about to take it.

    Raises
    ------
    StoreError
        ``store.disk``
    """
    for half, files in _halves(file.parent):
        is_ours = half == f"{file.name}{PART}" or half.startswith(f"{study_name}-")
        if is_ours and not _is_written(file.with_name(half)):
            with disk_errors():
                for one in (*files, file.with_name(half)):
                    one.unlink(missing_ok=True)


def _halves(folder: Path) -> Iterator[tuple[str, list[Path]]]:
    """Each unfinished archive by its name, with the copies of the database that lie beside it."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.iterdir()):
        copy = _DATABASE.fullmatch(path.name)
        name = f"{copy[1]}{PART}" if copy else path.name
        if name.endswith(f"{SUFFIX}{PART}"):
            found.setdefault(name, []).append(path)
    yield from found.items()


def _is_written(half: Path) -> bool:
    if not half.is_file():
        return False
    if abs(time.time() - half.stat().st_mtime) < _YOUNG_S:
        return True
    try:
        take_lock(half).close()
    except StoreError:
        return True
    return False
