"""Do two quantities rise together, pair by pair? Kendall's tau and its relatives, ties counted as ties.

A pair of cases is concordant when both quantities put it in the same order. tau-b, tau-c, gamma and Somers'
d share the numerator ``S = concordant - discordant`` and differ in what they do with tied pairs, so all are
given and the protocol names the one it reports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.correlation.pairs import count_case_pairs, dense_ranks
from adcurate.statistics.groups.trend import trend_variance
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import require_generator
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_replicates,
    count_undefined,
    jackknife_replicates,
    percentile_interval,
)
from adcurate.statistics.values import at_least, finite_pair, to_resolution

KendallInterval = Literal["fieller", "delta", "percentile-bootstrap", "bca-bootstrap", "none"]
KendallMethod = Literal["auto", "exact", "asymptotic", "asymptotic-continuity"]

_INTERVALS: Final = ("fieller", "delta", "percentile-bootstrap", "bca-bootstrap", "none")
_METHODS: Final = ("auto", "exact", "asymptotic", "asymptotic-continuity")
_LARGEST_EXACT = 200


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient and its large-sample standard error for a true value that need not be 0; or NaN."""

    value: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class KendallEstimate:
    """Kendall's tau-b with its test and interval, and the coefficients that share its numerator.

    `concordant`, `discordant`, `tied_x_only`, `tied_y_only` and `tied_both` sum to n(n - 1)/2 pairs. `s` is
    concordant minus discordant. `somers_d` takes y as the outcome: pairs tied in x are left out. `interval`
    is of tau-b. `n_undefined` counts bootstrap resamples without a tau-b (all values tied).
    """

    tau_b: Coefficient
    tau_c: Coefficient
    gamma: Coefficient
    somers_d: Coefficient
    interval: Interval | None
    s: int
    z: float
    p_value: float
    p_method: str
    concordant: int
    discordant: int
    tied_x_only: int
    tied_y_only: int
    tied_both: int
    n: int
    n_resamples: int
    n_undefined: int
    equals: str
    findings: tuple[Finding, ...]


def estimate_kendall(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    interval: KendallInterval,
    method: KendallMethod = "auto",
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 10_000,
) -> KendallEstimate:
    """Estimate Kendall's tau-b, tau-c, Goodman and Kruskal's gamma and Somers' d, and test that S is zero.

    The intervals of tau-b: ``fieller``, ``tanh(atanh(tau) +- z * sqrt(0.437 / (n - 4)))``, made for values
    without ties and below |tau| of 0.8; ``delta``, ``tau +- z * standard_error``, which holds with ties and
    is cut at -1 and 1; the bootstraps resample cases.

    Parameters
    ----------
    x, y : (n,), any units
        Finite, at least two pairs and two distinct values in each.
    interval
        One of `KendallInterval`; there is no default, because published limits depend on it.
    method : {"auto", "exact", "asymptotic", "asymptotic-continuity"}
        Of the two-sided p-value. ``exact`` needs values without ties and 200 cases or fewer; ``auto`` is
        exact then and tie-corrected normal otherwise. Against a grade, which ties, the exact test is
        `compare_jonckheere_terpstra`.
    level : float
        Share, 0.95 for 95 %.
    resolution : unit of `x`
        Values of `x` that round to the same multiple are ties; `y` is taken as it is.
    rng, n_resamples
        For the bootstraps only. The draws do not depend on the order of the cases.

    Returns
    -------
    KendallEstimate
        A standard error is 0 where every pair agrees, and then says nothing: ``kendall.no-variance``.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` (five cases for ``fieller``), ``statistics.not-finite``, ``statistics.shape``,
        ``statistics.constant``, ``statistics.option``

    Notes
    -----
    Kendall 1945 (tau-b, ties); Stuart 1953 (tau-c); Goodman and Kruskal 1954; Somers 1962; standard errors:
    Brown and Benedetti 1977; Fieller, Hartley and Pearson 1957, eq. 12. Checked against R's ``cor.test`` and
    against the coefficients' definitions over all pairs, their standard errors over the whole table.

    Examples
    --------
    >>> adc = [1.42, 1.10, 1.31, 0.95, 0.88, 0.70]
    >>> result = estimate_kendall(adc, [1, 1, 1, 2, 2, 3], interval="delta")
    >>> result.concordant, result.discordant, round(result.tau_b.value, 4), round(result.somers_d.value, 4)
    (0, 11, -0.8563, -0.7333)
    """
    check_level(level)
    _check_options(interval, method)
    first, second = finite_pair(x, y, "the first variable", "the second variable")
    first = to_resolution(first, resolution)
    n = at_least(first.size, 5 if interval == "fieller" else 2, "the pairs")
    for values in (first, second):
        _refuse_constant(values)
    canonical = np.lexsort((second, first))
    rank_x, rank_y = dense_ranks(first[canonical]), dense_ranks(second[canonical])
    pairs = count_case_pairs(rank_x[None, :], rank_y[None, :])
    coefficients = _coefficients(
        pairs.concordant[0], pairs.discordant[0], pairs.tied_x[0], pairs.tied_y[0], rank_x, rank_y
    )
    tau_b = coefficients["tau_b"]
    concordant, discordant = int(pairs.concordant.sum()) // 2, int(pairs.discordant.sum()) // 2
    tied_x, tied_y = int(pairs.tied_x.sum()) // 2, int(pairs.tied_y.sum()) // 2
    tied_both = concordant + discordant + tied_x + tied_y - n * (n - 1) // 2
    s = concordant - discordant
    z, p_value, p_method, findings = _test(s, rank_x, rank_y, method)
    if not tau_b.standard_error > 0.0:
        findings = (*findings, _NO_VARIANCE)

    limits: Interval | None = None
    n_undefined = 0
    if interval == "fieller":
        limits = _fieller(tau_b.value, n, level)
    elif interval == "delta":
        half = float(ndtri(0.5 + level / 2.0)) * tau_b.standard_error
        limits = Interval(max(tau_b.value - half, -1.0), min(tau_b.value + half, 1.0), level, "delta")
    elif interval != "none":
        limits, n_undefined = _resampled(
            rank_x, rank_y, tau_b.value, level, interval, require_generator(rng), n_resamples
        )
    return KendallEstimate(
        **coefficients,
        interval=limits,
        s=s,
        z=z,
        p_value=p_value,
        p_method=p_method,
        concordant=concordant,
        discordant=discordant,
        tied_x_only=tied_x - tied_both,
        tied_y_only=tied_y - tied_both,
        tied_both=tied_both,
        n=n,
        n_resamples=n_resamples if interval in ("percentile-bootstrap", "bca-bootstrap") else 0,
        n_undefined=n_undefined,
        equals=_EQUALS[p_method],
        findings=findings,
    )


