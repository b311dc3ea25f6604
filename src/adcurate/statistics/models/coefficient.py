"""A coefficient on the log-odds scale with its odds ratio, and the test of a model's terms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from adcurate.errors import StatisticsError
from adcurate.statistics.interval import Interval

CoefficientInterval = Literal["profile", "wald"]


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient on the log-odds scale, and as an odds ratio for a change of `unit`.

    `value`, `standard_error` and `interval` are per one unit of the predictor; `odds_ratio` is
    ``exp(value * unit)``. `p_value` belongs to `test`, the one that agrees with the interval.
    """

    name: str
    value: float
    standard_error: float
    interval: Interval
    p_value: float
    test: str
    wald_p_value: float
    unit: float
    odds_ratio: float
    odds_ratio_interval: Interval

    @classmethod
    def of(
        cls,
        name: str,
        value: float,
        standard_error: float,
        interval: Interval,
        p_value: float,
        test: str,
        wald_p_value: float,
        unit: float,
    ) -> Coefficient:
        """The coefficient with its odds ratio for a change of `unit`."""
        limits = Interval(
            _exp(interval.low * unit), _exp(interval.high * unit), interval.level, interval.method
        )
        odds_ratio = _exp(value * unit)
        return cls(
            name, value, standard_error, interval, p_value, test, wald_p_value, unit, odds_ratio, limits
        )


@dataclass(frozen=True, slots=True)
class TermTest:
    """A likelihood-ratio test that the coefficients of one predictor are all zero."""

    name: str
    chi_squared: float
    df: int
    p_value: float
    method: str


def check_units(units: tuple[float, ...] | None, names: tuple[str, ...]) -> None:
    """Refuse units that are not one positive number for each predictor.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if units is not None and (
        len(units) != len(names) or not all(math.isfinite(unit) and unit > 0 for unit in units)
    ):
        raise StatisticsError(
            "statistics.option",
            "Odds ratios need one positive unit for each predictor.",
            remedy="Give the change each odds ratio is for, such as 0.0001 for 0.1e-3 mm^2/s.",
        )


def _exp(value: float) -> float:
    return math.exp(value) if value < 709.0 else math.inf
