"""What does a rule say of the next patient? Sensitivity, predictive values, likelihood ratios."""

from adcurate.statistics.diagnostic.accuracy import (
    ConfusionTable,
    DiagnosticAccuracy,
    Ratio,
    classify_at,
    estimate_accuracy,
)
from adcurate.statistics.diagnostic.predictive import PredictiveValue, PredictiveValues, predictive_values

__all__ = [
    "ConfusionTable",
    "DiagnosticAccuracy",
    "PredictiveValue",
    "PredictiveValues",
    "Ratio",
    "classify_at",
    "estimate_accuracy",
    "predictive_values",
]
