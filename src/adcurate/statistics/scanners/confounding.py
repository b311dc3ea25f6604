"""Are the classes spread over the scanners as chance would spread them?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.scanners.strata import check_strata

_MOST_TABLES = 1_000_000
_SLACK = 1e-7


@dataclass(frozen=True, slots=True)
class Confounding:
    """The table of strata by class, and whether it is more lopsided than chance makes it.

    `positives` and `sizes` stand in the order of `strata`. `cramers_v` is 0 where shares are equal and 1
    where the scanner tells the class; NaN with one stratum. A large p-value is no proof of balance in few
    cases.
    """

    strata: tuple[str, ...]
    positives: tuple[int, ...]
    sizes: tuple[int, ...]
    p_value: float
    cramers_v: float
    n: int
    method: str
    n_resamples: int


def compare_classes_over_strata(
    positive: npt.ArrayLike,
    stratum: Sequence[str],
    *,
    rng: np.random.Generator | None = None,
    n_resamples: int = 10_000,
) -> Confounding:
    """Test whether scanner and class go together, by Fisher's exact test of the strata-by-class table.

    All tables with these margins are listed where there are at most a million; beyond, tables are drawn at
    random and ``(1 + as improbable) / (1 + n_resamples)`` is the p-value.

    Parameters
    ----------
    positive : (n,), boolean
        The reference standard.
    stratum : (n,)
        The scanner of each case, as text.
    rng
        Needed only for tables beyond listing.

    Returns
    -------
    Confounding
        The p-value is 1 with one stratum.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.too-few``, ``statistics.one-class``, ``statistics.option`` if a
        generator is needed and missing.

    Notes
    -----
    Freeman and Halton 1951. Two tables are equally probable within 1 part in 10^7, as in R's
    ``fisher.test``, against which this is checked.

    Examples
    --------
    >>> found = compare_classes_over_strata([True] * 3 + [False] * 3, ["A", "A", "A", "B", "B", "B"])
    >>> round(found.p_value, 6), found.cramers_v
    (0.1, 1.0)
    """
    flags = np.asarray(positive)
    if flags.ndim != 1 or (flags.dtype != np.bool_ and not np.isin(flags, (0, 1)).all()):
        raise StatisticsError(
            "statistics.shape",
            "The reference standard is one true or false per case.",
            remedy="Give a boolean vector; leave out cases whose reference standard is unknown.",
        )
    flags = flags.astype(np.bool_)
    names = check_strata(stratum, flags.size)
    levels, codes, sizes = np.unique(names, return_inverse=True, return_counts=True)
    hits = np.bincount(codes[flags], minlength=levels.size)
    n, n_positive = flags.size, int(hits.sum())
    if n_positive in (0, n):
        raise StatisticsError(
            "statistics.one-class",
            f"A comparison needs cases of both classes; {n_positive} of {n} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=n,
            n_positive=n_positive,
        )
    used = 0
    observed = float(_log_ways(sizes, hits).sum())
    listed = _list_tables(sizes, n_positive)
    if listed is not None:
        chance = np.exp(listed - _log_ways(np.array([n]), np.array([n_positive]))[0])
        p_value = min(1.0, float(chance[listed <= observed + math.log1p(_SLACK)].sum()))
        method = "fisher-exact"
    else:
        if rng is None:
            raise StatisticsError(
                "statistics.option",
                "There are too many tables to list, and random ones need a generator.",
                remedy="Give a seeded numpy Generator.",
            )
        drawn = rng.multivariate_hypergeometric(sizes, n_positive, size=n_resamples)
        as_rare = _log_ways(sizes, drawn).sum(axis=1) <= observed + math.log1p(_SLACK)
        p_value = (1 + int(np.count_nonzero(as_rare))) / (1 + n_resamples)
        method, used = "fisher, tables drawn at random", n_resamples
    share = n_positive / n
    chi_squared = float(np.sum((hits - sizes * share) ** 2 / (sizes * share * (1.0 - share))))
    return Confounding(
        strata=tuple(levels.tolist()),
        positives=tuple(hits.tolist()),
        sizes=tuple(sizes.tolist()),
        p_value=p_value,
        cramers_v=math.sqrt(chi_squared / n) if levels.size > 1 else math.nan,
        n=n,
        method=method,
        n_resamples=used,
    )


def _log_ways(sizes: Integers, hits: Integers) -> Floats:
    return np.asarray(gammaln(sizes + 1.0) - gammaln(hits + 1.0) - gammaln(sizes - hits + 1.0))


def _list_tables(sizes: Integers, total: int) -> Floats | None:
    """Log ways of every table with these row sizes and this many positives; None beyond a million."""
    sums, logs = np.zeros(1, dtype=np.int64), np.zeros(1)
    room = int(sizes.sum())
    for size in sizes.tolist():
        room -= size
        taken = np.arange(min(size, total) + 1)
        if sums.size * taken.size > 4 * _MOST_TABLES:
            return None
        grown = sums[:, None] + taken[None, :]
        ways = logs[:, None] + _log_ways(np.array([size]), taken)[None, :]
        possible = (grown <= total) & (grown + room >= total)
        sums, logs = grown[possible], ways[possible]
        if sums.size > _MOST_TABLES:
            return None
    return logs
