"""Which cut-offs would other samples have chosen, and whose call would have changed?

The cut-off is one of the values that were observed, so its bootstrap distribution is a share for each of
them. An interval hides that the shares may lie on two far clusters; this does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import Counts, Direction, Rule, rule_of
from adcurate.statistics.validation.replicates import YoudenReplicates
from adcurate.statistics.validation.selection import rule_values


@dataclass(frozen=True, slots=True, eq=False)
class CutoffStability:
    """The cut-offs that the replicates chose; arrays are (n_values,), ascending in the marker.

    `share` is how often each value was chosen, `sensitivity` and `specificity` what it does in the sample by
    the sample's rule, `in_covering_set` whether it belongs to the fewest values that together hold at least
    `level` of the choices (the likeliest first). `instability` is, for a case with this value, the share of
    replicates that call it otherwise than the sample's cut-off does (Riley and Collins 2023);
    `mean_instability` is its mean over the cases. `reversed_share` is how often a chosen direction came out
    the other way (0 where it was stated).
    """

    values: Floats
    positives: Counts
    negatives: Counts
    share: Floats
    sensitivity: Floats
    specificity: Floats
    in_covering_set: Bools
    instability: Floats
    mean_instability: float
    cutoff: float
    rule: Rule
    cutoff_share: float
    covering_share: float
    reversed_share: float
    direction: Direction
    level: float
    n_resamples: int
    n_undefined: int

    @property
    def covering_set(self) -> tuple[float, ...]:
        """The values of the covering set, ascending."""
        return tuple(self.values[self.in_covering_set].tolist())

    @property
    def n_distinct_chosen(self) -> int:
        """How many different cut-offs were chosen at all."""
        return int(np.count_nonzero(self.share))


def describe_stability(replicates: YoudenReplicates, *, level: float = 0.95) -> CutoffStability:
    """Describe how the chosen cut-off, and each case's call, moves between resamples.

    Parameters
    ----------
    replicates
        From `repeat_youden`; the same that `correct_optimism` takes.
    level
        The share of the choices that the covering set must hold.

    Returns
    -------
    CutoffStability
        Shares are of the replicates that could choose.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Checked against R code of our own on given resamples, with cut-offs chosen by cutpointr 1.1.2.

    Examples
    --------
    >>> from adcurate.statistics.validation.replicates import repeat_youden
    >>> made = repeat_youden([1.0, 2.0, 3.0, 4.0], [True, True, False, False], direction="low",
    ...                      draws=[[0, 1, 2, 3], [0, 0, 2, 3], [0, 1, 1, 3], [0, 1, 2, 2]])
    >>> found = describe_stability(made)
    >>> found.cutoff, found.cutoff_share, found.covering_set, found.instability.tolist()
    (2.0, 0.75, (1.0, 2.0), [0.0, 0.25, 0.0, 0.0])
    """
    check_level(level)
    counts, chosen, sample = replicates.counts, replicates.resamples, replicates.sample
    kept = chosen.position >= 0
    n_values, n_kept = counts.values.size, int(np.count_nonzero(kept))
    times = np.stack(
        [
            np.bincount(chosen.position[kept & (chosen.flipped == side)], minlength=n_values)
            for side in (False, True)
        ]
    )
    share = times.sum(axis=0) / n_kept
    # A value is called positive by every cut-off at or beyond it.
    called = (np.cumsum(times[0][::-1])[::-1] + np.cumsum(times[1])) / n_kept
    flipped, place = bool(sample.flipped[0]), int(sample.position[0])
    levels = np.arange(n_values)
    by_sample = levels >= place if flipped else levels <= place
    instability = np.where(by_sample, 1.0 - called, called)
    everyone = counts.positives + counts.negatives
    chosen_set = _covering(times.sum(axis=0), level, place)
    rules = rule_values(counts)
    up = np.argsort(counts.values)
    return CutoffStability(
        values=counts.values[up],
        positives=counts.positives[up],
        negatives=counts.negatives[up],
        share=share[up],
        sensitivity=rules.sensitivity[int(flipped)][up],
        specificity=rules.specificity[int(flipped)][up],
        in_covering_set=chosen_set[up],
        instability=instability[up],
        mean_instability=float(everyone @ instability / everyone.sum()),
        cutoff=replicates.cutoff,
        rule=rule_of(replicates.direction),
        cutoff_share=float(share[place]),
        covering_share=float(share[chosen_set].sum()),
        reversed_share=float(np.mean(chosen.flipped[kept] != flipped)),
        direction=replicates.direction,
        level=level,
        n_resamples=replicates.n_resamples,
        n_undefined=replicates.n_undefined,
    )


def _covering(times: Counts, level: float, place: int) -> Bools:
    """Mark the fewest values that hold `level` of the choices; of equals, the one nearest the sample's."""
    levels = np.arange(times.size)
    order = np.lexsort((levels, np.abs(levels - place), -times))
    held = np.cumsum(times[order])
    needed = int(np.argmax(held >= level * held[-1] * (1.0 - 1e-12))) + 1
    inside = np.zeros(times.size, dtype=np.bool_)
    inside[order[:needed]] = True
    return inside
