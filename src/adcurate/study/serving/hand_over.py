"""The hand-over for a page: a draft to look at, locked folders to take away, a returned file to join.

Folders lie in ``results/hand-over``, so that erasing a subject takes them away with the other results. A
person who takes a file, or looks at what a returned column would change, sees outcomes: the log says so.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adcurate.errors import InputError
from adcurate.formats.table import read_table
from adcurate.model.progress import Progress
from adcurate.model.reading.design import Someone
from adcurate.store.data_locks import DataLock
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.hand_over import HandOver, hand_over_study
from adcurate.study.hand_over.join import Joined, ReturnedColumn, join_column
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.reading.blinding import note_outcomes_seen
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.rows import current_rows

FOLDER: Final = "hand-over"
DRAFT: Final = "draft"
_NAME: Final = re.compile(r"draft|[0-9]{4}-[0-9]{2}-[0-9]{2}-lock-[0-9]+(-[0-9]+)?")
_ENDINGS: Final = frozenset({".csv", ".xlsx"})


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One folder: its name, and the size of each of its files."""

    name: str
    sizes: dict[str, int]


@dataclass(frozen=True, slots=True)
class HandOverState:
    """What there is to hand over, the locks of the data so far, and the folders written."""

    n_rows: int
    n_readings: int
    n_locked: int
    locks: tuple[DataLock, ...]
    folders: tuple[HandedOver, ...]


def hand_over_state(room: ReadingRoom) -> HandOverState:
    """Look, without changing anything."""
    items = [one.item for one in room.store.reading.designs.items()]
    statuses = room.store.reading.locks.statuses(items)
    return HandOverState(
        len(current_rows(room.store)),
        len(items),
        sum(one.state == "locked" for one in statuses.values()),
        tuple(reversed(room.store.data_locks.all())),
        tuple(_folders(room.study)),
    )


def draft_hand_over(room: ReadingRoom, progress: Progress) -> HandOver:
    """Write a draft, in place of the last one: what would be locked, and what moved since the last lock.

    Raises
    ------
    ReadError
        ``read.sealed``
    AdcurateError
        As `hand_over_study`.
    """
    refuse_while_sealed(room.store, "A draft would show outcomes")
    made = hand_over_study(room.study, _scratch(room.study), draft=True, progress=progress)
    return _named(room.study, made, DRAFT)


def lock_and_hand_over(room: ReadingRoom, who: Someone, why: str, progress: Progress) -> HandOver:
    """Lock the data and write them into a folder of their own.

    Raises
    ------
    ReadError
        ``read.sealed``
    AdcurateError
        As `hand_over_study`.
    """
    refuse_while_sealed(room.store, "The data cannot be handed over")
    made = hand_over_study(room.study, _scratch(room.study), why=why, person=who.id, progress=progress)
    assert made.lock is not None
    return _named(room.study, made, f"{made.lock.at[:10]}-lock-{made.lock.version}")


def take_hand_over(room: ReadingRoom, who: Someone, name: str, file: str = "") -> bytes | None:
    """A file of a folder, or all of it as a ZIP; None where there is none. It holds outcomes: noted so.

    Raises
    ------
    ReadError
        ``read.sealed``
    """
    refuse_while_sealed(room.store, "What was handed over holds outcomes")
    found = next((one for one in _folders(room.study) if one.name == name), None)
    if found is None or (file and file not in found.sizes):
        return None
    _note_seen(room, who)
    place = _place(room.study) / name
    if file:
        return (place / file).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in found.sizes:
            archive.writestr(f"{name}/{one}", (place / one).read_bytes())
    return packed.getvalue()


def returned_columns(name: str, content: bytes) -> tuple[str, ...]:
    """The columns of a returned file.

    Raises
    ------
    InputError
        ``input.not-readable``
    TableError
        As `read_table`.
    """
    with _on_disk(name, content) as path:
        return read_table(path).columns


def join_returned(
    room: ReadingRoom,
    who: Someone,
    name: str,
    content: bytes,
    asked: ReturnedColumn,
    *,
    enter: bool,
    why: str,
) -> Joined:
    """Show, or with `enter` make, what a column of a returned file changes.

    Raises
    ------
    AdcurateError
        As `join_column`.
    """
    with _on_disk(name, content) as path:
        joined = join_column(room.study, path, asked, enter=enter, why=why, person=who.id)
    _note_seen(room, who)
    return joined


def _note_seen(room: ReadingRoom, who: Someone) -> None:
    keys = sorted({f"{row.subject}/{row.lesion}" for row in current_rows(room.store)})
    if keys:
        note_outcomes_seen(room, who, keys, "seen")


def _place(study: StudyFolder) -> Path:
    return study.results / FOLDER


def _scratch(study: StudyFolder) -> Path:
    """A name that no finished folder has; what a broken-off one left there goes."""
    place = _place(study)
    place.mkdir(parents=True, exist_ok=True)
    scratch = place / ".new"
    shutil.rmtree(scratch, ignore_errors=True)
    return scratch


def _named(study: StudyFolder, made: HandOver, name: str) -> HandOver:
    place, number = _place(study) / name, 1
    if name == DRAFT:
        shutil.rmtree(place, ignore_errors=True)
    while place.exists():
        # The same lock written again: what was handed over stays as it is.
        number += 1
        place = _place(study) / f"{name}-{number}"
    made.folder.rename(place)
    return replace(made, folder=place)


def _folders(study: StudyFolder) -> Iterator[HandedOver]:
    place = _place(study)
    there = sorted(place.iterdir(), reverse=True) if place.is_dir() else []
    for folder in there:
        if _NAME.fullmatch(folder.name) and folder.is_dir() and not folder.is_symlink():
            files = sorted(path for path in folder.rglob("*") if path.is_file())
            sizes = {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}
            yield HandedOver(folder.name, sizes)


@contextmanager
def _on_disk(name: str, content: bytes) -> Iterator[Path]:
    ending = Path(name).suffix.lower()
    if ending not in _ENDINGS:
        raise InputError(
            "input.not-readable",
            "A returned file is a CSV or an XLSX.",
            remedy="Save the table as CSV or XLSX, and give that file.",
        )
    with tempfile.TemporaryDirectory(prefix="adcurate-") as place:
        path = Path(place) / f"returned{ending}"
        path.write_bytes(content)
        yield path
