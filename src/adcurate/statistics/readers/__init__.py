"""Are modalities equally good in the hands of several readers, and would they be in others' hands?"""

from adcurate.statistics.readers.areas import AreaCovariance, ReaderAreas, estimate_reader_areas
from adcurate.statistics.readers.average_curve import AverageCurve, average_curves
from adcurate.statistics.readers.components import VarianceComponents
from adcurate.statistics.readers.obuchowski_rockette import (
    ModalityArea,
    ModalityDifference,
    ReadersTest,
    compare_modalities,
)

__all__ = [
    "AreaCovariance",
    "AverageCurve",
    "ModalityArea",
    "ModalityDifference",
    "ReaderAreas",
    "ReadersTest",
    "VarianceComponents",
    "average_curves",
    "compare_modalities",
    "estimate_reader_areas",
]
