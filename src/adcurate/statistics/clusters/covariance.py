"""How areas covary from sample to sample: DeLong's covariance of cases, Obuchowski's of subjects."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.statistics.clusters.placements import Placements
from adcurate.statistics.clusters.subjects import code_subjects
from adcurate.statistics.marker import Counts


def covariance_of_cases(placed: Placements) -> Floats:
    """Return DeLong's covariance of k areas, (k, k), every case another subject's; NaN for a single case."""
    positives, negatives = _deviations(placed)
    return np.asarray(
        _small_sample(placed.n_positive) * positives @ positives.T
        + _small_sample(placed.n_negative) * negatives @ negatives.T
    )


def covariance_of_subjects(
    placed: Placements, positive: npt.ArrayLike, subject: Sequence[str] | npt.ArrayLike
) -> Floats:
    """Return Obuchowski's covariance of k areas, (k, k); NaN where a class is a single subject's."""
    return SubjectSums.of(placed, positive, subject).covariance()


@dataclass(frozen=True, slots=True, eq=False)
class SubjectSums:
    """Deviations of placements from their mean, summed over each subject: (k, n_subjects)."""

    positives: Floats
    negatives: Floats
    n_subjects: int
    n_with_positives: int
    n_with_negatives: int
    n_with_both: int

    @classmethod
    def of(
        cls, placed: Placements, positive: npt.ArrayLike, subject: Sequence[str] | npt.ArrayLike
    ) -> SubjectSums:
        """Sum the placements of each subject's positive and negative lesions."""
        flags = np.asarray(positive, dtype=np.bool_)
        codes, n_subjects = code_subjects(subject, flags.size)
        with_positives, with_negatives = (
            np.bincount(codes[chosen], minlength=n_subjects) > 0 for chosen in (flags, ~flags)
        )
        at_positives, at_negatives = _whole_deviations(placed)
        scale_positives, scale_negatives = _scales(placed)
        return cls(
            _sum_by_subject(at_positives, codes[flags], n_subjects) / scale_positives,
            _sum_by_subject(at_negatives, codes[~flags], n_subjects) / scale_negatives,
            n_subjects,
            int(with_positives.sum()),
            int(with_negatives.sum()),
            int((with_positives & with_negatives).sum()),
        )

    def covariance(self) -> Floats:
        """(k, k): S10/M + S01/N + (S11 + S11')/(MN); NaN where a class is one subject's."""
        own = (
            _small_sample(self.n_with_positives) * self.positives @ self.positives.T
            + _small_sample(self.n_with_negatives) * self.negatives @ self.negatives.T
        )
        if self.n_with_both == 0:
            return np.asarray(own)
        cross = _small_sample(self.n_subjects) * self.positives @ self.negatives.T
        return np.asarray(own + cross + cross.T)


def _sum_by_subject(rows: Counts, codes: Counts, n_subjects: int) -> Floats:
    # Whole numbers well below 2^53: sums of doubles are exact.
    return np.stack([np.bincount(codes, weights=row, minlength=n_subjects) for row in rows])


def _small_sample(n: int) -> float:
    return n / (n - 1) if n > 1 else math.nan


def _whole_deviations(placed: Placements) -> tuple[Counts, Counts]:
    """Placements less their mean, times 2 n_positive n_negative: whole numbers, so that zero is zero."""
    total = placed.of_positives.sum(axis=1, keepdims=True)
    return (
        placed.n_positive * placed.of_positives - total,
        placed.n_negative * placed.of_negatives - total,
    )


def _scales(placed: Placements) -> tuple[float, float]:
    pairs = 2.0 * placed.n_positive * placed.n_negative
    return pairs * placed.n_positive, pairs * placed.n_negative


def _deviations(placed: Placements) -> tuple[Floats, Floats]:
    positives, negatives = _whole_deviations(placed)
    scale_positives, scale_negatives = _scales(placed)
    return np.asarray(positives / scale_positives), np.asarray(negatives / scale_negatives)
