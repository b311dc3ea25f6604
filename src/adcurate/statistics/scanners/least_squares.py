"""Least squares on indicator columns, for nested models that may be aliased.

Strata that hold one class only make columns that depend on each other. Ranks are therefore found, not
assumed, and a test has as many degrees of freedom as the rank rises.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc, stdtr, stdtrit

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval

_RANK = 1e-10


@dataclass(frozen=True, slots=True)
class NestedTest:
    """What a model gains by more columns: an F test and a likelihood-ratio test.

    `explained` is the partial R squared, the share of the smaller model's residual sum of squares that the
    columns take away. Columns of pure chance take `expected_by_chance` on average.
    """

    f: float
    df: int
    df_residual: int
    p_value: float
    likelihood_ratio: float
    likelihood_ratio_p: float
    explained: float
    expected_by_chance: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Positive minus negative cases: a mean difference with its t test and interval."""

    value: float
    standard_error: float
    df: float
    p_value: float
    interval: Interval
    method: str


def indicators(levels: Sequence[str]) -> Floats:
    """Return (n, n_levels) columns of 0 and 1, levels in the order of their names."""
    _, codes = np.unique(np.asarray(levels, dtype=str), return_inverse=True)
    return np.eye(int(codes.max()) + 1)[codes]


def compare_nested(marker: Floats, smaller: Floats, larger: Floats) -> NestedTest | None:
    """Test what `larger` explains beyond `smaller`, whose columns it spans; None if nothing can be added.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` if no residual is left, ``statistics.constant`` if it is zero.
    """
    n = marker.size
    centred = marker - marker.mean()
    few = _basis(smaller)
    size = float(np.linalg.norm(larger, axis=0).max())
    new = _basis(larger - few @ (few.T @ larger), size)
    df, df_residual = new.shape[1], n - few.shape[1] - new.shape[1]
    if df == 0:
        return None
    if df_residual < 1:
        raise StatisticsError(
            "statistics.too-few",
            f"{n} cases leave nothing to judge {n - df_residual} group means by.",
            remedy="Name fewer columns, or join strata.",
            n=n,
        )
    left = _residual(centred, few)
    rss_few = float(left @ left)
    gain = float(np.sum((new.T @ left) ** 2))
    left = _residual(left, new)
    rss_many = float(left @ left)
    if rss_many <= 1e-20 * float(centred @ centred):
        raise StatisticsError(
            "statistics.constant",
            "The marker does not differ within the groups, so nothing is left to judge a difference by.",
            remedy="Check the marker's column.",
            n=n,
        )
    f = gain / df / (rss_many / df_residual)
    ratio = n * math.log1p(gain / rss_many)
    return NestedTest(
        f=f,
        df=df,
        df_residual=df_residual,
        p_value=float(fdtrc(df, df_residual, f)),
        likelihood_ratio=ratio,
        likelihood_ratio_p=float(chdtrc(df, ratio)),
        explained=gain / rss_few,
        expected_by_chance=df / (df + df_residual),
    )


def adjusted_difference(marker: Floats, positive: Bools, others: Floats, level: float) -> Difference:
    """Estimate the mean difference of the classes beside `others`, which must span the intercept.

    Raises
    ------
    StatisticsError
        ``statistics.collinear`` if the classes differ in nothing but those columns,
        ``statistics.too-few``, ``statistics.constant``
    """
    basis = _basis(others)
    flags = positive.astype(np.float64)
    free = flags - basis @ (basis.T @ flags)
    if float(free @ free) <= _RANK * flags.size:
        raise StatisticsError(
            "statistics.collinear",
            "Every scanner holds one class only, so scanner and class cannot be told apart.",
            remedy="Name fewer columns, or add cases of both classes on one scanner.",
            n=flags.size,
        )
    centred = marker - marker.mean()
    value = float(free @ centred) / float(free @ free)
    df = marker.size - basis.shape[1] - 1
    if df < 1:
        raise StatisticsError(
            "statistics.too-few",
            f"{marker.size} cases leave nothing to judge {basis.shape[1] + 1} group means by.",
            remedy="Name fewer columns, or join strata.",
            n=marker.size,
        )
    left = _residual(centred, basis) - value * free
    rss = float(left @ left)
    if rss <= 1e-20 * float(centred @ centred):
        raise StatisticsError(
            "statistics.constant",
            "The marker does not differ within the groups, so nothing is left to judge a difference by.",
            remedy="Check the marker's column.",
            n=marker.size,
        )
    standard_error = math.sqrt(rss / df / float(free @ free))
    return t_difference(value, standard_error, df, level, "linear model")


def t_difference(value: float, standard_error: float, df: float, level: float, method: str) -> Difference:
    """A difference with its t interval and two-sided test; NaN where the standard error is."""
    half = float(stdtrit(df, (1.0 + level) / 2.0)) * standard_error
    p_value = 2.0 * float(stdtr(df, -abs(value) / standard_error)) if standard_error > 0.0 else math.nan
    return Difference(
        value=value,
        standard_error=standard_error,
        df=df,
        p_value=p_value,
        interval=Interval(value - half, value + half, level, f"t, {method}"),
        method=method,
    )


def _basis(columns: Floats, size: float | None = None) -> Floats:
    """Orthonormal columns that span the same space; directions far below `size` count as none."""
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, sizes > _RANK * (sizes[0] if size is None else size)])


def _residual(values: Floats, basis: Floats) -> Floats:
    left = values - basis @ (basis.T @ values)
    return np.asarray(left - basis @ (basis.T @ left))
