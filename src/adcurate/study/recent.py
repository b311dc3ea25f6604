"""The studies that this user opened last on this computer: their places, in the user's settings."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import user_config_path

from adcurate.errors import AdcurateError
from adcurate.store.database import utc_now
from adcurate.store.portable import disk_errors
from adcurate.store.writing import write_durably
from adcurate.study.folder import StudyFolder

KEPT: Final = 12


@dataclass(frozen=True, slots=True)
class RecentStudy:
    """A study by its folder; `title` is "" where it is not there now, or its protocol cannot be read."""

    path: str
    title: str
    opened_at: str
    is_there: bool


def recent_studies(file: Path | None = None) -> tuple[RecentStudy, ...]:
    """The last ones, newest first."""
    return tuple(_known(Path(path), at) for path, at in _read(file or _usual()).items())


def remember_study(study: StudyFolder, file: Path | None = None) -> None:
    """Put a study at the head of the list.

    Raises
    ------
    StoreError
        ``store.disk``, ``store.disk-full``
    """
    file = file or _usual()
    earlier = {path: at for path, at in _read(file).items() if path != str(study.path)}
    kept = list({str(study.path): utc_now(), **earlier}.items())[:KEPT]
    with disk_errors():
        file.parent.mkdir(parents=True, exist_ok=True)
        write_durably(file, json.dumps([{"path": path, "at": at} for path, at in kept], indent=1).encode())


def _usual() -> Path:
    return user_config_path("adcurate") / "recent-studies.json"


def _read(file: Path) -> dict[str, str]:
    """Places and times; a list that is damaged is an empty one."""
    found: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        for one in json.loads(file.read_text(encoding="utf-8")):
            found[str(one["path"])] = str(one["at"])
    return found


def _known(path: Path, at: str) -> RecentStudy:
    title = ""
    with contextlib.suppress(AdcurateError, OSError, UnicodeDecodeError):
        title = StudyFolder(path).protocol().title
    return RecentStudy(str(path), title, at, (path / "study.toml").is_file())
