"""For each case, how many other cases lie above and to the right of it, below and to the left, and so on.

Every coefficient that counts concordant pairs is made of these four numbers. They are found bit by bit of
the rank of x, each bit with one sort by y, so that 100,000 cases take a second and no table of pairs is
made. Many resamples are counted at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Floats, Integers


@dataclass(frozen=True, slots=True)
class CasePairs:
    """For each case, (k, n): other cases concordant and discordant with it, and tied with it in x and in y.

    `tied_x` and `tied_y` leave the case itself out and hold those tied in both.
    """

    concordant: Integers
    discordant: Integers
    tied_x: Integers
    tied_y: Integers


def dense_ranks(values: Floats) -> Integers:
    """Rank a vector from 0 without gaps, ties sharing their rank."""
    return np.asarray(np.unique(values, return_inverse=True)[1], dtype=np.int64)


def count_case_pairs(x: Integers, y: Integers) -> CasePairs:
    """Count the pairs of each case.

    Parameters
    ----------
    x, y : (k, n)
        Ranks from 0 (`dense_ranks`), a row for each resample; gaps do no harm.

    Returns
    -------
    CasePairs
        Summed over cases each pair counts twice.
    """
    k, n = x.shape
    rows = np.repeat(np.arange(k, dtype=np.int64), n)
    first, second = x.ravel(), y.ravel()
    n_y = int(second.max()) + 1
    concordant, discordant = np.zeros(k * n, dtype=np.int64), np.zeros(k * n, dtype=np.int64)
    bits = max(int(first.max()).bit_length(), 1)
    for bit in range(bits):
        # Two cases are told apart in x by the highest bit in which they differ: here they share all above it.
        block = (rows << (bits - bit)) | (first >> (bit + 1))
        upper = (first >> bit) & 1
        key = block * n_y + second
        order = np.argsort(key, kind="stable")
        key, block, is_upper = key[order], block[order], upper[order]
        count = np.concatenate([[0], np.cumsum(is_upper)])
        place = np.arange(key.size)
        tie_start, tie_end = _runs(key, place)
        start, end = _runs(block, place)
        uppers_before = count[tie_start] - count[start]
        uppers_after = count[end] - count[tie_end]
        lowers_before = (tie_start - start) - uppers_before
        lowers_after = (end - tie_end) - uppers_after
        concordant[order] += np.where(is_upper == 1, lowers_before, uppers_after)
        discordant[order] += np.where(is_upper == 1, lowers_after, uppers_before)
    shape = (k, n)
    return CasePairs(
        concordant.reshape(shape),
        discordant.reshape(shape),
        _others_tied(rows, first).reshape(shape),
        _others_tied(rows, second).reshape(shape),
    )


def _runs(ordered: Integers, place: Integers) -> tuple[Integers, Integers]:
    """Where the run of equal values that holds each place begins, and where it has ended."""
    new = np.concatenate([[True], ordered[1:] != ordered[:-1]])
    starts = place[new]
    run = np.cumsum(new) - 1
    ends = np.append(starts[1:], ordered.size)
    return np.asarray(starts[run]), np.asarray(ends[run])


def _others_tied(rows: Integers, ranks: Integers) -> Integers:
    cell = rows * (int(ranks.max()) + 1) + ranks
    return np.asarray(np.bincount(cell)[cell] - 1)
