"""How many lesions does a correlation need? On Fisher's scale, where its spread depends on n alone."""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

from scipy.special import ndtr, ndtri, stdtrit

from adcurate.statistics.planning.auc import check_difference
from adcurate.statistics.planning.size import (
    Design,
    Units,
    check_share,
    critical_z,
    level_z,
    refuse_choice,
)

CorrelationSpread = Literal["fisher-z", "fisher-z-1.06", "bonett-wright"]
CORRELATION_SPREADS: Final[tuple[CorrelationSpread, ...]] = get_args(CorrelationSpread)
_SOURCES: Final = {
    "fisher-z": "Fisher 1921, for Pearson's r",
    "fisher-z-1.06": "Fieller, Hartley and Pearson 1957, for Spearman's rho",
    "bonett-wright": "Bonett and Wright 2000, for Spearman's rho",
}


def plan_correlation_precision(
    correlation: float, *, spread: CorrelationSpread = "bonett-wright", level: float = 0.95
) -> Design:
    """Half the width of the interval of a correlation: ``tanh(atanh(r) ± z sqrt(c / (n - 3)))``.

    The interval is lopsided: the limit nearer to zero lies further away than the half-width.

    Parameters
    ----------
    correlation
        The correlation expected, in (-1, 1).
    spread
        ``fisher-z`` (c = 1, Pearson), ``fisher-z-1.06`` (c = 1.06, Spearman) or ``bonett-wright``
        (c = 1 + rho^2 / 2, Spearman).

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    The intervals are those of `estimate_spearman`. Checked against own R code.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> find_sample_size(plan_correlation_precision(-0.5), 0.2).units.n
    64
    """
    check_share(correlation, "The correlation", low=-1.0)
    z = level_z(level)
    share = spread_factor(spread, correlation)

    def value_at(units: Units) -> float:
        centre, half = math.atanh(correlation), z * math.sqrt(share / (units.n - 3))
        return (math.tanh(centre + half) - math.tanh(centre - half)) / 2.0

    return Design(
        name="correlation-precision",
        goal="precision",
        method=f"{spread} interval of a correlation",
        source=_SOURCES[spread],
        assumptions={"correlation": correlation, "level": level},
        value_at=value_at,
        fewest=4,
    )


def plan_correlation_power(
    correlation: float,
    *,
    null: float = 0.0,
    spread: CorrelationSpread | Literal["t-test"] = "bonett-wright",
    alpha: float = 0.05,
    one_sided: bool = False,
) -> Design:
    """The power to tell a correlation from a stated one.

    ``z_power = (|atanh r - atanh r0| - z_alpha se0) / se`` with each squared standard error ``c / (n - 3)``
    at its own correlation. ``"t-test"`` is the t test of Pearson's r against 0, with the bias of Fisher's z
    taken into account: R's ``pwr.r.test``.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    The chance to reject on the wrong side is left out (``pwr.r.test`` counts it when two-sided, and so
    does ``"t-test"``). Checked against pwr 1.3 and own R code.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> [find_sample_size(plan_correlation_power(-0.5, spread=name), 0.8).units.n
    ...  for name in ("t-test", "fisher-z", "bonett-wright")]
    [29, 30, 30]
    """
    check_share(correlation, "The correlation", low=-1.0)
    check_share(null, "The null correlation", low=-1.0)
    check_difference(correlation, null)
    z_alpha = critical_z(alpha, one_sided=one_sided)
    assumptions = {
        "correlation": correlation,
        "null": null,
        "alpha": alpha,
        "sides": 1.0 if one_sided else 2.0,
    }
    if spread == "t-test":
        if null != 0.0:
            raise refuse_choice(
                "The spread of a correlation tested against another than 0", CORRELATION_SPREADS
            )
        tail = alpha if one_sided else alpha / 2.0
        return Design(
            name="correlation-power",
            goal="power",
            method="t test of Pearson's r",
            source="Fisher's z with its bias, as R pwr",
            assumptions=assumptions,
            value_at=lambda units: _t_test_power(abs(correlation), units.n, tail, one_sided=one_sided),
            fewest=4,
            equals="R pwr::pwr.r.test",
        )
    expected_factor, null_factor = spread_factor(spread, correlation), spread_factor(spread, null)
    distance = abs(math.atanh(correlation) - math.atanh(null))

    def value_at(units: Units) -> float:
        scale = math.sqrt(units.n - 3)
        return float(ndtr((distance * scale - z_alpha * math.sqrt(null_factor)) / math.sqrt(expected_factor)))

    def formula(power: float) -> float:
        wanted = z_alpha * math.sqrt(null_factor) + float(ndtri(power)) * math.sqrt(expected_factor)
        return (wanted / distance) ** 2 + 3.0

    return Design(
        name="correlation-power",
        goal="power",
        method=f"{spread} test of a correlation",
        source=_SOURCES[spread],
        assumptions=assumptions,
        value_at=value_at,
        formula=formula,
        fewest=4,
    )


def spread_factor(spread: str, correlation: float) -> float:
    """What the squared standard error on Fisher's scale is a multiple of, over n - 3.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if spread == "fisher-z":
        return 1.0
    if spread == "fisher-z-1.06":
        return 1.06
    if spread == "bonett-wright":
        return 1.0 + correlation**2 / 2.0
    raise refuse_choice("The spread of a correlation", CORRELATION_SPREADS)


def _t_test_power(r: float, n: int, tail: float, *, one_sided: bool) -> float:
    t = -float(stdtrit(n - 2, tail))
    critical = math.atanh(math.sqrt(t**2 / (t**2 + n - 2)))
    expected = math.atanh(r) + r / (2.0 * (n - 1))
    scale = math.sqrt(n - 3)
    power = float(ndtr((expected - critical) * scale))
    return power if one_sided else power + float(ndtr((-expected - critical) * scale))
