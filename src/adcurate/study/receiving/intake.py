"""The one way into a study: received objects become durable, are counted, and only then are answered for.

`Intake` holds the writer's lock from its first to its last object. `receive` serves many threads at once:
those that come while another is writing share the next round of syncs and one transaction. It knows
nothing of networks or folders; where objects come from is for its callers.
"""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from adcurate.compute import run_tasks
from adcurate.dicom.received.sources import Skipped
from adcurate.errors import AdcurateError, InternalError, StoreError
from adcurate.model import ObjectSource
from adcurate.model.progress import Progress, no_progress
from adcurate.store import Outcome, StoreSize
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.keeping import BatchKeeper
from adcurate.study.receiving.staging import HeldObject, Staged, StagedResult, Stager

_GROUP = 64
_BATCH = 512


@dataclass(frozen=True, slots=True)
class IntakeTotals:
    """The count so far: received = stored + duplicate + quarantined; what was left alone, by reason."""

    received: int
    stored: int
    duplicate: int
    quarantined: int
    skipped: Mapping[str, int]


class _Waiting:
    """One object of `receive` between its staging and its answer."""

    def __init__(self, source: ObjectSource, result: StagedResult) -> None:
        self.source = source
        self.result = result
        self.outcome: Outcome | None = None
        self.trouble: AdcurateError | None = None


class Intake:
    """Takes objects into one study. Use it as a context manager.

    Parameters
    ----------
    study
        Where they go.
    source
        Where they come from, for the record of runs: ``folder``, ``dimse``, ``stow``, ``pull``.

    Raises
    ------
    StoreError, VaultError
        On entering: ``store.locked``, ``store.integrity`` (the count of earlier runs does not add up),
        ``vault.key-missing``, ``vault.key-mismatch``.
    """

    def __init__(self, study: StudyFolder, *, source: str) -> None:
        self._study = study
        self._source = source
        self._exits = contextlib.ExitStack()
        self._queue_lock = threading.Lock()
        self._write_lock = threading.Lock()
        self._waiting: list[_Waiting] = []
        self._broken: StoreError | None = None

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as exits:
            self._store = exits.enter_context(self._study.open_store())
            self._store.instances.check_count()
            vault = self._study.open_vault(self._store)
            exits.enter_context(self._store.runs.record("add", self._source))
            self._stager = Stager(vault.pseudonyms, self._store.blobs, self._store.known)
            self._keeper = BatchKeeper(self._store, vault)
            self._exits = exits.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._write_lock:
            try:
                if kind is None and self._broken is None:
                    self._keeper.keep_skipped()
            finally:
                self._exits.__exit__(kind, error, trace)

    def receive(self, content: bytes, name: str) -> Outcome:
        """Take one object; returns when it is durable. Many threads may call it at once.

        Parameters
        ----------
        content
            The object as received, a DICOM file with its header.
        name
            What messages call it; never a patient's.

        Raises
        ------
        StoreError
            ``store.disk-full`` (the next object may fit again); ``store.disk`` (nothing more is taken until
            the study is opened again, since after a failed sync nobody knows what the disk holds);
            ``store.locked``. Nothing is raised for what an object holds.
        """
        self._refuse_if_broken()
        source = HeldObject(content, name)
        try:
            (result,) = self._stager([source])
        except StoreError as trouble:
            self._note(trouble)
            raise
        waiting = _Waiting(source, result)
        with self._queue_lock:
            self._waiting.append(waiting)
        with self._write_lock:
            # Whoever held the lock before may have written this object too.
            if waiting.outcome is None and waiting.trouble is None:
                self._write_waiting()
        if waiting.trouble is not None:
            raise waiting.trouble
        assert waiting.outcome is not None
        return waiting.outcome

    def receive_many(
        self, sources: Sequence[ObjectSource], *, workers: int = 0, progress: Progress = no_progress
    ) -> tuple[Outcome, ...]:
        """Take every object of `sources`, in order; returns the outcomes of those that were quarantined.

        Memory does not grow with the number or the size of objects. Broken off anywhere, what was written
        before stays, and the same call again goes on: what is known is not looked into again.

        Parameters
        ----------
        workers
            Processes that stage objects; 0 does it here.

        Raises
        ------
        StoreError
            As `receive`.
        ComputeError
            ``compute.worker-lost``
        """
        groups = [sources[start : start + _GROUP] for start in range(0, len(sources), _GROUP)]
        quarantined: list[Outcome] = []
        batch: list[tuple[ObjectSource, StagedResult]] = []
        done = 0
        self._refuse_if_broken()
        results = run_tasks(self._stager_of_many(), groups, workers=workers, largest_chunk=1)
        try:
            for group, staged in zip(groups, results, strict=True):
                batch += zip(group, staged, strict=True)
                if len(batch) >= _BATCH:
                    quarantined += self._keep(batch)
                    batch = []
                done += len(group)
                progress("Adding", done, len(sources))
            quarantined += self._keep(batch)
        except StoreError as trouble:
            self._note(trouble)
            raise
        return tuple(quarantined)

    def skip(self, things: Iterable[Skipped]) -> None:
        """Count what a caller left alone before it became an object."""
        with self._write_lock:
            self._keeper.skip(things)

    @property
    def totals(self) -> IntakeTotals:
        """The count so far, of what was acknowledged."""
        with self._write_lock:
            counts = self._keeper.counts
            return IntakeTotals(
                counts["received"],
                counts["stored"],
                counts["duplicate"],
                counts["quarantined"],
                dict(sorted(self._keeper.skipped.items())),
            )

    def size(self) -> StoreSize:
        """How much the study holds now."""
        with self._write_lock:
            return self._store.instances.size()

    def _stager_of_many(self) -> Stager:
        """In an empty study nothing is known, so that nobody needs to look."""
        if self.size().n_objects or self._store.quarantine.counts():
            return self._stager
        return dataclasses.replace(self._stager, known=frozenset())

    def _keep(self, batch: Sequence[tuple[ObjectSource, StagedResult]]) -> list[Outcome]:
        with self._write_lock:
            outcomes = self._keeper.keep(batch)
        return [outcome for outcome in outcomes if outcome.fate == "quarantined"]

    def _write_waiting(self) -> None:
        """Store everything that waits, as one; each of them gets its outcome, or all the same trouble."""
        with self._queue_lock:
            batch, self._waiting = self._waiting, []
        try:
            self._refuse_if_broken()
            outcomes = self._keeper.keep([(one.source, one.result) for one in batch])
        except BaseException as trouble:
            if isinstance(trouble, StoreError):
                self._note(trouble)
            staged = [one.result.content for one in batch if isinstance(one.result, Staged)]
            self._store.blobs.discard(staged)
            for one in batch:
                one.trouble = trouble if isinstance(trouble, AdcurateError) else _not_written()
            if isinstance(trouble, AdcurateError):
                return
            # An interrupt is for the thread that it met; the others only learn that nothing was written.
            raise
        for one, outcome in zip(batch, outcomes, strict=True):
            one.outcome = outcome

    def _note(self, trouble: StoreError) -> None:
        if trouble.code == "store.disk":
            self._broken = trouble

    def _refuse_if_broken(self) -> None:
        if self._broken is not None:
            known = self._broken
            raise StoreError(known.code, known.sentence, remedy=known.remedy)


def _not_written() -> InternalError:
    return InternalError(
        "internal.bug", "The object was not written.", remedy="Send it again; report it if that fails too."
    )
