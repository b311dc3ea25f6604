"""What a rule with a fixed cut-off is worth: sensitivity, specificity, predictive values, likelihood ratios.

Sensitivity, specificity and the likelihood ratios belong to the rule; the predictive values belong to the
rule *in a population*, so every predictive value here carries the prevalence it holds for and where that
prevalence came from: the sample itself, or a stated one.

A zero cell leaves some quantities infinite or undefined. They are returned so, with a finding; nothing is
added to any cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.diagnostic.predictive import PredictiveValue, estimate_predictive_values
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction, check_case_vectors, rule_of
from adcurate.statistics.proportion import Proportion, ProportionInterval, estimate_proportion
from adcurate.statistics.values import to_resolution

PrevalenceSource = Literal["sample", "stated"]


@dataclass(frozen=True, slots=True)
class ConfusionTable:
    """A rule beside the reference standard, in cases: true and false positives, false and true negatives."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def n_positive(self) -> int:
        """Cases with the condition."""
        return self.tp + self.fn

    @property
    def n_negative(self) -> int:
        """Cases without it."""
        return self.fp + self.tn

    @property
    def n(self) -> int:
        """All cases."""
        return self.n_positive + self.n_negative


@dataclass(frozen=True, slots=True)
class Ratio:
    """A likelihood ratio with its interval; the limits are NaN where a zero cell leaves none."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class DiagnosticAccuracy:
    """Everything a two-by-two table says about a rule.

    `ppv` and `npv` are `Proportion` of the sample when `prevalence_source` is ``"sample"`` and
    `PredictiveValue` by Bayes' theorem when it is ``"stated"``. `accuracy` always holds for the sample's
    own mix of cases.
    """

    table: ConfusionTable
    sensitivity: Proportion
    specificity: Proportion
    ppv: Proportion | PredictiveValue
    npv: Proportion | PredictiveValue
    lr_positive: Ratio
    lr_negative: Ratio
    accuracy: Proportion
    prevalence: float
    prevalence_source: PrevalenceSource
    findings: tuple[Finding, ...]


def classify_at(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    cutoff: float,
    *,
    direction: Direction,
    resolution: float | None = None,
) -> ConfusionTable:
    """Apply ``marker <= cutoff`` (``"low"``) or ``marker >= cutoff`` (``"high"``) and count.

    The cut-off is rounded to `resolution` with the marker, so a published cut-off and an observed value that
    print the same are equal. It may be infinite; one class may be empty.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` without cases; ``statistics.not-finite`` for a NaN cut-off or marker;
        ``statistics.shape``, ``statistics.option``

    Examples
    --------
    >>> classify_at([0.6, 0.9, 1.1], [True, False, False], 0.9, direction="low")
    ConfusionTable(tp=1, fp=1, fn=0, tn=1)
    """
    rule = rule_of(direction)
    numbers, flags = check_case_vectors(marker, positive, resolution)
    if numbers.size == 0:
        raise StatisticsError(
            "statistics.too-few",
            "There is no case to classify.",
            remedy="Check which cases were selected.",
            n=0,
        )
    if math.isnan(cutoff):
        raise StatisticsError(
            "statistics.not-finite",
            "The cut-off is not a number.",
            remedy="Give the cut-off in the marker's unit.",
        )
    limit = float(to_resolution([cutoff], resolution)[0]) if math.isfinite(cutoff) else cutoff
    called = numbers <= limit if rule == "<=" else numbers >= limit
    return ConfusionTable(
        tp=int(np.count_nonzero(called & flags)),
        fp=int(np.count_nonzero(called & ~flags)),
        fn=int(np.count_nonzero(~called & flags)),
        tn=int(np.count_nonzero(~called & ~flags)),
    )


def estimate_accuracy(
    table: ConfusionTable,
    *,
    interval: ProportionInterval,
    level: float = 0.95,
    prevalence: float | None = None,
) -> DiagnosticAccuracy:
    """Estimate the accuracy of a rule from its table.

    Parameters
    ----------
    table
        Counts of one rule on cases of both classes.
    interval
        Of every proportion: ``"clopper-pearson"`` (MedCalc's) or ``"wilson"``.
    prevalence : share, strictly within (0, 1)
        Where the predictive values shall hold. None: in the sample, where they are plain proportions with
        the named interval. That is right only if the sample's mix of cases is the population's. Stated:
        by Bayes' theorem, with the standard logit interval of Mercaldo, Lau and Zhou (2007), method
        ``logit-delta``, which takes the prevalence as known.

    Returns
    -------
    DiagnosticAccuracy
        Likelihood ratios with the log interval of Simel, Samsa and Matchar (1991), method ``log-delta``.
        Where a zero cell leaves a ratio or an interval undefined it is infinite or NaN, and ``findings``
        holds ``accuracy.zero-cell`` naming the quantity.

    Raises
    ------
    StatisticsError
        ``statistics.one-class`` if a class is empty; ``statistics.shape`` for a negative count;
        ``statistics.option``

    Notes
    -----
    Checked against ``binom.test`` and ``prop.test`` of R, own R code for the two delta methods, and the
    tables of the paper that the default study reproduces.

    Examples
    --------
    >>> result = estimate_accuracy(ConfusionTable(tp=9, fp=13, fn=0, tn=25), interval="clopper-pearson")
    >>> round(result.ppv.value, 4), round(result.lr_positive.value, 3), result.prevalence_source
    (0.4091, 2.923, 'sample')
    """
    check_level(level)
    _check_table(table)
    tp, fp, fn, tn = table.tp, table.fp, table.fn, table.tn

    def share(numerator: int, denominator: int) -> Proportion:
        return estimate_proportion(numerator, denominator, interval=interval, level=level)

    sensitivity, specificity = share(tp, table.n_positive), share(tn, table.n_negative)
    ppv: Proportion | PredictiveValue
    npv: Proportion | PredictiveValue
    if prevalence is None:
        source: PrevalenceSource = "sample"
        held_at = table.n_positive / table.n
        ppv, npv = share(tp, tp + fp), share(tn, tn + fn)
    else:
        source, held_at = "stated", prevalence
        ppv, npv = estimate_predictive_values(tp, fp, fn, tn, prevalence, level)
    lr_positive = _ratio(tp, table.n_positive, fp, table.n_negative, level)
    lr_negative = _ratio(fn, table.n_positive, tn, table.n_negative, level)
    named = {"PPV": ppv, "NPV": npv, "LR+": lr_positive, "LR-": lr_negative}
    return DiagnosticAccuracy(
        table=table,
        sensitivity=sensitivity,
        specificity=specificity,
        ppv=ppv,
        npv=npv,
        lr_positive=lr_positive,
        lr_negative=lr_negative,
        accuracy=share(tp + tn, table.n),
        prevalence=held_at,
        prevalence_source=source,
        findings=tuple(_zero_cell(name) for name, it in named.items() if math.isnan(it.interval.low)),
    )


def _ratio(above: int, n_above: int, below: int, n_below: int, level: float) -> Ratio:
    """Return (above / n_above) / (below / n_below) with its interval on the log scale."""
    value = above * n_below / (n_above * below) if below else (math.inf if above else math.nan)
    if above == 0 or below == 0:
        return Ratio(value, Interval(math.nan, math.nan, level, "log-delta"))
    half = float(ndtri((1.0 + level) / 2.0)) * math.sqrt(
        1.0 / above - 1.0 / n_above + 1.0 / below - 1.0 / n_below
    )
    return Ratio(value, Interval(value * math.exp(-half), value * math.exp(half), level, "log-delta"))


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
            "The accuracy of a rule needs cases of both classes.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n_positive=table.n_positive,
            n_negative=table.n_negative,
        )


def _zero_cell(name: str) -> Finding:
    return Finding(
        "accuracy.zero-cell",
        f"A cell of the table is zero, so {name} has no interval; nothing was added to the cell.",
        where={"quantity": name},
    )
