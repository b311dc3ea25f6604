"""``restore``: a backup becomes a study again, every byte held against its hash; and the drill.

It is written beside its place under another name, synced, checked, and only then gets its own: a folder of
that name is a whole study.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from adcurate.errors import InputError, StoreError, StudyError, VaultError
from adcurate.model.progress import Progress, no_progress
from adcurate.model.reading.audit_entry import AuditHead
from adcurate.store.portable import disk_errors, refuse_network_drive, sync_folder
from adcurate.store.snapshot import faults_of_database
from adcurate.study.folder import IDENTITY_CHOICE, StudyFolder, key_file_of, refuse_inside_study
from adcurate.study.keeping.archive import Archive, damaged, is_whole, open_archive
from adcurate.study.keeping.made_backups import DONE, MadeBackup, note_backup
from adcurate.study.keeping.numbers import (
    ComparedNumbers,
    compare_numbers,
    recorded_numbers,
    remade_numbers,
)
from adcurate.study.people.log import HEADS_NAME, read_heads
from adcurate.study.receiving.verify import VerifiedStudy, verify_study
from adcurate.study.status import study_status


@dataclass(frozen=True, slots=True)
class RestoredStudy:
    """The study that was made of a backup; `key_file` is where its key is looked for."""

    folder: StudyFolder
    made_at: str
    n_files: int
    n_objects: int
    n_subjects: int
    audit_entries: int
    key_file: Path
    key_is_here: bool
    next_step: str

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study restore --json``."""
        return {
            "study": str(self.folder.path),
            "backup_made_at": self.made_at,
            "files": self.n_files,
            "objects": self.n_objects,
            "subjects": self.n_subjects,
            "audit_entries": self.audit_entries,
            "key_file": str(self.key_file),
            "key_is_here": self.key_is_here,
        }


