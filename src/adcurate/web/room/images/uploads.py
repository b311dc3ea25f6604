"""Uploads from a page: each holds the study's one way in open, from its first batch to its last.

Files come in batches, one request each, and are stored without identity before the request is answered:
nothing of them waits on disk in clear. A page that went away leaves its upload open for a while; what it
had sent is kept, and is known when it is sent again. Knows no route.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from adcurate.dicom.network.spool import Spool
from adcurate.dicom.received.sources import Skipped
from adcurate.errors import WebError
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.intake import Intake
from adcurate.web.room.answers import not_found

MOST_OPEN: Final = 8
IDLE_S: Final = 900.0
LeftAlone = Literal["not-dicom", "dicomdir", "empty", "zip.nested", "zip.encrypted", "input.not-readable"]


@dataclass(frozen=True, slots=True)
class SpooledObject:
    """One file of a page as a source; it is called by its place, since its name may name a patient."""

    spool: Spool = field(repr=False)
    name: str

    def read(self) -> bytes:
        """All bytes."""
        return self.spool.content()


@dataclass(frozen=True, slots=True)
class UploadCount:
    """What became of the files of an upload so far: came = stored + known + refused + left alone."""

    came: int
    stored: int
    known: int
    refused: int
    left_alone: Mapping[str, int]
    refused_because: Mapping[str, int]


class Upload:
    """One upload. Any thread may use it; its batches are stored one after the other."""

    def __init__(self, study: StudyFolder) -> None:
        self.id = secrets.token_hex(8)
        self._lock = threading.Lock()
        self._exits = contextlib.ExitStack()
        self._intake = self._exits.enter_context(Intake(study, source="page"))
        self._refused: Counter[str] = Counter()
        self._is_open = True
        self.used_at = time.monotonic()

    def take(self, spools: Sequence[Spool]) -> UploadCount:
        """Store the files of one batch; returns when they are durable.

        Raises
        ------
        WebError
            ``web.not-found`` where the upload was ended meanwhile.
        StoreError
            ``store.disk-full``, ``store.disk``: the batch may be sent again.
        """
        with self._lock:
            self._check_open()
            before = self._intake.totals.received
            sources = [SpooledObject(one, f"file {before + n}") for n, one in enumerate(spools, start=1)]
            self._refused.update(one.code for one in self._intake.receive_many(sources))
            return self._count()

    def leave_alone(self, reasons: Mapping[LeftAlone, int]) -> UploadCount:
        """Count files that the page saw and did not send, by reason."""
        with self._lock:
            self._check_open()
            self._intake.skip(Skipped("", code) for code, count in reasons.items() for _ in range(count))
            return self._count()

    def count(self) -> UploadCount:
        """What became of its files so far."""
        with self._lock:
            return self._count()

    def end(self) -> UploadCount:
        """Let the way in go; an upload that has ended stays as it ended."""
        with self._lock:
            count = self._count()
            if self._is_open:
                self._is_open = False
                self._exits.close()
            return count

    def _check_open(self) -> None:
        if not self._is_open:
            raise not_found()
        self.used_at = time.monotonic()

    def _count(self) -> UploadCount:
        totals = self._intake.totals
        return UploadCount(
            totals.received + sum(totals.skipped.values()),
            totals.stored,
            totals.duplicate,
            totals.quarantined,
            dict(totals.skipped),
            dict(sorted(self._refused.items())),
        )


class Uploads:
    """The open uploads of one served study."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Upload] = {}

    def begin(self, study: StudyFolder) -> Upload:
        """Open the way in; what nobody has used for a while is ended first.

        Raises
        ------
        WebError
            ``web.busy``
        StoreError, VaultError
            As `Intake`.
        """
        with self._lock:
            now = time.monotonic()
            for one in [one for one in self._open.values() if now - one.used_at > IDLE_S]:
                self._open.pop(one.id).end()
            if len(self._open) >= MOST_OPEN:
                raise WebError(
                    "web.busy", "Too many uploads are open.", remedy="Wait until one of them has ended."
                )
            upload = Upload(study)
            self._open[upload.id] = upload
            return upload

    def get(self, upload_id: str) -> Upload:
        """One open upload.

        Raises
        ------
        WebError
            ``web.not-found``
        """
        with self._lock:
            if upload_id not in self._open:
                raise not_found()
            return self._open[upload_id]

    def end(self, upload_id: str) -> UploadCount:
        """End one; ``web.not-found`` where it is not open."""
        upload = self.get(upload_id)
        with self._lock:
            self._open.pop(upload_id, None)
        return upload.end()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            for one in self._open.values():
                one.end()
            self._open.clear()