def tau_b_of_resamples(rank_x: Integers, rank_y: Integers, indices: Integers) -> Floats:
    """Compute tau-b for many resamples at once: (n_resamples,); NaN where one variable is all tied.

    Parameters
    ----------
    rank_x, rank_y : (n,)
        Ranks from 0, ties sharing theirs.
    indices : (n_resamples, k)
        Cases drawn, one resample a row.
    """
    pairs = count_case_pairs(rank_x[indices], rank_y[indices])
    k = indices.shape[1]
    everyone = float(k * (k - 1))
    s = (pairs.concordant - pairs.discordant).sum(axis=1)
    spread_x, spread_y = everyone - pairs.tied_x.sum(axis=1), everyone - pairs.tied_y.sum(axis=1)
    defined = (spread_x > 0) & (spread_y > 0)
    return np.where(defined, s / np.sqrt(np.where(defined, spread_x * spread_y, 1.0)), np.nan)


def _coefficients(
    concordant: Integers, discordant: Integers, tied_x: Integers, tied_y: Integers, x: Integers, y: Integers
) -> dict[str, Coefficient]:
    """Each coefficient and its standard error, as sums over the cases (each pair counts twice)."""
    n = concordant.size
    c, d = concordant.astype(np.float64), discordant.astype(np.float64)
    with_x, with_y = tied_x + 1.0, tied_y + 1.0
    p, q = float(c.sum()), float(d.sum())
    w_x, w_y = float(n * n - with_x.sum()), float(n * n - with_y.sum())
    w = math.sqrt(w_x * w_y)
    difference = c - d
    tau_b = (p - q) / w
    per_case = 2.0 * w * difference + tau_b * (with_x * w_y + with_y * w_x)
    tau_b_spread = float(np.sum(per_case**2)) - float(n) ** 3 * tau_b**2 * (w_x + w_y) ** 2

    fewest = min(np.unique(x).size, np.unique(y).size)
    stretch = fewest / (fewest - 1.0)
    tau_c_spread = float(np.sum(difference**2)) - (p - q) ** 2 / n

    d_per_case = w_x * difference - (p - q) * (n - with_x)
    if p + q > 0.0:
        gamma = Coefficient(
            (p - q) / (p + q), 4.0 / (p + q) ** 2 * math.sqrt(float(np.sum((q * c - p * d) ** 2)))
        )
    else:
        gamma = Coefficient(math.nan, math.nan)
    return {
        "tau_b": Coefficient(tau_b, _root(tau_b_spread, float(np.sum(per_case**2))) / w**2),
        "tau_c": Coefficient(
            stretch * (p - q) / n**2,
            2.0 * stretch / n**2 * _root(tau_c_spread, float(np.sum(difference**2))),
        ),
        "gamma": gamma,
        "somers_d": Coefficient((p - q) / w_x, 2.0 / w_x**2 * math.sqrt(float(np.sum(d_per_case**2)))),
    }


