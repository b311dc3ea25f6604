"""Run one function over many items, here or in worker processes.

Each item is a task of its own and results come back in the items' order, so that the same items give the
same bits for any number of workers. Nothing about the work is known here.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from adcurate.errors import ComputeError

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]

# Enough in flight to keep every worker busy, few enough that results waiting their turn stay small.
_CHUNKS_PER_WORKER = 3
_LARGEST_CHUNK = 32
# Numbers of glibc's malloc.h.
_TRIM_THRESHOLD, _TOP_PAD, _MMAP_THRESHOLD = -1, -2, -3


def run_tasks(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    workers: int = 0,
    progress: Progress | None = None,
    largest_chunk: int = _LARGEST_CHUNK,
) -> Iterator[Result]:
    """Yield ``function(item)`` for each item, in order.

    Parameters
    ----------
    function, items
        For ``workers > 0`` both must be picklable: a function at the top of a module, or a
        `functools.partial` of one.
    workers
        0 runs inline; n runs in n processes, each started fresh (so that it is the same on Linux, macOS
        and Windows). More workers than items are not started.
    progress
        Called with (done, of how many) after each result.
    largest_chunk
        Items that travel to a worker together, at most; 1 for items that are much work each.

    Raises
    ------
    Exception
        What the function raised for the first item, in order, that failed; the rest is cancelled. An
        interrupt (Ctrl-C) stops the workers and is passed on.
    ComputeError
        ``compute.worker-lost`` where the system ended a worker.
    """
    total = len(items)
    results = (
        (function(item) for item in items)
        if workers <= 0 or total <= 1
        else _in_processes(function, items, min(workers, total), largest_chunk)
    )
    for done, result in enumerate(results, start=1):
        if progress is not None:
            progress(done, total)
        yield result


def available_workers() -> int:
    """How many processes this machine can run at once."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_processes(
    function: Callable[[Item], Result], items: Sequence[Item], workers: int, largest_chunk: int
) -> Iterator[Result]:
    size = max(1, min(largest_chunk, len(items) // (workers * _CHUNKS_PER_WORKER)))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    waiting: deque[Future[list[Result]]] = deque()
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    try:
        upcoming = iter(chunks)
        for chunk in upcoming:
            with _workers_deaf_to_interrupts():
                waiting.append(pool.submit(_run_chunk, function, chunk))
            if len(waiting) >= workers * _CHUNKS_PER_WORKER:
                yield from waiting.popleft().result()
        while waiting:
            yield from waiting.popleft().result()
    except BrokenProcessPool as trouble:
        raise ComputeError(
            "compute.worker-lost",
            "The system ended a worker process, most often for lack of memory.",
            remedy="Run it again with fewer --workers; what was finished is kept.",
            n_workers=workers,
        ) from trouble
    finally:
        # Reached also when the caller stops early or is interrupted: nothing is left running.
        pool.shutdown(wait=True, cancel_futures=True)


@contextlib.contextmanager
def _workers_deaf_to_interrupts() -> Iterator[None]:
    """Processes started here leave Ctrl-C to the parent, which ends them; else each prints a traceback."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start_worker() -> None:
    _end_with_parent()
    _keep_freed_memory()


def _keep_freed_memory() -> None:
    """Have the C library keep what images leave free, where it is glibc.

    By default it gives each freed image back to the system and is given zeroed pages for the next one: a
    quarter of the time that small objects take.
    """
    with contextlib.suppress(OSError, AttributeError):
        mallopt = ctypes.CDLL(None).mallopt
        for option, size in ((_TRIM_THRESHOLD, 256), (_TOP_PAD, 16), (_MMAP_THRESHOLD, 64)):
            mallopt(option, size * 2**20)


def _end_with_parent() -> None:
    """Let a worker end when the process that started it is gone, killed without a word to anybody."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _run_chunk(function: Callable[[Item], Result], chunk: Sequence[Item]) -> list[Result]:
    return [function(item) for item in chunk]
