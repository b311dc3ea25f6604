"""Which backups were made and which failed: a list beside the study, since a backup only reads its store.

Who withdraws a subject reads here which files still hold it; ``status`` reads whether the last one failed.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from adcurate.store.portable import disk_errors
from adcurate.study.folder import StudyFolder

FILE_NAME: Final = "backups.jsonl"
DONE: Final = "done"


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """One try: where to, how large, its proof, and ``done`` or the code of what went wrong."""

    at: str
    file: str
    n_bytes: int
    proof: str
    outcome: str


def made_backups(study: StudyFolder) -> tuple[MadeBackup, ...]:
    """Every try, oldest first; a line that is none of ours is passed over."""
    try:
        lines = (study.path / FILE_NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ()
    made = []
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):
            made.append(MadeBackup(**json.loads(line)))
    return tuple(made)


def note_backup(study: StudyFolder, made: MadeBackup) -> None:
    """Add a try to the list, as a line of its own: several programs may do so at once.

    Raises
    ------
    StoreError
        ``store.disk``, ``store.disk-full``
    """
    with disk_errors(), (study.path / FILE_NAME).open("ab") as stream:
        stream.write(json.dumps(asdict(made)).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def whole_backups(study: StudyFolder) -> tuple[MadeBackup, ...]:
    """Those that were made and are still where they were put."""
    return tuple(one for one in made_backups(study) if one.outcome == DONE and Path(one.file).is_file())
