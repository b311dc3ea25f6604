"""``adcurate inspect``: what is in these DICOM files, and what would be measured?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS


def inspect(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="Folders, zip files or DICOM files.")
    ],
    json_file: JsonOption = None,
) -> None:
    """Show each series: its kind, scanner, b-values, and the proved unit of its ADC map."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.inspection_view import show_inspection
    from adcurate.study.inspect import exam_places, inspect_paths

    with progress_bar() as progress:
        inspection = inspect_paths(paths, progress)
    if not wants_only_json(json_file):
        show_inspection(inspection, exam_places(inspection, paths))
    write_json(json_file, inspection.as_json())
    if inspection.refused:
        raise typer.Exit(DONE_WITH_REFUSALS)
