"""``adcurate study quality``: are these images good enough to be measured?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json

HERE = Path()


def quality(
    study: StudyOption = HERE,
    output: Annotated[
        Path | None,
        typer.Option("--output", help="A folder for the pages.", show_default="results/quality"),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes to use.", show_default="all cores")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """A page for each exam: noise, movement between b-values, saturation, noise floor in the regions."""
    from adcurate.cli.console import progress_bar, show_lines, show_table
    from adcurate.report.quality_report import QUALITY_HEAD, quality_row
    from adcurate.study.folder import find_study
    from adcurate.study.quality.quality import examine_study

    with progress_bar() as progress:
        found = examine_study(find_study(study), output, workers=workers, progress=progress)
    if not wants_only_json(json_file):
        grave = [exam for exam in found.exams if exam.worst in ("serious", "warning")]
        if grave:
            show_table("Exams to look at", QUALITY_HEAD, [quality_row(exam) for exam in grave])
        show_lines([f"{len(found.exams)} exams, {len(grave)} to look at: {found.page}"])
    write_json(json_file, found.as_json())
