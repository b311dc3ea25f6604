"""``adcurate request-list``: the table that a PACS office asks for, into a file that a person names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json


def request_list(
    study: StudyOption = Path(),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Where the list goes: FILE.xlsx or FILE.csv.", show_default=False
        ),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Write the list of awaited exams for the PACS office. It names people: only into a file you name."""
    from adcurate.cli.console import show_lines, show_next
    from adcurate.study.folder import find_study
    from adcurate.study.pull.request_list import write_requests

    requests = write_requests(find_study(study), output)
    if not wants_only_json(json_file):
        if not requests.n_exams and not requests.n_without_number:
            show_lines(["No exam is awaited: every included visit of the worksheet has its exam."])
            show_next("adcurate study status")
        else:
            show_lines([f"{requests.n_exams} exams of {requests.n_subjects} subjects are awaited."])
        if requests.n_without_date:
            show_lines([f"{requests.n_without_date} of them have no MRI date in the worksheet."])
        if requests.n_without_number:
            show_lines(
                [
                    f"{requests.n_without_number} more have no hospital number here: the worksheet called "
                    "them by their study code. Read in one with hospital numbers."
                ]
            )
        if requests.file is not None:
            show_lines(
                [
                    f"Written to {requests.file}.",
                    "Warning: this file names people. Hand it to the PACS office by the hospital's own ways, "
                    "and delete it afterwards.",
                ]
            )
            show_next("adcurate study add FOLDER_OR_ZIP   (what the PACS office exported)")
        elif requests.n_exams:
            show_next("adcurate request-list --output FILE.xlsx   (outside the study's folder)")
    write_json(json_file, requests.as_json())
