"""Folders of the computer that serves a study, to choose from: its disks, then what lies in a folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import user_documents_path

from adcurate.errors import UsageError
from adcurate.study.folder import StudyFolder

_SHOWN: Final = 500
_MOUNTED: Final = {
    "darwin": ("/Volumes/*",),
    "linux": ("/media/*/*", "/run/media/*/*", "/mnt/*"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A folder; `is_same_disk`: what takes the study takes it, too."""

    path: str
    free_bytes: int
    is_same_disk: bool


@dataclass(frozen=True, slots=True)
class Places:
    """A folder ("": none yet), the one above it, and the folders to go on to."""

    folder: str
    above: str
    can_use: bool
    places: tuple[Place, ...]


def places(study: StudyFolder, folder: str) -> Places:
    """What may be chosen from: "" gives the disks and the user's documents.

    Raises
    ------
    UsageError
        ``usage.option`` for a folder that is not there or cannot be read.
    """
    if not folder:
        return Places("", "", False, tuple(_place(study, one) for one in _disks()))
    here = Path(folder)
    try:
        inner = sorted(_folders(here), key=lambda one: one.name.lower())[:_SHOWN]
    except OSError as trouble:
        raise UsageError(
            "usage.option", "This folder cannot be read.", remedy="Choose another one."
        ) from trouble
    inside = here.resolve().is_relative_to(study.path.resolve())
    can_use = not inside and os.access(here, os.W_OK)
    above = "" if here in _disks() or here.parent == here else str(here.parent)
    return Places(str(here), above, can_use, tuple(_place(study, one) for one in inner))


def _folders(here: Path) -> Iterator[Path]:
    if not here.is_absolute():
        raise NotADirectoryError(here)
    for one in here.iterdir():
        with contextlib.suppress(OSError):
            if one.is_dir() and not one.name.startswith((".", "$")):
                yield one


def _disks() -> list[Path]:
    if sys.platform == "win32":
        found = [Path(f"{letter}:\\") for letter in string.ascii_uppercase]
    else:
        patterns = _MOUNTED.get(sys.platform, _MOUNTED["linux"])
        found = [one for pattern in patterns for one in sorted(Path("/").glob(pattern[1:]))]
    return [one for one in (*found, user_documents_path(), Path.home()) if one.is_dir()]


def _place(study: StudyFolder, path: Path) -> Place:
    free, same = 0, True
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(path).free
        same = path.stat().st_dev == study.path.stat().st_dev
    return Place(str(path), free, same)
