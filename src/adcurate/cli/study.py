"""``adcurate study``: the whole study on a person's own files, step by step; each says what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.amend import amend
from adcurate.cli.b_values import b_values
from adcurate.cli.compare_pacs import compare_pacs
from adcurate.cli.create import create
from adcurate.cli.export import export
from adcurate.cli.hand_over import hand_over
from adcurate.cli.images import images, series_kind
from adcurate.cli.join import join
from adcurate.cli.keep import backup, restore, upgrade
from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json
from adcurate.cli.protocol import protocol
from adcurate.cli.quality import quality
from adcurate.cli.quarantine import quarantine, verify
from adcurate.cli.receipt import receipt
from adcurate.cli.regions import regions
from adcurate.cli.what_if import what_if
from adcurate.cli.withdraw import move, withdraw
from adcurate.errors import DONE_WITH_REFUSALS

study_app = typer.Typer(help="A study on your own files, step by step.", no_args_is_help=True)

WorkersOption = Annotated[
    int | None, typer.Option("--workers", min=0, help="Processes to use.", show_default="all cores")
]
HERE = Path()


study_app.command()(create)


@study_app.command()
def add(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Folders, zip files or DICOM files.")
    ],
    study: StudyOption = HERE,
    workers: WorkersOption = None,
    json_file: JsonOption = None,
) -> None:
    """Add exams. Identity is taken off; the originals stay where they are."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.study_view import show_added
    from adcurate.study.folder import find_study
    from adcurate.study.receiving.add import add_exams

    folder = find_study(study)
    with progress_bar() as progress:
        added = add_exams(folder, paths, workers=workers, progress=progress)
    if not wants_only_json(json_file):
        show_added(folder, added)
    write_json(json_file, added.as_json())
    if added.quarantined:
        raise typer.Exit(DONE_WITH_REFUSALS)


@study_app.command()
def worksheet(
    file: Annotated[Path, typer.Argument(help="The worksheet, CSV or XLSX.")],
    study: StudyOption = HERE,
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="Confirm the CSV delimiter: , ; or tab.")
    ] = None,
    decimal: Annotated[str | None, typer.Option("--decimal", help="Confirm the decimal sign: . or ,")] = None,
    dates: Annotated[
        str | None, typer.Option("--dates", help="Confirm written dates: iso, dmy or mdy.")
    ] = None,
    encoding: Annotated[str, typer.Option("--encoding", help="Of a CSV: utf-8, utf-16 or cp1252.")] = "utf-8",
    header: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="HEADER=COLUMN", help="Name a column that is called otherwise."),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Import the clinical worksheet; every faulty cell is listed, complete rows enter."""
    from adcurate.cli.study_view import show_worksheet, worksheet_options
    from adcurate.study.folder import find_study
    from adcurate.study.worksheet import import_worksheet

    folder = find_study(study)
    options = worksheet_options(delimiter, decimal, dates, encoding, header or [])
    imported = import_worksheet(folder, file, options)
    if not wants_only_json(json_file):
        show_worksheet(folder, imported)
    write_json(json_file, imported.as_json())
    if imported.faults:
        raise typer.Exit(DONE_WITH_REFUSALS)


@study_app.command()
def contours(
    file: Annotated[Path, typer.Argument(help="The contours, JSON (docs/contours.md).")],
    study: StudyOption = HERE,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take out the regions that are not in the file.")
    ] = False,
    json_file: JsonOption = None,
) -> None:
    """Import what the readers drew. All of the file enters, or nothing."""
    from adcurate.cli.study_view import show_contours
    from adcurate.study.folder import find_study
    from adcurate.study.regions.contours import import_contours

    folder = find_study(study)
    imported = import_contours(folder, file, others="take-out" if replace else "keep")
    if not wants_only_json(json_file):
        show_contours(folder, imported)
    write_json(json_file, imported.as_json())


@study_app.command()
def link(
    subject: Annotated[str, typer.Argument(help="The subject's code.")],
    exam: Annotated[str, typer.Argument(help="The exam's UID, or its beginning.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the record.")],
    visit: Annotated[str, typer.Option("--visit", help="The visit.")] = "1",
    study: StudyOption = HERE,
    json_file: JsonOption = None,
) -> None:
    """Say which exam belongs to a subject's visit, where the two keys leave it open."""
    from adcurate.cli.study_view import show_links
    from adcurate.model.jsonable import as_jsonable
    from adcurate.study.folder import find_study
    from adcurate.study.link import decide_link

    folder = find_study(study)
    links = decide_link(folder, subject, exam, why, visit=visit)
    if not wants_only_json(json_file):
        show_links(folder, links)
    write_json(json_file, {"links": as_jsonable(links)})


