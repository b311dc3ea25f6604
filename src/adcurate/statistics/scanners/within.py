"""How well does the marker separate the classes if only cases of the same scanner are compared?

A difference between scanners that adds to every value of one of them can make, or hide, an area that counts
pairs across scanners. Counting only pairs within a stratum removes it, whatever its size, without a model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtr, ndtri

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction, check_case_vectors, rule_of
from adcurate.statistics.ranks import midranks
from adcurate.statistics.scanners.strata import check_strata

_MOST_ADDITIONS = 200_000_000


@dataclass(frozen=True, slots=True)
class WithinAuc:
    """The area from pairs within strata: ``(concordant_pairs + tied_pairs / 2) / n_pairs``.

    `n_pairs` of the `n_all_pairs` pairs of a positive with a negative case lie within a stratum;
    `n_strata_used` of the `n_strata` hold both classes, with `n_used` cases. `p_value` tests the sum of
    wins over all permutations within strata (`p_method` says whether it is exact). `van_elteren_z` and
    `van_elteren_p` are the same with each stratum weighted by ``1 / (n + 1)``; z is positive when positive
    cases are the more suspicious.
    """

    value: float
    standard_error: float
    interval: Interval
    n_pairs: int
    n_all_pairs: int
    concordant_pairs: int
    tied_pairs: int
    n_used: int
    n: int
    n_strata_used: int
    n_strata: int
    p_value: float
    p_method: str
    van_elteren_z: float
    van_elteren_p: float
    direction: Direction
    findings: tuple[Finding, ...]


def estimate_within_auc(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    stratum: Sequence[str],
    *,
    direction: Direction,
    level: float = 0.95,
    resolution: float | None = None,
) -> WithinAuc:
    """Estimate the area under the curve from pairs of cases of the same stratum, and test it.

    Strata count by their number of pairs, as in Mantel and Haenszel's estimate. The standard error is the
    infinitesimal jackknife over cases, which needs no stratum to be large; the interval is made on the logit
    scale. A stratum without both classes counts for nothing.

    Parameters
    ----------
    marker : (n,), any unit
        Finite values.
    positive : (n,), boolean
        The reference standard.
    stratum : (n,)
        The scanner of each case, as text.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Returns
    -------
    WithinAuc
        The interval is NaN where every pair agrees, or none does (``within.no-variance``). With one
        stratum the standard error is DeLong's with divisors n in place of n - 1.

    Raises
    ------
    StatisticsError
        ``statistics.collinear`` if no stratum holds both classes; ``statistics.shape``,
        ``statistics.not-finite``, ``statistics.option``, ``statistics.too-few``

    Notes
    -----
    Van Elteren 1960; Newson 2006 (within-strata Somers' D). Checked against R's ``survival::concordance``
    with ``strata()`` (area, standard error) and ``coin::independence_test`` on within-stratum ranks (both
    tests); the exact p-value against an enumeration.

    Examples
    --------
    >>> adc = [0.8, 0.9, 1.2, 1.8, 1.9, 2.2]
    >>> high = [True, False, False, True, False, False]
    >>> within = estimate_within_auc(adc, high, ["A"] * 3 + ["B"] * 3, direction="low")
    >>> within.value, within.n_pairs, within.n_all_pairs, round(within.p_value, 3)
    (1.0, 4, 8, 0.222)
    """
    check_level(level)
    rule_of(direction)
    values, flags = check_case_vectors(marker, positive, resolution)
    names = check_strata(stratum, flags.size)
    suspicion = -values if direction == "low" else values
    concordant = tied = n_pairs = n_used = n_used_strata = 0
    wins, pairs = np.zeros(flags.size), np.zeros(flags.size)
    rank_sets: list[tuple[Integers, int, int]] = []
    for name in np.unique(names):
        own = np.flatnonzero(names == name)
        high, low = own[flags[own]], own[~flags[own]]
        if high.size == 0 or low.size == 0:
            continue
        sign = np.sign(suspicion[high][:, None] - suspicion[low][None, :])
        concordant += int(np.count_nonzero(sign > 0))
        tied += int(np.count_nonzero(sign == 0))
        won = (sign + 1.0) / 2.0
        wins[high], wins[low] = won.sum(axis=1), won.sum(axis=0)
        pairs[high], pairs[low] = low.size, high.size
        n_pairs += high.size * low.size
        n_used += own.size
        n_used_strata += 1
        both = np.concatenate([high, low])
        doubled = np.rint(2.0 * midranks(suspicion[both])).astype(np.int64)
        rank_sets.append((doubled, high.size, int(doubled[: high.size].sum())))
    if n_pairs == 0:
        raise StatisticsError(
            "statistics.collinear",
            "No scanner holds cases of both classes, so no pair lies within a scanner.",
            remedy="Name fewer columns, or add cases of both classes on one scanner.",
            n=flags.size,
        )
    value = (2 * concordant + tied) / (2 * n_pairs)
    standard_error = math.sqrt(float(np.sum((wins - value * pairs) ** 2))) / n_pairs
    findings = []
    if standard_error == 0.0 or value in (0.0, 1.0):
        findings.append(_NO_VARIANCE)
        limits = Interval(math.nan, math.nan, level, "infinitesimal-jackknife-logit")
    else:
        half = float(ndtri((1.0 + level) / 2.0)) * standard_error / (value * (1.0 - value))
        centre = float(logit(value))
        limits = Interval(
            float(expit(centre - half)), float(expit(centre + half)), level, "infinitesimal-jackknife-logit"
        )
    p_value, p_method = _sum_test(rank_sets)
    z = _standardized(rank_sets, [1.0 / (ranks.size + 1) for ranks, _, _ in rank_sets])
    n_positive = int(np.count_nonzero(flags))
    return WithinAuc(
        value=value,
        standard_error=standard_error,
        interval=limits,
        n_pairs=n_pairs,
        n_all_pairs=n_positive * (flags.size - n_positive),
        concordant_pairs=concordant,
        tied_pairs=tied,
        n_used=n_used,
        n=flags.size,
        n_strata_used=n_used_strata,
        n_strata=int(np.unique(names).size),
        p_value=p_value,
        p_method=p_method,
        van_elteren_z=z,
        van_elteren_p=2.0 * float(ndtr(-abs(z))),
        direction=direction,
        findings=tuple(findings),
    )


def _sum_test(rank_sets: list[tuple[Integers, int, int]]) -> tuple[float, str]:
    """Two-sided p-value of the sum over strata of the positives' rank sums."""
    additions = sum(ranks.size * m * int(np.sort(ranks)[-m:].sum()) for ranks, m, _ in rank_sets)
    if all(np.all(ranks == ranks[0]) for ranks, _, _ in rank_sets):
        return 1.0, "all tied within strata"
    if additions > _MOST_ADDITIONS:
        z = _standardized(rank_sets, [1.0] * len(rank_sets))
        return 2.0 * float(ndtr(-abs(z))), "normal approximation, within strata"
    chance = np.ones(1)
    for ranks, m, _ in rank_sets:
        chance = np.convolve(chance, _rank_sum_chances(ranks, m))
    observed = sum(total for _, _, total in rank_sets)
    centre = sum(m * (ranks.size + 1) for ranks, m, _ in rank_sets)
    distance = np.abs(np.arange(chance.size) - centre)
    return min(1.0, float(chance[distance >= abs(observed - centre)].sum())), "exact, within strata"


def _rank_sum_chances(ranks: Integers, m: int) -> Floats:
    """Probability of each sum of m of these whole numbers drawn without replacement."""
    n, most = ranks.size, int(np.sort(ranks)[-m:].sum())
    table = np.zeros((m + 1, most + 1))
    table[0, 0] = 1.0
    for i, rank in enumerate(sorted(ranks.tolist())):  # sorted: the same bits for any order of the cases
        taken = np.clip((m - np.arange(m + 1)) / (n - i), 0.0, 1.0)[:, None]
        moved = (table * taken)[:-1, : most + 1 - rank]
        table *= 1.0 - taken
        table[1:, rank:] += moved
    return np.asarray(table[m])


def _standardized(rank_sets: list[tuple[Integers, int, int]], weights: list[float]) -> float:
    """The weighted sum of rank sums in units of its permutation standard deviation; NaN without spread."""
    distance = variance = 0.0
    for (ranks, m, observed), weight in zip(rank_sets, weights, strict=True):
        n = ranks.size
        distance += weight * (observed - m * (n + 1))
        spread = float(np.sum((ranks - (n + 1.0)) ** 2)) / (n * (n - 1))
        variance += weight**2 * m * (n - m) * spread
    return distance / math.sqrt(variance) if variance > 0.0 else math.nan


_NO_VARIANCE = Finding(
    "within.no-variance",
    "Every pair within a scanner agrees, or none differs: the standard error is zero and no interval can be "
    "made of it.",
)
