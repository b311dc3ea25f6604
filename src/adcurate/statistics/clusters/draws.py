"""Resampling subjects: a drawn subject brings all of its lesions.

A resample is a row of weights: how often each subject was drawn. A statistic takes a block of such rows, so
nothing loops over resamples, and leaving one subject out is a row of weights as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import require_generator
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_replicates,
    count_undefined,
    percentile_interval,
)
from adcurate.statistics.values import at_least

ClusterInterval = Literal["percentile-bootstrap", "bca-bootstrap"]
WeightedStatistic = Callable[[Floats], Floats]

_BLOCK_CELLS: Final = 1 << 21


@dataclass(frozen=True, slots=True)
class ClusterBootstrap:
    """A statistic over lesions with an interval from resampled subjects.

    `n_undefined` of the `n_resamples` replicates had no answer (a class missing, all values tied) and are
    not in the interval. `stratified` says whether the numbers of subjects with positive lesions only,
    negative only and both were kept in every resample. `standard_error` is the SD of the replicates.
    """

    value: float
    standard_error: float
    interval: Interval
    n_lesions: int
    n_subjects: int
    n_resamples: int
    n_undefined: int
    stratified: bool
    method: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Resampling:
    """How subjects are drawn, and which interval is taken from the replicates."""

    rng: np.random.Generator
    interval: ClusterInterval = "percentile-bootstrap"
    level: float = 0.95
    n_resamples: int = 10_000


def resample_subjects(
    statistic: WeightedStatistic,
    sizes: Integers,
    how: Resampling,
    *,
    strata: Integers | None = None,
    width: int = 1,
) -> tuple[ClusterBootstrap, ...]:
    """Evaluate statistics on resamples of subjects and take an interval for each.

    Parameters
    ----------
    statistic : callable
        Takes (k, n_subjects) weights, returns (k, n_statistics); NaN where one is undefined.
    sizes : (n_subjects,)
        Lesions of each subject.
    strata : (n_subjects,), optional
        Keeps the number of subjects of each stratum in every resample.
    width : int
        Numbers the statistic holds for a resample; bounds the memory, never changes the result.

    Raises
    ------
    StatisticsError
        ``statistics.option``; ``statistics.too-few`` with fewer than two subjects, or too few replicates.
    """
    check_level(how.level)
    require_generator(how.rng)
    if how.interval not in ("percentile-bootstrap", "bca-bootstrap"):
        raise StatisticsError(
            "statistics.option",
            "The interval of resampled subjects is percentile-bootstrap or bca-bootstrap.",
            remedy="Name one of the two.",
        )
    n_subjects = at_least(int(sizes.size), 2, "the subjects")
    values = statistic(np.ones((1, n_subjects)))[0]
    block = max(1, _BLOCK_CELLS // max(width, n_subjects))
    replicates = bootstrap_replicates(
        lambda drawn: statistic(_weights(drawn, n_subjects)),
        n_subjects,
        how.n_resamples,
        how.rng,
        strata=strata,
        block=block,
    )
    left_out = _without_each(statistic, n_subjects, block) if how.interval == "bca-bootstrap" else None
    findings = _lonely(strata)
    results = []
    for column, value in enumerate(values.tolist()):
        drawn = replicates[:, column]
        limits = (
            percentile_interval(drawn, how.level)
            if left_out is None
            else bca_interval(value, drawn, left_out[:, column], how.level)
        )
        defined = drawn[np.isfinite(drawn)]
        results.append(
            ClusterBootstrap(
                value=value,
                standard_error=float(defined.std(ddof=1)) if defined.size > 1 else float("nan"),
                interval=replace(limits, method=f"cluster-{limits.method}"),
                n_lesions=int(sizes.sum()),
                n_subjects=n_subjects,
                n_resamples=how.n_resamples,
                n_undefined=count_undefined(drawn),
                stratified=strata is not None,
                method="subjects resampled with all their lesions",
                findings=findings,
            )
        )
    return tuple(results)


def _weights(drawn: Integers, n_subjects: int) -> Floats:
    """Count how often each subject was drawn: (k, n_subjects) indices to (k, n_subjects) counts."""
    cells = drawn + n_subjects * np.arange(drawn.shape[0])[:, None]
    counts = np.bincount(cells.ravel(), minlength=drawn.shape[0] * n_subjects)
    return np.asarray(counts.reshape(-1, n_subjects), dtype=np.float64)


def _without_each(statistic: WeightedStatistic, n_subjects: int, block: int) -> Floats:
    rows = []
    for start in range(0, n_subjects, block):
        weights = np.ones((min(block, n_subjects - start), n_subjects))
        weights[np.arange(weights.shape[0]), start + np.arange(weights.shape[0])] = 0.0
        rows.append(statistic(weights))
    return np.concatenate(rows)


def _lonely(strata: Integers | None) -> tuple[Finding, ...]:
    if strata is None or 1 not in np.unique(strata, return_counts=True)[1]:
        return ()
    return (
        Finding(
            "clusters.lonely-subject",
            "A stratum holds a single subject, who is in every resample: the interval knows no variation "
            "of it.",
        ),
    )
