"""From stored contours to outlines in mm on their slices: right way up, holes and exclusions with them."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from adcurate.dicom.received.sources import FileSource
from adcurate.model.contour_record import ContourRecord
from adcurate.phantom import (
    ExamPrescription,
    LesionPrescription,
    contour_records,
    redraw_lesions,
    simulate_exam,
    write_exam,
)
from adcurate.statistics.agreement import estimate_contour_overlap
from adcurate.study.regions.contours import as_record
from adcurate.study.regions.drawn_regions import drawn_regions


@pytest.fixture(scope="module", params=["siemens-classic", "siemens-xa"])
def drawn(request, tmp_path_factory):
    """A store of one exam, and the contours of its two readers."""
    exam = simulate_exam(
        ExamPrescription(
            patient_id="P1",
            patient_name="SYNTHETIC^P1",
            birth_date="19600101",
            sex="F",
            exam_date="20240102",
            dialect=request.param,
            model="Aera",
            field_strength_t=1.5,
            b_values=(0.0, 800.0),
            lesions=(
                LesionPrescription("1", "liver", 0.0009, 0.0003, 40.0, cystic_centre=True),
                LesionPrescription("2", "pancreas", 0.0011, 0.0006, 20.0),
            ),
            seed=3,
        )
    )
    paths = write_exam(exam, tmp_path_factory.mktemp("exam"))
    uids = {}
    for path in paths:
        content = path.read_bytes()
        for lesion in exam.lesions:
            if lesion.sop_instance_uid.encode() in content:
                uids[lesion.sop_instance_uid] = path
    records = [*contour_records(exam)]
    records += contour_records(exam, reader="R2", lesions=redraw_lesions(exam))
    rows = [SimpleNamespace(sop_instance_uid=uid, blob=str(path)) for uid, path in uids.items()]
    store = SimpleNamespace(
        instances=SimpleNamespace(all=lambda: tuple(rows)),
        blobs=SimpleNamespace(source=lambda blob: FileSource(Path(blob), "image")),
    )
    return store, tuple(as_record(record) for record in records)


def area(record: ContourRecord) -> float:
    """The exams are axial: x and y are the plane."""
    flat = [[point[:2] for point in ring] for ring in (record.points_lps_mm, *record.holes_lps_mm)]
    return shapely.Polygon(flat[0], flat[1:]).area


def test_every_region_is_there_with_its_area(drawn):
    store, contours = drawn
    regions = drawn_regions(store, contours)
    assert [(one.lesion, one.reader) for one in regions] == [
        ("1", "R1"),
        ("1", "R2"),
        ("2", "R1"),
        ("2", "R2"),
    ]
    areas = {(one.lesion, one.reader): area(one) for one in contours}
    for one in regions:
        alone = estimate_contour_overlap(one.rings, one.rings)
        assert alone.size_first == pytest.approx(areas[one.lesion, one.reader], rel=1e-6)
        assert len(one.rings) == (2 if one.lesion == "1" else 1)


def test_two_readers_share_what_their_contours_share(drawn):
    store, contours = drawn
    regions = drawn_regions(store, contours)
    of = {(one.lesion, one.reader): one for one in contours}
    for first, second in (regions[:2], regions[2:]):
        polygons = [
            shapely.Polygon(
                np.array(of[one.lesion, one.reader].points_lps_mm)[:, :2],
                [np.array(hole)[:, :2] for hole in of[one.lesion, one.reader].holes_lps_mm],
            )
            for one in (first, second)
        ]
        found = estimate_contour_overlap(first.rings, second.rings)
        assert found.size_shared == pytest.approx(polygons[0].intersection(polygons[1]).area, rel=1e-6)
        assert 0.5 < found.dice < 1.0


def test_right_is_the_patients_left_and_up_is_the_front(drawn):
    store, contours = drawn
    record = contours[0]
    points = np.array(record.points_lps_mm)
    (ring, _) = drawn_regions(store, contours)[0].rings
    assert np.allclose(np.diff(ring[:, 0]), np.diff(points[:, 0]), atol=1e-6)
    assert np.allclose(np.diff(ring[:, 1]), -np.diff(points[:, 1]), atol=1e-6)


def test_exclusions_come_with_the_region_of_their_reader_and_slice(drawn):
    store, contours = drawn
    middle = np.mean(contours[1].points_lps_mm, axis=0)
    ring = tuple(tuple((middle + step).tolist()) for step in ([0, 0, 0], [3, 0, 0], [0, 3, 0]))
    part = replace(contours[1], role="exclusion", points_lps_mm=ring, holes_lps_mm=())
    regions = {(one.lesion, one.reader): one for one in drawn_regions(store, [*contours, part])}
    assert [len(one.excluded) for one in regions.values()] == [0, 0, 1, 0]
    assert len(regions["2", "R1"].excluded[0][0]) == 3


def test_what_cannot_be_measured_is_no_outline(drawn):
    store, contours = drawn
    crossed = replace(contours[1], points_lps_mm=tuple(contours[1].points_lps_mm[i] for i in (0, 20, 10, 30)))
    gone = replace(contours[0], sop_instance_uid="1.2.3")
    lifted = tuple((x, y, z + 40.0) for x, y, z in contours[2].points_lps_mm)
    off_plane = replace(contours[2], points_lps_mm=lifted, holes_lps_mm=())
    assert [one.reader for one in drawn_regions(store, [crossed, gone, off_plane, contours[3]])] == ["R2"]
