"""Contours as a structure set: the lines as drawn, on their images, joined by exclusive-or."""

from __future__ import annotations

import dataclasses
import io

import numpy as np
import pydicom
import pytest
import shapely

from adcurate.dicom.objects.structure_set import write_structure_set
from adcurate.errors import DicomError
from adcurate.model.contour_record import ContourRecord


def _points(ring) -> tuple[tuple[float, float, float], ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in ring)


def _contours(exam) -> list[ContourRecord]:
    return [
        ContourRecord(
            "S-1",
            lesion.prescription.label,
            "Dr Smith",
            "lesion",
            exam.grid.origins[lesion.slice_index].sop_instance_uid,
            _points(lesion.points_lps_mm),
            exam.grid.origins[lesion.slice_index].frame_number,
            tuple(_points(hole) for hole in lesion.holes_lps_mm),
        )
        for lesion in exam.synthetic.lesions
    ]


def _read(exam, contours) -> pydicom.Dataset:
    content = write_structure_set(
        contours, exam.context, reader="R1", contour_digest="d" * 64, series_number=9201
    )
    return pydicom.dcmread(io.BytesIO(content))


def _exclusion(contour: ContourRecord) -> ContourRecord:
    points = np.array(contour.points_lps_mm)
    small = points.mean(axis=0) + 0.2 * (points - points.mean(axis=0))
    return dataclasses.replace(contour, role="exclusion", points_lps_mm=_points(small), holes_lps_mm=())


def test_no_dialect_makes_an_object_that_the_validator_calls_wrong(any_exam, errors_of):
    contours = _contours(any_exam)
    content = write_structure_set(
        [*contours, _exclusion(contours[1])],
        any_exam.context,
        reader="R1",
        contour_digest="d" * 64,
        series_number=9201,
    )
    assert errors_of(content) == []


def test_exclusive_or_of_the_contours_gives_the_voxels_that_were_drawn(one_of_each):
    made = _read(one_of_each, _contours(one_of_each))
    assert len(made.ROIContourSequence) == 2
    for roi, lesion in zip(made.ROIContourSequence, one_of_each.synthetic.lesions, strict=True):
        plane = one_of_each.grid.planes[lesion.slice_index]
        centres = np.stack(np.meshgrid(range(plane.n_columns), range(plane.n_rows)), axis=-1).reshape(-1, 2)
        inside = np.zeros(len(centres), dtype=bool)
        for ring in roi.ContourSequence:
            assert ring.ContourGeometricType == "CLOSED_PLANAR"
            points = np.array(ring.ContourData, dtype=float).reshape(-1, 3)
            assert len(points) == ring.NumberOfContourPoints
            pixel = plane.to_pixel(points)
            outline = shapely.Polygon(np.column_stack([pixel[:, 1], pixel[:, 0]]))
            inside ^= shapely.contains_xy(outline, centres[:, 0], centres[:, 1])
        np.testing.assert_array_equal(inside.reshape(plane.shape), lesion.voxels)


def test_a_hole_is_a_contour_of_its_own_and_not_a_keyhole(exam):
    made = _read(exam, _contours(exam))
    ring_counts = [len(roi.ContourSequence) for roi in made.ROIContourSequence]
    assert ring_counts == [2, 1]
    for roi in made.ROIContourSequence:
        for ring in roi.ContourSequence:
            points = np.array(ring.ContourData, dtype=float).reshape(-1, 3)
            assert shapely.Polygon(points[:, :2]).is_valid


def test_an_exclusion_is_an_roi_of_its_own_after_its_lesion(exam):
    contours = _contours(exam)
    made = _read(exam, [_exclusion(contours[1]), *contours])
    names = [roi.ROIName for roi in made.StructureSetROISequence]
    assert names == ["lesion 1, R1", "lesion 2, R1", "exclusion of lesion 2, R1"]
    assert [item.ReferencedROINumber for item in made.ROIContourSequence] == [1, 2, 3]


def test_the_readers_label_is_not_in_the_file_but_the_code(exam):
    content = write_structure_set(
        _contours(exam), exam.context, reader="R1", contour_digest="d" * 64, series_number=1
    )
    assert b"Smith" not in content


def test_each_contour_names_the_image_and_frame_it_was_drawn_on(one_of_each):
    contours = _contours(one_of_each)
    made = _read(one_of_each, contours)
    (space,) = made.ReferencedFrameOfReferenceSequence
    assert space.FrameOfReferenceUID == made.StructureSetROISequence[0].ReferencedFrameOfReferenceUID
    (series,) = space.RTReferencedStudySequence[0].RTReferencedSeriesSequence
    listed = {item.ReferencedSOPInstanceUID for item in series.ContourImageSequence}
    for roi, contour in zip(made.ROIContourSequence, contours, strict=True):
        for ring in roi.ContourSequence:
            (image,) = ring.ContourImageSequence
            assert image.ReferencedSOPInstanceUID == contour.sop_instance_uid
            assert image.ReferencedSOPInstanceUID in listed
            multi = one_of_each.context.image(contour.sop_instance_uid).n_frames is not None
            assert image.get("ReferencedFrameNumber") == (contour.frame_number if multi else None)


def test_the_points_are_those_that_were_drawn(exam):
    contours = _contours(exam)
    made = _read(exam, contours)
    first = np.array(made.ROIContourSequence[0].ContourSequence[0].ContourData, dtype=float).reshape(-1, 3)
    np.testing.assert_allclose(first, contours[0].points_lps_mm, atol=1e-9)


def test_the_same_contours_give_the_same_bytes(exam):
    def write() -> bytes:
        return write_structure_set(
            _contours(exam), exam.context, reader="R1", contour_digest="d" * 64, series_number=1
        )

    assert write() == write()


def test_an_image_that_is_not_in_the_exam_is_refused(exam):
    gone = ContourRecord("S-1", "1", "R1", "lesion", "1.2.3", ((0, 0, 0), (1, 0, 0), (0, 1, 0)))
    with pytest.raises(DicomError) as refused:
        _read(exam, [gone])
    assert refused.value.code == "dicom.source-missing"
