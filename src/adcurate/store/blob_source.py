"""A stored object as a source of bytes that checks itself: a file, or a part of a pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from adcurate.errors import StoreError
from adcurate.model import content_digest
from adcurate.store.portable import disk_error


@dataclass(frozen=True, slots=True)
class BlobSource:
    """A stored object as a source of bytes; picklable, for worker processes."""

    path: Path = field(repr=False)
    name: str
    digest: str
    start: int = 0
    length: int = -1

    def read(self) -> bytes:
        """All bytes.

        Raises
        ------
        StoreError
            ``store.integrity`` where they are gone or no longer what they were.
        """
        try:
            with self.path.open("rb") as stream:
                stream.seek(self.start)
                content = stream.read(self.length)
        except FileNotFoundError as trouble:
            raise _lost(self.name) from trouble
        except OSError as trouble:
            raise disk_error(trouble) from trouble
        if content_digest(content) != self.digest:
            raise _changed(self.name)
        return content

    def n_bytes(self) -> int:
        """How many there should be.

        Raises
        ------
        StoreError
            ``store.integrity`` where they are gone.
        """
        try:
            n_bytes = self.path.stat().st_size
            return n_bytes if self.length < 0 else self.length
        except FileNotFoundError as trouble:
            raise _lost(self.name) from trouble


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
