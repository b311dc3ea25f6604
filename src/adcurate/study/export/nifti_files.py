"""One exam's files as NIfTI with JSON beside each: maps in mm²/s, a mask for each region, measurements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from adcurate.formats.nifti import nifti_bytes, sidecar_bytes
from adcurate.study.export.stored_maps import PlacedMap
from adcurate.study.export.task import ExamFile, ObjectsTask, Refusal, file_word
from adcurate.study.regions.measured_regions import MeasuredRegion

_EVEN_MM = 1e-2


def nifti_files(
    task: ObjectsTask,
    placed: Sequence[PlacedMap],
    regions: Mapping[str, Sequence[MeasuredRegion]],
    refused: list[Refusal],
) -> Iterator[ExamFile]:
    """Make the files that the task asks for; a map that NIfTI cannot hold is added to `refused`."""
    for one, stored in zip(placed, task.maps, strict=True):
        source = one.map.source
        if not _is_even(one):
            sentence = "The slices are not evenly spaced, which NIfTI cannot say; write DICOM instead."
            refused.append(Refusal(f"{task.folder}/adc-{source}.nii", "geometry.uneven-slices", sentence))
            continue
        if "maps" in task.what:
            path = f"{task.folder}/maps/adc-{source}"
            made_from = {"map_id": one.map.derived_id, "map_source": source}
            content = nifti_bytes(one.stored, stored.affine_lps)
            yield ExamFile(f"{path}.nii", "nifti-map", content, made_from)
            facts = sidecar_bytes(_map_facts(task, one))
            yield ExamFile(f"{path}.json", "nifti-sidecar", facts, made_from)
        for region in regions[source] if "regions" in task.what else ():
            code = task.readers[region.record["reader"]]
            words = f"{file_word(str(region.record['lesion']))}-{file_word(code)}-{source}"
            path = f"{task.folder}/regions/lesion-{words}"
            of_region: dict[str, object] = {
                "measurement_ids": [region.record["measurement_id"]],
                "reader": code,
            }
            content = nifti_bytes(region.voxels.astype(np.uint8), stored.affine_lps)
            yield ExamFile(f"{path}.nii", "nifti-mask", content, of_region)
            facts = sidecar_bytes(_region_facts(task, one, region))
            yield ExamFile(f"{path}.json", "nifti-sidecar", facts, of_region)
    if "measurements" in task.what and task.measurements:
        records = [
            {**_region_facts(task, one, region), "values": dict(region.record["values"])}
            for one in placed
            for region in regions[one.map.source]
        ]
        told = {
            "schema": "adcurate.exam-measurements",
            "schema_version": 1,
            "units": {"adc": "mm2/s", "area": "mm2", "volume": "mm3"},
            "measurements": records,
        }
        text = json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        ids = {"measurement_ids": [record["measurement_id"] for record in records]}
        path = f"{task.folder}/measurements.json"
        yield ExamFile(path, "measurements", text.encode("utf-8"), ids)


def _map_facts(task: ObjectsTask, one: PlacedMap) -> dict[str, object]:
    scanner = one.map.source == "scanner"
    return {
        "subject": task.exam.subject,
        "quantity": "apparent diffusion coefficient",
        "unit": "mm2/s",
        "times_1e6_is": "um2/s",
        "not_estimated": "NaN",
        "map_source": one.map.source,
        "map_id": one.map.derived_id,
        "model": None if scanner else "mono-exponential",
        "method": one.map.method,
        "b_values": None if scanner else list(one.b_values),
        "b_value_unit": "s/mm2",
        "coordinates": "NIfTI RAS mm; the DICOM patient coordinates with x and y negated",
        "study_instance_uid": task.exam.study_instance_uid,
        "series_instance_uid": one.map.series_instance_uid,
        "slices": [[origin.sop_instance_uid, origin.frame_number] for origin in one.map.origins],
    }


def _region_facts(task: ObjectsTask, one: PlacedMap, region: MeasuredRegion) -> dict[str, object]:
    record = region.record
    return {
        "subject": task.exam.subject,
        "lesion": record["lesion"],
        "reader": task.readers[record["reader"]],
        "map_source": one.map.source,
        "map_id": one.map.derived_id,
        "measurement_id": record["measurement_id"],
        "voxel_rule": task.exam.region.rule,
        "voxels": "1 = measured; a voxel without an estimate is 0",
        "slices": list(region.slices),
    }


def _is_even(one: PlacedMap) -> bool:
    """Whether one affine matrix says where every slice is, within a hundredth of a mm."""
    origins = np.array([plane.origin for plane in one.map.planes])
    if len(origins) < 3:
        return True
    steps = np.arange(len(origins))[:, None] * (origins[1] - origins[0])
    return bool(np.abs(origins - origins[0] - steps).max() <= _EVEN_MM)
