"""How many positives and negatives does an area under the ROC curve need?

Three variances of the empirical area, all published before a single case is seen; they differ in what they
take the marker to be. None knows the marker of the study: where a pilot exists, `simulate_auc` uses it.
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

from scipy.special import ndtr, ndtri

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
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

AucVariance = Literal["hanley-mcneil", "obuchowski", "binormal"]
AUC_VARIANCES: Final[tuple[AucVariance, ...]] = get_args(AucVariance)

SOURCES: Final = {
    "hanley-mcneil": "Hanley and McNeil 1982",
    "obuchowski": "Obuchowski and McClish 1997",
    "binormal": "exact variance of the empirical area of normal classes",
}
# The published constants, rounded as there: pROC uses the same.
_ROOT_TWO, _SCALE = 1.414, 0.0099


def auc_variance(
    auc: float, n_positive: float, n_negative: float, *, method: AucVariance = "hanley-mcneil"
) -> float:
    """Variance of an empirical area to be expected with so many cases.

    ``"hanley-mcneil"``
        Hanley and McNeil 1982, eq. 1 and 2: exponential classes, negative exponentials standing for most
        shapes.
    ``"obuchowski"``
        Obuchowski and McClish 1997 (and Obuchowski 1998, eq. 4): the binormal estimate of the area with
        equal SDs; pROC's ``power.roc.test``. Large samples.
    ``"binormal"``
        The exact variance of the empirical area when both classes are normal with one SD.

    Parameters
    ----------
    auc
        The true area, in (0, 1).
    n_positive, n_negative
        Numbers of cases, real or whole.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Checked against R: own formulas, ``pROC:::var.theta.obuchowski``, ``mvtnorm``.

    Examples
    --------
    >>> round(auc_variance(0.87, 9, 38) ** 0.5, 4)
    0.0795
    """
    check_share(auc, "The area")
    if method == "hanley-mcneil":
        q1, q2 = auc / (2.0 - auc), 2.0 * auc**2 / (1.0 + auc)
        total = auc * (1.0 - auc) + (n_positive - 1) * (q1 - auc**2) + (n_negative - 1) * (q2 - auc**2)
        return total / (n_positive * n_negative)
    if method == "obuchowski":
        a2 = (float(ndtri(auc)) * _ROOT_TWO) ** 2
        ratio = n_negative / n_positive
        return _SCALE * math.exp(-a2 / 2.0) * ((5.0 * a2 + 8.0) + (a2 + 8.0) / ratio) / n_positive
    if method == "binormal":
        return area_covariance(auc, auc, n_positive, n_negative)
    raise refuse_choice("The variance of an area", AUC_VARIANCES)


def plan_auc_precision(
    auc: float, *, ratio: float = 1.0, level: float = 0.95, variance: AucVariance = "hanley-mcneil"
) -> Design:
    """The half-width of the interval ``area ± z * SE`` of one area.

    Parameters
    ----------
    auc
        The area expected, in (0, 1).
    ratio
        Negatives for each positive.

    Returns
    -------
    Design
        For `find_sample_size` with a half-width, or `evaluate_sample_size`.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Examples
    --------
    >>> from adcurate.statistics.planning import Units, evaluate_sample_size
    >>> round(evaluate_sample_size(plan_auc_precision(0.87), Units(47, 9, 38)).reached, 3)
    0.156
    """
    z = level_z(level)
    auc_variance(auc, 10, 10, method=variance)

    def value_at(units: Units) -> float:
        n_positive, n_negative = classes_of(units)
        return z * math.sqrt(auc_variance(auc, n_positive, n_negative, method=variance))

    def formula(half_width: float) -> float:
        return auc_variance(auc, 1.0, ratio, method="obuchowski") * (z / half_width) ** 2

    return Design(
        name="auc-precision",
        goal="precision",
        method=f"normal interval of the area, {SOURCES[variance]}",
        source=SOURCES[variance],
        assumptions={"auc": auc, "ratio": ratio, "level": level},
        value_at=value_at,
        units_of=units_by_ratio(ratio),
        formula=formula if variance == "obuchowski" else None,
    )


def plan_auc_power(
    auc: float,
    *,
    null: float = 0.5,
    ratio: float = 1.0,
    alpha: float = 0.05,
    one_sided: bool = False,
    variance: AucVariance = "obuchowski",
) -> Design:
    """The power to tell one area from a stated one.

    ``z_power = (|A - A0| - z_alpha * SE(A0)) / SE(A)``, with each variance at its own area; the chance to
    reject on the wrong side is left out. With a null of 0.5 and ``obuchowski`` this is pROC's.

    Parameters
    ----------
    null
        The area that must be told from the expected one; 0.5 is a marker that says nothing, which is seldom
        what a study should be content with.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Obuchowski 1998, eq. 1; Hanley and McNeil 1982, eq. 3. Equals ``pROC::power.roc.test``.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> found = find_sample_size(plan_auc_power(0.8), 0.9)
    >>> round(found.formula_steps, 2), found.units.n_positive
    (16.62, 17)
    """
    z_alpha = critical_z(alpha, one_sided=one_sided)
    check_difference(auc, null)
    check_share(null, "The null area")
    auc_variance(auc, 10, 10, method=variance)
    distance = abs(auc - null)

    def value_at(units: Units) -> float:
        n = classes_of(units)
        under_null, expected = (math.sqrt(auc_variance(area, *n, method=variance)) for area in (null, auc))
        return float(ndtr((distance - z_alpha * under_null) / expected))

    def formula(power: float) -> float:
        under_null, expected = (
            math.sqrt(auc_variance(area, 1.0, ratio, method="obuchowski")) for area in (null, auc)
        )
        return ((z_alpha * under_null + float(ndtri(power)) * expected) / distance) ** 2

    return Design(
        name="auc-power",
        goal="power",
        method=f"normal test of the area, {SOURCES[variance]}",
        source=SOURCES[variance],
        assumptions={
            "auc": auc,
            "null": null,
            "ratio": ratio,
            "alpha": alpha,
            "sides": 1.0 if one_sided else 2.0,
        },
        value_at=value_at,
        units_of=units_by_ratio(ratio),
        formula=formula if variance == "obuchowski" else None,
        equals="R pROC::power.roc.test" if variance == "obuchowski" and null == 0.5 else "",
    )


def beyond_one(auc: float, half_width: float) -> tuple[Finding, ...]:
    """A finding when ``area ± half-width`` leaves [0, 1], where the symmetric formula is a guide only."""
    if auc + half_width <= 1.0 and auc - half_width >= 0.0:
        return ()
    return (
        Finding(
            "sample-size.beyond-one",
            f"An area of {auc:g} with ± {half_width:.3f} reaches beyond 1: real intervals are lopsided "
            "there, and the normal formula is a guide only. A simulation from a pilot shows how far.",
        ),
    )


def classes_of(units: Units) -> tuple[int, int]:
    """Positives and negatives; units given without classes are halved."""
    if units.n_positive is None or units.n_negative is None:
        return (units.n + 1) // 2, units.n // 2
    return units.n_positive, units.n_negative


def check_difference(expected: float, null: float) -> None:
    """Refuse an expectation that equals what it must be told from."""
    if expected == null:
        raise StatisticsError(
            "statistics.option",
            "The expected value equals the one it must be told from: no number of cases can.",
            remedy="Give a null value at which the result would be of no use.",
            expected=expected,
        )
