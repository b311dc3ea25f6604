"""Does a marker rise with a quantity that is known only as an interval? Kendall's tau for ranges and bounds.

A Ki-67 of "3-5" lies somewhere from 3 to 5. A pair of cases is in order when their intervals leave no doubt;
otherwise it is undecided, and is counted as such. No midpoint is ever taken. How far the correlation could
go, whatever the true values are, is a question of its own: `bound_correlation`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.marker import require_generator
from adcurate.statistics.values import at_least, finite_vector, to_resolution

IntervalTest = Literal["asymptotic", "permutation"]

_BLOCK_PAIRS = 1 << 22
# Half of the pairs undecided: what is left says little about the rest.
_MANY_UNDECIDED = 0.5


@dataclass(frozen=True, slots=True)
class IntervalValues:
    """Values known to lie from `low` to `high`, (n,) each; equal ends are an exact value.

    An end that is `open` does not belong: "<1" ends openly at 1. Infinite ends are open-ended bounds.
    """

    low: Floats
    high: Floats
    low_open: Bools
    high_open: Bools

    @property
    def is_exact(self) -> Bools:
        """(n,) True where the value is known."""
        return np.asarray(self.low == self.high)

    def take(self, order: npt.NDArray[np.int64]) -> IntervalValues:
        """The values in this order."""
        return IntervalValues(self.low[order], self.high[order], self.low_open[order], self.high_open[order])


@dataclass(frozen=True, slots=True)
class IntervalKendall:
    """Kendall's tau between a marker and values known as intervals.

    `concordant`, `discordant`, `tied` (in the marker, or exact values that are equal) and `undecided` sum to
    n(n - 1)/2 pairs. `tau` is tau-b with undecided pairs counted as ties, which draws it toward zero; `gamma`
    is (concordant - discordant) over the two, as if the undecided pairs would divide like the decided.
    `z` is from the permutation variance.
    """

    tau: float
    gamma: float
    s: int
    z: float
    p_value: float
    method: IntervalTest
    concordant: int
    discordant: int
    tied: int
    undecided: int
    n: int
    n_exact: int
    n_permutations: int
    findings: tuple[Finding, ...]

    @property
    def undecided_share(self) -> float:
        """The share of all pairs whose order the intervals leave open."""
        return self.undecided / (self.n * (self.n - 1) / 2)


def interval_values(
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    *,
    low_open: npt.ArrayLike | None = None,
    high_open: npt.ArrayLike | None = None,
) -> IntervalValues:
    """Check intervals, (n,) each; ends may be infinite, equal ends are an exact value.

    Raises
    ------
    StatisticsError
        ``statistics.shape`` for vectors of different lengths, or a falling interval;
        ``statistics.not-finite`` for NaN, or an exact value that is infinite.

    Examples
    --------
    >>> values = interval_values([0.0, 3.0, 18.0], [1.0, 5.0, 18.0], high_open=[True, False, False])
    >>> values.is_exact.tolist()
    [False, False, True]
    """
    ends = []
    for end, name in ((low, "the lower ends"), (high, "the upper ends")):
        array = np.asarray(end, dtype=np.float64)
        if array.ndim != 1:
            raise _shape("Each value has one lower and one upper end.")
        if np.any(np.isnan(array)):
            raise StatisticsError(
                "statistics.not-finite",
                f"{name.capitalize()} must be numbers; an open-ended bound is written as infinite.",
                remedy="Leave out the lesions without a value, and report how many.",
                n_missing=int(np.count_nonzero(np.isnan(array))),
            )
        ends.append(array)
    lower, upper = ends
    opens = [
        np.zeros(lower.shape, dtype=np.bool_) if flags is None else np.asarray(flags, dtype=np.bool_)
        for flags in (low_open, high_open)
    ]
    if any(vector.shape != lower.shape for vector in (upper, *opens)):
        raise _shape("Lower and upper ends must be vectors of the same length.")
    if np.any(lower > upper) or np.any((lower == upper) & (opens[0] | opens[1])):
        raise _shape("An interval must hold a value: its lower end lies above its upper end, or is left out.")
    if np.any((lower == upper) & ~np.isfinite(lower)):
        raise StatisticsError(
            "statistics.not-finite",
            "An exact value must be finite.",
            remedy="Write a bound with one finite end.",
        )
    return IntervalValues(lower, upper, opens[0], opens[1])


def estimate_interval_kendall(
    x: npt.ArrayLike,
    y: IntervalValues,
    *,
    method: IntervalTest,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_permutations: int = 10_000,
) -> IntervalKendall:
    """Estimate Kendall's tau of a marker and values known as intervals, and test that there is no relation.

    ``S`` counts pairs in the same order less pairs in opposite order, over the pairs whose order is certain.
    Under the null hypothesis, that markers are exchangeable over the intervals, the variance of S over all
    permutations is known (Daniels 1944) whatever the ties and the undecided pairs. The price: an interval's
    width must not depend on the marker.

    Parameters
    ----------
    x : (n,), any unit
        Finite, at least four.
    y : IntervalValues
        (n,), of the same cases.
    method : {"asymptotic", "permutation"}
        Of the two-sided p-value: S over its permutation standard deviation against a normal distribution, or
        the share of `n_permutations` random permutations with |S| as large, the observed one counted.
    resolution : unit of `x`
        Values of `x` that round to the same multiple are ties.

    Returns
    -------
    IntervalKendall
        ``interval.many-undecided`` is found when half of the pairs or more are undecided.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``;
        ``statistics.constant`` when no pair is decided.

    Notes
    -----
    Daniels 1944 (general coefficient and its variance); Brown, Hollander and Korwar 1974 (censored values).
    For right-censored values the counts are those of R's ``survival::concordance``. Time grows with n^2.
    Checked against direct counts, all permutations of small samples and ``survival`` in R.

    Examples
    --------
    >>> ki67 = interval_values([0, 3, 2, 18, 20], [1, 5, 4, 18, 100])
    >>> result = estimate_interval_kendall([1.5, 1.2, 1.3, 0.9, 0.7], ki67, method="asymptotic")
    >>> result.concordant, result.discordant, result.undecided, round(result.tau, 3)
    (0, 9, 1, -0.949)
    """
    if method not in ("asymptotic", "permutation"):
        raise StatisticsError(
            "statistics.option",
            "The test is asymptotic or permutation.",
            remedy="Name one of the two.",
        )
    marker = to_resolution(finite_vector(x, "the marker"), resolution)
    n = at_least(marker.size, 4, "the pairs")
    if y.low.size != n:
        raise _shape("The marker and the intervals must have the same length.")
    order = np.lexsort((y.high, y.low, marker))
    marker, values = marker[order], y.take(order)
    counts = _count(marker, values)
    if counts.squares_x == 0 or counts.squares_y == 0:
        raise StatisticsError(
            "statistics.constant",
            "The marker does not differ, or no two intervals have a certain order.",
            remedy="Check the columns; without decided pairs nothing can be said.",
            n=n,
        )
    s = (counts.concordant - counts.discordant) // 2
    deviation = math.sqrt(counts.variance(n))
    z = s / deviation if deviation > 0.0 else 0.0
    if method == "permutation":
        p_value = _permutation_p(marker, values, s, require_generator(rng), n_permutations)
    else:
        p_value = float(2.0 * ndtr(-abs(z)))
    decided = counts.concordant + counts.discordant
    undecided = counts.undecided // 2
    n_pairs = n * (n - 1) // 2
    return IntervalKendall(
        tau=2 * s / math.sqrt(counts.squares_x) / math.sqrt(counts.squares_y),
        gamma=2 * s / decided if decided else math.nan,
        s=s,
        z=z,
        p_value=p_value,
        method=method,
        concordant=counts.concordant // 2,
        discordant=counts.discordant // 2,
        tied=n_pairs - decided // 2 - undecided,
        undecided=undecided,
        n=n,
        n_exact=int(np.count_nonzero(values.is_exact)),
        n_permutations=n_permutations if method == "permutation" else 0,
        findings=(_MANY,) if undecided >= _MANY_UNDECIDED * n_pairs else (),
    )


def certain_order(values: IntervalValues, rows: slice) -> npt.NDArray[np.int8]:
    """Return (rows, n): 1 where the row's value is certainly larger, -1 smaller, 0 tied or undecided."""
    low, high = values.low, values.high
    touch_above = values.low_open[rows, None] | values.high_open[None, :]
    touch_below = values.high_open[rows, None] | values.low_open[None, :]
    larger = (low[rows, None] > high[None, :]) | ((low[rows, None] == high[None, :]) & touch_above)
    smaller = (high[rows, None] < low[None, :]) | ((high[rows, None] == low[None, :]) & touch_below)
    return np.asarray(larger.astype(np.int8) - smaller.astype(np.int8), dtype=np.int8)


