"""ROC figures: DeLong against the sort it stands on, and the bootstrap of the Youden cut-off.

    python benchmarks/roc.py [--rounds 15] [--json FILE]

Each table is one interleaved run (A B C A B C ...) in one process. Only ratios inside a table compare; the
``ratio`` column is the median of the rounds' own ratios to the first row. A peer that is not installed is
named and skipped.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from adcurate.statistics.cutoff.youden import CutoffInterval, estimate_youden
from adcurate.statistics.roc.auc import estimate_auc

Job = tuple[str, Callable[[], object]]


class Timing(NamedTuple):
    """One row of a table: median seconds per call, and the median of ratios to the table's first row."""

    job: str
    seconds: float
    ratio: float


DELONG_LIMIT = 2.0
BOOTSTRAP_SECONDS = 0.15
PEER_INSTALLED = importlib.util.find_spec("sklearn") is not None


def sample(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a low-is-positive marker with a fifth of the cases positive and a few ties."""
    rng = np.random.default_rng(n)
    positive = rng.random(n) < 0.2
    positive[:2] = True, False
    decimals = 3 if n < 10_000 else 9
    return np.round(rng.normal(np.where(positive, 0.8, 1.1), 0.25), decimals), positive


def interleave(jobs: list[Job], rounds: int, calls: int) -> list[Timing]:
    """Time each job once per round, after one untimed round; seconds per call."""
    for _, job in jobs:
        job()
    seconds: dict[str, list[float]] = {name: [] for name, _ in jobs}
    for _ in range(rounds):
        for name, job in jobs:
            start = time.perf_counter()
            for _ in range(calls):
                job()
            seconds[name].append((time.perf_counter() - start) / calls)
    first = seconds[jobs[0][0]]
    return [
        Timing(
            name,
            statistics.median(times),
            statistics.median(t / base for t, base in zip(times, first, strict=True)),
        )
        for name, times in seconds.items()
    ]


def area_table(n: int, rounds: int) -> list[Timing]:
    """Compare AUC with DeLong's interval to one argsort of the same marker."""
    marker, positive = sample(n)
    jobs: list[Job] = [
        ("numpy.argsort", lambda: np.argsort(marker)),
        ("adcurate DeLong", lambda: estimate_auc(marker, positive, direction="low", interval="delong")),
    ]
    if PEER_INSTALLED:
        from sklearn.metrics import roc_auc_score

        jobs.append(("scikit-learn roc_auc_score, no interval", lambda: roc_auc_score(positive, -marker)))
    return interleave(jobs, rounds, calls=max(1, 20_000 // n))


def bootstrap_table(n: int, rounds: int) -> list[Timing]:
    """Time 10,000 replicates of the Youden cut-off, beside drawing the indices alone."""
    marker, positive = sample(n)

    def youden(interval: CutoffInterval) -> Callable[[], object]:
        return lambda: estimate_youden(
            marker, positive, direction="low", interval=interval, rng=np.random.default_rng(1)
        )

    return interleave(
        [
            ("draws alone", lambda: np.random.default_rng(1).integers(0, n, size=(10_000, n))),
            ("adcurate Youden, percentile", youden("percentile-bootstrap")),
            ("adcurate Youden, BCa", youden("bca-bootstrap")),
        ],
        rounds,
        calls=1,
    )


def main() -> None:
    """Print the tables, and write them if a file is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    if not PEER_INSTALLED:
        print("skipped: scikit-learn is not installed")
    tables = {}
    for n in (47, 1_000, 100_000):
        tables[f"AUC and DeLong interval, n = {n:,}"] = area_table(n, arguments.rounds)
    for n in (47, 1_000):
        tables[f"Youden bootstrap, 10,000 replicates, n = {n:,}"] = bootstrap_table(n, arguments.rounds)
    for title, table in tables.items():
        print(f"\n{title}")
        for row in table:
            print(f"  {row.job:<42}{1e6 * row.seconds:>14,.1f} us   x {row.ratio:.2f}")
    print(
        f"\nAims: DeLong at n = 100,000 within {DELONG_LIMIT:g} x argsort; "
        f"the bootstrap at n = 47 within {BOOTSTRAP_SECONDS:g} s."
    )
    if arguments.json:
        rows = {title: [timing._asdict() for timing in table] for title, table in tables.items()}
        versions = {"python": platform.python_version(), "numpy": np.__version__}
        arguments.json.write_text(json.dumps({"versions": versions, "tables": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
