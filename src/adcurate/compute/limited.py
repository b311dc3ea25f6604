"""Run one function in a process of its own, within limits of memory and time.

Decoders of compressed pictures are C libraries; a hostile picture may make them crash, hang or take all
memory. Here that costs one worker process and gives a named refusal. Workers are started when first needed,
kept for the next call, replaced when they die, and end with the process that started them.

Nothing that a worker sends back is executed: an answer is a letter, a length and bytes.

Limits on Linux and macOS: address space (on macOS the system may not hold it), processor time, files, core
dumps. On Windows there is wall-clock time only.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import pickle
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, Final

from adcurate.errors import LimitError

SECONDS: Final = 5.0
SECONDS_FOR_EACH_MIB: Final = 0.25
WORKER_BYTES: Final = 384 * 2**20
"""What a worker may take beyond what it has when it starts."""

_HEAD = struct.Struct("<cQ")
_DONE, _REFUSED, _MEMORY = b"d", b"r", b"m"
_REMEDY = "Export the object again without compression."
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP")


def run_limited(function: Callable[..., bytes], arguments: tuple[object, ...], *, most_bytes: int) -> bytes:
    """``function(*arguments)``, run by a worker process within limits.

    Parameters
    ----------
    function
        At the top of a module.
    arguments
        Picklable; they go to the worker, which trusts this process.
    most_bytes
        The answer's greatest length; the time allowed grows with it.

    Raises
    ------
    ValueError
        Where the function raised anything.
    LimitError
        ``limit.memory``, ``limit.time``, ``limit.died``
    """
    seconds = SECONDS + SECONDS_FOR_EACH_MIB * most_bytes / 2**20
    worker = _WORKERS.take()
    try:
        kind, content = worker.ask(function, arguments, most_bytes, seconds)
    except BaseException:
        worker.end()
        raise
    if kind == _MEMORY:
        worker.end()
        raise LimitError("limit.memory", "A decoder asked for more memory than it may have.", remedy=_REMEDY)
    _WORKERS.give_back(worker)
    if kind != _DONE:
        raise ValueError("the function refused")
    return content


class _Worker:
    """One worker process and the pipes to it."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from adcurate.compute.limited import serve; serve()"],
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
        question = pickle.dumps((function, arguments, seconds))
        watch = _Watch(self._process, seconds)
        try:
            into, out_of = self._process.stdin, self._process.stdout
            if into is None or out_of is None:
                raise EOFError
            into.write(struct.pack("<Q", len(question)) + question)
            into.flush()
            kind, length = _HEAD.unpack(_read(out_of, _HEAD.size))
            if length > most_bytes:
                raise EOFError
            return kind, _read(out_of, length)
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

    def take(self) -> _Worker:
        """An idle worker, or a new one."""
        with self._lock:
            if self._owner != os.getpid():  # a fork must not talk to its parent's workers
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                worker = self._idle.pop()
                if worker.is_alive:
                    return worker
                worker.end()
        return _Worker()

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


def serve() -> None:
    """A worker's life: read a question, answer it, until the pipe closes."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not reach the pipe.
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    confined = False
    while True:
        try:
            (length,) = struct.unpack("<Q", _read(questions, 8))
            function, arguments, seconds = pickle.loads(_read(questions, length))  # noqa: S301 - our parent's
        except (EOFError, OSError):
            return
        if not confined:
            _confine()
            confined = True
        _allow_processor_time(seconds)
        kind, content = _DONE, b""
        try:
            content = bytes(function(*arguments))
        except MemoryError:
            kind = _MEMORY
        except Exception:
            kind = _REFUSED
        try:
            answers.write(_HEAD.pack(kind, len(content)) + content)
            answers.flush()
        except (MemoryError, OSError):
            os._exit(1)


def _confine() -> None:
    """Take away what a decoder does not need, where the system can."""
    try:
        import resource
    except ImportError:
        return
    bounds = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 64, "RLIMIT_AS": _address_space()}
    for name, bound in bounds.items():
        limit = getattr(resource, name, None)
        if limit is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (bound, bound))


def _address_space() -> int:
    """What the process has now and `WORKER_BYTES` more; where that is not known, 4 GiB."""
    try:
        with open("/proc/self/statm", "rb") as numbers:  # noqa: PTH123 - before imports grow it
            pages = int(numbers.read().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE") + WORKER_BYTES
    except (OSError, ValueError):
        return 4 * 2**30


def _allow_processor_time(seconds: float) -> None:
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    bound = int(used.ru_utime + used.ru_stime + seconds) + 1
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (bound, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _read(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) != length:
        raise EOFError
    return content
