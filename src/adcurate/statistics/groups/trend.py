"""Does a marker rise or fall from grade to grade? The Jonckheere-Terpstra test of ordered groups.

It counts, over all pairs of lesions of different groups, those in which the later group has the larger
value. That is Kendall's S between group and value, so the test of Kendall's tau against the grade is this
same test. The exact distribution holds with ties: it is built value by value, as the groups' lesions could
have been dealt out over the values that were seen.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.values import at_least, finite_vector, to_resolution

Alternative = Literal["two-sided", "increasing", "decreasing"]
TrendMethod = Literal["auto", "exact", "asymptotic"]

_ALTERNATIVES: Final = ("two-sided", "increasing", "decreasing")
# Steps of the exact distribution, and additions in all: a second or two on one core.
_MOST_STEPS = 150_000
_MOST_ADDITIONS = 400_000_000


@dataclass(frozen=True, slots=True)
class JonckheereTerpstra:
    """A test of ordered groups.

    `statistic` counts the pairs of lesions of different groups in which the later group has the larger
    value, ties as halves; `n_pairs` is how many such pairs there are, and `share` is their quotient: above
    one half the marker rises with the groups' order. `expected` and `standard_deviation` are those of the
    statistic without any trend, given the ties. `method` is the one used.
    """

    statistic: float
    n_pairs: int
    share: float
    expected: float
    standard_deviation: float
    z: float
    p_value: float
    alternative: Alternative
    n: int
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    has_ties: bool
    method: Literal["exact", "asymptotic"]
    equals: str
    findings: tuple[Finding, ...]


def compare_jonckheere_terpstra(
    groups: Mapping[str, npt.ArrayLike],
    *,
    alternative: Alternative,
    method: TrendMethod = "auto",
    resolution: float | None = None,
) -> JonckheereTerpstra:
    """Test whether values rise or fall with the order of the groups.

    The alternative is an order of the groups, which gives more power than Kruskal-Wallis against an ordered
    change, and none against a change that turns back.

    Parameters
    ----------
    groups : mapping of name to (n_group,), any one unit
        In their order, lowest grade first: at least two groups of at least one finite value.
    alternative : {"two-sided", "increasing", "decreasing"}
        One-sided only when it was planned before the values were seen.
    method : {"auto", "exact", "asymptotic"}
        ``exact``: every way of dealing the lesions to the groups is equally likely; ties are kept. The
        two-sided p-value is the share of ways at least as far from the expectation. ``asymptotic``: normal,
        tie-corrected, without continuity correction. ``auto`` is exact where that takes a second or two.
    resolution : unit of the values
        Values that round to the same multiple are ties. None: only equal numbers are.

    Returns
    -------
    JonckheereTerpstra
        ``trend.asymptotic`` is found when the exact distribution was asked for and is too large.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``;
        ``statistics.constant`` when all values are equal.

    Notes
    -----
    Terpstra 1952; Jonckheere 1954; variance with ties: Hollander, Wolfe and Chicken 2014, eq. 6.19. Checked
    against complete enumeration in R and against ``cor.test(method = "kendall", exact = FALSE)``.

    Examples
    --------
    >>> adc = {"G1": [1.42, 1.31, 1.25], "G2": [1.31, 1.10], "G3": [0.95, 0.88, 0.70]}
    >>> trend = compare_jonckheere_terpstra(adc, alternative="two-sided")
    >>> trend.statistic, trend.n_pairs, round(trend.p_value, 4), trend.method
    (1.5, 21, 0.0143, 'exact')
    """
    if alternative not in _ALTERNATIVES or method not in ("auto", "exact", "asymptotic"):
        raise StatisticsError(
            "statistics.option",
            "A trend test is two-sided, increasing or decreasing, and auto, exact or asymptotic.",
            remedy="Name one of each.",
        )
    at_least(len(groups), 2, "the ordered groups")
    vectors = [
        to_resolution(finite_vector(values, f"group {name}"), resolution) for name, values in groups.items()
    ]
    sizes = [at_least(vector.size, 1, f"group {name}") for name, vector in zip(groups, vectors, strict=True)]
    pooled = np.concatenate(vectors)
    if np.all(pooled == pooled[0]):
        raise StatisticsError(
            "statistics.constant",
            "All values are equal, so no group can tend to larger ones.",
            remedy="Check the column, and the resolution at which values count as tied.",
            n=pooled.size,
        )
    ties = np.unique(pooled, return_counts=True)[1]
    doubled = _doubled_statistic(vectors)
    n_pairs = (pooled.size**2 - sum(size**2 for size in sizes)) // 2
    deviation = math.sqrt(trend_variance(np.array(sizes), ties))
    z = (doubled - n_pairs) / 2.0 / deviation
    used: Literal["exact", "asymptotic"] = "asymptotic"
    findings: tuple[Finding, ...] = ()
    if method != "asymptotic":
        if _is_exact_feasible(sizes, ties, n_pairs):
            used = "exact"
        elif method == "exact":
            findings = (_ASYMPTOTIC,)
    p_value = (
        _exact_p(sizes, ties, n_pairs, doubled, alternative) if used == "exact" else _normal_p(z, alternative)
    )
    return JonckheereTerpstra(
        statistic=doubled / 2.0,
        n_pairs=n_pairs,
        share=doubled / (2.0 * n_pairs),
        expected=n_pairs / 2.0,
        standard_deviation=deviation,
        z=z,
        p_value=p_value,
        alternative=alternative,
        n=pooled.size,
        groups=tuple(groups),
        sizes=tuple(sizes),
        has_ties=bool(ties.max() > 1),
        method=used,
        equals="SPSS Jonckheere-Terpstra (exact)"
        if used == "exact"
        else "SPSS Jonckheere-Terpstra (asymptotic); R cor.test(method = 'kendall', exact = FALSE)",
        findings=findings,
    )


def trend_variance(sizes: Integers, ties: Integers) -> float:
    """Return the variance of the pairs counted, without a trend, given group sizes and sizes of ties."""
    g, t = sizes.astype(np.float64), ties.astype(np.float64)
    n = float(g.sum())
    first = n * (n - 1) * (2 * n + 5)
    first -= float(np.sum(g * (g - 1) * (2 * g + 5)) + np.sum(t * (t - 1) * (2 * t + 5)))
    variance = first / 72.0
    variance += float(np.sum(g * (g - 1)) * np.sum(t * (t - 1))) / (8.0 * n * (n - 1))
    if n > 2:
        triples = float(np.sum(g * (g - 1) * (g - 2)) * np.sum(t * (t - 1) * (t - 2)))
        variance += triples / (36.0 * n * (n - 1) * (n - 2))
    return variance


def _doubled_statistic(vectors: list[Floats]) -> int:
    """Twice the pairs counted, a whole number: each group against all earlier ones together."""
    doubled = 0
    earlier = np.sort(vectors[0])
    for vector in vectors[1:]:
        doubled += int(np.searchsorted(earlier, vector, "left").sum())
        doubled += int(np.searchsorted(earlier, vector, "right").sum())
        earlier = np.sort(np.concatenate([earlier, vector]))
    return doubled


def _normal_p(z: float, alternative: Alternative) -> float:
    if alternative == "two-sided":
        return float(2.0 * ndtr(-abs(z)))
    return float(ndtr(-z if alternative == "increasing" else z))


def _is_exact_feasible(sizes: list[int], ties: Integers, n_pairs: int) -> bool:
    """Estimate the steps of `_chances` from above without making one."""
    if ties.size * (2.0 * n_pairs + 1.0) > _MOST_ADDITIONS:
        return False
    states = np.ones(1)
    for size in sizes:
        states = np.convolve(states, np.ones(size + 1))
    placed = np.concatenate([[0], np.cumsum(ties)[:-1]])
    k = len(sizes)
    steps = 0.0
    for before, tied in zip(placed.tolist(), ties.tolist(), strict=True):
        after = float(states[before + tied])
        steps += float(states[before]) * min(float(math.comb(tied + k - 1, k - 1)), after)
        if steps > _MOST_STEPS:
            return False
    return steps * (2 * n_pairs + 1) <= _MOST_ADDITIONS


def _exact_p(sizes: list[int], ties: Integers, n_pairs: int, doubled: int, alternative: Alternative) -> float:
    chance = _chances(sizes, ties.tolist(), n_pairs)
    value = np.arange(chance.size)
    if alternative == "increasing":
        counted = value >= doubled
    elif alternative == "decreasing":
        counted = value <= doubled
    else:
        counted = np.abs(value - n_pairs) >= abs(doubled - n_pairs)
    return min(1.0, float(chance[counted].sum()))


def _chances(sizes: list[int], ties: list[int], n_pairs: int) -> Floats:
    """Probability of each doubled statistic, (2 n_pairs + 1,).

    A state is how many lesions of each group have been dealt out to the values so far, smallest value first.
    """
    k, length = len(sizes), 2 * n_pairs + 1
    start = np.zeros(length)
    start[0] = 1.0
    states: dict[tuple[int, ...], Floats] = {(0,) * k: start}
    left = sum(sizes)
    for tied in ties:
        reached: dict[tuple[int, ...], Floats] = {}
        ways = math.comb(left, tied)
        for state, chance in states.items():
            room = [size - used for size, used in zip(sizes, state, strict=True)]
            highest = int(np.flatnonzero(chance)[-1]) + 1
            for dealt in _deals(tied, room):
                gain, below, together = 0, 0, 0
                share = 1
                for own, used, free in zip(dealt, state, room, strict=True):
                    gain += own * (2 * below + together)
                    below += used
                    together += own
                    share *= math.comb(free, own)
                after = tuple(used + own for used, own in zip(state, dealt, strict=True))
                if after not in reached:
                    reached[after] = np.zeros(length)
                reached[after][gain : gain + highest] += (share / ways) * chance[:highest]
        states, left = reached, left - tied
    return states[tuple(sizes)]


def _deals(tied: int, room: list[int]) -> list[tuple[int, ...]]:
    """Every way to take `tied` lesions from groups with `room` left."""
    if tied == 1:
        k = len(room)
        return [(0,) * i + (1,) + (0,) * (k - i - 1) for i in range(k) if room[i]]
    heads = product(*(range(min(tied, free) + 1) for free in room[:-1]))
    return [(*head, tied - sum(head)) for head in heads if 0 <= tied - sum(head) <= room[-1]]


_ASYMPTOTIC: Final = Finding(
    "trend.asymptotic",
    "The groups are too large for the exact distribution of the trend test; the normal approximation, "
    "corrected for ties, was used.",
    severity="note",
)
