"""Sensitivity and specificity of lesions, when subjects have several.

The share is the ratio of two sums over subjects (lesions called rightly, lesions), and its variance is that
of a ratio: subjects are the sample, not lesions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, ndtri

from adcurate.arrays import Bools
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.clusters.icc import SubjectIcc, estimate_subject_icc
from adcurate.statistics.clusters.subjects import code_subjects
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.proportion import wilson_interval
from adcurate.statistics.values import at_least

ClusteredProportionInterval = Literal["wilson-effective", "wald", "logit"]

_INTERVALS: Final = ("wilson-effective", "wald", "logit")


@dataclass(frozen=True, slots=True)
class ClusteredProportion:
    """A share of lesions with the variance of a ratio over subjects.

    `design_effect` is that variance over the one of independent lesions, ``p(1 - p)/(n - 1)``: 1 exactly
    with one lesion a subject, NaN for a share of 0 or 1. `effective_n` is the number of independent
    lesions that would say as much, never more than there are; for a share of 0 or 1 it is the number of
    subjects. With a single subject `standard_error`, `effective_n` and the limits are NaN.
    """

    value: float
    numerator: int
    denominator: int
    n_subjects: int
    standard_error: float
    interval: Interval
    design_effect: float
    effective_n: float
    icc: SubjectIcc
    method: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ClusteredAccuracy:
    """Sensitivity over the positive lesions and specificity over the negative ones."""

    sensitivity: ClusteredProportion
    specificity: ClusteredProportion
    n_subjects: int
    findings: tuple[Finding, ...]


def estimate_clustered_proportion(
    success: npt.ArrayLike,
    subject: Sequence[str] | npt.ArrayLike,
    *,
    interval: ClusteredProportionInterval = "wilson-effective",
    level: float = 0.95,
) -> ClusteredProportion:
    """Estimate a share of lesions of subjects that have several.

    ``I/(I - 1) * sum (x_i - n_i p)^2 / n^2`` over I subjects. Nothing is assumed of the correlation within
    a subject; subjects must be many. Intervals: ``wilson-effective``, Wilson's for the effective number of
    lesions (Rao and Scott 1992); ``wald``; ``logit``. With one lesion a subject ``wilson-effective`` is
    Wilson's interval.

    Parameters
    ----------
    success : (n,), boolean
        One for each lesion.
    subject : (n,)
        The subject of each lesion.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Rao and Scott 1992, Biometrics 48:577-585; Obuchowski 1998, Statistics in Medicine 17:1495-1507. Checked
    against ``svymean`` and ``svyciprop`` of R's survey 4.1 with normal quantiles.

    Examples
    --------
    >>> share = estimate_clustered_proportion([True, True, False, True, False], ["a", "a", "b", "c", "c"])
    >>> round(share.value, 2), round(share.standard_error, 4), round(share.design_effect, 3)
    (0.6, 0.2498, 1.04)
    """
    check_level(level)
    if interval not in _INTERVALS:
        raise StatisticsError(
            "statistics.option",
            "The interval of a clustered share is wilson-effective, wald or logit.",
            remedy="Name one of the three.",
        )
    flags = _flags(success, "the lesions")
    n = at_least(flags.size, 1, "the lesions")
    codes, n_subjects = code_subjects(subject, n)
    total = int(np.count_nonzero(flags))
    hits = np.bincount(codes, weights=flags, minlength=n_subjects).astype(np.int64)
    residual = n * hits - total * np.bincount(codes, minlength=n_subjects)
    spread = n_subjects / (n_subjects - 1) if n_subjects > 1 else math.nan
    variance = spread * float(residual @ residual) / float(n) ** 4
    value = total / n
    alone = value * (1.0 - value) / (n - 1) if n > 1 else math.nan
    design_effect = variance / alone if alone > 0.0 else math.nan
    findings: tuple[Finding, ...] = ()
    if math.isnan(variance):
        effective = math.nan
        findings = (_SINGLE_SUBJECT,)
    elif total in (0, n):
        effective = float(n_subjects)
        findings = (_ALL_ALIKE,) if n > n_subjects else ()
    else:
        effective = n / max(design_effect, 1.0)
    standard_error = math.sqrt(variance)
    return ClusteredProportion(
        value=value,
        numerator=total,
        denominator=n,
        n_subjects=n_subjects,
        standard_error=standard_error,
        interval=_limits(value, standard_error, effective, level, interval),
        design_effect=design_effect,
        effective_n=effective,
        icc=estimate_subject_icc(flags.astype(np.float64), subject),
        method="ratio estimator, subjects as clusters",
        findings=findings,
    )


def estimate_clustered_accuracy(
    called_positive: npt.ArrayLike,
    positive: npt.ArrayLike,
    subject: Sequence[str] | npt.ArrayLike,
    *,
    interval: ClusteredProportionInterval = "wilson-effective",
    level: float = 0.95,
) -> ClusteredAccuracy:
    """Estimate sensitivity and specificity over lesions of subjects that have several.

    Each is a `estimate_clustered_proportion` of the lesions of its class.

    Parameters
    ----------
    called_positive, positive : (n,), boolean
        What the rule says of each lesion, and the reference standard.
    subject : (n,)
        The subject of each lesion.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.shape``, ``statistics.option``

    Examples
    --------
    >>> both = estimate_clustered_accuracy([True, True, False, False], [True, True, True, False],
    ...                                    ["a", "a", "b", "c"])
    >>> round(both.sensitivity.value, 3), both.sensitivity.n_subjects, both.specificity.value
    (0.667, 2, 1.0)
    """
    called, truth = _flags(called_positive, "the calls"), _flags(positive, "the reference standard")
    names = np.asarray(subject)
    _, n_subjects = code_subjects(names, truth.size)
    if called.size != truth.size:
        raise StatisticsError(
            "statistics.shape",
            f"There are {called.size} calls and {truth.size} lesions.",
            remedy="Give one call for each lesion, in the same order.",
        )
    if int(np.count_nonzero(truth)) in (0, truth.size):
        raise StatisticsError(
            "statistics.one-class",
            "Sensitivity and specificity need lesions of both classes.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=truth.size,
        )
    sensitivity = estimate_clustered_proportion(called[truth], names[truth], interval=interval, level=level)
    specificity = estimate_clustered_proportion(
        ~called[~truth], names[~truth], interval=interval, level=level
    )
    return ClusteredAccuracy(
        sensitivity, specificity, n_subjects, (*sensitivity.findings, *specificity.findings)
    )


def _flags(values: npt.ArrayLike, name: str) -> Bools:
    flags = np.asarray(values)
    if flags.ndim != 1 or (flags.size and flags.dtype != np.bool_):
        raise StatisticsError(
            "statistics.shape",
            f"{name[:1].upper()}{name[1:]} must be one true or false each.",
            remedy="Give one boolean for each lesion.",
        )
    return flags.astype(np.bool_)


def _limits(
    value: float, standard_error: float, effective: float, level: float, method: ClusteredProportionInterval
) -> Interval:
    nothing = Interval(math.nan, math.nan, level, method)
    if math.isnan(effective):
        return nothing
    z = float(ndtri((1.0 + level) / 2.0))
    if method == "wilson-effective":
        limits = wilson_interval(value * effective, effective, level)
        return Interval(limits.low, limits.high, level, method)
    if method == "wald":
        low, high = value - z * standard_error, value + z * standard_error
        return Interval(max(0.0, low), min(1.0, high), level, method)
    if not 0.0 < value < 1.0:
        return nothing
    centre, half = math.log(value / (1.0 - value)), z * standard_error / (value * (1.0 - value))
    return Interval(float(expit(centre - half)), float(expit(centre + half)), level, method)


_SINGLE_SUBJECT: Final = Finding(
    "clusters.single-subject",
    "All lesions of one class belong to a single subject: no variance between subjects can be estimated.",
)
_ALL_ALIKE: Final = Finding(
    "clusters.all-alike",
    "All lesions of a class were called alike, so their correlation cannot be seen: the interval is Wilson's "
    "for the number of subjects.",
    severity="note",
)
