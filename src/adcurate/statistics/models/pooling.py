"""One answer out of several imputed tables: Rubin's rules.

Each imputed table gives an estimate and its variance. The pooled variance adds the variance between tables,
which is what the missing values cost. Normal theory is wanted of the estimates, so an AUC is pooled as its
logit and a correlation as Fisher's z.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import expit, stdtr, stdtrit

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least, finite_pair, finite_vector

PoolScale = Literal["as it is", "logit", "fisher-z"]


@dataclass(frozen=True, slots=True)
class PooledEstimate:
    """An estimate over m imputed tables.

    `value` and `interval` are on the natural scale; `standard_error`, `within`, `between` and `total` (a
    variance each) on `scale`. `df` are Barnard and Rubin's degrees of freedom. `fraction_missing` is the
    share of information about this number that is missing; `relative_increase` what missing values add to the
    variance, relative to none. `p_value` is two-sided, of no effect: 0 as it is, an AUC of one half, a
    correlation of 0.
    """

    value: float
    interval: Interval
    p_value: float
    standard_error: float
    within: float
    between: float
    total: float
    df: float
    relative_increase: float
    fraction_missing: float
    n_imputations: int
    scale: PoolScale
    equals: str
    findings: tuple[Finding, ...]


def pool_rubin(
    estimates: npt.ArrayLike, variances: npt.ArrayLike, *, df_complete: float, level: float = 0.95
) -> PooledEstimate:
    """Pool estimates of m imputed tables by Rubin's rules.

    The mean of the estimates; its variance is the mean variance plus ``(1 + 1/m)`` times the variance between
    tables; the interval is of t with Barnard and Rubin's degrees of freedom.

    Parameters
    ----------
    estimates, variances : (m,)
        At least two; variances are squared standard errors, not negative.
    df_complete : float
        Degrees of freedom if nothing were missing: n minus the number of coefficients; infinite for large
        samples.

    Returns
    -------
    PooledEstimate
        Without any variance `df` and `fraction_missing` are NaN, and so are the interval's limits.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Rubin 1987, eq. 3.1.2 to 3.1.10; Barnard and Rubin 1999, eq. 3 to 5. Checked against R's
    ``mice::pool.scalar``, which takes a share of variance between tables below 1e-4 as 1e-4.

    Examples
    --------
    >>> pooled = pool_rubin([0.52, 0.47, 0.55], [0.010, 0.012, 0.011], df_complete=45)
    >>> round(pooled.value, 4), round(pooled.standard_error, 4), round(pooled.fraction_missing, 3)
    (0.5133, 0.1148, 0.227)
    """
    check_level(level)
    q, u = finite_pair(estimates, variances, "the estimates", "the variances")
    m = at_least(q.size, 2, "the imputed tables")
    if np.any(u < 0.0) or not df_complete > 0.0:
        raise StatisticsError(
            "statistics.option",
            "Variances must not be negative, and the degrees of freedom must be positive.",
            remedy="Give squared standard errors, and n minus the number of coefficients.",
        )
    value, within = float(q.mean()), float(u.mean())
    between = float(q.var(ddof=1))
    # Equal estimates may differ in the last bits: that is no variance.
    if between <= (1e-14 * max(abs(value), 1e-300)) ** 2:
        between = 0.0
    total = within + (1.0 + 1.0 / m) * between
    if total == 0.0:
        nowhere = Interval(math.nan, math.nan, level, "rubin-t")
        return PooledEstimate(
            value, nowhere, math.nan, 0.0, 0.0, 0.0, 0.0, math.nan, 0.0, math.nan, m, "as it is", _EQUALS, ()
        )
    increase = (1.0 + 1.0 / m) * between / within if within > 0.0 else math.inf
    share = (1.0 + 1.0 / m) * between / total
    df = _barnard_rubin(m, share, df_complete)
    missing = (increase + 2.0 / (df + 3.0)) / (increase + 1.0) if math.isfinite(increase) else 1.0
    error = math.sqrt(total)
    reach = float(stdtrit(df, 0.5 + level / 2.0)) * error
    return PooledEstimate(
        value=value,
        interval=Interval(value - reach, value + reach, level, "rubin-t"),
        p_value=float(2.0 * stdtr(df, -abs(value) / error)),
        standard_error=error,
        within=within,
        between=between,
        total=total,
        df=df,
        relative_increase=increase,
        fraction_missing=missing,
        n_imputations=m,
        scale="as it is",
        equals=_EQUALS,
        findings=(_MUCH,) if missing >= 0.5 else (),
    )


def pool_auc(
    areas: npt.ArrayLike, standard_errors: npt.ArrayLike, *, n: int, level: float = 0.95
) -> PooledEstimate:
    """Pool areas under the curve of m imputed tables on the logit scale.

    The variance of a logit is ``(standard_error / (area * (1 - area)))^2``; df of the complete table: n - 2.

    Raises
    ------
    StatisticsError
        As `pool_rubin`; ``statistics.constant`` when an area is 0 or 1, which has no logit.
    """
    q, errors = finite_pair(areas, standard_errors, "the areas", "the standard errors")
    _inside(q, 0.0, 1.0, "An area of 0 or 1 has no logit.")
    spread = q * (1.0 - q)
    pooled = pool_rubin(np.log(q) - np.log1p(-q), (errors / spread) ** 2, df_complete=n - 2, level=level)
    return _back(pooled, "logit", lambda z: float(expit(z)))


def pool_spearman(rhos: npt.ArrayLike, *, n: int, level: float = 0.95) -> PooledEstimate:
    """Pool Spearman's rho of m imputed tables of n cases as Fisher's z.

    The variance of z is Bonett and Wright's ``(1 + rho^2 / 2) / (n - 3)``; df of the complete table: n - 2.

    Raises
    ------
    StatisticsError
        As `pool_rubin`; ``statistics.constant`` when a rho is -1 or 1.
    """
    q = finite_vector(rhos, "the correlations")
    at_least(n, 4, "the cases")
    _inside(q, -1.0, 1.0, "A correlation of -1 or 1 has no Fisher's z.")
    pooled = pool_rubin(np.arctanh(q), (1.0 + q**2 / 2.0) / (n - 3), df_complete=n - 2, level=level)
    return _back(pooled, "fisher-z", math.tanh)


def _barnard_rubin(m: int, share: float, df_complete: float) -> float:
    old = (m - 1) / share**2 if share > 0.0 else math.inf
    if math.isinf(df_complete):
        return old
    observed = (df_complete + 1.0) / (df_complete + 3.0) * df_complete * (1.0 - share)
    if math.isinf(old):
        return observed
    return old * observed / (old + observed)


def _inside(values: Floats, low: float, high: float, sentence: str) -> None:
    if np.any((values <= low) | (values >= high)):
        raise StatisticsError(
            "statistics.constant",
            sentence,
            remedy="Report the complete cases; estimates at the end of their scale cannot be pooled.",
            n_at_end=int(np.count_nonzero((values <= low) | (values >= high))),
        )


def _back(pooled: PooledEstimate, scale: PoolScale, to_natural: Callable[[float], float]) -> PooledEstimate:
    limits = pooled.interval
    return replace(
        pooled,
        value=to_natural(pooled.value),
        interval=replace(limits, low=to_natural(limits.low), high=to_natural(limits.high)),
        scale=scale,
    )


_EQUALS: Final = "R mice::pool.scalar(rule = 'rubin1987')"
_MUCH: Final = Finding(
    "imputation.much-missing",
    "Half or more of the information about this number is missing: it rests on the imputation model.",
)
