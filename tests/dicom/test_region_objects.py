"""SEG, RTSTRUCT and SR of real tools: dcmqi, rt-utils and highdicom as oracles, mutations as a harness."""

from __future__ import annotations

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study import region_files as write

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.sources import FileSource
from adcurate.dicom.regions import read_region_object
from adcurate.errors import AdcurateError, ForeignRegionError
from adcurate.formats.regions.nrrd_labels import read_nrrd_labels
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam


def points(mask):
    return sorted(map(tuple, np.round(mask.centres(), 3).tolist()))


def test_a_segmentation_of_dcmqi_is_its_label_map_voxel_for_voxel(samples):
    folder = samples / "dcmqi" / "seg_24x38x3"
    seg = read_region_object((folder / "seg" / "label.seg").read_bytes())
    nrrd = read_nrrd_labels((folder / "nrrd" / "label.nrrd").read_bytes())
    assert points(seg.regions[0].mask) == points(nrrd.regions[0].mask)
    assert seg.regions[0].mask.n_voxels == 315


def test_a_report_about_a_segment_says_where_the_region_is(samples):
    found = read_region_object((samples / "dcmqi" / "sr-example" / "sr.dcm").read_bytes())
    (fault,) = found.regions[0].faults
    assert "SEG" in fault.sentence


def test_structure_sets_of_rt_utils_are_read_with_the_images_they_name(samples):
    folder = samples / "rt_utils_rtstruct"
    named = {}
    for name in ("rt", "invalid_reference_rt", "non_existent_reference_rt"):
        found = read_region_object((folder / f"{name}.dcm").read_bytes())
        assert all(not region.faults for region in found.regions), name
        named[name] = {one.image.sop_instance_uid for region in found.regions for one in region.contours}
    there = {write_uid(folder / f"ct_{n}.dcm") for n in (1, 2)}
    assert named["rt"] <= there
    assert not named["invalid_reference_rt"] <= there
    assert not named["non_existent_reference_rt"] <= there


def write_uid(path):
    import pydicom

    return str(pydicom.dcmread(path, stop_before_pixels=True).SOPInstanceUID)


@pytest.fixture(scope="module")
def exam(tmp_path_factory):
    made = simulate_exam(
        ExamPrescription(
            patient_id="P1",
            patient_name="SYNTHETIC^P1",
            birth_date="19600101",
            sex="F",
            exam_date="20240102",
            dialect="siemens-classic",
            model="Aera",
            field_strength_t=1.5,
            b_values=(0.0, 800.0),
            lesions=(LesionPrescription("1", "liver", 0.0009, 0.0003, 40.0),),
            seed=3,
        )
    )
    paths = write_exam(made, tmp_path_factory.mktemp("exam"))
    (found,) = read_exams([FileSource(path, path.name) for path in paths]).exams
    series = next(one for one in found.series if one.kind == "adc")
    uids = {frame.sop_instance_uid for frame in series.frames}
    mask = np.zeros((len(series.frames), *series.frames[0].plane.shape), dtype=bool)
    mask[made.lesions[0].slice_index if hasattr(made.lesions[0], "slice_index") else 6] = made.lesions[
        0
    ].voxels
    mask[7, 20:24, 30:33] = True
    files = [path for path in paths if any(uid.encode() in path.read_bytes() for uid in uids)]
    return series, mask, files


def test_a_segmentation_of_highdicom_is_read_equal(exam):
    import highdicom
    import pydicom
    from pydicom.sr.codedict import codes

    series, mask, files = exam
    images = sorted(
        (pydicom.dcmread(path) for path in files), key=lambda one: float(one.ImagePositionPatient[2])
    )
    uids = [frame.sop_instance_uid for frame in series.frames]
    images = sorted(images, key=lambda one: uids.index(one.SOPInstanceUID))
    description = highdicom.seg.SegmentDescription(
        segment_number=1,
        segment_label="lesion",
        segmented_property_category=codes.SCT.Tissue,
        segmented_property_type=codes.SCT.Tissue,
        algorithm_type="MANUAL",
    )
    made = highdicom.seg.Segmentation(
        source_images=images,
        pixel_array=mask.astype(np.uint8),
        segmentation_type="BINARY",
        segment_descriptions=[description],
        series_instance_uid=highdicom.UID(),
        series_number=99,
        sop_instance_uid=highdicom.UID(),
        instance_number=1,
        manufacturer="x",
        manufacturer_model_name="x",
        software_versions="1",
        device_serial_number="1",
    )
    import io

    stream = io.BytesIO()
    made.save_as(stream)
    (region,) = read_region_object(stream.getvalue()).regions
    expected = []
    for at, frame in enumerate(series.frames):
        expected += np.round(frame.plane.to_lps(np.argwhere(mask[at])), 3).tolist()
    assert points(region.mask) == sorted(map(tuple, expected))
    assert {one.sop_instance_uid for named in region.mask.images for one in named} <= set(uids)


def test_our_own_objects_agree_with_each_other(exam):
    series, mask, _ = exam
    seg = read_region_object(write.write_seg(mask, series.frames, series)).regions[0]
    report = read_region_object(write.write_report(mask, series.frames, series)).regions[0]
    state = read_region_object(write.write_presentation(mask, series.frames)).regions
    assert seg.mask.n_voxels == int(mask.sum())
    first = report.contours[0].rings[0]
    assert any(np.allclose(first, one.contours[0].rings[0], atol=1e-4) for one in state)


def test_a_circle_and_an_ellipse_are_drawn_round():
    from adcurate.dicom.regions.graphics import from_corner, ring_of

    circle = from_corner(ring_of("CIRCLE", [10.5, 20.5, 13.5, 20.5], 2))
    assert np.hypot(*(circle - (20, 10)).T) == pytest.approx(np.full(360, 3.0))
    ellipse = ring_of("ELLIPSE", [0, 5, 10, 5, 5, 3, 5, 7], 2)
    assert (ellipse.min(axis=0), ellipse.max(axis=0)) == (pytest.approx([0, 3]), pytest.approx([10, 7]))
    with pytest.raises(ForeignRegionError):
        ring_of("ELLIPSE", [0, 5, 10, 5, 3, 3, 7, 7], 2)


OBJECTS: list[bytes] = []


@settings(max_examples=150, deadline=4000)
@given(
    st.integers(0, 3),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8),
    st.floats(0.3, 1),
)
def test_mutated_objects_are_read_or_refused_never_a_crash(exam, which, changes, cut):
    series, mask, _ = exam
    if not OBJECTS:
        OBJECTS.extend(
            [
                write.write_seg(mask, series.frames, series),
                write.write_rtstruct(mask, series.frames, series),
                write.write_report(mask, series.frames, series),
                write.write_presentation(mask, series.frames),
            ]
        )
    content = bytearray(OBJECTS[which])
    for place, value in changes:
        content[int(132 + place * (len(content) - 133))] = value
    content = content[: int(len(content) * cut)]
    with contextlib.suppress(AdcurateError):
        read_region_object(bytes(content))
