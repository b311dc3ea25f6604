"""ImageJ, OsiriX and Horos: where their points lie, what is no area, and what must never be opened."""

from __future__ import annotations

import io
import plistlib
import struct
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study.region_files import roi_bytes

from adcurate.errors import ForeignRegionError
from adcurate.formats.regions.imagej import is_imagej, read_imagej
from adcurate.formats.regions.osirix import is_osirix, read_osirix

SQUARE = np.array([[3.5, 2.5], [3.5, 6.5], [8.5, 6.5], [8.5, 2.5]])


def only_ring(content):
    (region,) = read_imagej(content).regions
    return region.contours[0].rings[0]


def test_a_traced_region_runs_along_voxel_edges():
    assert only_ring(roi_bytes(SQUARE)).tolist() == SQUARE.tolist()


def test_sub_pixel_points_keep_their_fractions():
    ring = SQUARE + 0.25
    assert only_ring(roi_bytes(ring, kind=7, sub_pixel=True)) == pytest.approx(ring)


def test_a_rectangle_and_an_oval_fill_their_bounds():
    rectangle = only_ring(roi_bytes(SQUARE, kind=1))
    assert (rectangle.min(axis=0).tolist(), rectangle.max(axis=0).tolist()) == ([3.5, 2.5], [8.5, 6.5])
    oval = only_ring(roi_bytes(SQUARE, kind=2))
    assert oval.min(axis=0) == pytest.approx([3.5, 2.5])
    assert oval.max(axis=0) == pytest.approx([8.5, 6.5])


def test_names_and_slices_come_along():
    (region,) = read_imagej(roi_bytes(SQUARE, name="lésion 1", position=7)).regions
    assert (region.label, region.contours[0].image.number_in_series) == ("lésion 1", 7)


@pytest.mark.parametrize("kind", [3, 4, 5, 6, 9, 10, 77])
def test_what_is_no_area_is_a_fault_of_the_region(kind):
    (region,) = read_imagej(roi_bytes(SQUARE, kind=kind)).regions
    assert [one.code for one in region.faults] == ["foreign.contour-data"]


def test_a_composite_and_a_cut_region_are_faults():
    composite = bytearray(roi_bytes(SQUARE, kind=1))
    struct.pack_into(">i", composite, 36, 20)
    assert read_imagej(bytes(composite)).regions[0].faults[0].code == "foreign.contour-data"
    assert read_imagej(roi_bytes(SQUARE)[:70]).regions[0].faults[0].code == "foreign.header"


@pytest.mark.parametrize(("at", "value", "what"), [(50, 1, "spline"), (54, 30, "rounded"), (48, 1, "text")])
def test_an_outline_that_is_not_in_the_file_is_refused_under_its_own_label(at, value, what):
    kind = 1 if what != "spline" else 8
    content = bytearray(roi_bytes(np.array([[2, 2], [2, 9], [8, 9], [8, 2]]), kind=kind, name="lesion"))
    assert not read_imagej(bytes(content)).regions[0].faults
    struct.pack_into(">h", content, at, value)
    (region,) = read_imagej(bytes(content), "file").regions
    assert region.label == "lesion"
    assert [fault.code for fault in region.faults] == ["foreign.contour-data"]
    assert what in region.faults[0].sentence


def zipped(**members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name + ".roi", content)
    return stream.getvalue()


def test_a_zip_of_regions_is_read_and_a_bomb_is_not():
    found = read_imagej(zipped(one=roi_bytes(SQUARE), two=roi_bytes(SQUARE, name="named")))
    assert [region.label for region in found.regions] == ["one", "named"]
    bomb = zipped(bomb=bytes(50_000_000))
    assert is_imagej(bomb)
    with pytest.raises(ForeignRegionError) as caught:
        read_imagej(bomb)
    assert caught.value.code == "foreign.bomb"


