"""Is one area larger than another? DeLong's test and the bootstrap's, paired and unpaired.

Paired: several markers measured in the same cases, whose areas are correlated. Unpaired: one marker in
groups that share no case. The two answer different questions and their tests are not interchangeable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction, check_case_vectors, count_by_value, require_generator
from adcurate.statistics.resampling import percentile_interval
from adcurate.statistics.roc.auc import AucEstimate, estimate_auc
from adcurate.statistics.roc.placement import Placements, area_covariance, difference_variance, place_cases
from adcurate.statistics.roc.replicates import area_replicates, paired_area_replicates
from adcurate.statistics.values import at_least

ComparisonMethod = Literal["delong", "bootstrap"]
UnpairedReference = Literal["t", "normal"]
Design = Literal["paired", "unpaired"]

_METHODS: Final = ("delong", "bootstrap")
_EQUALS: Final[dict[tuple[Design, str], str]] = {
    (
        "paired",
        "delong",
    ): "R pROC roc.test(paired = TRUE, method = 'delong'); MedCalc comparison of ROC curves",
    ("unpaired", "t"): "R pROC roc.test(paired = FALSE, method = 'delong')",
    ("unpaired", "normal"): "MedCalc comparison of independent ROC curves, with DeLong's standard errors",
    (
        "paired",
        "bootstrap",
    ): "R pROC roc.test(paired = TRUE, method = 'bootstrap'), in kind: the draws are others",
    ("unpaired", "bootstrap"): "R pROC roc.test(paired = FALSE, method = 'bootstrap'), in kind",
}


@dataclass(frozen=True, slots=True)
class AucDifference:
    """Two areas compared: ``difference = area of first - area of second``.

    `statistic` is the difference over its standard error, normal where `df` is None and Student's t
    otherwise. `p_value` is two-sided; `p_adjusted` is Holm's over all pairs of the same call (equal for one
    pair). Where the standard error is zero they are NaN unless the areas are equal, which makes p 1.
    `correlation` is that of the two areas (0 in unpaired designs), NaN where one has no variance.
    """

    first: str
    second: str
    difference: float
    standard_error: float
    interval: Interval
    statistic: float
    df: float | None
    p_value: float
    p_adjusted: float
    correlation: float


@dataclass(frozen=True, slots=True)
class OverallTest:
    """Are all areas equal? Chi-squared on `df` contrasts; NaN where the areas differ without variance."""

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class AucComparison:
    """Areas of two or more markers, or groups, and their differences.

    `areas` and `covariance` (k, k, as rows; DeLong's) stand in the order of the call; the areas carry
    DeLong intervals. `pairs` holds first with second, first with third, and so on. `overall`, None for two,
    is DeLong's test whatever the method. `equals` names programs that give the same p-value of a pair.
    `n_resamples` is 0 without a bootstrap.
    """

    design: Design
    method: ComparisonMethod
    areas: Mapping[str, AucEstimate]
    covariance: tuple[tuple[float, ...], ...]
    pairs: tuple[AucDifference, ...]
    overall: OverallTest | None
    level: float
    n_resamples: int
    equals: str
    findings: tuple[Finding, ...]


def compare_paired_aucs(
    markers: Mapping[str, npt.ArrayLike],
    positive: npt.ArrayLike,
    *,
    directions: Mapping[str, Direction],
    method: ComparisonMethod,
    level: float = 0.95,
    resolutions: Mapping[str, float] | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> AucComparison:
    """Compare the areas of two or more markers of the same cases.

    ``"delong"``: the covariance of the areas from the cases' placements, z for each pair, and for three or
    more a chi-squared test of all contrasts. ``"bootstrap"``: positives and negatives are resampled apart,
    each case with all its markers; z is the difference over the standard deviation of its replicates, and
    the interval is taken from their percentiles. The bootstrap's price is that its p-value assumes
    normality all the same.

    Parameters
    ----------
    markers : mapping of name to (n,), each in its own unit
        At least two; finite, the same cases in the same order.
    positive : (n,), boolean
        The reference standard.
    directions : mapping of name to "low" or "high"
        Which end of each marker is positive.
    resolutions : mapping of name to the marker's unit, optional
        Values that round to the same multiple are ties.
    rng
        Needed by the bootstrap. The draws depend on it and on the values, not on the order of the cases.

    Returns
    -------
    AucComparison
        A difference without variance has the finding ``roc-comparison.no-variance``.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``,
        ``statistics.option``

    Notes
    -----
    DeLong, DeLong and Clarke-Pearson 1988, eq. 4 to 6; placements by sorting as in Sun and Xu 2014. Checked
    against pROC 1.18 (``roc.test``, ``cov``, the difference's ``conf.int``); the test of contrasts against
    R code of our own.

    Examples
    --------
    >>> grade = [True, True, True, False, False, False]
    >>> adc = {"mean": [0.6, 0.9, 1.0, 0.9, 1.1, 1.4], "minimum": [0.5, 0.2, 0.3, 0.1, 0.4, 0.6]}
    >>> found = compare_paired_aucs(adc, grade, directions={"mean": "low", "minimum": "low"}, method="delong")
    >>> pair = found.pairs[0]
    >>> round(pair.difference, 4), round(pair.statistic, 3), round(pair.p_value, 3)
    (0.2778, 1.118, 0.264)
    """
    _check_options(method, level)
    at_least(len(markers), 2, "the markers to compare")
    vectors: dict[str, Floats] = {}
    for name, values in markers.items():
        vectors[name], flags = check_case_vectors(values, positive, (resolutions or {}).get(name))
    areas = {
        name: estimate_auc(values, flags, direction=directions[name], interval="delong", level=level)
        for name, values in vectors.items()
    }
    placed = [place_cases(values, flags, directions[name]) for name, values in vectors.items()]
    replicates: Floats | None = None
    if method == "bootstrap":
        replicates = paired_area_replicates(
            list(vectors.values()),
            flags,
            [directions[name] for name in vectors],
            n_resamples,
            require_generator(rng),
        )
    covariance = _paired_covariance(placed)
    return _compare(areas, placed, covariance, "paired", method, None, replicates, level)


def compare_unpaired_aucs(
    groups: Mapping[str, tuple[npt.ArrayLike, npt.ArrayLike]],
    *,
    direction: Direction,
    method: ComparisonMethod,
    reference: UnpairedReference = "t",
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> AucComparison:
    """Compare the areas of one marker in two or more groups that share no case.

    The variance of a difference is the sum of DeLong's variances. ``reference="t"`` compares with Student's
    t at Satterthwaite's degrees of freedom, as pROC does; ``"normal"`` with the normal distribution.

    Parameters
    ----------
    groups : mapping of name to (marker, positive), (n_group,) each
        At least two groups, both classes in each.
    direction
        Which end of the marker is positive.
    reference : {"t", "normal"}
        For ``method="delong"``; the bootstrap's z is normal.
    resolution : unit of the marker
        Values that round to the same multiple are ties.
    rng
        Needed by the bootstrap.

    Returns
    -------
    AucComparison
        `overall` tests, for three or more groups, whether all areas are equal.

    Raises
    ------
    StatisticsError
        As `compare_paired_aucs`.

    Notes
    -----
    Checked against pROC 1.18 ``roc.test(paired = FALSE)``. The Satterthwaite degrees of freedom take the
    number of cases of each group as pROC does. pROC gives no interval of an unpaired difference; here it
    is ``difference ± quantile * standard error`` of the same reference distribution.

    Examples
    --------
    >>> a = ([0.6, 0.9, 1.0, 0.9, 1.1, 1.4], [True, True, True, False, False, False])
    >>> b = ([0.7, 0.8, 1.2, 0.75, 1.0, 1.1], [True, True, True, False, False, False])
    >>> found = compare_unpaired_aucs({"A": a, "B": b}, direction="low", method="delong")
    >>> pair = found.pairs[0]
    >>> round(pair.difference, 4), round(pair.df, 2), round(pair.p_value, 3)
    (0.2778, 8.29, 0.472)
    """
    _check_options(method, level)
    if reference not in ("t", "normal"):
        raise StatisticsError(
            "statistics.option",
            "Areas of separate groups are compared with Student's t or the normal distribution.",
            remedy="Name the reference t or normal.",
        )
    at_least(len(groups), 2, "the groups to compare")
    areas: dict[str, AucEstimate] = {}
    placed: list[Placements] = []
    resampled: list[Floats] = []
    for name, (marker, positive) in groups.items():
        values, flags = check_case_vectors(marker, positive, resolution)
        areas[name] = estimate_auc(values, flags, direction=direction, interval="delong", level=level)
        placed.append(place_cases(values, flags, direction))
        if method == "bootstrap":
            counts = count_by_value(values, flags, direction=direction)
            resampled.append(area_replicates(counts, n_resamples, require_generator(rng)))
    covariance = np.diag([area_covariance(own, own) for own in placed])
    replicates = np.stack(resampled) if resampled else None
    return _compare(areas, placed, covariance, "unpaired", method, reference, replicates, level)


def holm_adjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values by Holm 1979, as R ``p.adjust``: NaN stays NaN and is not counted."""
    known = [i for i, p in enumerate(p_values) if not math.isnan(p)]
    adjusted, largest = [float(p) for p in p_values], 0.0
    for step, i in enumerate(sorted(known, key=lambda i: p_values[i])):
        largest = max(largest, min(1.0, (len(known) - step) * p_values[i]))
        adjusted[i] = largest
    return tuple(adjusted)


def _compare(
    areas: Mapping[str, AucEstimate],
    placed: Sequence[Placements],
    covariance: Floats,
    design: Design,
    method: ComparisonMethod,
    reference: UnpairedReference | None,
    replicates: Floats | None,
    level: float,
) -> AucComparison:
    names = tuple(areas)
    values = np.array([area.value for area in areas.values()])
    pairs: list[AucDifference] = []
    for i, j in combinations(range(len(names)), 2):
        difference = _exact_difference(placed[i], placed[j])
        df: float | None = None
        if replicates is not None:
            drawn = replicates[i] - replicates[j]
            standard_error = float(np.std(drawn, ddof=1))
            interval = percentile_interval(drawn, level)
        else:
            paired = design == "paired"
            variance = (
                difference_variance(placed[i], placed[j]) if paired else covariance[i, i] + covariance[j, j]
            )
            standard_error = math.sqrt(variance)
            if reference == "t" and standard_error > 0.0:
                sizes = [placed[k].positives.size + placed[k].negatives.size for k in (i, j)]
                df = variance**2 / (
                    covariance[i, i] ** 2 / (sizes[0] - 1) + covariance[j, j] ** 2 / (sizes[1] - 1)
                )
            half = _quantile(level, df) * standard_error
            interval = Interval(difference - half, difference + half, level, "delong")
        statistic, p_value = _tested(difference, standard_error, df)
        spread = math.sqrt(covariance[i, i] * covariance[j, j])
        pairs.append(
            AucDifference(
                names[i],
                names[j],
                difference,
                standard_error,
                interval,
                statistic,
                None if df is None else float(df),
                p_value,
                p_value,
                float(covariance[i, j] / spread) if spread > 0.0 else math.nan,
            )
        )
    adjusted = holm_adjusted([pair.p_value for pair in pairs])
    key = (design, reference if reference and method == "delong" else method)
    overall = _overall(values, covariance) if len(names) > 2 else None
    return AucComparison(
        design=design,
        method=method,
        areas=dict(areas),
        covariance=tuple(tuple(float(cell) for cell in row) for row in covariance),
        pairs=tuple(replace(pair, p_adjusted=p) for pair, p in zip(pairs, adjusted, strict=True)),
        overall=overall,
        level=level,
        n_resamples=0 if replicates is None else replicates.shape[1],
        equals=_EQUALS[key],
        findings=_findings(areas, pairs, overall),
    )


def _exact_difference(first: Placements, second: Placements) -> float:
    """The difference of two areas, exactly 0 where they are equal."""
    a, b = first.doubled_pairs, second.doubled_pairs
    pairs_a = 2 * first.positives.size * first.negatives.size
    pairs_b = 2 * second.positives.size * second.negatives.size
    return (a * pairs_b - b * pairs_a) / (pairs_a * pairs_b)


def _tested(difference: float, standard_error: float, df: float | None) -> tuple[float, float]:
    if standard_error == 0.0 and difference == 0.0:
        return 0.0, 1.0
    if not standard_error > 0.0:
        return math.nan, math.nan
    statistic = difference / standard_error
    tail = ndtr(-abs(statistic)) if df is None else stdtr(df, -abs(statistic))
    return statistic, 2.0 * float(tail)


def _quantile(level: float, df: float | None) -> float:
    share = (1.0 + level) / 2.0
    return float(ndtri(share) if df is None else stdtrit(df, share))


def _paired_covariance(placed: Sequence[Placements]) -> Floats:
    covariance = np.empty((len(placed), len(placed)))
    for i, first in enumerate(placed):
        for j in range(i + 1):
            covariance[i, j] = covariance[j, i] = area_covariance(first, placed[j])
    return covariance


def _overall(values: Floats, covariance: Floats) -> OverallTest:
    """Chi-squared of the contrasts of each area with the first, on as many as are independent."""
    contrasts = np.hstack([-np.ones((values.size - 1, 1)), np.eye(values.size - 1)])
    differences = contrasts @ values
    spread = contrasts @ covariance @ contrasts.T
    if not np.isfinite(spread).all():
        return OverallTest(math.nan, values.size - 1, math.nan)
    sizes, axes = np.linalg.eigh(spread)
    # Relative to the areas' own variances: rounding leaves a little where nothing is.
    tolerance = 1e-10 * max(float(np.trace(covariance)), np.finfo(float).tiny)
    kept = sizes > tolerance
    along = axes.T @ differences
    df = int(np.count_nonzero(kept))
    if np.any(np.abs(along[~kept]) > 1e-12):
        return OverallTest(math.nan, df, math.nan)
    statistic = float(np.sum(along[kept] ** 2 / sizes[kept]))
    return OverallTest(statistic, df, float(chdtrc(df, statistic)) if df else 1.0)


def _findings(
    areas: Mapping[str, AucEstimate], pairs: Sequence[AucDifference], overall: OverallTest | None
) -> tuple[Finding, ...]:
    found = []
    for name, area in areas.items():
        found += [
            Finding(own.code, own.sentence, own.severity, {**own.where, "curve": name})
            for own in area.findings
            if own.code != "auc.interval-truncated"
        ]
    for pair in pairs:
        where = {"first": pair.first, "second": pair.second}
        if pair.standard_error == 0.0:
            found.append(Finding(*_NO_VARIANCE, where=where))
        elif math.isnan(pair.standard_error):
            found.append(Finding(*_SINGLE_CASE, where=where))
    if overall is not None and overall.df < len(areas) - 1:
        found.append(Finding(*_DEPENDENT, where={"df": str(overall.df)}))
    return tuple(found)


def _check_options(method: str, level: float) -> None:
    check_level(level)
    if method not in _METHODS:
        raise StatisticsError(
            "statistics.option",
            "Areas are compared by delong or by bootstrap.",
            remedy="Name one of the two.",
        )


_NO_VARIANCE: Final = (
    "roc-comparison.no-variance",
    "The difference of the two areas has no variance in this sample (the same ranks, or perfect separation): "
    "neither its interval nor its test says anything.",
)
_SINGLE_CASE: Final = (
    "roc-comparison.single-case",
    "One class has a single case: the variance of the difference cannot be estimated.",
)
_DEPENDENT: Final = (
    "roc-comparison.dependent",
    "Some of the areas cannot vary apart from each other; the overall test has fewer degrees of freedom "
    "than markers less one.",
)
