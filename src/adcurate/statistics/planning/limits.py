"""How many lesions do limits of agreement need? To be known well, or to be shown within a difference.

Differences between two readings are taken as normal with the SD given, which a pilot or an earlier study must
supply; results are in its unit.
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

import numpy as np
from scipy.special import chdtr, gammaln, ndtr, stdtrit

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.agreement.bland_altman import limit_width
from adcurate.statistics.planning.size import (
    Design,
    Units,
    check_positive,
    check_share,
    level_z,
    refuse_choice,
)

LimitsPrecision = Literal["rule-1986", "exact", "exact-mean"]
LIMITS_PRECISIONS: Final[tuple[LimitsPrecision, ...]] = get_args(LimitsPrecision)
LimitsTest = Literal["lu", "exact"]
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(200)
_REACH: Final = 12.0


def plan_limits_precision(sd: float, *, level: float = 0.95, method: LimitsPrecision = "exact") -> Design:
    """The half-width of the interval of each limit of agreement.

    ``"rule-1986"``
        ``z sqrt(3 sd^2 / n)`` (Bland and Altman 1986).
    ``"exact"``
        Half the width of the exact interval (Carkeet 2015) of a study whose SD is the one given.
    ``"exact-mean"``
        Its mean over the SDs that such studies find (Jan and Shieh 2018): less by the bias of an SD.

    Parameters
    ----------
    sd
        Of the differences expected, in any unit.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    The limits are bias ± 1.96 SD. Checked against R's noncentral t.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> [find_sample_size(plan_limits_precision(1.0, method=name), 0.34).units.n
    ...  for name in ("rule-1986", "exact")]
    [100, 101]
    """
    check_positive(sd, "The SD of differences")
    z = level_z(level)
    if method not in LIMITS_PRECISIONS:
        raise refuse_choice("The precision of limits of agreement", LIMITS_PRECISIONS)

    def value_at(units: Units) -> float:
        n = units.n
        if method == "rule-1986":
            return z * sd * math.sqrt(3.0 / n)
        near, far = limit_width(n, level)
        half = sd * (far - near) / 2.0
        return half * _mean_sd(n) if method == "exact-mean" else half

    return Design(
        name="limits-precision",
        goal="precision",
        method={
            "rule-1986": "normal interval of a limit of agreement",
            "exact": "exact interval of a limit of agreement",
            "exact-mean": "exact interval of a limit of agreement, mean width",
        }[method],
        source={
            "rule-1986": "Bland and Altman 1986",
            "exact": "Carkeet 2015",
            "exact-mean": "Jan and Shieh 2018",
        }[method],
        assumptions={"sd": sd, "level": level},
        value_at=value_at,
        formula=(lambda half: 3.0 * (z * sd / half) ** 2) if method == "rule-1986" else None,
        fewest=3,
    )


def plan_limits_assurance(sd: float, *, half_width: float, level: float = 0.95) -> Design:
    """The probability that the exact interval of a limit is no wider than ± `half_width`.

    Jan and Shieh 2018.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    check_positive(sd, "The SD of differences")
    check_positive(half_width, "The half-width")
    level_z(level)

    def value_at(units: Units) -> float:
        near, far = limit_width(units.n, level)
        return float(chdtr(units.n - 1, (units.n - 1) * (2.0 * half_width / (sd * (far - near))) ** 2))

    return Design(
        name="limits-assurance",
        goal="assurance",
        method="probability of an exact interval of a limit no wider than asked",
        source="Jan and Shieh 2018",
        assumptions={"sd": sd, "half_width": half_width, "level": level},
        value_at=value_at,
        fewest=3,
    )


