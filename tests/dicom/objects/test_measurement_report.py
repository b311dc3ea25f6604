"""Measurements as TID 1500 reports: other programs read the numbers, the region, and who read it."""

from __future__ import annotations

import dataclasses
import io
import json
from functools import cache

import highdicom
import numpy as np
import pydicom
import pytest
from tests.dicom.objects.exams_to_write import exam_in

from adcurate.dicom.objects.measurement_report import ReportedRegion, write_measurement_report
from adcurate.dicom.objects.parametric_map import map_object_uid
from adcurate.dicom.objects.segmentation import (
    Segment,
    WrittenSegmentation,
    region_uid,
    write_segmentation,
)
from adcurate.model import SliceOrigin

VALUES = {
    "mean": 0.0010102468135790123,
    "minimum": 0.00064,
    "median": 0.001,
    "sd": 0.0001,
    "area_mm2": 253.125,
    "n_voxels": 32,
    "lowest_mean": None,
}


@cache
def _segmentation_in(dialect: str) -> WrittenSegmentation:
    exam = exam_in(dialect)
    segments = []
    for lesion in exam.synthetic.lesions:
        voxels = np.zeros(exam.grid.shape, dtype=bool)
        voxels[lesion.slice_index] = lesion.voxels
        segments.append(Segment(lesion.prescription.label, "R1", voxels))
    return write_segmentation(
        segments, exam.grid, exam.context, measurement_ids=["m1", "m2"], description="R", series_number=9100
    )


def _segmentation(exam) -> WrittenSegmentation:
    return _segmentation_in(exam.synthetic.prescription.dialect)


def _region(exam, number: int, **changes) -> ReportedRegion:
    lesion = exam.synthetic.lesions[number - 1]
    plane = exam.grid.planes[lesion.slice_index]
    pixel = plane.to_pixel(lesion.points_lps_mm)
    line = np.column_stack([pixel[:, 1], pixel[:, 0]]) + 0.5
    how = {
        "lesion": lesion.prescription.label,
        "site": "liver",
        "map_source": "refit",
        "map_id": "a" * 64,
        "measurement_id": f"m{number}",
        "values": VALUES,
        "method_words": ("map=refit", "voxel rule=centre"),
        "line": None if lesion.holes_lps_mm else np.vstack([line, line[:1]]),
        "segmentation": _segmentation(exam),
        "segment": number,
        "slices": (lesion.slice_index,),
        "origins": (exam.grid.origins[lesion.slice_index],),
    }
    return ReportedRegion(**{**how, **changes})


def _write(exam, *regions: ReportedRegion) -> bytes:
    chosen = regions or (_region(exam, 1), _region(exam, 2))
    return write_measurement_report(chosen, exam.context, reader="R1", series_number=9301)


def _report(content: bytes):
    return highdicom.sr.srread(io.BytesIO(content)).content


def test_no_dialect_makes_an_object_that_the_validator_calls_wrong(any_exam, errors_of):
    assert errors_of(_write(any_exam)) == []


def test_highdicom_reads_each_number_in_full_precision(exam):
    groups = _report(_write(exam)).get_planar_roi_measurement_groups()
    assert len(groups) == 2
    for group in groups:
        found = {
            (one.name.meaning, one.derivation.meaning if one.derivation else ""): (one.value, one.unit.value)
            for one in group.get_measurements()
        }
        adc = "Apparent Diffusion Coefficient"
        assert found[adc, "Mean"] == (VALUES["mean"] * 1e6, "um2/s")
        assert found[adc, "Minimum"] == (pytest.approx(640.0, abs=1e-9), "um2/s")
        assert found[adc, "Median"] == (pytest.approx(1000.0, abs=1e-9), "um2/s")
        assert found["Area", ""] == (253.125, "mm2")
        assert found["Number of voxels measured", ""] == (32.0, "{voxels}")
        assert len(found) == 6


def test_dcmqi_reads_the_same_numbers(one_of_each, dcmqi):
    told = json.loads((dcmqi("tid1500reader", _write(one_of_each)) / "report.json").read_text())
    assert len(told["Measurements"]) == 2
    for group in told["Measurements"]:
        means = [
            float(item["value"])
            for item in group["measurementItems"]
            if item.get("derivationModifier", {}).get("CodeMeaning") == "Mean"
        ]
        assert means == [pytest.approx(VALUES["mean"] * 1e6, rel=1e-12)]


