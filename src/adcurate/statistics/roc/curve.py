"""The empirical ROC curve: what every cut-off of a marker would have done in this sample.

Cut-offs are values that were observed, as MedCalc and cutpointr print them. pROC prints midpoints between
neighbouring values instead; both name the same classifications, and `RocCurve.midpoints` gives the other
spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import (
    CaseCodes,
    Counts,
    Direction,
    MarkerCounts,
    Rule,
    case_codes,
    count_by_value,
    require_generator,
)
from adcurate.statistics.proportion import clopper_pearson_interval
from adcurate.statistics.resampling import percentile_interval, stratified_bootstrap_indices

BandMethod = Literal["stratified-bootstrap", "clopper-pearson"]

_BLOCK_CASES = 1 << 20


@dataclass(frozen=True, slots=True)
class RocCurve:
    """The points of an empirical ROC curve, from "nobody is positive" to "everybody is".

    `cutoffs`, `sensitivity`, `specificity`, `true_positives` and `false_positives` are (n_values + 1,).
    The first cut-off is infinite (nobody is positive); every other is an observed value, and the point
    beside it is what ``marker <rule> cutoff`` does. `resolution` is the tie rule the values were rounded by.
    """

    cutoffs: Floats
    sensitivity: Floats
    specificity: Floats
    true_positives: Counts
    false_positives: Counts
    rule: Rule
    n_positive: int
    n_negative: int
    direction: Direction
    resolution: float | None

    def midpoints(self) -> Floats:
        """Return pROC's spelling: halfway between neighbouring values, infinite at both ends."""
        between = (self.cutoffs[1:-1] + self.cutoffs[2:]) / 2.0
        return np.concatenate([self.cutoffs[:1], between, -self.cutoffs[:1]])

    def sensitivity_at(self, specificity: npt.ArrayLike) -> Floats:
        """Read sensitivity off the polyline at each given specificity: the upper value of a vertical step."""
        return np.asarray(np.interp(-np.asarray(specificity), -self.specificity, self.sensitivity))


@dataclass(frozen=True, slots=True)
class RocBand:
    """Pointwise limits of sensitivity at given specificities; arrays are (n_points,).

    Pointwise: each limit holds `level` by itself, not the band as a whole. `method` is
    ``stratified-percentile-bootstrap`` or ``clopper-pearson``; `n_resamples` is 0 for the latter.
    """

    specificity: Floats
    sensitivity: Floats
    low: Floats
    high: Floats
    level: float
    method: str
    n_resamples: int


def estimate_roc(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    resolution: float | None = None,
) -> RocCurve:
    """Estimate the empirical ROC curve of a marker.

    One point for each distinct value, plus the end where nobody is called positive; no smoothing and no
    binormal model. Cases tied across the classes make a slanted step.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction
        ``"low"``: low values are positive, rule ``<=``; ``"high"``: high values are, rule ``>=``.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Checked against pROC 1.18 (sensitivities, specificities, thresholds).

    Examples
    --------
    >>> curve = estimate_roc([0.7, 0.9, 0.8, 1.2], [True, True, False, False], direction="low")
    >>> curve.cutoffs.tolist(), curve.sensitivity.tolist(), curve.specificity.tolist()
    ([-inf, 0.7, 0.8, 0.9, 1.2], [0.0, 0.5, 0.5, 1.0, 1.0], [1.0, 1.0, 0.5, 0.5, 0.0])
    """
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    return roc_from_counts(counts, resolution=resolution)


def roc_from_counts(counts: MarkerCounts, *, resolution: float | None = None) -> RocCurve:
    """Return the curve of cases that are counted already."""
    true_positives = _cumulative(counts.positives)
    false_positives = _cumulative(counts.negatives)
    n_positive, n_negative = int(true_positives[-1]), int(false_positives[-1])
    nobody = -np.inf if counts.direction == "low" else np.inf
    return RocCurve(
        cutoffs=np.concatenate([[nobody], counts.values]),
        sensitivity=true_positives / n_positive,
        specificity=(n_negative - false_positives) / n_negative,
        true_positives=true_positives,
        false_positives=false_positives,
        rule=counts.rule,
        n_positive=n_positive,
        n_negative=n_negative,
        direction=counts.direction,
        resolution=resolution,
    )


def estimate_roc_band(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    method: BandMethod,
    level: float = 0.95,
    specificities: npt.ArrayLike | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
    resolution: float | None = None,
) -> RocBand:
    """Estimate pointwise limits of sensitivity along the curve, for the picture.

    ``"stratified-bootstrap"`` resamples positives and negatives apart, reads each replicate's sensitivity
    at the given specificities and takes percentiles: the uncertainty of both classes. ``"clopper-pearson"``
    takes the exact binomial interval of the positives alone, as if each specificity were known.

    Parameters
    ----------
    specificities : (n_points,), within [0, 1]
        Where to read sensitivity; 101 even steps if not given.
    rng
        Needed by the bootstrap. The draws depend on it and on the counted values, not on the order of cases.

    Raises
    ------
    StatisticsError
        The codes of `estimate_roc`; ``statistics.option`` for a specificity outside [0, 1], an unknown
        method, or a bootstrap without `rng`.
    """
    check_level(level)
    grid = np.linspace(0.0, 1.0, 101) if specificities is None else np.array(specificities, dtype=np.float64)
    if grid.ndim != 1 or not ((grid >= 0.0) & (grid <= 1.0)).all():
        raise StatisticsError(
            "statistics.option",
            "Specificities are shares between 0 and 1.",
            remedy="Give a vector such as numpy.linspace(0, 1, 101).",
        )
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    curve = roc_from_counts(counts)
    sensitivity = curve.sensitivity_at(grid)
    if method == "clopper-pearson":
        limits = [
            clopper_pearson_interval(s * curve.n_positive, curve.n_positive, level) for s in sensitivity
        ]
        name, n_resamples = "clopper-pearson", 0
    elif method == "stratified-bootstrap":
        replicates = _resampled_sensitivity(case_codes(counts), grid, n_resamples, require_generator(rng))
        limits = [percentile_interval(column, level) for column in replicates.T]
        name = "stratified-percentile-bootstrap"
    else:
        raise StatisticsError(
            "statistics.option",
            "The band of a ROC curve is 'stratified-bootstrap' or 'clopper-pearson'.",
            remedy="Name one of the two.",
        )
    low, high = (np.array([getattr(limit, end) for limit in limits]) for end in ("low", "high"))
    return RocBand(grid, sensitivity, low, high, level, name, n_resamples)


def _resampled_sensitivity(
    cases: CaseCodes, specificities: Floats, n_resamples: int, rng: np.random.Generator
) -> Floats:
    """Return (n_resamples, n_points) sensitivities of stratified resamples."""
    rows = []
    block = max(1, _BLOCK_CASES // cases.codes.size)
    for start in range(0, n_resamples, block):
        indices = stratified_bootstrap_indices(cases.strata, min(block, n_resamples - start), rng)
        for positives, negatives in zip(*cases.count(indices), strict=True):
            true_positives, false_positives = _cumulative(positives), _cumulative(negatives)
            n_negative = false_positives[-1]
            rows.append(
                np.interp(
                    -specificities,
                    (false_positives - n_negative) / n_negative,
                    true_positives / true_positives[-1],
                )
            )
    return np.array(rows)


def _cumulative(counts: Counts) -> Counts:
    return np.concatenate([[0], np.cumsum(counts)])
