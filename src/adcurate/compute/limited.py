"""Run one function in a process of its own, within limits of memory and time.

Decoders of compressed pictures are C libraries; a hostile picture may make them crash, hang or take all
memory, and a parser of strangers' files may be led astray. Here that costs one worker process and gives a
named refusal. Workers are started when first needed, kept for the next call with the same allowance of
memory, replaced when they die, and end with the process that started them.

Nothing that a worker sends back is executed: an answer is a letter, a length and bytes.

What the worker does is in `limited_worker`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Final

from adcurate.compute.limited_worker import ANSWER_HEAD, DONE, OUT_OF_MEMORY, QUESTION_HEAD, read_exactly
from adcurate.errors import LimitError

SECONDS: Final = 5.0
SECONDS_FOR_EACH_MIB: Final = 0.25
WORKER_BYTES: Final = 384 * 2**20
"""What a worker may take beyond what it has when it starts."""

_REMEDY = "Export the object again without compression."
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


def run_limited(
    function: Callable[..., bytes],
    arguments: tuple[object, ...],
    *,
    most_bytes: int,
    seconds: float | None = None,
    worker_bytes: int | None = None,
) -> bytes:
    """``function(*arguments)``, run by a worker process within limits.

    Parameters
    ----------
    function
        At the top of a module.
    arguments
        Picklable; they go to the worker, which trusts this process.
    most_bytes
        The answer's greatest length.
    seconds
        The time allowed, of the clock and of the processor; without it `SECONDS`, and more the longer the
        answer may be.
    worker_bytes
        What the worker may take beyond what it starts with; `WORKER_BYTES` without it.

    Raises
    ------
    ValueError
        Where the function raised anything.
    LimitError
        ``limit.memory``, ``limit.time``, ``limit.died``
    """
    allowed = SECONDS + SECONDS_FOR_EACH_MIB * most_bytes / 2**20 if seconds is None else seconds
    worker = _WORKERS.take(WORKER_BYTES if worker_bytes is None else worker_bytes)
    try:
        kind, content = worker.ask(function, arguments, most_bytes, allowed)
    except BaseException:
        worker.end()
        raise
    if kind == OUT_OF_MEMORY:
        worker.end()
        raise LimitError("limit.memory", "A decoder asked for more memory than it may have.", remedy=_REMEDY)
    _WORKERS.give_back(worker)
    if kind != DONE:
        raise ValueError("the function refused")
    return content


class _Worker:
    """One worker process and the pipes to it."""

    def __init__(self, worker_bytes: int) -> None:
        self.worker_bytes = worker_bytes
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from adcurate.compute.limited_worker import serve; serve()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            start_new_session=True,
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(
        self, function: Callable[..., bytes], arguments: tuple[object, ...], most_bytes: int, seconds: float
    ) -> tuple[bytes, bytes]:
        """The letter and the bytes of one answer."""
        question = pickle.dumps((function, arguments, seconds, self.worker_bytes))
        watch = _Watch(self._process, seconds)
        try:
            into, out_of = self._process.stdin, self._process.stdout
            if into is None or out_of is None:
                raise EOFError
            into.write(QUESTION_HEAD.pack(len(question)) + question)
            into.flush()
            kind, length = ANSWER_HEAD.unpack(read_exactly(out_of, ANSWER_HEAD.size))
            if length > most_bytes:
                raise EOFError
            return kind, read_exactly(out_of, length)
        except (OSError, EOFError, ValueError) as trouble:
            if watch.has_ended_it or self._ran_out_of_time():
                raise LimitError("limit.time", "A decoder took longer than it may.", remedy=_REMEDY) from None
            raise LimitError("limit.died", "A decoder ended without an answer.", remedy=_REMEDY) from trouble
        finally:
            watch.stop()

    def _ran_out_of_time(self) -> bool:
        """Whether the system ended the worker for its processor time."""
        import signal

        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(1.0) == -getattr(signal, "SIGXCPU", 0)
        return False

    def end(self) -> None:
        """Kill the process and wait for its end."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError, ValueError):
                if pipe is not None:
                    pipe.close()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()


class _Watch:
    """Kills a process when its time is over, unless stopped before."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        self._process = process
        self.has_ended_it = False
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._timer.start()

    def _end(self) -> None:
        self.has_ended_it = True
        with contextlib.suppress(OSError):
            self._process.kill()

    def stop(self) -> None:
        self._timer.cancel()


class _Workers:
    """The idle workers; as many as there are callers at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._owner = os.getpid()

    def take(self, worker_bytes: int) -> _Worker:
        """An idle worker with this allowance, or a new one."""
        with self._lock:
            if self._owner != os.getpid():  # a fork must not talk to its parent's workers
                self._idle, self._owner = [], os.getpid()
            for worker in [one for one in reversed(self._idle) if one.worker_bytes == worker_bytes]:
                self._idle.remove(worker)
                if worker.is_alive:
                    return worker
                worker.end()
        return _Worker(worker_bytes)

    def give_back(self, worker: _Worker) -> None:
        """Keep a worker for the next call."""
        with self._lock:
            self._idle.append(worker)

    def end_all(self) -> None:
        """End every idle worker."""
        with self._lock:
            idle, self._idle = self._idle, []
        if self._owner == os.getpid():
            for worker in idle:
                worker.end()


_WORKERS = _Workers()
atexit.register(_WORKERS.end_all)


def _environment() -> dict[str, str]:
    """What a worker needs to start, and nothing else of this process."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
