"""Does a marker put the classes in order? The ordinal C-index, and the volume under the ROC surface.

Each sums the order of three or more classes up in one number, with its own value of chance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Counts, Direction, require_generator, rule_of
from adcurate.statistics.resampling import bootstrap_replicates, percentile_interval
from adcurate.statistics.roc.classes import ordered_classes

OrdinalInterval = Literal["wald", "fisher-z", "percentile-bootstrap", "none"]
VolumeInterval = Literal["percentile-bootstrap", "none"]


@dataclass(frozen=True, slots=True)
class OrdinalCIndex:
    """Of all pairs of cases of different classes, the share that the marker orders rightly, ties half.

    One half is chance; Somers' D of the marker on the class is ``2 * value - 1``. `standard_error` is that of
    the C-index and `p_value`, of one half, two-sided, is normal; NaN where the variance is zero.
    """

    value: float
    standard_error: float
    interval: Interval | None
    p_value: float
    concordant_pairs: int
    tied_pairs: int
    n_pairs: int
    n: int
    n_resamples: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class OrderedVolume:
    """The chance that one case of each class, drawn at random, come in the right order.

    With three classes this is the volume under the ROC surface. `of_chance` is one over the factorial of
    their number: 1/6 for three. `standard_error` is the standard deviation of the replicates, NaN without.
    """

    value: float
    standard_error: float
    interval: Interval | None
    of_chance: float
    sizes: tuple[int, ...]
    n_resamples: int
    findings: tuple[Finding, ...]


def estimate_ordinal_c(
    classes: Mapping[str, npt.ArrayLike],
    *,
    direction: Direction,
    interval: OrdinalInterval,
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> OrdinalCIndex:
    """Estimate the ordinal C-index of a marker for ordered classes.

    Harrell's C without censoring. Its standard error treats the classes as sampled too, so it is the one of
    a cohort, not of a study with a fixed number of each grade.

    ``"wald"``
        ``value ± z * standard error``, cut at 0 and 1.
    ``"fisher-z"``
        The same on the hyperbolic arctangent of Somers' D, which stays inside the limits.
    ``"percentile-bootstrap"``
        Cases resampled (not within classes, to agree with the standard error).

    Parameters
    ----------
    classes : mapping of name to (n_class,), any one unit
        In order, lowest class first; two or more.
    direction
        ``"low"``: the marker falls as the class rises.
    rng
        Needed by the bootstrap. The draws depend on it and on the values, not on the order of the cases.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Harrell et al. 1996; the standard error is that of a ratio of U-statistics. Both equal Hmisc 4.8
    ``rcorr.cens`` (whose S.D. is of Dxy, twice this).

    Examples
    --------
    >>> adc = {"G1": [1.4, 1.2, 1.3], "G2": [1.25, 1.0, 1.1], "G3": [0.7, 0.9, 1.05]}
    >>> c = estimate_ordinal_c(adc, direction="low", interval="wald")
    >>> c.concordant_pairs, c.n_pairs, round(c.value, 3)
    (25, 27, 0.926)
    """
    check_level(level)
    if interval not in ("wald", "fisher-z", "percentile-bootstrap", "none"):
        raise StatisticsError(
            "statistics.option",
            "The interval of an ordinal C-index is wald, fisher-z, percentile-bootstrap or none.",
            remedy="Name one of these.",
        )
    vectors = ordered_classes(classes, 2, resolution)
    counts = _class_counts(vectors, direction)
    net, related = _net_and_related(counts)
    total, pairs = int((counts * net).sum()), int((counts * related).sum())
    d = total / pairs
    standard_error = math.sqrt(float((counts * (net - d * related) ** 2).sum())) / pairs
    if abs(d) == 1.0:
        standard_error = 0.0
    value = (1.0 + d) / 2.0
    findings = []
    if standard_error == 0.0:
        findings.append(_NO_VARIANCE)
    z = float(ndtri((1.0 + level) / 2.0))
    limits: Interval | None = None
    if interval == "wald":
        low, high = value - z * standard_error, value + z * standard_error
        limits = Interval(max(0.0, low), min(1.0, high), level, "wald")
    elif interval == "fisher-z":
        limits = Interval(math.nan, math.nan, level, "fisher-z")
        if abs(d) < 1.0:
            half = z * 2.0 * standard_error / (1.0 - d * d)
            ends = [(1.0 + math.tanh(math.atanh(d) + side * half)) / 2.0 for side in (-1.0, 1.0)]
            limits = Interval(ends[0], ends[1], level, "fisher-z")
    elif interval == "percentile-bootstrap":
        replicates = _resampled(counts, _c_of_rows, n_resamples, require_generator(rng), within=False)
        limits = percentile_interval(replicates, level)
    n_classes = len(vectors)
    tied = sum(int(counts[i] @ counts[j]) for i, j in combinations(range(n_classes), 2))
    return OrdinalCIndex(
        value=value,
        standard_error=standard_error,
        interval=limits,
        p_value=2.0 * float(ndtr(-abs(value - 0.5) / standard_error)) if standard_error > 0.0 else math.nan,
        concordant_pairs=(pairs // 2 - tied + total // 2) // 2,
        tied_pairs=tied,
        n_pairs=pairs // 2,
        n=int(counts.sum()),
        n_resamples=n_resamples if interval == "percentile-bootstrap" else 0,
        findings=tuple(findings),
    )


def estimate_ordered_volume(
    classes: Mapping[str, npt.ArrayLike],
    *,
    direction: Direction,
    interval: VolumeInterval,
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> OrderedVolume:
    """Estimate the volume under the ROC surface: three (or more) classes in the right order at once.

    The share of all triples, one case of each class, that the marker puts in order; a tie of two counts
    1/2 and of three 1/6, what guessing among the tied would give. Counted by cumulative sums, so the triples
    are never written down. Classes are resampled apart.

    Parameters
    ----------
    classes : mapping of name to (n_class,), any one unit
        In order, lowest class first; three or more.
    direction
        ``"low"``: the marker falls as the class rises.
    rng
        Needed by the bootstrap. The draws depend on it and on the values, not on the order of the cases.

    Returns
    -------
    OrderedVolume
        Where every resample is in order too (perfect separation) the standard error is zero, with the
        finding ``classes.no-variance``.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Mossman 1999; Nakas and Yiannoutsos 2004, with their weights of ties. Checked against a count of every
    triple in R.

    Examples
    --------
    >>> adc = {"G1": [1.4, 1.2, 1.3], "G2": [1.25, 1.0, 1.1], "G3": [0.7, 0.9, 1.05]}
    >>> volume = estimate_ordered_volume(adc, direction="low", interval="none")
    >>> round(volume.value * 27), round(volume.value, 4), round(volume.of_chance, 4)
    (21, 0.7778, 0.1667)
    """
    check_level(level)
    if interval not in ("percentile-bootstrap", "none"):
        raise StatisticsError(
            "statistics.option",
            "The interval of a volume is percentile-bootstrap or none.",
            remedy="Name one of the two.",
        )
    vectors = ordered_classes(classes, 3, resolution)
    counts = _class_counts(vectors, direction)
    value = float(_volume_of_rows(counts[None])[0])
    limits: Interval | None = None
    standard_error = math.nan
    if interval == "percentile-bootstrap":
        replicates = _resampled(counts, _volume_of_rows, n_resamples, require_generator(rng), within=True)
        limits = percentile_interval(replicates, level)
        standard_error = float(np.std(replicates, ddof=1))
        if standard_error < 1e-12:
            standard_error = 0.0
    return OrderedVolume(
        value=value,
        standard_error=standard_error,
        interval=limits,
        of_chance=1.0 / math.factorial(len(vectors)),
        sizes=tuple(vector.size for vector in vectors.values()),
        n_resamples=n_resamples if limits else 0,
        findings=(_NO_VARIANCE,) if standard_error == 0.0 else (),
    )


def _class_counts(vectors: Mapping[str, Floats], direction: Direction) -> Counts:
    """Return (n_classes, n_values): cases at each distinct value, in the order in which classes rise."""
    rule_of(direction)
    distinct, level = np.unique(np.concatenate(list(vectors.values())), return_inverse=True)
    ends = np.cumsum([vector.size for vector in vectors.values()])[:-1]
    rows = [np.bincount(part, minlength=distinct.size) for part in np.split(level, ends)]
    counts = np.stack(rows).astype(np.int64)
    return counts[:, ::-1] if direction == "low" else counts


def _net_and_related(counts: Counts) -> tuple[Counts, Counts]:
    """For a case of each class and value: concordant less discordant cases of other classes, and all those.

    `counts` is (..., n_classes, n_values), and so are both answers.
    """
    cumulative = np.cumsum(counts, axis=-1)
    # Cases below a value less cases above it, of each class.
    balance = 2 * cumulative - counts - cumulative[..., -1:]
    lower = np.cumsum(balance, axis=-2) - balance
    higher = balance.sum(axis=-2, keepdims=True) - lower - balance
    sizes = cumulative[..., -1:]
    related = sizes.sum(axis=-2, keepdims=True) - sizes
    return lower - higher, np.broadcast_to(related, counts.shape)


def _c_of_rows(counts: Counts) -> Floats:
    """C-indices of (k, n_classes, n_values); NaN where one class only was drawn."""
    net, related = _net_and_related(counts)
    total, pairs = (counts * net).sum(axis=(1, 2)), (counts * related).sum(axis=(1, 2))
    d = np.divide(total, pairs, out=np.full(total.size, math.nan), where=pairs > 0)
    return np.asarray((1.0 + d) / 2.0)


def _volume_of_rows(counts: Counts) -> Floats:
    """Volumes of (k, n_classes, n_values): chains of one case from each class, by cumulative sums.

    ``before[j]`` counts, at each value, the chains of the first j classes that end below it. Classes tied
    at one value, s in a row, count one over s factorial.
    """
    shares = counts / counts.sum(axis=-1, keepdims=True)
    n_classes = counts.shape[1]
    before = [np.ones((counts.shape[0], counts.shape[2]))]
    for j in range(1, n_classes + 1):
        ending = np.zeros_like(before[0])
        tied = np.ones_like(before[0])
        for s in range(1, j + 1):
            tied = tied * shares[:, j - s] / s
            ending += before[j - s] * tied
        upto = np.cumsum(ending, axis=1)
        before.append(upto - ending)
    return np.asarray(upto[:, -1], dtype=np.float64)


def _resampled(
    counts: Counts,
    statistic: Callable[[Counts], Floats],
    n_resamples: int,
    rng: np.random.Generator,
    *,
    within: bool,
) -> Floats:
    """Replicates of a statistic of class counts; cases drawn in the order of class and value."""
    n_classes, n_values = counts.shape
    codes = np.repeat(np.arange(n_classes * n_values), counts.ravel())

    def replicates(indices: Integers) -> Floats:
        k = indices.shape[0]
        cells = codes[indices] + counts.size * np.arange(k)[:, None]
        table = np.bincount(cells.ravel(), minlength=counts.size * k)
        return statistic(table.reshape(k, n_classes, n_values))

    return bootstrap_replicates(
        replicates, codes.size, n_resamples, rng, strata=codes // n_values if within else None
    )


_NO_VARIANCE: Final = Finding(
    "classes.no-variance",
    "Every resample or leave-one-out value is the same (perfect order, or no order at all): the variance is "
    "zero, and the interval says nothing.",
)
