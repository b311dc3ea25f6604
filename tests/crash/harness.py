"""A kill, or a failing disk, at any one system call of a piece of work; and the order of its calls.

``strace`` takes hold of a process that has stopped itself, and ends it (or lets one call fail) at the
k-th call of a kind. Random kills prove nothing: they miss the few moments in which a bug shows.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WRITING = (
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "mkdir",
    "unlink",
    "ftruncate",
)
_LIMIT_S = 30


class NoTracingError(Exception):
    """This system lets nobody trace a process."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a piece of work ended: its answers, in order, and its exit code (negative for a signal)."""

    answers: tuple[str, ...]
    exit_code: int
    trace: str


class Nursery:
    """Makes processes to break. Use it as a context manager."""

    def __init__(self, strace: str, place: Path, root: Path) -> None:
        self._strace = strace
        self._place = place
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.nursery", str(theirs.fileno())],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[theirs.fileno()],
        )
        theirs.close()
        self._ours.settimeout(0)

    def close(self) -> None:
        """End the nursery."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(_LIMIT_S)
        self._process.stdout.close()
        self._ours.close()

    def run(self, work: str, study: Path, inputs: Path, *, bug: str = "", inject: str = "") -> Ended:
        """Do a piece of work under strace; `inject` is what happens to one of its calls."""
        child = self._ask({"work": work, "study": str(study), "inputs": str(inputs), "bug": bug})["child"]
        log = self._place / "trace"
        options = ["-e", f"inject={inject}"] if inject else []
        tracer = subprocess.Popen(
            [
                *(self._strace, "-f", "-qq", "-y", "-s", "0", "-o", str(log)),
                *("-e", f"trace={','.join((*WRITING, 'sendto'))}", *options, "-p", str(child)),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            self._wait_for_tracer(child, tracer)
        finally:
            _signal(child, signal.SIGCONT if tracer.poll() is None else signal.SIGKILL)
        status = self._ask({"wait": child})["status"]
        tracer.communicate(timeout=_LIMIT_S)
        return Ended(tuple(self._answers()), status, log.read_text(errors="replace"))

    def _wait_for_tracer(self, child: int, tracer: subprocess.Popen[str]) -> None:
        until = time.monotonic() + _LIMIT_S
        while "TracerPid:\t0\n" in Path(f"/proc/{child}/status").read_text():
            if tracer.poll() is not None or time.monotonic() > until:
                _signal(child, signal.SIGKILL)
                self._ask({"wait": child})
                raise NoTracingError(tracer.communicate()[1].strip() or "strace could not take hold")
            time.sleep(0.002)
        # It has hold of the process; a moment later also of its calls.
        time.sleep(0.01)

    def _ask(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def _answers(self) -> list[str]:
        answers = []
        while True:
            try:
                answers.append(self._ours.recv(4096).decode())
            except BlockingIOError:
                return answers


def points(trace: str) -> list[tuple[str, int]]:
    """Every (call, k) at which the work of a trace can be broken off, as they came; k counts by thread."""
    counts: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, int], None] = {}
    for line in trace.splitlines():
        call = re.match(r"(\d+)\s+(\w+)\(", line)
        if call and call[2] in WRITING:
            counts[call[1], call[2]] += 1
            found[call[2], counts[call[1], call[2]]] = None
    return list(found)


def spread(everything: list[tuple[str, int]], n: int) -> list[tuple[str, int]]:
    """`n` of the points, from the first to the last; all of them in a soak."""
    if os.environ.get("ADCURATE_SOAK") or n >= len(everything):
        return everything
    return [everything[round(i * (len(everything) - 1) / (n - 1))] for i in range(n)]


def fresh(template: Path, place: Path) -> Path:
    """A copy of a study to break."""
    study = place / "study"
    if study.exists():
        shutil.rmtree(study)
    shutil.copytree(template, study)
    return study


def _signal(process: int, number: signal.Signals) -> None:
    os.kill(process, number)
