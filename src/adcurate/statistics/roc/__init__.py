"""How well does a marker separate classes at every cut-off, and is one marker better than another?"""

from adcurate.statistics.roc.auc import AucEstimate, estimate_auc
from adcurate.statistics.roc.band import SimultaneousBand, estimate_simultaneous_band
from adcurate.statistics.roc.classes import ClassPair, compare_class_pairs
from adcurate.statistics.roc.comparison import (
    AucComparison,
    AucDifference,
    OverallTest,
    compare_paired_aucs,
    compare_unpaired_aucs,
)
from adcurate.statistics.roc.curve import RocBand, RocCurve, estimate_roc, estimate_roc_band
from adcurate.statistics.roc.operating_point import (
    OperatingPoint,
    OperatingPoints,
    estimate_operating_points,
)
from adcurate.statistics.roc.ordinal import (
    OrderedVolume,
    OrdinalCIndex,
    estimate_ordered_volume,
    estimate_ordinal_c,
)
from adcurate.statistics.roc.partial_area import PartialAreaEstimate, estimate_partial_area

__all__ = [
    "AucComparison",
    "AucDifference",
    "AucEstimate",
    "ClassPair",
    "OperatingPoint",
    "OperatingPoints",
    "OrderedVolume",
    "OrdinalCIndex",
    "OverallTest",
    "PartialAreaEstimate",
    "RocBand",
    "RocCurve",
    "SimultaneousBand",
    "compare_class_pairs",
    "compare_paired_aucs",
    "compare_unpaired_aucs",
    "estimate_auc",
    "estimate_operating_points",
    "estimate_ordered_volume",
    "estimate_ordinal_c",
    "estimate_partial_area",
    "estimate_roc",
    "estimate_roc_band",
    "estimate_simultaneous_band",
]
