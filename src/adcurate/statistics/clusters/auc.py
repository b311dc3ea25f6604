"""The area under the ROC curve when subjects have several lesions.

Lesions of one person resemble each other, so a hundred lesions of forty persons say less than a hundred
persons would. The area itself stays what it is; its standard error is made from subjects.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtr, ndtri

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.clusters.covariance import SubjectSums, covariance_of_cases
from adcurate.statistics.clusters.placements import Placements, place_lesions
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction

ClusteredAucInterval = Literal["obuchowski", "obuchowski-logit"]


@dataclass(frozen=True, slots=True)
class ClusteredAuc:
    """The area of one marker over lesions, with a standard error made from subjects.

    `independent_standard_error` is DeLong's, as if every lesion were another subject's; `design_effect` is
    the ratio of the two variances. They, `p_value` (of an area of one half) and the limits are NaN where
    a variance is zero or a class is held by a single subject. `n_subjects_both` count in both classes.
    """

    value: float
    standard_error: float
    interval: Interval
    p_value: float
    independent_standard_error: float
    design_effect: float
    n_positive: int
    n_negative: int
    n_subjects: int
    n_subjects_positive: int
    n_subjects_negative: int
    n_subjects_both: int
    direction: Direction
    method: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ClusteredAucDifference:
    """The areas of two markers on the same lesions, compared: ``difference = first - second``.

    `z`, `p_value` and the limits are NaN where the difference has no variance.
    """

    first: float
    second: float
    difference: float
    standard_error: float
    interval: Interval
    z: float
    p_value: float
    independent_standard_error: float
    n_positive: int
    n_negative: int
    n_subjects: int
    method: str
    findings: tuple[Finding, ...]


def estimate_clustered_auc(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Sequence[str] | npt.ArrayLike,
    *,
    direction: Direction,
    interval: ClusteredAucInterval = "obuchowski",
    level: float = 0.95,
    resolution: float | None = None,
) -> ClusteredAuc:
    """Estimate the area under the curve of lesions, with Obuchowski's variance for clusters.

    Placements are summed within subjects before they are squared, and the sums of a subject's positive
    and negative lesions covary: subjects may have lesions of one class or of both. Nothing is assumed of
    the correlation within a subject; the price is that subjects must be many (about 40 or more), since
    their number, not that of lesions, carries the variance. With one lesion a subject it is DeLong's.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value for each lesion.
    positive : (n,), boolean
        The reference standard of each lesion.
    subject : (n,)
        The subject of each lesion.
    direction
        ``"low"``: low values are positive; ``"high"``: high values are.
    interval : {"obuchowski", "obuchowski-logit"}
        ``value ± z * standard_error`` cut at 0 and 1, or the same on the logit scale and back.
    resolution : unit of `marker`
        Values that round to the same multiple are ties.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Obuchowski 1997, Biometrics 53:567-578, the variance of a single area and its S10, S01 and S11.
    Checked against an own calculation in R, pair by pair, and pROC 1.18 where subjects have one lesion.

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> auc = estimate_clustered_auc(adc, high_grade, ["a", "a", "b", "c", "d", "d"], direction="low")
    >>> round(auc.value, 4), round(auc.standard_error, 4), auc.n_subjects
    (0.8889, 0.2095, 4)
    """
    check_level(level)
    if interval not in ("obuchowski", "obuchowski-logit"):
        raise StatisticsError(
            "statistics.option",
            "The interval of a clustered area is obuchowski or obuchowski-logit.",
            remedy="Name one of the two.",
        )
    flags = np.asarray(positive)
    placed = place_lesions([marker], flags, directions=(direction,), resolution=resolution)
    sums = SubjectSums.of(placed, flags.astype(bool), subject)
    value = float(placed.areas[0])
    variance = float(sums.covariance()[0, 0])
    alone = float(covariance_of_cases(placed)[0, 0])
    standard_error = math.sqrt(variance)
    findings = _findings(sums, variance)
    if value < 0.5:
        findings = (*findings, _BELOW_HALF)
    limits, cut = _limits(value, standard_error, level, interval)
    return ClusteredAuc(
        value=value,
        standard_error=standard_error,
        interval=limits,
        p_value=2.0 * float(ndtr(-abs(value - 0.5) / standard_error)) if standard_error > 0.0 else math.nan,
        independent_standard_error=math.sqrt(alone),
        design_effect=variance / alone if alone > 0.0 else math.nan,
        n_positive=placed.n_positive,
        n_negative=placed.n_negative,
        n_subjects=sums.n_subjects,
        n_subjects_positive=sums.n_with_positives,
        n_subjects_negative=sums.n_with_negatives,
        n_subjects_both=sums.n_with_both,
        direction=direction,
        method="empirical; standard error: Obuchowski 1997, subjects as clusters",
        findings=(*findings, *cut),
    )


def compare_clustered_aucs(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Sequence[str] | npt.ArrayLike,
    *,
    directions: tuple[Direction, Direction],
    level: float = 0.95,
    resolution: float | None = None,
) -> ClusteredAucDifference:
    """Compare the areas of two markers measured on the same lesions of subjects with several.

    The normal test of the difference with Obuchowski's variance of it. With one lesion a subject it is
    DeLong's paired test.

    Parameters
    ----------
    first, second : (n,), any units
        Two finite values for each lesion.
    positive : (n,), boolean
        The reference standard of each lesion.
    subject : (n,)
        The subject of each lesion.
    directions
        Which end of the first and of the second is positive.

    Raises
    ------
    StatisticsError
        As `estimate_clustered_auc`.

    Notes
    -----
    Obuchowski 1997, the covariance of two correlated areas. Checked as `estimate_clustered_auc`, and
    against ``roc.test(paired = TRUE)`` of pROC 1.18 where subjects have one lesion.

    Examples
    --------
    >>> high_grade = [True, True, True, False, False, False]
    >>> test = compare_clustered_aucs([0.6, 0.7, 0.9, 0.8, 1.1, 1.4], [5, 3, 1, 2, 4, 6], high_grade,
    ...                               ["a", "a", "b", "c", "d", "d"], directions=("low", "low"))
    >>> round(test.difference, 4), round(test.p_value, 4)
    (0.2222, 0.5563)
    """
    check_level(level)
    flags = np.asarray(positive)
    one = place_lesions([first], flags, directions=directions[:1], resolution=resolution)
    two = place_lesions([second], flags, directions=directions[1:], resolution=resolution)
    # The difference is placed as one rating, so that equal markers have exactly no variance.
    both = Placements(one.of_positives - two.of_positives, one.of_negatives - two.of_negatives)
    sums = SubjectSums.of(both, flags.astype(bool), subject)
    variance = float(sums.covariance()[0, 0])
    standard_error = math.sqrt(variance)
    difference = float(both.areas[0])
    # Without a variance nothing is known of how far the difference reaches.
    half = float(ndtri((1.0 + level) / 2.0)) * standard_error if standard_error > 0.0 else math.nan
    low, high = np.clip([difference - half, difference + half], -1.0, 1.0).tolist()
    z = difference / standard_error if standard_error > 0.0 else math.nan
    return ClusteredAucDifference(
        first=float(one.areas[0]),
        second=float(two.areas[0]),
        difference=difference,
        standard_error=standard_error,
        interval=Interval(low, high, level, "obuchowski"),
        z=z,
        p_value=2.0 * float(ndtr(-abs(z))),
        independent_standard_error=math.sqrt(float(covariance_of_cases(both)[0, 0])),
        n_positive=both.n_positive,
        n_negative=both.n_negative,
        n_subjects=sums.n_subjects,
        method="paired areas; Obuchowski 1997, subjects as clusters",
        findings=_findings(sums, variance),
    )


def _findings(sums: SubjectSums, variance: float) -> tuple[Finding, ...]:
    found: tuple[Finding, ...] = ()
    if math.isnan(variance):
        found = (_SINGLE_SUBJECT,)
    elif variance == 0.0:
        found = (_NO_VARIANCE,)
    if sums.n_subjects < _FEW:
        found = (*found, _few(sums.n_subjects))
    return found


def _limits(
    value: float, standard_error: float, level: float, method: ClusteredAucInterval
) -> tuple[Interval, tuple[Finding, ...]]:
    z = float(ndtri((1.0 + level) / 2.0))
    if method == "obuchowski-logit":
        if not 0.0 < value < 1.0 or not standard_error > 0.0:
            return Interval(math.nan, math.nan, level, method), ()
        centre = math.log(value / (1.0 - value))
        half = z * standard_error / (value * (1.0 - value))
        return Interval(float(expit(centre - half)), float(expit(centre + half)), level, method), ()
    low, high = value - z * standard_error, value + z * standard_error
    cut = (_truncated(low, high),) if low < 0.0 or high > 1.0 else ()
    low, high = np.clip([low, high], 0.0, 1.0).tolist()
    return Interval(low, high, level, method), cut


_FEW: Final = 20
_BELOW_HALF: Final = Finding(
    "auc.below-half", "The area is below one half: in this sample the marker points the other way."
)
_NO_VARIANCE: Final = Finding(
    "auc.no-variance",
    "No subject moves the area (perfect separation, or no difference at all): its variance is zero, and "
    "neither its interval nor its test says anything.",
)
_SINGLE_SUBJECT: Final = Finding(
    "clusters.single-subject",
    "All lesions of one class belong to a single subject: no variance between subjects can be estimated.",
)


def _few(n_subjects: int) -> Finding:
    return Finding(
        "clusters.few-subjects",
        f"The standard error is made from {n_subjects} subjects; with fewer than {_FEW} it tends to be too "
        "small.",
        where={"n_subjects": str(n_subjects)},
    )


def _truncated(low: float, high: float) -> Finding:
    return Finding(
        "auc.interval-truncated",
        "The normal interval of the area reaches beyond 0 or 1 and is cut there.",
        severity="note",
        where={"low": repr(low), "high": repr(high)},
    )
