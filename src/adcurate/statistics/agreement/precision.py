"""How precise is one reading, and which change is more than noise? From repeated readings of a lesion.

Repeatability: the same reader, the same conditions. The within-lesion standard deviation (wSD) is the root
of chance error; everything else here is a multiple of it. Relative numbers are shares: 0.05 is 5 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.findings import Finding
from adcurate.statistics.agreement.bland_altman import LIMITS_MULTIPLIER
from adcurate.statistics.agreement.quantiles import variance_limits
from adcurate.statistics.agreement.readings import is_rounding, label_codes
from adcurate.statistics.agreement.repeated_limits import Labels
from adcurate.statistics.agreement.trend import Trend, fit_trend
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least, finite_vector


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; both NaN, and the interval None, where it is not defined."""

    value: float
    interval: Interval | None


@dataclass(frozen=True, slots=True)
class Precision:
    """What repeated readings of lesions say of one reading.

    `wsd` and `rc` (repeatability coefficient: 95 % of differences between two readings of one lesion stay
    below it) are in the unit of the readings. Shares: `wcv_rms`, root mean square of SD / mean of each
    lesion; `wcv_log`, ``sqrt(exp(s^2) - 1)`` with s the within-lesion SD of natural logs; `percent_rc`,
    symmetric, from `wcv_rms`; `fall` and `rise`, the smallest real relative change downwards (negative)
    and upwards, ``exp(∓1.96 sqrt(2) s) - 1``, which are not symmetric because a halving undoes a doubling.
    `spread` is the line of the lesions' SDs on their means.
    """

    wsd: Estimate
    rc: Estimate
    wcv_rms: Estimate
    wcv_log: Estimate
    percent_rc: Estimate
    fall: Estimate
    rise: Estimate
    spread: Trend | None
    degrees: int
    n_lesions: int
    n_readings: int
    n_single: int
    multiplier: float
    method: str
    findings: tuple[Finding, ...]


def estimate_precision(
    readings: npt.ArrayLike,
    lesion: Labels,
    *,
    level: float = 0.95,
    multiplier: float = LIMITS_MULTIPLIER,
) -> Precision:
    """Estimate wSD, wCV and repeatability coefficients from repeated readings.

    One-way analysis of variance: reading = lesion + error, every lesion with the same error SD (the `wsd`,
    `rc`) or the same relative one (`wcv`, `percent_rc`, `fall`, `rise`). Lesions weigh by their degrees of
    freedom, so that with equal numbers of repeats `wcv_rms` is the root mean square of QIBA.

    Parameters
    ----------
    readings : (n,), any unit
        All readings of one reader, or under one condition.
    lesion : (n,)
        The lesion of each. A lesion read once is left out, and counted in `n_single`.
    multiplier
        1.96: the coefficient is 2.77 wSD.

    Returns
    -------
    Precision
        Intervals by chi-square with `degrees` of freedom: exact for `wsd`, `rc`, `wcv_log`, `fall` and
        `rise` when errors (or their logs) are normal; approximate for `wcv_rms` and `percent_rc`
        (``chi-square-approximate``). The relative numbers are NaN when a reading is zero or negative.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.too-few`` (two lesions read twice),
        ``statistics.option``

    Notes
    -----
    Bland and Altman 1996 (BMJ 313: 41, 106, 744); Obuchowski and Bullen 2018 for QIBA's definitions.
    Checked against R's ``aov`` and the formulas by hand.

    Examples
    --------
    >>> found = estimate_precision([1.00, 1.10, 0.80, 0.78, 1.50, 1.40], ["a", "a", "b", "b", "c", "c"])
    >>> round(found.wsd.value, 4), round(found.rc.value, 4), round(found.wcv_rms.value, 4)
    (0.0583, 0.1616, 0.0491)
    """
    check_level(level)
    values = finite_vector(readings, "the readings")
    codes = label_codes(lesion, values.size, "the lesion")
    counts = np.bincount(codes)
    repeated = counts > 1
    n_lesions = at_least(int(np.count_nonzero(repeated)), 2, "the lesions read more than once")
    kept = repeated[codes]
    values, codes = values[kept], (np.cumsum(repeated) - 1)[codes[kept]]
    counts = counts[repeated]
    degrees = int(values.size - n_lesions)
    weights = (counts - 1) / degrees
    means, variances = _by_lesion(values, codes)
    wsd = math.sqrt(float(weights @ variances))
    # Every number is a rising function of one SD, so its limits are that function of the SD's limits.
    low, high = (math.sqrt(limit) for limit in variance_limits(1.0, degrees, level))
    change = multiplier * math.sqrt(2.0)
    positive = bool(np.all(values > 0.0))
    relative = math.sqrt(float(weights @ (variances / means**2))) if positive else math.nan
    log_sd = math.sqrt(float(weights @ _by_lesion(np.log(values), codes)[1])) if positive else math.nan

    def scaled(value: float, method: str) -> Estimate:
        known = math.isfinite(value)
        return Estimate(value, Interval(value * low, value * high, level, method) if known else None)

    def of_log(sign: float) -> Estimate:
        def at(sd: float) -> float:
            return math.expm1(sign * change * sd)

        if not positive:
            return Estimate(math.nan, None)
        ends = sorted((at(log_sd * low), at(log_sd * high)))
        return Estimate(at(log_sd), Interval(ends[0], ends[1], level, "chi-square"))

    return Precision(
        wsd=scaled(wsd, "chi-square"),
        rc=scaled(change * wsd, "chi-square"),
        wcv_rms=scaled(relative, "chi-square-approximate"),
        wcv_log=_lognormal_cv(log_sd, low, high, level),
        percent_rc=scaled(change * relative, "chi-square-approximate"),
        fall=of_log(-1.0),
        rise=of_log(1.0),
        spread=fit_trend(means, np.sqrt(variances), level) if wsd > 0.0 else None,
        degrees=degrees,
        n_lesions=n_lesions,
        n_readings=int(values.size),
        n_single=int(np.count_nonzero(~repeated)),
        multiplier=multiplier,
        method="one-way analysis of variance of repeated readings",
        findings=tuple(_findings(wsd, positive, degrees)),
    )


def _by_lesion(values: Floats, codes: npt.NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Mean and variance of each lesion's readings; differences that are rounding count as none."""
    counts = np.bincount(codes)
    means = np.bincount(codes, values) / counts
    deviations = values - means[codes]
    if is_rounding(float(np.max(np.abs(deviations))), values):
        deviations = np.zeros_like(deviations)
    return means, np.bincount(codes, deviations**2) / (counts - 1)


def _lognormal_cv(log_sd: float, low: float, high: float, level: float) -> Estimate:
    if not math.isfinite(log_sd):
        return Estimate(math.nan, None)
    value, below, above = (math.sqrt(math.expm1((log_sd * by) ** 2)) for by in (1.0, low, high))
    return Estimate(value, Interval(below, above, level, "chi-square"))


def _findings(wsd: float, positive: bool, degrees: int) -> list[Finding]:
    found = []
    if wsd == 0.0:
        found.append(
            Finding(
                "precision.no-error",
                "Every repeated reading equals the first: were they copied, or are the decimals too few?",
            )
        )
    if not positive:
        found.append(
            Finding(
                "precision.not-positive",
                "Some readings are zero or negative: relative precision is not defined for them.",
            )
        )
    if degrees < 35:
        found.append(
            Finding(
                "precision.few-readings",
                f"The within-lesion SD has {degrees} degrees of freedom; its interval is wide below 35.",
                severity="note",
            )
        )
    return found
