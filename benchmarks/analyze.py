"""How long ``adcurate analyze`` takes on 47 rows, the whole command, beside R with pROC.

    python benchmarks/analyze.py [--rounds 7]

The command reads the made-up cohort, runs all of the paper's tests for both markers (group comparisons and
their pairs, correlation, area, cut-off, accuracy, predictive values; bootstraps of 10,000) and prints the
tables. R (benchmarks/analyze_peer.R) does fewer tests, and 2,000 resamples of the cut-off only. Both are
started anew and take turns. The report with its figures is shown as well and is no gate.

Ends with status 1 when the fastest round is over the limit: other work on the machine can only add to it.
The processor's own seconds are shown beside; where they are far below the wall, the machine was busy.
Without R or pROC the peer is skipped, and said so.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

LIMIT_SECONDS = 2.5
PEER_RESAMPLES = 2_000
TABLE = Path(str(files("adcurate.phantom.cohort") / "reconstructed_cohort.csv"))
MARKERS = ["avg_adc_1e-3_mm2_s", "min_adc_1e-3_mm2_s"]
ANALYZE = [
    *(sys.executable, "-c", "from adcurate.cli.entry import main; main()", "analyze", str(TABLE)),
    *(option for marker in MARKERS for option in ("--marker", marker)),
    *("--outcome", "who_grade", "--positive", "G3", "--direction", "low"),
    *("--grade", "who_grade", "--grade-order", "G1,G2,G3", "--prevalence", "0.19"),
]
OURS, REPORT, PEER = "adcurate analyze", "adcurate analyze --output", "Rscript with pROC"


class Run(NamedTuple):
    """Seconds of one run: on the wall, and of the processor."""

    wall: float
    processor: float


def run(command: list[str], environment: dict[str, str]) -> Run:
    """Run a command and time it."""
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    wall, after = time.perf_counter() - started, os.times()
    return Run(
        wall,
        after.children_user + after.children_system - before.children_user - before.children_system,
    )


def peer_command() -> list[str] | None:
    """The command of the peer, or None where R or pROC is missing."""
    if not shutil.which("Rscript"):
        return None
    if subprocess.run(["Rscript", "-e", "library(pROC)"], capture_output=True, check=False).returncode:
        return None
    script = Path(__file__).with_name("analyze_peer.R")
    return ["Rscript", "--vanilla", str(script), str(TABLE), str(PEER_RESAMPLES), *MARKERS]


def main() -> int:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as folder:
        commands = {OURS: ANALYZE}
        if peer := peer_command():
            commands[PEER] = peer
        else:
            print("skipped: R with pROC is not installed")
        # The first run of each writes the compiled files and warms the disk cache; it does not count.
        for command in commands.values():
            run(command, environment)
        taken: dict[str, list[Run]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                taken[name].append(run(command, environment))
        # A folder may be written once.
        taken[REPORT] = [
            run([*ANALYZE, "--output", str(Path(folder) / str(i))], environment) for i in range(3)
        ]
    for name, runs in taken.items():
        wall = [one.wall for one in runs]
        print(
            f"{name:<28}best {min(wall):6.2f} s   median {statistics.median(wall):6.2f} s of {len(wall)}   "
            f"processor {min(one.processor for one in runs):6.2f} s"
        )
    fastest = min(taken[OURS]).wall
    if PEER in taken:
        paired = statistics.median(a.wall / b.wall for a, b in zip(taken[PEER], taken[OURS], strict=True))
        print(
            f"R takes {min(taken[PEER]).wall / fastest:.2f} x as long by the fastest rounds, {paired:.2f} x "
            f"paired, with {PEER_RESAMPLES:,} resamples of the cut-off alone (ours: 10,000 of three figures)"
        )
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    kept = fastest <= LIMIT_SECONDS
    print(f"{'PASS' if kept else 'FAIL'}  whole command within {LIMIT_SECONDS:g} s: fastest {fastest:.2f} s")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
