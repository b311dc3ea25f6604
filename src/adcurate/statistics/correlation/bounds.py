"""How far could a rank correlation go, whatever the true values inside their ranges are?

Each range is filled with every choice of values that it allows; the smallest and the largest correlation over
all choices are what the ranges leave open. This is ignorance about the values, not sampling error: it does
not shrink with more lesions, only with narrower ranges.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.correlation.censored import IntervalValues, certain_order
from adcurate.statistics.ranks import midranks, tie_excess
from adcurate.statistics.values import at_least, finite_vector, to_resolution

BoundedStatistic = Literal["kendall", "spearman"]

_MOST_SWEEPS = 100
_ALL_ENDS = 6
_LARGEST = 2000
_SAME = 1e-12


@dataclass(frozen=True, slots=True)
class CorrelationBounds:
    """The lowest and the highest correlation found over values that the intervals allow.

    Some values within the intervals give exactly `low`, and some `high`. No values can give less than
    `outer_low` or more than `outer_high` (Kendall only; NaN for Spearman). `is_sharp` says that the two agree
    at both ends, so that nothing was overlooked.
    """

    statistic: BoundedStatistic
    low: float
    high: float
    outer_low: float
    outer_high: float
    is_sharp: bool
    n: int
    n_exact: int
    method: str


def bound_correlation(
    x: npt.ArrayLike, y: IntervalValues, *, statistic: BoundedStatistic, resolution: float | None = None
) -> CorrelationBounds:
    """Bound Kendall's tau-b or Spearman's rho over all values that the intervals allow.

    `low` and `high` come from a search: one value after the other goes where it helps most, from four starts
    (with up to six intervals from every choice of their ends too), until none moves. The outer limits of
    tau-b let every undecided pair choose for itself, as if pairs were free of one another; they always hold.

    Parameters
    ----------
    x : (n,), any unit
        Finite, at least three, at most 2,000, not all equal.
    y : IntervalValues
        (n,), of the same cases.
    statistic : {"kendall", "spearman"}
        tau-b or rho; both with ties as midranks have them.

    Returns
    -------
    CorrelationBounds
        Without any interval, `low` and `high` are the correlation.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.constant``,
        ``statistics.option``

    Notes
    -----
    Identification bounds in the sense of Manski 2003. Checked against every order that small samples allow.

    Examples
    --------
    >>> from adcurate.statistics.correlation.censored import interval_values
    >>> ki67 = interval_values([1, 3, 2, 18, 20], [1, 5, 4, 18, 100])
    >>> bounds = bound_correlation([1.5, 1.2, 1.3, 0.9, 0.7], ki67, statistic="kendall")
    >>> round(bounds.low, 3), round(bounds.high, 3), bounds.is_sharp
    (-1.0, -0.8, True)
    """
    if statistic not in ("kendall", "spearman"):
        raise StatisticsError(
            "statistics.option",
            "Bounds are of kendall or spearman.",
            remedy="Name one of the two.",
        )
    marker = to_resolution(finite_vector(x, "the marker"), resolution)
    n = at_least(marker.size, 3, "the pairs")
    if y.low.size != n:
        raise StatisticsError(
            "statistics.shape",
            "The marker and the intervals must have the same length.",
            remedy="Give one marker and one interval for each lesion.",
        )
    if n > _LARGEST:
        raise StatisticsError(
            "statistics.option",
            f"Bounds are searched for up to {_LARGEST} cases.",
            remedy="Leave the bounds out; with so many cases report the share of undecided pairs.",
            n=n,
        )
    if np.all(marker == marker[0]) or (np.all(y.is_exact) and np.all(y.low == y.low[0])):
        raise StatisticsError(
            "statistics.constant",
            "A variable whose values are all equal correlates with nothing.",
            remedy="Check the column, and the resolution at which values count as tied.",
            n=n,
        )
    order = np.lexsort((y.high, y.low, marker))
    marker, values = marker[order], y.take(order)
    low, high = _closed_ends(values)
    scores = midranks(marker)
    weights = scores[:, None] - scores[None, :]
    if statistic == "kendall":
        weights = np.sign(weights)
    task = _Task(weights, low, high, statistic, _spread_x(weights, scores, statistic))
    highest = max(task.climb(start, 1.0) for start in _starts(low, high, scores))
    lowest = -max(task.climb(start, -1.0) for start in _starts(low, high, -scores))
    outer_low, outer_high = _outer(marker, values) if statistic == "kendall" else (math.nan, math.nan)
    return CorrelationBounds(
        statistic=statistic,
        low=lowest,
        high=highest,
        outer_low=outer_low,
        outer_high=outer_high,
        is_sharp=bool(
            np.all(values.is_exact)
            or (abs(lowest - outer_low) <= _SAME and abs(highest - outer_high) <= _SAME)
        ),
        n=n,
        n_exact=int(np.count_nonzero(values.is_exact)),
        method="coordinate search",
    )


def _closed_ends(y: IntervalValues) -> tuple[Floats, Floats]:
    """Finite ends that belong: an open one moves to the next number, an infinite one past all others."""
    ends = np.concatenate([y.low, y.high])
    finite = ends[np.isfinite(ends)]
    edge = float(np.abs(finite).max()) if finite.size else 1.0
    low = np.where(y.low_open, np.nextafter(y.low, np.inf), y.low)
    high = np.where(y.high_open, np.nextafter(y.high, -np.inf), y.high)
    return np.where(np.isfinite(low), low, -2.0 * edge - 1.0), np.where(
        np.isfinite(high), high, 2.0 * edge + 1.0
    )


def _starts(low: Floats, high: Floats, scores: Floats) -> tuple[Floats, ...]:
    middle = low + (high - low) / 2.0
    along = np.sort(middle)[np.argsort(np.argsort(scores, kind="stable"), kind="stable")]
    found = [np.clip(along, low, high), middle, low.copy(), high.copy()]
    free = np.flatnonzero(low < high)
    if free.size <= _ALL_ENDS:
        # With few intervals every choice of their ends is a start: a search from four may miss the last step.
        for chosen in itertools.product((False, True), repeat=free.size):
            start = low.copy()
            start[free] = np.where(chosen, high[free], low[free])
            found.append(start)
    return tuple(found)


def _spread_x(weights: Floats, scores: Floats, statistic: BoundedStatistic) -> float:
    if statistic == "kendall":
        return float(np.count_nonzero(weights))
    return float(np.sum((scores - scores.mean()) ** 2))


@dataclass(slots=True)
class _Task:
    """A search: antisymmetric weights of pairs (n, n), and ends that belong to the intervals (n,)."""

    weights: Floats
    low: Floats
    high: Floats
    statistic: BoundedStatistic
    spread_x: float
    numerator: float = 0.0

    def climb(self, start: Floats, sign: float) -> float:
        """The largest ``sign * correlation`` reached from a start."""
        y = start.copy()
        free = np.flatnonzero(self.low < self.high)
        self.numerator = float(np.sum(self.weights * np.sign(y[:, None] - y[None, :]))) / 2.0
        best = sign * self._correlation(y)
        for _ in range(_MOST_SWEEPS):
            before = best
            for i in free.tolist():
                best = max(best, self._move(y, i, sign, best))
            if not best > before + _SAME:
                break
        return best

    def _move(self, y: Floats, i: int, sign: float, best: float) -> float:
        """Put value `i` where the correlation is largest, the others as they are."""
        others = np.delete(y, i)
        order = np.argsort(others, kind="stable")
        others, pull = others[order], np.delete(self.weights[i], i)[order]
        inside = np.unique(others[(others >= self.low[i]) & (others <= self.high[i])])
        points = np.unique(np.concatenate([[self.low[i]], inside, [self.high[i]]]))
        places = np.unique(np.concatenate([points, points[:-1] + np.diff(points) / 2.0]))
        summed = np.concatenate([[0.0], np.cumsum(pull)])
        left, right = np.searchsorted(others, places, "left"), np.searchsorted(others, places, "right")
        own = summed[left] - (summed[-1] - summed[right])
        rest = self.numerator - float(np.sum(pull * np.sign(y[i] - others)))
        reached = sign * self._quotient(rest + own, others, right - left)
        chosen = int(np.argmax(reached))
        if reached[chosen] > best + _SAME:
            y[i] = places[chosen]
            self.numerator = rest + float(own[chosen])
            return float(reached[chosen])
        return best

    def _quotient(self, numerator: Floats, others: Floats, tied: Integers) -> Floats:
        n = others.size + 1
        sizes = np.unique(others, return_counts=True)[1].astype(np.float64)
        t = tied.astype(np.float64)
        if self.statistic == "kendall":
            spread = n * (n - 1) - float(np.sum(sizes * (sizes - 1))) - 2.0 * t
            scale = 2.0
        else:
            spread = (n**3 - n - float(np.sum(sizes**3 - sizes)) - 3.0 * t * (t + 1.0)) / 12.0
            scale = 0.5
        defined = spread > 0.0
        quotient = scale * numerator / np.sqrt(self.spread_x * np.where(defined, spread, 1.0))
        return np.where(defined, quotient, -np.inf if self.spread_x else np.nan)

    def _correlation(self, y: Floats) -> float:
        n = y.size
        if self.statistic == "kendall":
            sizes = np.unique(y, return_counts=True)[1].astype(np.float64)
            spread, scale = n * (n - 1) - float(np.sum(sizes * (sizes - 1))), 2.0
        else:
            spread, scale = (n**3 - n - tie_excess(y)) / 12.0, 0.5
        return scale * self.numerator / math.sqrt(self.spread_x * spread) if spread > 0.0 else -math.inf


def _outer(x: Floats, y: IntervalValues) -> tuple[float, float]:
    """tau-b if each undecided pair could choose its order, and those tied in x a tie in y or none."""
    n = x.size
    sign_x = np.sign(x[:, None] - x[None, :])
    sign_y = certain_order(y, slice(0, n)).astype(np.float64)
    exact = y.is_exact
    tied = exact[:, None] & exact[None, :] & (y.low[:, None] == y.low[None, :])
    undecided = (sign_y == 0) & ~tied & ~np.eye(n, dtype=np.bool_)
    free = int(np.count_nonzero(undecided & (sign_x != 0)))
    beside = int(np.count_nonzero(undecided & (sign_x == 0)))
    s = int(np.sum(sign_x * sign_y))
    n_decided = int(np.count_nonzero(sign_y))

    def furthest(numerator: int, outward: bool) -> float:
        spread_y = n_decided + free + (0 if outward else beside)
        width = math.sqrt(float(np.count_nonzero(sign_x))) * math.sqrt(spread_y)
        return min(1.0, max(-1.0, numerator / width)) if spread_y else math.nan

    return furthest(s - free, s - free < 0), furthest(s + free, s + free > 0)
