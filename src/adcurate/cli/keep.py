"""``adcurate study backup``, ``restore`` and ``upgrade``: a study kept, moved and brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, StudyOption, wants_only_json, write_json
from adcurate.errors import ERRORS, UsageError

_HERE = Path()


def backup(
    to: Annotated[
        Path | None, typer.Argument(metavar="[FILE_OR_FOLDER]", help="A new file, or a folder for it.")
    ] = None,
    study: StudyOption = _HERE,
    every: Annotated[
        float | None,
        typer.Option("--every", metavar="HOURS", min=0.1, help="Let adcurate serve do it, this often."),
    ] = None,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many scheduled ones stay.")] = 7,
    never: Annotated[bool, typer.Option("--no-schedule", help="Let adcurate serve make none.")] = False,
    json_file: JsonOption = None,
) -> None:
    """Write the whole study into one file, while people go on. It also moves a study to another computer."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.keep_view import show_backup, show_schedule
    from adcurate.study.folder import find_study
    from adcurate.study.keeping.backup import backup_study
    from adcurate.study.keeping.schedule import BackupSchedule, set_schedule

    folder = find_study(study)
    if never:
        set_schedule(folder, None)
        show_schedule(None)
        return
    if to is None:
        raise UsageError(
            "usage.option",
            "Where should the backup go?",
            remedy="Name a folder on another disk: adcurate study backup FOLDER",
        )
    if every is not None:
        schedule = set_schedule(folder, BackupSchedule(to.absolute(), every, keep))
        show_schedule(schedule)
        return
    with progress_bar() as progress:
        made = backup_study(folder, to, progress=progress)
    if not wants_only_json(json_file):
        show_backup(folder, made)
    write_json(json_file, made.as_json())
    if not made.is_whole:
        raise typer.Exit(ERRORS["store.integrity"].exit_code)


def restore(
    backup_file: Annotated[Path, typer.Argument(metavar="BACKUP", help="The backup's file.")],
    folder: Annotated[
        Path | None, typer.Argument(metavar="[NEW_FOLDER]", help="Where the study goes.")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help="Where the study's key lies here.")
    ] = None,
    is_drill: Annotated[
        bool,
        typer.Option("--drill", help="Only prove that it can: restore, check all, make the numbers again."),
    ] = False,
    json_file: JsonOption = None,
) -> None:
    """Make a study again from a backup, here or on another computer; every byte is checked."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.keep_view import show_drill, show_restored
    from adcurate.study.keeping.restore import drill, restore_study

    if is_drill:
        with progress_bar() as progress:
            found = drill(backup_file, progress=progress)
        if not wants_only_json(json_file):
            show_drill(found)
        write_json(json_file, found.as_json())
        if found.numbers.moved:
            raise typer.Exit(ERRORS["store.integrity"].exit_code)
        return
    if folder is None:
        raise UsageError(
            "usage.option", "Where should the study go?", remedy="Name a new folder, or add --drill."
        )
    with progress_bar() as progress:
        restored = restore_study(backup_file, folder, key_file=key_file, progress=progress)
    if not wants_only_json(json_file):
        show_restored(restored)
    write_json(json_file, restored.as_json())


def upgrade(
    study: StudyOption = _HERE,
    apply: Annotated[bool, typer.Option("--apply", help="Do it, after a backup.")] = False,
    backup_to: Annotated[
        Path | None,
        typer.Option(
            "--backup-to", metavar="FOLDER", help="For the backup.", show_default="beside the study"
        ),
    ] = None,
    although_numbers_move: Annotated[
        bool, typer.Option("--although-numbers-move", help="Do it even if a number gets another value.")
    ] = False,
    json_file: JsonOption = None,
) -> None:
    """Bring the study of an earlier version up to this one; say first whether any number moves."""
    from adcurate.cli.console import progress_bar
    from adcurate.cli.keep_view import show_upgrade
    from adcurate.study.folder import find_study
    from adcurate.study.keeping.upgrade import upgrade_study

    folder = find_study(study)
    with progress_bar() as progress:
        upgraded = upgrade_study(
            folder,
            apply=apply,
            backup_to=backup_to,
            although_numbers_move=although_numbers_move,
            progress=progress,
        )
    if not wants_only_json(json_file):
        show_upgrade(upgraded)
    write_json(json_file, upgraded.as_json())
