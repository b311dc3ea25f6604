"""``adcurate study regions``: regions that readers drew in other tools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, one_of, wants_only_json, write_json
from adcurate.errors import ERRORS, UsageError

if TYPE_CHECKING:
    from adcurate.model.foreign_region import RegionFault
    from adcurate.study.regions.foreign_import import ImportedRegions, RegionRow

HERE = Path()
# What is taken from a folder; a file that is named is read whatever it is called.
_REGION_SUFFIXES = frozenset([".dcm", "", ".nii", ".gz", ".nrrd", ".roi", ".zip", ".xml", ".json", ".csv"])


def regions(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="Files or folders: DICOM SEG, RTSTRUCT, SR, presentation state, NIfTI, NRRD, ImageJ, Horos.",
        ),
    ],
    reader: Annotated[str, typer.Option("--reader", help="Who drew them.")] = "",
    lesion_of: Annotated[
        list[str] | None,
        typer.Option("--lesion-of", metavar="LABEL=LESION", help="Which label is which lesion; * fits any."),
    ] = None,
    exclusion_of: Annotated[
        list[str] | None,
        typer.Option("--exclusion-of", metavar="LABEL=LESION", help="A label to take away from a lesion."),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE", help="A table instead: label, lesion, reader, role, file."),
    ] = None,
    subject: Annotated[
        str, typer.Option("--subject", help="Whose they are, for files that do not say.")
    ] = "",
    series: Annotated[str, typer.Option("--series", help="The series they lie on: its number or UID.")] = "",
    image: Annotated[
        str,
        typer.Option("--image", metavar="UID", help="The one image they lie on, for files that name none."),
    ] = "",
    other_grid: Annotated[
        str, typer.Option("--other-grid", help="A mask on another grid: refuse, nearest or contours.")
    ] = "refuse",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would enter.")] = False,
    study: StudyOption = HERE,
    json_file: JsonOption = None,
) -> None:
    """Import regions drawn in other tools. All of them enter, or none and every fault is listed."""
    from adcurate.cli.console import progress_bar
    from adcurate.study.folder import find_study
    from adcurate.study.reader_of_record import new_readers_finding, readers_of
    from adcurate.study.regions.foreign_import import RegionRequest
    from adcurate.study.regions.foreign_regions import import_foreign_regions
    from adcurate.study.regions.mapping import mapping_of_words, read_mapping

    one_of("--other-grid", other_grid, ("refuse", "nearest", "contours"))
    if mapping is not None and (lesion_of or exclusion_of):
        raise UsageError(
            "usage.option",
            "--mapping says it all; --lesion-of and --exclusion-of cannot stand beside it.",
            remedy="Write every label into the mapping table.",
        )
    rules = (
        read_mapping(mapping, reader)
        if mapping is not None
        else mapping_of_words(reader, lesion_of or (), exclusion_of or ())
    )
    request = RegionRequest(rules, subject, series, image, other_grid)  # type: ignore[arg-type]
    folder = find_study(study)
    readers = readers_of(folder)
    with progress_bar() as progress:
        found = import_foreign_regions(
            folder, _region_files(files), request, dry_run=dry_run, progress=progress
        )
    order = readers_of(folder)
    added = [name for name in order if name not in readers]
    told = new_readers_finding(folder.protocol().plan, order, added)
    found = replace(found, findings=(*found.findings, *told))
    if not wants_only_json(json_file):
        _show(found, dry_run=dry_run)
    write_json(json_file, found.as_json())
    if found.faults:
        raise typer.Exit(max(ERRORS[one.code].exit_code for one in found.faults))


def _region_files(paths: Sequence[Path]) -> list[Path]:
    """The files themselves, and those of each folder that may hold regions, by name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))
            found += [one for one in inside if one.suffix.casefold() in _REGION_SUFFIXES]
        else:
            found.append(path)
    return found


def _show(found: ImportedRegions, *, dry_run: bool) -> None:
    from adcurate.cli.console import show_findings, show_lines, show_next, show_table

    mapped = [row for row in found.rows if row.lesion]
    others = [row for row in found.rows if not row.lesion]
    if mapped:
        head = ["label", "subject", "lesion", "reader", "series", "slices", "voxels", "area mm²"]
        show_table("Regions", head, [_cells(row) for row in mapped])
    if others:
        rows = [[found.file_names[row.file], row.format, row.label] for row in others]
        show_table("Labels that are not mapped, and do not enter", ["file", "format", "label"], rows)
    if not found.rows:
        show_lines(["The files hold no region."])
    if found.faults:
        show_table(
            "Nothing entered. Correct these and import again",
            ["file", "label", "code", "what is wrong", "what to do"],
            [_fault_cells(one, found) for one in found.faults],
        )
    show_findings(found.findings)
    for subject, lesion in found.without_row:
        show_lines([f"Lesion {lesion} of {subject} is not in the worksheet: measured, not analysed."])
    ready = any(row.status == "ready" for row in found.rows)
    if found.imported:
        show_lines([f"{found.n_regions} regions entered; {found.n_changed} are new or changed."])
        show_next("adcurate study run   (maps, measurements, statistics)")
    elif found.faults:
        return
    elif dry_run and ready:
        show_next("the same command without --dry-run")
    elif found.rows:
        show_next('say which label is which lesion, such as --reader R1 --lesion-of "LABEL=1"')


def _fault_cells(one: RegionFault, found: ImportedRegions) -> list[str]:
    return [found.file_names.get(one.file, ""), one.label, one.code, one.sentence, one.remedy]


def _cells(row: RegionRow) -> list[str]:
    role = " (taken away)" if row.role == "exclusion" else ""
    who = [row.label, row.subject, row.lesion + role, row.reader]
    if row.status != "ready":
        return [*who, "refused", "", "", ""]
    return [*who, row.series, str(row.n_slices), str(row.n_voxels), f"{row.area_mm2:.1f}"]
