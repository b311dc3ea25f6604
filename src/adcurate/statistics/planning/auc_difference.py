"""How many cases tell two markers apart, both measured in every case?

What two markers share in the same lesions makes their difference more certain; how much they share is the
number that a plan knows least, and a pilot can give.
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

from scipy.special import ndtr, ndtri

from adcurate.errors import StatisticsError
from adcurate.statistics.planning.auc import auc_variance, check_difference, classes_of
from adcurate.statistics.planning.binormal import area_covariance
from adcurate.statistics.planning.size import (
    Design,
    Units,
    check_share,
    critical_z,
    level_z,
    refuse_choice,
    units_by_ratio,
)

DifferenceVariance = Literal["obuchowski", "obuchowski-proc", "binormal", "hanley-mcneil"]
DIFFERENCE_VARIANCES: Final[tuple[DifferenceVariance, ...]] = get_args(DifferenceVariance)
_SOURCES: Final = {
    "obuchowski": "Obuchowski and McClish 1997",
    "obuchowski-proc": "Obuchowski and McClish 1997 as in pROC",
    "binormal": "exact covariance of empirical areas of normal classes",
    "hanley-mcneil": "Hanley and McNeil 1983",
}


def auc_difference_variances(
    first: float,
    second: float,
    n_positive: float,
    n_negative: float,
    *,
    r_positive: float,
    r_negative: float,
    method: DifferenceVariance = "obuchowski",
) -> tuple[float, float]:
    """Variance of the difference of two areas in the same cases: if both equal the first, and as expected.

    ``"obuchowski"``
        The binormal estimates with equal SDs (Obuchowski and McClish 1997).
    ``"obuchowski-proc"``
        The same with the expected covariance in the first variance, as pROC 1.18 has it: that is not the
        null's, and refused where it leaves no positive variance.
    ``"binormal"``
        Exact for the empirical areas of normal classes with one SD.
    ``"hanley-mcneil"``
        ``V1 + V2 - 2 r sqrt(V1 V2)`` with the variances of 1982. The correlation r of the areas, which their
        table of 1983 gives from the mean correlation and the mean area, is computed exactly at both means.

    Parameters
    ----------
    r_positive, r_negative
        Correlation of the two markers among positives, and among negatives, in (-1, 1).

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Checked against ``pROC::power.roc.test`` with a list of parameters, ``mvtnorm`` and own R code.
    """
    check_share(first, "The first area")
    check_share(second, "The second area")
    check_share(r_positive, "The correlation among positives", low=-1.0)
    check_share(r_negative, "The correlation among negatives", low=-1.0)
    if method in ("obuchowski", "obuchowski-proc"):
        ratio = n_negative / n_positive
        a1, a2 = (float(ndtri(area)) * math.sqrt(2.0) for area in (first, second))
        v1, v2 = _binormal_variance(a1, ratio), _binormal_variance(a2, ratio)
        common = _binormal_covariance(a1, a2, r_positive, r_negative, ratio)
        alike = a2 if method == "obuchowski-proc" else a1
        under_null = 2.0 * v1 - 2.0 * _binormal_covariance(a1, alike, r_positive, r_negative, ratio)
        if under_null <= 0.0:
            raise StatisticsError(
                "statistics.option",
                "With these areas and correlations the null variance as pROC has it is not positive.",
                remedy="Use the method obuchowski, or name the smaller area first.",
            )
        return under_null / n_positive, (v1 + v2 - 2.0 * common) / n_positive
    if method == "binormal":

        def of(one: float, other: float, *, same: bool) -> float:
            r = (1.0, 1.0) if same else (r_positive, r_negative)
            return area_covariance(one, other, n_positive, n_negative, r_positive=r[0], r_negative=r[1])

        v1, v2 = of(first, first, same=True), of(second, second, same=True)
        return (
            2.0 * v1 - 2.0 * of(first, first, same=False),
            v1 + v2 - 2.0 * of(first, second, same=False),
        )
    if method == "hanley-mcneil":
        v1, v2 = (auc_variance(area, n_positive, n_negative) for area in (first, second))
        r = areas_correlation((first + second) / 2.0, (r_positive + r_negative) / 2.0)
        return 2.0 * v1 * (1.0 - r), v1 + v2 - 2.0 * r * math.sqrt(v1 * v2)
    raise refuse_choice("The variance of a difference of areas", DIFFERENCE_VARIANCES)


def areas_correlation(area: float, correlation: float) -> float:
    """Correlation of two areas of this size in the same many cases, for markers that correlate so.

    The large-sample value for normal classes of equal numbers: what the table of Hanley and McNeil 1983
    holds to two decimals.

    Examples
    --------
    >>> round(areas_correlation(0.8, 0.5), 2)
    0.45
    """
    many = 1e9
    own = area_covariance(area, area, many, many)
    return area_covariance(area, area, many, many, r_positive=correlation, r_negative=correlation) / own


def plan_auc_difference(
    first: float,
    second: float,
    *,
    r_positive: float,
    r_negative: float,
    ratio: float = 1.0,
    alpha: float = 0.05,
    one_sided: bool = False,
    variance: DifferenceVariance = "obuchowski",
) -> Design:
    """The power to tell the areas of two markers of the same cases apart.

    Parameters
    ----------
    first, second
        The areas expected; the first is the one both have if there is no difference.
    ratio
        Negatives for each positive.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Obuchowski and McClish 1997; ``obuchowski-proc`` equals ``pROC::power.roc.test(parslist)``.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> plan = plan_auc_difference(0.75, 0.85, r_positive=0.6, r_negative=0.6)
    >>> find_sample_size(plan, 0.8).units
    Units(n=220, n_positive=110, n_negative=110)
    """
    check_difference(first, second)
    z_alpha = critical_z(alpha, one_sided=one_sided)
    distance = abs(first - second)

    def variances(n_positive: float, n_negative: float) -> tuple[float, float]:
        return auc_difference_variances(
            first,
            second,
            n_positive,
            n_negative,
            r_positive=r_positive,
            r_negative=r_negative,
            method=variance,
        )

    variances(10, 10)

    def value_at(units: Units) -> float:
        under_null, expected = variances(*classes_of(units))
        return float(ndtr((distance - z_alpha * math.sqrt(under_null)) / math.sqrt(expected)))

    def formula(power: float) -> float:
        under_null, expected = variances(1.0, ratio)
        return ((z_alpha * math.sqrt(under_null) + float(ndtri(power)) * math.sqrt(expected)) / distance) ** 2

    return Design(
        name="auc-difference",
        goal="power",
        method=f"normal test of the difference of paired areas, {_SOURCES[variance]}",
        source=_SOURCES[variance],
        assumptions={
            "first": first,
            "second": second,
            "r_positive": r_positive,
            "r_negative": r_negative,
            "ratio": ratio,
            "alpha": alpha,
            "sides": 1.0 if one_sided else 2.0,
        },
        value_at=value_at,
        units_of=units_by_ratio(ratio),
        formula=formula if variance.startswith("obuchowski") else None,
        equals="R pROC::power.roc.test" if variance == "obuchowski-proc" else "",
    )


def plan_auc_difference_precision(
    first: float,
    second: float,
    *,
    r_positive: float,
    r_negative: float,
    ratio: float = 1.0,
    level: float = 0.95,
    variance: DifferenceVariance = "obuchowski",
) -> Design:
    """The half-width of the interval of the difference of two paired areas.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    z = level_z(level)

    def value_at(units: Units) -> float:
        n_positive, n_negative = classes_of(units)
        found = auc_difference_variances(
            first,
            second,
            n_positive,
            n_negative,
            r_positive=r_positive,
            r_negative=r_negative,
            method=variance,
        )
        return z * math.sqrt(found[1])

    value_at(Units(20, 10, 10))
    return Design(
        name="auc-difference-precision",
        goal="precision",
        method=f"normal interval of the difference of paired areas, {_SOURCES[variance]}",
        source=_SOURCES[variance],
        assumptions={
            "first": first,
            "second": second,
            "r_positive": r_positive,
            "r_negative": r_negative,
            "ratio": ratio,
            "level": level,
        },
        value_at=value_at,
        units_of=units_by_ratio(ratio),
    )


def _slopes(a: float) -> tuple[float, float]:
    """Derivatives of the binormal area by a and b, at b = 1."""
    height = math.exp(-(a**2) / 4.0)
    return height / math.sqrt(4.0 * math.pi), -a * height / math.sqrt(16.0 * math.pi)


def _binormal_variance(a: float, ratio: float) -> float:
    f, g = _slopes(a)
    return f**2 * (1.0 + 1.0 / ratio + a**2 / 2.0) + g**2 * (1.0 + ratio) / (2.0 * ratio)


def _binormal_covariance(a1: float, a2: float, r_positive: float, r_negative: float, ratio: float) -> float:
    (f1, g1), (f2, g2) = _slopes(a1), _slopes(a2)
    ra, rn = r_positive, r_negative
    return (
        f1 * f2 * (ra + rn / ratio + ra**2 * a1 * a2 / 2.0)
        + g1 * g2 * (rn**2 + ratio * ra**2) / (2.0 * ratio)
        + f1 * g2 * (ra**2 * a1 / 2.0)
        + f2 * g1 * (ra**2 * a2 / 2.0)
    )