@settings(max_examples=300, deadline=2000)
@given(st.lists(st.tuples(st.integers(4, 200), st.integers(0, 255)), max_size=8), st.integers(4, 400))
def test_a_mutated_region_is_read_or_a_fault(changes, length):
    content = bytearray(roi_bytes(SQUARE, name="x", position=3))
    for place, value in changes:
        if place < len(content):
            content[place] = value
    for region in read_imagej(bytes(content[:length])).regions:
        assert region.faults or np.isfinite(region.contours[0].rings[0]).all()


def plist(**region):
    entry = {"Name": "a", "Type": 11, "Point_mm": ["(1, 2, 3)", "(4, 2, 3)", "(4, 6, 3)"], **region}
    return plistlib.dumps({"Images": [{"ImageIndex": 0, "ROIs": [entry]}]})


def test_points_in_mm_are_taken_as_they_stand():
    (region,) = read_osirix(plist()).regions
    assert region.contours[0].rings[0].tolist() == [[1, 2, 3], [4, 2, 3], [4, 6, 3]]
    assert is_osirix(plist())


@pytest.mark.parametrize(
    "change",
    [{"Type": 10}, {"Type": 19}, {"Type": "x"}, {"Point_mm": []}, {"Point_mm": ["(1, 2)"] * 3},
     {"Point_mm": ["(nan, 1, 2)"] * 3}, {"SOPInstanceUID": "../x"}, {"Type": [11]}],
)  # fmt: skip
def test_what_is_no_closed_area_is_a_fault(change):
    (region,) = read_osirix(plist(**change)).regions
    assert [one.code for one in region.faults] == ["foreign.contour-data"]


def test_a_number_too_large_to_be_one_is_a_fault():
    content = plist(Point_mm=[[7, 1, 2]] * 3).replace(b"<integer>7<", b"<integer>1" + b"0" * 400 + b"<")
    (region,) = read_osirix(content).regions
    assert [one.code for one in region.faults] == ["foreign.contour-data"]


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE plist [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/hostname">]>
<plist version="1.0"><dict><key>Images</key><string>&c;&d;</string></dict></plist>"""


def test_entities_are_refused_before_they_grow():
    with pytest.raises(ForeignRegionError) as caught:
        read_osirix(BOMB)
    assert caught.value.code == "foreign.format"


@pytest.mark.parametrize(
    "content",
    [b"<plist><dict>", b"<plist version='1.0'><array/></plist>", b'{"Images": 3, "ROIs": 0}',
     plistlib.dumps({"Images": [{"ROIs": 3}]}), b"ImageNo,RoiNo\n1,2\n",
     b'{"Images": [], "Images": [], "ROIs": 1}'],
)  # fmt: skip
def test_other_documents_are_refused_by_name(content):
    with pytest.raises(ForeignRegionError) as caught:
        read_osirix(content)
    assert caught.value.code in ("foreign.format", "foreign.header")


def test_a_csv_row_with_too_few_points_is_a_fault():
    content = b"ImageNo,RoiNo,RoiName,RoiType,NumOfPoints,mmX,mmY,mmZ,pxX,pxY\n0,0,a,11,3,1,2,3,0,0\n"
    (region,) = read_osirix(content).regions
    assert [one.code for one in region.faults] == ["foreign.contour-data"]


def table_row(n_points):
    return b"0,0,a,11,%d%s\n" % (n_points, b",1,2,3,0,0" * n_points)


TABLE_HEAD = b"ImageNo,RoiNo,RoiName,RoiType,NumOfPoints,mmX,mmY,mmZ,pxX,pxY\n"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (TABLE_HEAD + table_row(9_000) * 56, "points"),
        (TABLE_HEAD + table_row(3) * 10_001, "regions"),
        (TABLE_HEAD + b" " * 32_000_000, "MB"),
        (plistlib.dumps({"Images": [{"ROIs": [{"Name": "a", "Type": 11}] * 10_001}]}), "regions"),
    ],
)  # fmt: skip
def test_an_export_of_more_than_people_draw_is_refused_before_it_is_held(content, why):
    with pytest.raises(ForeignRegionError, match=why) as caught:
        read_osirix(content)
    assert caught.value.code == "foreign.too-complex"
