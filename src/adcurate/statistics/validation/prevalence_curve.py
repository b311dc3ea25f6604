"""Predictive values of a rule in every population: PPV and NPV as a curve over prevalence, with a band.

The sample's own mix of cases is an accident of recruitment. Sensitivity and specificity may travel (if the
spectrum of disease is alike); predictive values never do, so they are shown for every prevalence.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.diagnostic.accuracy import ConfusionTable
from adcurate.statistics.interval import check_level
from adcurate.statistics.proportion import clopper_pearson_interval

PrevalenceBand = Literal["logit-delta", "adjusted-logit", "confidence-box"]

_BANDS: Final = ("logit-delta", "adjusted-logit", "confidence-box")


@dataclass(frozen=True, slots=True, eq=False)
class PredictiveCurve:
    """One predictive value over prevalence; arrays are (n_prevalences,).

    `band` is the method of the limits that were given. A value is NaN where the rule never gives that answer.
    """

    value: Floats
    low: Floats
    high: Floats
    band: PrevalenceBand


@dataclass(frozen=True, slots=True, eq=False)
class PrevalenceCurve:
    """PPV and NPV of a rule with fixed sensitivity and specificity at each prevalence.

    `sample_prevalence` is the share of positives among the cases, which need not be that of any population.
    """

    prevalence: Floats
    ppv: PredictiveCurve
    npv: PredictiveCurve
    table: ConfusionTable
    sensitivity: float
    specificity: float
    sample_prevalence: float
    level: float
    findings: tuple[Finding, ...]


def estimate_prevalence_curve(
    table: ConfusionTable,
    *,
    prevalences: npt.ArrayLike | None = None,
    band: PrevalenceBand = "logit-delta",
    level: float = 0.95,
) -> PrevalenceCurve:
    """Estimate PPV and NPV over prevalence, by Bayes' theorem, with pointwise limits.

    The prevalence is taken as known, and the cut-off as fixed beforehand. Bands:

    ``"logit-delta"``
        The standard logit interval of Mercaldo, Lau and Zhou (2007). It does not exist where a zero cell
        makes a predictive value 1 or 0 everywhere; that curve then gets the confidence box instead, and a
        finding says so. A sensitivity or specificity of exactly 1 adds no variance: the limits of the other
        curve exist and are too narrow, which is a finding too.
    ``"adjusted-logit"``
        Their adjusted one: half of z² successes and as many failures are added to both proportions (Agresti
        and Coull 1998). Always exists; centred on the adjusted value, not on the estimate.
    ``"confidence-box"``
        Clopper-Pearson limits of sensitivity and of specificity, each at the square root of `level`, put
        together at their worst and best corners. Both hold together at `level` or more, so the whole band
        does, at all prevalences at once and without any large-sample argument. Wide; always exists.

    Parameters
    ----------
    table
        Counts of one rule on cases of both classes.
    prevalences : (n_prevalences,), strictly within (0, 1)
        99 even steps from 0.01 to 0.99 if not given.

    Raises
    ------
    StatisticsError
        ``statistics.one-class`` if a class is empty; ``statistics.shape`` for a negative count;
        ``statistics.option``

    Notes
    -----
    Checked against R code of our own (``qbeta``, ``qnorm``); at one prevalence ``logit-delta`` equals
    `adcurate.statistics.diagnostic.estimate_accuracy`.

    Examples
    --------
    >>> curve = estimate_prevalence_curve(ConfusionTable(tp=9, fp=13, fn=0, tn=25), prevalences=[0.1, 0.5])
    >>> curve.ppv.value.round(3).tolist(), curve.npv.value.tolist(), curve.npv.band
    ([0.245, 0.745], [1.0, 1.0], 'confidence-box')
    """
    check_level(level)
    if band not in _BANDS:
        raise StatisticsError(
            "statistics.option",
            "The band over prevalence is logit-delta, adjusted-logit or confidence-box.",
            remedy="Name one of the three.",
        )
    grid = np.linspace(0.01, 0.99, 99) if prevalences is None else np.array(prevalences, dtype=np.float64)
    if grid.ndim != 1 or grid.size == 0 or not ((grid > 0.0) & (grid < 1.0)).all():
        raise StatisticsError(
            "statistics.option",
            "Prevalences are shares strictly between 0 and 1.",
            remedy="Write 19 % as 0.19.",
        )
    _check_table(table)
    sensitivity, specificity = table.tp / table.n_positive, table.tn / table.n_negative
    odds = logit(grid)
    findings: list[Finding] = []

    def curve(
        name: str, right: int, n_right: int, wrong: int, n_wrong: int, shift: Floats
    ) -> PredictiveCurve:
        value = _bayes(right / n_right, wrong / n_wrong, shift)
        used = band
        if band == "logit-delta" and (right == 0 or wrong == 0):
            used = "confidence-box"
            findings.append(_no_logit(name))
        elif band == "logit-delta" and (right == n_right or wrong == n_wrong):
            findings.append(_too_narrow(name))
        if used == "confidence-box":
            inner = math.sqrt(level)
            of_right = clopper_pearson_interval(right, n_right, inner)
            of_wrong = clopper_pearson_interval(wrong, n_wrong, inner)
            low = _bayes(of_right.low, of_wrong.high, shift)
            high = _bayes(of_right.high, of_wrong.low, shift)
        else:
            low, high = _logit_limits(right, n_right, wrong, n_wrong, shift, level, used == "adjusted-logit")
        return PredictiveCurve(value, low, high, used)

    ppv = curve("PPV", table.tp, table.n_positive, table.fp, table.n_negative, odds)
    npv = curve("NPV", table.tn, table.n_negative, table.fn, table.n_positive, -odds)
    return PrevalenceCurve(
        prevalence=grid,
        ppv=ppv,
        npv=npv,
        table=table,
        sensitivity=sensitivity,
        specificity=specificity,
        sample_prevalence=table.n_positive / table.n,
        level=level,
        findings=tuple(findings),
    )


def _bayes(right: float, wrong: float, shift: Floats) -> Floats:
    """Return the predictive value whose logit is `shift` plus the log of right over wrong."""
    if right == 0.0 and wrong == 0.0:
        return np.full(shift.shape, np.nan)
    odds = np.exp(shift)
    return np.asarray(odds * right / (odds * right + wrong))


def _logit_limits(
    right: float, n_right: float, wrong: float, n_wrong: float, shift: Floats, level: float, adjusted: bool
) -> tuple[Floats, Floats]:
    z = float(ndtri((1.0 + level) / 2.0))
    if adjusted:
        right, wrong, n_right, n_wrong = (
            right + z * z / 2,
            wrong + z * z / 2,
            n_right + z * z,
            n_wrong + z * z,
        )
    centre = shift + math.log(right / n_right) - math.log(wrong / n_wrong)
    half = z * math.sqrt(1.0 / right - 1.0 / n_right + 1.0 / wrong - 1.0 / n_wrong)
    return np.asarray(expit(centre - half)), np.asarray(expit(centre + half))


def _check_table(table: ConfusionTable) -> None:
    if min(table.tp, table.fp, table.fn, table.tn) < 0:
        raise StatisticsError(
            "statistics.shape",
            "The cells of a two-by-two table are counts of cases and cannot be negative.",
            remedy="Check the four counts.",
        )
    if table.n_positive == 0 or table.n_negative == 0:
        raise StatisticsError(
            "statistics.one-class",
            "Predictive values need a rule that was tried on cases of both classes.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n_positive=table.n_positive,
            n_negative=table.n_negative,
        )


def _no_logit(name: str) -> Finding:
    return Finding(
        "prevalence.zero-cell",
        f"A cell of the table is zero, so {name} has no logit interval; its band is the conservative "
        "confidence box.",
        severity="note",
        where={"quantity": name},
    )


def _too_narrow(name: str) -> Finding:
    return Finding(
        "prevalence.no-variance",
        f"Sensitivity or specificity is exactly 100 % in this sample and adds no variance to the logit "
        f"interval of {name}: it is too narrow. The confidence box is not.",
        where={"quantity": name},
    )
