"""``adcurate demo``: the whole job on a made-up cohort, ending in the published/reproduced table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, wants_only_json, write_json


def demo(
    folder: Annotated[Path, typer.Argument(help="Where to put it.")] = Path("adcurate-demo"),
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier demo there.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes to use.", show_default="all cores")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Run the main job on 47 synthetic exams: DICOM in, report out, published beside reproduced."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.demo_view import show_demo
    from adcurate.model.jsonable import as_jsonable
    from adcurate.study.demo import run_demo

    with progress_bar() as progress:
        outcome = run_demo(folder, overwrite=overwrite, workers=workers, progress=progress)
    if not wants_only_json(json_file):
        show_demo(outcome)
    results = outcome.written.results
    write_json(
        json_file,
        {
            "report": str(outcome.written.html),
            "statement": results.statement,
            "reproduction": as_jsonable(results.reconstruction),
        },
    )
