"""Does the result hang on one scanner? Every stratum left out in turn, and judged by the others' cut-off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.cutoff.youden import CutoffTies, YoudenEstimate, estimate_youden
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import Direction, check_case_vectors, rule_of
from adcurate.statistics.proportion import Proportion, ProportionInterval, estimate_proportion
from adcurate.statistics.roc.auc import AucEstimate
from adcurate.statistics.scanners.strata import AreaInterval, check_strata, estimate_area


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One stratum left out.

    `auc` and `youden` come from the other `n_kept` cases; both are None where those lack a class, and
    `youden` as well where the marker does not differ among them. `sensitivity` and `specificity` apply that
    cut-off to the `n_left_out` cases that had no part in it; NaN with denominator 0 where the stratum lacks
    the class, None where there is no cut-off.
    """

    name: str
    n_left_out: int
    n_positive_left_out: int
    n_kept: int
    n_positive_kept: int
    auc: AucEstimate | None
    youden: YoudenEstimate | None
    sensitivity: Proportion | None
    specificity: Proportion | None


@dataclass(frozen=True, slots=True)
class LeaveOneOut:
    """`strata` left out one at a time, beside the area of `everyone`.

    `sensitivity` and `specificity` join the strata that could be judged: each case once, by a cut-off chosen
    without its own scanner. `lowest` and `highest` are the extremes of the areas without one stratum, NaN
    where none could be estimated.
    """

    everyone: AucEstimate
    strata: tuple[LeftOut, ...]
    lowest: float
    highest: float
    sensitivity: Proportion
    specificity: Proportion
    n: int


def leave_one_stratum_out(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    stratum: Sequence[str],
    *,
    direction: Direction,
    interval: AreaInterval = "delong",
    proportion_interval: ProportionInterval = "clopper-pearson",
    ties: CutoffTies = "most-specific",
    level: float = 0.95,
    resolution: float | None = None,
) -> LeaveOneOut:
    """Leave out each stratum in turn: the area and Youden cut-off without it, and that cut-off applied to it.

    Parameters
    ----------
    marker : (n,), any unit
        Finite values.
    positive : (n,), boolean
        The reference standard.
    stratum : (n,)
        The scanner of each case, as text.
    ties
        Which of several cut-offs with the same J is taken.
    resolution : unit of `marker`
        Values that round to the same multiple are ties. None: only equal numbers are.

    Returns
    -------
    LeaveOneOut
        Strata by size, the largest first.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` with a single stratum; ``statistics.one-class``, ``statistics.shape``,
        ``statistics.not-finite``, ``statistics.option``

    Notes
    -----
    Internal-external validation (Royston, Parmar and Sylvester 2004). Areas and cut-offs are those of
    `estimate_auc` and `estimate_youden`, checked against pROC and cutpointr on the same subsets.

    Examples
    --------
    >>> adc = [0.8, 0.9, 1.2, 1.4, 0.7, 1.0, 1.3, 1.2]
    >>> high = [True, True, False, False, True, True, False, False]
    >>> found = leave_one_stratum_out(adc, high, ["A"] * 4 + ["B"] * 4, direction="low")
    >>> [(row.name, row.youden.cutoff, row.sensitivity.numerator) for row in found.strata]
    [('A', 1.0, 2), ('B', 0.9, 1)]
    """
    check_level(level)
    rule_of(direction)
    values, flags = check_case_vectors(marker, positive, resolution)
    names = check_strata(stratum, flags.size)
    found, sizes = np.unique(names, return_counts=True)
    if found.size < 2:
        raise StatisticsError(
            "statistics.too-few",
            "With one scanner there is none to leave out.",
            remedy="Name a column that differs between cases, or leave this analysis out.",
            n_strata=int(found.size),
        )
    everyone = estimate_area(values, flags, direction, interval, level)
    order = sorted(zip((-sizes).tolist(), found.tolist(), strict=True))
    rows = tuple(
        _leave(name, names == name, values, flags, direction, interval, proportion_interval, ties, level)
        for _, name in order
    )
    areas = [row.auc.value for row in rows if row.auc is not None]
    judged = [(row.sensitivity, row.specificity) for row in rows]

    def joined(shares: list[Proportion | None]) -> Proportion:
        known = [share for share in shares if share is not None]
        return estimate_proportion(
            sum(share.numerator for share in known),
            sum(share.denominator for share in known),
            interval=proportion_interval,
            level=level,
        )

    return LeaveOneOut(
        everyone=everyone,
        strata=rows,
        lowest=min(areas, default=float("nan")),
        highest=max(areas, default=float("nan")),
        sensitivity=joined([first for first, _ in judged]),
        specificity=joined([second for _, second in judged]),
        n=flags.size,
    )


def _leave(
    name: str,
    out: Bools,
    values: Floats,
    flags: Bools,
    direction: Direction,
    interval: AreaInterval,
    proportion_interval: ProportionInterval,
    ties: CutoffTies,
    level: float,
) -> LeftOut:
    kept_values, kept_flags = values[~out], flags[~out]
    n_positive = int(np.count_nonzero(kept_flags))
    has_both = 0 < n_positive < kept_flags.size
    auc = estimate_area(kept_values, kept_flags, direction, interval, level) if has_both else None
    youden = sensitivity = specificity = None
    if has_both and kept_values.min() < kept_values.max():
        youden = estimate_youden(kept_values, kept_flags, direction=direction, interval="none", ties=ties)
        called = values[out] <= youden.cutoff if youden.rule == "<=" else values[out] >= youden.cutoff
        own = flags[out]
        sensitivity, specificity = (
            estimate_proportion(
                int(np.count_nonzero(right & chosen)),
                int(np.count_nonzero(chosen)),
                interval=proportion_interval,
                level=level,
            )
            for right, chosen in ((called, own), (~called, ~own))
        )
    return LeftOut(
        name=name,
        n_left_out=int(np.count_nonzero(out)),
        n_positive_left_out=int(np.count_nonzero(flags[out])),
        n_kept=kept_flags.size,
        n_positive_kept=n_positive,
        auc=auc,
        youden=youden,
        sensitivity=sensitivity,
        specificity=specificity,
    )
