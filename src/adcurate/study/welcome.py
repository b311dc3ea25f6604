"""What a person without a terminal starts with: a study of one's own by a name, a backup, or the demo."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Final

from platformdirs import user_documents_path

from adcurate.errors import StudyError, UsageError
from adcurate.formats.vocabulary import Language
from adcurate.model.progress import Progress
from adcurate.study.create import CreatedStudy, create_study
from adcurate.study.demo import run_demo
from adcurate.study.folder import StudyFolder, find_study
from adcurate.study.keeping.restore import RestoredStudy, restore_study
from adcurate.study.plan_start import PlanStart, begin_plan

_DEMO: Final = "Adcurate demo"
_LONGEST: Final = 80
# What Windows does not take in a name, so that a study can move there.
_NOT_IN_NAMES: Final = frozenset('<>:"/\\|?*')


def usual_place() -> Path:
    """Where new studies go: the user's documents."""
    return user_documents_path()


def demo_place() -> Path:
    """Where the demo goes."""
    return usual_place() / _DEMO


def new_study(name: str, folder: str, template: str, language: Language, start: PlanStart) -> CreatedStudy:
    """Make a study of that name in a folder of that name, below `folder`.

    Raises
    ------
    UsageError
        ``usage.option`` for a name that is no name of a folder, or a folder that is not there.
    StudyError, ProtocolError, StoreError
        As `create_study`.
    """
    place, wanted = _new_place(name, folder)
    return create_study(
        place, template, language=language, title=wanted, begin=lambda text: begin_plan(text, start)
    )


def study_of_backup(file: str, name: str, folder: str, key_file: str) -> RestoredStudy:
    """Make a study of that name, below `folder`, from a backup; `key_file` is "" where its usual place holds.

    Raises
    ------
    UsageError
        As `new_study`; also a path that is no whole one.
    BackupError, StudyError, VaultError, InputError
        As `restore_study`.
    """
    place, _ = _new_place(name, folder)
    backup, key = (Path(given.strip().strip('"')).expanduser() for given in (file, key_file))
    if not backup.is_absolute() or (key_file.strip() and not key.is_absolute()):
        raise UsageError(
            "usage.option",
            "That is no whole path of a file.",
            remedy="Copy the file's path from the file manager; a backup's name ends in .adcurate.",
        )
    return restore_study(backup, place, key_file=key if key_file.strip() else None)


def _new_place(name: str, folder: str) -> tuple[Path, str]:
    """Where a study of that name goes, and the name as it is kept."""
    wanted = " ".join(name.split()).rstrip(".")
    is_plain = not any(one in _NOT_IN_NAMES or unicodedata.category(one)[0] == "C" for one in wanted)
    if not wanted or not is_plain or wanted.startswith(".") or len(wanted) > _LONGEST:
        raise UsageError(
            "usage.option",
            f"A study's name has 1 to {_LONGEST} letters, and none of: {' '.join(sorted(_NOT_IN_NAMES))}",
            remedy="Use letters, digits, blanks and hyphens.",
        )
    place = Path(folder.strip()).expanduser()
    if place == usual_place():
        place.mkdir(parents=True, exist_ok=True)
    if not place.is_absolute() or not place.is_dir():
        raise UsageError(
            "usage.option",
            "The folder for the study is not there.",
            remedy="Give the whole path of a folder that is there, as the file manager shows it.",
        )
    return place / wanted, wanted


def study_at(path: str) -> StudyFolder:
    """The study in a folder, or in the only study folder right below it.

    Raises
    ------
    StudyError
        ``study.not-a-study``
    """
    place = Path(path.strip().strip('"')).expanduser()
    if place.is_absolute():
        below = place / "study"
        return find_study(below if (below / "study.toml").is_file() else place)
    raise StudyError(
        "study.not-a-study",
        "That is no whole path of a folder.",
        remedy="Copy the folder's path from the file manager; it holds a file study.toml.",
    )


def demo_study(progress: Progress) -> StudyFolder:
    """The demo in the user's documents: the one that is there whole, else a new one.

    Raises
    ------
    OutputError
        ``output.exists`` for a folder of that name that is none of ours.
    """
    place = demo_place()
    if (place / "study" / "results" / "report.html").is_file():
        return find_study(place / "study")
    return find_study(run_demo(place, progress=progress).folder / "study")
