"""How many subjects? For an estimate known well enough, for a claim to be shown, from formulas or a pilot."""

from adcurate.statistics.planning.agreement import plan_icc_power, plan_icc_precision
from adcurate.statistics.planning.auc import AucVariance, auc_variance, plan_auc_power, plan_auc_precision
from adcurate.statistics.planning.auc_difference import (
    DifferenceVariance,
    areas_correlation,
    auc_difference_variances,
    plan_auc_difference,
    plan_auc_difference_precision,
)
from adcurate.statistics.planning.correlation import (
    CorrelationSpread,
    plan_correlation_power,
    plan_correlation_precision,
)
from adcurate.statistics.planning.groups import plan_mann_whitney
from adcurate.statistics.planning.limits import (
    plan_limits_assurance,
    plan_limits_power,
    plan_limits_precision,
)
from adcurate.statistics.planning.logistic import ModelSize, plan_logistic_model
from adcurate.statistics.planning.proportion import (
    PlannedInterval,
    critical_count,
    plan_proportion_assurance,
    plan_proportion_power,
    plan_proportion_precision,
)
from adcurate.statistics.planning.recruitment import (
    Recruitment,
    chance_of_both,
    design_effect,
    plan_recruitment,
)
from adcurate.statistics.planning.simulation import (
    Drawing,
    SimulatedSize,
    Simulation,
    simulate_auc,
    simulate_auc_difference,
    simulate_spearman,
)
from adcurate.statistics.planning.size import (
    Design,
    Goal,
    SampleSize,
    SizePoint,
    Units,
    evaluate_sample_size,
    find_sample_size,
)

__all__ = [
    "AucVariance",
    "CorrelationSpread",
    "Design",
    "DifferenceVariance",
    "Drawing",
    "Goal",
    "ModelSize",
    "PlannedInterval",
    "Recruitment",
    "SampleSize",
    "SimulatedSize",
    "Simulation",
    "SizePoint",
    "Units",
    "areas_correlation",
    "auc_difference_variances",
    "auc_variance",
    "chance_of_both",
    "critical_count",
    "design_effect",
    "evaluate_sample_size",
    "find_sample_size",
    "plan_auc_difference",
    "plan_auc_difference_precision",
    "plan_auc_power",
    "plan_auc_precision",
    "plan_correlation_power",
    "plan_correlation_precision",
    "plan_icc_power",
    "plan_icc_precision",
    "plan_limits_assurance",
    "plan_limits_power",
    "plan_limits_precision",
    "plan_logistic_model",
    "plan_mann_whitney",
    "plan_proportion_assurance",
    "plan_proportion_power",
    "plan_proportion_precision",
    "plan_recruitment",
    "simulate_auc",
    "simulate_auc_difference",
    "simulate_spearman",
]
