"""ROC figures beside their peers: DeLong beside one sort and pROC, and the bootstrap of the Youden cut-off.

    python benchmarks/roc.py [--rounds 11] [--json FILE]

Each table is one interleaved run (A B C A B C ...); only ratios inside a table compare. pROC runs in one R
process that stays (benchmarks/roc_peer.R) and times itself, so neither R's start nor reading the cases is
counted; its area and limits must equal ours. Its bootstrap takes minutes at n = 100,000, so few replicates
are measured, ours as well, and both are extrapolated to 10,000; the table says how many. The two bootstraps
differ: pROC resamples within classes, Adcurate resamples cases.

A gate compares the fastest round of each: other work on the machine can only add to a time. Ends with
status 1 when a gate fails. A peer that is not installed is named, and its gates are skipped.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from adcurate.statistics.cutoff.youden import CutoffInterval, estimate_youden
from adcurate.statistics.roc.auc import estimate_auc

Job = tuple[str, Callable[[], float]]
"""A name, and what returns its own seconds per call (or per replicate)."""

SORT, DELONG, DRAWS, YOUDEN = "numpy.argsort", "adcurate DeLong", "draws alone", "adcurate Youden, percentile"
PROC_DELONG, PROC_YOUDEN = "pROC roc() and ci.auc(delong)", "pROC ci.coords(best, youden)"

REPLICATES = 10_000
MEASURED = {47: (10_000, 400), 1_000: (10_000, 200), 100_000: (200, 4)}
"""Replicates measured a round, ours and pROC's."""
TIMES_SORT = {100_000: 2.0}
DELONG_FASTER = {47: 1.0, 1_000: 1.0, 100_000: 5.0}
YOUDEN_FASTER = {47: 40.0, 1_000: 5.0, 100_000: 20.0}


class Timing(NamedTuple):
    """One row of a table: seconds, and the median of the rounds' own ratios to the table's first row."""

    job: str
    best: float
    median: float
    ratio: float


class Gate(NamedTuple):
    """What must hold, and what was found."""

    statement: str
    found: float
    kept: bool


