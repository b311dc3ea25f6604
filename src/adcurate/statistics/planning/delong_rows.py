"""Many empirical areas with DeLong's variances at once, one simulated study a row.

The numbers are those of `estimate_auc` and `compare_paired_aucs`; a row more costs no loop.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from adcurate.arrays import Floats


class Placements(NamedTuple):
    """(rows, n_positive) and (rows, n_negative) shares of the other class ranked rightly against a case."""

    of_positives: Floats
    of_negatives: Floats

    @property
    def area(self) -> Floats:
        """(rows,) empirical areas."""
        return np.asarray(self.of_positives.mean(axis=1))


def placements_of_rows(positives: Floats, negatives: Floats) -> Placements:
    """Placements of studies whose high values are positive, ties counting half.

    Parameters
    ----------
    positives, negatives : (rows, n_positive) and (rows, n_negative)
        Finite; equal bits are ties.
    """
    n_positive, n_negative = positives.shape[1], negatives.shape[1]
    pooled = midranks_of_rows(np.concatenate([positives, negatives], axis=1))
    return Placements(
        (pooled[:, :n_positive] - midranks_of_rows(positives)) / n_negative,
        1.0 - (pooled[:, n_positive:] - midranks_of_rows(negatives)) / n_positive,
    )


def delong_covariance(first: Placements, second: Placements) -> Floats:
    """(rows,) DeLong covariance of two areas of the same cases; with itself the variance of one."""
    total = np.zeros(first.of_positives.shape[0])
    for x, y in ((first.of_positives, second.of_positives), (first.of_negatives, second.of_negatives)):
        n = x.shape[1]
        centred = (x - x.mean(axis=1, keepdims=True)) * (y - y.mean(axis=1, keepdims=True))
        total += centred.sum(axis=1) / (n - 1) / n
    return total


def midranks_of_rows(values: Floats) -> Floats:
    """(rows, n) ranks from 1 within each row, tied values sharing their mean rank."""
    rows, n = values.shape
    order = np.argsort(values, axis=1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=1)
    places = np.broadcast_to(np.arange(n), (rows, n))
    starts = np.ones((rows, n), dtype=bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    ends = np.ones((rows, n), dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    first = np.maximum.accumulate(np.where(starts, places, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, places, n)[:, ::-1], axis=1)[:, ::-1]
    ranks = np.empty((rows, n))
    np.put_along_axis(ranks, order, (first + last) / 2.0 + 1.0, axis=1)
    return ranks
