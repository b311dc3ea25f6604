"""How alike are lesions of one subject? The intraclass correlation of the one-way analysis of variance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.statistics.clusters.subjects import code_subjects
from adcurate.statistics.values import at_least, finite_vector


@dataclass(frozen=True, slots=True)
class SubjectIcc:
    """The share of variance that lies between subjects, by the analysis-of-variance estimator.

    `value` is NaN when every subject has one lesion, there is one subject, or all values are equal; a
    negative value is kept. `typical_size` is the n0 of subjects of unequal size, `largest_size` the most
    lesions of one.
    """

    value: float
    between_mean_square: float
    within_mean_square: float
    typical_size: float
    largest_size: int
    n_lesions: int
    n_subjects: int
    method: str


def estimate_subject_icc(values: npt.ArrayLike, subject: Sequence[str] | npt.ArrayLike) -> SubjectIcc:
    """Estimate the correlation of lesions of the same subject.

    ``(MSB - MSW) / (MSB + (n0 - 1) MSW)`` from the one-way random-effects analysis of variance, for
    numbers as for outcomes of 0 and 1. It needs no distribution; its price is that it may be negative.

    Parameters
    ----------
    values : (n,), any unit
        Finite.
    subject : (n,)
        The subject of each lesion.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``

    Notes
    -----
    Donner 1986, International Statistical Review 54:67-82. Checked against R's ``anova(lm(...))``.

    Examples
    --------
    >>> round(estimate_subject_icc([1.0, 1.2, 0.7, 0.8, 1.5], ["a", "a", "b", "b", "c"]).value, 3)
    0.9
    """
    numbers = finite_vector(values, "the values")
    n = at_least(numbers.size, 1, "the values")
    codes, n_subjects = code_subjects(subject, n)
    sizes = np.bincount(codes, minlength=n_subjects)
    centred = numbers - numbers.mean()
    means = np.bincount(codes, weights=centred, minlength=n_subjects) / sizes
    between = within = math.nan
    if n_subjects > 1:
        between = float(sizes @ (means - centred.mean()) ** 2) / (n_subjects - 1)
    if n > n_subjects:
        within = float(np.sum((centred - means[codes]) ** 2)) / (n - n_subjects)
    typical = (n - float(sizes @ sizes) / n) / (n_subjects - 1) if n_subjects > 1 else math.nan
    total = between + (typical - 1.0) * within
    return SubjectIcc(
        value=(between - within) / total if total > 0.0 else math.nan,
        between_mean_square=between,
        within_mean_square=within,
        typical_size=typical,
        largest_size=int(sizes.max()),
        n_lesions=n,
        n_subjects=n_subjects,
        method="one-way analysis of variance",
    )
