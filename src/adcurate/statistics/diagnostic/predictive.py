"""Predictive values in a population whose prevalence is stated, by Bayes' theorem."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import expit, ndtri

from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class PredictiveValues:
    """PPV and NPV at one prevalence; NaN where the rule never gives that answer."""

    ppv: float
    npv: float
    prevalence: float


@dataclass(frozen=True, slots=True)
class PredictiveValue:
    """A predictive value at a stated prevalence, with its logit interval: not a share of counted cases."""

    value: float
    interval: Interval


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> PredictiveValues:
    """Turn sensitivity and specificity into PPV and NPV at a prevalence, by Bayes' theorem.

    All are shares within [0, 1]. A rule that never calls a case positive has a PPV of NaN, one that never
    calls a case negative an NPV of NaN.

    Raises
    ------
    StatisticsError
        ``statistics.option`` for a share outside [0, 1]; the prevalence must be strictly inside.

    Examples
    --------
    >>> at = predictive_values(0.723, 0.916, 0.19)
    >>> f"{at.ppv:.2%} {at.npv:.2%}"
    '66.88% 93.38%'
    """
    if not (0.0 <= sensitivity <= 1.0 and 0.0 <= specificity <= 1.0 and 0.0 < prevalence < 1.0):
        raise StatisticsError(
            "statistics.option",
            "Sensitivity, specificity and prevalence are shares between 0 and 1, the prevalence strictly so.",
            remedy="Write 19 % as 0.19.",
            sensitivity=sensitivity,
            specificity=specificity,
            prevalence=prevalence,
        )
    true_positive = sensitivity * prevalence
    false_positive = (1.0 - specificity) * (1.0 - prevalence)
    true_negative = specificity * (1.0 - prevalence)
    false_negative = (1.0 - sensitivity) * prevalence
    return PredictiveValues(
        ppv=_divide(true_positive, true_positive + false_positive),
        npv=_divide(true_negative, true_negative + false_negative),
        prevalence=prevalence,
    )


def estimate_predictive_values(
    tp: int, fp: int, fn: int, tn: int, prevalence: float, level: float = 0.95
) -> tuple[PredictiveValue, PredictiveValue]:
    """Estimate PPV and NPV at a stated prevalence from the four counts of a table.

    The interval is the standard logit interval of Mercaldo, Lau and Zhou (2007), method ``logit-delta``:
    the logit of a predictive value is a constant plus the log of a ratio of two independent proportions. It
    takes the prevalence as known, and is NaN where a zero cell leaves it undefined.

    Raises
    ------
    StatisticsError
        ``statistics.option`` for a prevalence that is not strictly within (0, 1).
    """
    n_positive, n_negative = tp + fn, fp + tn
    at = predictive_values(tp / n_positive, tn / n_negative, prevalence)
    return (
        PredictiveValue(at.ppv, _logit_interval(at.ppv, tp, n_positive, fp, n_negative, level)),
        PredictiveValue(at.npv, _logit_interval(at.npv, tn, n_negative, fn, n_positive, level)),
    )


def _logit_interval(
    value: float, right: int, n_right: int, wrong: int, n_wrong: int, level: float
) -> Interval:
    if right == 0 or wrong == 0:
        return Interval(math.nan, math.nan, level, "logit-delta")
    centre = math.log(value / (1.0 - value))
    variance = 1.0 / right - 1.0 / n_right + 1.0 / wrong - 1.0 / n_wrong
    half = float(ndtri((1.0 + level) / 2.0)) * math.sqrt(variance)
    return Interval(float(expit(centre - half)), float(expit(centre + half)), level, "logit-delta")


def _divide(part: float, whole: float) -> float:
    return part / whole if whole > 0.0 else math.nan
