"""How well does a marker separate two classes at every cut-off? The empirical curve, its area, its bands."""

from adcurate.statistics.roc.auc import AucEstimate, estimate_auc
from adcurate.statistics.roc.curve import RocBand, RocCurve, estimate_roc, estimate_roc_band

__all__ = ["AucEstimate", "RocBand", "RocCurve", "estimate_auc", "estimate_roc", "estimate_roc_band"]
