"""Do a marker and an order, or two markers, rise together? Rank correlation."""

from adcurate.statistics.correlation.bounds import CorrelationBounds, bound_correlation
from adcurate.statistics.correlation.censored import (
    IntervalKendall,
    IntervalValues,
    estimate_interval_kendall,
    interval_values,
)
from adcurate.statistics.correlation.kendall import Coefficient, KendallEstimate, estimate_kendall
from adcurate.statistics.correlation.partial import PartialSpearman, estimate_partial_spearman
from adcurate.statistics.correlation.spearman import SpearmanEstimate, estimate_spearman

__all__ = [
    "Coefficient",
    "CorrelationBounds",
    "IntervalKendall",
    "IntervalValues",
    "KendallEstimate",
    "PartialSpearman",
    "SpearmanEstimate",
    "bound_correlation",
    "estimate_interval_kendall",
    "estimate_kendall",
    "estimate_partial_spearman",
    "estimate_spearman",
    "interval_values",
]
