"""Content-addressed bytes: an object's name is the SHA-256 of what it holds.

Written once, never changed, in two steps: *staged* (a file in ``incoming/``, synced; by any process) and
*placed* (renamed, its folder synced; by the one writer). What is staged together becomes one file, a pack;
a blob that comes alone is a file named by its digest. A blob that no row names is harmless; a row is only
ever written after its blob.
"""

from __future__ import annotations

import filecmp
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from adcurate.errors import StoreError
from adcurate.store.blob_source import BlobSource
from adcurate.store.packs import BlobPlace, StagedBlob, directory_of, read_directory, write_pack
from adcurate.store.portable import disk_errors, sync_folder
from adcurate.store.writing import erase_files, remove_all

_DIGEST = re.compile(r"[0-9a-f]{64}")
_INCOMING, _PACKS = "incoming", "packs"
_SYNCS_AT_ONCE = 8


class BlobFolder:
    """The folder ``objects/``: packs in ``packs/``, a file alone in a folder of two digits of its digest.

    Parameters
    ----------
    place_in_pack
        Where a blob lies that is no file of its own; picklable, for worker processes.
    """

    def __init__(self, folder: Path, place_in_pack: Callable[[str], BlobPlace | None] | None = None) -> None:
        self.folder = folder
        self._place_in_pack = place_in_pack

    def put(self, content: bytes) -> str:
        """Store bytes durably as a file of their own, if they are not there; returns their digest."""
        staged = self.stage_all([content])
        self.place(staged)
        return staged[0].digest

    def stage_all(self, contents: Iterable[bytes]) -> list[StagedBlob]:
        """Write many into as few files as are fit for it, and sync them. All of them, or none.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``
        """
        folder = self.folder / _INCOMING
        staged: list[StagedBlob] = []
        waiting = iter(contents)
        with disk_errors():
            try:
                folder.mkdir(parents=True, exist_ok=True)
                while written := write_pack(folder, waiting):
                    staged += written
            except BaseException:
                self.discard(staged)
                raise
        return staged

    def place(self, staged: Sequence[StagedBlob], *, over: bool = False) -> list[BlobPlace]:
        """Give staged blobs their names, durably. All of them, or none. Returns those that lie in packs.

        Of what was staged together, only what is asked for here gets a place.

        Parameters
        ----------
        over
            Whether to write over what is there under the same name: for bytes that were damaged.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``
        """
        placed: list[Path] = []
        anew: list[StagedBlob] = []
        touched: set[Path] = set()
        places: list[BlobPlace] = []
        with disk_errors():
            try:
                for path, group in self._by_file(staged, anew):
                    one = group[0]
                    target = self.folder / _PACKS / one.pack if one.pack else self._file(one.digest)
                    # Also where the file is there already: an earlier run may have ended before its sync.
                    if target.parent not in touched:
                        target.parent.mkdir(parents=True, exist_ok=True)
                        touched.add(target.parent)
                    if not over and target.exists() and filecmp.cmp(path, target, shallow=False):
                        path.unlink()
                    else:
                        path.replace(target)
                        placed.append(target)
                    if one.pack:
                        places += [BlobPlace(b.digest, b.pack, b.start, b.length) for b in group]
                _sync_folders(sorted(touched))
                if touched:
                    sync_folder(self.folder)
            except BaseException:
                # After a failed sync nobody knows what the disk holds: the next try writes them again. What
                # was written over something is left, since rows name it.
                if not over:
                    remove_all(placed)
                self.discard([*staged, *anew])
                raise
        return places

    def _by_file(
        self, staged: Sequence[StagedBlob], anew: list[StagedBlob]
    ) -> Iterator[tuple[Path, list[StagedBlob]]]:
        """What was staged, by file; a file of which not all is wanted is written `anew`."""
        groups: dict[Path, list[StagedBlob]] = {}
        for one in staged:
            groups.setdefault(one.path, []).append(one)
        for path, group in groups.items():
            if not group[0].pack or directory_of([(b.digest, b.length) for b in group])[1] == group[0].pack:
                yield path, group
                continue
            wanted = (BlobSource(b.path, "a staged object", b.digest, b.start, b.length) for b in group)
            written = self.stage_all(source.read() for source in wanted)
            anew += written
            yield from self._by_file(written, anew)

    def discard(self, staged: Iterable[StagedBlob]) -> None:
        """Take away staged bytes that get no place."""
        remove_all({one.path for one in staged})

    def clear_incoming(self) -> None:
        """Take away what a run that was broken off had staged. Only for the one writer."""
        remove_all((self.folder / _INCOMING).glob("*"))

    def clear_unnamed(self, in_use: Container[str]) -> None:
        """Take away packs that are not `in_use`: a run was broken off before their rows were written.

        Nobody was told that their objects are stored; some may be refused by now. Only for the one writer.
        """
        remove_all(pack for pack in self._packs() if pack.name not in in_use)

    def source(self, digest: str, name: str = "") -> BlobSource:
        """The blob as a source; `name` is what messages call it."""
        path, start, length = self._locate(digest)
        return BlobSource(path, name or f"object {digest[:12]}", digest, start, length)

    def get(self, digest: str) -> bytes:
        """The bytes of a digest, verified.

        Raises
        ------
        StoreError
            ``store.integrity``
        """
        return self.source(digest).read()

    def is_there(self, digest: str) -> bool:
        """Whether there is a file for it; what that holds is another question."""
        return self._locate(digest)[0].exists()

    def take_away(self, digests: Iterable[str]) -> None:
        """Remove blobs that are files of their own."""
        remove_all(self._file(digest) for digest in digests)

    def erase(self, digests: Iterable[str]) -> None:
        """Remove blobs that are files of their own, durably; one that stays is an error."""
        erase_files(self._file(digest) for digest in digests)

    def erase_packs(self, packs: Iterable[str]) -> None:
        """Remove whole packs, durably; one that stays is an error."""
        erase_files(self.folder / _PACKS / pack for pack in packs if _DIGEST.fullmatch(pack))

    def verify(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Those digests whose bytes are gone or changed.

        Raises
        ------
        StoreError
            ``store.disk`` where the disk does not say.
        """
        damaged = []
        for digest in digests:
            try:
                self.get(digest)
            except StoreError as trouble:
                if trouble.code != "store.integrity":
                    raise
                damaged.append(digest)
        return tuple(damaged)

    def damaged_packs(self) -> tuple[str, ...]:
        """Names of packs whose directory is no longer what it was."""
        damaged = []
        for path in self._packs():
            try:
                read_directory(path)
            except FileNotFoundError:
                # The writer took it away; objects that are missed are named by themselves.
                continue
            except (StoreError, OSError):
                damaged.append(path.name)
        return tuple(damaged)

    def __iter__(self) -> Iterator[BlobSource]:
        """Every blob that lies there, by digest, whether or not a row names it."""
        found = {}
        for path in self.folder.glob("[0-9a-f][0-9a-f]/*"):
            digest = path.parent.name + path.name
            found[digest] = BlobSource(path, digest, digest)
        for path in self._packs():
            for place in read_directory(path):
                found[place.blob] = BlobSource(path, place.blob, place.blob, place.start, place.length)
        yield from (found[digest] for digest in sorted(found))

    def _packs(self) -> list[Path]:
        return sorted(path for path in (self.folder / _PACKS).glob("*") if _DIGEST.fullmatch(path.name))

    def _file(self, digest: str) -> Path:
        """Where the blob of a digest lies as a file of its own, whether or not it is there."""
        if not _DIGEST.fullmatch(digest):
            raise StoreError("store.not-found", "That is no digest.", remedy="Give 64 hexadecimal digits.")
        return self.folder / digest[:2] / digest[2:]

    def _locate(self, digest: str) -> tuple[Path, int, int]:
        """The file, the first byte and the length (-1 for all that follows)."""
        alone = self._file(digest)
        place = None if self._place_in_pack is None else self._place_in_pack(digest)
        if place is None:
            return alone, 0, -1
        return self.folder / _PACKS / place.pack, place.start, place.length


def _sync_folders(folders: Sequence[Path]) -> None:
    """Sync folders side by side: what waits for the disk together, the disk takes together."""
    if len(folders) <= 1:
        for folder in folders:
            sync_folder(folder)
        return
    with ThreadPoolExecutor(min(_SYNCS_AT_ONCE, len(folders))) as pool:
        for _ in pool.map(sync_folder, folders):
            pass
