"""Exams in memory: each loaded once for all who ask, no more than a bound in bytes, the next one ahead."""

from __future__ import annotations

import contextlib
from collections import OrderedDict
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from types import TracebackType
from typing import Self

from adcurate.errors import ReadError
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.store import StudyStore
from adcurate.study.b_values import chosen_b_values
from adcurate.study.exam_task import ExamTask
from adcurate.study.reading.room_exam import RoomExam, load_room_exam
from adcurate.study.series_kinds import chosen_kinds

DEFAULT_LIMIT_BYTES = 2 * 2**30


class ImageCache:
    """Exams by their UID. Any thread may ask; the exam asked for last is never dropped."""

    def __init__(
        self,
        store: StudyStore,
        adc: AdcRule,
        region: RegionRule,
        *,
        limit_bytes: int = DEFAULT_LIMIT_BYTES,
    ) -> None:
        self._store = store
        self._rules = adc, region
        self._limit = limit_bytes
        self._lock = Lock()
        self._generation = 0
        self._exams: OrderedDict[str, Future[RoomExam]] = OrderedDict()
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="next-case")

    def exam(self, study_instance_uid: str) -> RoomExam:
        """The exam, loaded now or before; who asks while it loads waits for the same load.

        Raises
        ------
        ReadError
            ``read.no-images``
        StoreError
            ``store.integrity``
        """
        with self._lock:
            known = self._exams.get(study_instance_uid)
            if known is not None:
                self._exams.move_to_end(study_instance_uid)
            else:
                loading: Future[RoomExam] = Future()
                self._exams[study_instance_uid] = loading
        if known is not None:
            return known.result()
        try:
            loading.set_result(load_room_exam(self._task(study_instance_uid)))
        except BaseException as trouble:
            with self._lock:
                self._exams.pop(study_instance_uid, None)
            loading.set_exception(trouble)
            raise
        self._make_room()
        return loading.result()

    def prefetch(self, study_instance_uid: str) -> None:
        """Load an exam in the background, so that it is there when somebody asks."""
        with self._lock:
            if study_instance_uid in self._exams:
                return
        with contextlib.suppress(RuntimeError):  # closed meanwhile
            self._ahead.submit(self._load_quietly, study_instance_uid)

    def use(self, adc: AdcRule, region: RegionRule) -> None:
        """Make maps by these rules from now on; what was made by others is loaded again when asked for."""
        if (adc, region) != self._rules:
            self._rules = adc, region
            self.forget()

    def forget(self) -> None:
        """Load every exam again when it is asked for: its objects or b-values are not what they were."""
        with self._lock:
            self._generation += 1
            self._exams.clear()

    @property
    def generation(self) -> int:
        """Another number whenever exams were forgotten: what was measured on them may not hold."""
        return self._generation

    @property
    def n_bytes(self) -> int:
        """What the loaded exams take."""
        with self._lock:
            return sum(one.result().n_bytes for one in self._exams.values() if one.done())

    def close(self) -> None:
        """Load nothing more ahead."""
        self._ahead.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _load_quietly(self, study_instance_uid: str) -> None:
        # Whoever opens the case is told what is wrong with it.
        with contextlib.suppress(Exception):
            self.exam(study_instance_uid)

    def _make_room(self) -> None:
        with self._lock:
            loaded = {uid: one.result().n_bytes for uid, one in self._exams.items() if one.done()}
            total = sum(loaded.values())
            for uid, n_bytes in list(loaded.items())[:-1]:
                if total <= self._limit:
                    return
                del self._exams[uid]
                total -= n_bytes

    def _task(self, study_instance_uid: str) -> ExamTask:
        records = self._store.instances.all(study_uid=study_instance_uid)
        if not records:
            raise ReadError(
                "read.no-images",
                "Nothing of this exam can be shown.",
                remedy="Ask the coordinator to look at the exam's findings (adcurate study status).",
            )
        adc, region = self._rules
        return ExamTask(
            study_instance_uid=study_instance_uid,
            subject=records[0].subject,
            sources=tuple(self._store.blobs.source(record.blob) for record in records),
            digests=tuple(record.blob for record in records),
            contours=(),
            adc=adc,
            region=region,
            b_values=chosen_b_values(self._store, study_instance_uid),
            kinds=chosen_kinds(self._store, study_instance_uid),
        )
