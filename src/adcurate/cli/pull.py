"""``adcurate pull``: fetch the exams that the study waits for from a PACS that a person wrote down."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS, UsageError

_MOST_CHARACTERS = 1_000_000

EndpointsOption = Annotated[
    Path | None,
    typer.Option("--endpoints", metavar="FILE", help="The endpoints file.", show_default="your settings"),
]


def pull(
    name: Annotated[str, typer.Argument(help="The endpoint's name in the endpoints file.")],
    study: StudyOption = Path(),
    endpoints: EndpointsOption = None,
    check: Annotated[bool, typer.Option("--check", help="Only ask whether the archive answers us.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="List what would be fetched.")] = False,
    patient_id_file: Annotated[
        Path | None,
        typer.Option(
            "--patient-id-file",
            metavar="FILE",
            help="Hospital numbers to ask for, one on a line ('-': from standard input).",
            show_default=False,
        ),
    ] = None,
    accession: Annotated[
        list[str] | None,
        typer.Option(
            "--accession", metavar="NUMBER", help="Ask for an accession number.", show_default=False
        ),
    ] = None,
    study_uid: Annotated[
        list[str] | None,
        typer.Option(
            "--study-uid",
            metavar="UID",
            help="The exam that is meant: its UID, or the last letters that a list here shows.",
            show_default=False,
        ),
    ] = None,
    date: Annotated[
        datetime | None,
        typer.Option(
            "--date",
            metavar="YYYY-MM-DD",
            formats=["%Y-%m-%d"],
            help="Only exams of this day.",
            show_default=False,
        ),
    ] = None,
    description: Annotated[
        str,
        typer.Option(
            "--description",
            metavar="TEXT",
            help="Only series with this in their description.",
            show_default=False,
        ),
    ] = "",
    all_exams: Annotated[
        bool, typer.Option("--all-exams", help="Take every exam where several fit.")
    ] = False,
    all_series: Annotated[
        bool, typer.Option("--all-series", help="Take every MR series of an exam.")
    ] = False,
    json_file: JsonOption = None,
) -> None:
    """Fetch the worksheet's awaited exams, or those asked for, from a PACS. Run again, it goes on."""
    from adcurate.cli.pull_view import pull_bars, show_checked, show_pulled
    from adcurate.formats.endpoints import find_endpoint
    from adcurate.study.folder import find_study
    from adcurate.study.pull.pull import check_endpoint, pull_exams
    from adcurate.study.pull.request import pull_choice

    endpoint = find_endpoint(endpoints, name)
    if check:
        check_endpoint(endpoint)
        if not wants_only_json(json_file):
            show_checked(name)
        write_json(json_file, {"endpoint": name, "answers": True})
        return
    if description and all_series:
        raise UsageError(
            "usage.option",
            "--description and --all-series cannot both be given.",
            remedy="Take every MR series, or those that a description names.",
        )
    folder = find_study(study)
    choice = pull_choice(
        patient_ids=_numbers(patient_id_file),
        accessions=tuple(accession or ()),
        study_uids=tuple(study_uid or ()),
        day=date.date() if date else None,
        every_exam=all_exams,
        every_series=all_series,
        description=description,
    )
    with pull_bars() as progress:
        report = pull_exams(folder, endpoint, choice, dry_run=dry_run, progress=progress)
    if not wants_only_json(json_file):
        show_pulled(report)
    write_json(json_file, report.as_json())
    if report.trouble is not None:
        raise report.trouble
    if not dry_run and not report.is_complete:
        raise typer.Exit(DONE_WITH_REFUSALS)


def _numbers(file: Path | None) -> tuple[str, ...]:
    """The hospital numbers of a file, of a pipe, or typed without being shown."""
    from adcurate.study.pull.request import numbers_in, read_numbers

    if file is None:
        return ()
    if str(file) != "-":
        return read_numbers(file)
    if sys.stdin.isatty():
        return numbers_in(str(typer.prompt("Hospital number (it is not shown)", hide_input=True)))
    return numbers_in(sys.stdin.read(_MOST_CHARACTERS))
