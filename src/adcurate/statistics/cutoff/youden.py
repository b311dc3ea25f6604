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
    count_undefined,
    percentile_interval,
)

CutoffInterval = Literal["percentile-bootstrap", "bca-bootstrap", "none"]
CutoffTies = Literal["most-specific", "most-sensitive"]

_INTERVALS: Final = ("percentile-bootstrap", "bca-bootstrap", "none")
_TIES: Final = ("most-specific", "most-sensitive")
# Below every score: no value is left to choose.
_NONE: Final = np.iinfo(np.int64).min
# Draws handled at once: they stay in the processor's cache.
_BLOCK_DRAWS = 1 << 16
_PIECE_DRAWS = 1 << 15


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
    if n_resamples < 1:
        raise StatisticsError(
            "statistics.option",
            "A bootstrap needs at least one resample.",
            remedy="Ask for 2,000 resamples or more.",
            n_resamples=n_resamples,
        )
    n_positive, n = counts.n_positive, counts.n_positive + counts.n_negative
    held = np.flatnonzero(counts.positives)
    values = counts.values[held]
    # Where the running sum stands at each of these values: at its last positive, and at the last negative
    # that is as suspicious (before the first negative: at the last positive of all).
    at_positive = np.cumsum(counts.positives)[held] - 1
    at_negative = np.cumsum(counts.negatives)[held] + n_positive - 1
    untied = held.size == n_positive

    rows = min(block or max(1, _BLOCK_DRAWS // n), n_resamples)
    drawn = np.empty((rows, n), dtype=np.int64)
    called = np.empty((2, rows, held.size), dtype=np.int64)
    found = np.empty((n_resamples, 2))
    for start in range(0, n_resamples, rows):
        k = min(rows, n_resamples - start)
        _count_draws(drawn[:k], rng)
        sums = np.cumsum(drawn[:k], axis=1, out=drawn[:k])
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
        of_block = found[start : start + k]
        of_block[:, 0] = values[best]
        of_block[:, 1] = scores[row, best] / np.maximum(n_pairs, 1)
        of_block[n_pairs == 0] = np.nan
    return found


def _count_draws(drawn: Counts, rng: np.random.Generator) -> None:
    """Fill (k, n) with how often each of n cases is drawn in each of k resamples of n.

    The stream is that of `bootstrap_indices`. It comes in pieces, so that no large array is made anew: the
    system hands out its pages one by one, which costs more than the arithmetic.
    """
    k, n = drawn.shape
    drawn.fill(0)
    cells = drawn.reshape(-1)
    together = max(1, _PIECE_DRAWS // n)
    for top in range(0, k, together):
        height = min(together, k - top)
        for left in range(0, n, _PIECE_DRAWS):
            indices = rng.integers(0, n, size=(height, min(_PIECE_DRAWS, n - left)), dtype=np.int64)
            indices += n * np.arange(top, top + height)[:, None]
            np.add.at(cells, indices.reshape(-1), 1)


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
    n_positive, n_negative = counts.n_positive, counts.n_negative
    true, false = np.cumsum(counts.positives), np.cumsum(counts.negatives)
    left_out = (
        (counts.positives, n_positive - 1, n_negative, -n_negative),
        (counts.negatives, n_positive, n_negative - 1, n_positive),
    )
    found = []
    for cases, positives, negatives, step in left_out:
        # Without a case at a value, the scores from there on move by one step; those before stay.
        scores = true * negatives - false * positives
        at = np.flatnonzero(cases)
        alone = counts.positives[at] + counts.negatives[at] == 1
        before, j_before = _best_so_far(scores, at - 1, ties == "most-sensitive")
        # From the other end; a value that was that case's alone is nobody's now.
        end = scores.size - 1
        after, j_after = _best_so_far(scores[::-1], end - at - alone, ties == "most-specific")
        j_after = np.where(j_after == _NONE, _NONE, j_after + step)
        keep = j_before >= j_after if ties == "most-specific" else j_before > j_after
        best = np.where(keep, before, end - after)
        j = np.where(keep, j_before, j_after) / (positives * negatives)
        found.append(np.repeat(np.stack([counts.values[best], j], axis=1), cases[at], axis=0))
    return np.concatenate(found)


def _best_so_far(scores: Counts, through: Integers, later: bool) -> tuple[Integers, Counts]:
    """Return where the greatest of ``scores[: through + 1]`` stands, the first or the last, and what it is.

    `through` is (k,); -1 holds no score: ``_NONE``.
    """
    greatest = np.maximum.accumulate(scores)
    reached = np.ones(scores.size, dtype=np.bool_)
    reached[1:] = scores[1:] >= greatest[:-1] if later else scores[1:] > greatest[:-1]
    position = np.maximum.accumulate(np.where(reached, np.arange(scores.size), 0))
    return position[through], np.where(through < 0, _NONE, greatest[through])


_NO_GAIN: Final = Finding(
    "youden.no-gain",
    "No cut-off does better than chance in this sample (J = 0): the marker may point the other way.",
)
