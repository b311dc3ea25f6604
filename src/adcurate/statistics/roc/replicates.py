"""Bootstrap replicates of curves: resampled counts of cases, a block at a time.

Positives and negatives are resampled apart (as pROC does), from cases in a canonical order, so that
no replicate depends on how a table was sorted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.statistics.marker import CaseCodes, Counts, Direction, MarkerCounts, case_codes
from adcurate.statistics.resampling import bootstrap_replicates, stratified_bootstrap_indices
from adcurate.statistics.roc.auc import count_pairs

_BLOCK_DRAWS = 1 << 19


def area_replicates(counts: MarkerCounts, n_resamples: int, rng: np.random.Generator) -> Floats:
    """Return (n_resamples,) areas of stratified resamples."""
    cases = case_codes(counts)

    def areas(indices: Integers) -> Floats:
        return _areas(cases, indices)

    return bootstrap_replicates(areas, cases.codes.size, n_resamples, rng, strata=cases.strata)


def paired_area_replicates(
    markers: Sequence[Floats],
    positive: Bools,
    directions: Sequence[Direction],
    n_resamples: int,
    rng: np.random.Generator,
) -> Floats:
    """Return (n_markers, n_resamples) areas; a resample draws each case with all its markers."""
    order = np.lexsort((*reversed(markers), ~positive))
    flags = positive[order]
    coded = []
    for values, direction in zip(markers, directions, strict=True):
        distinct, level = np.unique(values[order], return_inverse=True)
        suspicion = level if direction == "low" else distinct.size - 1 - level
        coded.append(CaseCodes(suspicion + np.where(flags, 0, distinct.size), distinct.size))
    rows = []
    for k in _block_sizes(n_resamples, flags.size):
        indices = stratified_bootstrap_indices(flags, k, rng)
        rows.append(np.stack([_areas(cases, indices) for cases in coded]))
    return np.concatenate(rows, axis=1)


def resampled_counts(
    counts: MarkerCounts, n_resamples: int, rng: np.random.Generator
) -> Iterator[tuple[Counts, Counts]]:
    """Yield positives and negatives, (k, n_values) each, of stratified resamples, a block at a time."""
    cases = case_codes(counts)
    for k in _block_sizes(n_resamples, cases.codes.size):
        yield cases.count(stratified_bootstrap_indices(cases.strata, k, rng))


def read_curves(lost: Counts, gained: Counts, shares: Floats) -> Floats:
    """Read curves where given shares of one class are lost: the share of the other class gained by then.

    Parameters
    ----------
    lost, gained : (k, n_values)
        Counts along each curve, from the end where nothing is lost; every row of `lost` has the same sum.
    shares : (n_points,), within [0, 1]
        Interpolated between the curve's points; at a step, its upper end.

    Returns
    -------
    Floats
        (k, n_points)
    """
    losses, gains = _with_zero(lost), _with_zero(gained)
    rows, n_lost = losses.shape[0], int(losses[0, -1])
    target = shares * n_lost
    # 1 - 0.9 is not 0.1: a step must not be missed by the last bit.
    target = np.where(np.abs(target - np.rint(target)) < 1e-9, np.rint(target), target)
    offset = np.arange(rows)[:, None] * (n_lost + 1)
    flat = (losses + offset).ravel()
    wanted = np.floor(target).astype(np.int64)[None, :] + offset
    found = np.searchsorted(flat, wanted.ravel(), side="right").reshape(wanted.shape) - 1
    place = found - np.arange(rows)[:, None] * losses.shape[1]
    after = np.minimum(place + 1, losses.shape[1] - 1)
    loss, gain = np.take_along_axis(losses, place, 1), np.take_along_axis(gains, place, 1)
    step = np.take_along_axis(losses, after, 1) - loss
    rise = np.take_along_axis(gains, after, 1) - gain
    share = np.divide(target[None, :] - loss, step, out=np.zeros(step.shape), where=step > 0)
    return np.asarray((gain + share * rise) / gains[:, -1:], dtype=np.float64)


def _with_zero(counts: Counts) -> Counts:
    return np.concatenate([np.zeros((counts.shape[0], 1), np.int64), np.cumsum(counts, axis=1)], axis=1)


def _areas(cases: CaseCodes, indices: Integers) -> Floats:
    positives, negatives = cases.count(indices)
    concordant, tied = count_pairs(positives, negatives)
    n_pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    return np.asarray((2 * concordant + tied) / (2 * n_pairs))


def _block_sizes(n_resamples: int, n_cases: int) -> Iterator[int]:
    rows = max(1, _BLOCK_DRAWS // n_cases)
    for start in range(0, n_resamples, rows):
        yield min(rows, n_resamples - start)
