"""``adcurate study join``: a column that somebody sent back comes into the study by id."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, one_of, wants_only_json, write_json

if TYPE_CHECKING:
    from adcurate.study.hand_over.join import Joined

_MOST_CHANGES = 60
_MOST_ABSENT = 10


def join(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with case_id and the column.")],
    column: Annotated[str, typer.Option("--column", metavar="NAME", help="The column to take.")],
    study: StudyOption = Path(),
    as_name: Annotated[
        str, typer.Option("--as", metavar="NAME", help="What it becomes.", show_default="its own name")
    ] = "",
    label: Annotated[str, typer.Option("--label", metavar="TEXT", help="Its label in the codebook.")] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="TEXT", help="Its unit, where it has one.")] = "",
    decimal: Annotated[str, typer.Option("--decimal", help="Decimal sign of a CSV: . or ,")] = ".",
    encoding: Annotated[str, typer.Option("--encoding", help="Of a CSV: utf-8, utf-16 or cp1252.")] = "utf-8",
    enter: Annotated[
        bool, typer.Option("--enter", help="Make the changes; without it they are shown.")
    ] = False,
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, for the record.")] = "",
    json_file: JsonOption = None,
) -> None:
    """Take a column of a returned file by case_id; shows what would change before anything enters."""
    from adcurate.study.folder import find_study
    from adcurate.study.hand_over.join import ReturnedColumn, join_column

    one_of("--decimal", decimal, (".", ","))
    one_of("--encoding", encoding, ("utf-8", "utf-16", "cp1252"))
    asked = ReturnedColumn(
        column=column,
        name=as_name,
        label=label,
        unit=unit,
        decimal="," if decimal == "," else ".",
        encoding=encoding,  # type: ignore[arg-type]
    )
    outcome = join_column(find_study(study), file, asked, enter=enter, why=why)
    if not wants_only_json(json_file):
        _show(outcome)
    write_json(json_file, outcome.as_json())


def _show(outcome: Joined) -> None:
    from adcurate.cli.console import show_findings, show_lines, show_next, show_table

    what = "corrects the worksheet" if outcome.corrects_worksheet else "is a variable of the cases"
    lines = [
        f"{outcome.variable} {what}. {outcome.n_rows} rows, {outcome.n_blank} blank (they change nothing), "
        f"changes: {len(outcome.changes)}."
    ]
    if outcome.locked_version:
        lines.append(f"The file is of the data of lock {outcome.locked_version}.")
    if outcome.unmatched:
        lines.append(f"Not of this study, {len(outcome.unmatched)}: {', '.join(outcome.unmatched)}")
    if outcome.withdrawn:
        lines.append(f"Withdrawn, so nothing of them enters: {', '.join(outcome.withdrawn)}")
    if outcome.not_in_file:
        absent = ", ".join(outcome.not_in_file[:_MOST_ABSENT])
        more = " and more" if len(outcome.not_in_file) > _MOST_ABSENT else ""
        lines.append(f"Not in the file, {len(outcome.not_in_file)}: {absent}{more}")
    show_lines(lines)
    show_findings(outcome.findings)
    if outcome.changes:
        rows = [[one.case, one.before, one.now] for one in outcome.changes[:_MOST_CHANGES]]
        left = len(outcome.changes) - len(rows)
        title = "Entered" if outcome.entered else "Would change"
        show_table(title, ["case_id", "before", "now"], rows, f"and {left} more" if left else "")
    if outcome.entered:
        show_next("adcurate study run, then adcurate study hand-over FOLDER --why TEXT")
    elif outcome.unmatched:
        show_next("correct or take out the rows that are not of this study")
    elif outcome.changes:
        show_next("the same command with --enter --why TEXT")
