"""What does an outcome depend on, several quantities taken together? Regression models."""

from adcurate.statistics.models.coefficient import Coefficient, TermTest
from adcurate.statistics.models.combined import CombinedMarker, combine_markers
from adcurate.statistics.models.linear import (
    LinearCoefficient,
    LinearFit,
    OneWayAnova,
    compare_anova,
    fit_linear,
)
from adcurate.statistics.models.logistic import LogisticFit, compare_nested, fit_logistic
from adcurate.statistics.models.ordinal import OrdinalFit, Threshold, fit_ordinal
from adcurate.statistics.models.proportional_odds import ProportionalOdds, compare_proportional_odds

__all__ = [
    "Coefficient",
    "CombinedMarker",
    "LinearCoefficient",
    "LinearFit",
    "LogisticFit",
    "OneWayAnova",
    "OrdinalFit",
    "ProportionalOdds",
    "TermTest",
    "Threshold",
    "combine_markers",
    "compare_anova",
    "compare_nested",
    "compare_proportional_odds",
    "fit_linear",
    "fit_logistic",
    "fit_ordinal",
]