def _root(spread: float, size: float) -> float:
    # A difference of equal sums leaves rounding behind; what is lost in it is zero.
    return math.sqrt(spread) if spread > 1e-12 * size else 0.0


def _test(
    s: int, x: Integers, y: Integers, method: KendallMethod
) -> tuple[float, float, str, tuple[Finding, ...]]:
    size_x, size_y = np.bincount(x), np.bincount(y)
    deviation = 2.0 * math.sqrt(trend_variance(size_x, size_y))
    ties = bool(size_x.max() > 1 or size_y.max() > 1)
    can = not ties and x.size <= _LARGEST_EXACT
    findings: tuple[Finding, ...] = ()
    if method in ("auto", "exact") and can:
        return s / deviation, _exact_p(s, x.size), "exact", ()
    if method == "exact":
        findings = (_NOT_EXACT,)
    if method == "asymptotic-continuity":
        z = math.copysign(max(abs(s) - 1.0, 0.0), s) / deviation
        return z, float(2.0 * ndtr(-abs(z))), "asymptotic with continuity correction", findings
    z = s / deviation
    return z, float(2.0 * ndtr(-abs(z))), "asymptotic, tie-corrected", findings


def _exact_p(s: int, n: int) -> float:
    """Two-sided p-value without ties: the share of all n! orders with as many inversions or fewer."""
    n_pairs = n * (n - 1) // 2
    fewest = (n_pairs - abs(s)) // 2
    # Whole numbers of any length: the count of orders passes what a float holds at 171 cases.
    counts = np.zeros(fewest + 1, dtype=object)
    counts[0] = 1
    for i in range(2, n + 1):
        total = np.cumsum(counts)
        counts = total.copy()
        counts[i:] -= total[:-i]
    share = int(counts.sum()) / math.factorial(n)
    return min(1.0, 2.0 * share)


def _fieller(tau: float, n: int, level: float) -> Interval:
    if abs(tau) >= 1.0:
        return Interval(math.nan, math.nan, level, "fieller")
    reach = float(ndtri(0.5 + level / 2.0)) * math.sqrt(0.437 / (n - 4))
    z = math.atanh(tau)
    return Interval(math.tanh(z - reach), math.tanh(z + reach), level, "fieller")


def _resampled(
    x: Integers,
    y: Integers,
    tau: float,
    level: float,
    method: KendallInterval,
    rng: np.random.Generator,
    n_resamples: int,
) -> tuple[Interval, int]:
    replicates = bootstrap_replicates(
        lambda indices: tau_b_of_resamples(x, y, indices), x.size, n_resamples, rng
    )
    n_undefined = count_undefined(replicates)
    if method == "percentile-bootstrap":
        return percentile_interval(replicates, level), n_undefined
    jackknife = jackknife_replicates(lambda indices: tau_b_of_resamples(x, y, indices), x.size)
    return bca_interval(tau, replicates, jackknife, level), n_undefined


def _check_options(interval: str, method: str) -> None:
    if interval not in _INTERVALS or method not in _METHODS:
        raise StatisticsError(
            "statistics.option",
            f"Intervals of Kendall's tau are {', '.join(_INTERVALS)}; tests are {', '.join(_METHODS)}.",
            remedy="Choose one of each.",
        )


def _refuse_constant(values: Floats) -> None:
    if np.all(values == values[0]):
        raise StatisticsError(
            "statistics.constant",
            "A variable whose values are all equal correlates with nothing.",
            remedy="Check the column, and the resolution at which values count as tied.",
            n=values.size,
        )


_EQUALS: Final = {
    "exact": "R cor.test(method = 'kendall', exact = TRUE)",
    "asymptotic, tie-corrected": "SPSS; R cor.test(method = 'kendall', exact = FALSE)",
    "asymptotic with continuity correction": (
        "R cor.test(method = 'kendall', exact = FALSE, continuity = TRUE); R Kendall::Kendall with ties"
    ),
}
_NOT_EXACT: Final = Finding(
    "kendall.not-exact",
    "Values are tied or too many for the exact distribution of Kendall's S; the normal approximation, "
    "corrected for ties, was used.",
    severity="note",
)
_NO_VARIANCE: Final = Finding(
    "kendall.no-variance",
    "Every pair says the same: the standard error of Kendall's tau-b is zero and its interval says nothing.",
)
