"""A pack: several blobs in one file, so that the disk takes a group of objects as one.

The blobs stand one after the other; then their directory as JSON, ``[[digest, start, length], ...]``, its
length in 8 bytes (big endian) and a mark. A pack's name is the SHA-256 of its directory, and the directory
names every blob by its own: whoever has the file can check and take out all that is in it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from adcurate.errors import StoreError
from adcurate.model import content_digest
from adcurate.store.writing import open_new, remove_all, write_all

LARGEST_PACK: Final = 64 * 2**20
"""A pack is read in pieces, but erased and copied whole."""

_MARK: Final = b"ADCPACK1"
_TAIL: Final = 16


@dataclass(frozen=True, slots=True)
class StagedBlob:
    """Bytes that are on disk in a file of no meaning, waiting for their place; `pack` is "" for one alone."""

    digest: str
    path: Path = field(repr=False)
    start: int = 0
    length: int = 0
    pack: str = ""


class BlobPlace(NamedTuple):
    """Where a blob lies inside a pack; `pack` is the name of the file."""

    blob: str
    pack: str
    start: int
    length: int


def directory_of(blobs: Sequence[tuple[str, int]]) -> tuple[bytes, str]:
    """The end of a pack of blobs with these digests and lengths, and the pack's name."""
    rows, start = [], 0
    for digest, length in blobs:
        rows.append([digest, start, length])
        start += length
    directory = json.dumps(rows, separators=(",", ":")).encode("ascii")
    return directory + len(directory).to_bytes(8, "big") + _MARK, content_digest(directory)


def read_directory(path: Path) -> tuple[BlobPlace, ...]:
    """The blobs of a pack, as its own end names them.

    Raises
    ------
    StoreError
        ``store.integrity`` where the end is not what the pack's name says.
    """
    with path.open("rb") as stream:
        n_bytes = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, n_bytes - _TAIL))
        tail = stream.read()
        length = int.from_bytes(tail[:8], "big")
        if len(tail) == _TAIL and tail[8:] == _MARK and length <= n_bytes - _TAIL:
            stream.seek(n_bytes - _TAIL - length)
            directory = stream.read(length)
            if content_digest(directory) == path.name:
                return tuple(BlobPlace(blob, path.name, *at) for blob, *at in json.loads(directory))
    raise StoreError(
        "store.integrity",
        "The directory of a pack of objects is not what was stored.",
        remedy="Restore the study folder from a backup.",
    )


def write_pack(folder: Path, contents: Iterator[bytes], largest: int = LARGEST_PACK) -> list[StagedBlob]:
    """Write the next of `contents` into one file, as many as a pack may hold, and sync it."""
    first = next(contents, None)
    if first is None:
        return []
    path = folder / secrets.token_hex(16)
    written: list[tuple[str, int]] = []
    try:
        descriptor = open_new(path)
        try:
            content: bytes | None = first
            n_bytes = 0
            while content is not None:
                write_all(descriptor, content)
                written.append((content_digest(content), len(content)))
                n_bytes += len(content)
                content = next(contents, None) if n_bytes < largest else None
            pack = ""
            if len(written) > 1:
                end, pack = directory_of(written)
                write_all(descriptor, end)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except BaseException:
        remove_all([path])
        raise
    staged, start = [], 0
    for digest, length in written:
        staged.append(StagedBlob(digest, path, start, length, pack))
        start += length
    return staged
