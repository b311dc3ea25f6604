"""``adcurate phantom``: objects and scans whose true ADC is known."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, one_of, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS

phantom_app = typer.Typer(help="Objects and scans whose true ADC is known.", no_args_is_help=True)


@phantom_app.command()
def dro(
    folder: Annotated[Path, typer.Argument(help="A new folder for the DICOM files.")],
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of the noise.")] = 0,
    noise: Annotated[bool, typer.Option("--noise/--no-noise", help="With Rician noise or without.")] = True,
    json_file: JsonOption = None,
) -> None:
    """Write the QIBA digital reference object: known ADC against known signal-to-noise ratio."""
    from adcurate.cli.console import show_lines, show_next
    from adcurate.study.phantoms.reference_object import write_dro

    files = write_dro(folder, seed=seed, noise=noise)
    if not wants_only_json(json_file):
        show_lines([f"{len(files)} images in {folder}: series 101 to 401 are repeats, 501 is averaged."])
        show_next(f"fit them with any program, then adcurate phantom assess {shlex.quote(str(folder))}")
    write_json(json_file, {"folder": str(folder), "files": len(files)})


@phantom_app.command()
def assess(
    folder: Annotated[Path, typer.Argument(help="The folder that adcurate phantom dro wrote.")],
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="NAME=PATH", help="Another program's map: NIfTI, or DICOM files."),
    ] = None,
    b_values: Annotated[
        str, typer.Option("--b-values", help="Those to fit, such as 0,500,800.", show_default="all")
    ] = "",
    images: Annotated[str, typer.Option("--images", help="repeats or averaged.")] = "repeats",
    output: Annotated[
        Path | None, typer.Option("--output", help="A folder for the report, its figures and tables.")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Judge ADC fits, ours and other programs', by the object's known truth."""
    from adcurate import __version__
    from adcurate.cli.console import progress_bar, show_lines, show_table
    from adcurate.report.reference_report import summarize_fits, write_reference_report
    from adcurate.study.phantoms.reference_object import assess_fits, foreign_map, read_numbers

    one_of("--images", images, ("repeats", "averaged"))
    with progress_bar() as progress:
        found = assess_fits(
            folder,
            b_values=read_numbers(b_values, "--b-values"),
            images=images,  # type: ignore[arg-type]
            maps=[foreign_map(text) for text in maps or []],
            progress=progress,
        )
    if not wants_only_json(json_file):
        head, rows = summarize_fits(found)
        show_table("Signal-to-noise ratio from which the bias stays within 2 %", head, rows)
    if output is not None:
        page = write_reference_report(found, output, __version__)
        if not wants_only_json(json_file):
            show_lines([f"The report: {page}"])
    write_json(json_file, found.as_json())


@phantom_app.command()
def scan(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="One scan: a folder, a zip or DICOM files.")
    ],
    fluid: Annotated[str, typer.Option("--fluid", help="ice-water or pvp.")] = "ice-water",
    temperature: Annotated[
        float, typer.Option("--temperature", help="Of the fluid during the scan, in degrees Celsius.")
    ] = 0.0,
    pvp: Annotated[
        str, typer.Option("--pvp", help="Percent of PVP in each vial of the slice, such as 0,10,20,30,40,50.")
    ] = "",
    scanner: Annotated[
        str,
        typer.Option("--scanner", help="Its name, to tell two of one model apart.", show_default="the model"),
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", help="A folder for the report with its picture.")
    ] = None,
    study: Annotated[
        Path | None, typer.Option("--study", metavar="FOLDER", help="Keep the result in this study's record.")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Judge a phantom scan against the limits of the QIBA profile, vial by vial."""
    from adcurate import __version__
    from adcurate.cli.console import progress_bar, show_lines
    from adcurate.cli.phantom_view import show_scan
    from adcurate.report.phantom_report import write_phantom_report
    from adcurate.study.folder import find_study
    from adcurate.study.phantoms.checks import BIAS
    from adcurate.study.phantoms.log import keep_scan
    from adcurate.study.phantoms.reference_object import read_numbers
    from adcurate.study.phantoms.scan import scan_phantom

    one_of("--fluid", fluid, ("ice-water", "pvp"))
    folder = None if study is None else find_study(study)
    with progress_bar() as progress:
        found = scan_phantom(
            paths,
            fluid,  # type: ignore[arg-type]
            temperature_c=temperature,
            pvp_percent=read_numbers(pvp, "--pvp"),
            scanner=scanner,
            progress=progress,
        )
    if not wants_only_json(json_file):
        show_scan(found.scan)
    if output is not None:
        page = write_phantom_report(
            found.scan, found.image, found.discs, found.pixel_mm, BIAS, output, __version__
        )
        if not wants_only_json(json_file):
            show_lines([f"The report: {page}"])
    if folder is not None:
        keep_scan(folder, found.scan)
    write_json(json_file, found.scan.as_json())
    if found.scan.verdict == "fail":
        raise typer.Exit(DONE_WITH_REFUSALS)


@phantom_app.command()
def cohort(
    organ: Annotated[str, typer.Argument(help="prostate or liver.")],
    folder: Annotated[Path, typer.Argument(help="A new folder for exams, worksheet and contours.")],
    exams: Annotated[int, typer.Option("--exams", min=2, max=500, help="How many.")] = 24,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of everything that is made up.")] = 0,
    json_file: JsonOption = None,
) -> None:
    """Write a made-up cohort to try a study of the prostate or the liver with."""
    from adcurate.cli.console import progress_bar, show_lines, show_next
    from adcurate.study.phantoms.cohorts import write_cohort

    one_of("ORGAN", organ, ("prostate", "liver"))
    with progress_bar() as progress:
        files = write_cohort(organ, folder, n=exams, seed=seed, progress=progress)  # type: ignore[arg-type]
    template = "prostate-isup" if organ == "prostate" else "liver-benign-malignant"
    if not wants_only_json(json_file):
        show_lines([f"{exams} made-up exams, worksheet.xlsx and contours.json of two readers in {folder}."])
        show_next(f"adcurate study create my-study --template {template}")
    answer = {"exams": files.exams, "worksheet": files.worksheet, "contours": files.contours}
    write_json(json_file, {name: str(path) for name, path in answer.items()})


@phantom_app.command()
def log(study: StudyOption = Path(), json_file: JsonOption = None) -> None:
    """Show the phantom scans that the study keeps: each scanner, each date, pass or fail."""
    from adcurate.cli.phantom_view import show_log
    from adcurate.study.folder import find_study
    from adcurate.study.phantoms.log import read_log

    kept = read_log(find_study(study))
    if not wants_only_json(json_file):
        show_log(kept)
    write_json(json_file, {"scans": [one.as_json() for one in kept]})
