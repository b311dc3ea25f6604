"""Sensitivity where specificity is fixed, and the reverse: what a test can do at the price one will pay.

The fixed value is reached by interpolating along the empirical curve, so it need not belong to any cut-off.
The cut-off that would reach it is itself estimated: an interval that forgets this is too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import bdtr, ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Counts, Direction, count_by_value, require_generator
from adcurate.statistics.proportion import clopper_pearson_interval
from adcurate.statistics.resampling import percentile_interval
from adcurate.statistics.roc.replicates import read_curves, resampled_counts
from adcurate.statistics.values import finite_vector

FixedSide = Literal["specificity", "sensitivity"]
PointInterval = Literal["exact-joint", "percentile-bootstrap", "bt2-bootstrap", "clopper-pearson", "none"]

# The other class decides more of the width: where it is small, few of its cases lie beyond the cut-off.
_SHARE_OF_CUTOFF: Final = 0.75
_INTERVALS: Final = ("exact-joint", "percentile-bootstrap", "bt2-bootstrap", "clopper-pearson", "none")


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """The curve read where `fixed` has the value `at`; `value` is the other of the two.

    `n` is the number of cases that `value` is a share of: positives where the specificity is fixed. The
    interval is None if none was asked for.
    """

    fixed: FixedSide
    at: float
    value: float
    interval: Interval | None
    n: int


@dataclass(frozen=True, slots=True)
class OperatingPoints:
    """Points of one curve, all from the same replicates."""

    points: tuple[OperatingPoint, ...]
    n_positive: int
    n_negative: int
    direction: Direction
    method: str
    n_resamples: int
    findings: tuple[Finding, ...]


def estimate_operating_points(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    fixed: FixedSide,
    at: npt.ArrayLike,
    interval: PointInterval,
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> OperatingPoints:
    """Read sensitivity at fixed specificities, or specificity at fixed sensitivities, with intervals.

    ``"exact-joint"``
        Without a model and never below its level: the true cut-off is caught between two cases of the
        other class, which takes three quarters of the error, and the exact binomial limits of this class
        there take the rest (in the way of Hilgers 1991). Very wide where either class is small.
    ``"percentile-bootstrap"``
        Positives and negatives resampled apart, each replicate's curve read at the same places, as pROC's
        ``ci.se`` and ``ci.sp`` do. Near 1 it may end too low, and at 1 it has no width.
    ``"bt2-bootstrap"``
        Zhou and Qin's BTII: two successes and two failures (at 95 %) are added before each replicate is read,
        and the limits are the mean of the replicates plus and minus z of their standard deviations, cut at
        0 and 1. Not for a value near 1 in few cases: its centre is drawn towards one half and leaves the
        value behind. Where all replicates are equal Clopper-Pearson takes its place (finding
        ``operating-point.no-spread``).
    ``"clopper-pearson"``
        Exact for the cases of one class, as if the cut-off were known beforehand. It was not, so where the
        other class is small this is too narrow (finding ``operating-point.fixed-cutoff``).

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    fixed
        Which of the two is fixed.
    at : (n_points,), shares
        Where; within [0, 1].
    rng
        Needed by the bootstraps. The draws depend on it and on the counted values, not on the order of cases.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Hilgers 1991; Platt, Hanley and Yang 2000; Zhou and Qin 2005, BTII. Values checked against pROC 1.18
    ``coords``, the percentile interval against ``ci.se`` and ``ci.sp`` in kind. How often each interval
    holds the truth is in the page of this method.

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> found = estimate_operating_points(
    ...     adc, high_grade, direction="low", fixed="specificity", at=[1.0, 0.5], interval="none"
    ... )
    >>> [round(point.value, 4) for point in found.points]
    [0.6667, 1.0]
    """
    check_level(level)
    places = finite_vector(at, "the fixed values")
    if (
        fixed not in ("specificity", "sensitivity")
        or interval not in _INTERVALS
        or not ((places >= 0.0) & (places <= 1.0)).all()
    ):
        raise StatisticsError(
            "statistics.option",
            "An operating point fixes specificity or sensitivity at a share from 0 to 1, with the interval "
            "exact-joint, percentile-bootstrap, bt2-bootstrap, clopper-pearson or none.",
            remedy="Name one of these; write 90 % as 0.9.",
        )
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    n = counts.n_positive if fixed == "specificity" else counts.n_negative
    values = _read(counts.positives[None, :], counts.negatives[None, :], fixed, places)[0]
    findings: list[Finding] = []
    limits: list[Interval | None] = [None] * places.size
    bootstrap = interval in ("percentile-bootstrap", "bt2-bootstrap")
    if interval == "exact-joint":
        if fixed == "specificity":
            limits = [_exact_joint(counts.negatives, counts.positives, 1.0 - p, level) for p in places]
        else:
            lost, gained = counts.positives[::-1], counts.negatives[::-1]
            limits = [_exact_joint(lost, gained, 1.0 - p, level) for p in places]
    elif interval == "clopper-pearson":
        limits = [clopper_pearson_interval(min(value * n, n), n, level) for value in values]
        findings.append(_FIXED_CUTOFF)
    elif bootstrap:
        replicates = np.concatenate(
            [
                _read(positives, negatives, fixed, places)
                for positives, negatives in resampled_counts(counts, n_resamples, require_generator(rng))
            ]
        )
        if interval == "percentile-bootstrap":
            limits = [percentile_interval(column, level) for column in replicates.T]
            if any(limit is not None and limit.low == limit.high for limit in limits):
                findings.append(_NO_WIDTH)
        else:
            limits = [
                _bt2(column, value, n, level) for column, value in zip(replicates.T, values, strict=True)
            ]
            if any(limit is not None and limit.method == "clopper-pearson" for limit in limits):
                findings.append(_NO_SPREAD)
    return OperatingPoints(
        points=tuple(
            OperatingPoint(fixed, float(place), float(value), limit, n)
            for place, value, limit in zip(places, values, limits, strict=True)
        ),
        n_positive=counts.n_positive,
        n_negative=counts.n_negative,
        direction=direction,
        method="empirical curve, linear between its points",
        n_resamples=n_resamples if bootstrap else 0,
        findings=tuple(findings),
    )


def _read(positives: Counts, negatives: Counts, fixed: FixedSide, at: Floats) -> Floats:
    """Read curves of counts (k, n_values): (k, n_points); at a step, its upper end."""
    if fixed == "specificity":
        return read_curves(negatives, positives, 1.0 - at)
    # From the other end of the curve: positives are lost as negatives are gained.
    return read_curves(positives[:, ::-1], negatives[:, ::-1], 1.0 - at)


def _exact_joint(lost: Counts, gained: Counts, share: float, level: float) -> Interval:
    """Limits of the share gained where the true cut-off loses `share`; counts from the end of no loss."""
    losses = np.concatenate([[0], np.cumsum(lost)])
    gains = np.concatenate([[0], np.cumsum(gained)])
    n_lost, n_gained = int(losses[-1]), int(gains[-1])
    chance = bdtr(np.arange(n_lost + 1), n_lost, share)
    tail = _SHARE_OF_CUTOFF * (1.0 - level) / 2.0
    inner = 1.0 - (1.0 - _SHARE_OF_CUTOFF) * (1.0 - level)
    fewest = int(np.searchsorted(chance, tail, side="right"))
    most = int(np.searchsorted(chance, 1.0 - tail, side="left"))
    least = int(gains[np.searchsorted(losses, fewest, side="left")])
    greatest = int(gains[np.searchsorted(losses, most, side="right") - 1])
    return Interval(
        clopper_pearson_interval(least, n_gained, inner).low,
        clopper_pearson_interval(greatest, n_gained, inner).high,
        level,
        "exact-joint",
    )


def _bt2(replicates: Floats, value: float, n: int, level: float) -> Interval:
    z = float(ndtri((1.0 + level) / 2.0))
    adjusted = (n * replicates + z * z / 2.0) / (n + z * z)
    half = z * float(np.std(adjusted, ddof=1))
    if half < 1e-12:
        return clopper_pearson_interval(min(value * n, n), n, level)
    centre = float(adjusted.mean())
    return Interval(max(0.0, centre - half), min(1.0, centre + half), level, "bt2-bootstrap")


_FIXED_CUTOFF: Final = Finding(
    "operating-point.fixed-cutoff",
    "The interval takes the cut-off as known beforehand; it was chosen in the same cases, so the interval "
    "is too narrow where the other class is small.",
)
_NO_WIDTH: Final = Finding(
    "operating-point.no-width",
    "A bootstrap interval has no width: every resample gave the same value, which says little in a small "
    "sample. The exact-joint interval does not have this fault.",
)
_NO_SPREAD: Final = Finding(
    "operating-point.no-spread",
    "Every resample gave the same value, so a Clopper-Pearson interval stands in for the bootstrap's; it "
    "takes the cut-off as known beforehand.",
)
