"""Ten thousand wrong objects: nothing dies, nothing hangs, nothing swells, each outcome has a name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.dicom.hostile.seeds import SYNTAXES, seed

from adcurate.compute import run_limited
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.errors import ERRORS
from adcurate.model import Pseudonyms

SOAK = os.environ.get("ADCURATE_SOAK") == "1"
MUTANTS = 10_000 if SOAK else 2_000
SKIPPED = {"not-mr", "not-image", "dicomdir"}
KEY = Pseudonyms(b"a secret of thirty-two bytes or more")

_EVERY_BYTE = {"implicit", "explicit", "deflated", "big-endian", "rle", "jpeg-2000", "jpeg-ls"}


pytestmark = pytest.mark.skipif(
    not Path("/proc/self/stat").exists(), reason="memory and time of workers are read from /proc"
)


# Of the mutants from 0 on, the first whose pixels are unpacked by a decoder.
_UNPACKED = 9


class Held:
    name = "file 1"

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self) -> bytes:
        return self.content


def verdict(first: int, count: int, planted: str = "") -> tuple[int, dict[str, Any]]:
    """Exit status and report of a run of the judge."""
    command = [sys.executable, "-m", "tests.dicom.hostile.judge", str(first), str(count)]
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [*command, planted] if planted else command,
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=1800,
    )
    report = json.loads(done.stdout) if done.returncode == 0 else {"complaint": done.stderr[-2000:]}
    return done.returncode, report


def test_every_wrong_object_is_stored_or_refused_by_name() -> None:
    status, report = verdict(0, MUTANTS)
    assert status == 0, report
    assert report["judged"] == MUTANTS
    assert report["raw"] == []
    assert report["slow"] == []
    assert report["peak_mib"] < 512
    assert set(report["outcomes"]) <= set(ERRORS) | SKIPPED | {"stored"}
    assert "internal.bug" not in report["outcomes"]
    assert len(report["outcomes"]) >= 10


@pytest.mark.parametrize(
    ("planted", "sign", "first", "count"),
    [
        ("raw-error", "raw", 0, 30),
        ("endless-depth", "raw", 50, 10),
        ("pydicom-alone", "raw", 0, 30),
        # The first of these has compressed pixels that are whole.
        ("death", "status", _UNPACKED, 1),
        ("hang", "slow", _UNPACKED, 1),
        ("memory", "peak_mib", _UNPACKED, 1),
    ],
)
def test_the_harness_sees_a_planted_bug(planted: str, sign: str, first: int, count: int) -> None:
    status, report = verdict(first, count, planted)
    if sign == "status":
        assert status != 0
    elif status != 0:
        pytest.fail(report["complaint"])
    elif sign == "peak_mib":
        assert report["peak_mib"] >= 512
    else:
        assert report[sign]


@pytest.mark.parametrize("name", sorted(SYNTAXES))
def test_an_object_cut_at_any_byte_is_never_stored_as_something_else(name: str) -> None:
    content = seed(name, rows=16, columns=12) if name != "jpeg-2000" else seed(name, rows=32, columns=32)
    whole = prepare_object(Held(content), KEY, run_limited=run_limited)
    assert isinstance(whole, Prepared)
    step = 1 if SOAK or name in _EVERY_BYTE else 3
    for cut in range(0, len(content), step):
        result = prepare_object(Held(content[:cut]), KEY, run_limited=run_limited)
        if isinstance(result, Prepared):
            assert result.content == whole.content, cut