@dataclass(frozen=True, slots=True)
class Drill:
    """What a drill found: everything there, and the numbers made again from the restored objects."""

    made_at: str
    n_files: int
    n_objects: int
    audit_entries: int
    numbers: ComparedNumbers

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study restore --drill --json``."""
        return {
            "backup_made_at": self.made_at,
            "files": self.n_files,
            "objects": self.n_objects,
            "audit_entries": self.audit_entries,
            "numbers": self.numbers.as_json(),
        }


def restore_study(
    backup: Path, folder: Path, *, key_file: Path | None = None, progress: Progress = no_progress
) -> RestoredStudy:
    """Make a study in a new or empty folder from a backup.

    Parameters
    ----------
    key_file
        Where its key lies here; remembered by the restored study. A wrong key is refused.

    Raises
    ------
    BackupError
        ``backup.not-a-backup``, ``backup.newer``, ``backup.damaged``
    StudyError
        ``study.exists``, also for a place inside another study
    StoreError
        ``store.needs-upgrade`` is not raised: such a study is restored as it was, to be upgraded there.
    VaultError
        ``vault.key-missing``, ``vault.key-mismatch`` for a key file that was named
    """
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StudyError(
            "study.exists",
            f"{folder.name!r} exists and is not empty.",
            remedy="Name a new folder; a backup is never written over a study.",
        )
    if not folder.parent.is_dir():
        raise InputError("input.missing", "That folder does not exist.", remedy="Make it first.")
    refuse_inside_study(folder)
    refuse_network_drive(folder)
    archive = _whole_archive(backup, progress)
    half = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    try:
        study = _unpacked(archive, half, progress)
        found = _proved(archive, study, progress)
        key, is_here = _key(study, key_file)
        next_step = _next_step(study)
        # Who withdraws a subject from the restored study must be told of the file that it came from.
        size, at = backup.stat().st_size, str(archive.told["at"])
        note_backup(study, MadeBackup(at, str(backup.absolute()), size, "", DONE))
        with disk_errors():
            if folder.exists():
                folder.rmdir()
            half.replace(folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    return RestoredStudy(
        StudyFolder(folder),
        str(archive.told["at"]),
        len(archive.members),
        found.n_objects,
        int(archive.told["subjects"]),
        int(archive.told["audit_head"]["entries"]),
        key,
        is_here,
        next_step,
    )


def drill(backup: Path, *, scratch: Path | None = None, progress: Progress = no_progress) -> Drill:
    """Restore into a scratch folder, check every object, make every number again, and delete it all.

    Raises
    ------
    BackupError
        ``backup.not-a-backup``, ``backup.newer``, ``backup.damaged``
    """
    archive = _whole_archive(backup, progress)
    with tempfile.TemporaryDirectory(prefix="adcurate-drill-", dir=scratch) as place:
        study = _unpacked(archive, Path(place) / "study", progress)
        found = _proved(archive, study, progress)
        with study.open_store("read") as store:
            before = recorded_numbers(store)
        after = remade_numbers(study, progress=progress)
    return Drill(
        str(archive.told["at"]),
        len(archive.members),
        found.n_objects,
        int(archive.told["audit_head"]["entries"]),
        compare_numbers(before, after),
    )


def _whole_archive(backup: Path, progress: Progress) -> Archive:
    """The archive, of which not one bit was changed."""
    if not is_whole(backup, progress):
        open_archive(backup)
        raise damaged()
    return open_archive(backup)


def _unpacked(archive: Archive, folder: Path, progress: Progress) -> StudyFolder:
    """Write every file, synced; a byte that is not what was written ends it."""
    folders = {folder}
    with disk_errors():
        for member, pieces in archive.read(progress):
            path = folder / member.name
            path.parent.mkdir(parents=True, exist_ok=True)
            folders.add(path.parent)
            with path.open("wb") as stream:
                for piece in pieces:
                    stream.write(piece)
                stream.flush()
                os.fsync(stream.fileno())
        for name in ("store/objects", "vault", "results"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for one in sorted(folders):
            sync_folder(one)
    return StudyFolder(folder)


def _proved(archive: Archive, study: StudyFolder, progress: Progress) -> VerifiedStudy:
    """Every object against its hash, the counts, the database, the chain of the log."""
    if faults_of_database(study.store / "study.sqlite"):
        raise damaged()
    try:
        found = verify_study(study, progress=progress)
    except StoreError as trouble:
        if trouble.code != "store.needs-upgrade":
            raise
        # The hashes of its files are proved; the rest is, when it was upgraded.
        n_objects = int(archive.told["objects"])
        return VerifiedStudy(n_objects, int(archive.told["derived"]), None, 0, True, ())
    head = archive.told["audit_head"]
    with study.open_store("read") as store:
        anchors = [*read_heads(study.store / HEADS_NAME), AuditHead(int(head["entries"]), str(head["hash"]))]
        faults = store.audit.check(one for one in anchors if one.sequence).faults
        is_all = len(store.instances.all()) == int(archive.told["objects"])
    # What was damaged in the study when it was backed up is damaged here; the backup says so.
    received = [one for one in found.damaged if one.what != "derived"]
    if (received and not archive.told["damaged"]) or not found.count_holds or faults or not is_all:
        raise damaged()
    return found


def _key(study: StudyFolder, key_file: Path | None) -> tuple[Path, bool]:
    """Where the key is looked for, and whether it is there and opens the vault."""
    try:
        with study.open_store("read" if key_file is None else "write") as store:
            if key_file is not None:
                known = store.choices.latest(IDENTITY_CHOICE)
                said = dict(known.payload) if known else {}
                store.choices.add(IDENTITY_CHOICE, {**said, "key_file": str(key_file.absolute())})
            place = key_file or key_file_of(store)
            try:
                study.open_vault(store)
            except VaultError:
                if key_file is not None:
                    raise
                return place, False
            return place, True
    except StoreError as trouble:
        if trouble.code != "store.needs-upgrade":
            raise
        return key_file or Path(), False


def _next_step(study: StudyFolder) -> str:
    try:
        return study_status(study).next_step
    except StoreError:
        return "adcurate study upgrade"
