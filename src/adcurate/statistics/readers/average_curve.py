"""The average of several readers' ROC curves: at each specificity, the mean of their sensitivities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Floats
from adcurate.statistics.roc.curve import RocCurve
from adcurate.statistics.values import at_least


@dataclass(frozen=True, slots=True, eq=False)
class AverageCurve:
    """Points of the average curve, (n_points,), from "nobody is positive" on; its area is the mean area."""

    sensitivity: Floats
    specificity: Floats
    n_curves: int


def average_curves(curves: Sequence[RocCurve]) -> AverageCurve:
    """Average empirical ROC curves at each specificity (vertically).

    Both ends of every vertical step are kept, so the area under the average is the average of the areas.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` without a curve.

    Notes
    -----
    Chen and Samuelson 2014, British Journal of Radiology 87:20140016.

    Examples
    --------
    >>> from adcurate.statistics.roc import estimate_roc
    >>> truth = [True, True, False, False]
    >>> pair = [estimate_roc(adc, truth, direction="low") for adc in ([1, 2, 3, 4], [1, 3, 2, 4])]
    >>> average_curves(pair).sensitivity.tolist()
    [0.0, 0.75, 0.75, 1.0, 1.0, 1.0]
    """
    at_least(len(curves), 1, "the curves")
    wrong = np.unique(np.concatenate([1.0 - curve.specificity for curve in curves]))
    lower = np.mean([_read(curve, wrong, upper=False) for curve in curves], axis=0)
    upper = np.mean([_read(curve, wrong, upper=True) for curve in curves], axis=0)
    return AverageCurve(
        sensitivity=np.stack([lower, upper], axis=1).ravel(),
        specificity=1.0 - np.repeat(wrong, 2),
        n_curves=len(curves),
    )


def _read(curve: RocCurve, wrong: Floats, *, upper: bool) -> Floats:
    """Sensitivity at false-positive rates: the upper or lower end of a vertical step."""
    x, y = 1.0 - curve.specificity, curve.sensitivity
    values, first, counts = np.unique(x, return_index=True, return_counts=True)
    last = first + counts - 1
    at = np.clip(np.searchsorted(values, wrong, side="right") - 1, 0, values.size - 1)
    exact = values[at] == wrong
    after = np.minimum(at + 1, values.size - 1)
    gap = np.where(after > at, values[after] - values[at], 1.0)
    share = (wrong - values[at]) / gap
    between = y[last[at]] + share * (y[first[after]] - y[last[at]])
    return np.asarray(np.where(exact, y[last[at]] if upper else y[first[at]], between))