@study_app.command()
def run(study: StudyOption = HERE, workers: WorkersOption = None, json_file: JsonOption = None) -> None:
    """Make the ADC maps, measure every region, and run every statistic of the protocol."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.study_view import run_json, show_run
    from adcurate.study.folder import find_study
    from adcurate.study.run import run_study

    folder = find_study(study)
    with progress_bar() as progress:
        outcome = run_study(folder, workers=workers, progress=progress)
    if not wants_only_json(json_file):
        show_run(folder, outcome)
    write_json(json_file, run_json(outcome))


@study_app.command()
def report(study: StudyOption = HERE, workers: WorkersOption = None, json_file: JsonOption = None) -> None:
    """Write the report, its figures, tables and maps into results/."""
    from adcurate.cli.console import progress_bar, show_next
    from adcurate.study.folder import find_study
    from adcurate.study.report import report_study

    folder = find_study(study)
    with progress_bar() as progress:
        written = report_study(folder, workers=workers, progress=progress)
    if not wants_only_json(json_file):
        show_next(f"open {written.html}")
    write_json(json_file, {"report": str(written.html), "digests": dict(written.results.digests)})


@study_app.command()
def status(study: StudyOption = HERE, json_file: JsonOption = None) -> None:
    """Show how far the study is, and what comes next."""
    from adcurate.cli.study_view import show_status
    from adcurate.study.folder import find_study
    from adcurate.study.status import study_status

    found = study_status(find_study(study))
    if not wants_only_json(json_file):
        show_status(found)
    write_json(json_file, found.as_json())


@study_app.command()
def show(
    measurement: Annotated[str, typer.Argument(help="A measurement's id, or its first digits.")],
    study: StudyOption = HERE,
    json_file: JsonOption = None,
) -> None:
    """Trace one number to its slice, contour, map and stored objects."""
    from adcurate.cli.study_view import show_traced
    from adcurate.study.folder import find_study
    from adcurate.study.show import show_measurement

    traced = show_measurement(find_study(study), measurement)
    if not wants_only_json(json_file):
        show_traced(traced)
    write_json(json_file, traced.as_json())


@study_app.command()
def plan(
    study: StudyOption = HERE,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Where the page goes.", show_default=False)
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Write the analysis plan as a dated page to print (results/plan.html), before any data is needed."""
    from adcurate.cli.console import show_next
    from adcurate.study.folder import find_study
    from adcurate.study.plan import write_plan

    folder = find_study(study)
    written = write_plan(folder, output)
    if not wants_only_json(json_file):
        show_next(f"open {written}, and print it")
    write_json(json_file, {"plan": str(written), **folder.protocol().plan.as_json()})


study_app.command("what-if")(what_if)
study_app.command()(protocol)
study_app.command()(amend)
study_app.command("b-values")(b_values)
study_app.command()(images)
study_app.command("series-kind")(series_kind)
study_app.command()(export)
study_app.command("hand-over")(hand_over)
study_app.command()(join)
study_app.command()(receipt)
study_app.command()(quality)
study_app.command()(regions)
study_app.command()(quarantine)
study_app.command()(verify)
study_app.command("compare-pacs")(compare_pacs)
study_app.command()(backup)
study_app.command()(restore)
study_app.command()(upgrade)
study_app.command()(move)
study_app.command()(withdraw)
