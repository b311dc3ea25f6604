"""Each case called by a cut-off that the other cases chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.marker import Counts, Direction, MarkerCounts, count_by_value
from adcurate.statistics.validation.correction import Corrected, find_correction
from adcurate.statistics.validation.selection import (
    CutoffTies,
    Quantity,
    calls_of,
    check_distinct,
    check_ties,
    choose_rules,
)

_BLOCK_CELLS = 1 << 22


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """Apparent and leave-one-out accuracy of a Youden cut-off.

    `cutoffs` are the cut-offs chosen without one case, ascending, and `times` how many cases led to each. The
    counts are of cases called rightly by a rule they had no part in.
    """

    corrections: tuple[Corrected, ...]
    true_positives: int
    true_negatives: int
    n_positive: int
    n_negative: int
    cutoffs: tuple[float, ...]
    times: tuple[int, ...]
    direction_chosen: bool
    findings: tuple[Finding, ...]

    def of(self, quantity: Quantity) -> Corrected:
        """Return the correction of a quantity."""
        return find_correction(self.corrections, quantity)


def leave_one_out_youden(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    direction_chosen: bool = False,
    ties: CutoffTies = "most-specific",
    resolution: float | None = None,
) -> LeaveOneOut:
    """Choose the cut-off without each case in turn, and let it call that case.

    Nearly unbiased and without chance, at the price of a large variance: one case at the edge decides. As
    the cut-off is a value that was observed, a positive at the edge is missed by the cut-off of the others.

    A pooled leave-one-out *AUC* is not given: each case would be scored by another rule, and the area of such
    scores is biased downwards (Airola et al. 2011; a useless marker comes out far below one half). With a
    stated direction nothing is fitted and the AUC stays as it is; with a chosen one it is leave-pair-out
    (Airola et al. 2011): each pair is ranked by the direction that the other cases choose.

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction_chosen, ties, resolution
        As in `repeat_youden`.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` with fewer than two cases in a class; ``statistics.constant``,
        ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Checked against R code of our own that leaves out case by case.

    Examples
    --------
    >>> found = leave_one_out_youden([1, 2, 3, 4, 5], [True, True, True, False, False], direction="low")
    >>> found.of("sensitivity").apparent, round(found.of("sensitivity").corrected, 3), found.cutoffs
    (1.0, 0.667, (2.0, 3.0))
    """
    check_ties(ties)
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    check_distinct(counts)
    if min(counts.n_positive, counts.n_negative) < 2:
        raise StatisticsError(
            "statistics.too-few",
            "Leaving out each case in turn needs two cases of each class.",
            remedy="Leave this validation out.",
            n_positive=counts.n_positive,
            n_negative=counts.n_negative,
        )
    sample = choose_rules(
        counts.positives[None, :], counts.negatives[None, :], ties, direction_chosen=direction_chosen
    )
    n_values = counts.values.size
    both = np.concatenate([counts.positives, counts.negatives])
    cells = np.flatnonzero(both)
    positions, right = [], []
    block = max(1, _BLOCK_CELLS // n_values)
    for start in range(0, cells.size, block):
        left_out = cells[start : start + block]
        table = np.repeat(both[None, :], left_out.size, axis=0)
        table[np.arange(left_out.size), left_out] -= 1
        choice = choose_rules(
            table[:, :n_values], table[:, n_values:], ties, direction_chosen=direction_chosen
        )
        called = calls_of(choice, np.arange(n_values))[np.arange(left_out.size), left_out % n_values]
        right.append(called == (left_out < n_values))
        positions.append(choice.position)
    is_right, is_positive = np.concatenate(right), cells < n_values
    true_positives = int(both[cells][is_right & is_positive].sum())
    true_negatives = int(both[cells][is_right & ~is_positive].sum())
    n_positive, n_negative = counts.n_positive, counts.n_negative
    sensitivity, specificity = true_positives / n_positive, true_negatives / n_negative
    before, after = float(sample.sensitivity[0]), float(sample.specificity[0])
    n = n_positive + n_negative

    def corrected(quantity: Quantity, apparent: float, value: float, n_used: int) -> Corrected:
        return Corrected(quantity, "leave-one-out", apparent, value, apparent - value, n_used)

    place, times = np.unique(np.concatenate(positions), return_inverse=True)
    weight = np.bincount(times, weights=both[cells]).astype(np.int64)
    up = np.argsort(counts.values[place])
    return LeaveOneOut(
        corrections=(
            _pairs_left_out(counts, float(sample.auc[0]), direction_chosen),
            corrected("sensitivity", before, sensitivity, n_positive),
            corrected("specificity", after, specificity, n_negative),
            corrected("j", before + after - 1.0, sensitivity + specificity - 1.0, n),
        ),
        true_positives=true_positives,
        true_negatives=true_negatives,
        n_positive=n_positive,
        n_negative=n_negative,
        cutoffs=tuple(counts.values[place][up].tolist()),
        times=tuple(weight[up].tolist()),
        direction_chosen=direction_chosen,
        findings=(_NO_POOLED_AUC,),
    )


def _pairs_left_out(counts: MarkerCounts, apparent: float, direction_chosen: bool) -> Corrected:
    """Return the AUC with each pair ranked in the direction that the other cases choose."""
    n_positive, n_negative = counts.n_positive, counts.n_negative
    if not direction_chosen:
        return Corrected("auc", "nothing-fitted", apparent, apparent, 0.0, n_positive * n_negative)
    levels = np.arange(counts.values.size)
    # Twice the concordance of a pair of values, in the stated direction: whole numbers, so ties are exact.
    doubled = 1 - np.sign(levels[:, None] - levels[None, :])
    with_positive, with_negative = doubled @ counts.negatives, counts.positives @ doubled
    total = int(counts.positives @ with_positive)
    without: Counts = total - with_positive[:, None] - with_negative[None, :] + doubled
    turned = without < (n_positive - 1) * (n_negative - 1)
    right = np.where(turned, 2 - doubled, doubled)
    value = float(counts.positives @ right @ counts.negatives) / (2 * n_positive * n_negative)
    return Corrected("auc", "leave-pair-out", apparent, value, apparent - value, n_positive * n_negative)


_NO_POOLED_AUC: Final = Finding(
    "validation.no-pooled-auc",
    "No pooled leave-one-out AUC is given: cases scored by different rules have an area that is biased "
    "downwards.",
    severity="note",
)
