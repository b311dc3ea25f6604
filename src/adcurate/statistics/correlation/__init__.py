"""Do a marker and an order, or two markers, rise together? Rank correlation."""

from adcurate.statistics.correlation.spearman import SpearmanEstimate, estimate_spearman

__all__ = ["SpearmanEstimate", "estimate_spearman"]
