"""The Youden cut-off: where sensitivity and specificity add up to most, and how far that can be trusted.

A cut-off chosen and judged on the same cases is optimistic: its J, sensitivity and specificity are the best
of many. The intervals here measure how the choice moves from sample to sample; they do not remove the
optimism.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import (
    Counts,
    Direction,
    MarkerCounts,
    Rule,
    count_by_value,
    require_generator,
)
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_replicates,
    count_undefined,
    percentile_interval,
)

CutoffInterval = Literal["percentile-bootstrap", "bca-bootstrap", "none"]
CutoffTies = Literal["most-specific", "most-sensitive"]

_INTERVALS: Final = ("percentile-bootstrap", "bca-bootstrap", "none")
_TIES: Final = ("most-specific", "most-sensitive")
_BLOCK_CELLS = 1 << 22
# Draws handled at once: they stay in the processor's cache.
_BLOCK_DRAWS = 1 << 16


@dataclass(frozen=True, slots=True)
class YoudenEstimate:
    """The cut-off of greatest ``J = sensitivity + specificity - 1``.

    A case is positive when ``marker <rule> cutoff``; the cut-off is an observed value. `tied_cutoffs` holds
    every observed value that reaches the same J, the chosen one included, from the most specific on, and
    `ties` says which was chosen. The intervals are None if none was asked for. `n_dropped` of the
    `n_resamples` replicates had cases of one class only and are in no interval.
    """

    cutoff: float
    rule: Rule
    j: float
    sensitivity: float
    specificity: float
    cutoff_interval: Interval | None
    j_interval: Interval | None
    tied_cutoffs: tuple[float, ...]
    ties: CutoffTies
    n_positive: int
    n_negative: int
    n_resamples: int
    n_dropped: int
    direction: Direction
    findings: tuple[Finding, ...]


def estimate_youden(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    interval: CutoffInterval,
    ties: CutoffTies = "most-specific",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    n_resamples: int = 10_000,
    resolution: float | None = None,
) -> YoudenEstimate:
    """Estimate the Youden cut-off of a marker, with bootstrap intervals of the cut-off and of J.

    J is compared between cut-offs in whole numbers, so ties are exact. Resampling is of cases, not within
    classes: the numbers of positives and negatives vary from replicate to replicate, as cutpointr does and
    pROC does not; replicates that lack a class are dropped and counted. Each replicate's cut-off is a value
    that was drawn. BCa takes its acceleration from leaving out each case in turn.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction
        ``"low"``: positive is ``marker <= cutoff``; ``"high"``: ``marker >= cutoff``.
    ties
        Which of several cut-offs with the same J is chosen, in the sample and in each replicate:
        ``"most-specific"`` calls the fewest cases positive, ``"most-sensitive"`` the most. (cutpointr's
        default is their median, which need not have been observed.)
    rng
        Needed by the bootstraps. The draws depend on it and on the counted values, not on the order of the
        cases.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Returns
    -------
    YoudenEstimate
        A J of 0 is kept, with the finding ``youden.no-gain``.

    Raises
    ------
    StatisticsError
        ``statistics.constant`` if all values are equal; ``statistics.too-few`` for a BCa interval with a
        single case in a class, or too few usable replicates; ``statistics.one-class``,
        ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Checked against cutpointr 1.1.2 and pROC 1.18 (``coords(best, youden)``, whose cut-offs are midpoints).

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> best = estimate_youden(adc, high_grade, direction="low", interval="none")
    >>> best.rule, best.cutoff, best.tied_cutoffs, round(best.j, 4)
    ('<=', 0.7, (0.7, 0.9), 0.6667)
    """
    check_level(level)
    if interval not in _INTERVALS or ties not in _TIES:
        raise StatisticsError(
            "statistics.option",
            "The interval of a cut-off is percentile-bootstrap, bca-bootstrap or none; its ties are resolved "
            "as most-specific or most-sensitive.",
            remedy="Name one of these.",
        )
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    if counts.values.size == 1:
        raise StatisticsError(
            "statistics.constant",
            "All values of the marker are equal, so no cut-off divides the cases.",
            remedy="Check the marker's column, or its resolution.",
            n=counts.n_positive + counts.n_negative,
        )
    n_positive, n_negative = counts.n_positive, counts.n_negative
    scores = _scores(counts.positives, counts.negatives)
    best = int(_choose(scores[None, :], ties)[0])
    cutoff = float(counts.values[best])
    j = float(scores[best] / (n_positive * n_negative))

    cutoff_interval: Interval | None = None
    j_interval: Interval | None = None
    n_dropped = 0
    if interval != "none":
        replicates = _resampled(counts, ties, n_resamples, require_generator(rng))
        n_dropped = count_undefined(replicates[:, 1])
        if interval == "bca-bootstrap":
            jackknife = _without_one(counts, ties)
            cutoff_interval = bca_interval(cutoff, replicates[:, 0], jackknife[:, 0], level)
            j_interval = bca_interval(j, replicates[:, 1], jackknife[:, 1], level)
        else:
            cutoff_interval = percentile_interval(replicates[:, 0], level)
            j_interval = percentile_interval(replicates[:, 1], level)

    return YoudenEstimate(
        cutoff=cutoff,
        rule=counts.rule,
        j=j,
        sensitivity=int(counts.positives[: best + 1].sum()) / n_positive,
        specificity=int(counts.negatives[best + 1 :].sum()) / n_negative,
        cutoff_interval=cutoff_interval,
        j_interval=j_interval,
        tied_cutoffs=tuple(counts.values[scores == scores[best]].tolist()),
        ties=ties,
        n_positive=n_positive,
        n_negative=n_negative,
        n_resamples=0 if interval == "none" else n_resamples,
        n_dropped=n_dropped,
        direction=direction,
        findings=() if j > 0.0 else (_NO_GAIN,),
    )


def _scores(positives: Counts, negatives: Counts) -> Counts:
    """Return J times the number of pairs at each value, as whole numbers; -1 at values nobody has.

    Counts are (..., n_values), most suspicious first. The last value that somebody has scores 0, so a
    maximum is never at -1.
    """
    true_positives = np.cumsum(positives, axis=-1)
    false_positives = np.cumsum(negatives, axis=-1)
    scores = true_positives * false_positives[..., -1:] - false_positives * true_positives[..., -1:]
    return np.where(positives + negatives > 0, scores, -1)


def _choose(scores: Counts, ties: CutoffTies) -> Integers:
    """Return the position of the maximum in each row (k, n_values)."""
    if ties == "most-specific":
        return np.asarray(np.argmax(scores, axis=1))
    return np.asarray(scores.shape[1] - 1 - np.argmax(scores[:, ::-1], axis=1))


def _best_of_rows(values: Floats, positives: Counts, negatives: Counts, ties: CutoffTies) -> Floats:
    """Return (k, 2): cut-off and J of each row of counts (k, n_values); NaN where a class is missing."""
    scores = _scores(positives, negatives)
    best = _choose(scores, ties)
    n_pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    j = scores[np.arange(best.size), best] / np.maximum(n_pairs, 1)
    found = np.stack([values[best], j], axis=1)
    found[n_pairs == 0] = np.nan
    return found


def _resampled(
    counts: MarkerCounts,
    ties: CutoffTies,
    n_resamples: int,
    rng: np.random.Generator,
    block: int | None = None,
) -> Floats:
    """Return (n_resamples, 2): cut-off and J of each resample, the same for any `block`.

    A resample is how often each case was drawn: positives in order of suspicion, then negatives, so one
    running sum counts both classes and nothing is sorted. Its best cut-off is a value of which a positive
    was drawn: where only negatives were, J falls, and it starts and ends at 0. No other value is looked at.
    """
    n_positive, n = counts.n_positive, counts.n_positive + counts.n_negative
    held = np.flatnonzero(counts.positives)
    values = counts.values[held]
    # Where the running sum stands at each of these values: at its last positive, and at the last negative
    # that is as suspicious (before the first negative: at the last positive of all).
    at_positive = np.cumsum(counts.positives)[held] - 1
    at_negative = np.cumsum(counts.negatives)[held] + n_positive - 1
    untied = held.size == n_positive

    rows = block or max(1, _BLOCK_DRAWS // n)
    offsets = n * np.arange(rows)[:, None]
    # Fresh arrays of this size cost more than the arithmetic: their pages come from the system each time.
    drawn_sums = np.empty((rows, n), dtype=np.int64)
    called = np.empty((2, rows, held.size), dtype=np.int64)

    def best_of(indices: Integers) -> Floats:
        k = indices.shape[0]
        indices += offsets[:k]
        drawn = np.bincount(indices.ravel(), minlength=k * n).reshape(k, n)
        sums = np.cumsum(drawn, axis=1, out=drawn_sums[:k])
        positives = sums[:, n_positive - 1 : n_positive].copy()
        true = sums[:, :n_positive] if untied else sums.take(at_positive, axis=1)
        # J times the number of pairs.
        false, scores = called[0, :k], called[1, :k]
        np.subtract(sums.take(at_negative, axis=1, out=false, mode="clip"), positives, out=false)
        np.multiply(true, n - positives, out=scores)
        scores -= np.multiply(false, positives, out=false)
        best = np.argmax(scores, axis=1)
        row = np.arange(k)
        # The first value that reaches a positive J was drawn; otherwise values that were not must go.
        unsure = np.flatnonzero(scores[row, best] <= 0) if ties == "most-specific" else row
        if unsure.size:
            was_drawn = np.diff(true[unsure], axis=1, prepend=0) > 0
            best[unsure] = _choose(np.where(was_drawn, scores[unsure], -1), ties)
        n_pairs = (positives * (n - positives))[:, 0]
        found = np.stack([values[best], scores[row, best] / np.maximum(n_pairs, 1)], axis=1)
        found[n_pairs == 0] = np.nan
        return found

    return bootstrap_replicates(best_of, n, n_resamples, rng, block=rows)


def _without_one(counts: MarkerCounts, ties: CutoffTies) -> Floats:
    """Return (n, 2): cut-off and J without each case in turn."""
    if min(counts.n_positive, counts.n_negative) < 2:
        raise StatisticsError(
            "statistics.too-few",
            "A BCa interval leaves out each case in turn and needs two cases of each class.",
            remedy="Use the percentile bootstrap, or no interval.",
            n_positive=counts.n_positive,
            n_negative=counts.n_negative,
        )
    n_values = counts.values.size
    both = np.concatenate([counts.positives, counts.negatives])
    present = np.flatnonzero(both)
    block = max(1, _BLOCK_CELLS // n_values)
    found = []
    for start in range(0, present.size, block):
        rows = present[start : start + block]
        table = np.repeat(both[None, :], rows.size, axis=0)
        table[np.arange(rows.size), rows] -= 1
        found.append(_best_of_rows(counts.values, table[:, :n_values], table[:, n_values:], ties))
    return np.repeat(np.concatenate(found), both[present], axis=0)


_NO_GAIN: Final = Finding(
    "youden.no-gain",
    "No cut-off does better than chance in this sample (J = 0): the marker may point the other way.",
)
