"""Statistics by question, each naming its method, its n and its rule for ties.

Pure: arrays in, frozen results out; randomness comes in as a `numpy.random.Generator`. Units are the
caller's. Nothing here rounds for display.
"""

from adcurate.statistics.auc import AucEstimate, estimate_auc
from adcurate.statistics.correlation import SpearmanEstimate, estimate_spearman
from adcurate.statistics.cutoff import YoudenEstimate, estimate_youden
from adcurate.statistics.describe import GroupSummary, percentile, summarize_group
from adcurate.statistics.diagnostic import (
    ConfusionTable,
    DiagnosticAccuracy,
    Ratio,
    classify_at,
    estimate_accuracy,
)
from adcurate.statistics.groups import (
    DunnPair,
    KruskalWallis,
    MannWhitney,
    compare_dunn,
    compare_kruskal_wallis,
    compare_mann_whitney,
)
from adcurate.statistics.interval import Interval
from adcurate.statistics.marker import Direction
from adcurate.statistics.predictive import PredictiveValue, PredictiveValues, predictive_values
from adcurate.statistics.proportion import Proportion, estimate_proportion
from adcurate.statistics.roc import RocBand, RocCurve, estimate_roc, estimate_roc_band
from adcurate.statistics.values import to_resolution

__all__ = [
    "AucEstimate",
    "ConfusionTable",
    "DiagnosticAccuracy",
    "Direction",
    "DunnPair",
    "GroupSummary",
    "Interval",
    "KruskalWallis",
    "MannWhitney",
    "PredictiveValue",
    "PredictiveValues",
    "Proportion",
    "Ratio",
    "RocBand",
    "RocCurve",
    "SpearmanEstimate",
    "YoudenEstimate",
    "classify_at",
    "compare_dunn",
    "compare_kruskal_wallis",
    "compare_mann_whitney",
    "estimate_accuracy",
    "estimate_auc",
    "estimate_proportion",
    "estimate_roc",
    "estimate_roc_band",
    "estimate_spearman",
    "estimate_youden",
    "percentile",
    "predictive_values",
    "summarize_group",
    "to_resolution",
]
