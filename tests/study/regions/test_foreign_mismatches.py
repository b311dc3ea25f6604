"""Regions that do not fit the images, the patient or each other: refused by name, and nothing enters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.study import region_files as write
from tests.study.regions.foreign_case import bring_in, codes

from adcurate.study.regions.contours import current_contours
from adcurate.study.regions.foreign_import import RegionRequest
from adcurate.study.regions.foreign_regions import import_foreign_regions
from adcurate.study.regions.mapping import mapping_of_words


def shifted(case, mm):
    volume, affine = write.turned(case.mask, case.frames)
    affine[:3, 3] += (mm, 0, 0)
    return volume, affine


def coarser(case):
    volume, affine = write.turned(case.mask, case.frames)
    affine[:3, :2] *= 1.25
    return volume, affine


def rotated(case):
    volume, affine = write.turned(case.mask, case.frames)
    turn = np.deg2rad(5)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    affine[:3, :3] = rotation @ affine[:3, :3]
    return volume, affine


def one_contour(case, change):
    at, ring = write.rings_by_frame(case.mask)[0]
    points = np.array(case.frames[at].plane.to_lps(ring))
    item = change(points, case.frames[at])
    return write.write_rtstruct(case.mask, case.frames, case.adc, contours=[item])


MISMATCHES = {
    "an image that is not there": (
        "foreign.reference-missing",
        lambda c: write.write_seg(c.mask, [replace(f, sop_instance_uid="1.2.3") for f in c.frames], c.adc),
        {},
    ),
    "a contour on an image that is not there": (
        "foreign.reference-missing",
        lambda c: write.write_rtstruct(
            c.mask, [replace(f, sop_instance_uid="1.2.3") for f in c.frames], c.adc
        ),
        {},
    ),
    "another frame of reference": (
        "foreign.frame-of-reference",
        lambda c: write.write_rtstruct(c.mask, c.frames, c.adc, frame_of_reference="1.2.3.4"),
        {},
    ),
    "a mask in another frame of reference": (
        "foreign.frame-of-reference",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, FrameOfReferenceUID="1.2.3.4"),
        {},
    ),
    "a mask without a frame of reference": (
        "foreign.frame-of-reference",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, FrameOfReferenceUID=""),
        {},
    ),
    "another patient": (
        "foreign.patient",
        lambda c: write.write_rtstruct(c.mask, c.frames, c.adc, patient="P2"),
        {},
    ),
    "a mask moved by half a voxel": (
        "foreign.grid-mismatch",
        lambda c: write.write_nifti_labels(*shifted(c, 1.4)),
        {"label": "1", "subject": "P1"},
    ),
    "a mask of larger voxels": (
        "foreign.grid-mismatch",
        lambda c: write.write_nrrd_labels(*coarser(c)),
        {"label": "1", "subject": "P1"},
    ),
    "a turned mask": (
        "foreign.grid-mismatch",
        lambda c: write.write_nrrd_labels(*rotated(c)),
        {"label": "1", "subject": "P1"},
    ),
    "a fractional segmentation": (
        "foreign.fractional",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, SegmentationType="FRACTIONAL"),
        {},
    ),
    "an empty segment": (
        "foreign.empty",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, PixelData=bytes(3 * 128 * 128 // 8)),
        {},
    ),
    "bits that do not fill the frames": (
        "foreign.packed-length",
        lambda c: write.write_seg(c.mask, c.frames, c.adc, PixelData=bytes(100)),
        {},
    ),
    "a contour between slices": (
        "foreign.contour-plane",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p + np.array([0, 0, 0.02]), f)),
        {},
    ),
    "a contour that is not flat": (
        "foreign.contour-plane",
        lambda c: one_contour(
            c, lambda p, f: write.contour_item(p + np.arange(len(p))[:, None] % 2 * [[0, 0, 0.5]], f)
        ),
        {},
    ),
    "an open contour": (
        "foreign.contour-data",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p, f, kind="OPEN_PLANAR")),
        {},
    ),
    "a wrong count of points": (
        "foreign.contour-data",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p, f, NumberOfContourPoints=len(p) + 1)),
        {},
    ),
    "coordinates that are no triples": (
        "foreign.contour-data",
        lambda c: one_contour(c, lambda p, f: write.contour_item(p, f, ContourData=["1", "2", "3", "4"])),
        {},
    ),
    "an open polyline in a report": (
        "foreign.contour-data",
        lambda c: write.write_report(c.mask, c.frames, c.adc, open_line=True),
        {},
    ),
    "a curve in a presentation state": (
        "foreign.contour-data",
        lambda c: write.write_presentation(c.mask, c.frames, kind="INTERPOLATED"),
        {},
    ),
    "a drawing on the display": (
        "foreign.contour-data",
        lambda c: write.write_presentation(c.mask, c.frames, unit="DISPLAY"),
        {},
    ),
    "an open polygon of OsiriX": (
        "foreign.contour-data",
        lambda c: write.write_osirix_xml(c.mask, c.frames, kind=10),
        {"subject": "P1"},
    ),
    "a label map without a subject": (
        "foreign.image",
        lambda c: write.write_nifti_labels(*write.turned(c.mask, c.frames)),
        {"label": "1"},
    ),
    "pixels of a series that is not named": (
        "foreign.image",
        lambda c: write.roi_bytes(write.rings_by_frame(c.mask)[0][1], name="lesion"),
        {"subject": "P1"},
    ),
    "a slice that the series does not have": (
        "foreign.image",
        lambda c: write.roi_bytes(write.rings_by_frame(c.mask)[0][1], name="lesion", position=99),
        {"subject": "P1", "series": "7"},
    ),
    "a label that no file has": (
        "foreign.mapping",
        lambda c: write.write_seg(c.mask, c.frames, c.adc),
        {"label": "tumour"},
    ),
    "a file of another kind": ("foreign.format", lambda c: b"%PDF-1.7 nothing here", {}),
}


@pytest.mark.parametrize("what", MISMATCHES)
def test_a_mismatch_is_refused_by_name_and_nothing_enters(case, what):
    code, make, options = MISMATCHES[what]
    found = bring_in(case, case.write("mismatch", make(case)), reader="R9", **options)
    assert code in codes(found), found.faults
    assert not found.imported
    with case.study.open_store("read") as store:
        assert not [c for c in current_contours(store) if c.reader == "R9"]


def test_one_fault_keeps_everything_out_and_every_fault_is_listed(case):
    good = case.write("good.dcm", write.write_seg(case.mask, case.frames, case.adc))
    bad = case.write("bad.dcm", write.write_seg(case.mask, case.frames, case.adc, patient="P2"))
    worse = case.write("worse.dcm", write.write_presentation(case.mask, case.frames, unit="DISPLAY"))
    request = RegionRequest(mapping_of_words("R8", ["lesion=1"], ()))
    found = import_foreign_regions(case.study, [good, bad, worse], request)
    assert [row.status for row in found.rows].count("ready") == 1
    assert {found.file_names[one.file] for one in found.faults} == {"bad.dcm", "worse.dcm"}
    assert not found.imported


def test_two_lesions_of_one_reader_in_one_voxel_are_refused(case):
    paths = [
        case.write(f"{name}.dcm", write.write_seg(case.mask, case.frames, case.adc, label=name))
        for name in ("first", "second")
    ]
    request = RegionRequest(mapping_of_words("R8", ["first=1", "second=2"], ()))
    assert codes(import_foreign_regions(case.study, paths, request)) == ["foreign.overlap"]
