"""Does one quantity rise or fall with another? Spearman's rank correlation with a named interval.

No closed form is exact for rank correlation with ties, and the forms in use differ in the second decimal
at n = 47; the interval's method is therefore always asked for by name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri, stdtr

from adcurate.arrays import Floats, Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.ranks import count_tied, midranks, midranks_of_resamples
from adcurate.statistics.resampling import (
    bca_interval,
    bootstrap_replicates,
    count_undefined,
    jackknife_replicates,
    percentile_interval,
)
from adcurate.statistics.values import at_least, finite_pair

SpearmanInterval = Literal[
    "fisher-z", "fisher-z-1.06", "bonett-wright", "percentile-bootstrap", "bca-bootstrap", "none"
]

_CLOSED_FORMS = ("fisher-z", "fisher-z-1.06", "bonett-wright")
_RESAMPLED = ("percentile-bootstrap", "bca-bootstrap")


@dataclass(frozen=True, slots=True)
class SpearmanEstimate:
    """Spearman's rank correlation.

    `n_tied_x` and `n_tied_y` count the values that share their value with another. `interval` is None
    when none was asked for; its limits are NaN when a closed form is undefined (|rho| = 1). `n_resamples`
    and `n_undefined` count bootstrap replicates and those among them without a correlation (all values
    tied), which the interval leaves out; both are 0 for closed forms.
    """

    rho: float
    p_value: float
    p_method: str
    interval: Interval | None
    n: int
    n_tied_x: int
    n_tied_y: int
    n_resamples: int
    n_undefined: int
    equals: str


def estimate_spearman(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    *,
    interval: SpearmanInterval,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    n_resamples: int = 10_000,
) -> SpearmanEstimate:
    """Estimate Spearman's rho as the Pearson correlation of midranks.

    The p-value is two-sided, from ``t = rho * sqrt((n - 2) / (1 - rho^2))`` with n - 2 degrees of freedom.
    Closed-form intervals are ``tanh(atanh(rho) +- z * se)`` with ``se`` squared ``1/(n - 3)`` for
    ``fisher-z``, ``1.06/(n - 3)`` for ``fisher-z-1.06`` and ``(1 + rho^2/2)/(n - 3)`` for
    ``bonett-wright``. The bootstraps resample pairs and rank each resample anew.

    Parameters
    ----------
    x, y : (n,), any units
        Finite, at least four pairs and two distinct values in each.
    interval : str
        One of `SpearmanInterval`; there is no default, because published limits depend on it.
    level : float
        Share, 0.95 for 95 %.
    rng : numpy.random.Generator
        Needed for the bootstraps only.
    n_resamples : int
        Bootstrap resamples.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.constant``,
        ``statistics.option``

    Notes
    -----
    Fieller, Hartley and Pearson 1957 (1.06); Bonett and Wright, Psychometrika 2000;65:23-28. Checked
    against R's ``cor.test(exact = FALSE)`` and ``boot``.

    Examples
    --------
    >>> adc = [1.42, 1.10, 1.31, 0.95, 0.88, 0.70]
    >>> result = estimate_spearman(adc, [1, 1, 1, 2, 2, 3], interval="fisher-z")
    >>> round(result.rho, 4), round(result.interval.high, 3)
    (-0.9258, -0.46)
    """
    check_level(level)
    first, second = finite_pair(x, y, "the first variable", "the second variable")
    n = at_least(first.size, 4, "the pairs")
    for values in (first, second):
        _refuse_constant(values)
    rho = float(_correlate_rows(midranks(first)[None, :], midranks(second)[None, :])[0])

    limits: Interval | None = None
    n_drawn = n_undefined = 0
    if interval in _CLOSED_FORMS:
        limits = _closed_form(rho, n, level, interval)
    elif interval in _RESAMPLED:
        limits, n_undefined = _resampled(first, second, rho, level, interval, rng, n_resamples)
        n_drawn = n_resamples
    elif interval != "none":
        raise StatisticsError(
            "statistics.option",
            "This interval of Spearman's rho is not known.",
            remedy=f"Choose one of {', '.join((*_CLOSED_FORMS, *_RESAMPLED, 'none'))}.",
        )
    return SpearmanEstimate(
        rho=rho,
        p_value=_p_of_t(rho, n),
        p_method="t approximation",
        interval=limits,
        n=n,
        n_tied_x=count_tied(first),
        n_tied_y=count_tied(second),
        n_resamples=n_drawn,
        n_undefined=n_undefined,
        equals="SPSS; scipy.stats.spearmanr; R cor.test(method = 'spearman', exact = FALSE)",
    )


def spearman_of_resamples(x: Floats, y: Floats, indices: Integers) -> Floats:
    """Compute rho for many resamples at once.

    Parameters
    ----------
    x, y : (n,), any units
        Finite.
    indices : (n_resamples, k)
        Pairs drawn, one resample a row.

    Returns
    -------
    Floats
        (n_resamples,); NaN where all drawn values of x, or of y, are equal.
    """
    return _correlate_rows(midranks_of_resamples(x, indices), midranks_of_resamples(y, indices))


def _correlate_rows(x: Floats, y: Floats) -> Floats:
    # The mean midrank is (n + 1)/2 whatever the ties, so deviations and their sums carry no rounding.
    centre = (x.shape[1] + 1) / 2.0
    dx, dy = x - centre, y - centre
    xx, yy = np.einsum("ij,ij->i", dx, dx), np.einsum("ij,ij->i", dy, dy)
    defined = (xx > 0.0) & (yy > 0.0)
    rho = np.einsum("ij,ij->i", dx, dy) / np.sqrt(np.where(defined, xx * yy, 1.0))
    return np.where(defined, np.clip(rho, -1.0, 1.0), np.nan)


def _p_of_t(rho: float, n: int) -> float:
    if abs(rho) >= 1.0:
        return 0.0
    t = rho * math.sqrt((n - 2) / ((1.0 - rho) * (1.0 + rho)))
    return float(2.0 * stdtr(n - 2, -abs(t)))


def _closed_form(rho: float, n: int, level: float, method: SpearmanInterval) -> Interval:
    if abs(rho) >= 1.0:
        return Interval(math.nan, math.nan, level, method)
    widening = {"fisher-z": 1.0, "fisher-z-1.06": 1.06, "bonett-wright": 1.0 + rho**2 / 2.0}[method]
    reach = float(ndtri(0.5 + level / 2.0)) * math.sqrt(widening / (n - 3))
    z = math.atanh(rho)
    return Interval(math.tanh(z - reach), math.tanh(z + reach), level, method)


def _resampled(
    x: Floats,
    y: Floats,
    rho: float,
    level: float,
    method: SpearmanInterval,
    rng: np.random.Generator | None,
    n_resamples: int,
) -> tuple[Interval, int]:
    if rng is None:
        raise StatisticsError(
            "statistics.option",
            "A bootstrap interval needs a random generator.",
            remedy="Pass numpy.random.default_rng(seed) with the protocol's seed.",
        )
    replicates = bootstrap_replicates(
        lambda indices: spearman_of_resamples(x, y, indices), x.size, n_resamples, rng
    )
    n_undefined = count_undefined(replicates)
    if method == "percentile-bootstrap":
        return percentile_interval(replicates, level), n_undefined
    jackknife = jackknife_replicates(lambda indices: spearman_of_resamples(x, y, indices), x.size)
    return bca_interval(rho, replicates, jackknife, level), n_undefined


def _refuse_constant(values: Floats) -> None:
    if np.all(values == values[0]):
        raise StatisticsError(
            "statistics.constant",
            "A variable whose values are all equal correlates with nothing.",
            remedy="Check the column, and the resolution at which values count as tied.",
            n=values.size,
        )
