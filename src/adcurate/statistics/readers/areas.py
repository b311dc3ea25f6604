"""The area of each reader with each modality, and how these areas covary over the cases.

A modality is what is compared: a marker, a map, a way of drawing. Every reader rates every case with every
modality; a quantity that a reader measures, such as an ADC, is that reader's rating.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.clusters.covariance import covariance_of_cases, covariance_of_subjects
from adcurate.statistics.clusters.placements import Placements, place_lesions
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction

AreaCovariance = Literal["delong", "jackknife", "obuchowski"]

_COVARIANCES: Final = ("delong", "jackknife", "obuchowski")


@dataclass(frozen=True, slots=True, eq=False)
class ReaderAreas:
    """Areas under the empirical curves, (n_modalities, n_readers), and their covariance over cases.

    `covariance` is (n_modalities * n_readers,) squared, the readers of the first modality first; NaN where a
    class has a single case. `covariance_method` names the estimator.
    """

    modalities: tuple[str, ...]
    readers: tuple[str, ...]
    values: Floats
    covariance: Floats
    covariance_method: AreaCovariance
    directions: tuple[Direction, ...]
    n_positive: int
    n_negative: int

    def standard_error(self, modality: int, reader: int) -> float:
        """The standard error of one reader's area with one modality, over cases."""
        place = modality * len(self.readers) + reader
        return math.sqrt(float(self.covariance[place, place]))

    def interval(self, modality: int, reader: int, level: float = 0.95) -> Interval:
        """The normal interval of one reader's area, cut at 0 and 1."""
        half = float(ndtri((1.0 + check_level(level)) / 2.0)) * self.standard_error(modality, reader)
        value = float(self.values[modality, reader])
        low, high = np.clip([value - half, value + half], 0.0, 1.0).tolist()
        return Interval(low, high, level, self.covariance_method)


def estimate_reader_areas(
    ratings: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    modalities: tuple[str, ...],
    readers: tuple[str, ...],
    directions: tuple[Direction, ...],
    covariance: AreaCovariance,
    subject: Sequence[str] | npt.ArrayLike | None = None,
    resolution: float | None = None,
) -> ReaderAreas:
    """Estimate each reader's area with each modality, and the covariance of all of them over cases.

    ``delong`` takes the covariance from placements, ``jackknife`` from leaving out each case in turn; they
    agree closely, and published analyses use either. ``obuchowski`` is for cases that are several lesions of
    a subject: placements are summed over each subject first, which with one case a subject is ``delong``.

    Parameters
    ----------
    ratings : (n_modalities, n_readers, n_cases), any unit
        Finite: a case that not every reader rated with every modality is left out, and counted, before.
    positive : (n_cases,), boolean
        The reference standard.
    modalities, readers : names
        In the order of `ratings`.
    directions : (n_modalities,)
        Which end of each modality's ratings is positive.
    subject : (n_cases,), optional
        Whose each case is; needed by ``obuchowski`` only.
    resolution : unit of `ratings`
        Ratings that round to the same multiple are ties.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.one-class``, ``statistics.option``;
        ``statistics.too-few`` for a jackknife with a single case in a class.

    Notes
    -----
    DeLong 1988; Obuchowski 1997; the jackknife as in Obuchowski and Rockette 1995. Checked
    against pROC 1.18 (``cov``, DeLong) and areas recounted in R without each case.

    Examples
    --------
    >>> ratings = [[[0.6, 0.9, 1.0, 1.4], [0.7, 0.8, 0.7, 1.2]]]
    >>> areas = estimate_reader_areas(ratings, [True, True, False, False], modalities=("ADC",),
    ...                               readers=("A", "B"), directions=("low",), covariance="delong")
    >>> areas.values.tolist()
    [[1.0, 0.625]]
    """
    if covariance not in _COVARIANCES or (covariance == "obuchowski" and subject is None):
        raise StatisticsError(
            "statistics.option",
            "Covariances of readers' areas are by delong, jackknife or, with the subject of each case, "
            "obuchowski.",
            remedy="Name one of the three.",
        )
    try:
        table = np.asarray(ratings)
    except ValueError:
        table = np.empty(0, dtype=object)
    shape = (len(modalities), len(readers))
    if table.ndim != 3 or table.shape[:2] != shape or len(directions) != shape[0] or 0 in shape:
        raise StatisticsError(
            "statistics.shape",
            "Ratings are a block of modalities by readers by cases, with a direction for each modality.",
            remedy="Give every reader's rating of every case with every modality.",
            n_modalities=shape[0],
            n_readers=shape[1],
        )
    placed = place_lesions(
        table.reshape(shape[0] * shape[1], -1),
        positive,
        directions=tuple(direction for direction in directions for _ in readers),
        resolution=resolution,
    )
    return ReaderAreas(
        modalities=modalities,
        readers=readers,
        values=placed.areas.reshape(shape),
        covariance=_covariance(placed, positive, covariance, subject),
        covariance_method=covariance,
        directions=directions,
        n_positive=placed.n_positive,
        n_negative=placed.n_negative,
    )


def _covariance(
    placed: Placements,
    positive: npt.ArrayLike,
    method: AreaCovariance,
    subject: Sequence[str] | npt.ArrayLike | None,
) -> Floats:
    if method == "jackknife":
        return _jackknife(placed)
    if method == "obuchowski" and subject is not None:
        return covariance_of_subjects(placed, positive, subject)
    return covariance_of_cases(placed)


def _jackknife(placed: Placements) -> Floats:
    """Covariance of k areas from leaving out each case in turn, (k, k)."""
    m, n = placed.n_positive, placed.n_negative
    if min(m, n) < 2:
        raise StatisticsError(
            "statistics.too-few",
            "The jackknife leaves out each case in turn and needs two cases of each class.",
            remedy="Add cases.",
            n_positive=m,
            n_negative=n,
        )
    total = placed.of_positives.sum(axis=1, keepdims=True)
    left_out = np.concatenate(
        [
            (total - placed.of_positives) / (2 * (m - 1) * n),
            (total - placed.of_negatives) / (2 * m * (n - 1)),
        ],
        axis=1,
    )
    moved = left_out - left_out.mean(axis=1, keepdims=True)
    n_cases = m + n
    return np.asarray((n_cases - 1) / n_cases * moved @ moved.T)
