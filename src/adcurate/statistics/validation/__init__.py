"""How would the cut-off do in new patients?"""

from adcurate.statistics.validation.calibration import (
    BrierScore,
    Calibration,
    CalibrationGroup,
    CalibrationNumber,
    GroupTest,
    assess_calibration,
)
from adcurate.statistics.validation.correction import Corrected
from adcurate.statistics.validation.decision_curve import (
    DecisionCurve,
    NetBenefit,
    estimate_decision_curve,
    net_benefit,
)
from adcurate.statistics.validation.external_cutoff import (
    ExternalCutoff,
    PrintedComparison,
    compare_external_cutoff,
)
from adcurate.statistics.validation.leave_one_out import LeaveOneOut, leave_one_out_youden
from adcurate.statistics.validation.model_optimism import (
    ModelValidation,
    correct_model_optimism,
    predict_left_out,
)
from adcurate.statistics.validation.nested import CrossValidation, cross_validate_youden
from adcurate.statistics.validation.optimism import BootstrapValidation, correct_optimism
from adcurate.statistics.validation.prevalence_curve import (
    PredictiveCurve,
    PrevalenceCurve,
    estimate_prevalence_curve,
)
from adcurate.statistics.validation.replicates import YoudenReplicates, repeat_youden
from adcurate.statistics.validation.stability import CutoffStability, describe_stability

__all__ = [
    "BootstrapValidation",
    "BrierScore",
    "Calibration",
    "CalibrationGroup",
    "CalibrationNumber",
    "Corrected",
    "CrossValidation",
    "CutoffStability",
    "DecisionCurve",
    "ExternalCutoff",
    "GroupTest",
    "LeaveOneOut",
    "ModelValidation",
    "NetBenefit",
    "PredictiveCurve",
    "PrevalenceCurve",
    "PrintedComparison",
    "YoudenReplicates",
    "assess_calibration",
    "compare_external_cutoff",
    "correct_model_optimism",
    "correct_optimism",
    "cross_validate_youden",
    "describe_stability",
    "estimate_decision_curve",
    "estimate_prevalence_curve",
    "leave_one_out_youden",
    "net_benefit",
    "predict_left_out",
    "repeat_youden",
]
