"""What did each study of a cut-off count? Two-by-two tables, and those that printed percentages allow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.values import finite_vector

Continuity = Literal["all-if-any-zero", "zero-studies-only"]


@dataclass(frozen=True, slots=True, eq=False)
class AccuracyCounts:
    """True positives, false negatives, false positives and true negatives of each study, (k,)."""

    tp: Floats
    fn: Floats
    fp: Floats
    tn: Floats

    @property
    def k(self) -> int:
        """The number of studies."""
        return self.tp.size

    @property
    def has_zero(self) -> npt.NDArray[np.bool_]:
        """Which studies have an empty cell, (k,)."""
        return np.asarray(np.minimum.reduce([self.tp, self.fn, self.fp, self.tn]) == 0.0)


def accuracy_counts(
    tp: npt.ArrayLike, fn: npt.ArrayLike, fp: npt.ArrayLike, tn: npt.ArrayLike
) -> AccuracyCounts:
    """Check the counts of studies.

    Parameters
    ----------
    tp, fn, fp, tn : (k,)
        Whole numbers; each study needs a positive and a negative case.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``, ``statistics.one-class``

    Examples
    --------
    >>> accuracy_counts([9, 11], [0, 0], [13, 8], [25, 89]).has_zero.tolist()
    [True, True]
    """
    cells = [
        finite_vector(values, name)
        for values, name in (
            (tp, "the true positives"),
            (fn, "the false negatives"),
            (fp, "the false positives"),
            (tn, "the true negatives"),
        )
    ]
    if any(cell.size != cells[0].size for cell in cells):
        raise StatisticsError(
            "statistics.shape",
            "Every study needs its four counts.",
            remedy="Give true and false positives and negatives, one number for each study.",
        )
    if any(np.any((cell < 0.0) | (cell != np.rint(cell))) for cell in cells):
        raise StatisticsError(
            "statistics.option",
            "Counts of cases must be whole numbers that are not negative.",
            remedy="Check the row; a percentage is no count.",
        )
    if np.any(cells[0] + cells[1] == 0.0) or np.any(cells[2] + cells[3] == 0.0):
        raise StatisticsError(
            "statistics.one-class",
            "A study without positive or without negative cases has no sensitivity or no specificity.",
            remedy="Leave the study out, and say so.",
        )
    return AccuracyCounts(*cells)


def logits_with_variances(counts: AccuracyCounts, continuity: Continuity) -> tuple[Floats, Floats, int]:
    """Logit sensitivity and specificity, (k, 2), with their variances, and how many studies were corrected.

    An empty cell has no logit: 0.5 is then added to all four cells, of all studies as soon as one has an
    empty cell (``all-if-any-zero``, R's mada) or of that study only (``zero-studies-only``). Either pulls a
    sensitivity of 100 % down; the exact model needs neither.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if continuity not in ("all-if-any-zero", "zero-studies-only"):
        raise StatisticsError(
            "statistics.option",
            "This continuity correction is not known.",
            remedy="Choose all-if-any-zero or zero-studies-only.",
        )
    zero = counts.has_zero
    corrected = np.full(counts.k, bool(zero.any())) if continuity == "all-if-any-zero" else zero
    half = 0.5 * corrected
    tp, fn, fp, tn = counts.tp + half, counts.fn + half, counts.fp + half, counts.tn + half
    logits = np.column_stack([np.log(tp / fn), np.log(tn / fp)])
    return logits, np.column_stack([1.0 / tp + 1.0 / fn, 1.0 / tn + 1.0 / fp]), int(corrected.sum())


def count_of_percentage(percent: float, n: int, decimals: int) -> int | None:
    """Return the only whole count out of `n` that prints as `percent`; None if there is none, or several.

    `decimals` are those printed. A percentage cut off instead of rounded is accepted when its count is
    unique.

    Examples
    --------
    >>> count_of_percentage(65.79, 38, 2), count_of_percentage(72.3, 12, 1)
    (25, None)
    """
    if not (math.isfinite(percent) and 0.0 <= percent <= 100.0 and n > 0):
        return None
    step = 10.0**-decimals
    near = [
        count for count in range(n + 1) if -0.5 * step - 1e-9 <= 100.0 * count / n - percent < step + 1e-9
    ]
    rounded = [count for count in near if abs(100.0 * count / n - percent) <= 0.5 * step + 1e-9]
    chosen = rounded or near
    return chosen[0] if len(chosen) == 1 else None
