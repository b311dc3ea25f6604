"""The worker's side of `limited`: confine this process, then answer questions until the pipe closes.

Limits on Linux and macOS: address space (on macOS the system may not hold it), processor time, files, core
dumps. On Windows there is wall-clock time only, which the other side keeps.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import struct
from typing import IO, Final

QUESTION_HEAD: Final = struct.Struct("<Q")
ANSWER_HEAD: Final = struct.Struct("<cQ")
DONE, REFUSED, OUT_OF_MEMORY = b"d", b"r", b"m"


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
            (length,) = QUESTION_HEAD.unpack(read_exactly(questions, QUESTION_HEAD.size))
            content = read_exactly(questions, length)
            function, arguments, seconds, worker_bytes = pickle.loads(content)  # noqa: S301 - our parent's
        except (EOFError, OSError):
            return
        if not confined:
            _confine(worker_bytes)
            confined = True
        _allow_processor_time(seconds)
        kind, content = DONE, b""
        try:
            content = bytes(function(*arguments))
        except MemoryError:
            kind = OUT_OF_MEMORY
        except Exception:
            kind = REFUSED
        try:
            answers.write(ANSWER_HEAD.pack(kind, len(content)) + content)
            answers.flush()
        except (MemoryError, OSError):
            os._exit(1)


def _confine(worker_bytes: int) -> None:
    """Take away what reading a stranger's bytes does not need, where the system can."""
    try:
        import resource
    except ImportError:
        return
    memory = _address_space(worker_bytes)
    bounds = {"RLIMIT_CORE": 0, "RLIMIT_FSIZE": 0, "RLIMIT_NOFILE": 64, "RLIMIT_AS": memory}
    for name, bound in bounds.items():
        limit = getattr(resource, name, None)
        if limit is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (bound, bound))


def _address_space(worker_bytes: int) -> int:
    """What the process has now and so much more; where that is not known, 4 GiB."""
    try:
        with open("/proc/self/statm", "rb") as numbers:  # noqa: PTH123 - before imports grow it
            pages = int(numbers.read().split()[0])
        return pages * os.sysconf("SC_PAGE_SIZE") + worker_bytes
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


def read_exactly(stream: IO[bytes], length: int) -> bytes:
    """So many bytes of a pipe; `EOFError` where it ends before."""
    content = stream.read(length)
    if len(content) != length:
        raise EOFError
    return content
