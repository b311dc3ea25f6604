"""Are predicted risks what happens? Level, spread, curve and score of probabilities beside the outcomes.

Risks judged on the cases that made them look calibrated by construction: a maximum-likelihood logistic model
has an intercept of 0 and a slope of 1 on its own cases whatever it is worth. Use risks from elsewhere, or
`adcurate.statistics.validation.correct_model_optimism`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincc, logit, ndtr, ndtri

from adcurate.arrays import Bools, Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import check_case_vectors
from adcurate.statistics.models.binary_likelihood import maximise_binary
from adcurate.statistics.proportion import Proportion, estimate_proportion
from adcurate.statistics.validation.smoothing import smooth_locally

_ANCHORS = 400
_PER_GROUP = 10


@dataclass(frozen=True, slots=True)
class CalibrationNumber:
    """A number of a recalibration line with its Wald interval; NaN where it does not exist."""

    value: float
    standard_error: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """Cases of similar risk: their mean risk beside the share that was positive (Wilson's interval)."""

    low: float
    high: float
    mean_risk: float
    observed: Proportion


@dataclass(frozen=True, slots=True)
class BrierScore:
    """The mean squared error of the risks, and what it is made of (Murphy 1973; Stephenson et al. 2008).

    ``value = reliability - resolution + uncertainty + within_groups``; the last is what differs inside the
    groups. `scaled` is 1 - value / uncertainty: 1 perfect, 0 as good as calling everybody at the prevalence.
    """

    value: float
    scaled: float
    reliability: float
    resolution: float
    uncertainty: float
    within_groups: float


@dataclass(frozen=True, slots=True)
class GroupTest:
    """The Hosmer-Lemeshow statistic. With other groups it gives another p-value; a large p proves nothing."""

    chi_squared: float
    df: int
    p_value: float
    n_groups: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """How predicted risks compare with what was observed.

    `in_the_large` is the intercept with the slope held at 1 (0: risks right on average; above: too low).
    `intercept` and `slope` are of the line logit(share) = intercept + slope * logit(risk) (slope below 1:
    risks too extreme). `spiegelhalter_p` tests the squared errors against what the risks themselves expect.
    `curve_risk` and `curve_observed` are the smooth curve at the risks (400 of them at most), within [0, 1];
    `mean_error` (ICI) and
    `greatest_error` are its distance from the diagonal over the cases.
    """

    in_the_large: CalibrationNumber
    intercept: CalibrationNumber
    slope: CalibrationNumber
    brier: BrierScore
    groups: tuple[CalibrationGroup, ...]
    hosmer_lemeshow: GroupTest | None
    spiegelhalter_z: float
    spiegelhalter_p: float
    curve_risk: Floats
    curve_observed: Floats
    mean_error: float
    greatest_error: float
    risks: Floats
    positive: Bools
    n_positive: int
    n_negative: int
    smoother: str
    findings: tuple[Finding, ...]


def assess_calibration(
    risks: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    n_groups: int | None = None,
    span: float = 2.0 / 3.0,
    level: float = 0.95,
) -> Calibration:
    """Compare predicted risks with what was observed.

    Parameters
    ----------
    risks : (n,), strictly within (0, 1)
        Predicted probability of being positive.
    positive : (n,), boolean
        What happened.
    n_groups
        Groups of equal size by risk (cut at quantiles of type 7, equal risks together) for the observed
        shares, the Brier decomposition and Hosmer-Lemeshow. None: a tenth of the cases, from 2 to 10.
    span
        Share of the cases that each local line of the smooth curve sees.

    Returns
    -------
    Calibration
        Where risks separate the classes, or are all equal, slope and intercept are NaN with the finding
        ``calibration.no-slope``. Hosmer-Lemeshow is None with fewer than three groups.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Cox 1958; Van Calster et al. 2019 (curve, intercept, slope); Austin and Steyerberg 2019 (ICI);
    Spiegelhalter 1986. Checked against ``rms::val.prob`` (slope, intercept, Brier, Spiegelhalter), ``glm``
    with an offset and ``lowess(iter = 0, delta = 0)`` of R, and R code of our own for the groups.

    Examples
    --------
    >>> risks = [0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9]
    >>> seen = [False, True, False, False, True, True, False, True]
    >>> found = assess_calibration(risks, seen)
    >>> round(found.slope.value, 3), round(found.brier.value, 3), len(found.groups)
    (0.596, 0.225, 2)
    """
    check_level(level)
    p, y = check_case_vectors(risks, positive, None)
    n, n_positive = y.size, int(np.count_nonzero(y))
    if not ((p > 0.0) & (p < 1.0)).all():
        raise StatisticsError(
            "statistics.option",
            "Predicted risks are probabilities strictly between 0 and 1.",
            remedy="Write 5 % as 0.05; a risk of exactly 0 or 1 leaves nothing to calibrate.",
        )
    if n_positive in (0, n):
        raise StatisticsError(
            "statistics.one-class",
            f"Calibration needs cases of both classes; {n_positive} of {n} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=n,
            n_positive=n_positive,
        )
    if n_groups is not None and n_groups < 2:
        raise StatisticsError(
            "statistics.option",
            "Calibration compares at least two groups of risk.",
            remedy="Ask for 10 groups, or fewer in a small sample.",
            n_groups=n_groups,
        )
    if not 0.0 < span <= 1.0:
        raise StatisticsError(
            "statistics.option", "The span of the smooth curve is a share of the cases.", remedy="Use 0.67."
        )
    findings: list[Finding] = []
    in_the_large, intercept, slope = _recalibration(logit(p), y, level, findings)
    group = _group_by_risk(p, n_groups or min(10, max(2, n // _PER_GROUP)))
    groups = tuple(
        CalibrationGroup(
            float(p[inside].min()),
            float(p[inside].max()),
            float(p[inside].mean()),
            estimate_proportion(
                int(np.count_nonzero(y[inside])),
                int(np.count_nonzero(inside)),
                interval="wilson",
                level=level,
            ),
        )
        for inside in (group == g for g in range(int(group.max()) + 1))
    )
    expected = float(np.sum((1.0 - 2.0 * p) ** 2 * p * (1.0 - p)))
    excess = float(np.sum((y - p) * (1.0 - 2.0 * p)))
    z = excess / math.sqrt(expected) if expected > 0.0 else math.nan
    anchors = np.unique(p)
    anchors = anchors[np.unique(np.linspace(0, anchors.size - 1, _ANCHORS).round().astype(np.int64))]
    smooth = np.clip(smooth_locally(p, y.astype(np.float64), span=span, at=anchors), 0.0, 1.0)
    distance = np.abs(np.interp(p, anchors, smooth) - p)
    return Calibration(
        in_the_large=in_the_large,
        intercept=intercept,
        slope=slope,
        brier=_brier(p, y, groups),
        groups=groups,
        hosmer_lemeshow=_hosmer_lemeshow(p, y, group),
        spiegelhalter_z=z,
        spiegelhalter_p=2.0 * float(ndtr(-abs(z))),
        curve_risk=anchors,
        curve_observed=smooth,
        mean_error=float(distance.mean()),
        greatest_error=float(distance.max()),
        risks=p,
        positive=y,
        n_positive=n_positive,
        n_negative=n - n_positive,
        smoother=f"local line, span {span:.2f}",
        findings=tuple(findings),
    )


def _recalibration(
    predictor: Floats, y: Bools, level: float, findings: list[Finding]
) -> tuple[CalibrationNumber, CalibrationNumber, CalibrationNumber]:
    """Fit the level with the slope at 1, then both; the likelihood is that of `models`."""
    ones = np.ones((y.size, 1))
    large = maximise_binary(ones, y, firth=False, offset=predictor)
    in_the_large = _number(
        float(large.coefficients[0, 0]), 1.0 / math.sqrt(float(large.information[0, 0, 0])), level
    )
    centre, spread = float(predictor.mean()), float(predictor.std())
    unknown = _number(math.nan, math.nan, level)
    if spread <= 1e-12 * max(1.0, abs(centre)):
        findings.append(_NO_SLOPE)
        return in_the_large, unknown, unknown
    both = maximise_binary(np.column_stack([ones[:, 0], (predictor - centre) / spread]), y, firth=False)
    if not both.converged[0]:
        findings.append(_NO_SLOPE)
        return in_the_large, unknown, unknown
    back = np.array([[1.0, -centre / spread], [0.0, 1.0 / spread]])
    values = back @ both.coefficients[0]
    errors = np.sqrt(np.diag(back @ np.linalg.inv(both.information[0]) @ back.T))
    return (
        in_the_large,
        _number(float(values[0]), float(errors[0]), level),
        _number(float(values[1]), float(errors[1]), level),
    )


def _number(value: float, standard_error: float, level: float) -> CalibrationNumber:
    half = float(ndtri((1.0 + level) / 2.0)) * standard_error
    return CalibrationNumber(value, standard_error, Interval(value - half, value + half, level, "wald"))


def _group_by_risk(p: Floats, n_groups: int) -> Integers:
    """Number the groups from 0; a risk on a boundary belongs to the lower group, the least to the first."""
    edges = np.unique(np.quantile(p, np.arange(1, n_groups) / n_groups))
    edges = edges[edges > p.min()]
    return np.asarray(np.unique(np.searchsorted(edges, p, side="left"), return_inverse=True)[1])


def _brier(p: Floats, y: Bools, groups: tuple[CalibrationGroup, ...]) -> BrierScore:
    value, share = float(np.mean((p - y) ** 2)), float(np.mean(y))
    weight = np.array([group.observed.denominator for group in groups]) / y.size
    seen = np.array([group.observed.value for group in groups])
    said = np.array([group.mean_risk for group in groups])
    reliability, resolution = float(weight @ (said - seen) ** 2), float(weight @ (seen - share) ** 2)
    uncertainty = share * (1.0 - share)
    return BrierScore(
        value,
        1.0 - value / uncertainty,
        reliability,
        resolution,
        uncertainty,
        value - (reliability - resolution + uncertainty),
    )


def _hosmer_lemeshow(p: Floats, y: Bools, group: Integers) -> GroupTest | None:
    n_groups = int(group.max()) + 1
    if n_groups < 3:
        return None
    size, seen = np.bincount(group), np.bincount(group, weights=y)
    said = np.bincount(group, weights=p)
    chi_squared = float(np.sum((seen - said) ** 2 / said + (seen - said) ** 2 / (size - said)))
    df = n_groups - 2
    return GroupTest(chi_squared, df, float(gammaincc(df / 2.0, chi_squared / 2.0)), n_groups)


_NO_SLOPE: Final = Finding(
    "calibration.no-slope",
    "The risks separate the classes, or do not differ: a calibration slope does not exist.",
)
