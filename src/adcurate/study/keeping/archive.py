"""One file that holds a whole study, and proves every bit of itself. It knows nothing of studies.

A ZIP without compression, for any program to open. Its last member, ``manifest.json``, names every other with
length and SHA-256; its last 64 bytes, the ZIP's comment, are the SHA-256 of all bytes before them. It is
written under another name, locked, synced, and only then gets its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self, cast

from adcurate.errors import BackupError, InputError
from adcurate.model.progress import Progress, no_progress
from adcurate.store.portable import disk_errors, sync_folder, take_lock

MANIFEST: Final = "manifest.json"
SCHEMA: Final = "adcurate.backup"
SCHEMA_VERSION: Final = 1
_PIECE: Final = 2**20
_DIGEST_LENGTH: Final = 64
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive."""

    name: str
    n_bytes: int
    sha256: str


class ArchiveWriter:
    """Writes an archive; use it as a context manager. Without `finish` nothing is left behind."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self.members: list[Member] = []

    def __enter__(self) -> Self:
        with disk_errors():
            self._lock = take_lock(self._part)
            self._stream = self._part.open("wb")
            self._proof = _Proof(self._stream)
        self._zip = zipfile.ZipFile(cast("IO[bytes]", self._proof), "w", zipfile.ZIP_STORED)
        return self

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """Add a file, piece by piece."""
        digest, n_bytes = hashlib.sha256(), 0
        with disk_errors(), self._zip.open(zipfile.ZipInfo(name, _EPOCH), "w", force_zip64=True) as member:
            for piece in pieces:
                digest.update(piece)
                n_bytes += len(piece)
                member.write(piece)
        self.members.append(Member(name, n_bytes, digest.hexdigest()))

    def finish(self, told: Mapping[str, Any]) -> str:
        """Write the manifest and the proof, sync, and give the archive its name; returns the proof."""
        files = [{"name": one.name, "bytes": one.n_bytes, "sha256": one.sha256} for one in self.members]
        manifest = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, **told, "files": files}
        with disk_errors():
            content = json.dumps(manifest, indent=1).encode()
            self._zip.writestr(zipfile.ZipInfo(MANIFEST, _EPOCH), content)
            self._zip.comment = b"0" * _DIGEST_LENGTH
            self._zip.close()
            proof = self._proof.finish()
            self._stream.flush()
            os.fsync(self._stream.fileno())
            self._stream.close()
            self._lock.close()
            self._part.replace(self._path)
            sync_folder(self._path.parent)
        return proof

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._stream.closed:
            self._proof.give_up()
            with contextlib.suppress(OSError, ValueError):
                self._zip.close()
            self._stream.close()
        self._lock.close()
        self._part.unlink(missing_ok=True)


class _Proof:
    """A stream that cannot seek: hashes what passes, and keeps back the last bytes for the proof."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self._kept = b""
        self._is_wanted = True

    def write(self, content: bytes) -> int:
        """Pass on everything but the last bytes."""
        if self._is_wanted:
            self._kept += bytes(content)
            passed, self._kept = self._kept[:-_DIGEST_LENGTH], self._kept[-_DIGEST_LENGTH:]
            self._digest.update(passed)
            self._stream.write(passed)
        return len(content)

    def give_up(self) -> None:
        """What the ZIP still writes of its directory goes nowhere."""
        self._is_wanted = False

    def flush(self) -> None:
        """Nothing waits."""

    def finish(self) -> str:
        """Write the proof in place of the last bytes."""
        proof = self._digest.hexdigest()
        self._stream.write(proof.encode("ascii"))
        return proof


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that was opened: what it tells of itself, and its files."""

    path: Path
    told: Mapping[str, Any]
    members: tuple[Member, ...]

    def read(self, progress: Progress = no_progress) -> Iterator[tuple[Member, Iterator[bytes]]]:
        """Each file in pieces, in order; a file that is not what was written ends in ``backup.damaged``."""
        with self.path.open("rb") as stream, _zip(stream) as opened:
            for done, member in enumerate(self.members, start=1):
                yield member, _pieces(opened, member)
                progress("Restoring", done, len(self.members))


def open_archive(path: Path) -> Archive:
    """Read an archive's manifest.

    Raises
    ------
    BackupError, InputError
        ``backup.not-a-backup``, ``backup.newer``, ``input.missing``, ``input.not-readable``
    """
    with _opened(path) as stream, _zip(stream) as opened:
        try:
            told = json.loads(opened.read(MANIFEST))
            members = tuple(Member(one["name"], one["bytes"], one["sha256"]) for one in told["files"])
            version = int(told["schema_version"])
            is_ours = told["schema"] == SCHEMA
        except (KeyError, ValueError, TypeError, OSError, zipfile.BadZipFile, NotImplementedError) as trouble:
            raise _not_a_backup() from trouble
    if not is_ours:
        raise _not_a_backup()
    if version > SCHEMA_VERSION:
        raise BackupError(
            "backup.newer", "A later version of Adcurate made this backup.", remedy="Install that version."
        )
    if not all(_is_safe(member.name) for member in members):
        raise _not_a_backup()
    return Archive(path, told, members)


def is_whole(path: Path, progress: Progress = no_progress) -> bool:
    """Whether not one bit of an archive was changed since it was written.

    Raises
    ------
    InputError
        ``input.missing``, ``input.not-readable``
    """
    digest = hashlib.sha256()
    with _opened(path) as stream:
        left = n_bytes = stream.seek(0, os.SEEK_END) - _DIGEST_LENGTH
        stream.seek(0)
        while left > 0:
            piece = stream.read(min(_PIECE, left))
            digest.update(piece)
            left -= len(piece)
            progress("Checking", n_bytes - left, n_bytes)
        return stream.read() == digest.hexdigest().encode("ascii")


def pieces_of(path: Path) -> Iterator[bytes]:
    """A file in pieces."""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def damaged() -> BackupError:
    """``backup.damaged``"""
    return BackupError(
        "backup.damaged",
        "This backup is not what was written.",
        remedy="Use another backup; this one's disk may be failing.",
    )


def _pieces(opened: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    digest, n_bytes = hashlib.sha256(), 0
    try:
        with opened.open(member.name) as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
                n_bytes += len(piece)
                yield piece
    except (KeyError, zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError, ValueError) as trouble:
        raise damaged() from trouble
    if (n_bytes, digest.hexdigest()) != (member.n_bytes, member.sha256):
        raise damaged()


def _is_safe(name: str) -> bool:
    """Whether a file of this name stays below the folder that it is written to, on any system."""
    is_plain = all(part not in ("", ".", "..") for part in name.split("/"))
    return is_plain and not set(name) & {"\\", ":", "\0"}


def _zip(stream: IO[bytes]) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as trouble:
        raise _not_a_backup() from trouble


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except FileNotFoundError as trouble:
        raise InputError(
            "input.missing", f"There is no file {path.name!r}.", remedy="Check the path."
        ) from trouble
    except OSError as trouble:
        raise InputError(
            "input.not-readable", f"{path.name!r} cannot be read.", remedy="Name the backup's file."
        ) from trouble


def _not_a_backup() -> BackupError:
    return BackupError(
        "backup.not-a-backup",
        "This is no backup of a study, or its beginning or end was damaged.",
        remedy="Name a file that adcurate study backup wrote.",
    )
