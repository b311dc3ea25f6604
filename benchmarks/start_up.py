"""How long ``adcurate --help`` takes beside an empty Python: at most ten times as long.

Both are run in turn, with compiled files present, and their medians are compared. Exit code 1 when the
ratio is over the limit. Run: ``python benchmarks/start_up.py [rounds]``
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

LIMIT = 10.0
FEWEST_ROUNDS = 11

EMPTY = [sys.executable, "-c", "pass"]
HELP = [sys.executable, "-c", "from adcurate.cli.entry import main; main()", "--help"]


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Wall time of one run."""
    started = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print and judge."""
    rounds = max(FEWEST_ROUNDS, int(sys.argv[1]) if len(sys.argv) > 1 else FEWEST_ROUNDS)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # The first run of each writes the compiled files and warms the disk cache; it does not count.
    for command in (EMPTY, HELP):
        seconds(command, environment)
    empty, shown = [], []
    for _ in range(rounds):
        empty.append(seconds(EMPTY, environment))
        shown.append(seconds(HELP, environment))
    ratio = statistics.median(shown) / statistics.median(empty)
    print(f"python -c pass    median {statistics.median(empty) * 1e3:7.1f} ms of {rounds}")
    print(f"adcurate --help   median {statistics.median(shown) * 1e3:7.1f} ms of {rounds}")
    print(f"ratio {ratio:.2f}, limit {LIMIT:g}: {'kept' if ratio <= LIMIT else 'missed'}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
