"""``backup``: the whole study in one file, as it was at one moment, while people go on reading and drawing.

The database is copied first; every object that it names is there by then and never changes. What is copied
is checked on the way, so that a damaged study is said to be one and never pushes out an older, whole backup.
The vault goes in as it lies there, encrypted; its key never does.
"""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from adcurate import __version__
from adcurate.errors import AdcurateError, InputError, OutputError, StoreError, UsageError
from adcurate.model.progress import Progress, no_progress
from adcurate.store.database import utc_now
from adcurate.store.database_address import can_be_written
from adcurate.store.portable import disk_errors
from adcurate.store.snapshot import ObjectFile, Snapshot, take_snapshot
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.archive import ArchiveWriter, pieces_of
from adcurate.study.keeping.leftovers import SUFFIX, clear_leftovers
from adcurate.study.keeping.made_backups import DONE, MadeBackup, note_backup

_DATABASE: Final = "study.sqlite"
# The store's own that is no part of a backup as it lies there, or is made anew.
_NOT_COPIED: Final = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", "writer.lock", "objects")
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Backup:
    """What was written. `damaged` names what of the study was damaged already; `lost_maps` are made again."""

    file: Path
    at: str
    n_files: int
    n_bytes: int
    n_objects: int
    n_subjects: int
    proof: str
    damaged: tuple[str, ...]
    n_lost_maps: int

    @property
    def is_whole(self) -> bool:
        """Whether everything that was received is in it as it was stored."""
        return not self.damaged

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study backup --json``."""
        return {
            "file": str(self.file),
            "at": self.at,
            "files": self.n_files,
            "bytes": self.n_bytes,
            "objects": self.n_objects,
            "subjects": self.n_subjects,
            "sha256": self.proof,
            "damaged": list(self.damaged),
            "maps_to_be_made_again": self.n_lost_maps,
            "key_is_inside": False,
        }


class _GoneError(Exception):
    """A file that the database named was taken away while it was copied."""


def backup_study(
    study: StudyFolder, to: Path, *, is_noted: bool = True, progress: Progress = no_progress
) -> Backup:
    """Write a backup to a new file, or under a dated name into a folder that is there.

    Parameters
    ----------
    is_noted
        Whether it enters the list of backups; one that is thrown away again does not.

    Raises
    ------
    UsageError
        ``usage.option`` for a place inside the study: it would be lost with it.
    OutputError
        ``output.exists``, ``output.not-writable``
    StoreError
        ``store.disk``, ``store.disk-full``
    """
    file = _file(study, to)
    clear_leftovers(file, study.path.name)
    try:
        made = _made(study, file, progress)
    except AdcurateError as trouble:
        if is_noted:
            _note(study, MadeBackup(utc_now(), str(file), 0, "", trouble.code))
        raise
    if not is_noted:
        return made
    outcome = DONE if made.is_whole else "store.integrity"
    _note(study, MadeBackup(made.at, str(file), made.n_bytes, made.proof, outcome))
    return made


def _made(study: StudyFolder, file: Path, progress: Progress) -> Backup:
    for _ in range(_TRIES):
        try:
            return _write(study, file, progress)
        except _GoneError:
            # Packs were written anew meanwhile: the database of now says where all lies.
            continue
    raise StoreError(
        "store.integrity",
        "Files of the study are missing that its database names.",
        remedy="adcurate study verify   (says which, and how to put them right)",
    )


def _write(study: StudyFolder, file: Path, progress: Progress) -> Backup:
    scratch = file.with_name(f"{file.name}.{os.getpid()}.part.sqlite")
    damaged: list[str] = []
    n_lost = 0
    at = utc_now()
    try:
        # The log's heads come before the database: a head that is kept must be in the log.
        small = {name: path.read_bytes() for name, path in _small_files(study)}
        with ArchiveWriter(file) as archive:
            with disk_errors():
                snapshot = take_snapshot(study.store / _DATABASE, scratch)
            archive.add(f"store/{_DATABASE}", pieces_of(scratch))
            for done, one in enumerate(snapshot.files, start=1):
                path = study.store / one.path
                if not path.is_file():
                    if not one.is_remade:
                        raise _GoneError
                    n_lost += 1
                    continue
                archive.add(f"store/{one.path}", _checked(path, one, damaged))
                progress("Backing up", done, len(snapshot.files))
            for name, content in small.items():
                archive.add(name, [content])
            for name, path in _other_files(study):
                try:
                    archive.add(name, pieces_of(path))
                except FileNotFoundError:
                    continue
            proof = archive.finish({**_told(study, snapshot, at), "damaged": sorted(damaged)})
            n_files = len(archive.members)
    finally:
        scratch.unlink(missing_ok=True)
    n_bytes = file.stat().st_size
    counts = snapshot.n_objects, snapshot.n_subjects
    return Backup(file, at, n_files, n_bytes, *counts, proof, tuple(damaged), n_lost)


def _told(study: StudyFolder, snapshot: Snapshot, at: str) -> dict[str, object]:
    return {
        "at": at,
        "adcurate": __version__,
        "study": study.path.name,
        "study_id": snapshot.study_id,
        "store_schema": snapshot.schema,
        "objects": snapshot.n_objects,
        "exams": snapshot.n_exams,
        "subjects": snapshot.n_subjects,
        "derived": snapshot.n_derived,
        "audit_head": {"entries": snapshot.audit_entries, "hash": snapshot.audit_hash},
        "key_is_inside": False,
    }


def _checked(path: Path, one: ObjectFile, damaged: list[str]) -> Iterator[bytes]:
    """The file's bytes; what of it is not what was stored is named in `damaged`. A pack is read whole."""
    with disk_errors():
        content = path.read_bytes()
    for blob in one.blobs:
        end = len(content) if blob.length < 0 else blob.start + blob.length
        if hashlib.sha256(content[blob.start : end]).hexdigest() != blob.blob:
            damaged.append(blob.blob)
    yield content


def _small_files(study: StudyFolder) -> Iterator[tuple[str, Path]]:
    for path in sorted(study.store.iterdir()):
        if path.is_file() and path.name not in _NOT_COPIED and ".part" not in path.name:
            yield f"store/{path.name}", path


def _other_files(study: StudyFolder) -> Iterator[tuple[str, Path]]:
    """Vault, protocol, worksheet, results: all that is not the store's and not half-written."""
    for path in sorted(study.path.rglob("*")):
        name = path.relative_to(study.path)
        is_half = path.suffix == ".part" or path.name.startswith(".adcurate-")
        if name.parts[0] == "store" or is_half or path.is_symlink():
            continue
        if path.is_file():
            yield name.as_posix(), path


def _file(study: StudyFolder, to: Path) -> Path:
    to = to.absolute()
    if to.resolve().is_relative_to(study.path.resolve()):
        raise UsageError(
            "usage.option",
            "A backup inside the study's folder is lost with it.",
            remedy="Name a folder or file on another disk.",
        )
    if to.is_dir():
        moment = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S-%f")[:-3]
        to = to / f"{study.path.name}-{moment}{SUFFIX}"
    if to.exists():
        raise OutputError(
            "output.exists", f"The file {to.name!r} exists.", remedy="Name a new file, or a folder."
        )
    if not to.parent.is_dir():
        raise InputError("input.missing", "That folder does not exist.", remedy="Make it first.")
    if not can_be_written(to.parent):
        raise OutputError(
            "output.not-writable", "Nothing can be written there.", remedy="Choose another folder."
        )
    return to


def _note(study: StudyFolder, made: MadeBackup) -> None:
    if can_be_written(study.path):
        note_backup(study, made)
