"""Backups, restored studies, drills and upgrades, as people see them in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adcurate.cli.console import show_lines, show_next, show_table

if TYPE_CHECKING:
    from adcurate.study.folder import StudyFolder
    from adcurate.study.keeping.backup import Backup
    from adcurate.study.keeping.numbers import ComparedNumbers
    from adcurate.study.keeping.restore import Drill, RestoredStudy
    from adcurate.study.keeping.schedule import BackupSchedule
    from adcurate.study.keeping.upgrade import Upgrade

_MB = 1e6
_MOST_SHOWN = 20


def show_backup(study: StudyFolder, made: Backup) -> None:
    """What is in the file, what is not, and where the key is."""
    lines = [
        f"{made.file}: {made.n_objects} objects of {made.n_subjects} subjects, {made.n_files} files, "
        f"{made.n_bytes / _MB:.1f} MB."
    ]
    if made.n_lost_maps:
        lines.append(f"{made.n_lost_maps} maps were missing; the next run makes them again.")
    if made.damaged:
        lines.append(
            f"{len(made.damaged)} objects of the study are damaged, and so they are in this backup. Keep the "
            "earlier backups, and put the study right: adcurate study verify"
        )
    lines.append(
        "The vault's key is not in it, so that nobody who finds the file can name the subjects. "
        "Keep a copy of the key in another place."
    )
    show_lines(lines)
    show_next(f"adcurate study restore {made.file} --drill   (proves that it can be restored)")


def show_schedule(schedule: BackupSchedule | None) -> None:
    """When ``adcurate serve`` makes backups."""
    if schedule is None:
        show_lines(["adcurate serve makes no backups of this study."])
        return
    show_lines(
        [
            f"While adcurate serve runs, it writes a backup to {schedule.folder} every "
            f"{schedule.every_hours:g} hours and keeps the last {schedule.keep}. One that fails shows in: "
            "adcurate study status"
        ]
    )


def show_restored(restored: RestoredStudy) -> None:
    """Where the study is, that it is whole, and where its key is looked for."""
    lines = [
        f"{restored.folder.path}: {restored.n_objects} objects of {restored.n_subjects} subjects, as of "
        f"{restored.made_at}. Every file is what was backed up; the audit log's "
        f"{restored.audit_entries} entries are whole."
    ]
    if not restored.key_is_here:
        lines.append(
            "Its key is not on this computer: all numbers can be made and read, but nothing can be added and "
            "nobody can be named. Copy the key here and restore with --key-file FILE, or set "
            "ADCURATE_VAULT_KEY_FILE."
        )
    show_lines(lines)
    show_next(f"cd {restored.folder.path}; {restored.next_step}")


def show_drill(found: Drill) -> None:
    """Whether everything is there, and whether the numbers are the same."""
    show_lines(
        [
            f"The backup of {found.made_at} restores: {found.n_files} files, {found.n_objects} objects, each "
            f"what its hash says; {found.audit_entries} entries of the audit log, whole."
        ]
    )
    _show_numbers(found.numbers)


def show_upgrade(found: Upgrade) -> None:
    """What an upgrade does or did, and whether any number moves."""
    if not found.steps:
        show_lines([f"The study has schema {found.schema_after}, this version's: nothing to do."])
        return
    rows = [[str(step.before), str(step.before + 1), step.sentence] for step in found.steps]
    show_table("Upgrade", ["from", "to", "what becomes of it"], rows)
    _show_numbers(found.numbers)
    if found.is_done:
        show_lines([f"Done. The study as it was: {found.backup}"])
        show_next("adcurate study status")
    else:
        show_lines(["Nothing was changed: this was tried on a copy."])
        show_next("adcurate study upgrade --apply   (makes a backup first)")


def _show_numbers(numbers: ComparedNumbers) -> None:
    n_all = numbers.n_equal + len(numbers.moved)
    lines = [
        f"{n_all} numbers were made again from the stored objects: {numbers.n_equal} are the same to the "
        f"last bit, {len(numbers.moved)} moved."
        if n_all
        else "The study has no numbers yet."
    ]
    if numbers.n_only_before:
        lines.append(f"{numbers.n_only_before} older numbers are not made any more (regions changed since).")
    if numbers.n_only_after:
        lines.append(f"{numbers.n_only_after} numbers are new.")
    show_lines(lines)
    if numbers.moved:
        rows = [[one.name, f"{one.before:.9g}", f"{one.after:.9g}"] for one in numbers.moved[:_MOST_SHOWN]]
        show_table("Moved", ["number", "before", "after"], rows)
