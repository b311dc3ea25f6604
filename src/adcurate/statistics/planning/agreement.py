"""How many lesions must readers read twice? For an intraclass correlation known well, or above a value."""

from __future__ import annotations

import math
from typing import Literal

from scipy.special import betainc, ndtr, ndtri

from adcurate.errors import StatisticsError
from adcurate.statistics.agreement.quantiles import f_quantile
from adcurate.statistics.planning.auc import check_difference
from adcurate.statistics.planning.size import (
    Design,
    Units,
    critical_z,
    level_z,
    refuse_choice,
)

_PAIR = 2


def plan_icc_precision(
    icc: float, *, n_readers: int = 2, level: float = 0.95, method: Literal["bonett", "f"] = "bonett"
) -> Design:
    """Half the width of the interval of an intraclass correlation of single readings.

    ``"bonett"``
        ``n = 8 z^2 (1 - r)^2 (1 + (k - 1) r)^2 / (k (k - 1) w^2) + 1`` for the full width w, and 5r more
        for two readers and r of 0.7 or above (Bonett 2002).
    ``"f"``
        The F interval that will be printed (one-way form), at an estimate that equals `icc`.

    Parameters
    ----------
    icc
        The coefficient expected, in [0, 1).
    n_readers
        Readings of each lesion, k.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Bonett, Stat Med 2002;21:1331, eq. 3. Checked against own R code.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> [find_sample_size(plan_icc_precision(0.85, method=name), 0.1).units.n for name in ("bonett", "f")]
    [35, 34]
    """
    k = _check_readers(icc, n_readers)
    z = level_z(level)
    if method not in ("bonett", "f"):
        raise refuse_choice("The precision of an intraclass correlation", ("bonett", "f"))
    core = 8.0 * z**2 * (1.0 - icc) ** 2 * (1.0 + (k - 1) * icc) ** 2 / (k * (k - 1))
    extra = 5.0 * icc if k == _PAIR and icc >= 0.7 else 0.0

    def bonett(units: Units) -> float:
        free = units.n - 1.0 - extra
        return math.inf if free <= 0.0 else math.sqrt(core / free) / 2.0

    def by_f(units: Units) -> float:
        low, high = _f_limits(icc, units.n, k, level)
        return (high - low) / 2.0

    return Design(
        name="icc-precision",
        goal="precision",
        method="Bonett's approximate width" if method == "bonett" else "F interval at the expected value",
        source="Bonett 2002" if method == "bonett" else "Shrout and Fleiss 1979",
        assumptions={"icc": icc, "n_readers": float(k), "level": level},
        value_at=bonett if method == "bonett" else by_f,
        formula=(lambda half: core / (4.0 * half**2) + 1.0 + extra) if method == "bonett" else None,
        fewest=3,
    )


def plan_icc_power(
    icc: float,
    *,
    null: float,
    n_readers: int = 2,
    alpha: float = 0.05,
    one_sided: bool = True,
    method: Literal["walter", "exact-f"] = "walter",
) -> Design:
    """The power to show that an intraclass correlation is above a stated one.

    ``"walter"``
        ``n = 1 + 2 (z_alpha + z_beta)^2 k / ((ln C)^2 (k - 1))`` with
        ``C = (1 + k t0) / (1 + k t1)`` and ``t = r / (1 - r)`` (Walter, Eliasziw and Donner 1998).
    ``"exact-f"``
        The F test itself (one-way model), of which the former is the large-sample form.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Walter, Eliasziw and Donner, Stat Med 1998;17:101, eq. 3. Checked against own R code with ``pf``.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> found = find_sample_size(plan_icc_power(0.8, null=0.6), 0.8)
    >>> found.units.n, round(found.formula_steps, 2)
    (39, 38.61)
    """
    k = _check_readers(icc, n_readers)
    if not 0.0 <= null < 1.0:
        raise _not_a_coefficient(null)
    check_difference(icc, null)
    if icc < null:
        raise StatisticsError(
            "statistics.option",
            "The expected coefficient must lie above the one that is to be exceeded.",
            remedy="Give the least coefficient that would still be of use as the null.",
        )
    z_alpha = critical_z(alpha, one_sided=one_sided)
    tail = alpha if one_sided else alpha / 2.0
    ratio = (1.0 + k * null / (1.0 - null)) / (1.0 + k * icc / (1.0 - icc))
    if method not in ("walter", "exact-f"):
        raise refuse_choice("The test of an intraclass correlation", ("walter", "exact-f"))

    def walter(units: Units) -> float:
        return float(ndtr(-math.log(ratio) * math.sqrt((units.n - 1) * (k - 1) / (2.0 * k)) - z_alpha))

    def exact(units: Units) -> float:
        df1, df2 = units.n - 1, units.n * (k - 1)
        critical = f_quantile(1.0 - tail, df1, df2) * ratio
        return float(betainc(df2 / 2.0, df1 / 2.0, df2 / (df2 + df1 * critical)))

    def formula(power: float) -> float:
        return 1.0 + 2.0 * (z_alpha + float(ndtri(power))) ** 2 * k / (math.log(ratio) ** 2 * (k - 1))

    return Design(
        name="icc-power",
        goal="power",
        method="normal test of the log ratio of variances" if method == "walter" else "F test, one-way model",
        source="Walter, Eliasziw and Donner 1998" if method == "walter" else "exact F",
        assumptions={
            "icc": icc,
            "null": null,
            "n_readers": float(k),
            "alpha": alpha,
            "sides": 1.0 if one_sided else 2.0,
        },
        value_at=walter if method == "walter" else exact,
        formula=formula if method == "walter" else None,
        fewest=3,
    )


def _f_limits(icc: float, n: int, k: int, level: float) -> tuple[float, float]:
    upper = (1.0 + level) / 2.0
    df1, df2 = n - 1, n * (k - 1)
    ratio = (1.0 + (k - 1) * icc) / (1.0 - icc)
    low, high = ratio / f_quantile(upper, df1, df2), ratio * f_quantile(upper, df2, df1)
    return (low - 1.0) / (low + k - 1.0), (high - 1.0) / (high + k - 1.0)


def _check_readers(icc: float, n_readers: int) -> int:
    if not 0.0 <= icc < 1.0:
        raise _not_a_coefficient(icc)
    if n_readers < 2:
        raise StatisticsError(
            "statistics.option",
            "Agreement needs at least two readings of each lesion.",
            remedy="Give the number of readers, or of readings by one.",
            n_readers=n_readers,
        )
    return int(n_readers)


def _not_a_coefficient(value: float) -> StatisticsError:
    return StatisticsError(
        "statistics.option",
        "An intraclass correlation to plan with is 0 or more, and below 1.",
        remedy="Give the coefficient expected.",
        value=value,
    )
