"""Placements in whole numbers: what each case adds to an area, from which areas get their covariances.

A case's placement is the share of the other class that it is ranked rightly against, a tie counting half.
Twice the count behind it is a whole number, so sums of products are whole numbers too: covariances do not
depend on the order of the cases, and a variance that is zero is found to be exactly zero.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.statistics.marker import Counts, Direction

_MOST = 1 << 62


@dataclass(frozen=True, slots=True)
class Placements:
    """Twice the counts behind the placements of one marker's cases.

    `positives` is (n_positive,), the negatives (ties half) that each positive is more suspicious than, times
    two, in the order of the cases; `negatives` is (n_negative,), the same the other way round.
    """

    positives: Counts
    negatives: Counts

    @property
    def doubled_pairs(self) -> int:
        """Twice the concordant pairs, ties half: the area times ``2 * n_positive * n_negative``."""
        return int(self.positives.sum())

    @property
    def area(self) -> float:
        """The area under the curve."""
        return self.doubled_pairs / (2 * self.positives.size * self.negatives.size)


def place_cases(marker: Floats, positive: Bools, direction: Direction) -> Placements:
    """Place every case against the other class: one sort, no pairs.

    Parameters
    ----------
    marker : (n,), any unit
        Finite, brought to the resolution of ties.
    positive : (n,)
        Both classes present.
    """
    order = np.argsort(marker)
    ordered, flags = marker[order], positive[order]
    last = np.append(np.flatnonzero(ordered[1:] != ordered[:-1]), ordered.size - 1)
    # Cases at or below each case's value, and strictly below it, of one class.
    upto = np.cumsum(flags)[last]
    sizes = np.diff(last, prepend=-1)
    positives_upto = np.repeat(upto, sizes)
    positives_below = np.repeat(np.concatenate([[0], upto[:-1]]), sizes)
    negatives_upto = np.repeat(last + 1 - upto, sizes)
    negatives_below = np.repeat(np.concatenate([[0], (last + 1 - upto)[:-1]]), sizes)
    n_positive = int(upto[-1])
    n_negative = ordered.size - n_positive
    doubled = np.where(
        flags, negatives_upto + negatives_below, 2 * n_positive - positives_upto - positives_below
    )
    if direction == "low":
        doubled = np.where(flags, 2 * n_negative, 2 * n_positive) - doubled
    by_case = np.empty(marker.size, dtype=np.int64)
    by_case[order] = doubled
    return Placements(by_case[positive], by_case[~positive])


def area_covariance(first: Placements, second: Placements) -> float:
    """Return DeLong's covariance of two areas on the same cases; NaN where a class has a single case."""
    n_positive, n_negative = first.positives.size, first.negatives.size
    return _mean_covariance(first.positives, second.positives, 2 * n_negative) + _mean_covariance(
        first.negatives, second.negatives, 2 * n_positive
    )


def difference_variance(first: Placements, second: Placements) -> float:
    """Return DeLong's variance of the difference of two areas on the same cases; exactly 0 where it is."""
    n_positive, n_negative = first.positives.size, first.negatives.size
    positives, negatives = first.positives - second.positives, first.negatives - second.negatives
    return _mean_covariance(positives, positives, 2 * n_negative) + _mean_covariance(
        negatives, negatives, 2 * n_positive
    )


def _mean_covariance(first: Counts, second: Counts, scale: int) -> float:
    """Covariance of the means of ``first / scale`` and ``second / scale``; NaN for a single case."""
    n = first.size
    if n < 2:
        return math.nan
    whole = n * _exact_product(first, second, scale) - int(first.sum()) * int(second.sum())
    return whole / (n * n * (n - 1) * scale * scale)


def _exact_product(first: Counts, second: Counts, scale: int) -> int:
    """The sum of products as a Python integer: blocks small enough for 64 bits."""
    block = max(1, _MOST // (scale * scale))
    return sum(
        int(first[start : start + block] @ second[start : start + block])
        for start in range(0, first.size, block)
    )
