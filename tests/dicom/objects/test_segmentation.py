"""Regions as segmentations: exactly the voxels that were measured, where they were measured."""

from __future__ import annotations

import io

import highdicom
import numpy as np
import pydicom
import pytest
import SimpleITK

from adcurate.dicom.objects.segmentation import (
    Segment,
    region_uid,
    tracking_identifier,
    write_segmentation,
)


def _segments(exam) -> list[Segment]:
    segments = []
    for lesion, site in zip(exam.synthetic.lesions, ("liver", "nowhere"), strict=True):
        voxels = np.zeros(exam.grid.shape, dtype=bool)
        voxels[lesion.slice_index] = lesion.voxels
        segments.append(Segment(lesion.prescription.label, "R1", voxels, site))
    return segments


def _write(exam, segments, ids=("m1", "m2")):
    return write_segmentation(
        segments,
        exam.grid,
        exam.context,
        measurement_ids=ids,
        description="Regions of R1",
        series_number=9100,
    )


def test_no_dialect_makes_an_object_that_the_validator_calls_wrong(any_exam, errors_of):
    assert errors_of(_write(any_exam, _segments(any_exam)).content) == []


def test_dcmqi_and_itk_read_the_same_voxels_at_the_same_place(one_of_each, dcmqi):
    segments = _segments(one_of_each)
    folder = dcmqi("segimage2itkimage", _write(one_of_each, segments).content)
    found = set()
    for file in sorted(folder.glob("*.nrrd")):
        image = SimpleITK.ReadImage(str(file))
        array = SimpleITK.GetArrayFromImage(image)
        for z, y, x in np.argwhere(array > 0):
            at = image.TransformIndexToPhysicalPoint((int(x), int(y), int(z)))
            found.add((int(array[z, y, x]), *np.round(at, 2)))
    expected = set()
    for number, segment in enumerate(segments, start=1):
        for position, row, column in np.argwhere(segment.voxels):
            at = one_of_each.grid.planes[position].to_lps([(row, column)])[0]
            expected.add((number, *np.round(at, 2)))
    assert {one[1:] for one in found} == {one[1:] for one in expected}
    assert len(found) == len(expected) == sum(int(one.voxels.sum()) for one in segments)


def test_highdicom_reads_the_same_voxels(one_of_each):
    segments = _segments(one_of_each)
    made = highdicom.seg.segread(io.BytesIO(_write(one_of_each, segments).content))
    volume = made.get_volume(combine_segments=False, allow_missing_positions=True)
    assert volume.array.sum() == sum(int(one.voxels.sum()) for one in segments)
    for number, segment in enumerate(segments, start=1):
        assert made.get_segment_description(number).tracking_id == tracking_identifier(segment.lesion, "R1")


def test_overlapping_lesions_stay_whole(exam, errors_of):
    first = _segments(exam)[0]
    shifted = Segment("9", "R1", np.roll(first.voxels, 1, axis=2))
    written = _write(exam, [first, shifted])
    assert errors_of(written.content) == []
    made = highdicom.seg.segread(io.BytesIO(written.content))
    volume = made.get_volume(combine_segments=False)
    assert (volume.array.sum(axis=(0, 1, 2)) == [first.voxels.sum(), shifted.voxels.sum()]).all()


def test_a_region_on_several_slices_and_a_lone_one_know_their_frames(exam):
    one = _segments(exam)[0]
    lone = _write(exam, [one])
    position = exam.synthetic.lesions[0].slice_index
    assert lone.frame_of == {(1, position): 1}
    voxels = one.voxels.copy()
    voxels[position + 1] = one.voxels[position]
    tall = _write(exam, [Segment("1", "R1", voxels), _segments(exam)[1]])
    made = pydicom.dcmread(io.BytesIO(tall.content))
    assert {number for number, _ in tall.frame_of} == {1, 2}
    for (segment, at), frame in tall.frame_of.items():
        item = made.PerFrameFunctionalGroupsSequence[frame - 1]
        assert item.SegmentIdentificationSequence[0].ReferencedSegmentNumber == segment
        written = np.array(item.PlanePositionSequence[0].ImagePositionPatient, dtype=float)
        np.testing.assert_allclose(written, exam.grid.planes[at].origin, atol=1e-6)


def test_the_organ_is_coded_where_it_has_a_code_and_left_out_where_not(exam):
    made = pydicom.dcmread(io.BytesIO(_write(exam, _segments(exam)).content))
    liver, nowhere = made.SegmentSequence
    assert liver.AnatomicRegionSequence[0].CodeValue == "10200004"
    assert "AnatomicRegionSequence" not in nowhere


def test_a_region_has_one_tracking_uid_for_its_subject_lesion_and_reader(exam):
    made = pydicom.dcmread(io.BytesIO(_write(exam, _segments(exam)).content))
    uids = [segment.TrackingUID for segment in made.SegmentSequence]
    assert uids == [region_uid(str(made.PatientID), lesion, "R1") for lesion in ("1", "2")]
    assert len({*uids, region_uid("P1", "1", "R2"), region_uid("P2", "1", "R1")}) == 4


def test_the_same_regions_give_the_same_bytes(exam):
    assert _write(exam, _segments(exam)).content == _write(exam, _segments(exam)).content
    other = _write(exam, _segments(exam), ids=("m1", "m3"))
    assert other.sop_instance_uid != _write(exam, _segments(exam)).sop_instance_uid


@pytest.mark.parametrize("n", [1, 9])
def test_many_segments_are_numbered_from_1(exam, n):
    segments = [Segment(str(number), "R1", _segments(exam)[0].voxels) for number in range(n)]
    made = pydicom.dcmread(io.BytesIO(_write(exam, segments).content))
    assert [segment.SegmentNumber for segment in made.SegmentSequence] == list(range(1, n + 1))
