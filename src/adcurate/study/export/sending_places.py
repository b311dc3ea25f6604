"""Where a sender's key, records and tables may lie: never in the folder that is sent, nor in the input."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adcurate.errors import OutputError, UsageError
from adcurate.study.identity.receipt import JSON_NAME

OBJECTS_NAME = "objects"


def check_subject_table(path: Path, destination: Path) -> None:
    """Refuse, before any work, a table of persons in the folder that is sent, or over another file."""
    if _lies_in(path, destination):
        raise UsageError(
            "usage.option",
            "The table of persons must not lie in the folder that is sent.",
            remedy="Write it to a place that only you can read.",
        )
    if path.exists():
        raise OutputError(
            "output.exists", "The file for the table of persons exists.", remedy="Name a new file."
        )


def check_places(paths: Sequence[Path], destination: Path, key_file: Path, records: Path) -> None:
    """Refuse, before any work, places that would give somebody away or mix input and output.

    Raises
    ------
    UsageError
        ``usage.option``
    OutputError
        ``output.exists``
    """
    for what, path in (("key file", key_file), ("records", records)):
        if _lies_in(path, destination):
            raise UsageError(
                "usage.option",
                f"The {what} must not lie in the folder that is sent.",
                remedy="Keep key and records where only the sender can read them.",
            )
    for path in paths:
        if path.is_dir() and (_lies_in(destination, path) or _lies_in(records, path)):
            raise UsageError(
                "usage.option",
                "The output lies inside the input, so a second run would take it for input.",
                remedy="Write to a folder beside the input.",
            )
    is_ours = (destination / JSON_NAME).is_file() or (destination / OBJECTS_NAME).is_dir()
    if destination.exists() and (
        not destination.is_dir() or (any(destination.iterdir()) and not (is_ours and records.is_dir()))
    ):
        raise OutputError(
            "output.exists",
            f"{destination.absolute().name!r} exists and holds other things, or its records are elsewhere.",
            remedy="Choose a new folder, or name the records of the earlier run with --records.",
        )


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
