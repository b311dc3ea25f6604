"""``regions``: what readers drew in other tools comes in; all of it, or nothing and every reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from adcurate.arrays import Floats
from adcurate.errors import AdcurateError, ForeignRegionError
from adcurate.findings import Finding
from adcurate.geometry import Contour, VoxelSet, join_voxels, place_contour, voxels_inside
from adcurate.model.contour_record import ContourRecord, PointLps
from adcurate.model.foreign_region import ForeignFile, ForeignRegion, ImageName, RegionFault, fault
from adcurate.model.progress import Progress, no_progress
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.regions.checks import carried_over, lone_exclusions, mapping_faults, overlaps
from adcurate.study.regions.contours import by_region, keep_regions, lesions_without_row
from adcurate.study.regions.foreign_import import ImportedRegions, MappedRegion, RegionRequest, RegionRow
from adcurate.study.regions.images import FrameKey, Images, PlacedRing
from adcurate.study.regions.mapping import Assignment, MappingRule
from adcurate.study.regions.placing import place_region
from adcurate.study.regions.reading import read_foreign_file
from adcurate.study.regions.subjects import SubjectImages

ORIGIN_CHOICE: Final = "region-origin"


def import_foreign_regions(
    study: StudyFolder,
    files: Sequence[Path],
    request: RegionRequest,
    *,
    dry_run: bool = False,
    progress: Progress = no_progress,
) -> ImportedRegions:
    """Read regions of other tools, tie each to lesion, reader and images, and keep them.

    A region that enters replaces that reader's region of that lesion; its versions are kept. With any fault
    nothing enters.

    Raises
    ------
    InputError
        A file that cannot be read.
    StoreError, VaultError
        Of the study.
    """
    rows: list[RegionRow] = []
    faults: list[RegionFault] = []
    findings: list[Finding] = []
    regions: list[MappedRegion] = []
    digests: dict[str, str] = {}
    names: dict[str, str] = {}
    used: set[MappingRule] = set()
    with study.open_store() as store:
        subjects = SubjectImages(store, study.open_vault(store).pseudonyms, request.subject, request.series)
        for count, path in enumerate(files):
            progress("Reading regions", count, len(files))
            # A file's name may be a person's: what is kept or written calls it by its place.
            file = f"file {count + 1}"
            names[file] = path.name
            try:
                found, digests[file] = read_foreign_file(path)
            except AdcurateError as error:
                if error.code.startswith("input."):
                    raise
                faults.append(replace(fault(error), file=file))
                continue
            findings += [
                replace(one, where={**one.where, "file": file, "file_digest": digests[file]})
                for one in found.findings
            ]
            for number, region in enumerate(found.regions, 1):
                rule = request.mapping.assign(region.label, path.name)
                if rule is None:
                    rows.append(RegionRow(file, found.format, number, region.label, "not mapped"))
                    continue
                used.add(rule)
                try:
                    made = _read_region(found, region, (file, number), rule.assignment, subjects, request)
                except AdcurateError as error:
                    faults.append(replace(fault(error, region.label), file=file, region=number))
                    rows.append(_row(found, region, (file, number), rule.assignment, "refused"))
                    continue
                regions.append(made)
                rows.append(made.row)
        progress("Reading regions", len(files), len(files))
        faults += mapping_faults(request.mapping, used, rows) + overlaps(regions)
        faults += [] if faults else lone_exclusions(regions)
        findings += carried_over(regions, request.other_grid)
        records = [record for region in regions for record in _records(region)]
        without_row = lesions_without_row(store, records)
        if faults or dry_run or not records:
            return ImportedRegions(
                tuple(rows), tuple(faults), tuple(findings), without_row, imported=False, file_names=names
            )
        with store.runs.record("contours", "regions of other tools"):
            kept = by_region(records)
            n_changed = keep_regions(study, store, kept)
            _remember_origin(store, regions, digests, request)
            store.findings.replace("regions", findings)
    return ImportedRegions(
        tuple(rows), (), tuple(findings), without_row, True, len(kept), n_changed, file_names=names
    )


def _read_region(
    found: ForeignFile,
    region: ForeignRegion,
    place: tuple[str, int],
    assignment: Assignment,
    subjects: SubjectImages,
    request: RegionRequest,
) -> MappedRegion:
    if region.faults:
        first = region.faults[0]
        raise ForeignRegionError(first.code, first.sentence, remedy=first.remedy)
    if request.image:
        named = ImageName(request.image)
        contours = tuple(
            one if one.image.sop_instance_uid else replace(one, image=named) for one in region.contours
        )
        region = replace(region, contours=contours)
    subject, images = subjects.of_region(found, region)
    placed = place_region(region, found.frame_of_reference_uid, images, request.other_grid)
    voxels = _voxels(placed, images)
    n_voxels = sum(one.n_voxels for one in voxels.values())
    if n_voxels == 0:
        raise ForeignRegionError(
            "foreign.empty",
            "The region holds no voxel: no voxel centre lies inside it.",
            remedy="Draw it larger, or leave its label out.",
        )
    areas = [one.n_voxels * images.frames[key][0].plane.voxel_area_mm2 for key, one in voxels.items()]
    series = {images.frames[key][1].number for key in voxels}
    row = replace(
        _row(found, region, place, assignment, "ready"),
        subject=subject,
        n_slices=len(voxels),
        n_voxels=n_voxels,
        area_mm2=max(areas),
        series=", ".join(str(number) for number in sorted(series, key=str)),
    )
    return MappedRegion(row, assignment, subject, placed, voxels, region.mask is not None)


def _row(
    found: ForeignFile, region: ForeignRegion, place: tuple[str, int], assignment: Assignment, status: str
) -> RegionRow:
    return RegionRow(
        place[0],
        found.format,
        place[1],
        region.label,
        status,
        lesion=assignment.lesion,
        reader=assignment.reader,
        role=assignment.role,
    )


def _voxels(placed: Sequence[PlacedRing], images: Images) -> dict[FrameKey, VoxelSet]:
    """The voxels on each image by the voxel rule, which also checks every contour."""
    found: dict[FrameKey, VoxelSet] = {}
    for one in placed:
        plane = images.frames[one.image][0].plane
        rings = place_contour(Contour(one.rings[0], one.rings[1:]), plane).rings
        voxels = voxels_inside(rings, plane.shape)
        found[one.image] = join_voxels(found[one.image], voxels) if one.image in found else voxels
    return found


def _records(region: MappedRegion) -> list[ContourRecord]:
    return [
        ContourRecord(
            subject=region.subject,
            lesion=region.assignment.lesion,
            reader=region.assignment.reader,
            role=region.assignment.role,
            sop_instance_uid=one.image[0],
            frame_number=one.image[1],
            points_lps_mm=_points(one.rings[0]),
            holes_lps_mm=tuple(_points(ring) for ring in one.rings[1:]),
        )
        for one in region.placed
    ]


def _points(ring: Floats) -> tuple[PointLps, ...]:
    return tuple((float(x), float(y), float(z)) for x, y, z in ring)


def _remember_origin(
    store: StudyStore, regions: Sequence[MappedRegion], digests: dict[str, str], request: RegionRequest
) -> None:
    """Which file and region of it a region came from, so that whoever has the file can trace it back."""
    for region in regions:
        key = "/".join((ORIGIN_CHOICE, *region.whose))
        same = [one for one in regions if one.whose == region.whose]
        labels = [
            {"region": one.row.region, "format": one.row.format, "file_digest": digests[one.row.file]}
            for one in same
        ]
        store.choices.add(key, {"labels": labels, "other_grid": request.other_grid})
