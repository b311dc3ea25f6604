"""``adcurate study hand-over``: the locked data in one folder for a statistician or an archive."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json

if TYPE_CHECKING:
    from adcurate.study.hand_over.hand_over import HandOver

_MOST_CHANGES = 40


def hand_over(
    output: Annotated[Path, typer.Argument(metavar="FOLDER", help="The new folder to write.")],
    study: StudyOption = Path(),
    draft: Annotated[
        bool, typer.Option("--draft", help="Lock nothing: for a look before all readings are locked.")
    ] = False,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="Why the data changed since the last lock.")
    ] = "",
    workers: Annotated[
        int | None, typer.Option("--workers", min=0, help="Processes to use.", show_default="all cores")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Lock the data and write them as XLSX, CSV and SPSS, with codebook, scripts and REDCap files."""
    from adcurate.cli.console import progress_bar
    from adcurate.study.folder import find_study
    from adcurate.study.hand_over.hand_over import hand_over_study

    folder = find_study(study)
    with progress_bar() as progress:
        outcome = hand_over_study(folder, output, draft=draft, why=why, workers=workers, progress=progress)
    if not wants_only_json(json_file):
        _show(outcome)
    write_json(json_file, outcome.as_json())


def _show(outcome: HandOver) -> None:
    from adcurate.cli.console import show_lines, show_next, show_table
    from adcurate.study.hand_over.changes import CHANGES_HEADER

    tables = outcome.tables
    state = "DRAFT, not locked" if outcome.lock is None else f"Locked at {outcome.lock.at}"
    show_lines(
        [
            f"{state}. Data digest {tables.digest}",
            f"{len(tables.cases.rows)} cases, {outcome.n_analysed} analysed; {len(tables.readings.rows)} "
            f"readings; {len(outcome.files)} files in {outcome.folder}",
        ]
    )
    renamed = {name: code for name, code in tables.readers.items() if name != code}
    if renamed:
        show_lines(["In the tables a code stands for each reader:"])
        show_lines([f"  {code} is {name}" for name, code in renamed.items()])
    before = outcome.locked_before
    if before is not None and not outcome.changes:
        show_lines([f"The same data as locked at {before.at}."])
    elif before is not None:
        shown = [[str(cell) for cell in one.as_row()] for one in outcome.changes[:_MOST_CHANGES]]
        left = len(outcome.changes) - len(shown)
        note = f"and {left} more, in changes.csv" if left else ""
        show_table(f"What moved since the data were locked at {before.at}", CHANGES_HEADER, shown, note)
    show_next(f"read {outcome.folder / 'README.txt'}, then send the folder")
