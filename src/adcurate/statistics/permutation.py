"""The exact null distribution of a rank sum, ties included.

Under the null hypothesis every choice of m of the n pooled midranks is equally likely. The distribution
of their sum is built one lesion at a time, as sampling without replacement, so that probabilities (not
counts, which overflow) are added and no large numbers cancel. Midranks are whole or half numbers: they
are shifted and scaled to small whole numbers, and sums are compared as integers.
"""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Floats, Integers

# Additions the table may take: about a second on one core.
_MOST_ADDITIONS = 1_000_000_000


def is_exact_feasible(ranks: Floats, n_first: int) -> bool:
    """Tell whether the exact distribution takes about a second or less."""
    whole, m, _ = _whole_ranks(ranks, n_first)
    return whole.size * m * _largest_sum(whole, m) <= _MOST_ADDITIONS


def exact_rank_sum_p(ranks: Floats, n_first: int) -> float:
    """Return the two-sided exact p-value of a rank sum.

    Parameters
    ----------
    ranks : (n,)
        Pooled midranks, the first group's first.
    n_first : int
        Size of the first group, from 1 to n - 1.

    Returns
    -------
    float
        The share of assignments whose rank sum lies at least as far from its expectation.
    """
    whole, m, observed = _whole_ranks(ranks, n_first)
    chance = _rank_sum_chances(whole, m)
    # Distances from the expectation m * total / n, all multiplied by n to stay whole.
    centre = m * int(whole.sum())
    distance = np.abs(np.arange(chance.size) * whole.size - centre)
    return min(1.0, float(chance[distance >= abs(observed * whole.size - centre)].sum()))


def _whole_ranks(ranks: Floats, n_first: int) -> tuple[Integers, int, int]:
    """Ranks as small ascending integers, the smaller group's size, and its rank sum."""
    doubled = np.rint(2.0 * ranks).astype(np.int64)
    shifted = doubled - doubled.min()
    whole = shifted // max(int(np.gcd.reduce(shifted)), 1)
    smaller = whole[:n_first] if 2 * n_first <= ranks.size else whole[n_first:]
    return np.sort(whole), smaller.size, int(smaller.sum())


def _largest_sum(whole: Integers, m: int) -> int:
    return int(whole[-m:].sum())


def _rank_sum_chances(whole: Integers, m: int) -> Floats:
    """Probability of each sum of m ranks drawn without replacement from ascending whole ranks."""
    n, most = whole.size, _largest_sum(whole, m)
    table = np.zeros((m + 1, most + 1))
    table[0, 0] = 1.0
    reached = 0
    for i, rank in enumerate(whole.tolist()):
        rows = min(i, m) + 1
        reached = min(reached + rank, most)
        taken = np.clip((m - np.arange(rows)) / (n - i), 0.0, 1.0)[:, None]
        source = table[:rows, : reached - rank + 1]
        moved = source * taken
        source *= 1.0 - taken
        up = min(rows, m)
        table[1 : up + 1, rank : reached + 1] += moved[:up]
    return np.asarray(table[m], dtype=np.float64)
