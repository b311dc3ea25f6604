"""Which backups were made and which failed: a list beside the study, since a backup only reads its store.

Who withdraws a subject reads here which files still hold it; ``status`` reads whether the last one failed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from adcurate.store.portable import disk_errors, sync_folder
from adcurate.store.writing import write_durably
from adcurate.study.folder import StudyFolder

FILE_NAME: Final = "backups.json"
DONE: Final = "done"
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """One try: where to, how large, its proof, and ``done`` or the code of what went wrong."""

    at: str
    file: str
    n_bytes: int
    proof: str
    outcome: str


def made_backups(study: StudyFolder) -> tuple[MadeBackup, ...]:
    """Every try, oldest first."""
    try:
        kept = json.loads((study.path / FILE_NAME).read_bytes())
        return tuple(MadeBackup(**one) for one in kept["backups"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def note_backup(study: StudyFolder, made: MadeBackup) -> None:
    """Add a try to the list; a place where nothing can be written keeps none."""
    _write(study.path / FILE_NAME, [*made_backups(study), made][-_MOST:])


def whole_backups(study: StudyFolder) -> tuple[MadeBackup, ...]:
    """Those that were made and are still where they were put."""
    return tuple(one for one in made_backups(study) if one.outcome == DONE and Path(one.file).is_file())


def _write(path: Path, made: Sequence[MadeBackup]) -> None:
    with disk_errors():
        write_durably(path, json.dumps({"backups": [asdict(one) for one in made]}, indent=1).encode())
        sync_folder(path.parent)
