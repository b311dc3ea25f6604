"""One exam's files in DICOM: images as stored, maps, and each reader's regions and measurements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from adcurate.dicom.objects.exam_context import ExamContext, read_exam_context
from adcurate.dicom.objects.map_grid import MapGrid
from adcurate.dicom.objects.measurement_report import ReportedRegion, write_measurement_report
from adcurate.dicom.objects.parametric_map import AdcMap, write_parametric_map
from adcurate.dicom.objects.segmentation import Segment, WrittenSegmentation, write_segmentation
from adcurate.dicom.objects.structure_set import write_structure_set
from adcurate.study.exam_task import contour_digest
from adcurate.study.export.stored_maps import PlacedMap, StoredMap
from adcurate.study.export.task import ExamFile, ObjectsTask, file_word
from adcurate.study.regions.measured_regions import MeasuredRegion

_MAP_SERIES = {"scanner": 9001, "refit": 9002, "refit-registered": 9003}
_SEGMENTATION_SERIES, _STRUCTURE_SERIES, _REPORT_SERIES = 9100, 9200, 9300


def dicom_files(
    task: ObjectsTask, placed: Sequence[PlacedMap], regions: Mapping[str, Sequence[MeasuredRegion]]
) -> Iterator[ExamFile]:
    """Make the files that the task asks for; `regions` are by map.

    Raises
    ------
    DicomError
        ``dicom.source-missing``
    """
    context = read_exam_context(task.exam.sources)
    if "images" in task.what:
        yield from _images(task, context, placed)
    if "maps" in task.what:
        for one, stored in zip(placed, task.maps, strict=True):
            source = one.map.source
            content = write_parametric_map(_adc_map(one, stored), context, series_number=_MAP_SERIES[source])
            made_from = {"map_id": one.map.derived_id, "map_source": source}
            yield ExamFile(f"{task.folder}/maps/adc-{source}.dcm", "parametric-map", content, made_from)
    if not {"regions", "measurements"} & set(task.what):
        return
    for number, reader in enumerate(sorted({contour.reader for contour in task.exam.contours}), start=1):
        yield from _of_reader(task, context, placed, regions, reader, number)


def _adc_map(one: PlacedMap, stored: StoredMap) -> AdcMap:
    words = stored.parameters.get("unit")
    return AdcMap(
        values=one.stored,
        grid=_grid(one),
        source=one.map.source,
        method=one.map.method,
        b_values=one.b_values,
        map_id=one.map.derived_id,
        unit_words=f"{words:g} mm2/s a unit" if isinstance(words, float) else "",
    )


def _grid(one: PlacedMap) -> MapGrid:
    return MapGrid(one.map.planes, one.map.origins, one.sources)


def _of_reader(
    task: ObjectsTask,
    context: ExamContext,
    placed: Sequence[PlacedMap],
    regions: Mapping[str, Sequence[MeasuredRegion]],
    reader: str,
    number: int,
) -> Iterator[ExamFile]:
    """Segmentations, structure set and report of one reader."""
    code = task.readers[reader]
    reported: list[ReportedRegion] = []
    for one in placed:
        own = [region for region in regions[one.map.source] if region.record["reader"] == reader]
        if not own:
            continue
        ids = [str(region.record["measurement_id"]) for region in own]
        made = write_segmentation(
            [_segment(task, region, code) for region in own],
            _grid(one),
            context,
            measurement_ids=ids,
            description=f"Regions of {code} on the {one.map.source} map",
            series_number=_SEGMENTATION_SERIES + 10 * number + _MAP_SERIES[one.map.source] % 10,
        )
        if "regions" in task.what:
            path = f"{task.folder}/regions/segmentation-{file_word(code)}-{one.map.source}.dcm"
            made_from = {"measurement_ids": ids, "map_id": one.map.derived_id, "reader": code}
            yield ExamFile(path, "segmentation", made.content, made_from)
        reported += [
            _reported(task, context, one, region, made, segment)
            for segment, region in enumerate(own, start=1)
        ]
    drawn = [contour for contour in task.exam.contours if contour.reader == reader]
    if "regions" in task.what and drawn:
        content = write_structure_set(
            drawn,
            context,
            reader=code,
            contour_digest=contour_digest(drawn),
            series_number=_STRUCTURE_SERIES + number,
        )
        made_from = {"contour_digests": [contour_digest([one]) for one in drawn], "reader": code}
        path = f"{task.folder}/regions/contours-{file_word(code)}.dcm"
        yield ExamFile(path, "structure-set", content, made_from)
    if "measurements" in task.what and reported:
        content = write_measurement_report(
            reported, context, reader=code, series_number=_REPORT_SERIES + number
        )
        made_from = {"measurement_ids": [one.measurement_id for one in reported], "reader": code}
        path = f"{task.folder}/measurements/report-{file_word(code)}.dcm"
        yield ExamFile(path, "measurement-report", content, made_from)


def _segment(task: ObjectsTask, region: MeasuredRegion, code: str) -> Segment:
    lesion = str(region.record["lesion"])
    return Segment(lesion, code, region.voxels, task.sites.get(lesion, ""))


def _reported(
    task: ObjectsTask,
    context: ExamContext,
    one: PlacedMap,
    region: MeasuredRegion,
    made: WrittenSegmentation,
    segment: int,
) -> ReportedRegion:
    record = region.record
    words = [f"map={one.map.source}", f"method={one.map.method}", f"voxel rule={task.exam.region.rule}"]
    words += [f"b={','.join(f'{b:g}' for b in one.b_values)} s/mm2"] if one.b_values else []
    origins = tuple(one.map.origins[at] for at in region.slices)
    # A tile's coordinates are not those of the mosaic that it was cut from.
    whole_image = context.image(origins[0].sop_instance_uid).shape == one.map.planes[0].shape
    return ReportedRegion(
        lesion=str(record["lesion"]),
        site=task.sites.get(str(record["lesion"]), ""),
        map_source=one.map.source,
        map_id=one.map.derived_id,
        measurement_id=str(record["measurement_id"]),
        values=record["values"],
        method_words=tuple(words),
        line=region.line if whole_image else None,
        segmentation=made,
        segment=segment,
        slices=region.slices,
        origins=origins,
    )


def _images(task: ObjectsTask, context: ExamContext, placed: Sequence[PlacedMap]) -> Iterator[ExamFile]:
    """The research objects of every series that a map was made from or a contour was drawn on, as stored."""
    named = {origin.sop_instance_uid for one in placed for group in one.sources for origin in group}
    named |= {contour.sop_instance_uid for contour in task.exam.contours}
    series = {context.image(uid).series_instance_uid for uid in named}
    for source, uid in zip(task.exam.sources, context.images, strict=True):
        image = context.image(uid)
        if image.series_instance_uid in series:
            place = f"{task.folder}/images/series-{image.series_number or 0:03d}/{uid}.dcm"
            yield ExamFile(place, "image", source.read(), {"sop_instance_uid": uid})
