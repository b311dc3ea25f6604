"""What one group's values say: centre, spread and percentiles, with the percentile rule named.

Published quartiles differ between programs because programs place percentiles differently. Type 5 is
MedCalc's rule, type 6 the default of SPSS and Minitab, type 7 that of R, numpy and spreadsheets; the numbers
are Hyndman and Fan's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.values import at_least, finite_vector

PercentileType = Literal[5, 6, 7]


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One group's summary, in the unit of its values.

    `sd` is the sample standard deviation (n - 1), NaN for one value. `iqr` is ``q3 - q1``.
    `percentile_type` is the rule behind `median`, `q1` and `q3`.
    """

    n: int
    mean: float
    sd: float
    median: float
    q1: float
    q3: float
    iqr: float
    minimum: float
    maximum: float
    percentile_type: PercentileType


def percentile(values: npt.ArrayLike, p: float, *, kind: PercentileType) -> float:
    """Return the value below which `p` percent of the values lie.

    With n ordered values the percentile lies at position np/100 + 0.5 for type 5, (n + 1)p/100 for type 6 and
    1 + (n - 1)p/100 for type 7, interpolated linearly between neighbours; a position outside 1..n is the
    nearest extreme.

    Parameters
    ----------
    values : (n,), any unit
        Finite, at least one.
    p : float, percent
        0 to 100.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Hyndman and Fan, Am Stat 1996;50:361-365. Checked against R's ``quantile(type = 5)``, ``6`` and ``7``.

    Examples
    --------
    >>> percentile([1.0, 2.0, 3.0, 4.0], 25, kind=6), percentile([1.0, 2.0, 3.0, 4.0], 25, kind=7)
    (1.25, 1.75)
    """
    ordered = np.sort(finite_vector(values, "the values"))
    at_least(ordered.size, 1, "the values")
    return _percentile_of_ordered(ordered, p, kind)


def summarize_group(values: npt.ArrayLike, *, percentile_type: PercentileType = 6) -> GroupSummary:
    """Summarise one group: n, mean, SD, median, quartiles and extremes.

    Parameters
    ----------
    values : (n,), any unit
        Finite, at least one.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Examples
    --------
    >>> summary = summarize_group([0.8, 1.0, 1.2, 1.4])
    >>> summary.n, round(summary.median, 3), round(summary.iqr, 3)
    (4, 1.1, 0.5)
    """
    ordered = np.sort(finite_vector(values, "the group"))
    n = at_least(ordered.size, 1, "the group")
    mean = math.fsum(ordered) / n
    q1, median, q3 = (_percentile_of_ordered(ordered, p, percentile_type) for p in (25.0, 50.0, 75.0))
    return GroupSummary(
        n=n,
        mean=mean,
        sd=_deviation(ordered, mean) if n > 1 else math.nan,
        median=median,
        q1=q1,
        q3=q3,
        iqr=q3 - q1,
        minimum=float(ordered[0]),
        maximum=float(ordered[-1]),
        percentile_type=percentile_type,
    )


def _deviation(values: Floats, mean: float) -> float:
    """The SD with n - 1; sums are exact, and what the mean was rounded by is taken off again."""
    apart = values - mean
    squares = math.fsum(apart**2) - math.fsum(apart) ** 2 / values.size
    return math.sqrt(max(squares, 0.0) / (values.size - 1))


def _percentile_of_ordered(ordered: Floats, p: float, kind: PercentileType) -> float:
    if kind not in (5, 6, 7):
        raise StatisticsError(
            "statistics.option",
            "Percentiles are placed by rule 5, 6 or 7.",
            remedy="Choose 5 (MedCalc), 6 (SPSS, Minitab) or 7 (R, numpy, spreadsheets).",
        )
    if not 0.0 <= p <= 100.0:
        raise StatisticsError(
            "statistics.option",
            "A percentile lies between 0 and 100.",
            remedy="Write the median as 50, not 0.5.",
            percentile=p,
        )
    n = ordered.size
    share = p / 100.0
    position = {5: n * share + 0.5, 6: (n + 1) * share, 7: 1.0 + (n - 1) * share}[kind]
    position = min(max(position, 1.0), float(n))
    lower = int(position)
    below, above = float(ordered[lower - 1]), float(ordered[min(lower, n - 1)])
    return min(below + (position - lower) * (above - below), above)