@dataclass(slots=True)
class _Counts:
    """Sums over ordered pairs, so every pair twice; the squares are those of the row sums of the signs."""

    concordant: int = 0
    discordant: int = 0
    undecided: int = 0
    squares_x: int = 0
    squares_y: int = 0
    row_squares_x: int = 0
    row_squares_y: int = 0

    def variance(self, n: int) -> float:
        """Daniels' variance of S over all permutations; S is half the sum over ordered pairs."""
        triples = float(self.row_squares_x - self.squares_x) * float(self.row_squares_y - self.squares_y)
        pairs = 2.0 * float(self.squares_x) * float(self.squares_y) / (n * (n - 1.0))
        return (4.0 * triples / (n * (n - 1.0) * (n - 2.0)) + pairs) / 4.0


def _blocks(n: int) -> Iterator[slice]:
    height = max(1, _BLOCK_PAIRS // n)
    for start in range(0, n, height):
        yield slice(start, min(start + height, n))


def _count(x: Floats, y: IntervalValues) -> _Counts:
    total = _Counts()
    exact = y.is_exact
    everyone = np.arange(x.size)
    for rows in _blocks(x.size):
        sign_x = np.sign(x[rows, None] - x[None, :]).astype(np.int8)
        sign_y = certain_order(y, rows)
        both = sign_x * sign_y
        tied_y = exact[rows, None] & exact[None, :] & (y.low[rows, None] == y.low[None, :])
        open_pair = (sign_x != 0) & (sign_y == 0) & ~tied_y & (everyone[rows, None] != everyone[None, :])
        total.concordant += int(np.count_nonzero(both > 0))
        total.discordant += int(np.count_nonzero(both < 0))
        total.undecided += int(np.count_nonzero(open_pair))
        total.squares_x += int(np.count_nonzero(sign_x))
        total.squares_y += int(np.count_nonzero(sign_y))
        total.row_squares_x += int(np.sum(sign_x.sum(axis=1, dtype=np.int64) ** 2))
        total.row_squares_y += int(np.sum(sign_y.sum(axis=1, dtype=np.int64) ** 2))
    return total


def _permutation_p(
    x: Floats, y: IntervalValues, s: int, rng: np.random.Generator, n_permutations: int
) -> float:
    if n_permutations < 1:
        raise StatisticsError(
            "statistics.option",
            "A permutation test needs at least one permutation.",
            remedy="Ask for 10,000 or more.",
        )
    n = x.size
    if n * n * n_permutations > 20_000_000_000:
        raise StatisticsError(
            "statistics.option",
            "So many cases and permutations would take too long.",
            remedy="Ask for the asymptotic test, which is good for many cases.",
            n=n,
        )
    sign_x = np.sign(x[:, None] - x[None, :]).astype(np.float32)
    sign_y = certain_order(y, slice(0, n)).astype(np.float32)
    as_far = 1
    for _ in range(n_permutations):
        order = rng.permutation(n)
        # A row of signs adds up to a whole number that a 32-bit float holds exactly.
        drawn = float(np.einsum("ij,ij->i", sign_x[order][:, order], sign_y).sum(dtype=np.float64)) / 2.0
        as_far += abs(drawn) >= abs(s)
    return as_far / (n_permutations + 1)


def _shape(sentence: str) -> StatisticsError:
    return StatisticsError(
        "statistics.shape",
        sentence,
        remedy="Give a lower and an upper end for each lesion; equal ends for an exact value.",
    )


_MANY: Final = Finding(
    "interval.many-undecided",
    "The ranges leave half of the pairs or more undecided: tau is drawn toward zero, and other values within "
    "the ranges could say something else.",
)
