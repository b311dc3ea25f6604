"""Masks on other grids, holes and exclusions: what is carried over, taken away or refused."""

from __future__ import annotations

import numpy as np
import pytest
from tests.study import region_files as write
from tests.study.regions.foreign_case import bring_in, codes, voxels_of

from adcurate.study.regions.foreign_import import RegionRequest
from adcurate.study.regions.foreign_regions import import_foreign_regions
from adcurate.study.regions.images import slices_of
from adcurate.study.regions.mapping import mapping_of_words


def t2_mask(case):
    """The lesion's place on the finer grid of the T2 series."""
    frames = slices_of(case.t2)
    mask = np.zeros((len(frames), *frames[0].plane.shape), dtype=bool)
    for at, frame in enumerate(frames):
        grid = np.argwhere(np.ones(frame.plane.shape, dtype=bool))
        points = frame.plane.to_lps(grid)
        for own, adc in enumerate(case.frames):
            if abs(float(adc.plane.distance_mm(frame.plane.origin)[0])) < 0.1 and case.mask[own].any():
                row, column = np.rint(adc.plane.to_pixel(points)).astype(int).T
                inside = (row >= 0) & (column >= 0) & (row < 128) & (column < 128)
                grid_in, row, column = grid[inside], row[inside], column[inside]
                held = case.mask[own][row, column]
                mask[at, grid_in[held, 0], grid_in[held, 1]] = True
    return mask, frames


@pytest.mark.parametrize("other_grid", ["refuse", "nearest", "contours"])
def test_a_mask_on_t2_is_refused_or_carried_over_with_a_finding(case, other_grid):
    content = write.write_nifti_labels(*write.turned(*t2_mask(case)))
    path = case.write("t2.nii.gz", content)
    found = bring_in(case, path, label="1", subject="P1", reader="R7", other_grid=other_grid)
    if other_grid == "refuse":
        assert codes(found) == ["foreign.grid-mismatch"]
        return
    assert found.imported
    assert "region.other-grid" in [one.code for one in found.findings]
    n_voxels = voxels_of(case, "R7")["values"]["n_voxels"]
    assert n_voxels == pytest.approx(case.mask.sum(), rel=0.05)
    if other_grid == "nearest":
        assert n_voxels == int(case.mask.sum())


def test_a_hole_of_a_keyhole_and_of_xor_is_a_hole(case):
    frame = case.frames[6]
    outer = np.array([[40.5, 40.5], [40.5, 50.5], [50.5, 50.5], [50.5, 40.5]])
    hole = np.array([[43.5, 43.5], [43.5, 46.5], [46.5, 46.5], [46.5, 43.5]])
    keyhole = np.vstack([outer, outer[:1], hole, hole[:1]])
    to_lps = frame.plane.to_lps
    several = {
        "keyhole": [write.contour_item(to_lps(keyhole), frame)],
        "xor": [write.contour_item(to_lps(each), frame, kind="CLOSEDPLANAR_XOR") for each in (outer, hole)],
        "nested": [write.contour_item(to_lps(each), frame) for each in (outer, hole)],
    }
    for name, contours in several.items():
        content = write.write_rtstruct(case.mask, case.frames, case.adc, contours=contours)
        found = bring_in(case, case.write("holes.dcm", content), dry_run=True)
        assert found.faults == (), name
        assert found.rows[0].n_voxels == 100 - 9, name
        assert bool(found.findings) == (name == "nested")


def test_an_exclusion_is_taken_away_and_never_stands_alone(case):
    rim = case.mask & (np.arange(128) < np.nonzero(case.mask)[2].mean())
    lesion = case.write("lesion.dcm", write.write_seg(case.mask, case.frames, case.adc))
    necrosis = case.write("necrosis.dcm", write.write_seg(rim, case.frames, case.adc, label="necrosis"))
    request = RegionRequest(mapping_of_words("R6", ["lesion=1"], ["necrosis=1"]))
    found = import_foreign_regions(case.study, [lesion, necrosis], request)
    assert found.imported
    assert voxels_of(case, "R6")["values"]["n_voxels"] == int((case.mask & ~rim).sum())
    alone = import_foreign_regions(case.study, [necrosis], RegionRequest(mapping_of_words("R6", [], ["*=1"])))
    assert codes(alone) == ["foreign.mapping"]
