"""``adcurate study b-values``: the study's b-value ledger, and setting what a scanner did not store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json
from adcurate.errors import UsageError

if TYPE_CHECKING:
    from adcurate.study.b_value_ledger import StudyLedger

HERE = Path()


def b_values(
    exam: Annotated[
        str, typer.Argument(help="A subject's code, or a part of an exam's UID.", show_default=False)
    ] = "",
    series: Annotated[int | None, typer.Argument(help="The series' number.", show_default=False)] = None,
    new: Annotated[
        str | None,
        typer.Option(
            "--set",
            metavar="B_VALUES",
            help="0,500,1000 in the scanner's order; 1000=930,none=0 (old=new); or nominal.",
            show_default=False,
        ),
    ] = None,
    why: Annotated[str, typer.Option("--why", help="The reason, for the record.", show_default=False)] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Go back to what the headers say.")] = False,
    study: StudyOption = HERE,
    json_file: JsonOption = None,
) -> None:
    """Show which b-values each scanner used and where they stand; set those that are missing or rounded."""
    from adcurate.cli.console import progress_bar, show_next
    from adcurate.study.b_value_ledger import study_ledger
    from adcurate.study.b_values import clear_b_values, set_b_values
    from adcurate.study.folder import find_study

    changing = new is not None or clear
    if changing and (series is None or not exam or (clear and new is not None)):
        raise UsageError(
            "usage.option",
            "Setting or clearing b-values needs an exam, a series number, and one of --set and --clear.",
            remedy="For example: adcurate study b-values SUBJECT 5 --set 0,500,1000 --why 'protocol sheet'",
        )
    folder = find_study(study)
    if new is not None and series is not None:
        exam = set_b_values(folder, exam, series, new, why)
    elif clear and series is not None:
        exam = clear_b_values(folder, exam, series, why)
    with progress_bar() as progress:
        found = study_ledger(folder, exam, progress=progress)
    if not wants_only_json(json_file):
        _show(found, of_one_exam=bool(exam), number=series)
        if changing:
            show_next("adcurate study run   (every number that rests on these b-values is made again)")
        elif without := [one for one in found.without if series in (None, one.number)]:
            show_next(f"{found.command_for(without[0])}   (with the protocol sheet's b-values)")
    write_json(json_file, found.as_json())


def _show(found: StudyLedger, *, of_one_exam: bool, number: int | None) -> None:
    from adcurate.cli.console import show_lines, show_table
    from adcurate.report.numbers import show_b_values, show_number
    from adcurate.study.b_values import beginning_of

    if not found.series:
        show_lines(["No diffusion series there. adcurate inspect FOLDER shows what a folder holds."])
        return
    if not of_one_exam:
        rows = [
            [
                f"{one.vendor} {one.model}".strip()
                + ("" if one.field_strength_t is None else f", {show_number(one.field_strength_t, 1)} T"),
                show_b_values(one.b_values) or "none",
                show_b_values(one.nominal) if one.nominal != one.b_values else "",
                "; ".join(one.sources) or "no tag",
                str(one.n_exams),
            ]
            for one in found.scanners
        ]
        header = ["scanner", "b-values used", "chosen on it", "where they stand", "exams"]
        show_table("b-values by scanner, s/mm²", header, rows)
    else:
        shown = [one for one in found.series if number in (None, one.number)]
        lines = [
            [
                "" if one.number is None else str(one.number),
                one.kind,
                f"{row['value']:g}",
                f"{row['nominal']:g}" if row["actual"] is not None else "",
                str(row["source"]),
                str(row["frames"]),
            ]
            for one in shown
            for row in one.rows
        ]
        lines += [
            ["" if one.number is None else str(one.number), one.kind, "none", "", "no tag", ""]
            for one in shown
            if not one.rows
        ]
        title = f"b-values of {found.series[0].subject}, s/mm²"
        show_table(title, ["series", "kind", "b", "chosen", "where it stands", "images"], lines)
    without = [one for one in found.without if number in (None, one.number)]
    if without:
        lines = [
            [
                one.subject,
                f"{beginning_of(one.study_instance_uid)}…",
                "" if one.number is None else str(one.number),
                one.kind,
                str(one.n_images_without),
            ]
            for one in without
        ]
        header = ["subject", "exam", "series", "kind", "images without"]
        show_table("Images without b-values, not fitted until a person says them", header, lines)
    for one in found.series:
        if one.reason:
            where = f"Series {one.number} of {one.subject}"
            show_lines([f"{where}: set by a person to {show_b_values(one.b_values)}. Reason: {one.reason}"])