def plan_limits_power(
    bias: float,
    sd: float,
    *,
    clinical_difference: float,
    alpha: float = 0.05,
    coverage: float = 0.95,
    method: LimitsTest = "lu",
) -> Design:
    """The power to show both limits of agreement within ± a clinical difference.

    Shown when the outer ends of the intervals (level 1 - alpha) of both limits lie inside.

    ``"lu"``
        ``1 - beta1 - beta2`` with each beta from noncentral t and the standard error
        ``sd sqrt(1 / n + z^2 / (2 (n - 1)))`` (Lu et al. 2016), as in R's SimplyAgree.
    ``"exact"``
        The exact intervals (Carkeet 2015), both ends at once, integrated over the SD a study finds.

    Parameters
    ----------
    bias, sd
        Of the differences expected.
    clinical_difference
        The difference that would matter, in the same unit.
    coverage
        Share of differences between the limits.

    Raises
    ------
    StatisticsError
        ``statistics.option``; also when the expected limits themselves reach the clinical difference.

    Notes
    -----
    Lu et al., Int J Biostat 2016;12(2). Checked against R's noncentral t and ``integrate``; the 145 below
    is SimplyAgree's documented example.

    Examples
    --------
    >>> from adcurate.statistics.planning import find_sample_size
    >>> found = find_sample_size(plan_limits_power(0.0, 3.3, clinical_difference=8.0), 0.8)
    >>> found.units.n
    145
    """
    check_positive(sd, "The SD of differences")
    check_positive(clinical_difference, "The clinical difference")
    z = level_z(coverage)
    check_share(alpha, "The significance level", high=0.5)
    if method not in get_args(LimitsTest):
        raise refuse_choice("The test of limits of agreement", get_args(LimitsTest))
    if not abs(bias) + z * sd < clinical_difference:
        raise StatisticsError(
            "statistics.option",
            "The expected limits of agreement reach the clinical difference: no number of lesions is enough.",
            remedy="Give a larger difference, or a method that agrees better.",
            expected_limit=abs(bias) + z * sd,
            clinical_difference=clinical_difference,
        )
    margins = (clinical_difference - bias, clinical_difference + bias)

    def lu(units: Units) -> float:
        n = units.n
        error = sd * math.sqrt(1.0 / n + z**2 / (2.0 * (n - 1)))
        critical = float(stdtrit(n - 1, 1.0 - alpha / 2.0))
        missed = (_noncentral_t(critical, n - 1, (margin - z * sd) / error) for margin in margins)
        return max(0.0, 1.0 - sum(missed))

    def exact(units: Units) -> float:
        n = units.n
        _, far = limit_width(n, 1.0 - alpha, z)
        return _within(n, bias / sd, clinical_difference / sd, far)

    return Design(
        name="limits-power",
        goal="power",
        method="noncentral t test of both limits" if method == "lu" else "exact interval of both limits",
        source="Lu et al. 2016" if method == "lu" else "Carkeet 2015, integrated",
        assumptions={
            "bias": bias,
            "sd": sd,
            "clinical_difference": clinical_difference,
            "alpha": alpha,
            "coverage": coverage,
        },
        value_at=lu if method == "lu" else exact,
        fewest=4,
        equals="R SimplyAgree::blandPowerCurve" if method == "lu" else "",
    )


def _mean_sd(n: int) -> float:
    """The mean of a sample SD of unit-variance numbers (c4)."""
    return math.sqrt(2.0 / (n - 1)) * math.exp(float(gammaln(n / 2.0) - gammaln((n - 1) / 2.0)))


def _noncentral_t(value: float, degrees: int, shift: float) -> float:
    """P(T <= value) of noncentral t, integrated over the SD: ``scipy``'s own loses digits far out."""
    sds, density = _sd_grid(degrees, 0.0, math.inf)
    return float(density @ ndtr(value * sds - shift))


def _within(n: int, bias: float, difference: float, far: float) -> float:
    """P(mean ± far * SD lies within ± difference), in SDs of the differences."""
    sds, density = _sd_grid(n - 1, 0.0, difference / far)
    room, scale = difference - far * sds, math.sqrt(n)
    return float(density @ (ndtr((room - bias) * scale) - ndtr((-room - bias) * scale)))


def _sd_grid(degrees: int, low: float, high: float) -> tuple[Floats, Floats]:
    """Nodes of a sample SD with unit truth, and weights that hold its density."""
    spread = 1.0 / math.sqrt(2.0 * degrees)
    start, end = max(low, 1.0 - _REACH * spread, 0.0), min(high, 1.0 + _REACH * spread)
    if end <= start:
        return np.ones(1), np.zeros(1)
    sds = start + (end - start) * (_NODES + 1.0) / 2.0
    half = degrees / 2.0
    log_density = (
        math.log(2.0)
        + half * math.log(half)
        - float(gammaln(half))
        + (degrees - 1) * np.log(sds)
        - half * sds**2
    )
    return sds, np.asarray(_WEIGHTS * (end - start) / 2.0 * np.exp(log_density))
