"""Placements: against how many lesions of the other class each lesion is ranked rightly.

They are what every variance of an area under the curve is made of. They are kept in half pairs, which are
whole numbers, so that a variance that is zero comes out as zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.marker import Counts, Direction, check_case_vectors, rule_of
from adcurate.statistics.ranks import midranks


@dataclass(frozen=True, slots=True, eq=False)
class Placements:
    """Half pairs won by each positive (k, n_positive) and each negative (k, n_negative), for k ratings.

    A pair ranked rightly counts 2 and a tied pair 1. The columns keep the order of the cases.
    """

    of_positives: Counts
    of_negatives: Counts

    @property
    def n_positive(self) -> int:
        """Lesions with the condition."""
        return int(self.of_positives.shape[1])

    @property
    def n_negative(self) -> int:
        """Lesions without it."""
        return int(self.of_negatives.shape[1])

    @property
    def areas(self) -> Floats:
        """(k,) areas under the empirical curves."""
        return np.asarray(self.of_positives.sum(axis=1) / (2 * self.n_positive * self.n_negative))


def place_lesions(
    ratings: Sequence[npt.ArrayLike] | npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    directions: tuple[Direction, ...],
    resolution: float | None = None,
) -> Placements:
    """Place the lesions of each of k ratings against the other class.

    Parameters
    ----------
    ratings : (k, n), any unit
        One row for each marker, or reader; finite.
    positive : (n,), boolean
        The reference standard, the same for every row.
    directions : (k,)
        Which end of each row is positive.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.one-class``, ``statistics.option``
    """
    try:
        rows = np.asarray(ratings)
    except ValueError:
        rows = np.empty(0)
    if rows.ndim != 2 or rows.shape[0] != len(directions) or not directions:
        raise StatisticsError(
            "statistics.shape",
            "Ratings are a table with one row for each marker or reader, and each row has a direction.",
            remedy="Give one row of numbers, and one direction, for each.",
            n_directions=len(directions),
        )
    won = [
        _place(*check_case_vectors(row, positive, resolution), direction)
        for row, direction in zip(rows, directions, strict=True)
    ]
    return Placements(np.stack([pair[0] for pair in won]), np.stack([pair[1] for pair in won]))


def _place(marker: Floats, positive: Bools, direction: Direction) -> tuple[Counts, Counts]:
    rule_of(direction)
    n_positive = int(np.count_nonzero(positive))
    n_negative = positive.size - n_positive
    if min(n_positive, n_negative) == 0:
        raise StatisticsError(
            "statistics.one-class",
            f"A marker needs cases of both classes; {n_positive} of {positive.size} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=positive.size,
            n_positive=n_positive,
        )
    suspicion = -marker if direction == "low" else marker
    ranks = midranks(suspicion)
    below_positive = 2.0 * (ranks[positive] - midranks(suspicion[positive]))
    below_negative = 2.0 * (ranks[~positive] - midranks(suspicion[~positive]))
    return below_positive.astype(np.int64), (2.0 * n_positive - below_negative).astype(np.int64)
