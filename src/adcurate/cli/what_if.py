"""``adcurate study what-if``: the same analysis with one thing otherwise, and every number that moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json

if TYPE_CHECKING:
    from adcurate.study.what_if import WhatIf

_HEADER = ("number", "before", "after")


def what_if(
    study: StudyOption = Path(),
    exclude_treated: Annotated[
        bool, typer.Option("--exclude-treated", help="Leave out who was treated before the MRI.")
    ] = False,
    interval: Annotated[
        int | None,
        typer.Option("--interval", min=0, metavar="DAYS", help="At most so many days from MRI to histology."),
    ] = None,
    vendor: Annotated[str, typer.Option("--vendor", help="Scanners of this maker only.")] = "",
    reader: Annotated[str, typer.Option("--reader", help="Whose readings are analysed; mean of all.")] = "",
    edition: Annotated[str, typer.Option("--edition", help="Grade anew, by who-2010 for one.")] = "",
    map_source: Annotated[str, typer.Option("--map", help="The map of record: scanner or refit.")] = "",
    json_file: JsonOption = None,
) -> None:
    """Analyse with one thing otherwise, beside the protocol: what moves, from what to what. Post hoc."""
    from adcurate.cli.console import progress_bar
    from adcurate.study.folder import find_study
    from adcurate.study.what_if import Choices, what_if

    choices = Choices(exclude_treated, interval, vendor, reader, edition, map_source)
    with progress_bar() as progress:
        found = what_if(find_study(study), choices, progress=progress)
    if not wants_only_json(json_file):
        _show(found)
    write_json(json_file, found.as_json())


def _show(found: WhatIf) -> None:
    from adcurate.cli.console import show_lines, show_table
    from adcurate.report.moved import count_in_words
    from adcurate.report.results_view import main_numbers

    said = "; ".join(found.choices.in_words) or "as the protocol says"
    show_lines([f"Post hoc: {said}. {len(found.after.members)} of {len(found.before.members)} cases."])
    after = {(one.marker, one.name): one.shown for one in main_numbers(found.after)}
    rows = [
        (" ".join(filter(None, (one.marker, one.name))), one.shown, after.get((one.marker, one.name), "–"))
        for one in main_numbers(found.before)
    ]
    show_table("Main numbers", _HEADER, rows, f"{count_in_words(found.moved)}; --json lists them all.")
    show_lines([found.letter])
