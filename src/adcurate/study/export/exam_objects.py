"""One exam's maps, regions and measurements as files that other tools open.

`exam_objects` stands on its own, so that worker processes can run it: it opens nothing but the sources.
"""

from __future__ import annotations

from adcurate.study.export.dicom_files import dicom_files
from adcurate.study.export.nifti_files import nifti_files
from adcurate.study.export.stored_maps import place_maps
from adcurate.study.export.task import ExamObjects, ObjectsTask, Refusal
from adcurate.study.regions.measured_regions import MeasuredRegion, find_regions


def exam_objects(task: ObjectsTask) -> ExamObjects:
    """Make the files of one exam; what cannot be written of it is told, the rest is made.

    Raises
    ------
    StoreError
        ``store.integrity`` where stored maps, contours and measurements no longer fit together.
    DicomError
        ``dicom.source-missing``
    """
    exam = task.exam
    placed = place_maps(exam, task.maps)
    regions: dict[str, list[MeasuredRegion]] = {
        one.map.source: find_regions(exam, one, task.measurements) for one in placed
    }
    refused = _without_map(task)
    if task.format == "dicom":
        files = tuple(dicom_files(task, placed, regions))
    else:
        files = tuple(nifti_files(task, placed, regions, refused))
    return ExamObjects(files, tuple(refused))


def _without_map(task: ObjectsTask) -> list[Refusal]:
    """Measurements that name no map of the exam: they cannot be written, and are not left out unsaid."""
    maps = {one.map_id for one in task.maps}
    lost = [record for record in task.measurements if record["map_id"] not in maps]
    sources = sorted({str(record["map_source"]) for record in lost})
    return [
        Refusal(
            f"{task.folder}/regions ({source})",
            "store.integrity",
            f"{sum(record['map_source'] == source for record in lost)} measurements name a map that the exam "
            "does not have.",
        )
        for source in sources
    ]
