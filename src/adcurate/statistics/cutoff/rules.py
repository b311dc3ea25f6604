"""Cut-offs by a named rule: Youden's, the corner's, one that prices errors, or one that fixes a side.

Every rule picks an observed value of the sample it is then judged on, so what it promises is optimistic,
whatever the rule. The intervals say how the choice moves from sample to sample.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.cutoff.youden import CutoffTies
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import (
    Counts,
    Direction,
    Rule,
    case_codes,
    count_by_value,
    require_generator,
)
from adcurate.statistics.resampling import bootstrap_replicates, percentile_interval

CutoffRule = Literal["youden", "closest-corner", "fixed-sensitivity", "fixed-specificity"]
Resampling = Literal["cases", "within-classes"]
RuleInterval = Literal["percentile-bootstrap", "none"]

_EQUALS: Final[dict[str, str]] = {
    "youden": "pROC coords('best', best.method = 'youden'); cutpointr youden; OptimalCutpoints Youden; "
    "MedCalc Youden index J",
    "youden-weighted": "pROC coords('best', best.weights = c(cost ratio, prevalence)); "
    "OptimalCutpoints Youden with CFN / CFP",
    "closest-corner": "pROC coords('best', best.method = 'closest.topleft'); cutpointr roc01; "
    "OptimalCutpoints ROC01",
    "closest-corner-weighted": "pROC coords('best', best.method = 'closest.topleft', best.weights = )",
    "fixed-sensitivity": "OptimalCutpoints MinValueSe; cutpointr spec_constrain",
    "fixed-specificity": "OptimalCutpoints MinValueSp; cutpointr sens_constrain",
}


@dataclass(frozen=True, slots=True)
class RuleCutoff:
    """The cut-off that a rule picks: a case is positive when ``marker <rule> cutoff``.

    `cutoff` is an observed value and `midpoint` the same cut in pROC's spelling, halfway to the next less
    suspicious value (infinite when there is none). `criterion` is what the rule optimizes: sensitivity +
    weight * specificity - 1, or the squared distance from the corner, or the side that was not fixed.
    `tied_cutoffs` holds every value of the same criterion, the chosen one included. `weight` is
    ``(1 - prevalence) / (cost_ratio * prevalence)``, 1 unless both were given; `target` is NaN for rules that
    fix nothing. The intervals are None if none was asked for; `n_dropped` of the replicates lacked a class.
    """

    chosen_by: CutoffRule
    cutoff: float
    midpoint: float
    rule: Rule
    criterion: float
    sensitivity: float
    specificity: float
    cutoff_interval: Interval | None
    sensitivity_interval: Interval | None
    specificity_interval: Interval | None
    tied_cutoffs: tuple[float, ...]
    ties: CutoffTies
    target: float
    weight: float
    n_positive: int
    n_negative: int
    n_resamples: int
    n_dropped: int
    resampling: Resampling
    direction: Direction
    equals: str
    findings: tuple[Finding, ...]


def choose_cutoff(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    direction: Direction,
    by: CutoffRule,
    target: float | None = None,
    cost_ratio: float | None = None,
    prevalence: float | None = None,
    interval: RuleInterval,
    ties: CutoffTies = "most-specific",
    resampling: Resampling = "cases",
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    n_resamples: int = 10_000,
    resolution: float | None = None,
) -> RuleCutoff:
    """Choose a cut-off by a rule, with bootstrap intervals of the cut-off and of what it promises.

    ``"youden"``
        Greatest sensitivity + weight * specificity. Unweighted it takes both errors as equally bad and both
        classes as equally common. Where false alarms are dear, nobody may be called positive.
    ``"closest-corner"``
        Least ``(1 - sensitivity)^2 + weight * (1 - specificity)^2``. Has no meaning in cases or costs.
    ``"fixed-sensitivity"``
        Greatest specificity among the cut-offs whose sensitivity reaches `target`.
    ``"fixed-specificity"``
        Greatest sensitivity among the cut-offs whose specificity reaches `target`. Where none of them finds a
        positive, nobody is called positive: the cut-off is infinite (finding ``cutoff.nobody``).

    Parameters
    ----------
    marker : (n,), any unit
        One finite value per case.
    positive : (n,), boolean
        The reference standard.
    direction
        ``"low"``: positive is ``marker <= cutoff``; ``"high"``: ``marker >= cutoff``.
    target : share
        Needed by the two rules that fix a side; counted in whole cases, so 0.9 of ten is nine.
    cost_ratio, prevalence
        What a missed positive costs in false alarms, and how common positives are where the rule will be
        used. Both or neither, for ``youden`` and ``closest-corner``.
    ties
        Which of several cut-offs with the same criterion, in the sample and in each replicate.
    resampling : {"cases", "within-classes"}
        Whether the numbers of positives and negatives vary from replicate to replicate (cutpointr) or not
        (pROC).
    rng
        Needed by the bootstrap. The draws depend on it and on the counted values, not on the order of cases.

    Returns
    -------
    RuleCutoff
        A limit of the cut-off's interval is infinite where too many replicates call nobody positive.

    Raises
    ------
    StatisticsError
        ``statistics.constant`` if all values are equal; ``statistics.option``, ``statistics.one-class``,
        ``statistics.not-finite``, ``statistics.shape``, ``statistics.too-few``

    Notes
    -----
    Youden 1950; Perkins and Schisterman 2006 on what the corner rule lacks; the weight is that of pROC's
    ``best.weights``. Checked against pROC 1.18 ``coords`` and cutpointr 1.1.2.

    Examples
    --------
    >>> adc = [0.6, 0.7, 0.9, 0.8, 1.1, 1.4]
    >>> high_grade = [True, True, True, False, False, False]
    >>> asked = {"direction": "low", "interval": "none"}
    >>> best = choose_cutoff(adc, high_grade, by="fixed-sensitivity", target=0.9, **asked)
    >>> best.rule, best.cutoff, best.midpoint, best.sensitivity, round(best.specificity, 4)
    ('<=', 0.9, 1.0, 1.0, 0.6667)
    """
    check_level(level)
    weight = _checked(by, target, cost_ratio, prevalence, interval, ties, resampling)
    counts = count_by_value(marker, positive, direction=direction, resolution=resolution)
    if counts.values.size == 1:
        raise StatisticsError(
            "statistics.constant",
            "All values of the marker are equal, so no cut-off divides the cases.",
            remedy="Check the marker's column, or its resolution.",
            n=counts.n_positive + counts.n_negative,
        )
    goal = math.nan if target is None else float(target)
    rows = counts.positives[None, :], counts.negatives[None, :]
    criteria, best = _choose(*rows, by, goal, weight, ties)
    place = int(best[0])
    nobody = -math.inf if direction == "low" else math.inf
    values = np.append(counts.values, nobody)
    sensitivity, specificity = (float(share[0]) for share in _judged(*rows, best))

    limits: list[Interval | None] = [None, None, None]
    n_dropped = 0
    findings: list[Finding] = []
    if place < 0:
        findings.append(Finding(*_NOBODY))
    if interval == "percentile-bootstrap":
        cases = case_codes(counts)

        def chosen(indices: Integers) -> Floats:
            drawn = cases.count(indices)
            _, found = _choose(*drawn, by, goal, weight, ties)
            read = np.stack([values[found], *_judged(*drawn, found)], axis=1)
            read[(drawn[0].sum(axis=1) == 0) | (drawn[1].sum(axis=1) == 0)] = np.nan
            return read

        replicates = bootstrap_replicates(
            chosen,
            cases.codes.size,
            n_resamples,
            require_generator(rng),
            strata=cases.strata if resampling == "within-classes" else None,
        )
        kept = replicates[~np.isnan(replicates[:, 0])]
        n_dropped = n_resamples - kept.shape[0]
        limits = [
            _interval_with_infinite(kept[:, 0], level),
            percentile_interval(kept[:, 1], level),
            percentile_interval(kept[:, 2], level),
        ]
        if np.isinf(kept[:, 0]).any():
            share = float(np.mean(np.isinf(kept[:, 0])))
            findings.append(Finding(*_SOMETIMES_NOBODY, where={"share": f"{share:.4f}"}))
    tied = np.flatnonzero(criteria[0] == criteria[0, place]) if place >= 0 else np.array([], dtype=np.int64)
    fixed = by in ("fixed-sensitivity", "fixed-specificity")
    return RuleCutoff(
        chosen_by=by,
        cutoff=float(values[place]),
        midpoint=_midpoint(counts.values, place, nobody),
        rule=counts.rule,
        criterion=_criterion(by, sensitivity, specificity, weight),
        sensitivity=sensitivity,
        specificity=specificity,
        cutoff_interval=limits[0],
        sensitivity_interval=limits[1],
        specificity_interval=limits[2],
        tied_cutoffs=tuple(counts.values[tied].tolist()),
        ties=ties,
        target=goal,
        weight=weight,
        n_positive=counts.n_positive,
        n_negative=counts.n_negative,
        n_resamples=n_resamples if limits[0] else 0,
        n_dropped=n_dropped,
        resampling=resampling,
        direction=direction,
        equals=_EQUALS[by if weight == 1.0 or fixed else f"{by}-weighted"],
        findings=tuple(findings),
    )


def _choose(
    positives: Counts, negatives: Counts, by: CutoffRule, target: float, weight: float, ties: CutoffTies
) -> tuple[Floats, Integers]:
    """Return the criteria (k, n_values), larger is better, and the chosen places (k,), -1 for nobody.

    Criteria are rounded to twelve digits, so that equal ones tie whatever the order of the arithmetic;
    values that nobody has are never chosen. Calling nobody positive wins where it is better than any value.
    """
    found, missed = np.cumsum(positives, axis=1), np.cumsum(negatives, axis=1)
    present = positives + negatives > 0
    n_positive, n_negative = np.maximum(found[:, -1:], 1), np.maximum(missed[:, -1:], 1)
    sensitivity, false_alarms = found / n_positive, missed / n_negative
    if by == "fixed-sensitivity":
        present = present & (found >= np.ceil(target * n_positive - 1e-9))
        criteria, nobody = 1.0 - false_alarms, -math.inf
    elif by == "fixed-specificity":
        # One true positive is worth a false alarm here; none is not.
        present = present & (n_negative - missed >= np.ceil(target * n_negative - 1e-9))
        criteria, nobody = sensitivity, 1e-12
    elif by == "youden":
        criteria, nobody = (sensitivity - weight * false_alarms) / (1.0 + weight), 0.0
    else:
        criteria = -((1.0 - sensitivity) ** 2 + weight * false_alarms**2) / (1.0 + weight)
        nobody = round(-1.0 / (1.0 + weight), 12)
    criteria = np.where(present, np.round(criteria, 12), -np.inf)
    if ties == "most-specific":
        best = np.argmax(criteria, axis=1)
    else:
        best = criteria.shape[1] - 1 - np.argmax(criteria[:, ::-1], axis=1)
    return criteria, np.where(criteria.max(axis=1) >= nobody, best, -1)


def _judged(positives: Counts, negatives: Counts, places: Integers) -> tuple[Floats, Floats]:
    """Sensitivity and specificity, (k,) each, at a place of each row; -1 calls nobody positive."""
    rows = np.arange(places.size)
    found, missed = np.cumsum(positives, axis=1), np.cumsum(negatives, axis=1)
    n_positive, n_negative = np.maximum(found[:, -1], 1), np.maximum(missed[:, -1], 1)
    called = places >= 0
    sensitivity = np.where(called, found[rows, places], 0) / n_positive
    specificity = (n_negative - np.where(called, missed[rows, places], 0)) / n_negative
    return sensitivity, specificity


def _criterion(by: CutoffRule, sensitivity: float, specificity: float, weight: float) -> float:
    if by == "youden":
        return sensitivity + weight * specificity - 1.0
    if by == "closest-corner":
        return (1.0 - sensitivity) ** 2 + weight * (1.0 - specificity) ** 2
    return specificity if by == "fixed-sensitivity" else sensitivity


def _midpoint(values: Floats, place: int, nobody: float) -> float:
    if place + 1 == values.size:
        return -nobody
    return nobody if place < 0 else float((values[place] + values[place + 1]) / 2.0)


def _interval_with_infinite(replicates: Floats, level: float) -> Interval:
    """The percentile interval of replicates of which some are infinite, all on the same side."""
    infinite = np.isinf(replicates)
    if not infinite.any():
        return percentile_interval(replicates, level)
    finite = replicates[~infinite]
    beyond = float(replicates[infinite][0])
    if finite.size == 0:
        return Interval(beyond, beyond, level, "percentile-bootstrap")
    # Any number beyond the finite ones has the same rank.
    edge = float(finite.min() if beyond < 0.0 else finite.max())
    inner = percentile_interval(np.where(infinite, edge, replicates), level)
    position = (replicates.size + 1) * (1.0 - level) / 2.0
    reached = int(infinite.sum()) >= math.floor(position)
    low = beyond if reached and beyond < 0.0 else inner.low
    high = beyond if reached and beyond > 0.0 else inner.high
    return Interval(low, high, level, "percentile-bootstrap")


def _checked(
    by: str,
    target: float | None,
    cost_ratio: float | None,
    prevalence: float | None,
    interval: str,
    ties: str,
    resampling: str,
) -> float:
    """Return the weight of specificity, or say which option cannot be."""
    fixed = by in ("fixed-sensitivity", "fixed-specificity")
    if (
        by not in ("youden", "closest-corner", "fixed-sensitivity", "fixed-specificity")
        or interval not in ("percentile-bootstrap", "none")
        or ties not in ("most-specific", "most-sensitive")
        or resampling not in ("cases", "within-classes")
    ):
        raise StatisticsError(
            "statistics.option",
            "A cut-off is chosen by youden, closest-corner, fixed-sensitivity or fixed-specificity, with the "
            "interval percentile-bootstrap or none, resampling cases or within-classes.",
            remedy="Name one of these.",
        )
    if fixed != (target is not None) or (target is not None and not 0.0 < target <= 1.0):
        raise StatisticsError(
            "statistics.option",
            "A rule that fixes sensitivity or specificity needs the share to reach; other rules take none.",
            remedy="Write 90 % as 0.9.",
            target=target,
        )
    if cost_ratio is None and prevalence is None:
        return 1.0
    if (
        fixed
        or cost_ratio is None
        or prevalence is None
        or not (0.0 < cost_ratio < math.inf and 0.0 < prevalence < 1.0)
    ):
        raise StatisticsError(
            "statistics.option",
            "A priced rule needs a cost ratio above 0 and a prevalence in (0, 1); a fixed rule neither.",
            remedy="Give both, or neither.",
            cost_ratio=cost_ratio,
            prevalence=prevalence,
        )
    return (1.0 - prevalence) / (cost_ratio * prevalence)


_NOBODY: Final = (
    "cutoff.nobody",
    "By this rule nobody is called positive: no observed value reaches what was asked for, or is worth its "
    "false alarms.",
)
_SOMETIMES_NOBODY: Final = (
    "cutoff.sometimes-nobody",
    "In some resamples the rule calls nobody positive; they count as beyond every value.",
)
