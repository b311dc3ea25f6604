"""The choice that is being judged: direction and Youden cut-off of many tables of counts at once.

Every validation here repeats this choice on cases it then does not judge. It is the choice of
`adcurate.statistics.cutoff` (a test holds them equal), for rows of counts instead of one sample, and with
the direction chosen as well where a study chose it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.marker import Counts, MarkerCounts
from adcurate.statistics.roc.auc import count_pairs

CutoffTies = Literal["most-specific", "most-sensitive"]
Quantity = Literal["auc", "sensitivity", "specificity", "j"]

QUANTITIES: Final[tuple[Quantity, ...]] = ("auc", "sensitivity", "specificity", "j")
TIES: Final = ("most-specific", "most-sensitive")


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What was chosen from each row of counts; arrays are (k,).

    `position` is the cut-off's place among the values (-1: a class is missing, nothing could be chosen).
    `flipped` rows call ``value >= cutoff`` positive where the stated direction says ``<=``, or the reverse.
    `auc`, `sensitivity` and `specificity` are those of the row itself, NaN where nothing was chosen.
    """

    position: Integers
    flipped: Bools
    auc: Floats
    sensitivity: Floats
    specificity: Floats


@dataclass(frozen=True, slots=True, eq=False)
class RuleValues:
    """Sensitivity and specificity that each possible rule has in one sample; (2, n_values), flipped last."""

    sensitivity: Floats
    specificity: Floats


def choose_rules(
    positives: Counts, negatives: Counts, ties: CutoffTies, *, direction_chosen: bool = False
) -> Choice:
    """Choose direction (if it is chosen) and Youden cut-off in each row of counts (k, n_values).

    Values stand from the most to the least suspicious in the stated direction. A chosen direction is the one
    whose area is at least one half; the stated one where the area is exactly one half.
    """
    true_positives, false_positives = np.cumsum(positives, axis=1), np.cumsum(negatives, axis=1)
    n_positive, n_negative = true_positives[:, -1], false_positives[:, -1]
    n_pairs = n_positive * n_negative
    concordant, tied = count_pairs(positives, negatives)
    doubled = 2 * concordant + tied
    defined = n_pairs > 0
    flipped = defined & (doubled < n_pairs) if direction_chosen else np.zeros(defined.size, dtype=np.bool_)

    present = positives + negatives > 0
    along = true_positives * n_negative[:, None] - false_positives * n_positive[:, None]
    position = _first_or_last(np.where(present, along, -1), ties)
    if flipped.any():
        against = (n_positive[:, None] - true_positives + positives) * n_negative[:, None] - (
            n_negative[:, None] - false_positives + negatives
        ) * n_positive[:, None]
        backwards = _first_or_last(np.where(present, against, -1)[:, ::-1], ties)
        position = np.where(flipped, positives.shape[1] - 1 - backwards, position)

    rows = np.arange(position.size)
    called_positive, called_negative = true_positives[rows, position], false_positives[rows, position]
    called_positive = np.where(
        flipped, n_positive - called_positive + positives[rows, position], called_positive
    )
    called_negative = np.where(
        flipped, n_negative - called_negative + negatives[rows, position], called_negative
    )
    area = np.where(flipped, 2 * n_pairs - doubled, doubled)
    with np.errstate(invalid="ignore", divide="ignore"):
        auc, sensitivity = area / (2 * n_pairs), called_positive / n_positive
        specificity = (n_negative - called_negative) / n_negative
    for values in (auc, sensitivity, specificity):
        values[~defined] = np.nan
    return Choice(np.where(defined, position, -1), flipped, auc, sensitivity, specificity)


def rule_values(counts: MarkerCounts) -> RuleValues:
    """Return what every rule does in the sample, for rules along and against the stated direction."""
    n_positive, n_negative = counts.n_positive, counts.n_negative
    true_positives, false_positives = np.cumsum(counts.positives), np.cumsum(counts.negatives)
    called_positive = np.stack([true_positives, n_positive - true_positives + counts.positives])
    called_negative = np.stack([false_positives, n_negative - false_positives + counts.negatives])
    return RuleValues(called_positive / n_positive, (n_negative - called_negative) / n_negative)


def calls_of(choice: Choice, levels: Integers) -> Bools:
    """Return (k, n_levels): whether each chosen rule calls a case at each place among the values positive."""
    below = levels[None, :] <= choice.position[:, None]
    above = levels[None, :] >= choice.position[:, None]
    return np.where(choice.flipped[:, None], above, below)


def check_ties(ties: str) -> None:
    """Refuse an unknown rule for equal cut-offs.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if ties not in TIES:
        raise StatisticsError(
            "statistics.option",
            "Cut-offs with the same J are resolved as most-specific or most-sensitive.",
            remedy="Name one of the two.",
        )


def check_distinct(counts: MarkerCounts) -> None:
    """Refuse a marker with a single value.

    Raises
    ------
    StatisticsError
        ``statistics.constant``
    """
    if counts.values.size == 1:
        raise StatisticsError(
            "statistics.constant",
            "All values of the marker are equal, so no cut-off divides the cases.",
            remedy="Check the marker's column, or its resolution.",
            n=counts.n_positive + counts.n_negative,
        )


def _first_or_last(scores: Counts, ties: CutoffTies) -> Integers:
    if ties == "most-specific":
        return np.asarray(np.argmax(scores, axis=1))
    return np.asarray(scores.shape[1] - 1 - np.argmax(scores[:, ::-1], axis=1))
