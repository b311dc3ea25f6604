"""The bootstrap: which cases are drawn, and what interval the replicates give.

A statistic is evaluated on rows of indices, many resamples at once, so nothing here loops over
resamples. Draws follow one stream: the same generator state gives the same replicates for any block
size. A replicate may be undefined (one class missing, all values tied): it is NaN, it is left out of the
interval, and `count_undefined` says how many there were, which a result must report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least

QuantileRule = Literal["normal-scale", "linear"]
BiasRule = Literal["half-ties", "strictly-below"]

_BLOCK_DRAWS = 1 << 20
# Beyond this many cases leaving out each in turn is not offered where it takes n² steps.
MOST_LEFT_OUT = 10_000


def bootstrap_indices(n: int, n_resamples: int, rng: np.random.Generator) -> Integers:
    """Draw `n_resamples` resamples of `n` cases with replacement.

    Returns
    -------
    Integers
        (n_resamples, n) indices into the cases. Drawing 300 and then 700 from one generator gives the
        same rows as drawing 1000.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` when there is no case, ``statistics.option`` when no resample is asked for.
    """
    at_least(n, 1, "the cases")
    _check_resamples(n_resamples)
    return rng.integers(0, n, size=(n_resamples, n), dtype=np.int64)


def stratified_bootstrap_indices(
    strata: npt.ArrayLike, n_resamples: int, rng: np.random.Generator
) -> Integers:
    """Draw resamples that keep the size of each stratum, such as each reference-standard class.

    Parameters
    ----------
    strata : (n,)
        The stratum of each case; any values that can be compared for equality.

    Returns
    -------
    Integers
        (n_resamples, n) indices; column j holds members of the stratum of case j.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.option``
    """
    _, stratum, sizes = np.unique(np.asarray(strata), return_inverse=True, return_counts=True)
    at_least(stratum.size, 1, "the cases")
    _check_resamples(n_resamples)
    members = np.argsort(stratum, kind="stable")
    first = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    place = np.floor(rng.random((n_resamples, stratum.size)) * sizes[stratum]).astype(np.int64)
    return np.asarray(members[first[stratum] + place], dtype=np.int64)


def bootstrap_replicates(
    statistic: Callable[[Integers], Floats],
    n: int,
    n_resamples: int,
    rng: np.random.Generator,
    *,
    strata: npt.ArrayLike | None = None,
    block: int | None = None,
) -> Floats:
    """Evaluate a statistic on `n_resamples` resamples, a block at a time.

    Parameters
    ----------
    statistic : callable
        Takes (k, n) indices, returns (k,) values; NaN where the statistic is undefined.
    strata : (n,), optional
        Keeps the size of each stratum in every resample.
    block : int, optional
        Resamples evaluated at once; bounds the memory and never changes the result.

    Returns
    -------
    Floats
        (n_resamples,) replicates in drawing order.
    """
    rows = block or max(1, _BLOCK_DRAWS // max(n, 1))
    return np.concatenate(
        [
            statistic(
                bootstrap_indices(n, k, rng)
                if strata is None
                else stratified_bootstrap_indices(strata, k, rng)
            )
            for k in _block_sizes(n_resamples, rows)
        ]
    )


def jackknife_indices(n: int) -> Integers:
    """Return (n, n - 1) indices: row i is every case but case i."""
    at_least(n, 2, "the cases")
    everyone = np.arange(n - 1)
    return np.asarray(everyone[None, :] + (everyone[None, :] >= np.arange(n)[:, None]), dtype=np.int64)


def jackknife_replicates(statistic: Callable[[Integers], Floats], n: int) -> Floats:
    """Evaluate a statistic without each case in turn, a block at a time: memory grows with `n`, time with n².

    Returns
    -------
    Floats
        (n,) replicates; row i is without case i.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` below two cases; ``statistics.option`` above `MOST_LEFT_OUT`.
    """
    at_least(n, 2, "the cases")
    if n > MOST_LEFT_OUT:
        raise StatisticsError(
            "statistics.option",
            f"A BCa interval leaves out each case in turn, which takes too long for {n} cases.",
            remedy="Choose the percentile bootstrap, which hardly differs from it in so many.",
            n=n,
            most=MOST_LEFT_OUT,
        )
    everyone = np.arange(n - 1)[None, :]
    rows = max(1, _BLOCK_DRAWS // n)
    blocks = (np.arange(start, min(start + rows, n))[:, None] for start in range(0, n, rows))
    return np.concatenate([statistic(everyone + (everyone >= out)) for out in blocks])


def count_undefined(replicates: Floats) -> int:
    """Count the replicates on which the statistic was undefined, and which no interval uses."""
    return int(np.count_nonzero(~np.isfinite(replicates)))


def percentile_interval(
    replicates: Floats, level: float = 0.95, *, quantile: QuantileRule = "normal-scale"
) -> Interval:
    """Take the interval from the tails of the replicates.

    Parameters
    ----------
    replicates : (n_resamples,)
        Undefined ones (NaN) are left out.
    quantile : {"normal-scale", "linear"}
        How a limit between two order statistics is found. ``normal-scale``: position (R + 1)p,
        interpolated on the normal quantile scale (Davison and Hinkley 1997, eq. 5.8; R's ``boot.ci``).
        ``linear``: position (R - 1)p + 1, interpolated linearly (numpy and ``scipy.stats.bootstrap``).

    Returns
    -------
    Interval
        Method ``percentile-bootstrap``.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` when the tail holds less than one replicate (39 are needed for 95 %).
    """
    kept = _defined(replicates, level)
    tail = (1.0 - level) / 2.0
    low, high = _quantiles(kept, np.array([tail, 1.0 - tail]), quantile)
    return Interval(float(low), float(high), level, "percentile-bootstrap")


def bca_interval(
    estimate: float,
    replicates: Floats,
    jackknife: Floats,
    level: float = 0.95,
    *,
    quantile: QuantileRule = "normal-scale",
    bias: BiasRule = "half-ties",
) -> Interval:
    """Take the bias-corrected and accelerated interval (Efron 1987).

    The percentile limits are moved by the median bias ``z0`` of the replicates and by the acceleration
    ``a``, the skewness of the jackknife influence over 6.

    Parameters
    ----------
    estimate : float
        The statistic on the cases themselves.
    replicates : (n_resamples,)
        Undefined ones (NaN) are left out.
    jackknife : (n,)
        The statistic without each case in turn (`jackknife_indices`); undefined ones are left out.
    bias : {"half-ties", "strictly-below"}
        Whether a replicate equal to the estimate counts half toward ``z0`` (``scipy.stats.bootstrap``)
        or not at all (R's ``boot.ci``). They differ for statistics with few distinct values.

    Returns
    -------
    Interval
        Method ``bca-bootstrap``; ``percentile-bootstrap`` where the correction is infinite: every
        replicate lies on one side of the estimate, or the acceleration turns a tail over.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite`` when the estimate itself is undefined.
    """
    kept = _defined(replicates, level)
    if not np.isfinite(estimate):
        raise StatisticsError(
            "statistics.not-finite",
            "An undefined estimate has no interval.",
            remedy="Look at the values: one class is missing, or all are tied.",
        )
    share = _share_below(estimate, kept, bias)
    if not 0.0 < share < 1.0:
        return percentile_interval(kept, level, quantile=quantile)
    z0 = float(ndtri(share))
    acceleration = _acceleration(jackknife)
    tail = (1.0 - level) / 2.0
    shifted = z0 + ndtri(np.array([tail, 1.0 - tail]))
    slack = 1.0 - acceleration * shifted
    if np.any(slack <= 0.0):
        return percentile_interval(kept, level, quantile=quantile)
    low, high = _quantiles(kept, ndtr(z0 + shifted / slack), quantile)
    return Interval(float(low), float(high), level, "bca-bootstrap")


def _share_below(estimate: float, kept: Floats, bias: BiasRule) -> float:
    # Equal statistics of different resamples may differ in the last bits: those are ties.
    tolerance = 1e-12 * max(abs(estimate), float(np.abs(kept).max()))
    share = np.count_nonzero(kept < estimate - tolerance) / kept.size
    if bias == "half-ties":
        share += np.count_nonzero(np.abs(kept - estimate) <= tolerance) / (2.0 * kept.size)
    return float(share)


def _acceleration(jackknife: Floats) -> float:
    left_out = jackknife[np.isfinite(jackknife)]
    if left_out.size == 0:
        return 0.0
    influence = left_out.mean() - left_out
    spread = float(np.sum(influence**2))
    if spread <= (1e-12 * float(np.abs(left_out).max())) ** 2:
        return 0.0
    return float(np.sum(influence**3) / (6.0 * spread**1.5))


def _quantiles(values: Floats, p: Floats, rule: QuantileRule) -> Floats:
    if rule == "linear":
        return np.asarray(np.quantile(values, p), dtype=np.float64)
    ordered = np.sort(values)
    n = ordered.size
    position = np.clip((n + 1) * p, 1.0, float(n))
    lower = np.minimum(np.floor(position), n - 1).astype(np.int64)
    inner = np.clip(p, 1.0 / (n + 1), n / (n + 1))
    z_low, z_high = ndtri(lower / (n + 1)), ndtri((lower + 1) / (n + 1))
    share = (ndtri(inner) - z_low) / (z_high - z_low)
    at, above = ordered[lower - 1], ordered[lower]
    return np.asarray(at + share * (above - at), dtype=np.float64)


def _defined(replicates: Floats, level: float) -> Floats:
    check_level(level)
    kept = replicates[np.isfinite(replicates)]
    minimum = round(2.0 / (1.0 - level)) - 1
    if kept.size < minimum:
        raise StatisticsError(
            "statistics.too-few",
            f"An interval at this level needs {minimum} or more bootstrap replicates on which the statistic "
            f"is defined; there are {kept.size} of {replicates.size}.",
            remedy="Ask for more resamples, or for an interval that needs none.",
            n_defined=kept.size,
            minimum=minimum,
        )
    return kept


def _block_sizes(n_resamples: int, rows: int) -> Iterator[int]:
    _check_resamples(n_resamples)
    for start in range(0, n_resamples, rows):
        yield min(rows, n_resamples - start)


def _check_resamples(n_resamples: int) -> None:
    if n_resamples < 1:
        raise StatisticsError(
            "statistics.option",
            "A bootstrap needs at least one resample.",
            remedy="Ask for 2,000 resamples or more.",
            n_resamples=n_resamples,
        )
