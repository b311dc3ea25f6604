"""One series from an archive into the study: only what is missing, again after a broken connection.

Objects are kept side by side while the next ones come, with a bounded number of bytes in between.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from adcurate.dicom.network.archive import Archive, SeriesAtArchive
from adcurate.errors import NetworkError
from adcurate.model import Pseudonyms
from adcurate.store import StudyStore
from adcurate.study.pull.asking_again import WORTH_ANOTHER_TRY, Sleep, pause_after
from adcurate.study.pull.journal import PulledExam
from adcurate.study.receiving.intake import Intake

_KEEPERS: Final = 8
_MOST_BYTES_WAITING: Final = 64 * 2**20


@dataclass(slots=True)
class FetchedSeries:
    """What one series gave.

    `outcomes` counts the fates of what came now; `n_there` is what is here of `n_expected`, now or from
    before; `n_failed` what the archive says it could not send; `n_other_subject` what says to be of another
    person than the archive's list did.
    """

    n_expected: int
    n_there: int = 0
    n_failed: int = 0
    n_other_subject: int = 0
    n_attempts: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    trouble: NetworkError | None = None

    @property
    def is_complete(self) -> bool:
        """Whether every object that the archive has of the series came."""
        return self.trouble is None and self.n_there >= self.n_expected


class SeriesFetcher:
    """Fetches series into one intake; `store` is open for reading."""

    def __init__(
        self,
        archive: Archive,
        intake: Intake,
        store: StudyStore,
        pseudonyms: Pseudonyms,
        *,
        attempts: int,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._archive = archive
        self._intake = intake
        self._store = store
        self._pseudonyms = pseudonyms
        self._attempts = attempts
        self._sleep = sleep

    def fetch(
        self, series: SeriesAtArchive, record: PulledExam, on_object: Callable[[int, int], None]
    ) -> FetchedSeries:
        """Fetch what is missing of a series; `record` learns what came and was not stored.

        Raises
        ------
        StoreError
            ``store.disk-full``, ``store.disk``
        """
        result = FetchedSeries(series.n_objects or 0)
        for attempt in range(1, self._attempts + 1):
            result.n_there = before = self.count(series, record)
            came: list[str] = []
            try:
                missing = self._missing(series, record, result)
                if missing is None:
                    result.trouble = None
                    return result
                with _Keeping(self._intake, record, series, result, came, on_object) as keeping:
                    fetched = self._archive.fetch(record.study_uid, series.series_uid, keeping.take, missing)
                result.trouble, result.n_failed = None, fetched.failed
            except NetworkError as trouble:
                result.trouble = trouble
            finally:
                self._remember(series, record, came)
            result.n_there = self.count(series, record)
            if result.trouble is None:
                if result.is_complete or result.n_there <= before:
                    break
            elif result.trouble.code not in WORTH_ANOTHER_TRY:
                break
            elif attempt < self._attempts:
                self._sleep(pause_after(attempt))
        return result

    def count(self, series: SeriesAtArchive, record: PulledExam) -> int:
        """How many objects of the series came, now or before."""
        key = self._pseudonyms.uid(series.series_uid)
        return len(self._stored(series, record) | set(record.not_stored.get(key, ()))) + record.nameless.get(
            key, 0
        )

    def _stored(self, series: SeriesAtArchive, record: PulledExam) -> set[str]:
        key = self._pseudonyms.uid(series.series_uid)
        return {
            one.sop_instance_uid
            for one in self._store.instances.all(study_uid=record.exam)
            if one.series_uid == key
        }

    def _missing(
        self, series: SeriesAtArchive, record: PulledExam, result: FetchedSeries
    ) -> tuple[str, ...] | None:
        """The objects to ask for: none named for the whole series; None where nothing is missing."""
        if series.n_objects is not None and result.n_there >= series.n_objects:
            return None
        if series.n_objects is not None and result.n_there == 0:
            return ()
        listed = self._archive.find_objects(record.study_uid, series.series_uid)
        if not listed:
            return ()
        result.n_expected = max(len(listed), series.n_objects or 0)
        key = self._pseudonyms.uid(series.series_uid)
        there = self._stored(series, record) | set(record.not_stored.get(key, ()))
        missing = tuple(uid for uid in listed if self._pseudonyms.uid(uid) not in there)
        if len(missing) <= record.nameless.get(key, 0) and result.n_there >= result.n_expected:
            return None
        return () if len(missing) == len(listed) else missing

    def _remember(self, series: SeriesAtArchive, record: PulledExam, came: list[str]) -> None:
        """Write down what came and is not in the store, so that it is not fetched for ever."""
        key = self._pseudonyms.uid(series.series_uid)
        named = {self._pseudonyms.uid(uid) for uid in came if uid} - self._stored(series, record)
        if named:
            record.not_stored[key] = sorted({*record.not_stored.get(key, ()), *named})
        if nameless := sum(not uid for uid in came):
            record.nameless[key] = max(record.nameless.get(key, 0), nameless)


class _Keeping:
    """Gives the objects of one fetch to the intake from several threads; the first trouble ends it."""

    def __init__(
        self,
        intake: Intake,
        record: PulledExam,
        series: SeriesAtArchive,
        result: FetchedSeries,
        came: list[str],
        on_object: Callable[[int, int], None],
    ) -> None:
        self._intake = intake
        self._subject = record.subject
        self._number = series.number or 0
        self._result = result
        self._came = came
        self._on_object = on_object
        self._changed = threading.Condition()
        self._n_bytes = 0
        self._n_taken = 0
        self._trouble: BaseException | None = None
        self._pool = ThreadPoolExecutor(_KEEPERS, "pull")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True)
        if self._trouble is not None:
            raise self._trouble

    def take(self, content: bytes, sop_uid: str) -> None:
        """Take one object; waits while too many bytes wait already."""
        with self._changed:
            while self._n_bytes and self._n_bytes + len(content) > _MOST_BYTES_WAITING:
                self._changed.wait()
            if self._trouble is not None:
                raise self._trouble
            self._n_bytes += len(content)
            self._n_taken += 1
            name = f"object {self._n_taken} of series {self._number}"
        self._pool.submit(self._keep, content, name, sop_uid)

    def _keep(self, content: bytes, name: str, sop_uid: str) -> None:
        try:
            outcome = self._intake.receive(content, name)
        except BaseException as trouble:
            with self._changed:
                self._trouble = self._trouble or trouble
                self._n_bytes -= len(content)
                self._changed.notify_all()
            return
        with self._changed:
            self._result.outcomes[outcome.fate] += 1
            self._result.n_other_subject += outcome.subject not in ("", self._subject)
            self._came.append(sop_uid)
            self._n_bytes -= len(content)
            self._changed.notify_all()
            done = self._result.n_there + len(self._came)
            self._on_object(done, max(done, self._result.n_expected))
