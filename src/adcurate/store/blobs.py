"""Content-addressed bytes: an object's name is the SHA-256 of what it holds.

Written once, never changed, in two steps: *staged* (a file in ``incoming/``, synced; by any process) and
*placed* (renamed to its digest, its folder synced; by the one writer). A blob that no row names is harmless
and is found again by its digest; a row is only ever written after its blob.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from adcurate.errors import StoreError
from adcurate.model import content_digest
from adcurate.store.portable import disk_error, disk_errors, sync_folder

_DIGEST = re.compile(r"[0-9a-f]{64}")
_INCOMING = "incoming"
_SYNCS_AT_ONCE = 8
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class StagedBlob:
    """Bytes that are on disk under a name of no meaning, waiting for their place."""

    digest: str
    path: Path = field(repr=False)


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
        except OSError as trouble:
            raise disk_error(trouble) from trouble
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
        staged = self.stage_all(contents)
        self.place(staged)
        return [one.digest for one in staged]

    def stage_all(self, contents: Iterable[bytes]) -> list[StagedBlob]:
        """Write many, then sync them, so that the disk takes them together. All of them, or none.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``
        """
        folder = self.folder / _INCOMING
        staged: list[StagedBlob] = []
        written: list[int] = []
        with disk_errors(), contextlib.ExitStack() as opened:
            folder.mkdir(parents=True, exist_ok=True)
            try:
                for content in contents:
                    path = folder / secrets.token_hex(16)
                    staged.append(StagedBlob(content_digest(content), path))
                    written.append(_open(path))
                    opened.callback(os.close, written[-1])
                    _write(written[-1], content)
                for descriptor in written:
                    os.fsync(descriptor)
            except BaseException:
                self.discard(staged)
                raise
        return staged

    def place(self, staged: Sequence[StagedBlob]) -> None:
        """Give staged blobs their names, durably. All of them, or none.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``
        """
        placed: list[Path] = []
        touched: set[Path] = set()
        with disk_errors():
            try:
                for one in staged:
                    path = self.path(one.digest)
                    # Also where the file is there already: an earlier run may have ended before its sync.
                    if path.parent not in touched:
                        path.parent.mkdir(parents=True, exist_ok=True)
                        touched.add(path.parent)
                    if path.exists():
                        one.path.unlink(missing_ok=True)
                        continue
                    one.path.replace(path)
                    placed.append(path)
                _sync_folders(sorted(touched))
                if touched:
                    sync_folder(self.folder)
            except BaseException:
                # After a failed sync nobody knows what the disk holds: the next try writes them again.
                _remove(placed)
                self.discard(staged)
                raise

    def discard(self, staged: Iterable[StagedBlob]) -> None:
        """Take away staged bytes that get no place."""
        _remove(one.path for one in staged)

    def clear_incoming(self) -> None:
        """Take away what a run that was broken off had staged. Only for the one writer."""
        _remove((self.folder / _INCOMING).glob("*"))

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
            yield path.parent.name + path.name


def write_durably(path: Path, content: bytes) -> None:
    """Temporary file, fsync, rename. The caller syncs the folder."""
    part = path.with_name(path.name + ".part")
    try:
        descriptor = _open(part)
        try:
            _write(descriptor, content)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        part.replace(path)
    except BaseException:
        _remove([part])
        raise


def _sync_folders(folders: Sequence[Path]) -> None:
    """Sync folders side by side: what waits for the disk together, the disk takes together."""
    if len(folders) <= 1:
        for folder in folders:
            sync_folder(folder)
        return
    with ThreadPoolExecutor(min(_SYNCS_AT_ONCE, len(folders))) as pool:
        for _ in pool.map(sync_folder, folders):
            pass


def _open(path: Path) -> int:
    return os.open(path, _FLAGS, 0o600)


def _write(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        # What cannot be taken away is harmless: no row names it.
        with contextlib.suppress(OSError):
            path.unlink()


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
