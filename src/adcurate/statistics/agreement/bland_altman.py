"""How far apart are two readings of the same lesion? Bias and limits of agreement, with their intervals.

The limits hold about 95 % of differences between two readings if differences are normal and keep their
spread over the range. They are estimates from n lesions and are no more certain than n makes them, so
their intervals come with them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.agreement.quantiles import noncentral_t_quantile, t_p_value, t_quantile
from adcurate.statistics.agreement.readings import is_rounding, require_positive
from adcurate.statistics.agreement.trend import Trend, fit_trend
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.values import at_least, finite_pair

Variant = Literal["difference", "percent", "log"]
LimitsInterval = Literal["exact", "approximate-1986", "approximate-1999"]

VARIANTS: Final[tuple[Variant, ...]] = get_args(Variant)
LIMITS_INTERVALS: Final[tuple[LimitsInterval, ...]] = get_args(LimitsInterval)
# The customary rounding of the 97.5 % point of the normal distribution, as in every published example.
LIMITS_MULTIPLIER: Final = 1.96
_SPREAD_P: Final = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class BlandAltman:
    """Bias, limits of agreement and what they rest on.

    `variant` says what a difference is: ``difference`` first - second, in the unit of the readings;
    ``percent`` that, as a share of the mean of the two (0.05 is 5 %); ``log`` the ratio first / second,
    so that `bias` is the geometric mean ratio and a limit of 1.2 means 20 % higher. `differences` and
    `means` (n,) are what is plotted; the mean is geometric under ``log``. `sd` is of the differences, under
    ``log`` of the natural log of the ratios.

    `p_value` is of the paired t test of no bias. `proportional` is the line of differences on means and
    `spread` that of their absolute residuals from it, both on logs under ``log``; None where no line can be
    drawn. `p_value` is NaN when no difference differs from another.
    """

    bias: float
    bias_interval: Interval
    p_value: float
    sd: float
    lower_limit: float
    lower_interval: Interval
    upper_limit: float
    upper_interval: Interval
    multiplier: float
    proportional: Trend | None
    spread: Trend | None
    differences: Floats
    means: Floats
    variant: Variant
    n: int
    method: str
    findings: tuple[Finding, ...]


def estimate_bland_altman(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    variant: Variant = "difference",
    limits_interval: LimitsInterval = "exact",
    level: float = 0.95,
    multiplier: float = LIMITS_MULTIPLIER,
) -> BlandAltman:
    """Estimate bias and limits of agreement from one pair of readings for each lesion.

    The limits are ``bias ± multiplier * sd``. The intervals of each limit:

    ``"exact"``
        By noncentral t with n - 1 degrees of freedom and noncentrality multiplier * sqrt(n): exact for
        normal differences, and lopsided, further outwards (Carkeet 2015).
    ``"approximate-1986"``
        ± t sqrt(3 / n) sd (Bland and Altman 1986). Too narrow outwards in small samples.
    ``"approximate-1999"``
        ± t sqrt(1 / n + multiplier^2 / (2 (n - 1))) sd (Bland and Altman 1999).

    Parameters
    ----------
    first, second : (n,), any unit
        The readings of the same lesions. Differences are first - second.
    variant
        What a difference is; see `BlandAltman`. ``percent`` and ``log`` need readings above zero.
    multiplier
        1.96 as customary; with 1.959964 the limits are 95 % to more decimals.

    Returns
    -------
    BlandAltman
        A slope of differences on means is found as well when one reader's spread is merely larger: it is
        reported with the finding ``bland-altman.proportional``, and no limit is corrected by it.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.too-few`` (three lesions),
        ``statistics.option``

    Notes
    -----
    Checked against R: ``t.test``, ``lm``, and the noncentral t distribution integrated from its
    definition (R's own ``qt(ncp =)`` loses digits beyond a noncentrality of 37.62).

    Examples
    --------
    >>> r1, r2 = [0.95, 1.10, 0.71, 1.32, 0.88], [0.93, 1.14, 0.70, 1.27, 0.90]
    >>> found = estimate_bland_altman(r1, r2)
    >>> [round(x, 3) for x in (found.bias, found.lower_limit, found.upper_limit)]
    [0.004, -0.065, 0.073]
    >>> round(found.upper_interval.low, 3), round(found.upper_interval.high, 3)
    (0.036, 0.214)
    """
    check_level(level)
    _check_options(variant, limits_interval, multiplier)
    a, b = finite_pair(first, second, "the first readings", "the second readings")
    n = at_least(a.size, 3, "the lesions read twice")
    means, differences = _compared(a, b, variant)
    pooled = np.concatenate([a, b]) if variant == "difference" else np.ones(1)
    bias = float(differences.mean())
    same = is_rounding(float(np.ptp(differences)), pooled)
    sd = 0.0 if same else float(differences.std(ddof=1))
    error = sd / math.sqrt(n)
    half = t_quantile((1.0 + level) / 2.0, n - 1) * error
    lower_offsets = _limit_offsets(n, limits_interval, level, multiplier)
    places = [
        bias,
        bias - half,
        bias + half,
        bias - multiplier * sd,
        bias - lower_offsets[1] * sd,
        bias - lower_offsets[0] * sd,
        bias + multiplier * sd,
        bias + lower_offsets[0] * sd,
        bias + lower_offsets[1] * sd,
    ]
    proportional = fit_trend(means, differences, level)
    spread = _spread(means, differences, proportional, level)
    if variant == "log":
        places = [math.exp(place) for place in places]
        means, differences = np.exp(means), np.exp(differences)
    return BlandAltman(
        bias=places[0],
        bias_interval=Interval(places[1], places[2], level, "t"),
        p_value=t_p_value(bias / error, n - 1) if error > 0.0 else math.nan,
        sd=sd,
        lower_limit=places[3],
        lower_interval=Interval(places[4], places[5], level, limits_interval),
        upper_limit=places[6],
        upper_interval=Interval(places[7], places[8], level, limits_interval),
        multiplier=multiplier,
        proportional=proportional,
        spread=spread,
        differences=differences,
        means=means,
        variant=variant,
        n=n,
        method=f"Bland-Altman, {variant}; limits bias ± {multiplier:g} SD; {limits_interval} intervals",
        findings=tuple(_findings(sd, proportional, spread, variant)),
    )


def limit_width(n: int, level: float = 0.95, multiplier: float = LIMITS_MULTIPLIER) -> tuple[float, float]:
    """Return how many SDs a limit's exact interval lies from the bias, nearer and further, for n lesions.

    For planning: with 10 lesions the upper limit of 1.96 SD may be anywhere between 1.2 and 3.8 SD.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` (two lesions), ``statistics.option``

    Examples
    --------
    >>> near, far = limit_width(40)
    >>> round(near, 2), round(far, 2)
    (1.51, 2.62)
    """
    check_level(level)
    _check_options("difference", "exact", multiplier)
    return _limit_offsets(at_least(n, 2, "the lesions read twice"), "exact", level, multiplier)


def _check_options(variant: str, limits_interval: str, multiplier: float) -> None:
    for value, choices, what in (
        (variant, VARIANTS, "The variant"),
        (limits_interval, LIMITS_INTERVALS, "The interval of a limit"),
    ):
        if value not in choices:
            raise StatisticsError(
                "statistics.option",
                f"{what} of a Bland-Altman comparison is one of {', '.join(choices)}.",
                remedy="Name one of them.",
            )
    if not (math.isfinite(multiplier) and multiplier > 0.0):
        raise StatisticsError(
            "statistics.option",
            "The multiplier of the SD must be a positive number.",
            remedy="Leave it at 1.96, or give the normal quantile of the coverage that is wanted.",
        )


def _compared(first: Floats, second: Floats, variant: Variant) -> tuple[Floats, Floats]:
    """Means and differences on the scale on which they are taken to be normal."""
    if variant == "difference":
        return (first + second) / 2.0, first - second
    require_positive(np.concatenate([first, second]), f"The {variant} variant")
    if variant == "percent":
        means = (first + second) / 2.0
        return means, (first - second) / means
    return (np.log(first) + np.log(second)) / 2.0, np.log(first / second)


def _limit_offsets(n: int, kind: LimitsInterval, level: float, multiplier: float) -> tuple[float, float]:
    """How many SDs the nearer and the further end of a limit's interval lie from the bias."""
    tail = (1.0 - level) / 2.0
    if kind == "exact":
        shift = multiplier * math.sqrt(n)
        return (
            noncentral_t_quantile(tail, n - 1, shift) / math.sqrt(n),
            noncentral_t_quantile(1.0 - tail, n - 1, shift) / math.sqrt(n),
        )
    share = 3.0 / n if kind == "approximate-1986" else 1.0 / n + multiplier**2 / (2.0 * (n - 1))
    half = t_quantile(1.0 - tail, n - 1) * math.sqrt(share)
    return multiplier - half, multiplier + half


def _spread(means: Floats, differences: Floats, line: Trend | None, level: float) -> Trend | None:
    """The line of absolute residuals on means: does the spread grow with the size?"""
    if line is None or line.residual_sd == 0.0:
        return None
    return fit_trend(means, np.abs(differences - line.intercept - line.slope * means), level)


def _findings(sd: float, line: Trend | None, spread: Trend | None, variant: Variant) -> list[Finding]:
    found = []
    if sd == 0.0:
        found.append(
            Finding(
                "bland-altman.no-spread",
                "Both readings differ by the same number in every lesion: intervals and tests say nothing.",
            )
        )
    if line is not None and line.p_value < _SPREAD_P:
        found.append(
            Finding(
                "bland-altman.proportional",
                "Differences rise or fall with the mean: the bias depends on the size of the value, or one "
                "set of readings merely spreads more than the other. Constant limits do not hold over it.",
            )
        )
    if spread is not None and spread.p_value < _SPREAD_P and spread.slope > 0.0:
        remedy = " The log variant may suit." if variant == "difference" else ""
        found.append(
            Finding(
                "bland-altman.spread-grows",
                "Differences scatter more where values are larger: the limits are too wide for small values "
                f"and too narrow for large ones.{remedy}",
            )
        )
    return found


def normal_multiplier(coverage: float) -> float:
    """Return the multiplier of the SD that holds this share of normal differences: 0.95 gives 1.959964.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    check_level(coverage)
    return float(ndtri((1.0 + coverage) / 2.0))
