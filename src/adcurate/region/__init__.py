"""What one region says: mean, minimum, percentiles, histogram, and how much they hang on unseen choices.

Stands on `geometry`; knows arrays of values, not patients, lesions or files. Start at `measure_region`.
"""

from adcurate.region.conventions import Convention, SliceSurroundings, predict_conventions
from adcurate.region.distribution import Histogram
from adcurate.region.fragility import CRITERION, Fragility, Variant, judge_fragility
from adcurate.region.measure import RegionMeasurement, VoxelsByRule, find_voxels, measure_region
from adcurate.region.normalized import LEAST_REFERENCE, NormalizedNumbers, normalize_numbers
from adcurate.region.summary import RegionSummary, summarize_region, summarize_voxels
from adcurate.region.volume import SliceOfRegion, SliceShare, VolumeMeasurement, measure_volume

__all__ = [
    "CRITERION",
    "LEAST_REFERENCE",
    "Convention",
    "Fragility",
    "Histogram",
    "NormalizedNumbers",
    "RegionMeasurement",
    "RegionSummary",
    "SliceOfRegion",
    "SliceShare",
    "SliceSurroundings",
    "Variant",
    "VolumeMeasurement",
    "VoxelsByRule",
    "find_voxels",
    "judge_fragility",
    "measure_region",
    "measure_volume",
    "normalize_numbers",
    "predict_conventions",
    "summarize_region",
    "summarize_voxels",
]
