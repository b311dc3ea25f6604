"""How this computer lets people on other computers in to a study: kept in the user's settings.

A copy or backup of the study must carry neither an address of this computer nor a certificate's key.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_config_path

from adcurate.store.portable import disk_errors, sync_folder
from adcurate.store.writing import write_durably
from adcurate.study.folder import StudyFolder


@dataclass(frozen=True, slots=True)
class KeptDoor:
    """An address or name of this computer and the port there (0: any that is free).

    `certificate` and `key` are files of the IT department's, both "" where this computer signs its own.
    """

    name: str
    port: int
    certificate: str = ""
    key: str = ""

    @property
    def is_own_certificate(self) -> bool:
        """Whether nobody but this computer vouches for it."""
        return not self.certificate


def door_folder(study: StudyFolder) -> Path:
    """Where a study's door is kept on this computer, its certificate with it."""
    place = hashlib.sha256(str(study.path).encode()).hexdigest()[:16]
    return user_config_path("adcurate") / "doors" / place


def read_door(study: StudyFolder) -> KeptDoor | None:
    """The study's door; None where it has none, or what was kept is damaged."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return KeptDoor(**json.loads((door_folder(study) / "door.json").read_text(encoding="utf-8")))
    return None


def keep_door(study: StudyFolder, door: KeptDoor) -> None:
    """Keep it for the next time that the study is served.

    Raises
    ------
    StoreError
        ``store.disk``, ``store.disk-full``
    """
    keep_file(study, "door.json", json.dumps(asdict(door), indent=1).encode())


def keep_file(study: StudyFolder, name: str, content: bytes) -> Path:
    """Keep a file beside the door that only its owner can read.

    Raises
    ------
    StoreError
        ``store.disk``, ``store.disk-full``
    """
    folder = door_folder(study)
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        write_durably(folder / name, content)
        sync_folder(folder)
    return folder / name


def forget_door(study: StudyFolder) -> None:
    """Serve this study to this computer alone from now on; its own certificate goes, too."""
    shutil.rmtree(door_folder(study), ignore_errors=True)
