"""Do groups differ? Rank tests of two groups, of several, and of each pair.

Each result says which method was used, how many values there were and whether any were tied, and names
the program whose default it equals. Pairwise tests after Kruskal-Wallis use its common ranks (Dunn), as
SPSS does; they are not Mann-Whitney tests of the pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.permutation import exact_rank_sum_p, is_exact_feasible
from adcurate.statistics.ranks import midranks, tie_excess
from adcurate.statistics.values import at_least, finite_vector

MannWhitneyMethod = Literal["exact", "asymptotic", "asymptotic-continuity"]
PairAdjustment = Literal["none", "bonferroni", "holm"]

_EQUALS: dict[MannWhitneyMethod, str] = {
    "exact": "R coin wilcox_test(distribution = 'exact'); without ties also R wilcox.test(exact = TRUE)",
    "asymptotic": "SPSS asymptotic significance; R wilcox.test(exact = FALSE, correct = FALSE)",
    "asymptotic-continuity": "R wilcox.test default when values are tied or a group has 50 or more",
}


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """A two-sided Mann-Whitney (Wilcoxon rank-sum) test.

    `u_x` counts the pairs in which x exceeds y, ties as halves; ``u_x + u_y = n_x * n_y``. `z` is positive
    when x tends to be larger; it is tie-corrected, and continuity-corrected only when `method` says so
    (the exact p-value does not use it). `method` is the one used; `note` says why when it is not the one
    asked for. `equals` names programs that give the same p-value.
    """

    u_x: float
    u_y: float
    mean_rank_x: float
    mean_rank_y: float
    z: float
    p_value: float
    n_x: int
    n_y: int
    has_ties: bool
    method: MannWhitneyMethod
    equals: str
    note: str


@dataclass(frozen=True, slots=True)
class KruskalWallis:
    """A Kruskal-Wallis test; `groups`, `sizes` and `mean_ranks` stand in the same order.

    `h` is already divided by `tie_correction`, which is 1 without ties.
    """

    h: float
    df: int
    p_value: float
    n: int
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    mean_ranks: tuple[float, ...]
    tie_correction: float
    method: str
    equals: str


@dataclass(frozen=True, slots=True)
class DunnPair:
    """Two groups compared on their Kruskal-Wallis mean ranks; `z` is positive when the first is larger.

    `p_value` is adjusted by `adjust` over all pairs of the same call, and equals `p_unadjusted` for
    ``none``.
    """

    first: str
    second: str
    z: float
    p_unadjusted: float
    p_value: float
    adjust: PairAdjustment
    equals: str


def compare_mann_whitney(
    x: npt.ArrayLike, y: npt.ArrayLike, *, method: Literal["auto"] | MannWhitneyMethod = "auto"
) -> MannWhitney:
    """Test, two-sided, whether values of one group tend to be larger than those of another.

    The exact p-value is the share of all assignments of the pooled midranks to the groups whose rank sum
    is at least as far from its expectation; it is exact with ties, where tables for untied ranks are not.

    Parameters
    ----------
    x, y : (n_x,) and (n_y,), any one unit
        Finite, at least one each.
    method : {"auto", "exact", "asymptotic", "asymptotic-continuity"}
        ``auto`` is exact wherever that takes about a second (two groups of 100; 9 against 2000), with or
        without ties. Beyond, ``auto`` and ``exact`` become ``asymptotic`` and the result's note says so.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``;
        ``statistics.constant`` when all values are equal.

    Notes
    -----
    Mann and Whitney 1947; the exact distribution with ties as in Streitberg and Roehmel 1986. Checked
    against R's ``coin::wilcox_test`` and ``stats::wilcox.test``.

    Examples
    --------
    >>> result = compare_mann_whitney([1.1, 1.3, 1.4, 1.6], [0.7, 0.8, 0.9])
    >>> result.u_x, round(result.p_value, 4), result.method
    (12.0, 0.0571, 'exact')
    """
    if method != "auto" and method not in _EQUALS:
        raise StatisticsError(
            "statistics.option",
            "Mann-Whitney methods are auto, exact, asymptotic and asymptotic-continuity.",
            remedy="Choose one of these.",
        )
    first, second = finite_vector(x, "the first group"), finite_vector(y, "the second group")
    n_x = at_least(first.size, 1, "the first group")
    n_y = at_least(second.size, 1, "the second group")
    pooled = np.concatenate([first, second])
    _refuse_constant(pooled)
    ranks, excess = midranks(pooled), tie_excess(pooled)
    rank_sum = float(ranks[:n_x].sum())
    u_x = rank_sum - n_x * (n_x + 1) / 2.0
    used: MannWhitneyMethod = "exact" if method == "auto" else method
    note = ""
    if used == "exact" and not is_exact_feasible(ranks, n_x):
        used, note = "asymptotic", f"{n_x} against {n_y} values are too many for the exact distribution"

    distance = u_x - n_x * n_y / 2.0
    if used == "asymptotic-continuity":
        distance = math.copysign(max(abs(distance) - 0.5, 0.0), distance)
    z = distance / math.sqrt(_rank_variance(pooled.size, excess) * (n_x * n_y) / pooled.size)
    return MannWhitney(
        u_x=u_x,
        u_y=n_x * n_y - u_x,
        mean_rank_x=rank_sum / n_x,
        mean_rank_y=float(ranks[n_x:].sum()) / n_y,
        z=z,
        p_value=exact_rank_sum_p(ranks, n_x) if used == "exact" else _two_sided(z),
        n_x=n_x,
        n_y=n_y,
        has_ties=excess > 0.0,
        method=used,
        equals=_EQUALS[used],
        note=note,
    )


def compare_kruskal_wallis(groups: Mapping[str, npt.ArrayLike]) -> KruskalWallis:
    """Test whether any of several groups tends to larger values than another.

    H, divided by the tie correction, against chi-squared with one degree of freedom less than groups.

    Parameters
    ----------
    groups : mapping of name to (n_group,), any one unit
        At least two groups of at least one finite value.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``; ``statistics.constant``
        when all values are equal.

    Notes
    -----
    Kruskal and Wallis 1952. Checked against R's ``kruskal.test``.

    Examples
    --------
    >>> result = compare_kruskal_wallis({"G1": [1.4, 1.5], "G2": [1.1, 1.2], "G3": [0.7, 0.8]})
    >>> round(result.h, 3), result.df, result.mean_ranks
    (4.571, 2, (5.5, 3.5, 1.5))
    """
    names, sizes, ranks, excess = _rank_groups(groups)
    n = sum(sizes)
    mean_ranks = _means(ranks, sizes)
    between = math.fsum(
        size * (mean - (n + 1) / 2.0) ** 2 for size, mean in zip(sizes, mean_ranks, strict=True)
    )
    h = between / _rank_variance(n, excess)
    return KruskalWallis(
        h=h,
        df=len(names) - 1,
        p_value=float(chdtrc(len(names) - 1, h)),
        n=n,
        groups=names,
        sizes=sizes,
        mean_ranks=mean_ranks,
        tie_correction=1.0 - excess / (float(n) ** 3 - n),
        method="chi-squared approximation, tie-corrected",
        equals="SPSS; R kruskal.test",
    )


def compare_dunn(
    groups: Mapping[str, npt.ArrayLike], *, adjust: PairAdjustment = "bonferroni"
) -> tuple[DunnPair, ...]:
    """Compare each pair of groups on the mean ranks of all groups together.

    ``z = (mean_rank_i - mean_rank_j) / sqrt(s2 * (1/n_i + 1/n_j))`` with ``s2`` the variance of the pooled
    midranks, hence tie-corrected.

    Parameters
    ----------
    groups : mapping of name to (n_group,), any one unit
        At least two groups of at least one finite value.
    adjust : {"none", "bonferroni", "holm"}
        Over all pairs. ``bonferroni`` is what SPSS prints as adjusted significance.

    Returns
    -------
    tuple of DunnPair
        Pairs in the order of `groups`: first with second, first with third, and so on.

    Raises
    ------
    StatisticsError
        As `compare_kruskal_wallis`, and ``statistics.option``.

    Notes
    -----
    Dunn 1964; Holm 1979. Checked against an independent calculation in R and its ``p.adjust``.

    Examples
    --------
    >>> pairs = compare_dunn({"G1": [1.4, 1.5], "G2": [1.1, 1.2], "G3": [0.7, 0.8]})
    >>> [(pair.first, pair.second, round(pair.p_value, 3)) for pair in pairs]
    [('G1', 'G2', 0.855), ('G1', 'G3', 0.098), ('G2', 'G3', 0.855)]
    """
    names, sizes, ranks, excess = _rank_groups(groups)
    mean_ranks = _means(ranks, sizes)
    variance = _rank_variance(sum(sizes), excess)
    pairs = list(combinations(range(len(names)), 2))
    z_scores = [
        (mean_ranks[i] - mean_ranks[j]) / math.sqrt(variance * (1.0 / sizes[i] + 1.0 / sizes[j]))
        for i, j in pairs
    ]
    unadjusted = [_two_sided(z) for z in z_scores]
    equals = {
        "none": "SPSS significance of pairwise comparisons",
        "bonferroni": "SPSS adjusted significance of pairwise comparisons (its default)",
        "holm": "R p.adjust(method = 'holm') on Dunn's p-values",
    }
    if adjust not in equals:
        raise StatisticsError(
            "statistics.option",
            "Adjustments over pairs are none, bonferroni and holm.",
            remedy="Choose one of these.",
        )
    return tuple(
        DunnPair(names[i], names[j], z, raw, adjusted, adjust, equals[adjust])
        for (i, j), z, raw, adjusted in zip(
            pairs, z_scores, unadjusted, _adjusted(unadjusted, adjust), strict=True
        )
    )


def _adjusted(p_values: list[float], adjust: PairAdjustment) -> list[float]:
    n = len(p_values)
    if adjust == "none":
        return p_values
    if adjust == "bonferroni":
        return [min(1.0, n * p) for p in p_values]
    ascending = sorted(range(n), key=lambda i: p_values[i])
    adjusted, largest = list(p_values), 0.0
    for step, i in enumerate(ascending):
        largest = max(largest, min(1.0, (n - step) * p_values[i]))
        adjusted[i] = largest
    return adjusted


def _rank_groups(
    groups: Mapping[str, npt.ArrayLike],
) -> tuple[tuple[str, ...], tuple[int, ...], Floats, float]:
    at_least(len(groups), 2, "the comparison's groups")
    vectors = [finite_vector(values, f"group {name}") for name, values in groups.items()]
    sizes = tuple(
        at_least(vector.size, 1, f"group {name}") for name, vector in zip(groups, vectors, strict=True)
    )
    pooled = np.concatenate(vectors)
    _refuse_constant(pooled)
    return tuple(groups), sizes, midranks(pooled), tie_excess(pooled)


def _means(ranks: Floats, sizes: tuple[int, ...]) -> tuple[float, ...]:
    parts = np.split(ranks, np.cumsum(sizes)[:-1])
    return tuple(float(part.sum()) / part.size for part in parts)


def _rank_variance(n: int, excess: float) -> float:
    """Sample variance of the pooled midranks."""
    return n * (n + 1) / 12.0 - excess / (12.0 * (n - 1))


def _two_sided(z: float) -> float:
    return float(2.0 * ndtr(-abs(z)))


def _refuse_constant(pooled: Floats) -> None:
    if np.all(pooled == pooled[0]):
        raise StatisticsError(
            "statistics.constant",
            "All values are equal, so no group can tend to larger ones.",
            remedy="Check the column, and the resolution at which values count as tied.",
            n=pooled.size,
        )