class ProcProcess:
    """pROC in an R process that stays, or None of it where R or pROC is missing."""

    def __init__(self) -> None:
        self.banner = ""
        self._process: subprocess.Popen[str] | None = None
        if shutil.which("Rscript"):
            script = Path(__file__).with_name("roc_peer.R")
            self._process = subprocess.Popen(
                ["Rscript", "--vanilla", str(script)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self.banner = self._process.stdout.readline().strip()
        self.installed = bool(self.banner)

    def ask(self, *words: object) -> list[float]:
        """Send one line and return the numbers of the line that comes back."""
        print(*words, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"R ended while it did: {words}")
        return [float(word) for word in answer.split()]

    def load(self, marker: np.ndarray, positive: np.ndarray) -> None:
        """Give R the cases, digit by digit the same."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cases.csv"
            rows = (f"{value!r},{int(flag)}" for value, flag in zip(marker.tolist(), positive, strict=True))
            path.write_text("marker,positive\n" + "\n".join(rows) + "\n", encoding="utf-8")
            self.ask("load", path)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.communicate("quit\n")


def sample(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a low-is-positive marker with a fifth of the cases positive and a few ties."""
    rng = np.random.default_rng(n)
    positive = rng.random(n) < 0.2
    positive[:2] = True, False
    decimals = 3 if n < 10_000 else 9
    return np.round(rng.normal(np.where(positive, 0.8, 1.1), 0.25), decimals), positive


def timed(work: Callable[[], object], calls: int, per: int = 1) -> Callable[[], float]:
    """Return what runs `work` so many times and says the seconds per call, or per one of `per` parts."""

    def run() -> float:
        start = time.perf_counter()
        for _ in range(calls):
            work()
        return (time.perf_counter() - start) / calls / per

    return run


def interleave(jobs: list[Job], rounds: int) -> dict[str, Timing]:
    """Time each job once per round, after one round that does not count."""
    for _, job in jobs:
        job()
    seconds: dict[str, list[float]] = {name: [] for name, _ in jobs}
    for _ in range(rounds):
        for name, job in jobs:
            seconds[name].append(job())
    first = seconds[jobs[0][0]]
    return {
        name: Timing(
            name,
            min(times),
            statistics.median(times),
            statistics.median(t / base for t, base in zip(times, first, strict=True)),
        )
        for name, times in seconds.items()
    }


def area_table(n: int, rounds: int, proc: ProcProcess) -> dict[str, Timing]:
    """AUC with DeLong's interval beside one argsort of the same marker, pROC and scikit-learn."""
    marker, positive = sample(n)
    calls = max(1, 20_000 // n)

    def ours() -> object:
        return estimate_auc(marker, positive, direction="low", interval="delong")

    jobs: list[Job] = [
        (DELONG, timed(ours, calls)),
        (SORT, timed(lambda: np.argsort(marker), calls)),
    ]
    if proc.installed:
        jobs.append((PROC_DELONG, lambda: proc.ask("delong", max(1, 4_000 // n))[0]))
    if importlib.util.find_spec("sklearn"):
        from sklearn.metrics import roc_auc_score

        jobs.append(
            (
                "scikit-learn roc_auc_score, no interval",
                timed(lambda: roc_auc_score(positive, -marker), calls),
            )
        )
    return interleave(jobs, rounds)


def differs_from_proc(n: int, proc: ProcProcess) -> float:
    """Largest relative difference of area and DeLong limits from pROC's."""
    marker, positive = sample(n)
    ours = estimate_auc(marker, positive, direction="low", interval="delong")
    _, *theirs = proc.ask("delong", 1)
    found = (ours.value, ours.interval.low, ours.interval.high)
    return max(abs(a - b) / abs(b) for a, b in zip(found, theirs, strict=True))


def bootstrap_table(n: int, rounds: int, proc: ProcProcess) -> dict[str, Timing]:
    """Seconds per replicate of the Youden cut-off, beside drawing the indices alone, and pROC."""
    marker, positive = sample(n)
    replicates, of_proc = MEASURED[n]

    def youden(interval: CutoffInterval) -> Callable[[], float]:
        def run() -> object:
            return estimate_youden(
                marker,
                positive,
                direction="low",
                interval=interval,
                rng=np.random.default_rng(1),
                n_resamples=replicates,
            )

        return timed(run, 1, replicates)

    def draw() -> None:
        # In blocks that stay in cache, as a bootstrap would draw them.
        rng = np.random.default_rng(1)
        rows = max(1, 65_536 // n)
        for start in range(0, replicates, rows):
            rng.integers(0, n, size=(min(rows, replicates - start), n))

    jobs: list[Job] = [(YOUDEN, youden("percentile-bootstrap")), (DRAWS, timed(draw, 1, replicates))]
    if n <= 1_000:
        jobs.append(("adcurate Youden, BCa", youden("bca-bootstrap")))
    if proc.installed:
        jobs.append((PROC_YOUDEN, lambda: proc.ask("youden", of_proc)[0]))
    return interleave(jobs, rounds)


def judge(n: int, area: dict[str, Timing], bootstrap: dict[str, Timing], difference: float) -> list[Gate]:
    """The gates at one n, by the fastest round of each job."""
    gates = []
    if n in TIMES_SORT:
        found, limit = area[DELONG].best / area[SORT].best, TIMES_SORT[n]
        gates.append(Gate(f"DeLong within {limit:g} x argsort at n = {n:,}", found, found <= limit))
    if PROC_DELONG in area:
        found, limit = area[PROC_DELONG].best / area[DELONG].best, DELONG_FASTER[n]
        gates.append(Gate(f"DeLong over {limit:g} x as fast as pROC at n = {n:,}", found, found > limit))
        found, limit = bootstrap[PROC_YOUDEN].best / bootstrap[YOUDEN].best, YOUDEN_FASTER[n]
        gates.append(
            Gate(f"Youden bootstrap over {limit:g} x as fast as pROC at n = {n:,}", found, found > limit)
        )
        gates.append(Gate(f"area and limits equal pROC's at n = {n:,}", difference, difference <= 1e-8))
    return gates


def show(title: str, table: dict[str, Timing], times: int, unit: str) -> None:
    """Print one table."""
    scale = {"us": 1e6, "s": 1.0}[unit] * times
    print(f"\n{title}\n  {'':<42}{'best ' + unit:>14}{'median ' + unit:>14}   median ratio to the first row")
    for row in table.values():
        print(f"  {row.job:<42}{scale * row.best:>14,.4g}{scale * row.median:>14,.4g}   x {row.ratio:.3g}")


def main() -> int:
    """Print the tables, judge, and write them if a file is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    proc = ProcProcess()
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {proc.banner or 'no pROC'}")
    if not proc.installed:
        print("skipped: R with pROC is not installed, so its gates were not checked")
    if not importlib.util.find_spec("sklearn"):
        print("skipped: scikit-learn is not installed")
    tables: dict[str, dict[str, Timing]] = {}
    gates: list[Gate] = []
    for n, (replicates, of_proc) in MEASURED.items():
        if proc.installed:
            proc.load(*sample(n))
        area = area_table(n, arguments.rounds, proc)
        show(title := f"AUC and DeLong interval, n = {n:,}, per call", area, 1, "us")
        tables[title] = area
        difference = differs_from_proc(n, proc) if proc.installed else math.nan
        bootstrap = bootstrap_table(n, arguments.rounds, proc)
        measured = f"measured a round: {replicates:,}" + (f", pROC {of_proc:,}" if proc.installed else "")
        title = f"Youden bootstrap, n = {n:,}, {REPLICATES:,} replicates by extrapolation ({measured})"
        show(title, bootstrap, REPLICATES, "s")
        tables[title] = bootstrap
        gates += judge(n, area, bootstrap, difference)
    proc.close()
    print(f"\nGates, by the fastest of {arguments.rounds} rounds of each:")
    for gate in gates:
        print(f"  {'PASS' if gate.kept else 'FAIL'}  {gate.statement}: {gate.found:.3g}")
    if arguments.json:
        written = {
            "versions": {"python": platform.python_version(), "numpy": np.__version__, "peer": proc.banner},
            "tables": {title: [row._asdict() for row in table.values()] for title, table in tables.items()},
            "gates": [gate._asdict() for gate in gates],
        }
        arguments.json.write_text(json.dumps(written, indent=1) + "\n", encoding="utf-8")
    return 0 if all(gate.kept for gate in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
