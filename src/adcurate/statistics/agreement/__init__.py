"""Do readers, and readings, agree? Coefficients, limits, precision, categories, and outlines."""

from adcurate.statistics.agreement.bland_altman import (
    LIMITS_INTERVALS,
    LIMITS_MULTIPLIER,
    VARIANTS,
    BlandAltman,
    LimitsInterval,
    Variant,
    estimate_bland_altman,
    limit_width,
    normal_multiplier,
)
from adcurate.statistics.agreement.claims import (
    REPEATABILITY_CLAIMS,
    RepeatabilityClaim,
    find_repeatability_claim,
)
from adcurate.statistics.agreement.fleiss import CategoryKappa, FleissKappa, estimate_fleiss_kappa
from adcurate.statistics.agreement.icc import (
    ICC_FORMS,
    IccEstimate,
    IccForm,
    IccForms,
    MeanSquares,
    estimate_icc,
    estimate_icc_forms,
)
from adcurate.statistics.agreement.kappa import KAPPA_WEIGHTS, KappaEstimate, KappaWeights, estimate_kappa
from adcurate.statistics.agreement.outline import estimate_contour_overlap
from adcurate.statistics.agreement.overlap import (
    RegionOverlap,
    SurfaceDistance,
    estimate_mask_overlap,
    measure_surface_distance,
)
from adcurate.statistics.agreement.precision import Estimate, Precision, estimate_precision
from adcurate.statistics.agreement.repeated_limits import (
    RepeatedLimits,
    estimate_limits_constant_truth,
    estimate_limits_varying_truth,
)
from adcurate.statistics.agreement.reproducibility import (
    Reproducibility,
    VarianceComponents,
    estimate_reproducibility,
)
from adcurate.statistics.agreement.trend import Trend

__all__ = [
    "ICC_FORMS",
    "KAPPA_WEIGHTS",
    "LIMITS_INTERVALS",
    "LIMITS_MULTIPLIER",
    "REPEATABILITY_CLAIMS",
    "VARIANTS",
    "BlandAltman",
    "CategoryKappa",
    "Estimate",
    "FleissKappa",
    "IccEstimate",
    "IccForm",
    "IccForms",
    "KappaEstimate",
    "KappaWeights",
    "LimitsInterval",
    "MeanSquares",
    "Precision",
    "RegionOverlap",
    "RepeatabilityClaim",
    "RepeatedLimits",
    "Reproducibility",
    "SurfaceDistance",
    "Trend",
    "VarianceComponents",
    "Variant",
    "estimate_bland_altman",
    "estimate_contour_overlap",
    "estimate_fleiss_kappa",
    "estimate_icc",
    "estimate_icc_forms",
    "estimate_kappa",
    "estimate_limits_constant_truth",
    "estimate_limits_varying_truth",
    "estimate_mask_overlap",
    "estimate_precision",
    "estimate_reproducibility",
    "find_repeatability_claim",
    "limit_width",
    "measure_surface_distance",
    "normal_multiplier",
]
