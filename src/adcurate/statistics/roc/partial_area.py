"""The area under a part of the curve: only where a test would be used.

A whole area also pays for cut-offs that nobody would choose. The partial area counts a range of specificity
(or of sensitivity) alone, at the price of resting on fewer cases: its intervals are wider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Counts, Direction, count_by_value, require_generator
from adcurate.statistics.resampling import percentile_interval
from adcurate.statistics.roc.replicates import resampled_counts

PartialFocus = Literal["specificity", "sensitivity"]
PartialInterval = Literal["percentile-bootstrap", "none"]

_FOCUS: Final = ("specificity", "sensitivity")


@dataclass(frozen=True, slots=True)
class PartialAreaEstimate:
    """The area over ``low <= focus <= high`` of the empirical curve.

    `value` lies between 0 and `largest`, the width of the range; `of_chance` is what the diagonal has there.
    `corrected` is McClish's: 0.5 for the diagonal and 1 for a perfect marker. The intervals, None if none was
    asked for, are of the same replicates.
    """

    value: float
    interval: Interval | None
    corrected: float
    corrected_interval: Interval | None
    focus: PartialFocus
    low: float
    high: float
    of_chance: float
    largest: float
    n_positive: int
    n_negative: int
    direction: Direction
    method: str
    n_resamples: int
    findings: tuple[Finding, ...]


def estimate_partial_area(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    focus: PartialFocus,
    low: float,
    high: float,
    interval: PartialInterval,
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> PartialAreaEstimate:
    """Estimate the partial area of the empirical curve, raw and corrected.

    Trapezoids along the polyline, cut at the ends of the range by linear interpolation. With
    ``focus="specificity"`` the area is that of sensitivity over the range of specificity; with
    ``"sensitivity"`` that of specificity over the range of sensitivity. The interval resamples positives and
    negatives apart and takes percentiles.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction
        ``"low"``: low values are positive; ``"high"``: high values are.
    low, high : shares
        The range, ``0 <= low < high <= 1``.
    rng
        Needed by the bootstrap. The draws depend on it and on the counted values, not on the order of cases.

    Returns
    -------
    PartialAreaEstimate
        An area below the diagonal's is kept, and so is its correction below one half, with the finding
        ``partial-area.below-chance`` (pROC prints no corrected value there).

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    McClish 1989, eq. 4, for the correction. Checked against pROC 1.18
    ``auc(partial.auc = , partial.auc.focus = , partial.auc.correct = )``.

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> part = estimate_partial_area(
    ...     adc, high_grade, direction="low", focus="specificity", low=0.5, high=1.0, interval="none"
    ... )
    >>> round(part.value, 4), round(part.corrected, 4)
    (0.3889, 0.8519)
    """
    check_level(level)
    _check_options(focus, low, high, interval)
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    value = float(_areas(counts.positives[None, :], counts.negatives[None, :], focus, low, high)[0])
    largest, of_chance = _bounds(low, high)

    limits: Interval | None = None
    corrected_limits: Interval | None = None
    if interval == "percentile-bootstrap":
        replicates = np.concatenate(
            [
                _areas(positives, negatives, focus, low, high)
                for positives, negatives in resampled_counts(counts, n_resamples, require_generator(rng))
            ]
        )
        limits = percentile_interval(replicates, level)
        corrected_limits = Interval(
            _corrected(limits.low, low, high), _corrected(limits.high, low, high), level, limits.method
        )
    return PartialAreaEstimate(
        value=value,
        interval=limits,
        corrected=_corrected(value, low, high),
        corrected_interval=corrected_limits,
        focus=focus,
        low=float(low),
        high=float(high),
        of_chance=of_chance,
        largest=largest,
        n_positive=counts.n_positive,
        n_negative=counts.n_negative,
        direction=direction,
        method="empirical, trapezoids; correction: McClish",
        n_resamples=n_resamples if limits else 0,
        findings=() if value >= of_chance - 1e-12 else (_BELOW_CHANCE,),
    )


def _areas(positives: Counts, negatives: Counts, focus: PartialFocus, low: float, high: float) -> Floats:
    """Partial areas of rows of counts (k, n_values), most suspicious first."""
    sensitivity = _shares(positives)
    missed = _shares(negatives)
    # Along x the curve runs from 0 to 1; the range in x, and the height above it.
    if focus == "specificity":
        x, y, start, end = missed, sensitivity, 1.0 - high, 1.0 - low
    else:
        x, y, start, end = sensitivity, 1.0 - missed, low, high
    left, right = x[:, :-1], x[:, 1:]
    width = right - left
    slope = np.divide(y[:, 1:] - y[:, :-1], width, out=np.zeros_like(width), where=width > 0.0)
    from_x, to_x = np.clip(left, start, end), np.clip(right, start, end)
    middle = y[:, :-1] + slope * ((from_x + to_x) / 2.0 - left)
    return np.asarray(np.sum((to_x - from_x) * middle, axis=1), dtype=np.float64)


def _shares(counts: Counts) -> Floats:
    cumulative = np.cumsum(counts, axis=1)
    shares = np.zeros((counts.shape[0], counts.shape[1] + 1))
    np.divide(cumulative, cumulative[:, -1:], out=shares[:, 1:])
    return shares


def _bounds(low: float, high: float) -> tuple[float, float]:
    """The largest area of the range, and that of the diagonal."""
    width = high - low
    return width, width * (1.0 - low + 1.0 - high) / 2.0


def _corrected(value: float, low: float, high: float) -> float:
    largest, of_chance = _bounds(low, high)
    return (1.0 + (value - of_chance) / (largest - of_chance)) / 2.0


def _check_options(focus: str, low: float, high: float, interval: str) -> None:
    if focus not in _FOCUS or interval not in ("percentile-bootstrap", "none"):
        raise StatisticsError(
            "statistics.option",
            "A partial area is over specificity or sensitivity, its interval percentile-bootstrap or none.",
            remedy="Name one of these.",
        )
    if not 0.0 <= low < high <= 1.0:
        raise StatisticsError(
            "statistics.option",
            "The range of a partial area lies between 0 and 1, the lower end first.",
            remedy="Write specificities of 90 % and above as 0.9 and 1.",
            low=low,
            high=high,
        )


_BELOW_CHANCE: Final = Finding(
    "partial-area.below-chance",
    "Over this range the curve lies below the diagonal on the whole: the corrected partial area is below "
    "one half, and some programs do not print it.",
)
