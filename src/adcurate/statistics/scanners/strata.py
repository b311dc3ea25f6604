"""What does each scanner say by itself? Classes, their difference and the AUC, one row a stratum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import Direction, check_case_vectors, rule_of
from adcurate.statistics.roc.auc import AucEstimate, estimate_auc
from adcurate.statistics.scanners.least_squares import Difference, t_difference

AreaInterval = Literal["delong", "exact-binomial"]
Gap = Literal["", "no-positive", "no-negative"]

_INTERVALS: Final = ("delong", "exact-binomial")


@dataclass(frozen=True, slots=True)
class StratumSummary:
    """One stratum. `gap` says which class is missing, so that nothing can be compared; means are then NaN.

    `difference` (positive minus negative mean) has NaN limits where a class has one case; it and `auc` are
    None where a class is missing. `is_small` marks fewer than the minimum asked for.
    """

    name: str
    n: int
    n_positive: int
    n_negative: int
    mean: float
    mean_positive: float
    mean_negative: float
    difference: Difference | None
    auc: AucEstimate | None
    gap: Gap
    is_small: bool


def summarize_strata(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    stratum: Sequence[str],
    *,
    direction: Direction,
    minimum: int = 5,
    interval: AreaInterval = "delong",
    level: float = 0.95,
    resolution: float | None = None,
) -> tuple[StratumSummary, ...]:
    """Summarize each stratum: Welch's difference of class means and the area under the curve.

    Parameters
    ----------
    marker : (n,), any unit
        Finite values.
    positive : (n,), boolean
        The reference standard.
    stratum : (n,)
        The scanner of each case, as text.
    minimum : int
        A stratum of fewer cases is marked small. It is shown nevertheless.
    interval
        Of the area. Where DeLong's variance is zero or unknown (perfect separation, a class of one) the
        exact binomial interval stands in, and the interval says so.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Returns
    -------
    tuple of StratumSummary
        The largest stratum first, equal ones by name.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``, ``statistics.too-few`` if
        there is no case.

    Notes
    -----
    Welch 1947. Checked against R's ``t.test`` and pROC.

    Examples
    --------
    >>> adc = [0.8, 0.9, 1.2, 1.4, 0.7]
    >>> high = [True, True, False, False, True]
    >>> rows = summarize_strata(adc, high, ["A", "A", "A", "A", "B"], direction="low")
    >>> [(row.name, row.n, row.gap, row.is_small) for row in rows]
    [('A', 4, '', True), ('B', 1, 'no-negative', True)]
    """
    check_level(level)
    rule_of(direction)
    if interval not in _INTERVALS or minimum < 1:
        raise StatisticsError(
            "statistics.option",
            "The area of a stratum has the interval delong or exact-binomial, and the smallest stratum at "
            "least "
            "one case.",
            remedy="Name one of the two, and a minimum of 1 or more.",
        )
    values, flags = check_case_vectors(marker, positive, resolution)
    names = check_strata(stratum, flags.size)
    counted = sorted((-int(np.sum(names == name)), str(name)) for name in np.unique(names))
    rows = []
    for minus_n, name in counted:
        own = names == name
        rows.append(_summarize(name, values[own], flags[own], direction, interval, level, -minus_n < minimum))
    return tuple(rows)


def check_strata(stratum: Sequence[str], n: int) -> npt.NDArray[np.str_]:
    """Return the strata as an array of text, one entry a case.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.too-few``
    """
    if n == 0:
        raise StatisticsError(
            "statistics.too-few",
            "There is no case.",
            remedy="Check which rows hold the marker, the outcome and the scanner.",
            n=0,
        )
    if len(stratum) != n or not all(isinstance(entry, str) for entry in stratum):
        raise StatisticsError(
            "statistics.shape",
            "Each case must name its scanner, as text.",
            remedy="Give one stratum for each case; leave out cases whose scanner is unknown.",
            n=n,
        )
    return np.asarray(stratum, dtype=str)


def estimate_area(
    values: Floats, flags: Bools, direction: Direction, interval: AreaInterval, level: float
) -> AucEstimate:
    """The area of a few cases: DeLong's interval where it says something, else the exact binomial one."""
    area = estimate_auc(values, flags, direction=direction, interval=interval, level=level)
    if interval == "delong" and not area.standard_error > 0.0:
        return estimate_auc(values, flags, direction=direction, interval="exact-binomial", level=level)
    return area


def _summarize(
    name: str,
    values: Floats,
    flags: Bools,
    direction: Direction,
    interval: AreaInterval,
    level: float,
    is_small: bool,
) -> StratumSummary:
    high, low = values[flags], values[~flags]
    gap: Gap = "no-positive" if high.size == 0 else "no-negative" if low.size == 0 else ""
    return StratumSummary(
        name=name,
        n=values.size,
        n_positive=high.size,
        n_negative=low.size,
        mean=float(values.mean()),
        mean_positive=float(high.mean()) if high.size else math.nan,
        mean_negative=float(low.mean()) if low.size else math.nan,
        difference=None if gap else welch_difference(high, low, level),
        auc=None if gap else estimate_area(values, flags, direction, interval, level),
        gap=gap,
        is_small=is_small,
    )


def welch_difference(first: Floats, second: Floats, level: float) -> Difference:
    """Welch's difference of two means; its interval is NaN if a group has one value or none varies."""
    value = float(first.mean() - second.mean())
    if min(first.size, second.size) < 2:
        return t_difference(value, math.nan, math.nan, level, "welch")
    a, b = (float(group.var(ddof=1)) / group.size for group in (first, second))
    size = max(float(np.abs(first).max()), float(np.abs(second).max()))
    if math.sqrt(a + b) <= 1e-14 * size:
        return t_difference(value, math.nan, math.nan, level, "welch")
    df = (a + b) ** 2 / (a**2 / (first.size - 1) + b**2 / (second.size - 1))
    return t_difference(value, math.sqrt(a + b), df, level, "welch")