def test_a_plain_polygon_is_the_line_itself_in_the_images_own_coordinates(one_of_each):
    groups = _report(_write(one_of_each)).get_planar_roi_measurement_groups()
    group = next(one for one in groups if one.tracking_identifier == "lesion 2, R1")
    lesion = one_of_each.synthetic.lesions[1]
    plane = one_of_each.grid.planes[lesion.slice_index]
    # highdicom's own transformer, which counts the first voxel's centre as (0.5, 0.5), is the oracle.
    to_patient = highdicom.spatial.ImageToReferenceTransformer(
        image_position=plane.origin,
        image_orientation=(*plane.row_direction, *plane.column_direction),
        pixel_spacing=(plane.row_spacing_mm, plane.column_spacing_mm),
    )
    points = to_patient(np.asarray(group.roi.value, dtype=float))
    np.testing.assert_allclose(points[:-1], lesion.points_lps_mm, atol=1e-3)
    np.testing.assert_allclose(points[0], points[-1], atol=1e-9)


def test_a_region_with_a_hole_points_at_the_frame_that_holds_its_voxels(exam):
    region = _region(exam, 1)
    groups = _report(_write(exam, region)).get_planar_roi_measurement_groups()
    (group,) = groups
    assert group.roi is None
    (reference,) = [item for item in group.referenced_segmentation_frame if item.value_type.value == "IMAGE"][
        :1
    ]
    named = reference.ReferencedSOPSequence[0]
    assert named.ReferencedSOPInstanceUID == region.segmentation.sop_instance_uid
    assert named.ReferencedFrameNumber == region.segmentation.frame_of[1, region.slices[0]]
    assert "ReferencedSegmentNumber" not in named


def test_a_region_over_several_slices_is_a_volumetric_group(exam, errors_of):
    position = exam.synthetic.lesions[0].slice_index
    region = _region(
        exam,
        1,
        slices=(position, position + 1),
        origins=exam.grid.origins[position : position + 2],
        values={**VALUES, "volume_mm3": 3037.5, "n_slices": 2},
    )
    content = _write(exam, region)
    assert errors_of(content) == []
    (group,) = _report(content).get_volumetric_roi_measurement_groups()
    names = [one.name.meaning for one in group.get_measurements()]
    assert "Volume" in names
    assert "Area" not in names
    assert _report(content).get_planar_roi_measurement_groups() == []


def test_the_reader_is_a_code_and_the_program_names_its_version(exam):
    content = _write(exam)
    observers = [item.value for item in _report(content) if item.name.value == "121008"] or [
        item.PersonName
        for item in pydicom.dcmread(io.BytesIO(content)).ContentSequence
        if item.ValueType == "PNAME"
    ]
    assert [str(one).rstrip("^") for one in observers] == ["R1"]
    assert b"voxel rule=centre" in content


def test_tracking_is_shared_with_the_segmentation(exam):
    groups = _report(_write(exam)).get_planar_roi_measurement_groups()
    subject = str(exam.context.attributes.PatientID)
    assert [group.tracking_uid for group in groups] == [region_uid(subject, one, "R1") for one in ("1", "2")]


def test_each_adc_value_names_the_map_that_it_was_measured_on(exam):
    content = _write(exam)
    assert map_object_uid("a" * 64).encode() in content
    made = pydicom.dcmread(io.BytesIO(content))
    evidence = {
        item.ReferencedSOPInstanceUID
        for study in made.CurrentRequestedProcedureEvidenceSequence
        for series in study.ReferencedSeriesSequence
        for item in series.ReferencedSOPSequence
    }
    assert map_object_uid("a" * 64) in evidence
    assert _segmentation(exam).sop_instance_uid in evidence


def test_a_site_without_a_code_is_left_out(exam):
    regions = [dataclasses.replace(_region(exam, 2), site="elsewhere")]
    (group,) = _report(_write(exam, *regions)).get_planar_roi_measurement_groups()
    assert group.finding_sites == []
    assert b"elsewhere" not in _write(exam, *regions)


def test_a_value_that_does_not_exist_is_left_out(exam):
    region = _region(exam, 2, values={"mean": 0.001, "minimum": None, "n_voxels": 1})
    (group,) = _report(_write(exam, region)).get_planar_roi_measurement_groups()
    assert len(group.get_measurements()) == 2


def test_the_same_measurements_give_the_same_bytes(exam):
    assert _write(exam) == _write(exam)


def test_a_frame_of_an_enhanced_object_is_named_by_its_number():
    exam = exam_in("siemens-xa")
    region = _region(exam, 2)
    assert isinstance(region.origins[0], SliceOrigin)
    (group,) = _report(_write(exam, region)).get_planar_roi_measurement_groups()
    (image,) = [
        item.ReferencedSOPSequence[0] for item in group.roi.ContentSequence if item.ValueType == "IMAGE"
    ]
    assert image.ReferencedFrameNumber == region.origins[0].frame_number
