"""What one region says: mean, minimum, percentiles, histogram, and how much they hang on unseen choices.

Stands on `geometry`; knows arrays of values, not patients, lesions or files. Start at `measure_region`.
"""

from adcurate.region.distribution import Histogram
from adcurate.region.fragility import CRITERION, Fragility, Variant, judge_fragility
from adcurate.region.measure import RegionMeasurement, measure_region
from adcurate.region.summary import RegionSummary, summarize_region, summarize_voxels

__all__ = [
    "CRITERION",
    "Fragility",
    "Histogram",
    "RegionMeasurement",
    "RegionSummary",
    "Variant",
    "judge_fragility",
    "measure_region",
    "summarize_region",
    "summarize_voxels",
]
