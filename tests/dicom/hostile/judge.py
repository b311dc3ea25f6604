"""Run mutants through everything that touches a received object, and say what became of each.

Run as a program in a process of its own: ``python -m tests.dicom.hostile.judge FIRST COUNT [PLANTED]``. It
prints one JSON; that it dies instead is what the test watches for. PLANTED names a bug to put in first.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.dicom.hostile.mutator import mutant

from adcurate.compute import limited, run_limited
from adcurate.dicom.reading.decoding import read_pixels
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.errors import ERRORS, AdcurateError
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")


class Held:
    """Bytes as a source."""

    def __init__(self, content: bytes) -> None:
        self.name = "file 1"
        self.content = content

    def read(self) -> bytes:
        return self.content


def judge(content: bytes) -> str:
    """The outcome of one object: ``stored``, or the code under which it is refused or left alone."""
    source = Held(content)
    scan = read_exams([source])
    for exam in scan.exams:
        assert exam.series
    try:
        read_pixels(source, run_limited=run_limited)
    except AdcurateError as refusal:
        assert refusal.code in ERRORS
    result = prepare_object(source, KEY, run_limited=run_limited)
    if isinstance(result, Prepared):
        return "stored"
    return result.code if isinstance(result, Refusal) else result.reason_code


def run(first: int, count: int) -> dict[str, Any]:
    """Judge `count` mutants from number `first` on."""
    outcomes: Counter[str] = Counter()
    raw: list[str] = []
    slow: list[int] = []
    slowest = 0.0
    limited.run_limited(bytes, (1,), most_bytes=1)  # so that starting a worker is nobody's slowness
    for number in range(first, first + count):
        _, content = mutant(number)
        before = _processor_seconds()
        try:
            outcomes[judge(content)] += 1
        except BaseException as trouble:
            where = traceback.extract_tb(trouble.__traceback__)[-1]
            raw.append(f"{number}: {type(trouble).__name__} in {Path(where.filename).name}:{where.lineno}")
        took = _processor_seconds() - before
        slowest = max(slowest, took)
        if took > 2.0:
            slow.append(number)
    return {
        "judged": count,
        "outcomes": dict(outcomes),
        "raw": raw,
        "slow": slow,
        "slowest_s": round(slowest, 3),
        "peak_mib": round(_peak_mib(), 1),
    }


def _worker_pids() -> list[int]:
    return [worker.pid for worker in limited._WORKERS._idle]


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    total = used.ru_utime + used.ru_stime + ended.ru_utime + ended.ru_stime
    for pid in _worker_pids():
        numbers = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")
    return total


def _peak_mib() -> float:
    """The largest resident size of this process or of any of its workers.

    Its own is not asked of `getrusage`, whose figure begins with that of the process which started it.
    """
    peaks = [resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
    for pid in (os.getpid(), *_worker_pids()):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        peaks += [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
    return max(peaks) / 1024


def _dies(*_: object, **__: object) -> bytes:
    os._exit(9)


def _hangs(*_: object, **__: object) -> bytes:
    end = time.process_time() + 1.2
    while time.process_time() < end:
        pass
    raise ValueError


def _swells(*_: object, **__: object) -> bytes:
    swollen = bytearray(600 * 2**20)
    swollen[::4096] = b"x" * len(swollen[::4096])
    raise ValueError


def _believes_lengths(*_: object) -> None:
    raise IndexError("a walker that believes lengths runs over the end")


def plant(name: str) -> None:
    """Put a known bug in, so that the harness can show that it would be seen."""
    import io

    import pydicom

    from adcurate.dicom.received import structure, walker

    here: Callable[..., bytes] | None = {"death": _dies, "hang": _hangs, "memory": _swells}.get(name)
    if here is not None:
        globals()["run_limited"] = here
    elif name == "raw-error":
        walker.truncated = _believes_lengths  # type: ignore[assignment]
        structure.truncated = _believes_lengths  # type: ignore[assignment]
    elif name == "endless-depth":
        walker.MAXIMUM_DEPTH = 10**6
    elif name == "pydicom-alone":
        globals()["read_pixels"] = lambda source, **_: pydicom.dcmread(io.BytesIO(source.read())).pixel_array
    else:
        raise SystemExit(f"no planted bug is called {name}")


if __name__ == "__main__":
    if len(sys.argv) > 3:
        plant(sys.argv[3])
    print(json.dumps(run(int(sys.argv[1]), int(sys.argv[2]))))
