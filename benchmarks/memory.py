"""Does the memory of the statistics grow with the number of cases, or with its square?

    python benchmarks/memory.py

Each statistic runs at n = 1,000, 10,000 and 100,000; the table shows its peak beyond the cases themselves
(tracemalloc, which counts numpy's arrays) and the growth per tenfold n. About 10 is linear, 100 quadratic.
Ends with status 1 when one grows more than 15-fold. Bytes do not depend on what else the machine does.
"""

from __future__ import annotations

import functools
import gc
import itertools
import sys
import tracemalloc
from collections.abc import Callable

import numpy as np

from adcurate.statistics.correlation import estimate_kendall, estimate_spearman
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.groups import compare_kruskal_wallis, compare_mann_whitney
from adcurate.statistics.roc import estimate_auc

SIZES = (1_000, 10_000, 100_000)
MOST_GROWTH = 15.0
RESAMPLES = 50
"""Of each bootstrap: the replicates themselves are few bytes beside one resample."""

Cases = tuple[np.ndarray, np.ndarray, np.ndarray]


def sample(n: int) -> Cases:
    """A low-is-positive marker (9 decimals), whether a case is positive (a fifth), and a score with ties."""
    rng = np.random.default_rng(n)
    positive = rng.random(n) < 0.2
    marker = np.round(rng.normal(np.where(positive, 0.8, 1.1), 0.25), 9)
    return marker, positive, np.round(marker + rng.normal(0, 0.3, n), 2)


def statistics_of(marker: np.ndarray, positive: np.ndarray, score: np.ndarray) -> dict[str, Callable]:
    """What is measured, by name."""
    first, second = marker[positive], marker[~positive]
    bootstrap = {"rng": np.random.default_rng(1), "n_resamples": RESAMPLES}
    roc = functools.partial(estimate_auc, marker, positive, direction="low")
    cutoff = functools.partial(estimate_youden, marker, positive, direction="low")
    return {
        "AUC, DeLong": functools.partial(roc, interval="delong"),
        "AUC, percentile bootstrap": functools.partial(roc, interval="percentile-bootstrap", **bootstrap),
        "Youden cut-off": functools.partial(cutoff, interval="none"),
        "Youden cut-off, BCa bootstrap": functools.partial(cutoff, interval="bca-bootstrap", **bootstrap),
        "Mann-Whitney": functools.partial(compare_mann_whitney, first, second),
        "Kruskal-Wallis": functools.partial(compare_kruskal_wallis, {"a": first, "b": second}),
        "Spearman, Bonett-Wright": functools.partial(
            estimate_spearman, marker, score, interval="bonett-wright"
        ),
        "Spearman, percentile bootstrap": functools.partial(
            estimate_spearman, marker, score, interval="percentile-bootstrap", **bootstrap
        ),
        "Kendall": functools.partial(estimate_kendall, marker, score, interval="delta"),
    }


def peak_bytes(work: Callable[[], object]) -> int:
    """Most bytes held at once while `work` runs, beyond what was there before."""
    gc.collect()
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def main() -> int:
    """Measure, print and judge."""
    # What a first call imports or keeps is not memory of the statistic.
    for work in statistics_of(*sample(100)).values():
        work()
    peaks: dict[str, list[int]] = {}
    for n in SIZES:
        for name, work in statistics_of(*sample(n)).items():
            peaks.setdefault(name, []).append(peak_bytes(work))
    print(f"{'peak, MiB':<40}" + "".join(f"{f'n = {n:,}':>14}" for n in SIZES) + "   growth per tenfold n")
    kept = True
    for name, found in peaks.items():
        growth = [after / before for before, after in itertools.pairwise(found)]
        good = max(growth) <= MOST_GROWTH
        kept &= good
        sizes = "".join(f"{peak / 2**20:>14.2f}" for peak in found)
        print(f"{name:<40}{sizes}   {' '.join(f'{g:5.1f}' for g in growth)}   {'PASS' if good else 'FAIL'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
