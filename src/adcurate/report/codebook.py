"""The codebook: what every column of the tables of cases and of measurements means, its unit, its values."""

from __future__ import annotations

from collections.abc import Iterator

from adcurate.model.cohort import StudyResults
from adcurate.report.reference_standard import columns_beside_grade

HEAD = ("file", "column", "meaning", "unit", "values")

Entry = tuple[str, str, str, str, str]

_ADC = "mm2/s"
_OF_THE_EXAM = (
    ("study_instance_uid", "the exam, by its research id", "", ""),
    ("measurement_id", "the hash of all that the measurement was made from; study show traces it", "", ""),
)
_CASES = (
    ("subject", "the subject's code; with a lesion behind it where a subject counts by lesion", "", ""),
    ("positive", "whether the grade is on the positive side of the protocol's outcome", "", "yes, no"),
    ("age", "at the exam", "years", ""),
    ("sex", "", "", "female, male, other, unknown"),
    ("primary_site", "the organ of the primary tumour", "", ""),
    ("metastatic_disease", "", "", "yes, no"),
    ("lesion_type", "", "", "primary, metastasis"),
    ("lesion_site", "the organ that the lesion lies in", "", ""),
)
_BESIDE_GRADE = {
    "ki67": ("the proliferation index as the pathologist wrote it", "%", "12, <1, 3-5"),
    "gleason": ("the Gleason score as the pathologist wrote it", "", "3+4"),
    "diagnosis": ("the diagnosis that decides the outcome", "", ""),
}
_SCANNER = (
    ("vendor", "maker of the scanner", "", ""),
    ("model", "the scanner's model", "", ""),
    ("field_strength_t", "", "T", ""),
    ("software", "the scanner's version", "", ""),
    ("b_values", "of the diffusion series that the map was made from", "s/mm2", ""),
)
_MEASURED = (
    ("measurement_id", "the hash of all that the measurement was made from; study show traces it", "", ""),
    ("subject", "the subject's code", "", ""),
    ("lesion", "the lesion's name within the subject", "", ""),
    ("reader", "who drew; name#2 is a repeat by the same reader, consensus a decision", "", ""),
    ("map_source", "which ADC map was measured", "", "scanner, refit, refit-registered"),
    ("mean_mm2_per_s", "mean ADC of the region's voxels", _ADC, ""),
    ("sd_mm2_per_s", "standard deviation within the region", _ADC, ""),
    ("minimum_mm2_per_s", "lowest voxel", _ADC, ""),
    ("p5_mm2_per_s", "5th percentile", _ADC, ""),
    ("p10_mm2_per_s", "10th percentile", _ADC, ""),
    ("p25_mm2_per_s", "25th percentile", _ADC, ""),
    ("median_mm2_per_s", "median", _ADC, ""),
    ("p75_mm2_per_s", "75th percentile", _ADC, ""),
    ("p90_mm2_per_s", "90th percentile", _ADC, ""),
    ("maximum_mm2_per_s", "highest voxel", _ADC, ""),
    ("lowest_mean_mm2_per_s", "mean of the lowest voxels, as many as the protocol says", _ADC, ""),
    ("lowest_3x3_mean_mm2_per_s", "lowest mean of three by three neighbouring voxels", _ADC, ""),
    ("n_voxels", "voxels of the region with an estimate", "", ""),
    ("n_not_estimated", "voxels of the region without an estimate, left out", "", ""),
    ("area_mm2", "area of the region on its slice", "mm2", ""),
    ("minimum_low_mm2_per_s", "lowest minimum under the customary voxel rules", _ADC, ""),
    ("minimum_high_mm2_per_s", "highest minimum under the customary voxel rules", _ADC, ""),
    ("minimum_rests_on_one_voxel", "whether the minimum changes much without its voxel", "", "yes, no"),
    ("study_instance_uid", "the exam, by its research id", "", ""),
    ("series_instance_uid", "the series of the image that was drawn on, by its research id", "", ""),
    ("sop_instance_uid", "the image that was drawn on, by its research id", "", ""),
    ("frame_number", "the frame of that image, from 1", "", ""),
    ("slice_index", "the slice of the map that was measured, from 0", "", ""),
    ("contour_digest", "the hash of the contour", "", ""),
    ("map_id", "the hash of all that the map was made from", "", ""),
)


def codebook(results: StudyResults) -> Iterator[Entry]:
    """One row for each column; an empty cell of a table is an unknown value."""
    markers = tuple(
        (f"{marker.name}_ratio", f"the marker {marker.name} on the map of record", "", "")
        if marker.is_ratio
        else (f"{marker.name}_mm2_per_s", f"the marker {marker.name} on the map of record", _ADC, "")
        for marker in results.protocol.markers
    )
    grade = ("grade", f"the {results.protocol.reference_word}", "", ", ".join(results.protocol.grades))
    beside = tuple((name, *_BESIDE_GRADE[name]) for name in columns_beside_grade(results))
    first, *others = _CASES
    for column in (first, grade, *others, *beside, *markers, *_SCANNER, *_OF_THE_EXAM):
        yield ("cohort.csv", *column)
    for column in _MEASURED:
        yield ("measurements.csv", *column)
