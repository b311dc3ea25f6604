"""Where received objects lie: folders, zip files and single files, as sources that are read later.

Nothing is extracted to disk and no name inside a folder or archive becomes a path of ours. Names of
folders and files often hold a patient's name, so a source is called by its position ("file 17"); only
names that every CD carries (DICOMDIR, Thumbs.db) are repeated. This module opens files and looks at
their first bytes; what an object holds is for `checks`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from adcurate.dicom.received.structure import looks_like_dicom
from adcurate.dicom.received.zip_members import read_members, unreadable
from adcurate.errors import ArchiveError, InputError
from adcurate.model import ObjectSource

_HEAD_BYTES = 132
_READ_ONLY = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_COMMON_NAMES = frozenset(
    ["dicomdir", "thumbs.db", ".ds_store", "desktop.ini", "autorun.inf", "readme.txt", "lockfile", "version"]
)
_COMMON_SUFFIXES = frozenset(
    [
        *(".bmp", ".cfg", ".csv", ".dat", ".dll", ".doc", ".docx", ".exe", ".gif", ".gz", ".htm", ".html"),
        *(".ico", ".inf", ".ini", ".jpeg", ".jpg", ".js", ".json", ".log", ".md", ".nii", ".pdf", ".png"),
        *(".rtf", ".tif", ".tiff", ".txt", ".xls", ".xlsx", ".xml", ".zip"),
    ]
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not an MR object and was left alone. `name` is safe to print."""

    name: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class FileSource:
    """One file on disk."""

    path: Path = field(repr=False)
    name: str = "file 1"

    def read(self) -> bytes:
        """All bytes.

        Raises
        ------
        InputError
            ``input.not-readable``
        """
        try:
            return self.path.read_bytes()
        except OSError as trouble:
            raise unreadable(self.name) from trouble

    def read_head(self, n_bytes: int) -> tuple[bytes, int]:
        """The first bytes, and how many there are in all; errors as `read`."""
        try:
            descriptor = os.open(self.path, _READ_ONLY)
            try:
                head = os.read(descriptor, n_bytes)
                size = len(head) if len(head) < n_bytes else os.fstat(descriptor).st_size
                return head, size
            finally:
                os.close(descriptor)
        except OSError as trouble:
            raise unreadable(self.name) from trouble

    def read_into(self, target: memoryview, start: int) -> int:
        """Fill `target` with the bytes from `start` on; how many there were. Errors as `read`."""
        try:
            with self.path.open("rb", buffering=0) as stream:
                stream.seek(start)
                return stream.readinto(target) or 0
        except OSError as trouble:
            raise unreadable(self.name) from trouble


@dataclass(frozen=True, slots=True)
class FoundObjects:
    """What lies at the given paths: possible DICOM objects, and what was left alone with its reason."""

    sources: tuple[ObjectSource, ...]
    skipped: tuple[Skipped, ...]


def find_objects(paths: Sequence[Path]) -> FoundObjects:
    """Find every possible DICOM object at `paths`, in a fixed order.

    Folders are searched to the bottom (names sorted; a folder reached twice through links is searched
    once). A DICOMDIR is left alone: the files are scanned, its references are never followed. A zip file
    is refused as a whole for what could do harm (paths that lead out, links, encryption, too many or too
    large members); a zip inside a zip is left alone. A refused zip that was only met inside a folder is
    skipped with the code it would have raised.

    Raises
    ------
    InputError
        ``input.missing``, ``input.not-readable``, ``input.not-a-file``
    ArchiveError
        ``zip.path``, ``zip.link``, ``zip.encrypted``, ``zip.count``, ``zip.bomb``, ``zip.unreadable``
    """
    sources: list[ObjectSource] = []
    skipped: list[Skipped] = []
    number = 0
    for path in paths:
        try:
            given_as_file = not stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            raise InputError(
                "input.missing", "A given path does not exist.", remedy="Check the path."
            ) from None
        except (OSError, ValueError) as trouble:
            raise unreadable("A given path") from trouble
        for file in [path] if given_as_file else _files_below(path):
            number += 1
            if file is None:
                skipped.append(Skipped(f"folder {number}", "input.not-readable"))
                continue
            found = _look_at(file, number, sources, skipped)
            if found is not None:
                if given_as_file:
                    raise found
                skipped.append(Skipped(_safe_name(file.name, number), found.code))
    return FoundObjects(tuple(sources), tuple(skipped))


def _look_at(
    file: Path, number: int, sources: list[ObjectSource], skipped: list[Skipped]
) -> ArchiveError | InputError | None:
    """Add one file to the found or the skipped; return the trouble that refuses it."""
    name = _safe_name(file.name, number)
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return InputError(
                "input.not-a-file", f"{name} is a pipe or device.", remedy="Give files or folders."
            )
        with file.open("rb") as stream:
            head = stream.read(_HEAD_BYTES)
    except OSError:
        return unreadable(name)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06") and head[128:132] != b"DICM":
        try:
            members = list(read_members(file, number))
        except ArchiveError as refusal:
            return refusal
        for member, basename in members:
            reason = _reason_to_skip(basename, member.head() if member.unpacked_bytes else b"")
            if reason:
                skipped.append(Skipped(member.name, reason))
            else:
                sources.append(member)
        return None
    reason = _reason_to_skip(file.name, head)
    if reason:
        skipped.append(Skipped(name, reason))
    else:
        sources.append(FileSource(file, f"file {number}"))
    return None


def _files_below(folder: Path) -> Iterator[Path | None]:
    """Every file below a folder, however deep; None for a folder that cannot be read."""
    visited: set[tuple[int, int]] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        try:
            if here is not folder and not here.is_dir():
                yield here
                continue
            status = here.stat()
            if (status.st_dev, status.st_ino) in visited:
                continue
            visited.add((status.st_dev, status.st_ino))
            with os.scandir(here) as entries:
                listed = sorted((entry.name, _is_folder(entry)) for entry in entries)
        except OSError:
            yield None
            continue
        if not any(is_folder for _, is_folder in listed):
            yield from (here / name for name, _ in listed)
        else:
            waiting += [here / name for name, _ in reversed(listed)]


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link that leads to itself
        return False


def _reason_to_skip(basename: str, head: bytes) -> str:
    if basename.upper() == "DICOMDIR":
        return "dicomdir"
    if not head:
        return "empty"
    if head[128:132] != b"DICM" and head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return "zip.nested"
    return "" if looks_like_dicom(head) else "not-dicom"


def _safe_name(basename: str, number: int) -> str:
    if basename.lower() in _COMMON_NAMES:
        return basename
    suffix = PurePosixPath(basename).suffix.lower()
    return f"file {number} ({suffix})" if suffix in _COMMON_SUFFIXES else f"file {number}"
