"""How far apart may two readings of one lesion lie when another reader, or scanner, makes the second?

Reproducibility: conditions differ. The reproducibility coefficient (RDC) is the repeatability coefficient
with the readers' own levels and whims added to the error.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.agreement.bland_altman import LIMITS_MULTIPLIER
from adcurate.statistics.agreement.precision import Estimate
from adcurate.statistics.agreement.quantiles import Variance, sum_of_variances
from adcurate.statistics.agreement.readings import is_rounding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least, finite_vector


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Variances, in the squared unit of the readings, unclipped: an estimate may be negative.

    `lesion_by_reader` is NaN where readers did not repeat: it is then part of `residual`.
    """

    lesion: float
    reader: float
    lesion_by_reader: float
    residual: float


@dataclass(frozen=True, slots=True)
class Reproducibility:
    """What readings by several readers say of two readings by any two of them.

    `sd` is of one reading of one lesion over readers; `rdc` is 1.96 sqrt(2) times it. `fall` and `rise` are
    the smallest real relative changes between readings of different readers, from logs (shares); NaN when a
    reading is not positive.
    """

    sd: Estimate
    rdc: Estimate
    fall: Estimate
    rise: Estimate
    components: VarianceComponents
    n_lesions: int
    n_readers: int
    n_repeats: int
    multiplier: float
    method: str
    findings: tuple[Finding, ...]


def estimate_reproducibility(
    readings: npt.ArrayLike, *, level: float = 0.95, multiplier: float = LIMITS_MULTIPLIER
) -> Reproducibility:
    """Estimate the reproducibility coefficient from a balanced crossed design.

    reading = lesion + reader + lesion by reader + error, all random. The variance of a reading over readers
    is the sum of the last three components, a sum of mean squares with positive factors, so it is positive
    even where a component is not.

    Parameters
    ----------
    readings : (n_lesions, n_readers) or (n_lesions, n_readers, n_repeats), any unit
        Every cell filled.

    Returns
    -------
    Reproducibility
        Intervals are ``mover`` (Graybill and Wang 1980): close to exact. With two or three readers they
        are very wide, and rightly so.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.too-few`` (two lesions, two readers),
        ``statistics.option``

    Notes
    -----
    Raunig et al. 2015, section 5, for the coefficient. Checked against R's ``aov`` and, where no component
    is negative, ``lme4::lmer`` (REML).

    Examples
    --------
    >>> found = estimate_reproducibility([[1.00, 1.08], [0.80, 0.83], [1.50, 1.46], [1.20, 1.27]])
    >>> round(found.sd.value, 4), round(found.rdc.value, 3)
    (0.0415, 0.115)
    """
    check_level(level)
    table = _checked(readings)
    terms, components = _analysis(table)
    variance = sum(term.factor * term.mean_square for term in terms)
    limits = sum_of_variances(terms, level)
    sd, low, high = (math.sqrt(max(square, 0.0)) for square in (variance, limits.low, limits.high))
    change = multiplier * math.sqrt(2.0)
    fall = rise = Estimate(math.nan, None)
    positive = bool(np.all(table > 0.0))
    if positive:
        log_terms = _analysis(np.log(table))[0]
        log_limits = sum_of_variances(log_terms, level)
        ends = (sum(t.factor * t.mean_square for t in log_terms), log_limits.low, log_limits.high)
        steps = [change * math.sqrt(max(square, 0.0)) for square in ends]
        fall = Estimate(
            math.expm1(-steps[0]), Interval(math.expm1(-steps[2]), math.expm1(-steps[1]), level, "mover")
        )
        rise = Estimate(
            math.expm1(steps[0]), Interval(math.expm1(steps[1]), math.expm1(steps[2]), level, "mover")
        )
    n, k, m = table.shape
    return Reproducibility(
        sd=Estimate(sd, Interval(low, high, level, "mover")),
        rdc=Estimate(change * sd, Interval(change * low, change * high, level, "mover")),
        fall=fall,
        rise=rise,
        components=components,
        n_lesions=n,
        n_readers=k,
        n_repeats=m,
        multiplier=multiplier,
        method="crossed analysis of variance, lesions and readers random",
        findings=tuple(_findings(components, positive, k)),
    )


def _checked(readings: npt.ArrayLike) -> Floats:
    try:
        table = np.asarray(readings)
    except ValueError:
        table = np.empty((), dtype=object)
    if table.ndim not in (2, 3) or table.dtype.kind not in "iuf" or table.size == 0:
        raise StatisticsError(
            "statistics.shape",
            "Readings must be a table of lesions by readers, or of lesions by readers by repeats.",
            remedy="Use the lesions that every reader read equally often, and count the others.",
            dimensions=table.ndim,
        )
    at_least(table.shape[0], 2, "the lesions read by all")
    at_least(table.shape[1], 2, "the readers")
    finite_vector(table.ravel(), "the readings")
    return np.asarray(table.reshape(*table.shape[:2], -1), dtype=np.float64)


def _analysis(table: Floats) -> tuple[list[Variance], VarianceComponents]:
    """The mean squares whose sum is the variance over readers, and the components."""
    n, k, m = table.shape
    cell, grand = table.mean(axis=2), float(table.mean())
    of_lesion, of_reader = cell.mean(axis=1), cell.mean(axis=0)
    interaction = cell - of_lesion[:, None] - of_reader + grand
    error = table - cell[:, :, None]

    def square(deviations: Floats, factor: int, degrees: int) -> float:
        if is_rounding(float(np.max(np.abs(deviations))), table):
            return 0.0
        return factor * float(np.sum(deviations**2)) / degrees

    lesion = square(of_lesion - grand, k * m, n - 1)
    reader = square(of_reader - grand, n * m, k - 1)
    crossed = square(interaction, m, (n - 1) * (k - 1))
    terms = [
        Variance(1.0 / (n * m), reader, k - 1),
        Variance((n - 1) / (n * m), crossed, (n - 1) * (k - 1)),
    ]
    residual, by_reader = crossed, math.nan
    if m > 1:
        residual = square(error, 1, n * k * (m - 1))
        by_reader = (crossed - residual) / m
        terms.append(Variance(1.0 - 1.0 / m, residual, n * k * (m - 1)))
    components = VarianceComponents(
        (lesion - crossed) / (k * m), (reader - crossed) / (n * m), by_reader, residual
    )
    return terms, components


def _findings(components: VarianceComponents, positive: bool, n_readers: int) -> list[Finding]:
    found = []
    if components.reader < 0.0 or components.lesion_by_reader < 0.0:
        found.append(
            Finding(
                "reproducibility.negative-component",
                "A variance component of the readers is below zero, as happens when readers hardly differ; "
                "it is kept so.",
                severity="note",
            )
        )
    if n_readers < 5:
        found.append(
            Finding(
                "reproducibility.few-readers",
                f"{n_readers} readers stand for all readers: how much readers differ is hardly known.",
            )
        )
    if not positive:
        found.append(
            Finding(
                "precision.not-positive",
                "Some readings are zero or negative: relative precision is not defined for them.",
            )
        )
    return found
