"""``adcurate deidentify``: exams without identity in a folder to send away; who they are stays here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS


def deidentify(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A folder, zip file or DICOM file.")],
    destination: Annotated[Path, typer.Argument(metavar="OUT", help="The folder that will be sent.")],
    key_file: Annotated[
        Path,
        typer.Option("--key-file", metavar="FILE", help="The key that makes the codes. It is never sent."),
    ],
    new_key: Annotated[bool, typer.Option("--new-key", help="Make the key file first.")] = False,
    records: Annotated[
        Path | None,
        typer.Option(
            "--records",
            metavar="FOLDER",
            help="The sender's own folder: persons and codes, encrypted; refused objects.",
            show_default="beside the key",
        ),
    ] = None,
    subject_table: Annotated[
        Path | None,
        typer.Option("--subject-table", metavar="FILE", help="Also write who is behind each code (CSV)."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes to use.", show_default="all cores")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Take identity off exams and write them, with a receipt, to a folder to send. Nothing is sent here."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.receipt_view import show_sending
    from adcurate.study.export.sending_places import check_subject_table
    from adcurate.study.identity.deidentify import deidentify_for_sending, write_subject_table

    if subject_table is not None:
        check_subject_table(subject_table, destination)
    with progress_bar() as progress:
        sending = deidentify_for_sending(
            [source],
            destination,
            key_file,
            new_key=new_key,
            records=records,
            workers=workers,
            progress=progress,
        )
    if subject_table is not None:
        write_subject_table(sending, key_file, subject_table)
    if not wants_only_json(json_file):
        show_sending(sending, key_file, subject_table)
    write_json(json_file, sending.as_json())
    if sending.refused:
        raise typer.Exit(DONE_WITH_REFUSALS)
