"""How many cases does a logistic model with several predictors need, so as not to fit noise?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from adcurate.errors import StatisticsError
from adcurate.statistics.planning.size import check_positive, check_share, level_z


@dataclass(frozen=True, slots=True)
class ModelSize:
    """Cases that each criterion asks for, before rounding up, and the whole number that fulfils all.

    `shrinkage`: expected shrinkage of at least the stated one. `optimism`: apparent and adjusted R^2
    (Nagelkerke) no more than the stated difference apart. `prevalence_estimate`: the overall risk within the
    stated margin. `events` are the rarer class's cases, and `events_per_parameter` what the rule of ten calls
    EPV. `shrinkage_reached` is what `n` cases give.
    """

    n: int
    shrinkage: float
    optimism: float
    prevalence_estimate: float
    shrinkage_reached: float
    events: float
    events_per_parameter: float
    n_ten_events: int
    r_squared_maximum: float
    method: str


def plan_logistic_model(
    n_parameters: int,
    *,
    prevalence: float,
    r_squared: float,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    margin: float = 0.05,
) -> ModelSize:
    """The number of cases for a logistic prediction model (Riley et al. 2019).

    Parameters
    ----------
    n_parameters
        Coefficients tried, without the intercept: each category beyond the first counts.
    prevalence
        Share of cases with the outcome.
    r_squared
        Cox and Snell's R^2 expected in new cases. 15 % of its maximum is a cautious guess.
    shrinkage, optimism, margin
        0.9, 0.05 and 0.05 as recommended.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Notes
    -----
    Riley et al., Stat Med 2019;38:1276, eq. 11, 12 and figure 1. The rule of ten events a parameter is shown
    beside it, not recommended. Checked against own R code.

    Examples
    --------
    >>> size = plan_logistic_model(24, prevalence=0.174, r_squared=0.288)
    >>> size.n, math.ceil(size.shrinkage), math.ceil(size.prevalence_estimate)
    (662, 623, 221)
    """
    if n_parameters < 1:
        raise StatisticsError(
            "statistics.option",
            "A model has at least one parameter.",
            remedy="Count the coefficients that are tried, without the intercept.",
            n_parameters=n_parameters,
        )
    check_share(prevalence, "The prevalence")
    check_share(shrinkage, "The shrinkage")
    check_positive(optimism, "The optimism")
    check_positive(margin, "The margin")
    log_likelihood = prevalence * math.log(prevalence) + (1.0 - prevalence) * math.log(1.0 - prevalence)
    most = -math.expm1(2.0 * log_likelihood)
    check_share(
        r_squared, "Cox and Snell's R² (its maximum depends on the prevalence)", high=min(most, shrinkage)
    )
    wanted = r_squared / (r_squared + optimism * most)
    by_shrinkage = _cases(n_parameters, r_squared, shrinkage)
    by_optimism = _cases(n_parameters, r_squared, wanted)
    by_margin = (level_z(0.95) / margin) ** 2 * prevalence * (1.0 - prevalence)
    n = math.ceil(max(by_shrinkage, by_optimism, by_margin) - 1e-9)
    rarer = min(prevalence, 1.0 - prevalence)
    return ModelSize(
        n=n,
        shrinkage=by_shrinkage,
        optimism=by_optimism,
        prevalence_estimate=by_margin,
        shrinkage_reached=_shrinkage(n_parameters, r_squared, n),
        events=n * rarer,
        events_per_parameter=n * rarer / n_parameters,
        n_ten_events=math.ceil(10.0 * n_parameters / rarer - 1e-9),
        r_squared_maximum=most,
        method="Riley et al. 2019, the largest of three criteria",
    )


def _cases(n_parameters: int, r_squared: float, shrinkage: float) -> float:
    return n_parameters / ((shrinkage - 1.0) * math.log1p(-r_squared / shrinkage))


def _shrinkage(n_parameters: int, r_squared: float, n: int) -> float:
    """The expected shrinkage with n cases: halved until the two ends meet, as cases rise with it."""
    low, high = r_squared, 1.0
    for _ in range(80):
        middle = (low + high) / 2.0
        if not low < middle < high:
            break
        low, high = (middle, high) if _cases(n_parameters, r_squared, middle) <= n else (low, middle)
    return low
