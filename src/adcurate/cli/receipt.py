"""``adcurate study receipt``: what was taken off the study's objects, and the proof of what stayed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json

_HERE = Path()


def receipt(
    study: StudyOption = _HERE,
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FOLDER", help="Where the receipt goes.", show_default="results"),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Account for de-identification: what was taken off, what stayed and why, and the proof."""
    from adcurate.cli.console import show_next
    from adcurate.cli.receipt_view import show_receipt
    from adcurate.study.folder import find_study
    from adcurate.study.identity.receipt import study_receipt, write_receipt

    folder = find_study(study)
    made = study_receipt(folder)
    page = write_receipt(made, output or folder.results)
    if not wants_only_json(json_file):
        show_receipt(made)
        show_next(f"open {page}")
    write_json(json_file, made.as_json())
