"""The works of one served study, one after the other, since each of them writes. Knows no route."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, Literal

from adcurate.errors import AdcurateError
from adcurate.model.progress import Progress
from adcurate.web.room.answers import not_found, own_up_to

KEPT: Final = 50
State = Literal["waiting", "running", "done", "failed", "cancelled"]
Task = Callable[[Progress], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Work:
    """How far one piece of work is: `done` of `total` items of its `step`; then its answer or its error.

    `behind` are the kinds of work that it waits for, the one that runs first.
    """

    id: str
    kind: str
    by: str
    state: State
    started_at: str
    step: str = ""
    done: int = 0
    total: int = 0
    ended_at: str = ""
    answer: Mapping[str, Any] | None = None
    error: AdcurateError | None = None
    behind: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing of it will change any more."""
        return self.state in ("done", "failed", "cancelled")


class _StopError(Exception):
    """Raised through a use case by its progress: what it kept stays, and the same work again goes on."""


class Works:
    """Starts work and remembers the last `KEPT` of it; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._works: dict[str, Work] = {}
        self._stopped: set[str] = set()
        self._threads = ThreadPoolExecutor(1, "work")

    def start(self, kind: str, by: str, task: Task) -> Work:
        """Queue a task; it gets the progress to call, and returns what the page is told at the end."""
        work = Work(secrets.token_hex(8), kind, by, "waiting", _now())
        with self._lock:
            for old in [one.id for one in self._works.values() if one.is_over][
                : max(0, len(self._works) - KEPT)
            ]:
                del self._works[old]
            self._works[work.id] = work
        self._threads.submit(self._do, work.id, task)
        return self.get(work.id)

    def all(self) -> tuple[Work, ...]:
        """What is remembered, oldest first."""
        with self._lock:
            return tuple(self._in_line(one) for one in self._works.values())

    def get(self, work_id: str) -> Work:
        """One piece of work.

        Raises
        ------
        WebError
            ``web.not-found``
        """
        with self._lock:
            if work_id not in self._works:
                raise not_found()
            return self._in_line(self._works[work_id])

    def cancel(self, work_id: str) -> Work:
        """Ask for a stop at the next item; what is over stays as it ended."""
        self.get(work_id)
        with self._lock:
            self._stopped.add(work_id)
            work = self._works[work_id]
            if work.state == "waiting":
                self._works[work_id] = dataclasses.replace(work, state="cancelled", ended_at=_now())
            return self._works[work_id]

    def close(self) -> None:
        """Stop what runs and wait for it."""
        for work in self.all():
            if not work.is_over:
                self.cancel(work.id)
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _in_line(self, work: Work) -> Work:
        """The work with what it waits for; the caller holds the lock."""
        if work.state != "waiting":
            return work
        older = itertools.takewhile(lambda one: one.id != work.id, self._works.values())
        return dataclasses.replace(work, behind=tuple(one.kind for one in older if not one.is_over))

    def _do(self, work_id: str, task: Task) -> None:
        if work_id in self._stopped:
            return
        self._change(work_id, state="running")

        def progress(step: str, done: int, total: int) -> None:
            if work_id in self._stopped:
                raise _StopError
            self._change(work_id, step=step, done=done, total=total)

        try:
            answer = task(progress)
        except _StopError:
            self._end(work_id, state="cancelled")
        except AdcurateError as trouble:
            self._end(work_id, state="failed", error=trouble)
        except Exception as fault:
            self._end(work_id, state="failed", error=own_up_to(fault))
        else:
            self._end(work_id, state="done", answer=answer)

    def _end(self, work_id: str, **parts: Any) -> None:
        self._change(work_id, ended_at=_now(), **parts)

    def _change(self, work_id: str, **parts: Any) -> None:
        with self._lock:
            self._works[work_id] = dataclasses.replace(self._works[work_id], **parts)


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
