"""Where received objects lie: folders, zip files and single files, as sources that are read later.

Nothing is extracted to disk and no name inside a folder or archive becomes a path of ours. Names of
folders and files often hold a patient's name, so a source is called by its position ("file 17"); only
names that every CD carries (DICOMDIR, Thumbs.db) are repeated. This module opens files and looks at
their first bytes; what an object holds is for `checks`.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from adcurate.dicom.received.structure import looks_like_dicom
from adcurate.errors import ArchiveError, InputError
from adcurate.model import ObjectSource

MAXIMUM_MEMBERS = 100_000
MAXIMUM_RATIO = 100
MAXIMUM_ARCHIVE_BYTES = 20 * 2**30
MAXIMUM_OBJECT_BYTES = 4 * 2**30
# A slice of empty background packs better than 100 : 1, so the ratio counts only above this size.
_RATIO_COUNTS_ABOVE_BYTES = 64 * 2**20

_HEAD_BYTES = 132
_COMMON_NAMES = frozenset(
    ["dicomdir", "thumbs.db", ".ds_store", "desktop.ini", "autorun.inf", "readme.txt", "lockfile", "version"]
)
_COMMON_SUFFIXES = frozenset(
    [
        ".bmp",
        ".cfg",
        ".csv",
        ".dat",
        ".dll",
        ".doc",
        ".docx",
        ".exe",
        ".gif",
        ".htm",
        ".html",
        ".ico",
        ".inf",
        ".ini",
        ".jpeg",
        ".jpg",
        ".js",
        ".json",
        ".log",
        ".md",
        ".nii",
        ".gz",
        ".pdf",
        ".png",
        ".rtf",
        ".tif",
        ".tiff",
        ".txt",
        ".xls",
        ".xlsx",
        ".xml",
        ".zip",
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
            raise _unreadable(self.name) from trouble


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member of a zip file, found again by its place in the archive and never by its name."""

    archive: Path = field(repr=False)
    header_offset: int
    packed_bytes: int
    unpacked_bytes: int
    method: int
    checksum: int
    name: str = "file 1"

    def read(self) -> bytes:
        """All bytes, unpacked in memory up to the size the archive declares.

        Raises
        ------
        ArchiveError
            ``zip.unreadable``
        InputError
            ``input.not-readable``
        """
        return self._unpack(self.unpacked_bytes, "all")

    def _unpack(self, wanted: int, part: str) -> bytes:
        try:
            with self.archive.open("rb") as stream:
                stream.seek(self.header_offset)
                header = stream.read(30)
                if len(header) < 30 or header[:4] != b"PK\x03\x04":
                    raise _bad_member(self.name)
                name_length, extra_length = struct.unpack_from("<HH", header, 26)
                stream.seek(name_length + extra_length, 1)
                packed = stream.read(self.packed_bytes if part == "all" else min(self.packed_bytes, 4096))
        except OSError as trouble:
            raise _unreadable(self.name) from trouble
        if self.method == zipfile.ZIP_STORED:
            content = packed[:wanted]
        else:
            try:
                content = zlib.decompressobj(-15).decompress(packed, wanted) if wanted else b""
            except zlib.error as trouble:
                raise _bad_member(self.name) from trouble
        if part == "all" and (len(content) != self.unpacked_bytes or zlib.crc32(content) != self.checksum):
            raise _bad_member(self.name)
        return content

    def head(self) -> bytes:
        """The first bytes, enough to tell DICOM from other files."""
        return self._unpack(min(_HEAD_BYTES, self.unpacked_bytes), "head")


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
        if not path.exists():
            raise InputError("input.missing", "A given path does not exist.", remedy="Check the path.")
        given_as_file = not path.is_dir()
        files = iter([path]) if given_as_file else _files_below(path, set())
        for file in files:
            number += 1
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
        return _unreadable(name)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06") and head[128:132] != b"DICM":
        try:
            members = list(_members(file, number))
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


def _files_below(folder: Path, visited: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        status = folder.stat()
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError:
        return
    if (status.st_dev, status.st_ino) in visited:
        return
    visited.add((status.st_dev, status.st_ino))
    for entry in entries:
        if entry.is_dir():
            yield from _files_below(entry, visited)
        else:
            yield entry


def _members(archive: Path, number: int) -> Iterator[tuple[ZipMember, str]]:
    """The members of an archive whose table of contents does no harm."""
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as trouble:
        raise _refusal("zip.unreadable", "The zip file cannot be read.") from trouble
    if len(entries) > MAXIMUM_MEMBERS:
        raise _refusal("zip.count", f"The zip file has more than {MAXIMUM_MEMBERS:,} members.")
    for entry in entries:
        _check_member(entry)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    too_dense = unpacked > _RATIO_COUNTS_ABOVE_BYTES and unpacked > MAXIMUM_RATIO * max(packed, 1)
    overlapping = packed > archive.stat().st_size
    if unpacked > MAXIMUM_ARCHIVE_BYTES or too_dense or overlapping:
        raise _refusal("zip.bomb", "The zip file unpacks to more than is plausible.")
    for position, entry in enumerate((e for e in entries if not e.is_dir()), start=1):
        basename = PurePosixPath(entry.filename).name
        yield (
            ZipMember(
                archive,
                entry.header_offset,
                entry.compress_size,
                entry.file_size,
                entry.compress_type,
                entry.CRC,
                f"file {number}, member {position}",
            ),
            basename,
        )


def _check_member(entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or PureWindowsPath(name).drive or "\0" in name:
        raise _refusal("zip.path", "A member of the zip file points outside it.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise _refusal("zip.link", "A member of the zip file is a link.")
    if entry.flag_bits & 0x1:
        raise _refusal("zip.encrypted", "The zip file is encrypted.")
    if entry.file_size > MAXIMUM_OBJECT_BYTES:
        raise _refusal("zip.bomb", "A member of the zip file unpacks to more than is plausible.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refusal("zip.unreadable", "The zip file uses a compression that is not read here.")


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


def _refusal(code: str, sentence: str) -> ArchiveError:
    return ArchiveError(code, sentence, remedy="Unpack it yourself and give the folder.")


def _bad_member(name: str) -> ArchiveError:
    return ArchiveError("zip.unreadable", f"{name} is damaged.", remedy="Copy the zip file again.")


def _unreadable(name: str) -> InputError:
    return InputError("input.not-readable", f"{name} cannot be read.", remedy="Check the file's permissions.")
