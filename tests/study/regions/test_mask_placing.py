"""Masks on a real exam's grids: T2 masks lie on T2 exactly, and on the ADC map as the oracle says."""

from __future__ import annotations

import json

import numpy as np
import pytest

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.received.sources import FileSource
from adcurate.errors import ForeignRegionError
from adcurate.formats.regions.nifti_labels import read_nifti_labels
from adcurate.geometry import Contour, place_contour, voxels_inside
from adcurate.study.regions.images import Images
from adcurate.study.regions.mask_placing import place_mask, why_other_grid

MASKS = ("whole_gland_Bosma22b", "whole_gland_Guerbet23", "zonal_HeviAI23", "zonal_Yuan23")


@pytest.fixture(scope="module")
def prostate(samples):
    folder = samples / "prostatex_0001"
    paths = sorted(folder.rglob("*.dcm"))
    (exam,) = read_exams([FileSource(path, path.name) for path in paths]).exams
    return folder, exam


def images(exam, target):
    frames = {
        (frame.sop_instance_uid, frame.frame_number): (frame, series)
        for series in exam.series
        for frame in series.frames
    }
    return Images((exam,), frames, lambda: target, lambda uid: uid)


@pytest.mark.parametrize("name", MASKS)
def test_a_real_mask_lies_on_t2_and_on_the_adc_map_as_the_oracle_says(prostate, name):
    folder, exam = prostate
    oracle = json.loads((folder / "ROI_ORACLE_scanner_vs_LLS.json").read_text())
    (t2,), (adc,) = exam.of_kind("t2"), exam.of_kind("adc")
    stack = load_adc_map(adc)
    position = {origin.sop_instance_uid: at for at, origin in enumerate(stack.origins)}
    found = read_nifti_labels((folder / "masks_on_T2_grid" / f"{name}.nii.gz").read_bytes())
    for region in found.regions:
        expected = oracle[f"{name}:{region.label}"]
        assert why_other_grid(region.mask, t2) == ""
        assert region.mask.n_voxels == expected["T2grid_voxels"]
        with pytest.raises(ForeignRegionError) as caught:
            place_mask(region.mask, "", images(exam, adc), "refuse")
        assert caught.value.code == "foreign.grid-mismatch"
        on_adc = images(exam, adc)
        held = np.zeros(stack.values.shape, dtype=bool)
        for one in place_mask(region.mask, "", on_adc, "nearest"):
            plane = on_adc.frames[one.image][0].plane
            rings = place_contour(Contour(one.rings[0], one.rings[1:]), plane).rings
            held[position[one.image[0]]] |= voxels_inside(rings, plane.shape).mask()
        values = stack.values[held].astype(float)
        assert int(held.sum()) == expected["n_voxels_adc_grid"]
        assert values[values != 0].mean() == pytest.approx(expected["scanner_mean"], abs=0.6)
