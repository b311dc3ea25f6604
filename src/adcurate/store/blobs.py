"""Content-addressed bytes: an object's name is the SHA-256 of what it holds.

Written once, never changed: temporary file, fsync, rename, fsync of the folder. A blob that no row names
is harmless and is found again by its digest; a row is only ever written after its blob.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from adcurate.errors import StoreError
from adcurate.model import content_digest
from adcurate.store.portable import disk_errors, sync_folder

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class BlobSource:
    """A stored object as a source of bytes; picklable, for worker processes."""

    path: Path = field(repr=False)
    name: str

    def read(self) -> bytes:
        """All bytes.

        Raises
        ------
        StoreError
            ``store.integrity`` where they are gone or no longer what they were.
        """
        try:
            content = self.path.read_bytes()
        except FileNotFoundError as trouble:
            raise _lost(self.name) from trouble
        if content_digest(content) != self.path.parent.name + self.path.name:
            raise _changed(self.name)
        return content


class BlobFolder:
    """The folder ``objects/``: two digits of the digest name a folder, the rest the file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Store bytes durably; returns their digest. Bytes already there are not written again."""
        return self.put_all([content])[0]

    def put_all(self, contents: Iterable[bytes]) -> list[str]:
        """Store many at once; each folder is synced once. Returns the digests in order."""
        digests = []
        touched: set[Path] = set()
        with disk_errors():
            for content in contents:
                digest = content_digest(content)
                digests.append(digest)
                path = self.path(digest)
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write_durably(path, content)
                # Also where the file is there already: an earlier run may have ended before its sync.
                touched |= {path.parent, self.folder}
            for folder in sorted(touched, reverse=True):
                sync_folder(folder)
        return digests

    def path(self, digest: str) -> Path:
        """Where the blob of a digest lies, whether or not it is there."""
        if not _DIGEST.fullmatch(digest):
            raise StoreError("store.not-found", "That is no digest.", remedy="Give 64 hexadecimal digits.")
        return self.folder / digest[:2] / digest[2:]

    def source(self, digest: str, name: str = "") -> BlobSource:
        """The blob as a source; `name` is what messages call it."""
        return BlobSource(self.path(digest), name or f"object {digest[:12]}")

    def get(self, digest: str) -> bytes:
        """The bytes of a digest, verified.

        Raises
        ------
        StoreError
            ``store.integrity``
        """
        return self.source(digest).read()

    def verify(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Those digests whose bytes are gone or changed."""
        damaged = []
        for digest in digests:
            try:
                self.get(digest)
            except StoreError:
                damaged.append(digest)
        return tuple(damaged)

    def __iter__(self) -> Iterator[str]:
        for path in sorted(self.folder.glob("??/*")):
            if path.suffix != ".part":
                yield path.parent.name + path.name


def write_durably(path: Path, content: bytes) -> None:
    """Temporary file, fsync, rename. The caller syncs the folder."""
    part = path.with_name(path.name + ".part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _lost(name: str) -> StoreError:
    return StoreError(
        "store.integrity", f"The bytes of {name} are gone.", remedy="Restore the study folder from a backup."
    )


def _changed(name: str) -> StoreError:
    return StoreError(
        "store.integrity",
        f"The bytes of {name} are not what was stored.",
        remedy="Restore the study folder from a backup.",
    )
