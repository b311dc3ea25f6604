"""Midranks: tied values share the mean of the ranks they cover.

Every rank statistic of this package takes its ranks from here, so that one rule decides ties.
"""

from __future__ import annotations

import numpy as np

from adcurate.arrays import Floats, Integers


def midranks(values: Floats) -> Floats:
    """Rank a vector from 1, tied values sharing their mean rank.

    Parameters
    ----------
    values : (n,), any unit
        Finite; equal bits are ties (`to_resolution` makes them so).

    Returns
    -------
    Floats
        (n,) ranks, whole or half numbers that sum to n(n + 1)/2.
    """
    _, level, counts = np.unique(values, return_inverse=True, return_counts=True)
    return np.asarray(_rank_of_level(counts)[level], dtype=np.float64)


def tie_excess(values: Floats) -> float:
    """Return the sum of t^3 - t over groups of t tied values: 0 without ties."""
    _, counts = np.unique(values, return_counts=True)
    sizes = counts.astype(np.float64)
    return float(np.sum(sizes**3 - sizes))


def count_tied(values: Floats) -> int:
    """Count the values that share their value with another."""
    _, counts = np.unique(values, return_counts=True)
    return int(counts[counts > 1].sum())


def midranks_of_resamples(values: Floats, indices: Integers) -> Floats:
    """Rank many resamples of one vector at once.

    Resamples repeat values, so ranks follow from how often each distinct value was drawn: no row is
    sorted.

    Parameters
    ----------
    values : (n,), any unit
        Finite.
    indices : (n_resamples, k)
        Into `values`, one resample a row.

    Returns
    -------
    Floats
        (n_resamples, k); each row equals ``midranks(values[row])``.
    """
    distinct, level = np.unique(values, return_inverse=True)
    drawn = level[indices]
    n_rows = drawn.shape[0]
    cell = drawn + distinct.size * np.arange(n_rows)[:, None]
    counts = np.bincount(cell.ravel(), minlength=n_rows * distinct.size).reshape(n_rows, distinct.size)
    return np.asarray(np.take_along_axis(_rank_of_level(counts), drawn, axis=1), dtype=np.float64)


def _rank_of_level(counts: Integers) -> Floats:
    return np.asarray(np.cumsum(counts, axis=-1) - (counts - 1) / 2.0, dtype=np.float64)
