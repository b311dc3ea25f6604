"""Starts pieces of work as fresh processes without importing everything each time. Run by `harness.Nursery`.

It imports the program once, then forks a child for each order on its standard input. The child stops
itself, so that a tracer can take hold of it before it does anything.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path

from tests.crash.work import plant, run

_PR_SET_PTRACER = 0x59616D61
_ANYONE = -1


def main(descriptor: int) -> None:
    """Fork a child for each order; orders and replies are lines of JSON."""
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    answers = socket.socket(fileno=descriptor)
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            _, status = os.waitpid(order["wait"], 0)
            replies.write(json.dumps({"status": os.waitstatus_to_exitcode(status)}) + "\n")
            continue
        child = os.fork()
        if child == 0:
            _work(order, answers)
        os.waitpid(child, os.WUNTRACED)
        replies.write(json.dumps({"child": child}) + "\n")


def _work(order: dict[str, str], answers: socket.socket) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYONE, 0, 0, 0)
    try:
        plant(order["bug"])
        os.kill(os.getpid(), signal.SIGSTOP)
        run(
            order["work"],
            Path(order["study"]),
            Path(order["inputs"]),
            # `send` is a system call of its own, so that no point of the work's is taken for an answer.
            lambda text: answers.send(text.encode()) and None,
        )
    except BaseException as trouble:
        answers.send(f"crash {type(trouble).__name__}: {trouble}".encode())
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
