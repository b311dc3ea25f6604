"""The same coordinates are the same place only in one frame of reference, and on the image that is named."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pydicom
import pytest
from tests.study import region_files as write
from tests.study.regions.foreign_case import Case

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.received.sources import FileSource
from adcurate.dicom.regions import read_region_object
from adcurate.errors import ForeignRegionError
from adcurate.model import ParameterMap
from adcurate.model.contour_record import ContourRecord
from adcurate.model.protocol import AdcRule, RegionRule
from adcurate.study.exam_task import ExamTask
from adcurate.study.regions.images import Images
from adcurate.study.regions.measure import measure_regions
from adcurate.study.regions.placing import place_region

SQUARE = [[100, 100], [100, 130], [130, 130], [130, 100]]


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    made = Case(tmp_path_factory.mktemp("frame"))
    (made.exam,) = read_exams([FileSource(path, path.name) for path in made.paths]).exams
    return made


def with_frame_of_reference(exam, uid, *kinds):
    """The exam, its series of these kinds in another frame of reference."""
    series = [replace(one, frame_of_reference_uid=uid) if one.kind in kinds else one for one in exam.series]
    return replace(exam, series=tuple(series))


def images_of(exam):
    frames = {(f.sop_instance_uid, f.frame_number): (f, s) for s in exam.series for f in s.frames}
    (adc,) = exam.of_kind("adc")
    return Images((exam,), frames, lambda: adc, lambda uid: uid)


def measured(case, exam, frame):
    """What a square on one image of the exam gives on the scanner's map, and what is said of it."""
    rows, columns = np.nonzero(case.mask[6])
    low, high, left, right = rows.min(), rows.max(), columns.min(), columns.max()
    ring = case.frames[6].plane.to_lps([[low, left], [low, right], [high, right], [high, left]])
    ring = ring - np.outer(frame.plane.distance_mm(ring), frame.plane.normal)
    contour = ContourRecord(
        subject="P1",
        lesion="1",
        reader="R1",
        role="lesion",
        sop_instance_uid=frame.sop_instance_uid,
        frame_number=frame.frame_number,
        points_lps_mm=tuple(map(tuple, ring.tolist())),
        holes_lps_mm=(),
    )
    loaded = load_adc_map(case.adc)
    one = ParameterMap(
        values=loaded.values * 1e-6,
        planes=loaded.planes,
        origins=loaded.origins,
        series_instance_uid=case.adc.series_instance_uid,
        source="scanner",
        method="stored/1",
        unit=None,
        derived_id="map",
    )
    task = ExamTask(exam.study_instance_uid, "P1", (), (), (contour,), AdcRule(), RegionRule())
    findings = []
    return measure_regions(task, exam, [one], findings), [found.code for found in findings]


@pytest.mark.parametrize(
    ("uid", "kinds"), [("1.2.3.999", ("t2",)), ("", ("t2",)), ("", ("adc",)), ("", ("t2", "adc"))]
)
def test_a_contour_is_not_measured_in_another_frame_of_reference_or_in_none(case, uid, kinds):
    t2 = case.t2.frames[len(case.t2.frames) // 2]
    assert measured(case, case.exam, t2)[0]
    found, said = measured(case, with_frame_of_reference(case.exam, uid, *kinds), t2)
    assert (found, said) == ([], ["contour.frame-of-reference"])


def test_a_contour_on_the_map_itself_needs_no_frame_of_reference(case):
    found, said = measured(case, with_frame_of_reference(case.exam, "", "adc"), case.frames[6])
    assert found
    assert "contour.frame-of-reference" not in said


def placed(content, exam):
    found = read_region_object(content)
    for region in found.regions:
        if region.faults:
            raise ForeignRegionError(region.faults[0].code, "refused", remedy="-")
        place_region(region, found.frame_of_reference_uid, images_of(exam), "refuse")
    return found


@pytest.mark.parametrize("uid", ["1.2.3.999", ""])
def test_a_foreign_region_of_another_frame_of_reference_does_not_enter(case, uid):
    frame = case.t2.frames[len(case.t2.frames) // 2]
    item = write.contour_item(frame.plane.to_lps(SQUARE), frame)
    mask = np.zeros_like(case.mask)
    mask[3, 10:20, 10:20] = True
    for drawn in (case.exam, with_frame_of_reference(case.exam, uid, "t2")):
        t2 = next(one for one in drawn.series if one.kind == "t2")
        files = [
            write.write_rtstruct(case.mask, case.frames, t2, contours=[item]),
            write.write_presentation(mask, [frame] * len(mask)),
        ]
        for content in files:
            if drawn is case.exam:
                assert placed(content, drawn).regions
                continue
            with pytest.raises(ForeignRegionError) as caught:
                placed(content, drawn)
            assert caught.value.code == "foreign.frame-of-reference"


@pytest.mark.parametrize("kind", ["rtstruct", "scoord3d", "seg"])
def test_coordinates_without_a_frame_of_reference_are_refused(case, kind):
    nowhere = replace(case.adc, frame_of_reference_uid="")
    content = {
        "rtstruct": lambda: write.write_rtstruct(case.mask, case.frames, nowhere),
        "scoord3d": lambda: write.write_report(case.mask, case.frames, nowhere, space="SCOORD3D"),
        "seg": lambda: write.write_seg(case.mask, case.frames, nowhere),
    }[kind]()
    with pytest.raises(ForeignRegionError) as caught:
        placed(content, case.exam)
    assert caught.value.code == "foreign.frame-of-reference"


def changed_seg(case, change):
    header = pydicom.dcmread(io.BytesIO(write.write_seg(case.mask, case.frames, case.adc)))
    change(list(header.PerFrameFunctionalGroupsSequence))
    stream = io.BytesIO()
    header.save_as(stream)
    return stream.getvalue()


def test_a_mask_whose_named_images_lie_elsewhere_is_refused(case):
    def name_others(frames):
        for frame, other in zip(frames, case.frames[1:4], strict=True):
            (source,) = frame.DerivationImageSequence[0].SourceImageSequence
            source.ReferencedSOPInstanceUID = other.sop_instance_uid

    assert placed(changed_seg(case, lambda frames: None), case.exam).regions
    with pytest.raises(ForeignRegionError) as caught:
        placed(changed_seg(case, name_others), case.exam)
    assert caught.value.code == "foreign.contour-plane"


def test_two_frames_of_a_segment_at_one_place_are_refused(case):
    def put_together(frames):
        first = list(frames[0].PlanePositionSequence[0].ImagePositionPatient)
        frames[1].PlanePositionSequence[0].ImagePositionPatient = [first[0], first[1], first[2] + 0.004]

    with pytest.raises(ForeignRegionError) as caught:
        placed(changed_seg(case, put_together), case.exam)
    assert caught.value.code == "foreign.header"
    assert "one position" in caught.value.sentence
