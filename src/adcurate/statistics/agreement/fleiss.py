"""Do several readers call the same category, beyond chance? Fleiss' kappa, overall and of each category."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.agreement.categories import all_in_one_category, category_places, check_categories
from adcurate.statistics.agreement.quantiles import t_quantile
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least


@dataclass(frozen=True, slots=True)
class CategoryKappa:
    """Agreement on one category against all others; `share` is how often it was called."""

    category: str
    value: float
    interval: Interval
    null_standard_error: float
    z: float
    p_value: float
    share: float


@dataclass(frozen=True, slots=True)
class FleissKappa:
    """Agreement of several readers who need not be the same for each lesion.

    `standard_error` is the interval's; `null_standard_error` holds when kappa is zero and gives `z` and
    `p_value`. `observed` is the share of pairs of readers who agree on a lesion; `n_unanimous` counts lesions
    called the same by all. A category that nobody called has a kappa of NaN.
    """

    value: float
    interval: Interval
    standard_error: float
    null_standard_error: float
    z: float
    p_value: float
    observed: float
    expected: float
    by_category: tuple[CategoryKappa, ...]
    n_unanimous: int
    n_lesions: int
    n_readers: int
    method: str
    findings: tuple[Finding, ...]


def estimate_fleiss_kappa(
    readings: Sequence[Sequence[str]], *, categories: Sequence[str], level: float = 0.95
) -> FleissKappa:
    """Estimate Fleiss' kappa of a full table of categorical readings.

    Chance is one distribution of calls shared by all readers: with two readers this is Scott's pi, not
    Cohen's kappa. It has no weights: a call two grades off counts as one grade off.

    Parameters
    ----------
    readings : (n_lesions, n_readers)
        Every cell filled: a lesion that one reader did not read is left out, and counted, before.

    Returns
    -------
    FleissKappa
        Intervals by linearization with t of n - 1 degrees of freedom (``gwet-linearized``, Gwet 2008),
        lesions being the sample and readers fixed. The tests' standard errors are those of Fleiss, Nee
        and Landis 1979, as SPSS prints; they are not fit for an interval.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.option``, ``statistics.too-few`` (two lesions),
        ``statistics.constant`` when every reading is one category.

    Notes
    -----
    Fleiss 1971; checked against its printed example (0.430) and the formulas in R.

    Examples
    --------
    >>> calls = [["a", "a", "a"], ["a", "b", "b"], ["b", "b", "b"], ["a", "a", "b"]]
    >>> round(estimate_fleiss_kappa(calls, categories=["a", "b"]).value, 3)
    0.333
    """
    check_level(level)
    named = check_categories(categories)
    n = at_least(len(readings), 2, "the lesions read by all")
    k = len(readings[0])
    if k < 2 or any(len(row) != k for row in readings):
        raise StatisticsError(
            "statistics.shape",
            "Every lesion must have been read by the same number of readers, two or more.",
            remedy="Use the lesions that every reader read, and count the others.",
        )
    places = category_places([call for row in readings for call in row], named, "the readings")
    cell = places + len(named) * np.repeat(np.arange(n), k)
    counts = np.bincount(cell, minlength=n * len(named)).reshape(n, len(named)).astype(np.float64)
    share = counts.sum(axis=0) / (n * k)
    if np.max(share) == 1.0:
        raise all_in_one_category(named[int(np.argmax(share))])
    value, error, observed, expected = _linearized(counts, k)
    spread = share * (1.0 - share)
    total = float(spread.sum())
    null_error = math.sqrt(2.0 * (total**2 - float(spread @ (1.0 - 2.0 * share))) / (n * k * (k - 1))) / total
    z = value / null_error
    quantile = t_quantile((1.0 + level) / 2.0, n - 1)
    return FleissKappa(
        value=value,
        interval=_interval(value, error, quantile, level),
        standard_error=error,
        null_standard_error=null_error,
        z=z,
        p_value=2.0 * float(ndtr(-abs(z))),
        observed=observed,
        expected=expected,
        by_category=tuple(
            _of_category(category, counts[:, j], k, quantile, level) for j, category in enumerate(named)
        ),
        n_unanimous=int(np.count_nonzero(counts.max(axis=1) == k)),
        n_lesions=n,
        n_readers=k,
        method="Fleiss' kappa",
        findings=tuple(_findings(error, n)),
    )


def _linearized(counts: Floats, k: int) -> tuple[float, float, float, float]:
    """Kappa, its standard error over lesions, and observed and expected agreement."""
    n = counts.shape[0]
    share = counts.sum(axis=0) / (n * k)
    of_lesion = np.sum(counts * (counts - 1.0), axis=1) / (k * (k - 1))
    observed, expected = float(of_lesion.mean()), float(share @ share)
    value = (observed - expected) / (1.0 - expected)
    influence = (of_lesion - expected) / (1.0 - expected) - 2.0 * (1.0 - value) * (
        counts @ share / k - expected
    ) / (1.0 - expected)
    return value, math.sqrt(float(np.sum((influence - value) ** 2)) / (n * (n - 1))), observed, expected


def _of_category(category: str, called: Floats, k: int, quantile: float, level: float) -> CategoryKappa:
    n = called.size
    share = float(called.sum()) / (n * k)
    null_error = math.sqrt(2.0 / (n * k * (k - 1)))
    if share in (0.0, 1.0):
        none = Interval(math.nan, math.nan, level, "gwet-linearized")
        return CategoryKappa(category, math.nan, none, null_error, math.nan, math.nan, share)
    value, error, _, _ = _linearized(np.column_stack([called, k - called]), k)
    z = value / null_error
    interval = _interval(value, error, quantile, level)
    return CategoryKappa(category, value, interval, null_error, z, 2.0 * float(ndtr(-abs(z))), share)


def _interval(value: float, error: float, quantile: float, level: float) -> Interval:
    return Interval(
        max(-1.0, value - quantile * error), min(1.0, value + quantile * error), level, "gwet-linearized"
    )


def _findings(error: float, n: int) -> list[Finding]:
    found = []
    if error < 1e-12:
        found.append(
            Finding(
                "kappa.no-variance",
                "The variance of kappa is zero, as with full agreement: its interval says nothing.",
            )
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
