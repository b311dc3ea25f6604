"""The regions of one exam found again from their contours, as voxels on the map that each was measured on.

They must be the voxels that were measured: contours and number of voxels are compared with the measurement's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StoreError
from adcurate.model.contour_record import ContourRecord
from adcurate.region import find_voxels
from adcurate.study.exam_task import ExamTask, contour_digest
from adcurate.study.export.stored_maps import PlacedMap
from adcurate.study.regions.slices import by_slice, on_plane


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredRegion:
    """A measured region.

    `voxels` (slice, row, column) are those with an estimate, on the map's grid. `line` (n, 2) is the outline
    in columns and rows of the slice, closed, with the first voxel's centre at (0.5, 0.5) as DICOM counts;
    None where the region is not one plain polygon on one slice.
    """

    record: Mapping[str, Any]
    voxels: Bools = field(repr=False)
    slices: tuple[int, ...]
    line: Floats | None = field(repr=False)


def find_regions(
    exam: ExamTask, one: PlacedMap, records: Sequence[Mapping[str, Any]]
) -> list[MeasuredRegion]:
    """The regions of the measurements that were made on one map, by reader and lesion.

    Raises
    ------
    StoreError
        ``store.integrity`` where a region is not what was measured.
    """
    found = [_region(exam, one, record) for record in records if record["map_id"] == one.map.derived_id]
    return sorted(found, key=lambda region: (region.record["reader"], region.record["lesion"]))


def _region(exam: ExamTask, one: PlacedMap, record: Mapping[str, Any]) -> MeasuredRegion:
    own = [
        contour
        for contour in exam.contours
        if (contour.lesion, contour.reader) == (record["lesion"], record["reader"])
    ]
    drawn = by_slice([contour for contour in own if contour.role == "lesion"], one.map, [])
    excluded = by_slice([contour for contour in own if contour.role == "exclusion"], one.map, [])
    whole = "slices" in record["details"]
    slices = tuple(sorted(drawn)) if whole else (int(record["slice_index"]),)
    used = [contour for at in slices for contour in (*drawn.get(at, ()), *excluded.get(at, ()))]
    voxels = np.zeros(one.stored.shape, dtype=np.bool_)
    for at in slices:
        plane = one.map.planes[at]
        by_rule = find_voxels(
            plane,
            [on_plane(contour, plane) for contour in drawn.get(at, ())],
            [on_plane(contour, plane) for contour in excluded.get(at, ())],
        )
        chosen = by_rule[exam.region.rule]
        voxels[at, chosen.rows, chosen.columns] = True
    voxels &= np.isfinite(one.map.values)
    if contour_digest(used) != record["contour_digest"] or int(voxels.sum()) != record["values"]["n_voxels"]:
        raise StoreError(
            "store.integrity",
            "The contours of a region no longer give the voxels that were measured.",
            remedy="Run the study again: adcurate study run.",
        )
    return MeasuredRegion(record, voxels, slices, _line(used, one, slices))


def _line(used: Sequence[ContourRecord], one: PlacedMap, slices: tuple[int, ...]) -> Floats | None:
    if len(slices) != 1 or len(used) != 1 or used[0].holes_lps_mm:
        return None
    pixel = one.map.planes[slices[0]].to_pixel(used[0].points_lps_mm)
    line: Floats = np.column_stack([pixel[:, 1], pixel[:, 0]]) + 0.5
    return np.vstack([line, line[:1]])
