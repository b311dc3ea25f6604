"""``adcurate study withdraw`` and ``move``: a subject who leaves the study, an exam that is another's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json
from adcurate.errors import UsageError

if TYPE_CHECKING:
    from adcurate.study.keeping.move import MovedExam
    from adcurate.study.keeping.withdraw import Withdrawn

_HERE = Path()


def withdraw(
    subject: Annotated[str, typer.Argument(help="The subject's code.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the record. Name nobody.")],
    erase_too: Annotated[
        bool, typer.Option("--erase", help="Also erase all its data, for good; its code must be repeated.")
    ] = False,
    confirm: Annotated[
        str, typer.Option("--confirm", metavar="CODE", help="The code once more, for --erase.")
    ] = "",
    study: StudyOption = _HERE,
    json_file: JsonOption = None,
) -> None:
    """Take a subject out of every analysis; its data stay, or are erased with --erase."""
    from adcurate.study.folder import find_study
    from adcurate.study.keeping.withdraw import erase, stop_using

    folder = find_study(study)
    if not why.strip():
        raise UsageError("usage.option", "A withdrawal needs a reason.", remedy='Add --why "…".')
    if erase_too and confirm != subject:
        raise UsageError(
            "usage.option",
            "Nothing brings erased data back, so the code must be given twice.",
            remedy=f"Add --confirm {subject}",
        )
    done = erase(folder, subject, why) if erase_too else stop_using(folder, subject, why)
    if not wants_only_json(json_file):
        _show_withdrawn(done)
    write_json(json_file, done.as_json())


def move(
    exam: Annotated[str, typer.Argument(help="The exam's UID, or a part of it.")],
    subject: Annotated[str, typer.Argument(help="The code of the subject whose exam it is.")],
    why: Annotated[str, typer.Option("--why", help="The reason, for the record. Name nobody.")],
    study: StudyOption = _HERE,
    json_file: JsonOption = None,
) -> None:
    """Give an exam to the subject whose it is, where it came under a wrong one."""
    from adcurate.cli.console import progress_bar
    from adcurate.study.folder import find_study
    from adcurate.study.keeping.move import move_exam

    folder = find_study(study)
    if not why.strip():
        raise UsageError("usage.option", "A move needs a reason.", remedy='Add --why "…".')
    with progress_bar() as progress:
        moved = move_exam(folder, exam, subject, why, progress=progress)
    if not wants_only_json(json_file):
        _show_moved(moved)
    write_json(json_file, moved.as_json())


def _show_withdrawn(done: Withdrawn) -> None:
    from adcurate.cli.console import show_lines, show_next, show_table

    titles = {"stopped": "Not used any more", "erased": "Erased"}
    rows = [[name.replace("_", " "), str(value)] for name, value in done.told.items()]
    show_table(f"{titles[done.extent]}: {done.subject}", ["what", "n"], rows)
    lines = []
    if done.analyses:
        lines.append(
            f"Results that it was in: {', '.join(done.analyses)}. The next run makes them without it."
        )
    if done.extent == "erased":
        lines.append(
            "The folder results/ was emptied: its report, figures, tables and maps held the subject."
        )
    lines += [
        f"Written outside the study, and may still hold it: {one}. Delete that." for one in done.exports
    ]
    lines += [f"A backup still holds it: {one}" for one in done.backups]
    if done.extent == "erased" and done.own_files:
        lines.append(
            f"Files of yours in the folder, which nobody but you changes: {', '.join(done.own_files)}"
        )
    show_lines(lines)
    show_next("adcurate study run, then adcurate study report")


def _show_moved(moved: MovedExam) -> None:
    from adcurate.cli.console import show_lines, show_next

    show_lines(
        [
            f"{moved.n_objects} objects of the exam are {moved.after}'s now, with its dates; they were "
            f"{moved.before}'s.",
            f"Made of it before, and not used any more: {moved.n_maps} maps, {moved.n_measurements} "
            f"measurements, {len(moved.analyses)} analyses.",
            f"Drawings on it that do not count any more: {len(moved.regions)}. Draw them again under the "
            "right subject.",
            f"Readings of it, kept and marked: {moved.n_readings}, {moved.n_locked} of them locked.",
        ]
    )
    show_next("adcurate study status")
