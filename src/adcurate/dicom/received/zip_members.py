"""The members of a zip file, read where they lie: nothing is extracted and no name becomes a path of ours.

An archive is refused as a whole for what could do harm, by its table of contents alone.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath

from adcurate.errors import ArchiveError, InputError

MAXIMUM_MEMBERS = 100_000
MAXIMUM_RATIO = 100
MAXIMUM_ARCHIVE_BYTES = 20 * 2**30
MAXIMUM_OBJECT_BYTES = 4 * 2**30
# A slice of empty background packs better than 100 : 1, so the ratio counts only above this size.
_RATIO_COUNTS_ABOVE_BYTES = 64 * 2**20
_HEAD_BYTES = 132


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
            raise unreadable(self.name) from trouble
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


def read_members(archive: Path, number: int) -> Iterator[tuple[ZipMember, str]]:
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


def _refusal(code: str, sentence: str) -> ArchiveError:
    return ArchiveError(code, sentence, remedy="Unpack it yourself and give the folder.")


def _bad_member(name: str) -> ArchiveError:
    return ArchiveError("zip.unreadable", f"{name} is damaged.", remedy="Copy the zip file again.")


def unreadable(name: str) -> InputError:
    return InputError("input.not-readable", f"{name} cannot be read.", remedy="Check the file's permissions.")
