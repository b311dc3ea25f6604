"""Intervals from resampled subjects: area, cut-off, sensitivity and specificity, correlation, difference.

Every statistic is made from tables of subjects by distinct values, so that a block of resamples is one
product of matrices of whole numbers: no result depends on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.clusters.draws import ClusterBootstrap, Resampling, resample_subjects
from adcurate.statistics.clusters.subjects import code_subjects
from adcurate.statistics.marker import Counts, Direction, check_case_vectors, count_by_value, rule_of
from adcurate.statistics.values import at_least, finite_pair

GroupStatistic = Literal["mean", "median"]
Subjects = Sequence[str] | npt.ArrayLike


def bootstrap_clustered_auc(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Subjects,
    how: Resampling,
    *,
    direction: Direction,
    stratified: bool = True,
    resolution: float | None = None,
) -> ClusterBootstrap:
    """Estimate the area under the curve of lesions with an interval from resampled subjects.

    Parameters
    ----------
    marker, positive, subject : (n,)
        Of each lesion: a finite value, the reference standard, and whose it is.
    how : Resampling
        Generator, interval, level and number of resamples. The draws depend on the generator and the names
        of the subjects, not on the order of the rows.
    stratified : bool
        Keep the numbers of subjects with positive lesions only, negative only, and both.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``,
        ``statistics.too-few``

    Notes
    -----
    Rutter 2000, Academic Radiology 7:413-419. Checked replicate by replicate against areas counted from the
    drawn lesions.

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> how = Resampling(np.random.default_rng(1), n_resamples=200)
    >>> boot = bootstrap_clustered_auc(adc, high_grade, list("aabcdd"), how, direction="low")
    >>> round(boot.value, 4), boot.n_subjects
    (0.8889, 4)
    """
    table = _LesionTable.of(marker, positive, subject, direction, resolution)

    def area(weights: Floats) -> Floats:
        positives, negatives = weights @ table.positives, weights @ table.negatives
        further = negatives.sum(axis=1, keepdims=True) - np.cumsum(negatives, axis=1)
        won = (2.0 * positives * further + positives * negatives).sum(axis=1)
        return _divide(won, 2.0 * positives.sum(axis=1) * negatives.sum(axis=1))[:, None]

    return table.resample(area, how, stratified)[0]


def bootstrap_clustered_youden(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Subjects,
    how: Resampling,
    *,
    direction: Direction,
    stratified: bool = True,
    resolution: float | None = None,
) -> tuple[ClusterBootstrap, ClusterBootstrap]:
    """Estimate the Youden cut-off over lesions, and its J, with intervals from resampled subjects.

    A cut-off is a value that was drawn; of several with the same J the most specific one, as by default in
    `adcurate.statistics.cutoff`. Parameters and errors as `bootstrap_clustered_auc`, and
    ``statistics.constant``.
    """
    table = _LesionTable.of(marker, positive, subject, direction, resolution)
    if table.values.size == 1:
        raise StatisticsError(
            "statistics.constant",
            "All values of the marker are equal, so no cut-off divides the lesions.",
            remedy="Check the marker's column, or its resolution.",
        )

    def best(weights: Floats) -> Floats:
        positives, negatives = weights @ table.positives, weights @ table.negatives
        found, wrong = np.cumsum(positives, axis=1), np.cumsum(negatives, axis=1)
        scores = found * wrong[:, -1:] - wrong * found[:, -1:]
        scores[positives + negatives == 0.0] = -1.0
        at = np.argmax(scores, axis=1)
        j = _divide(scores[np.arange(at.size), at], found[:, -1] * wrong[:, -1])
        return np.stack([np.where(np.isfinite(j), table.values[at], np.nan), j], axis=1)

    cutoff, j = table.resample(best, how, stratified)
    return cutoff, j


def bootstrap_clustered_accuracy(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Subjects,
    how: Resampling,
    *,
    cutoff: float,
    direction: Direction,
    stratified: bool = True,
    resolution: float | None = None,
) -> tuple[ClusterBootstrap, ClusterBootstrap]:
    """Estimate sensitivity and specificity at a fixed cut-off with intervals from resampled subjects.

    The cut-off stays the same in every resample. Parameters and errors as `bootstrap_clustered_auc`.
    """
    table = _LesionTable.of(marker, positive, subject, direction, resolution)
    called = table.values <= cutoff if direction == "low" else table.values >= cutoff
    found, rejected = table.positives[:, called].sum(axis=1), table.negatives[:, ~called].sum(axis=1)
    positives, negatives = table.positives.sum(axis=1), table.negatives.sum(axis=1)

    def shares(weights: Floats) -> Floats:
        return np.stack(
            [_divide(weights @ found, weights @ positives), _divide(weights @ rejected, weights @ negatives)],
            axis=1,
        )

    sensitivity, specificity = table.resample(shares, how, stratified)
    return sensitivity, specificity


def bootstrap_clustered_difference(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Subjects,
    how: Resampling,
    *,
    statistic: GroupStatistic = "mean",
    stratified: bool = True,
) -> ClusterBootstrap:
    """Estimate the mean (or median) of positive lesions less that of negative ones, over resampled subjects.

    In the unit of the marker. Parameters and errors as `bootstrap_clustered_auc`.
    """
    if statistic not in ("mean", "median"):
        raise StatisticsError(
            "statistics.option",
            "Groups of lesions are compared by mean or median.",
            remedy="Name one of the two.",
        )
    table = _LesionTable.of(marker, positive, subject, "high", None)
    values = table.values[::-1]

    def middle(counts: Floats) -> Floats:
        if statistic == "mean":
            return _divide(counts @ values, counts.sum(axis=1))
        upto = np.cumsum(counts, axis=1)
        n = upto[:, -1]
        low = values[np.argmax(upto > np.floor((n - 1) / 2)[:, None], axis=1)]
        high = values[np.argmax(upto > np.floor(n / 2)[:, None], axis=1)]
        return np.where(n > 0, (low + high) / 2.0, np.nan)

    def difference(weights: Floats) -> Floats:
        return (middle(weights @ table.positives[:, ::-1]) - middle(weights @ table.negatives[:, ::-1]))[
            :, None
        ]

    return table.resample(difference, how, stratified)[0]


def bootstrap_clustered_spearman(
    x: npt.ArrayLike, y: npt.ArrayLike, subject: Subjects, how: Resampling
) -> ClusterBootstrap:
    """Estimate Spearman's rho over lesions with an interval from resampled subjects.

    Each resample is ranked anew. Resamples hold as many subjects, not as many lesions.

    Parameters
    ----------
    x, y, subject : (n,)
        Two finite values of each lesion, and whose it is; at least four lesions, two distinct values each.
    how : Resampling
        Generator, interval, level and number of resamples.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``, ``statistics.not-finite``, ``statistics.shape``

    Examples
    --------
    >>> how = Resampling(np.random.default_rng(1), n_resamples=200)
    >>> adc, grade = [1.4, 1.1, 1.3, 0.95, 0.9, 0.7], [1, 1, 1, 2, 2, 3]
    >>> round(bootstrap_clustered_spearman(adc, grade, list("abbcdd"), how).value, 4)
    -0.9258
    """
    first, second = finite_pair(x, y, "the first variable", "the second variable")
    at_least(first.size, 4, "the lesions")
    codes, n_subjects = code_subjects(subject, first.size)
    order = np.lexsort((second, first, codes))
    first, second, codes = first[order], second[order], codes[order]
    (level_x, by_x), (level_y, by_y) = (_levels(values, codes, n_subjects) for values in (first, second))
    if min(by_x.shape[1], by_y.shape[1]) == 1:
        raise StatisticsError(
            "statistics.constant",
            "All values of a variable are equal, so nothing can rise with it.",
            remedy="Check the column, and the resolution at which values count as tied.",
        )

    def rho(weights: Floats) -> Floats:
        n = weights @ sizes
        centre = ((n + 1.0) / 2.0)[:, None]
        dx = _ranks(weights @ by_x)[:, level_x] - centre
        dy = _ranks(weights @ by_y)[:, level_y] - centre
        times = weights[:, codes]
        xx, yy = np.einsum("ij,ij,ij->i", times, dx, dx), np.einsum("ij,ij,ij->i", times, dy, dy)
        xy = np.einsum("ij,ij,ij->i", times, dx, dy)
        return np.clip(_divide(xy, np.sqrt(xx * yy)), -1.0, 1.0)[:, None]

    sizes = np.bincount(codes, minlength=n_subjects)
    return resample_subjects(rho, sizes, how, width=4 * first.size)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _LesionTable:
    """Lesions of each subject at each value, by class: (n_subjects, n_values), most suspicious first."""

    values: Floats
    positives: Floats
    negatives: Floats

    @classmethod
    def of(
        cls,
        marker: npt.ArrayLike,
        positive: npt.ArrayLike,
        subject: Subjects,
        direction: Direction,
        resolution: float | None,
    ) -> _LesionTable:
        rule_of(direction)
        numbers, flags = check_case_vectors(marker, positive, resolution)
        values = count_by_value(numbers, flags, direction=direction).values
        codes, n_subjects = code_subjects(subject, numbers.size)
        level = np.searchsorted(np.sort(values), numbers)
        if direction == "high":
            level = values.size - 1 - level
        return cls(
            values,
            _tabulate(codes[flags], level[flags], n_subjects, values.size),
            _tabulate(codes[~flags], level[~flags], n_subjects, values.size),
        )

    def resample(
        self, statistic: Callable[[Floats], Floats], how: Resampling, stratified: bool
    ) -> tuple[ClusterBootstrap, ...]:
        with_positives, with_negatives = (counts.any(axis=1) for counts in (self.positives, self.negatives))
        return resample_subjects(
            statistic,
            (self.positives + self.negatives).sum(axis=1).astype(np.int64),
            how,
            strata=np.asarray(with_positives + 2 * with_negatives) if stratified else None,
            width=4 * self.values.size,
        )


def _tabulate(codes: Integers, level: Integers, n_subjects: int, n_values: int) -> Floats:
    counts = np.bincount(codes * n_values + level, minlength=n_subjects * n_values)
    return np.asarray(counts.reshape(n_subjects, n_values), dtype=np.float64)


def _levels(values: Floats, codes: Counts, n_subjects: int) -> tuple[Integers, Floats]:
    distinct, level = np.unique(values, return_inverse=True)
    return level, _tabulate(codes, level, n_subjects, distinct.size)


def _ranks(counts: Floats) -> Floats:
    """Midranks of the distinct values of each row of counts."""
    return np.asarray(np.cumsum(counts, axis=1) - (counts - 1.0) / 2.0)


def _divide(numerator: Floats, denominator: Floats) -> Floats:
    defined = denominator > 0.0
    return np.where(defined, numerator / np.where(defined, denominator, 1.0), np.nan)
