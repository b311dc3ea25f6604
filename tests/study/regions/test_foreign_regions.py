"""Regions of other tools: one region, every format, the same voxels, traced back to where it came from."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pytest
from tests.study import region_files as write
from tests.study.regions.foreign_case import bring_in, measure, voxels_of

from adcurate.cli.entry import run
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.study.regions.contours import current_contours
from adcurate.study.results import measurement
from adcurate.study.show import _contours as contours_behind

FORMATS = {
    "seg.dcm": (lambda c: write.write_seg(c.mask, c.frames, c.adc), {}),
    "rtstruct.dcm": (lambda c: write.write_rtstruct(c.mask, c.frames, c.adc), {}),
    "scoord.dcm": (lambda c: write.write_report(c.mask, c.frames, c.adc), {}),
    "scoord3d.dcm": (lambda c: write.write_report(c.mask, c.frames, c.adc, space="SCOORD3D"), {}),
    "presentation.dcm": (lambda c: write.write_presentation(c.mask, c.frames), {}),
    "labels.nii.gz": (
        lambda c: write.write_nifti_labels(*write.turned(c.mask, c.frames)),
        {"label": "1", "subject": "P1"},
    ),
    "labels.nrrd": (
        lambda c: write.write_nrrd_labels(*write.turned(c.mask, c.frames)),
        {"label": "1", "subject": "P1"},
    ),
    "RoiSet.zip": (
        lambda c: write.write_roi_zip(c.mask, c.numbers),
        {"subject": "P1", "series": "7"},
    ),
    "osirix.xml": (lambda c: write.write_osirix_xml(c.mask, c.frames), {"subject": "P1"}),
    "osirix.csv": (lambda c: write.write_osirix_csv(c.mask, c.frames), {}),
}


def test_one_region_by_every_format_is_measured_alike(case):
    records = {}
    for name, (make, options) in FORMATS.items():
        found = bring_in(case, case.write(name, make(case)), **options)
        assert found.faults == () and found.imported, (name, found.faults)
        row = next(row for row in found.rows if row.status == "ready")
        assert (row.n_slices or 0) in (1, 3)
        records[name] = voxels_of(case)
    first = records["seg.dcm"]
    assert first["values"]["n_voxels"] == int(case.mask.sum())
    assert first["values"]["n_slices"] == 3
    for name, record in records.items():
        assert record["values"]["n_voxels"] == first["values"]["n_voxels"], name
        assert record["values"]["mean"] == pytest.approx(first["values"]["mean"], rel=1e-9), name
        assert record["values"]["minimum"] == first["values"]["minimum"], name
        assert record["slice_index"] == first["slice_index"], name


ORIENTATIONS = [
    (axes, flips)
    for axes in itertools.permutations(range(3))
    for flips in itertools.product((False, True), repeat=3)
]


def test_a_label_map_turned_and_flipped_in_48_ways_is_one_region(case):
    assert len(ORIENTATIONS) == 48
    rows = set()
    for number, (axes, flips) in enumerate(ORIENTATIONS):
        volume, affine = write.turned(case.mask, case.frames, axes, flips)
        make = write.write_nifti_labels if number % 2 else write.write_nrrd_labels
        found = bring_in(
            case, case.write(f"turned{number}", make(volume, affine)), label="1", subject="P1", dry_run=True
        )
        assert found.faults == (), (axes, flips, found.faults)
        rows.add((found.rows[0].n_slices, found.rows[0].n_voxels))
    assert rows == {(3, int(case.mask.sum()))}


def test_a_mask_in_eight_orientations_is_measured_to_the_last_digit(case):
    means = []
    for axes, flips in ORIENTATIONS[::6]:
        content = write.write_nifti_labels(*write.turned(case.mask, case.frames, axes, flips))
        bring_in(case, case.write("turned.nii.gz", content), label="1", subject="P1")
        means.append(voxels_of(case)["values"]["mean"])
    assert len(set(means)) == 1


def test_the_mean_is_that_of_the_mask_s_voxels(case):
    bring_in(case, case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc)))
    stack = load_adc_map(case.adc)
    values = stack.values[case.mask].astype(float)
    values = values[values != 0] * 1e-6
    record = voxels_of(case)
    assert record["values"]["mean"] == pytest.approx(values.mean(), rel=1e-9)
    assert record["values"]["minimum"] == pytest.approx(values.min(), rel=1e-9)
    pixel = case.frames[0].plane.voxel_area_mm2
    step = abs(case.frames[1].plane.origin[2] - case.frames[0].plane.origin[2])
    assert record["values"]["volume_mm3"] == pytest.approx(case.mask.sum() * pixel * step)


def test_on_one_slice_the_largest_is_measured_and_said(case):
    bring_in(case, case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc)))
    with case.study.open_store("read") as store:
        record = measure(case, store, current_contours(store), extent="slice")
    largest = int(np.argmax(case.mask.sum(axis=(1, 2))))
    assert record["slice_index"] == largest
    assert record["values"]["n_voxels"] == int(case.mask[largest].sum())
    assert "volume_mm3" not in record["values"]


def test_the_command_shows_labels_then_takes_them_in(case, capsys):
    path = case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc))
    at = ["--study", str(case.study.path)]
    assert run(["study", "regions", str(path), "--dry-run", *at]) == 0
    shown = capsys.readouterr().out
    assert "not mapped" in shown
    assert "--lesion-of" in shown
    assert run(["study", "regions", str(path), "--reader", "R5", "--lesion-of", "lesion=1", *at]) == 0
    assert "1 regions entered" in capsys.readouterr().out
    table = case.folder / "mapping.csv"
    table.write_text("label,lesion,reader\nlesion,1,R4\n", encoding="utf-8")
    result = case.folder / "regions.json"
    words = ["--mapping", str(table), "--json", str(result)]
    assert run(["study", "regions", str(path), *words, *at]) == 0
    assert json.loads(result.read_text())["labels"][0]["reader"] == "R4"
    assert run(["study", "regions", str(path), "--lesion-of", "lesion=1", *at]) == 2
    capsys.readouterr()


@pytest.mark.parametrize("extent", ["slice", "volume"])
def test_a_measured_region_is_traced_back_to_its_contours(case, extent):
    bring_in(case, case.write("seg.dcm", write.write_seg(case.mask, case.frames, case.adc)))
    with case.study.open_store() as store:
        drawn = [c for c in current_contours(store) if c.reader == "R1"]
        record = measure(case, store, drawn, extent)
        traced = contours_behind(store, measurement(record))
    assert traced
    assert len({one.sop_instance_uid for one in traced}) == (3 if extent == "volume" else 1)
