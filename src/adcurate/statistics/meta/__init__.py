"""What do all studies together say? Effects of studies, pooled, with their spread, bias and accuracy."""

from adcurate.statistics.meta.accuracy_counts import (
    AccuracyCounts,
    Continuity,
    accuracy_counts,
    count_of_percentage,
)
from adcurate.statistics.meta.bias import (
    EggerTest,
    EggerVariant,
    RankCorrelationTest,
    compare_begg,
    compare_egger,
    few_for_a_funnel,
)
from adcurate.statistics.meta.bivariate import (
    BivariateAccuracy,
    BivariateModel,
    HsrocParameters,
    RegionQuantile,
    pool_accuracy,
    summary_region,
    summary_roc,
)
from adcurate.statistics.meta.effect_size import (
    CorrelationVariance,
    Effects,
    EffectScale,
    fisher_z,
    hedges_g,
    log_mean_ratios,
    mean_differences,
    mean_effects,
    mean_of_median_and_range,
    sd_of_range,
    sd_of_se,
)
from adcurate.statistics.meta.heterogeneity import Tau2Method
from adcurate.statistics.meta.pooling import (
    PooledEffect,
    PooledInterval,
    PredictionRule,
    leave_one_out,
    pool_effects,
)

__all__ = [
    "AccuracyCounts",
    "BivariateAccuracy",
    "BivariateModel",
    "Continuity",
    "CorrelationVariance",
    "EffectScale",
    "Effects",
    "EggerTest",
    "EggerVariant",
    "HsrocParameters",
    "PooledEffect",
    "PooledInterval",
    "PredictionRule",
    "RankCorrelationTest",
    "RegionQuantile",
    "Tau2Method",
    "accuracy_counts",
    "compare_begg",
    "compare_egger",
    "count_of_percentage",
    "few_for_a_funnel",
    "fisher_z",
    "hedges_g",
    "leave_one_out",
    "log_mean_ratios",
    "mean_differences",
    "mean_effects",
    "mean_of_median_and_range",
    "pool_accuracy",
    "pool_effects",
    "sd_of_range",
    "sd_of_se",
    "summary_region",
    "summary_roc",
]
