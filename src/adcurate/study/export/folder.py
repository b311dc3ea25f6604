"""The folder of an export: its manifest, files written whole, and what of an earlier export may go."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from adcurate import __version__
from adcurate.errors import OutputError
from adcurate.model import content_digest
from adcurate.model.jsonable import as_jsonable
from adcurate.study.export.task import ExamFile, Format

MANIFEST_NAME: Final = "manifest.json"
SCHEMA: Final = "adcurate.export"
SCHEMA_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file of an export: what it is, its digest, and the ids of what it was made from."""

    path: str
    kind: str
    sha256: str
    made_from: Mapping[str, Any]


def earlier_files(output: Path, overwrite: bool) -> set[str]:
    """The files of an earlier export in the folder, which may go.

    Raises
    ------
    OutputError
        ``output.exists`` where the folder holds anything else, or a complete export.
    """
    manifest = output / MANIFEST_NAME
    if not output.exists() or (output.is_dir() and not any(output.iterdir())):
        return set()
    known: Any = None
    if manifest.is_file():
        with contextlib.suppress(ValueError, OSError):
            known = json.loads(manifest.read_text(encoding="utf-8"))
    if not isinstance(known, dict) or known.get("schema") != SCHEMA:
        raise OutputError(
            "output.exists",
            f"{output.name!r} exists and is no earlier export.",
            remedy="Name a new folder: adcurate study export FOLDER.",
        )
    if known.get("complete") and not overwrite:
        raise OutputError(
            "output.exists",
            f"{output.name!r} holds an earlier export.",
            remedy="Name a new folder, or add --overwrite.",
        )
    listed = known.get("files")
    return {str(one["path"]) for one in listed} if isinstance(listed, list) else set()


def write_file(output: Path, file: ExamFile) -> WrittenFile:
    """Write one file whole or not at all."""
    target = output / PurePosixPath(file.path)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".unfinished-{target.name}")
    unfinished.write_bytes(file.content)
    unfinished.replace(target)
    return WrittenFile(file.path, file.kind, content_digest(file.content), file.made_from)


def take_out(output: Path, paths: set[str]) -> None:
    """Delete what an earlier export wrote and this one does not; nothing outside the folder."""
    inside = output.resolve()
    for path in sorted(paths):
        target = (output / PurePosixPath(path)).resolve()
        if target.is_relative_to(inside) and target.is_file():
            target.unlink()


def write_manifest(output: Path, format: Format, files: Sequence[WrittenFile], *, complete: bool) -> None:
    """Write the manifest; without `complete` it says that an export is under way."""
    output.mkdir(parents=True, exist_ok=True)
    content = {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "complete": complete,
        "software": {"adcurate": __version__},
        "format": format,
        "files": as_jsonable(files),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    target = output / MANIFEST_NAME
    unfinished = target.with_name(f".unfinished-{MANIFEST_NAME}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(target)


@contextlib.contextmanager
def disk_trouble(output: Path) -> Iterator[None]:
    """Name what the disk says."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            "output.not-writable",
            f"The export into {output.name!r} stopped: {error.strerror}.",
            remedy="Make room or choose another folder, and give the command again.",
        ) from error
