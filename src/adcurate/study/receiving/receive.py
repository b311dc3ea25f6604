"""``receive``: what PACS and scanners send becomes research objects as it comes, and is answered for.

Joins the network (`dicom.network.receiver`, and the web through `keep`) with the one way into a study
(`Intake`). While it runs it holds the study's writer's lock.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.received_as import ReceivedAs
from adcurate.dicom.network.receiver import Listening, Receiver, Watch
from adcurate.errors import AdcurateError
from adcurate.store import Outcome
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.intake import Intake

_NO_ROOM = ("store.disk-full", "store.disk", "store.locked")


@dataclass(frozen=True, slots=True)
class Reception:
    """The receipt: received = stored + duplicate + quarantined, and what was left alone, by reason.

    `refused` counts quarantined objects by code; `unanswered` are objects that could not be kept and whose
    senders were told so; `series` counts stored objects by the subject's code and the series' stand-in UID,
    the latest last.
    """

    received: int
    stored: int
    duplicate: int
    quarantined: int
    skipped: dict[str, int]
    refused: dict[str, int]
    unanswered: dict[str, int]
    series: dict[tuple[str, str], int]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``receive --json``."""
        return {
            "received": self.received,
            "stored": self.stored,
            "duplicate": self.duplicate,
            "quarantined": self.quarantined,
            "skipped": self.skipped,
            "refused": self.refused,
            "not_kept": self.unanswered,
            "series": [
                {"subject": subject, "series_uid": series, "objects": count}
                for (subject, series), count in sorted(self.series.items())
            ],
        }


class OpenReception:
    """Receives into a study while it is entered as a context manager.

    Parameters
    ----------
    listening
        Where the DIMSE receiver listens; None for no such receiver (objects come through `keep` alone).
    watch
        Told of every connection.

    Raises
    ------
    ReceiverError
        ``receiver.title``, ``receiver.open-address``; on entering ``receiver.port``.
    StoreError, VaultError
        On entering, as `Intake`.
    """

    def __init__(
        self,
        study: StudyFolder,
        listening: Listening | None,
        *,
        limits: ReceiverLimits | None = None,
        tls: ssl.SSLContext | None = None,
        watch: Watch | None = None,
    ) -> None:
        self._study = study
        self._intake = Intake(study, source="network")
        self._lock = threading.Lock()
        self._series: dict[tuple[str, str], int] = {}
        self._refused: Counter[str] = Counter()
        self._unanswered: Counter[str] = Counter()
        self._exits = contextlib.ExitStack()
        self.trouble: AdcurateError | None = None
        self.receiver: Receiver | None = None
        if listening is not None:
            self.receiver = Receiver(
                listening, self.keep, limits=limits, spool_folder=self.spool_folder, tls=tls, watch=watch
            )

    @property
    def spool_folder(self) -> Path:
        """Where parts of large objects wait, encrypted and without a name: on the study's own disk."""
        return self._study.vault

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as exits:
            exits.enter_context(self._intake)
            if self.receiver is not None:
                exits.enter_context(self.receiver)
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._exits.__exit__(kind, error, trace)

    def keep(self, content: bytes, name: str) -> ReceivedAs:
        """Take one object, durably; never raises, so that its sender always gets an answer."""
        try:
            outcome = self._intake.receive(content, name)
        except AdcurateError as trouble:
            return self._not_kept(trouble)
        except Exception:
            # A bug must not end the receiver; the sender hears that the object was not kept.
            with self._lock:
                self._unanswered["internal.bug"] += 1
            return ReceivedAs("failed", "internal.bug")
        self._count(outcome)
        return ReceivedAs(outcome.fate, outcome.code)

    def receipt(self) -> Reception:
        """The count so far."""
        totals = self._intake.totals
        with self._lock:
            return Reception(
                totals.received,
                totals.stored,
                totals.duplicate,
                totals.quarantined,
                dict(totals.skipped),
                dict(sorted(self._refused.items())),
                dict(sorted(self._unanswered.items())),
                dict(self._series),
            )

    def _count(self, outcome: Outcome) -> None:
        with self._lock:
            if outcome.fate == "stored":
                series = (outcome.subject, outcome.series_uid)
                # Put in again, so that what came last stands last.
                self._series[series] = self._series.pop(series, 0) + 1
            elif outcome.fate == "quarantined":
                self._refused[outcome.code] += 1

    def _not_kept(self, trouble: AdcurateError) -> ReceivedAs:
        with self._lock:
            self._unanswered[trouble.code] += 1
            if trouble.code != "store.disk-full":
                # A full disk may have room again; after anything else nothing more can be kept.
                self.trouble = trouble
        return ReceivedAs("no-room" if trouble.code in _NO_ROOM else "failed", trouble.code)
