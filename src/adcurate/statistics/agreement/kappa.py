"""Do two readers call the same category, beyond what chance would give? Cohen's kappa, plain and weighted.

Kappa is 1 for full agreement and 0 for what two readers would reach who call as often but blindly. It falls
when one category is rare, at the same percentage of agreement: both are given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
from scipy.special import ndtr, ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.agreement.categories import all_in_one_category, category_places, check_categories
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.proportion import Proportion, ProportionInterval, estimate_proportion
from adcurate.statistics.values import at_least

KappaWeights = Literal["none", "linear", "quadratic"]
KAPPA_WEIGHTS: Final[tuple[KappaWeights, ...]] = get_args(KappaWeights)
_ZERO: Final = 1e-14


@dataclass(frozen=True, slots=True)
class KappaEstimate:
    """Kappa of two readers.

    `standard_error` is the one the interval uses; `null_standard_error` holds when kappa is zero and gives
    `z` and the two-sided `p_value`. `observed` and `expected` are (weighted) shares of agreement; `exact`
    is the share of lesions called the same. `table` counts first (rows) against second (columns) in the
    order of `categories`.
    """

    value: float
    interval: Interval
    standard_error: float
    null_standard_error: float
    z: float
    p_value: float
    observed: float
    expected: float
    exact: Proportion
    table: tuple[tuple[int, ...], ...]
    categories: tuple[str, ...]
    weights: KappaWeights
    n: int
    method: str
    findings: tuple[Finding, ...]


def estimate_kappa(
    first: Sequence[str],
    second: Sequence[str],
    *,
    categories: Sequence[str],
    weights: KappaWeights = "none",
    level: float = 0.95,
    proportion_interval: ProportionInterval = "clopper-pearson",
) -> KappaEstimate:
    """Estimate Cohen's kappa of two readers of the same lesions.

    Weights of a disagreement by d of K categories: ``none`` 0; ``linear`` 1 - d / (K - 1); ``quadratic``
    1 - d^2 / (K - 1)^2, with which kappa is close to ICC(A,1) of the places. Both need an order.

    Parameters
    ----------
    first, second : (n,)
        The category each reader gave to each lesion.
    categories
        All of them, in order; one that nobody used changes nothing.

    Returns
    -------
    KappaEstimate
        Interval by the large-sample standard error (``fleiss-cohen-everitt``), cut at -1 and 1 with a
        finding; below some 30 lesions it is rough. With full agreement it has no width, which a finding
        says.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.option``, ``statistics.too-few`` (two lesions),
        ``statistics.constant`` when every reading of both is one category.

    Notes
    -----
    Fleiss, Cohen and Everitt 1969: eq. 13 for the interval, eq. 9 for the test. Checked against psych 2.2.9
    (``cohen.kappa``: value and variance, quadratic) and the formulas in R.

    Examples
    --------
    >>> r1, r2 = ["G1", "G1", "G2", "G2", "G3", "G3"], ["G1", "G2", "G2", "G2", "G3", "G2"]
    >>> found = estimate_kappa(r1, r2, categories=["G1", "G2", "G3"], weights="linear")
    >>> round(found.value, 3), found.exact.numerator
    (0.571, 4)
    """
    check_level(level)
    named = check_categories(categories)
    if weights not in KAPPA_WEIGHTS:
        raise StatisticsError(
            "statistics.option",
            "The weights of kappa are none, linear or quadratic.",
            remedy="Name one of the three.",
        )
    if len(first) != len(second):
        raise StatisticsError(
            "statistics.shape",
            "Both readers must have read the same lesions.",
            remedy="Give one pair of readings for each lesion.",
            n_first=len(first),
            n_second=len(second),
        )
    n = at_least(len(first), 2, "the lesions read by both")
    size = len(named)
    rows = category_places(first, named, "the first readings")
    columns = category_places(second, named, "the second readings")
    counts = np.bincount(rows * size + columns, minlength=size * size).reshape(size, size)
    used = (counts.sum(axis=0) + counts.sum(axis=1)) > 0
    if int(used.sum()) == 1:
        raise all_in_one_category(named[int(np.argmax(used))])
    share = counts / n
    of_first, of_second = share.sum(axis=1), share.sum(axis=0)
    credit = agreement_weights(size, weights)
    observed = float(np.sum(credit * share))
    expected = float(of_first @ credit @ of_second)
    value = (observed - expected) / (1.0 - expected)
    # The mean weight of each category against the other reader's calls.
    both = (credit @ of_second)[:, None] + (of_first @ credit)[None, :]
    spread = float(np.sum(share * (credit * (1.0 - expected) - both * (1.0 - observed)) ** 2))
    variance = spread - (observed * expected - 2.0 * expected + observed) ** 2
    error = math.sqrt(variance / n) / (1.0 - expected) ** 2 if variance > _ZERO else 0.0
    null = float(np.sum(np.outer(of_first, of_second) * (credit - both) ** 2)) - expected**2
    null_error = math.sqrt(null / n) / (1.0 - expected) if null > _ZERO else 0.0
    z = value / null_error if null_error > 0.0 else math.nan
    half = float(ndtri((1.0 + level) / 2.0)) * error
    low, high = max(-1.0, value - half), min(1.0, value + half)
    return KappaEstimate(
        value=value,
        interval=Interval(low, high, level, "fleiss-cohen-everitt"),
        standard_error=error,
        null_standard_error=null_error,
        z=z,
        p_value=2.0 * float(ndtr(-abs(z))),
        observed=observed,
        expected=expected,
        exact=estimate_proportion(int(np.trace(counts)), n, interval=proportion_interval, level=level),
        table=tuple(tuple(int(cell) for cell in row) for row in counts),
        categories=named,
        weights=weights,
        n=n,
        method="Cohen's kappa" if weights == "none" else f"Cohen's kappa, {weights} weights",
        findings=tuple(_findings(error, (low, high) != (value - half, value + half), n)),
    )


def agreement_weights(size: int, weights: KappaWeights) -> Floats:
    """Return (size, size) credit for calling one category where the other reader calls another."""
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size))) / (size - 1)
    if weights == "none":
        return np.eye(size)
    return np.asarray(1.0 - (apart if weights == "linear" else apart**2), dtype=np.float64)


def _findings(error: float, was_cut: bool, n: int) -> list[Finding]:
    found = []
    if error == 0.0:
        found.append(
            Finding(
                "kappa.no-variance",
                "The variance of kappa is zero, as with full agreement: its interval says nothing.",
            )
        )
    if was_cut:
        found.append(
            Finding("kappa.interval-cut", "The interval of kappa is cut at -1 or 1.", severity="note")
        )
    if n < 30:
        found.append(
            Finding(
                "kappa.few-lesions",
                f"{n} lesions: the large-sample interval of kappa is rough below about 30.",
                severity="note",
            )
        )
    return found
